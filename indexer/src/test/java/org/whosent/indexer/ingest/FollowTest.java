package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.record.SubmissionRecord;

/** A follower sees what is written, over every kind of rotation, and ends when it is told to. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FollowTest {
  private static final byte[] LOG = Fixtures.bytes("postfix/logs/mail-iso.log");

  @TempDir Path directory;
  private final InMemoryRecordStore store = Fixtures.store();
  private final Ingest ingest = Fixtures.ingest(store);
  private FutureTask<IngestReport> running;
  private Thread thread;

  private void follow(Path... paths) {
    running =
        new FutureTask<>(() -> ingest.follow(Arrays.stream(paths).map(Path::toString).toList()));
    thread = Thread.ofPlatform().start(running);
  }

  @AfterEach
  void end() throws Exception {
    ingest.stop();
    if (running != null) {
      running.get(300, TimeUnit.SECONDS);
    }
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    while (!condition.call()) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static int lineEnd(int near) {
    int at = near;
    while (LOG[at - 1] != '\n') {
      at++;
    }
    return at;
  }

  private static byte[] part(int from, int to) {
    return Arrays.copyOfRange(LOG, from, to);
  }

  private List<SubmissionRecord> expected(byte[] log) throws IOException {
    InMemoryRecordStore other = Fixtures.store();
    Path file = Files.createTempDirectory(directory, "x").resolve("log");
    Files.write(file, log);
    Fixtures.run(other, file);
    return Fixtures.records(other);
  }

  private static List<String> ids(List<SubmissionRecord> records) {
    return records.stream().map(r -> r.transactionId() + " " + r.user()).toList();
  }

  private boolean has(byte[] log) throws IOException {
    return ids(Fixtures.records(store)).equals(ids(expected(log)))
        && recipients(Fixtures.records(store)) == recipients(expected(log));
  }

  private static long recipients(List<SubmissionRecord> records) {
    return records.stream().mapToLong(r -> r.recipients().size()).sum();
  }

  @Test
  void newLinesAreSeenAlsoWhenWrittenInPieces() throws Exception {
    Path live = directory.resolve("mail.log");
    int half = lineEnd(LOG.length / 2);
    Files.write(live, part(0, half));
    follow(live);
    await(() -> has(part(0, half)));
    for (int at = half; at < LOG.length; at += 777) {
      Files.write(live, part(at, Math.min(LOG.length, at + 777)), StandardOpenOption.APPEND);
    }
    await(() -> has(LOG));
    assertEquals(expected(LOG), Fixtures.records(store));
  }

  /** As logrotate's dateformat and extension give them, besides those that sort by themselves. */
  @ParameterizedTest
  @ValueSource(strings = {"mail.log.1", "mail.log-2026-11-27", "mail-20261127.log", "mail.log.old"})
  void renamingLosesNothingThatWasWrittenBeforeOrAfter(String name) throws Exception {
    Path live = directory.resolve("mail.log");
    int first = lineEnd(LOG.length / 4);
    int second = lineEnd(LOG.length / 2);
    int third = lineEnd(3 * LOG.length / 4);
    Files.write(live, part(0, first));
    follow(live);
    await(() -> has(part(0, first)));
    // More is written, then it is moved aside, then the writer still adds to the moved file.
    Files.write(live, part(first, second), StandardOpenOption.APPEND);
    Path aside = directory.resolve(name);
    Files.move(live, aside);
    Files.write(live, part(third, LOG.length));
    Files.write(aside, part(second, third), StandardOpenOption.APPEND);
    await(() -> has(LOG));
  }

  /** As where the machine, or the service, is down over the night. */
  @ParameterizedTest
  @ValueSource(strings = {"mail.log.1", "mail.log-20261123", "mail.log.1.gz"})
  void whatWasRotatedAwayWhileNobodyFollowedIsReadOn(String name) throws Exception {
    Path live = directory.resolve("mail.log");
    int first = lineEnd(LOG.length / 3);
    int second = lineEnd(LOG.length / 2);
    Files.write(live, part(0, first));
    Fixtures.run(store, live);
    byte[] piece = part(0, second);
    Files.delete(live);
    Files.write(
        directory.resolve(name), name.endsWith(".gz") ? IngestTest.compress("gz", piece) : piece);
    Files.write(live, part(second, LOG.length));
    follow(live);
    await(() -> has(LOG));
  }

  @Test
  void alsoWhenItWasRotatedSeveralTimes() throws Exception {
    Path live = directory.resolve("mail.log");
    int first = lineEnd(LOG.length / 5);
    int second = lineEnd(LOG.length / 3);
    int third = lineEnd(LOG.length / 2);
    Files.write(live, part(0, first));
    Fixtures.run(store, live);
    Files.delete(live);
    Files.write(directory.resolve("mail.log.3.gz"), IngestTest.compress("gz", part(0, second)));
    Files.write(directory.resolve("mail.log.2.gz"), IngestTest.compress("gz", part(second, third)));
    Files.write(directory.resolve("mail.log.1"), part(third, lineEnd(3 * LOG.length / 4)));
    follow(live); // nothing is there yet
    Files.write(live, part(lineEnd(3 * LOG.length / 4), LOG.length));
    await(() -> has(LOG));
  }

  /** As the kubelet and others put links to logs that are rotated elsewhere. */
  @Test
  void theLastLinesOfALinkedLogAreReadWhereItWasRotated() throws Exception {
    Path logs = Files.createDirectory(directory.resolve("logs"));
    Path file = logs.resolve("0.log");
    Path link = Files.createSymbolicLink(directory.resolve("mail_default.log"), file);
    int first = lineEnd(LOG.length / 4);
    int second = lineEnd(LOG.length / 2);
    Files.write(file, part(0, first));
    follow(link);
    await(() -> has(part(0, first)));
    Files.write(file, part(first, second), StandardOpenOption.APPEND);
    Path aside = logs.resolve("0.log.20261129-000000");
    Files.move(file, aside);
    Files.write(file, part(second, LOG.length));
    await(() -> has(LOG));
  }

  /** What nobody asked for, and no earlier run has begun, is not read. */
  @Test
  void aFirstStartReadsTheLiveFileAlone() throws Exception {
    Path live = directory.resolve("mail.log");
    int half = lineEnd(LOG.length / 2);
    Files.write(directory.resolve("mail.log.1"), part(0, half));
    Files.write(live, part(half, LOG.length));
    follow(live);
    await(() -> !Fixtures.records(store).isEmpty());
    ingest.stop();
    IngestReport report = running.get(300, TimeUnit.SECONDS);
    assertEquals(1, report.files().size(), report.files()::toString);
  }

  @Test
  void copyingAndTruncatingLosesNothing() throws Exception {
    Path live = directory.resolve("mail.log");
    int first = lineEnd(LOG.length / 2);
    int second = lineEnd(2 * LOG.length / 3);
    Files.write(live, part(0, first));
    follow(live);
    await(() -> has(part(0, first)));
    Files.write(live, part(first, second), StandardOpenOption.APPEND);
    Files.copy(live, directory.resolve("mail.log.1"));
    Files.write(live, part(second, LOG.length));
    await(() -> has(LOG));
  }

  /** As a busy log has, or one that nobody looked at for a while. */
  @Test
  void alsoWhenItHasGrownPastItsSizeAgainBeforeTheNextLook() throws Exception {
    Path live = directory.resolve("mail.log");
    int first = lineEnd(LOG.length / 5);
    int second = lineEnd(LOG.length / 4);
    Files.write(live, part(0, first));
    follow(live);
    await(() -> has(part(0, first)));
    Path aside = directory.resolve("aside");
    Files.write(aside, part(0, second));
    Files.move(aside, directory.resolve("mail.log.1"));
    Files.write(live, part(second, LOG.length)); // in one write
    await(() -> has(LOG));
  }

  @Test
  void aPieceThatIsCompressedAtOnceIsReadToo() throws Exception {
    Path live = directory.resolve("mail.log");
    int first = lineEnd(LOG.length / 2);
    int second = lineEnd(2 * LOG.length / 3);
    Files.write(live, part(0, first));
    follow(live);
    await(() -> has(part(0, first)));
    Files.write(
        directory.resolve("mail.log-20261123.gz"), IngestTest.compress("gz", part(0, second)));
    Path fresh = directory.resolve("fresh");
    Files.write(fresh, part(second, LOG.length));
    Files.move(fresh, live, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    await(() -> has(LOG));
  }

  @Test
  void aDirectoryGetsNewFiles() throws Exception {
    Path logs = Files.createDirectory(directory.resolve("journal"));
    follow(logs);
    Files.write(
        logs.resolve("journal-20261123-0001.jsonl"),
        Fixtures.bytes("journal/logs/journal-20261123-0001.jsonl"));
    await(() -> Fixtures.records(store).size() == 3);
    Files.write(logs.resolve("mail.log"), LOG);
    await(() -> Fixtures.records(store).size() == 3 + expected(LOG).size());
  }

  @Test
  void aFileThatIsNotThereYetIsWaitedFor() throws Exception {
    Path live = directory.resolve("mail.log");
    follow(live);
    Files.write(live, LOG);
    await(() -> has(LOG));
  }

  @Test
  void anInterruptEndsItCleanly() throws Exception {
    Path live = directory.resolve("mail.log");
    Files.write(live, LOG);
    follow(live);
    await(() -> has(LOG));
    thread.interrupt();
    IngestReport report = running.get(300, TimeUnit.SECONDS);
    assertTrue(report.interrupted());
    assertEquals(LOG.length, report.files().getFirst().bytes());
  }

  @Test
  void aPipeThatStandsStillIsVisibleAndCanBeStopped() throws Exception {
    java.io.PipedOutputStream out = new java.io.PipedOutputStream();
    java.io.PipedInputStream in = new java.io.PipedInputStream(out, 1 << 20);
    Ingest piped =
        new Ingest(
            store,
            org.whosent.record.site.Site.UNKNOWN,
            Fixtures.options(java.time.ZoneOffset.UTC, null),
            in,
            new java.io.PrintStream(java.io.OutputStream.nullOutputStream()));
    FutureTask<IngestReport> task = new FutureTask<>(() -> piped.run(List.of("-")));
    Thread.ofPlatform().start(task);
    int first = lineEnd(1); // not a line of the mail server yet: more is waited for
    int second = lineEnd(LOG.length / 2);
    out.write(LOG, 0, first);
    out.flush();
    out.write(LOG, first, second - first);
    out.flush();
    await(() -> has(part(0, second)));
    out.write(LOG, second, LOG.length - second);
    out.flush();
    await(() -> has(LOG));
    piped.stop();
    assertTrue(task.get(300, TimeUnit.SECONDS).interrupted());
    assertEquals(expected(LOG), Fixtures.records(store));
  }

  @Test
  void followingAPipeAloneEndsWithIt() throws Exception {
    Ingest piped =
        new Ingest(
            store,
            org.whosent.record.site.Site.UNKNOWN,
            Fixtures.options(java.time.ZoneOffset.UTC, null),
            new java.io.ByteArrayInputStream(LOG),
            new java.io.PrintStream(java.io.OutputStream.nullOutputStream()));
    FutureTask<IngestReport> task = new FutureTask<>(() -> piped.follow(List.of("-")));
    Thread.ofPlatform().start(task);
    assertFalse(task.get(300, TimeUnit.SECONDS).interrupted());
    assertEquals(expected(LOG), Fixtures.records(store));
  }
}
