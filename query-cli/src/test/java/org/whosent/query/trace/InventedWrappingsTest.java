package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/**
 * The ways on which honest servers and odd mail programs send messages: resent, through a list or a
 * filter of our own, sealed, signed, enciphered, packed, answered with all headers quoted, bounced
 * twice. None of them may bring the blame on somebody who did not submit it, with or without a
 * forger's hand in it.
 */
class InventedWrappingsTest extends InventedMail {
  private static final String EVIL = "evil@evil.example";
  private static final int WRAPPINGS = 9;

  /** Fewer, for there are many ways. */
  private static final int FEW = ROUNDS / 3;

  /** What a program on the way makes of a message; the message is still in it, or its content. */
  private String wrapped(String message) {
    int end = message.indexOf("\n\n") + 1;
    String header = message.substring(0, end);
    String body = message.substring(end + 1);
    return switch (random.nextInt(WRAPPINGS)) {
      case 0 -> sealed() + message;
      case 1 -> shuffled(header) + "\n" + body;
      case 2 ->
          packed("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", message);
      case 3 -> packed("application/ms-tnef; name=winmail.dat", "x\237>\"" + message);
      case 4 ->
          // Not marked as MIME: else a text a third shorter could have come in base64.
          header
              + "Content-Type: multipart/signed; micalg=sha-256; boundary=SS;\n"
              + " protocol=\"application/pkcs7-signature\"\n\n--SS\n\n"
              + body
              + "\n--SS\nContent-Type: application/pkcs7-signature; name=smime.p7s\n"
              + "Content-Transfer-Encoding: base64\n\nMIIBoz==\n--SS--\n";
      case 5 -> header + "Content-Type: text/plain; format=flowed; delsp=yes\n\n" + flowed(body);
      case 6 -> message.replace("Subject: ", "Subject: \u00c4rger \u2014 \u8a71 ");
      case 7 ->
          "Resent-From: %s\nResent-To: %s\nResent-Message-ID: <%d@resent>\n"
                  .formatted(EVIL, recipient(), random.nextInt(1000))
              + message;
      default -> dsn(recipient(), message);
    };
  }

  /** RFC 8617: what a forwarder writes above, and says of whom he had it. */
  private String sealed() {
    return "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=far.example; s=a; b=AAAA\n"
        + "ARC-Message-Signature: i=1; a=rsa-sha256; d=far.example; s=a; h=from:to; bh=AA=; b=BB\n"
        + "ARC-Authentication-Results: i=1; mx.far.example; dkim=pass header.d=example.com;\n"
        + "\tspf=pass smtp.mailfrom=victim@example.com\n"
        + "Received: by mx.far.example id "
        + queueId()
        + "; "
        + date(NOON.plusSeconds(random.nextInt(600)))
        + "\n";
  }

  /** All fields in another order: some gateways sort them, and some put theirs anywhere. */
  private String shuffled(String header) {
    List<String> fields = new ArrayList<>(List.of(header.split("\n(?![ \t])")));
    Collections.shuffle(fields, random);
    return String.join("\n", fields) + "\n";
  }

