package org.whosent.indexer.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/** Made-up transactions, cut into the facts of single lines. Not thread-safe. */
public final class RandomFacts {
  /** The first day that facts are from. */
  public static final Instant START = Instant.parse("2026-11-20T00:00:00Z");

  private final Random random;
  private final int days;
  private int number;

  public RandomFacts(Random random, int days) {
    this.random = random;
    this.days = days;
  }

  /** One transaction's facts, the opening first. */
  public List<SubmissionRecord> transaction() {
    number++;
    Instant time = START.plusMillis(random.nextLong(days * 86_400_000L));
    String id = "%08X%03d".formatted(random.nextInt(), number % 1000);
    SubmissionRecord.Builder opening = line(id, time, 0);
    opening.origin = Origin.AUTHENTICATED;
    opening.user = "User" + random.nextInt(20) + "@example.com";
    opening.client =
        random.nextBoolean() ? "192.0.2." + random.nextInt(250) : "2001:db8::" + random.nextInt(9);
    opening.helo = "x\uD83D\uDE00\u0000\u001b[31m" + random.nextInt();
    List<SubmissionRecord> facts = new ArrayList<>(List.of(opening.build()));
    SubmissionRecord.Builder cleanup = line(id, time.plusMillis(10), 1);
    cleanup.messageId = "<" + random.nextInt(50) + ".mid@example.com>";
    cleanup.mailFrom = "sender" + random.nextInt(20) + "@example.com";
    facts.add(cleanup.build());
    long delay = random.nextInt(3) == 0 ? 86_400_000L * 2 : 60_000L;
    for (int i = random.nextInt(3); i >= 0; i--) {
      Instant at = time.plusMillis(random.nextLong(delay));
      SubmissionRecord.Builder sent = line(id, at, 2 + i);
      sent.recipients =
          List.of(
              new Recipient(
                  "to" + random.nextInt(30) + "@d" + i + ".test",
                  null,
                  false,
                  Outcome.DELIVERED,
                  "2.0.0",
                  "250 ok",
                  "mx.test[198.51.100.1]:25",
                  "N" + id + i,
                  at));
      facts.add(sent.build());
    }
    SubmissionRecord.Builder removed = line(id, time.plusMillis(delay), 9);
    removed.completed = removed.time;
    facts.add(removed.build());
    return facts;
  }

  private SubmissionRecord.Builder line(String id, Instant time, int line) {
    SubmissionRecord.Builder builder = new SubmissionRecord.Builder();
    builder.transactionId = id;
    builder.time = time;
    builder.host = "mail.example.com";
    builder.provenance =
        List.of(
            new SourceLine(
                "mail.log", 100L * number + line, "%016x".formatted(id.hashCode() * 10L + line)));
    return builder;
  }

  /** Facts of many transactions, each line at least once, in any order. */
  public List<SubmissionRecord> shuffled(int transactions) {
    List<SubmissionRecord> all = new ArrayList<>();
    for (int i = 0; i < transactions; i++) {
      List<SubmissionRecord> facts = transaction();
      all.addAll(facts);
      all.add(facts.get(random.nextInt(facts.size())));
    }
    Collections.shuffle(all, random);
    return all;
  }
}
