package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Forwards without headers: the complainant's program writes labels above, and what stands below
 * them is what the sender wrote. A spammer may write any part of a message there that he once got
 * from a user of ours; a complainant may paste the header that his program left out.
 */
class InventedForwardsTest extends InventedMail {
  private String forwarded(String by, String from, String subject, String text) {
    String mark = any(List.of("", "> ", "| "));
    String rule = any(List.of("", "-----Original Message-----\n", "________\n"));
    String top =
        "From: %s\nTo: abuse@example.com\nMessage-ID: <c@far>\n\nStop this!\n\n".formatted(by);
    String labels =
        rule
            + "From: %s\nSent: Monday\nTo: r@far.example\nSubject: %s\n\n".formatted(from, subject);
    return top + mark + (labels + text).replace("\n", "\n" + mark) + "\n";
  }

  /** Any of its fields, in their order, some emptied. */
  private String partOf(String header) {
    List<String> kept = new ArrayList<>();
    int percent = any(List.of(100, 85, 50));
    for (String field : header.split("\n(?![ \t])")) {
      String name = field.substring(0, field.indexOf(':') + 1);
      if (chance(percent)) {
        kept.add(chance(5) ? name : field);
      }
    }
    return String.join("\n", kept) + "\n";
  }

  @Test
  void whatASpammerWritesBelowHisOwnNameIsNoUsers() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      for (int round = 0; round < ROUNDS; round++) {
        Sent victim = store(chance(50));
        String copy = victim.delivered();
        int end = copy.indexOf("\n\n");
        String below = partOf(copy.substring(0, end)) + copy.substring(end + 1);
        String text = (chance(50) ? words(200) + "\n" : "") + below;
        String spam = forwarded("r1@far.example", "Evil <evil@evil.example>", "pills", text);
        onlyNames(null, spam, "seed %d, round %d, victim %s".formatted(seed, round, victim));
      }
    }
  }

  @Test
  void theHeaderThatAComplainantPastesIsTheMessages() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      int named = 0;
      for (int round = 0; round < ROUNDS / 3; round++) {
        Sent sent = store(chance(50));
        String user = sent.record().user();
        String from = sent.field("From").substring(6).strip();
        String to = sent.record().recipients().getFirst().address();
        String pasted = forwarded(to, from, "watches", sent.delivered());
        onlyNames(user, pasted, "seed %d, round %d".formatted(seed, round));
        named += user.equals(all(pasted).getFirst().user()) ? 1 : 0;
      }
      assertTrue(named >= ROUNDS / 3 * 9 / 10, "seed " + seed + ": only " + named);
    }
  }

  /** He calls himself by the victim's address, and writes to somebody to whom that one did not. */
  @Test
  void whoTakesAnothersNameFramesNobody() throws IOException {
    for (long seed : seeds()) {
      begin(seed);
      for (int round = 0; round < ROUNDS / 3; round++) {
        Sent victim = store(chance(50));
        String copy = victim.delivered();
        int end = copy.indexOf("\n\n");
        String header =
            chance(50) ? copy : partOf(copy.substring(0, end)) + copy.substring(end + 1);
        String text = (chance(50) ? words(200) + "\n" : "") + header;
        String spam =
            forwarded("c@far.example", victim.field("From").substring(6).strip(), "watches", text);
        onlyNames(null, spam, "seed %d, round %d, victim %s".formatted(seed, round, victim));
      }
    }
  }
}
