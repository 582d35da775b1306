package org.whosent.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A message that goes on under another queue ID: one record, whatever the order of its facts. */
class ContinuationTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final Instant BACK = NOON.plusSeconds(3);

  private static SubmissionRecord.Builder facts(String id, Instant time) {
    SubmissionRecord.Builder builder = new SubmissionRecord.Builder();
    builder.time = time;
    builder.transactionId = id;
    builder.host = "mail.example.org";
    builder.instance = "postfix";
    return builder;
  }

  private static SubmissionRecord link(String nextHop) {
    SubmissionRecord.Builder link = facts("FIRST1", NOON.plusSeconds(4));
    link.aliases = List.of("SECOND");
    link.continuations = List.of(new Continuation("SECOND", BACK, "postfix", nextHop).text());
    return link.build();
  }

  private static SubmissionRecord opening(String user) {
    SubmissionRecord.Builder opening = facts("FIRST1", NOON);
    opening.origin = Origin.AUTHENTICATED;
    opening.user = user;
    opening.client = "192.0.2.1";
    return opening.build();
  }

  private static SubmissionRecord delivery(Random random, String id) {
    boolean first = id.equals("FIRST1");
    boolean expansion = first || random.nextInt(4) == 0;
    SubmissionRecord.Builder facts = facts(id, BACK.plusMillis(random.nextInt(5000)));
    facts.recipients =
        List.of(
            new Recipient(
                (expansion && random.nextBoolean() ? "list" : "to") + random.nextInt(3),
                expansion && random.nextBoolean() ? "to" + random.nextInt(3) : null,
                random.nextBoolean() ? random.nextBoolean() : null,
                first || random.nextBoolean() ? Outcome.DELIVERED : Outcome.DEFERRED,
                "2.0.0",
                "reply" + random.nextInt(2),
                first ? "filter" : "mx" + random.nextInt(2),
                first ? null : "N" + random.nextInt(3),
                facts.time));
    return facts.build();
  }

  /** As a store does it: what belongs together is merged as soon as that is known. */
  private static List<SubmissionRecord> fold(List<SubmissionRecord> facts) {
    List<SubmissionRecord> records = new ArrayList<>();
    for (SubmissionRecord each : facts) {
      SubmissionRecord merged = each;
      for (int i = 0; i < records.size(); ) {
        if (records.get(i).sameTransaction(merged)) {
          merged = merged.merge(records.remove(i));
          i = 0;
        } else {
          i++;
        }
      }
      records.add(merged);
    }
    return records;
  }

  @Test
  void anyOrderGivesTheSameRecord() {
    for (long seed : new long[] {1, 2, 3, System.nanoTime()}) {
      Random random = new Random(seed);
      for (int round = 0; round < 300; round++) {
        List<SubmissionRecord> facts = new ArrayList<>();
        facts.add(opening("alice"));
        facts.add(link("filter"));
        SubmissionRecord.Builder back = facts("SECOND", BACK);
        back.origin = Origin.LOCAL;
        back.localUser = "uid:65534";
        back.mailFrom = "filter@localhost";
        facts.add(back.build());
        for (int i = random.nextInt(7); i >= 0; i--) {
          facts.add(delivery(random, random.nextBoolean() ? "FIRST1" : "SECOND"));
        }
        SubmissionRecord.Builder removed = facts("SECOND", BACK.plusSeconds(6));
        removed.completed = removed.time;
        facts.add(removed.build());
        List<SubmissionRecord> expected = fold(facts);
        String say = "seed " + seed + " round " + round;
        assertEquals(1, expected.size(), say);
        assertEquals("alice", expected.getFirst().user(), say);
        assertNull(expected.getFirst().localUser(), say);
        assertNull(expected.getFirst().mailFrom(), say);
        facts.addAll(facts.subList(0, random.nextInt(facts.size())));
        Collections.shuffle(facts, random);
        assertEquals(expected, fold(facts), say);
      }
    }
  }

  @Test
  void nobodyElsesTransactionIsTaken() {
    SubmissionRecord whole = opening("alice").merge(link(null));
    SubmissionRecord.Builder other = facts("SECOND", BACK);
    other.origin = Origin.AUTHENTICATED;
    other.user = "bob";
    assertFalse(whole.sameTransaction(other.build()), "another login under that ID");
    other = facts("SECOND", BACK.plusSeconds(60));
    other.origin = Origin.UNAUTHENTICATED;
    assertFalse(whole.sameTransaction(other.build()), "opened at another time");
    other = facts("SECOND", BACK);
    other.origin = Origin.INTERNAL;
    assertFalse(whole.sameTransaction(other.build()), "a bounce");
    other = facts("SECOND", BACK);
    other.instance = "postfix-out";
    assertFalse(whole.sameTransaction(other.build()), "another instance");
    other = facts("SECOND", BACK);
    other.host = "mail2.example.org";
    assertFalse(whole.sameTransaction(other.build()), "another host");
    assertFalse(whole.sameTransaction(facts("SECOND", NOON.minusSeconds(9)).build()), "before");
    SubmissionRecord later = facts("SECOND", BACK.plusSeconds(600)).build();
    assertTrue(whole.sameTransaction(later));
    SubmissionRecord.Builder removed = facts("SECOND", BACK.plusSeconds(9));
    removed.completed = removed.time;
    assertFalse(whole.merge(removed.build()).sameTransaction(later), "after its end");
  }

  /** Dovecot's submission service before a Postfix that it tells the user by XCLIENT. */
  @Test
  void theSameUserOnBothIsOneMessage() {
    SubmissionRecord.Builder first = opening("alice").merge(link(null)).toBuilder();
    first.mechanism = "LOGIN";
    SubmissionRecord.Builder second = facts("SECOND", BACK);
    second.origin = Origin.AUTHENTICATED;
    second.user = "alice";
    second.mechanism = "XCLIENT";
    second.client = "127.0.0.1";
    second.messageId = "<m@x>";
    SubmissionRecord.Builder sent = facts("SECOND", BACK.plusSeconds(30));
    sent.recipients = List.of(to(Outcome.DELIVERED, "mx", "N1"));
    List<SubmissionRecord> facts =
        new ArrayList<>(List.of(first.build(), second.build(), sent.build()));
    for (int i = 0; i < 6; i++) {
      List<SubmissionRecord> records = fold(facts);
      assertEquals(1, records.size());
      SubmissionRecord record = records.getFirst();
      assertEquals("FIRST1", record.transactionId());
      assertEquals("alice", record.user());
      assertEquals("LOGIN", record.mechanism());
      assertEquals("192.0.2.1", record.client());
      assertEquals("<m@x>", record.messageId());
      assertEquals("N1", record.recipients().getFirst().nextHopId());
      Collections.rotate(facts, 1);
      if (i == 2) {
        Collections.reverse(facts);
      }
    }
    second.time = BACK.plusSeconds(60);
    assertFalse(first.build().sameTransaction(second.build()), "her next one under that ID");
  }

  /** The same where the user acts as another, whom the second one is told. */
  @Test
  void whoActsAsTheUserOfTheSecondOneIsTheUser() {
    SubmissionRecord.Builder first = opening("boss").merge(link(null)).toBuilder();
    first.authorizationId = "alice";
    SubmissionRecord.Builder second = facts("SECOND", BACK);
    second.origin = Origin.AUTHENTICATED;
    second.user = "alice";
    second.messageId = "<m@x>";
    SubmissionRecord.Builder sent = facts("SECOND", BACK.plusSeconds(30));
    sent.recipients = List.of(to(Outcome.DELIVERED, "mx", "N1"));
    List<SubmissionRecord> facts =
        new ArrayList<>(List.of(first.build(), second.build(), sent.build()));
    for (int i = 0; i < 6; i++) {
      List<SubmissionRecord> records = fold(facts);
      assertEquals(1, records.size());
      SubmissionRecord record = records.getFirst();
      assertEquals("boss", record.user());
      assertEquals("alice", record.authorizationId());
      assertEquals("<m@x>", record.messageId());
      assertEquals("N1", record.recipients().getFirst().nextHopId());
      Collections.rotate(facts, 1);
      if (i == 2) {
        Collections.reverse(facts);
      }
    }
    second.user = "carol";
    assertFalse(first.build().sameTransaction(second.build()));
    first.user = null; // who acts as alice is not known
    second.user = "alice";
    assertNull(first.build().merge(second.build()).user());
  }

  /**
   * A before-queue filter gives the message back under the ID that it then has; its log is read
   * under stamps with and without fractions, one of which does not tell the service.
   */
  @Test
  void whatGoesOnAsItselfIsOneRecordUnderAnyStamps() {
    SubmissionRecord.Builder whole = facts("SAME11", NOON);
    List<SubmissionRecord> facts = new ArrayList<>();
    for (Instant stamp : List.of(NOON, NOON.plusMillis(605))) {
      SubmissionRecord.Builder front = facts("SAME11", stamp);
      front.origin = Origin.AUTHENTICATED;
      front.user = "alice";
      front.client = "192.0.2.1";
      front.service = stamp.equals(NOON) ? "submission" : null;
      front.continuations = List.of(new Continuation("SAME11", stamp, "postfix", null).text());
      facts.add(front.build());
      whole = facts.size() == 1 ? front : whole;
      SubmissionRecord.Builder back = facts("SAME11", stamp);
      back.origin = Origin.UNAUTHENTICATED;
      back.client = "127.0.0.1";
      back.service = "back";
      facts.add(back.build());
      SubmissionRecord.Builder sent = facts("SAME11", stamp.plusSeconds(1));
      sent.recipients = List.of(to(Outcome.DELIVERED, "mx", "N1"));
      facts.add(sent.build());
    }
    List<SubmissionRecord> expected = fold(facts);
    assertEquals(1, expected.size());
    assertEquals("alice", expected.getFirst().user());
    assertEquals("192.0.2.1", expected.getFirst().client());
    assertEquals("submission", expected.getFirst().service());
    Random random = new Random(1);
    for (int round = 0; round < 500; round++) {
      Collections.shuffle(facts, random);
      assertEquals(expected, fold(facts), facts::toString);
    }
    whole.user = "bob";
    assertFalse(expected.getFirst().sameTransaction(whole.build()), "another login");
    whole.user = null;
    whole.origin = Origin.UNAUTHENTICATED;
    assertFalse(expected.getFirst().sameTransaction(whole.build()), "nobody's");
    assertFalse(whole.build().sameTransaction(expected.getFirst()), "nobody's");
  }

  private static Recipient to(Outcome outcome, String nextHop, String nextHopId) {
    return new Recipient(
        "to@far.example", null, null, outcome, "2.0.0", "x", nextHop, nextHopId, NOON);
  }

  /** That the filter took it is none; all else that became of a recipient is said already. */
  @Test
  void onlyWhatTheFilterTookIsStillOnItsWay() {
    for (String filter : new String[] {"filter", null}) {
      for (Recipient taken :
          List.of(
              to(Outcome.DELIVERED, "filter", "SECOND"),
              to(Outcome.DELIVERED, "127.0.0.1[127.0.0.1]:10024", "SECOND"),
              to(Outcome.DELIVERED, "filter", null),
              to(Outcome.DELIVERED, "mx.far.example", "THIRD3"),
              to(Outcome.DELIVERED, null, null),
              to(Outcome.DEFERRED, "filter", "SECOND"),
              to(Outcome.BOUNCED, "filter", null))) {
        SubmissionRecord.Builder facts = facts("FIRST1", NOON);
        facts.recipients = List.of(taken);
        boolean went =
            taken.outcome() == Outcome.DELIVERED
                && ("SECOND".equals(taken.nextHopId())
                    || filter != null && filter.equals(taken.nextHop()));
        Outcome left =
            opening("alice")
                .merge(facts.build())
                .merge(link(filter))
                .recipients()
                .getFirst()
                .outcome();
        assertEquals(went ? null : taken.outcome(), left, filter + ": " + taken);
      }
    }
  }

  @Test
  void onlyItsOwnTextsAreRead() {
    Continuation way = new Continuation("ABCDEF", NOON, null, "mx.example[192.0.2.1]:25");
    assertEquals(Optional.of(way), Continuation.parse(way.text()));
    for (String text :
        List.of(
            "",
            " ",
            "ABCDEF",
            "- 2026-11-23T12:00:00Z - -",
            "A B - -",
            "a b c d e",
            Continuation.end("ABCDEF", NOON),
            "x".repeat(5000))) {
      assertEquals(Optional.empty(), Continuation.parse(text), text);
    }
    assertTrue(
        way.endedBefore(
            NOON.plusSeconds(10),
            List.of(
                "ABCDEF x end",
                way.text(),
                Continuation.end("ABCDEF", NOON.plus(Duration.ofSeconds(5))))));
    assertFalse(
        way.endedBefore(
            NOON.plusSeconds(10),
            List.of(
                Continuation.end("ABCDEG", NOON),
                Continuation.end("ABCDEF", NOON.minusSeconds(5)))));
  }
}
