package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.record.Recipient;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/** How far reading gets ahead of a store that stands still. */
class HandOverTest {
  private static final int RECORDS = 3000;
  private static final int RECIPIENTS = 500;

  /** A thousand are joined as they come; few more may be on their way, since they are large. */
  private static final int MOST_AHEAD = 2000;

  @Test
  void whatIsOnItsWayIsBoundedHoweverManyRecipients() throws Exception {
    List<Recipient> recipients = new ArrayList<>();
    for (int i = 0; i < RECIPIENTS; i++) {
      recipients.add(Recipient.of("r" + i + "@example.net"));
    }
    InMemoryRecordStore store = Fixtures.store();
    CountDownLatch goesOn = new CountDownLatch(1);
    SteppedStore slow =
        new SteppedStore(
            store,
            what -> {
              if (what.equals("add")) {
                awaitUninterrupted(goesOn);
              }
            });
    AtomicInteger read = new AtomicInteger();
    FutureTask<Void> reading =
        new FutureTask<>(
            () -> {
              try (IngestBatch work = new IngestBatch(slow, Long.MAX_VALUE)) {
                work.begin(new Tally("mail.log"));
                for (int i = 0; i < RECORDS; i++) {
                  work.add(
                      facts(i, recipients), new SourceLine("mail.log", i, "%016x".formatted(i)));
                  read.incrementAndGet();
                }
                work.commit();
              }
              return null;
            });
    Thread reader = Thread.ofPlatform().daemon().start(reading);
    while (reader.isAlive()
        && (read.get() < RECIPIENTS || reader.getState() != Thread.State.WAITING)) {
      Thread.yield();
    }
    int ahead = read.get();
    goesOn.countDown();
    reading.get();
    assertTrue(ahead <= MOST_AHEAD, () -> ahead + " records were read ahead");
    assertEquals(RECORDS, Fixtures.records(store).size());
  }

  private static SubmissionRecord.Builder facts(int i, List<Recipient> recipients) {
    SubmissionRecord.Builder facts = new SubmissionRecord.Builder();
    facts.time = Instant.parse("2026-11-23T10:00:00Z").plusSeconds(i);
    facts.transactionId = "A%07X".formatted(i);
    facts.host = "mail.example.com";
    facts.recipients = recipients;
    return facts;
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
