package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.ingest.input.LineInput;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/** How far reading gets ahead of a store that stands still. */
class HandOverTest {
  private static final int RECORDS = 3000;
  private static final int RECIPIENTS = 500;

  /** A thousand are joined as they come; few more may be on their way, since they are large. */
  private static final int MOST_AHEAD = 2000;

  private static final int LONG_LINES = 100;

  /** The queue's, the one that is joined and the one that is filled; each may be over by a line. */
  private static final int MOST_LONG_LINES_AHEAD = 20;

  @Test
  void whatIsOnItsWayIsBoundedHoweverManyRecipients() throws Exception {
    List<Recipient> recipients = new ArrayList<>();
    for (int i = 0; i < RECIPIENTS; i++) {
      recipients.add(Recipient.of("r" + i + "@example.net"));
    }
    int ahead = ahead(RECORDS, 20, "add", 2 * RECIPIENTS, i -> facts(i, recipients));
    assertTrue(ahead <= MOST_AHEAD, () -> ahead + " records were read ahead");
  }

  @Test
  void whatIsOnItsWayIsBoundedHoweverLongTheLines() throws Exception {
    int ahead = ahead(LONG_LINES, LineInput.LONGEST - 1, "begin", 16, i -> facts(i, List.of()));
    assertTrue(ahead <= MOST_LONG_LINES_AHEAD, () -> ahead + " lines of a megabyte");
  }

  /**
   * Reads these facts, each from a line of that length, while the store stands still at a step.
   *
   * @param atLeast so many can always be read until then
   * @return how many were read until then
   */
  private static int ahead(
      int lines, int length, String step, int atLeast, IntFunction<SubmissionRecord.Builder> facts)
      throws Exception {
    InMemoryRecordStore store = Fixtures.store();
    CountDownLatch goesOn = new CountDownLatch(1);
    SteppedStore slow =
        new SteppedStore(
            store,
            what -> {
              if (what.equals(step)) {
                awaitUninterrupted(goesOn);
              }
            });
    AtomicInteger read = new AtomicInteger();
    FutureTask<Void> reading =
        new FutureTask<>(
            () -> {
              LogCounts.Count count = new LogCounts.Count();
              try (LineInput in = new LineInput(new Lines(lines, length), 0);
                  IngestBatch work = new IngestBatch(slow, Long.MAX_VALUE, Duration.ZERO)) {
                work.begin(new Tally("mail.log"));
                for (int i = 0; in.next() == LineInput.Found.LINE; i++) {
                  work.add(facts.apply(i), "mail.log", in, count);
                  work.lineRead();
                  read.incrementAndGet();
                }
                work.commit();
              }
              return null;
            });
    Thread reader = Thread.ofPlatform().daemon().start(reading);
    while (reader.isAlive()
        && (read.get() < atLeast || reader.getState() != Thread.State.WAITING)) {
      Thread.yield();
    }
    int ahead = read.get();
    goesOn.countDown();
    reading.get();
    assertEquals(lines, Fixtures.records(store).size());
    return ahead;
  }

  /** Lines that all differ, and lie nowhere. */
  private static final class Lines extends InputStream {
    private final int lines;
    private final byte[] line;
    private int number;
    private int at;

    Lines(int lines, int length) {
      this.lines = lines;
      this.line = new byte[length + 1];
      Arrays.fill(line, (byte) 'x');
      line[length] = '\n';
      at = line.length;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (at == line.length) {
        if (number == lines) {
          return -1;
        }
        byte[] digits = "%08d".formatted(number++).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, line, 0, digits.length);
        at = 0;
      }
      int part = Math.min(length, line.length - at);
      System.arraycopy(line, at, into, offset, part);
      at += part;
      return part;
    }
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
