package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Mail, forgeries and complaints that nobody thought of: a seeded inventor makes up submissions,
 * has another user or an outsider put any part of a victim's message into his own, and has
 * complainants cut, quote, wrap and blacken what they got. Whatever comes out: nobody is named who
 * did not submit it, the same input has the same answer, and what carries no evidence changes
 * nothing.
 *
 * <p>A failure prints the seed, with which {@link InventedMail} runs it again.
 */
class InventedMutationsTest extends InventedMail {
  @Test
  void honestMailIsNobodyElses() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      int named = 0;
      for (int round = 0; round < ROUNDS; round++) {
        Sent sent = store(chance(50));
        String what = "seed %d, round %d".formatted(seed, round);
        String user = sent.record().user();
        onlyNames(user, complained(sent.delivered()), what);
        named += user.equals(all(sent.delivered()).getFirst().user()) ? 1 : 0;
      }
      assertTrue(
          named >= ROUNDS * 0.97, "seed " + seed + ": only " + named + " copies were traced");
    }
  }

  @Test
  void anotherUserCannotPutTheBlameOnHisVictim() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      for (int round = 0; round < ROUNDS; round++) {
        boolean digests = chance(50);
        Sent victim = store(digests);
        String message = forgery(victim, MALLORY, chance(20));
        String sender = chance(30) ? victim.record().mailFrom() : MALLORY;
        Instant time = victim.record().time().plusSeconds(5 + random.nextInt(3000));
        Sent sent = submitted(MALLORY, sender, recipient(), time, message, digests);
        String what = "seed %d, round %d, victim %s".formatted(seed, round, victim.record());
        onlyNames(MALLORY, sent.delivered(), what);
        onlyNames(MALLORY, complained(sent.delivered(), victim), what);
        // Whoever cuts off the forger's own field hides him, and must not name his victim.
        onlyNames(MALLORY, sent.hop() + message, what);
        onlyNames(MALLORY, complained(message, victim), what);
      }
    }
  }

  @Test
  void anOutsiderCannotPutTheBlameOnHisVictim() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      for (int round = 0; round < ROUNDS; round++) {
        Sent victim = store(chance(50));
        String message = forgery(victim, "evil@evil.example", chance(20));
        String way =
            "Delivered-To: %s\n"
                + "Received: from evil.example ([203.0.113.66])\n"
                + "\tby mx.far.example with ESMTP id %s;\n"
                + "\t%s\n";
        String reached = recipient();
        String top =
            way.formatted(reached, "ZZ" + queueId(), date(NOON.plusSeconds(random.nextInt(9000))));
        String what = "seed %d, round %d, victim %s".formatted(seed, round, victim.record());
        onlyNames(null, top + message, what);
        String report = complained(top + message, victim);
        boolean sameRecipient =
            victim.record().recipients().stream().anyMatch(r -> r.address().equals(reached));
        if (sameRecipient && !report.contains("Received:")) {
          // With the way cut off, and perhaps the text, a header of the recipient's is like his
          // own.
          byHeaderAtMost(null, report, what);
        } else {
          onlyNames(null, report, what);
        }
      }
    }
  }

  /**
   * Even what cannot be told apart: any part of a message or all of it, over a text of any length,
   * and complaints about it that leave nothing but a header.
   */
  @Test
  void noReplayOfAHeaderIsNamedByMore() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      for (int round = 0; round < ROUNDS; round++) {
        boolean digests = chance(50);
        Sent victim = store(digests);
        boolean whole = chance(60);
        String header =
            whole
                ? victim.delivered().substring(0, victim.delivered().indexOf("\n\n") + 1)
                : forged(victim, "evil@evil.example", chance(50));
        int like = Math.max(20, victim.message().length() - 150 + random.nextInt(300));
        String text = "\n" + words(chance(70) ? like : random.nextInt(6000));
        String what = "seed %d, round %d, victim %s".formatted(seed, round, victim.record());
        byHeaderAtMost(null, header + text, what);
        byHeaderAtMost(null, complained(header + text), what);
        if (chance(50)) {
          Instant later = victim.record().time().plusSeconds(5 + random.nextInt(3000));
          Sent sent = submitted(MALLORY, MALLORY, recipient(), later, header + text, digests);
          byHeaderAtMost(MALLORY, complained(sent.delivered()), what);
        }
      }
    }
  }

  /**
   * A bounce of ours has no sender and no user, so less binds it; whatever somebody builds around a
   * genuine one must name nobody but whose message it returns.
   */
  @Test
  void aBounceOfOursCannotBeTurnedAgainstAnybody() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      for (int round = 0; round < ROUNDS; round++) {
        Sent victim = store(chance(50));
        String inner = forgery(victim, "evil@evil.example", false);
        Sent bounce = bounced(recipient(), inner, victim.record().time().plusSeconds(60));
        String what = "seed %d, round %d, victim %s".formatted(seed, round, victim.record());
        // Genuine, of a message that an outsider sent: it returns a forgery.
        onlyNames(null, bounce.delivered(), what);
        // Its line and its form, over a forgery that nobody returned.
        String other = forgery(victim, "evil@evil.example", false);
        String made = (chance(50) ? bounce.hop() : "") + bounce.line() + dsn(recipient(), other);
        onlyNames(null, made, what);
        onlyNames(null, once(made, any(List.of(0, 3, 4, 5, 6, 8, 9))), what);
        // Another user's mail, with the bounce's line above his own text or below it.
        String spam = bounce.line() + "From: " + MALLORY + "\nSubject: x\n\n" + words(400);
        Sent sent =
            submitted(
                MALLORY,
                chance(50) ? MALLORY : "",
                recipient(),
                victim.record().time().plusSeconds(90),
                chance(50) ? spam : bounce.line() + dsn(recipient(), other),
                chance(50));
        onlyNames(MALLORY, sent.delivered(), what);
        onlyNames(MALLORY, sent.hop() + sent.message(), what);
      }
    }
  }

  @Test
  void whatCarriesNoEvidenceChangesNothing() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      for (int round = 0; round < ROUNDS / 3; round++) {
        Sent sent = store(chance(50));
        String copy = chance(50) ? sent.delivered() : complainedOnce(sent);
        String junk = "X-Junk-%d: %s\n".formatted(random.nextInt(9), words(20).replace('\n', ' '));
        List<TraceResult> plain = all(copy);
        List<TraceResult> junked = all(junk + copy);
        assertEquals(plain.size(), junked.size());
        for (int i = 0; i < plain.size(); i++) {
          assertEquals(
              plain.get(i).verdict() + " " + plain.get(i).user() + " " + plain.get(i).confidence(),
              junked.get(i).verdict()
                  + " "
                  + junked.get(i).user()
                  + " "
                  + junked.get(i).confidence(),
              "seed " + seed + ", round " + round + "\n" + junk + copy);
        }
      }
    }
  }

  private String complainedOnce(Sent sent) {
    String copy = sent.delivered();
    return chance(50) ? copy.substring(0, copy.indexOf("\n\n") + 1) : sent.line() + sent.message();
  }
}