  private String packed(String type, String content) {
    return "From: %s\nTo: %s\nMessage-ID: <%d@pack>\nMIME-Version: 1.0\n"
            .formatted(EVIL, recipient(), random.nextInt(1000))
        + "Content-Type: "
        + type
        + "\nContent-Transfer-Encoding: base64\n\n"
        + Base64.getMimeEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8))
        + "\n";
  }

  /** RFC 3676: lines that end in a blank go on. */
  private static String flowed(String body) {
    return body.replaceAll("(?m)^(>| |From )", " $1").replaceAll("(.{60}) ", "$1  \n");
  }

  @Test
  void honestMailInAnyWrappingIsNobodyElses() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      int named = 0;
      for (int round = 0; round < FEW; round++) {
        Sent sent = store(chance(50));
        String what = "seed %d, round %d".formatted(seed, round);
        String copy = wrapped(sent.delivered());
        onlyNames(sent.record().user(), copy, what);
        onlyNames(sent.record().user(), complained(wrapped(copy)), what);
        named += names(sent.record().user(), copy);
      }
      // Two of the nine wrappings hide it; 30 were too many for one seed in seven hundred.
      assertTrue(named >= FEW * 2 / 5, "seed " + seed + ": only " + named + " were traced");
    }
  }

  @Test
  void noForgeryIsHelpedByItsWrapping() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      for (int round = 0; round < FEW; round++) {
        boolean digests = chance(50);
        Sent victim = store(digests);
        String what = "seed %d, round %d, victim %s".formatted(seed, round, victim.record());
        String outside = forgery(victim, EVIL, chance(20));
        onlyNames(null, wrapped(strangersHop() + outside), what);
        onlyNames(null, wrapped(wrapped(strangersHop() + outside)), what);
        String inside = wrapped(forgery(victim, MALLORY, chance(20)));
        Instant later = victim.record().time().plusSeconds(5 + random.nextInt(3000));
        Sent sent = submitted(MALLORY, MALLORY, recipient(), later, inside, digests);
        onlyNames(MALLORY, sent.delivered(), what);
        onlyNames(MALLORY, wrapped(sent.delivered()), what);
      }
    }
  }

  private String strangersHop() {
    return "Received: from evil.example ([203.0.113.66])\n\tby mx.far.example with ESMTP id ZZ%s;\n\t%s\n"
        .formatted(queueId(), date(NOON.plusSeconds(random.nextInt(9000))));
  }

  /**
   * RFC 5322 section 3.6.6: who sends it again answers for this copy, who wrote it for the text.
   */
  @Test
  void whatAnotherUserResendsIsHisOrItsWriters() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      int named = 0;
      for (int round = 0; round < FEW; round++) {
        boolean digests = chance(50);
        Sent first = store(digests);
        String writer = first.record().user();
        String resent =
            "Resent-From: %s\nResent-To: %s\nResent-Message-ID: <%d@own>\nResent-Date: %s\n"
                    .formatted(MALLORY, recipient(), round, date(NOON))
                + (chance(50) ? first.delivered() : first.line() + first.message());
        Instant later = first.record().time().plusSeconds(5 + random.nextInt(3000));
        Sent again = submitted(MALLORY, MALLORY, recipient(), later, resent, digests);
        String what = "seed %d, round %d, first %s".formatted(seed, round, first.record());
        named += names(MALLORY, again.delivered());
        onlyNames(MALLORY, again.delivered(), what);
        namesOneOf(Set.of(MALLORY, writer), complained(again.delivered()), what);
      }
      assertTrue(named >= FEW * 3 / 5, "seed " + seed + ": only " + named + " were traced");
    }
  }

  /** Two users of ours in one mail: an answer below which the whole question stands, as source. */
  @Test
  void anAnswerThatQuotesAllHeadersIsItsWriters() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      int named = 0;
      for (int round = 0; round < FEW; round++) {
        boolean digests = chance(50);
        Sent question = store(digests);
        String mark = chance(50) ? "> " : "";
        String answer =
            mail(MALLORY, "<%d@answer>".formatted(round), words(50 + random.nextInt(400)))
                + (chance(50) ? "-----Original Message-----\n" : "\n")
                + mark
                + question.delivered().replace("\n", "\n" + mark);
        Instant later = question.record().time().plusSeconds(5 + random.nextInt(3000));
        Sent sent = submitted(MALLORY, MALLORY, recipient(), later, answer, digests);
        String what = "seed %d, round %d, question %s".formatted(seed, round, question.record());
        named += names(MALLORY, sent.delivered());
        onlyNames(MALLORY, sent.delivered(), what);
        onlyNames(MALLORY, sealed() + sent.delivered(), what);
        onlyNames(MALLORY, once(sent.delivered(), any(List.of(0, 3, 4, 5, 6, 8, 9))), what);
      }
      assertTrue(named >= FEW * 9 / 10, "seed " + seed + ": only " + named + " were traced");
    }
  }

  /**
   * A list on our own host: its program hands in anew what a user submitted to it. No log joins the
   * two, so mostly nobody is named at all.
   */
  @Test
  void aListOfOurOwnDoesNotMakeAnotherUserTheWriter() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      for (int round = 0; round < FEW; round++) {
        boolean digests = chance(50);
        Sent post = store(digests);
        boolean genuine = chance(60);
        // Else the list took in an outsider's message that looks like the user's.
        String posted =
            genuine ? post.line() + post.message() : strangersHop() + forgery(post, EVIL, false);
        String copy =
            "List-Id: <l.example.com>\n" + posted + (chance(50) ? "_____\nlist footer\n" : "");
        Sent listed = handedIn(copy, post.record().time().plusSeconds(30), digests);
        String what = "seed %d, round %d, post %s".formatted(seed, round, post.record());
        onlyNames(genuine ? post.record().user() : null, listed.delivered(), what);
        if (genuine) {
          onlyNames(post.record().user(), complained(listed.delivered()), what);
        }
      }
    }
  }

  /** A Sieve redirect: our own server sends on what an outsider sent to a user of ours. */
  @Test
  void whatOurServerSendsOnIsNoUsers() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      for (int round = 0; round < FEW; round++) {
        Sent victim = store(chance(50));
        String came = strangersHop() + forgery(victim, EVIL, false);
        Sent inbound = submitted("outside", EVIL, recipient(), NOON, came, false);
        SubmissionRecord.Builder record = inbound.record().toBuilder();
        record.user = null;
        record.origin = Origin.UNAUTHENTICATED;
        records.set(records.size() - 1, record.build());
        Sent on = handedIn(inbound.line() + came, NOON.plusSeconds(2), false);
        String what = "seed %d, round %d, victim %s".formatted(seed, round, victim.record());
        onlyNames(null, on.delivered(), what);
        onlyNames(null, on.line() + inbound.line() + came, what);
        onlyNames(null, once(on.delivered(), any(List.of(0, 3, 4, 5, 6, 8, 9))), what);
      }
    }
  }

  /** By a program on our own host, without login. */
  private Sent handedIn(String message, Instant time, boolean digests) throws IOException {
    Sent sent = submitted("program", "l-bounces@example.com", recipient(), time, message, digests);
    SubmissionRecord.Builder record = sent.record().toBuilder();
    record.user = null;
    record.localUser = "list";
    record.client = null;
    record.origin = Origin.LOCAL;
    records.set(records.size() - 1, record.build());
    return new Sent(records.getLast(), sent.line(), message, sent.hop());
  }

  /** Our bounce could not be delivered either, and came back. */
  @Test
  void aBounceOfABounceNamesAtMostTheWriter() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      int named = 0;
      int returns = 0;
      for (int round = 0; round < FEW; round++) {
        Sent victim = store(chance(50));
        boolean genuine = chance(50);
        String returned =
            genuine
                ? victim.line() + victim.message()
                : strangersHop() + forgery(victim, EVIL, false);
        Sent bounce = bounced(recipient(), returned, victim.record().time().plusSeconds(60));
        String again = strangersHop() + dsn(recipient(), bounce.delivered());
        String what = "seed %d, round %d, victim %s".formatted(seed, round, victim.record());
        named += names(victim.record().user(), again);
        returns += genuine ? 1 : 0;
        onlyNames(genuine ? victim.record().user() : null, again, what);
        onlyNames(genuine ? victim.record().user() : null, wrapped(again), what);
      }
      assertTrue(named >= returns * 4 / 5, "seed %d: %d of %d".formatted(seed, named, returns));
    }
  }

  /** 1 when the first answer names this user. */
  private int names(String user, String message) throws IOException {
    return user.equals(all(message).getFirst().user()) ? 1 : 0;
  }
}
