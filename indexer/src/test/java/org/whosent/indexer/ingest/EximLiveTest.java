package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RecordStore;

/**
 * Exim's own file with lines that strangers wrote, read while it grows: the records are those of
 * the whole file, wherever it ended at the moment, and at no time is somebody named of whom the
 * whole says nothing.
 */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EximLiveTest {
  /** More with {@code -Dwhosent.rounds=N}. */
  private static final int ROUNDS = Integer.getInteger("whosent.rounds", 6);

  @TempDir Path directory;
  private int files;

  private Path file() throws IOException {
    return Files.createDirectories(directory.resolve("log" + files++)).resolve("mainlog");
  }

  private static String records(RecordStore store) throws IOException {
    return Fixtures.json(Fixtures.recordsWithLines(store));
  }

  private String whole(byte[] log) throws IOException {
    Path file = file();
    Files.write(file, log);
    InMemoryRecordStore store = Fixtures.store();
    Fixtures.run(store, file);
    return records(store);
  }

  private static byte[] part(byte[] log, int from, int to) {
    return Arrays.copyOfRange(log, from, to);
  }

  private static void append(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** What a client says of his own message, a recipient too, is his to say. */
  private static void assertNobodyFramed(String records, long seed) {
    for (String record : records.lines().toList()) {
      boolean isHisOwn = record.contains(EximHostileLog.MALLORYS);
      String names = isHisOwn ? "ser\":\"victim" : "victim"; // user, localUser
      assertTrue(!record.contains(names), () -> "seed " + seed + ": " + record);
    }
  }

  private void readInPieces(byte[] log, Iterable<Integer> ends, String whole, long seed)
      throws IOException {
    Path file = file();
    InMemoryRecordStore store = Fixtures.store();
    int from = 0;
    for (int end : ends) {
      append(file, part(log, from, end));
      from = end;
      Fixtures.run(store, file); // each with nothing but the store, as after a SIGKILL
      assertNobodyFramed(records(store), seed);
    }
    assertSame(whole, records(store), seed);
  }

  private static void assertSame(String whole, String found, long seed) {
    List<String> one = whole.lines().filter(record -> !found.contains(record)).toList();
    List<String> two = found.lines().filter(record -> !whole.contains(record)).toList();
    assertTrue(
        one.isEmpty() && two.isEmpty(),
        () ->
            "seed "
                + seed
                + ": whole "
                + one.stream().limit(3).toList()
                + ", found "
                + two.stream().limit(3).toList());
  }

  @Test
  void readByRunsBetweenWhichItGrows() throws IOException {
    long fresh = System.nanoTime();
    for (int round = 0; round < ROUNDS; round++) {
      long seed = round % 2 == 0 ? round : fresh + round;
      Random random = new Random(seed);
      byte[] log = new EximHostileLog(random).bytes();
      String whole = whole(log);
      assertNobodyFramed(whole, seed);
      TreeSet<Integer> ends = new TreeSet<>(List.of(log.length));
      for (int i = random.nextInt(40); i >= 0; i--) {
        int end = 1 + random.nextInt(log.length);
        ends.add(random.nextBoolean() ? end : EximHostileLog.lineEnd(log, end));
      }
      readInPieces(log, ends, whole, seed);
    }
  }

  /** Wherever it ends: there it is read once, and once more when all of it is there. */
  @Test
  void readOnceBeforeItIsWhole() throws IOException {
    long fresh = System.nanoTime();
    for (long seed : new long[] {1, fresh}) {
      Random random = new Random(seed);
      byte[] log = new EximHostileLog(random).bytes();
      String whole = whole(log);
      for (int i = 0; i < 3 * ROUNDS; i++) {
        int end = EximHostileLog.lineEnd(log, 1 + random.nextInt(log.length));
        readInPieces(log, List.of(end, log.length), whole, seed);
      }
    }
  }

  /** Rotation parts no entry; what was rotated away may be compressed or not when it is read. */
  @Test
  void rotatedWhileItGrows() throws IOException {
    long fresh = System.nanoTime();
    for (int round = 0; round < ROUNDS; round++) {
      long seed = round % 2 == 0 ? round : fresh + round;
      Random random = new Random(seed);
      EximHostileLog hostile = new EximHostileLog(random);
      byte[] log = hostile.bytes();
      Path live = file();
      InMemoryRecordStore store = Fixtures.store();
      int from = 0;
      int rotations = 0;
      for (int end : hostile.ends()) {
        if (random.nextInt(10) > 0 && end < log.length) {
          continue;
        }
        append(live, part(log, from, end));
        from = end;
        if (random.nextInt(3) > 0) {
          Fixtures.run(store, random.nextBoolean() ? live : live.getParent());
          assertNobodyFramed(records(store), seed);
        }
        if (random.nextInt(4) == 0) {
          rotate(live, ++rotations);
        }
      }
      Fixtures.run(store, live.getParent());
      assertNobodyFramed(records(store), seed);
      InMemoryRecordStore once = Fixtures.store();
      Fixtures.run(once, live.getParent());
      assertEquals(names(once), names(store), "seed " + seed);
    }
  }

  private static void rotate(Path live, int rotations) throws IOException {
    for (int number = rotations; number >= 0; number--) {
      Path from = live.resolveSibling("mainlog" + (number == 0 ? "" : "." + number));
      if (Files.exists(from)) {
        Files.move(from, live.resolveSibling("mainlog." + (number + 1)));
      }
    }
  }

  /** All but the files. */
  private static String names(RecordStore store) throws IOException {
    return Fixtures.json(Fixtures.records(store));
  }

  /** By one run that stays, and another that goes on after it. */
  @Test
  void followed() throws Exception {
    long fresh = System.nanoTime();
    for (long seed : new long[] {3, fresh}) {
      Random random = new Random(seed);
      byte[] log = new EximHostileLog(random).bytes();
      Path file = file();
      Files.createFile(file);
      InMemoryRecordStore store = Fixtures.store();
      int from = 0;
      for (int restart = 0; restart < 2; restart++) {
        Ingest ingest = Fixtures.ingest(store);
        FutureTask<IngestReport> following =
            new FutureTask<>(() -> ingest.follow(List.of(file.toString())));
        Thread.ofPlatform().start(following);
        for (int i = 0; i < 12; i++) {
          int end = Math.min(log.length, from + random.nextInt(log.length / 12));
          append(file, part(log, from, end));
          from = end;
          TimeUnit.MILLISECONDS.sleep(random.nextInt(400));
          assertNobodyFramed(records(store), seed);
        }
        ingest.stop();
        following.get(300, TimeUnit.SECONDS);
      }
      append(file, part(log, from, log.length));
      Fixtures.run(store, file);
      assertSame(whole(log), records(store), seed);
    }
  }

  /** What stands behind an offer is there at once, and its sender's name when it is sure. */
  @Test
  void mailBehindAnOfferIsThereBeforeItIsKnownWhoseItIs() throws IOException {
    Path file = file();
    InMemoryRecordStore store = Fixtures.store();
    String offer = "2026-11-23 15:54:07 TLS ALPN (h2:http/1.1) rejected\n";
    String arrival =
        "2026-11-23 15:54:08 1xVWMq-00006g-22 <= a@example.com H=x [192.0.2.9] P=esmtpa"
            + " A=plain:alice S=1 id=a@b\n";
    append(file, (offer + arrival).getBytes(StandardCharsets.UTF_8));
    Fixtures.run(store, file);
    assertTrue(records(store).contains("192.0.2.9"), records(store));
    assertTrue(!records(store).contains("alice"), records(store));
    append(
        file, "2026-11-23 15:54:09 cwd=/ 1 args: x\n".repeat(300).getBytes(StandardCharsets.UTF_8));
    Fixtures.run(store, file);
    assertTrue(records(store).contains("alice"), records(store));
  }

  /** What was rotated away is over. */
  @Test
  void aPieceThatWasRotatedIsNotWaitedFor() throws IOException {
    Path live = file();
    InMemoryRecordStore store = Fixtures.store();
    String log =
        "2026-11-23 15:54:07 TLS ALPN (h2:http/1.1) rejected\n"
            + "2026-11-23 15:54:08 1xVWMq-00006g-22 <= a@example.com H=x [192.0.2.9] P=esmtpa"
            + " A=plain:alice S=1 id=a@b\n";
    Files.writeString(live, log);
    Fixtures.run(store, live);
    assertTrue(!records(store).contains("alice"), records(store));
    Path dated = live.resolveSibling("mainlog-20261123");
    Files.move(live, dated);
    Fixtures.run(store, dated);
    assertTrue(!records(store).contains("alice"), "it may be the live one, by Exim's %D");
    Files.writeString(live, "2026-11-24 00:00:08 1xVWMq-00006g-22 Completed\n");
    Fixtures.run(store, dated);
    assertTrue(records(store).contains("alice"), records(store));
    Path numbered = live.resolveSibling("mainlog.1");
    Files.move(dated, numbered);
    InMemoryRecordStore other = Fixtures.store();
    Fixtures.run(other, numbered);
    assertTrue(records(other).contains("alice"), records(other));
  }
}
