package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RecordStore;
import org.whosent.record.site.Site;

/** When a follower has its store compacted, and that nothing is lost or late where that fails. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CompactingTest {
  @TempDir Path directory;

  private final InMemoryRecordStore kept = Fixtures.store();
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private Ingest ingest(RecordStore store) {
    PrintStream err = new PrintStream(said, true);
    return new Ingest(store, Site.UNKNOWN, IngestOptions.AUTO, InputStream.nullInputStream(), err);
  }

  private Path log() throws IOException {
    Path log = directory.resolve("mail.log");
    Files.write(log, Fixtures.bytes("postfix/logs/mail-iso.log"));
    return log;
  }

  private SteppedStore compacting(SteppedStore.Steps compact) {
    return new SteppedStore(
        kept,
        what -> {
          if (what.equals("compact")) {
            compact.step(what);
          }
        });
  }

  private int problems() {
    return said.toString().split("was not compacted: days: permission denied", -1).length - 1;
  }

  @Test
  void aRunThatEndsLeavesItToWhoeverSeals() throws IOException {
    AtomicInteger times = new AtomicInteger();
    IngestReport report =
        ingest(compacting(_ -> times.incrementAndGet())).run(List.of(log().toString()));
    assertFalse(report.failed());
    assertEquals(0, times.get());
  }

  @Test
  void aFollowerReadsOnMeanwhileAndTellsAFailureOnce() throws Exception {
    AtomicInteger times = new AtomicInteger();
    CountDownLatch often = new CountDownLatch(3);
    CountDownLatch atIt = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    RecordStore store =
        compacting(
            _ -> {
              times.incrementAndGet();
              often.countDown();
              atIt.countDown();
              awaitQuietly(go);
              throw new AccessDeniedException("days");
            });
    Ingest ingest = ingest(store);
    ingest.compactingPause(Duration.ZERO);
    FutureTask<IngestReport> following =
        new FutureTask<>(() -> ingest.follow(List.of(directory.toString())));
    Thread.ofPlatform().start(following);
    try {
      atIt.await();
      log();
      while (Fixtures.records(kept).isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      assertEquals(1, times.get(), "two at a time");
      go.countDown();
      often.await();
    } finally {
      go.countDown();
      ingest.stop();
    }
    assertFalse(following.get().failed());
    assertEquals(1, problems());
  }

  private static void awaitQuietly(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void whoeverStopsDoesNotWaitForTheEndOfIt() throws Exception {
    CountDownLatch atIt = new CountDownLatch(1);
    Compacting[] own = new Compacting[1];
    RecordStore endless =
        compacting(
            _ -> {
              atIt.countDown();
              while (!own[0].isStopped()) {
                Thread.onSpinWait();
              }
            });
    own[0] = new Compacting(endless, () -> false, new PrintStream(said, true), Duration.ZERO);
    own[0].whenDue();
    atIt.await();
    own[0].close();
    assertEquals("", said.toString());
  }

  @Test
  void aBugInItIsNotPassedOver() {
    Compacting compacting =
        new Compacting(
            compacting(
                _ -> {
                  throw new IllegalArgumentException("a bug");
                }),
            () -> false,
            new PrintStream(said, true),
            Duration.ZERO);
    compacting.whenDue();
    assertThrows(IllegalStateException.class, compacting::close);
  }
}
