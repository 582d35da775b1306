package org.whosent.msa.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.fixtures.disk.FaultyFileSystem;
import org.whosent.msa.support.TestServer;
import org.whosent.record.BadLineException;
import org.whosent.record.JournalCodec;
import org.whosent.record.JournalEntry;

/** The journal on disks good and bad. */
class JournalTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  @TempDir Path directory;
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private final InstantSource clock = now::get;

  private Journal open(JournalFiles files, long maxFileBytes) throws IOException {
    return Journal.open(
        directory.resolve("journal"),
        files,
        clock,
        "msa.example",
        Duration.ofHours(1),
        maxFileBytes,
        log::add);
  }

  private static JournalEntry entry(String what) {
    return new JournalEntry.Refusal(
        NOON, "msa.example", null, null, null, null, null, null, null, null, what);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("journal"))) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  /** The replies of all refusals, in order; lines that cannot be read are "?". */
  private List<String> written() throws IOException {
    return written(directory.resolve("journal"));
  }

  private static List<String> written(Path journal) throws IOException {
    List<String> written = new ArrayList<>();
    for (String line : TestServer.lines(journal)) {
      try {
        if (JournalCodec.decode(line.getBytes()) instanceof JournalEntry.Refusal refusal) {
          written.add(refusal.reply());
        }
      } catch (BadLineException e) {
        written.add("?");
      }
    }
    return written;
  }

  @Test
  void appendedEntriesAreThereWhenAppendReturns() throws Exception {
    try (Journal journal = open(JournalFiles.DISK, 1 << 20)) {
      journal.appendLazily(entry("lazy"));
      journal.append(entry("one"));
      assertEquals(List.of("lazy", "one"), written());
    }
    assertEquals(List.of("journal-20261123-0001.jsonl"), names());
    List<String> lines = TestServer.lines(directory.resolve("journal"));
    assertTrue(lines.getFirst().contains("heartbeat") && lines.getLast().contains("heartbeat"));
  }

  /** A session that is cut when the server ends still says what became of its message. */
  @Test
  void whoIsInterruptedCanStillAppendLazily() throws Exception {
    try (Journal journal = open(JournalFiles.DISK, 1 << 20)) {
      Thread.currentThread().interrupt();
      journal.appendLazily(entry("outcome"));
      assertTrue(Thread.interrupted());
    }
    assertEquals(List.of("outcome"), written());
  }

  @Test
  void manyWritersShareForces() throws Exception {
    FaultyFiles files = new FaultyFiles();
    try (Journal journal = open(files, 1 << 20)) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String name = "entry" + i;
        threads.add(
            Thread.startVirtualThread(
                () -> {
                  try {
                    journal.append(entry(name));
                  } catch (JournalException e) {
                    log.add(e.toString());
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertEquals(List.of(), log);
    assertEquals(200, written().stream().distinct().count());
    assertEquals(200, written().size());
  }

  @Test
  void newFileEachDayAtTheSizeAndAtEachStart() throws Exception {
    try (Journal journal = open(JournalFiles.DISK, 400)) {
      journal.append(entry("x".repeat(400)));
      journal.append(entry("second file"));
      now.set(NOON.plus(Duration.ofDays(1)));
      journal.append(entry("third file"));
      now.set(NOON); // a clock set back
      journal.append(entry("still the third"));
    }
    try (Journal journal = open(JournalFiles.DISK, 400)) {
      journal.append(entry("fourth, though it is the day before"));
    }
    assertEquals(
        List.of(
            "journal-20261123-0001.jsonl",
            "journal-20261123-0002.jsonl",
            "journal-20261124-0001.jsonl",
            "journal-20261124-0002.jsonl"),
        names());
    assertEquals(5, written().size());
    assertEquals("fourth, though it is the day before", written().getLast());
  }

  @Test
  void tornLineIsEndedAtTheNextStart() throws Exception {
    try (Journal journal = open(JournalFiles.DISK, 1 << 20)) {
      journal.append(entry("one"));
    }
    Path file = directory.resolve("journal").resolve("journal-20261123-0001.jsonl");
    Files.writeString(file, "{\"v\":1,\"type\":\"subm", StandardOpenOption.APPEND);
    try (Journal journal = open(JournalFiles.DISK, 1 << 20)) {
      journal.append(entry("two"));
    }
    assertEquals(List.of("one", "?", "two"), written());
    assertEquals(1, log.size(), log.toString());
  }

  @Test
  void fullDisk() throws Exception {
    FaultyFiles files = new FaultyFiles();
    try (Journal journal = open(files, 1 << 20)) {
      journal.append(entry("one"));
      files.fault = FaultyFiles.Fault.FULL;
      assertThrows(JournalException.class, () -> journal.append(entry("lost")));
      assertThrows(JournalException.class, () -> journal.append(entry("lost too")));
      files.fault = FaultyFiles.Fault.NONE;
      journal.append(entry("two"));
      files.fault = FaultyFiles.Fault.FULL_AND_STUCK;
      assertThrows(JournalException.class, () -> journal.append(entry("torn")));
      files.fault = FaultyFiles.Fault.CREATE;
      assertThrows(JournalException.class, () -> journal.append(entry("nowhere")));
      files.fault = FaultyFiles.Fault.NONE;
      journal.append(entry("three"));
    }
    assertEquals(List.of("one", "two", "three"), written());
    assertEquals(2, names().size(), "a file with a torn end was appended to");
    assertEquals(4, log.size(), log.toString());
  }

  @Test
  void whyAFileCannotBeMadeIsSaid() throws Exception {
    try (Journal journal = open(JournalFiles.DISK, 1 << 20)) {
      journal.append(entry("one"));
      Files.move(directory.resolve("journal"), directory.resolve("away"));
      now.set(NOON.plus(Duration.ofDays(1)));
      JournalException e = assertThrows(JournalException.class, () -> journal.append(entry("two")));
      Path file = directory.resolve("journal/journal-20261124-0001.jsonl");
      assertEquals("journal: " + file + ": no such file", e.getMessage());
      assertEquals(
          "journal: cannot be written, mail is refused: " + file + ": no such file", log.getLast());
    }
  }

  @Test
  void failedForceAbandonsTheFile() throws Exception {
    FaultyFiles files = new FaultyFiles();
    try (Journal journal = open(files, 1 << 20)) {
      journal.append(entry("one"));
      files.fault = FaultyFiles.Fault.FORCE;
      assertThrows(JournalException.class, () -> journal.append(entry("unsure")));
      assertThrows(JournalException.class, () -> journal.append(entry("unsure too")));
      files.fault = FaultyFiles.Fault.NONE;
      journal.append(entry("two"));
    }
    assertEquals(0, files.usedAfterFailedForce.get());
    assertEquals(3, files.created.get());
    assertTrue(written().containsAll(List.of("one", "two")));
  }

  @Test
  void heartbeatsInSilence() throws Exception {
    try (Journal journal =
        Journal.open(
            directory.resolve("journal"),
            JournalFiles.DISK,
            clock,
            "msa.example",
            Duration.ofMillis(20),
            1 << 20,
            log::add)) {
      Path file = directory.resolve("journal").resolve("journal-20261123-0001.jsonl");
      while (Files.readAllLines(file).size() < 5) {
        Thread.onSpinWait();
        Thread.yield();
      }
      journal.append(entry("between"));
    }
    List<JournalEntry> entries = TestServer.journal(directory.resolve("journal"));
    assertTrue(entries.getLast() instanceof JournalEntry.Heartbeat);
  }

  @Test
  void theFirstRecordOfANewDataDirectoryOutlastsAPowerFailure() throws Exception {
    for (int seed = 0; seed < 40; seed++) {
      Path home = Files.createDirectories(directory.resolve("home" + seed));
      FaultyFileSystem files = new FaultyFileSystem(seed, home);
      try (DataDirectory held = DataDirectory.take(files.path(home).resolve("lib/whosent"));
          Journal journal =
              Journal.open(
                  held.path().resolve("journal"),
                  JournalFiles.DISK,
                  clock,
                  "msa.example",
                  Duration.ofHours(1),
                  1 << 20,
                  log::add)) {
        journal.append(entry("acknowledged"));
        files.failAt(0, false);
        assertThrows(JournalException.class, () -> journal.append(entry("refused")));
      }
      Path journal = home.resolve("lib/whosent/journal");
      assertTrue(Files.isDirectory(journal), "seed " + seed);
      assertTrue(written(journal).contains("acknowledged"), "seed " + seed);
    }
  }

  /**
   * By a clean-up job, say: what is written into a file without a name is gone at the next start.
   */
  @Test
  void aFileThatSomebodyTookAwayIsNotWrittenOn() throws Exception {
    Path journals = directory.resolve("journal");
    try (Journal journal = open(JournalFiles.DISK, 1 << 20)) {
      journal.append(entry("one"));
      Files.delete(journals.resolve("journal-20261123-0001.jsonl"));
      journal.append(entry("two"));
      assertEquals(List.of("two"), written());
      Path second = journals.resolve("journal-20261123-0002.jsonl");
      Files.move(second, directory.resolve("aside"));
      Files.createFile(second);
      journal.append(entry("three"));
      assertEquals(List.of("three"), written());
      assertEquals(2, log.stream().filter(line -> line.contains("moved or deleted")).count());
      Files.move(journals, directory.resolve("elsewhere"));
      assertThrows(JournalException.class, () -> journal.append(entry("four")));
      Files.createDirectory(journals);
      journal.append(entry("five"));
      assertEquals(List.of("five"), written());
    }
  }

  @Test
  @Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whateverFailsBetweenEntriesTheNextIsWritten() throws Exception {
    AtomicBoolean broken = new AtomicBoolean();
    InstantSource breaking =
        () -> {
          if (broken.get()) {
            throw new IllegalStateException("no clock");
          }
          return NOON;
        };
    Path journals = directory.resolve("journal");
    try (Journal journal =
        Journal.open(
            journals,
            JournalFiles.DISK,
            breaking,
            "msa.example",
            Duration.ofMillis(5),
            1 << 20,
            log::add)) {
      broken.set(true);
      while (log.stream().noneMatch(line -> line.contains("no clock"))) {
        Thread.sleep(5);
      }
      broken.set(false);
      journal.append(entry("next"));
      assertEquals(List.of("next"), written());
    }
  }

  @Test
  void oneAtATime() throws Exception {
    try (DataDirectory held = DataDirectory.take(directory.resolve("data"))) {
      IOException e =
          assertThrows(IOException.class, () -> DataDirectory.take(directory.resolve("data")));
      assertTrue(e.getMessage().contains("another whosent msa"), e.getMessage());
      assertEquals(directory.resolve("data"), held.path());
    }
    DataDirectory.take(directory.resolve("data")).close();
  }

  @Test
  void aSpoolThatTakesNothingEndsTheStart() throws Exception {
    Path data = Files.createDirectories(directory.resolve("data"));
    try (DataDirectory held = DataDirectory.take(data)) {
      Path spool = held.spool();
      try (Stream<Path> left = Files.list(spool)) {
        assertEquals(0, left.count());
      }
      Files.delete(spool);
      // Nobody can make a file there, root included.
      Files.createSymbolicLink(spool, Path.of("/proc/self"));
      assertThrows(IOException.class, held::spool);
      Files.delete(spool);
    }
  }

  @Test
  void closeDisturbsNoWrite() throws Exception {
    for (int i = 0; i < 100; i++) {
      Journal journal = open(JournalFiles.DISK, 1 << 20);
      String name = "lazy" + i;
      journal.appendLazily(entry(name));
      journal.close();
      assertEquals(name, written().getLast());
    }
    assertEquals(List.of(), log);
  }

  @Test
  void afterCloseNothingIsTaken() throws Exception {
    Journal journal = open(JournalFiles.DISK, 1 << 20);
    journal.close();
    assertThrows(JournalException.class, () -> journal.append(entry("late")));
  }
}
