package org.whosent.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Invariant 4: a record is an order-independent, idempotent fold of facts. */
class SubmissionRecordTest {

  @Test
  void anyOrderGroupingAndRepetitionOfFactsGivesTheSameRecord() {
    for (long seed : new long[] {1, 2, 3, 4, 8246574905039L, System.nanoTime()}) {
      Random random = new Random(seed);
      for (int round = 0; round < 500; round++) {
        List<SubmissionRecord> facts = new ArrayList<>();
        for (int i = 2 + random.nextInt(6); i > 0; i--) {
          facts.add(Records.facts(random));
        }
        SubmissionRecord expected = facts.stream().reduce(SubmissionRecord::merge).orElseThrow();
        facts.addAll(facts.subList(0, random.nextInt(facts.size())));
        Collections.shuffle(facts, random);
        // Any grouping: a random binary tree of merges.
        while (facts.size() > 1) {
          int at = random.nextInt(facts.size() - 1);
          facts.set(at, facts.get(at).merge(facts.remove(at + 1)));
        }
        assertEquals(expected, facts.getFirst(), "seed " + seed + " round " + round);
        assertEquals(expected, expected.merge(expected), "seed " + seed + " round " + round);
      }
    }
  }

  @Test
  void twoUsersAreNeverMerged() {
    SubmissionRecord alice = with(b -> b.user = "alice");
    SubmissionRecord bob = with(b -> b.user = "bob");
    assertFalse(alice.mergeable(bob));
    assertFalse(alice.sameTransaction(bob));
    var thrown = assertThrows(IllegalArgumentException.class, () -> alice.merge(bob));
    assertTrue(thrown.getMessage().contains("user"), thrown.getMessage());
  }

  /** Equal queue IDs of two machines that write one name after {@code by}. */
  @Test
  void whatTwoMachinesSayIsNeverMerged() {
    SubmissionRecord one = with(b -> b.logHosts = List.of("node1"));
    SubmissionRecord two = with(b -> b.logHosts = List.of("node2"));
    assertFalse(one.mergeable(two));
    assertFalse(one.sameTransaction(two));
    var thrown = assertThrows(IllegalArgumentException.class, () -> one.merge(two));
    assertTrue(thrown.getMessage().contains("logHosts"), thrown.getMessage());
    GrowingRecord growing = new GrowingRecord(one);
    assertThrows(IllegalArgumentException.class, () -> growing.add(two));
    assertEquals(one, growing.record());
    SubmissionRecord whole = with(b -> b.logHosts = List.of("node1.example.org"));
    assertEquals(List.of("node1", "node1.example.org"), one.merge(whole).logHosts());
  }

  @Test
  void aReusedQueueIdIsAnotherTransaction() {
    SubmissionRecord first = with(b -> b.origin = Origin.AUTHENTICATED);
    Instant later = first.time().plusSeconds(600);
    SubmissionRecord reopened =
        with(
            b -> {
              b.origin = Origin.AUTHENTICATED;
              b.time = later;
            });
    assertFalse(first.sameTransaction(reopened));
    assertFalse(reopened.sameTransaction(first));

    SubmissionRecord delivery = with(b -> b.time = later);
    assertTrue(first.sameTransaction(delivery));
    assertTrue(delivery.sameTransaction(first));

    SubmissionRecord done = first.merge(with(b -> b.completed = first.time().plusSeconds(30)));
    assertFalse(done.sameTransaction(delivery), "a line after the end is about another message");
    assertFalse(
        with(b -> b.time = first.time().minusSeconds(60)).sameTransaction(first),
        "nothing precedes the opening");
  }

  @Test
  void theSameLineInTwoTimeFormatsIsOneTransaction() {
    SubmissionRecord fine = with(b -> b.origin = Origin.AUTHENTICATED);
    SubmissionRecord coarse =
        with(
            b -> {
              b.origin = Origin.AUTHENTICATED;
              b.time = Instant.ofEpochSecond(fine.time().getEpochSecond());
            });
    assertTrue(fine.sameTransaction(coarse));
  }

  @Test
  void anAliasExpansionReplacesTheBareRecipient() {
    SubmissionRecord given = with(b -> b.recipients = List.of(Recipient.of("team@example.org")));
    Recipient one =
        new Recipient(
            "team@example.org",
            "a@x",
            null,
            Outcome.DELIVERED,
            "2.0.0",
            "ok",
            null,
            null,
            given.time());
    Recipient two =
        new Recipient(
            "team@example.org",
            "b@x",
            null,
            Outcome.DEFERRED,
            "4.0.0",
            "no",
            null,
            null,
            given.time());
    SubmissionRecord expanded = with(b -> b.recipients = List.of(two)).merge(given);
    assertEquals(List.of(two), expanded.recipients());
    assertEquals(
        List.of(one, two), expanded.merge(with(b -> b.recipients = List.of(one))).recipients());
  }

  @Test
  void theLastAttemptStandsAsOnePiece() {
    Instant t = Records.NOON;
    Recipient deferred =
        new Recipient("a", null, null, Outcome.DEFERRED, "4.7.1", "later", "hop1", "Q1", t);
    Recipient sent =
        new Recipient(
            "a", null, null, Outcome.DELIVERED, "2.0.0", "ok", "hop2", null, t.plusSeconds(9));
    assertEquals(sent, deferred.merge(sent));
    assertEquals(sent, sent.merge(deferred));
  }

  private static SubmissionRecord with(java.util.function.Consumer<SubmissionRecord.Builder> set) {
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    b.time = Records.NOON;
    b.transactionId = "ABC123";
    b.host = "mail";
    set.accept(b);
    return b.build();
  }
}
