package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RandomFacts;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.ManifestFiles;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.partition.reading.PartitionScan;
import org.whosent.indexer.store.partition.renewal.Renewal;
import org.whosent.indexer.store.segment.GoneFile;
import org.whosent.indexer.store.segment.SegmentFormat;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/**
 * Processes that die at any instant, and what the next one finds. A few kills in every build;
 * {@code -P kills} makes two hundred. Fixed seeds and fresh ones in turn; {@code -Dwhosent.seed=N}
 * takes just that one.
 */
public class CrashTest {
  private static final int KILLS = Integer.getInteger("whosent.store.kills", 5);

  /** The exit status of what was killed. */
  private static final int SIGKILL = 128 + 9;

  @TempDir Path directory;

  private Process child(Path data, String what) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            CrashChild.class.getName(),
            data.toString(),
            what)
        .redirectError(directory.resolveSibling("child-errors.txt").toFile())
        .start();
  }

  private static Set<SubmissionRecord> all(RecordStore store) throws IOException {
    try (View view = store.view()) {
      List<SubmissionRecord> all = new ArrayList<>();
      view.search(RecordQuery.ALL).forEachRemaining(all::add);
      assertEquals(List.of(), view.warnings());
      assertEquals(all.size(), new HashSet<>(all).size(), "a record twice");
      return new HashSet<>(all);
    }
  }

  @Test
  void killedAtAnyInstantItStandsBeforeOrAfter() throws Exception {
    long fresh = System.nanoTime();
    Long only = Long.getLong("whosent.seed");
    int kills = 0;
    int[] killedIn = new int[CrashChild.STEPS];
    for (int course = 0; kills < KILLS; course++) {
      assertTrue(course < 10 * KILLS, "the children end before they can be killed");
      long seed = only != null ? only : course % 2 == 0 ? course : fresh + course;
      kills += course(seed, directory.resolve("course" + course), KILLS - kills, killedIn);
    }
    System.out.printf(
        "CrashTest: %d kills, by step %s, fresh seeds from %d%n",
        kills, Arrays.toString(killedIn), fresh);
  }

  /** Kills whoever goes on with one course, until it is done; returns how often. */
  private int course(long seed, Path data, int most, int[] killedIn) throws Exception {
    String say = "seed " + seed;
    Random random = new Random(seed);
    List<SubmissionRecord> facts = CrashChild.facts(seed);
    RecordStore store = PartitionedRecordStore.open(data);
    int kills = 0;
    while (kills < most && CrashChild.done(store) < CrashChild.STEPS) {
      Process child = child(data, Long.toString(seed));
      for (int marks = 1 + random.nextInt(12); marks > 0; marks--) {
        child.getInputStream().read(); // a part of a step begins, or it has ended
      }
      if (child.waitFor(random.nextInt(1 + random.nextInt(120)), TimeUnit.MILLISECONDS)) {
        assertEquals(0, child.exitValue(), say);
        break;
      }
      if (child.destroyForcibly().waitFor() == SIGKILL) {
        kills++;
      }
      int done = CrashChild.done(store);
      InMemoryRecordStore model = new InMemoryRecordStore();
      for (int step = 0; step < done; step++) {
        CrashChild.step(model, facts, step);
      }
      Set<SubmissionRecord> found = all(store);
      Set<Set<SubmissionRecord>> possible = new HashSet<>(Set.of(all(model)));
      if (done < CrashChild.STEPS) {
        killedIn[done]++;
        CrashChild.mask(model, done);
        possible.add(all(model));
        CrashChild.purge(model, done);
        possible.add(all(model));
      }
      assertTrue(possible.contains(found), say + ", step " + done + ": neither before nor after");
      try (FileChannel lock = FileChannel.open(data.resolve("lock"), StandardOpenOption.WRITE);
          FileLock free = lock.tryLock()) {
        assertNotNull(free, say + ": a lock is left");
      } catch (NoSuchFileException _) {
        assertEquals(0, done, say);
      }
    }
    // Whoever comes next finishes the course as if nothing had been.
    InMemoryRecordStore model = new InMemoryRecordStore();
    for (int step = 0; step < CrashChild.STEPS; step++) {
      CrashChild.step(model, facts, step);
      if (step >= CrashChild.done(store)) {
        CrashChild.step(store, facts, step);
      }
    }
    Instant end = RandomFacts.START.plus(Duration.ofDays(3));
    store.purge(end, false);
    model.purge(end, false);
    assertEquals(all(model), all(store), say);
    assertEquals(CrashChild.failedLogins(model), CrashChild.failedLogins(store), say);
    try (View view = store.view()) {
      view.verify().days().forEach(day -> assertNull(day.damage(), say));
    }
    nothingForgottenIsLeft(data, say);
    return kills;
  }

  /** No file that no manifest names, and in those that it names no copy that was to go. */
  private static void nothingForgottenIsLeft(Path data, String say) throws IOException {
    nothingForgottenIsLeft(data, say, List.of("user5"));
  }

  private static void nothingForgottenIsLeft(Path data, String say, List<String> erased)
      throws IOException {
    Manifest manifest = ManifestFiles.read(data);
    Set<Path> named = new HashSet<>();
    for (Partition partition : manifest.partitions().values()) {
      Path home = partition.directory(data);
      for (Segment segment : partition.segments()) {
        int number = segment.info().number();
        named.add(SegmentFormat.recordsFile(home, number));
        named.add(SegmentFormat.privateFile(home, number));
        named.add(SegmentFormat.indexFile(home, number));
        named.add(GoneFile.path(home, number, segment.goneVersion()));
      }
      PartitionScan.records(
          data,
          partition,
          (record, _) -> {
            boolean held = manifest.held(record);
            assertTrue(held || !manifest.beforeHorizon(record.time()), say + ": purged");
            for (String user : erased) {
              assertTrue(held || !(user + "@example.com").equalsIgnoreCase(record.user()), say);
            }
            assertTrue(
                held || !manifest.masked(record.time()) || record.client() == null,
                say + ": a client that was masked");
          });
    }
    Set<String> others =
        Set.of("MANIFEST", "MANIFEST.copy", "lock", "sealing.lock", "receipts.jsonl");
    try (Stream<Path> files = Files.walk(data)) {
      List<Path> left =
          files
              .filter(Files::isRegularFile)
              .filter(file -> !named.contains(file))
              .filter(file -> !others.contains(file.getFileName().toString()))
              .filter(file -> !file.startsWith(data.resolve("logins")))
              .filter(file -> !file.startsWith(data.resolve("keys")))
              .toList();
      assertEquals(List.of(), left, say);
    }
  }

  @Test
  void aCrashJustBeforeTheManifestLosesOnlyThatCommit() throws IOException {
    RecordStore store = PartitionedRecordStore.open(directory);
    InMemoryRecordStore model = new InMemoryRecordStore();
    List<SubmissionRecord> facts = CrashChild.facts(7);
    for (int step = 0; step < 8; step++) {
      Path before = directory.resolveSibling(directory.getFileName() + "-before");
      Trees.copy(directory, before);
      CrashChild.add(store, facts, step);
      if (step % 2 == 1) {
        // All that the commit wrote is there, and nothing was deleted yet.
        Trees.lay(before, directory);
        assertEquals(all(model), all(store), "step " + step);
        CrashChild.add(store, facts, step);
      }
      CrashChild.add(model, facts, step);
      assertEquals(all(model), all(store), "step " + step);
    }
  }

  @Test
  void aPurgeThatDiedBeforeDeletingIsFinishedByTheNextWriter() throws IOException {
    RecordStore store = PartitionedRecordStore.open(directory.resolve("a"));
    List<SubmissionRecord> facts = CrashChild.facts(8);
    for (int step = 0; step < 5; step++) {
      CrashChild.add(store, facts, step);
    }
    CrashChild.purge(store, 3);
    Path copy = directory.resolve("b");
    Trees.copy(directory.resolve("a"), copy);
    RecordStore crashed = PartitionedRecordStore.open(copy);
    store.purge(RandomFacts.START.plusSeconds(3 * 86_400), false);
    Trees.copy(directory.resolve("a").resolve("held"), copy.resolve("held"));
    Files.copy(
        Manifest.file(directory.resolve("a")),
        Manifest.file(copy),
        StandardCopyOption.REPLACE_EXISTING);
    assertEquals(all(store), all(crashed));
    assertTrue(Files.exists(copy.resolve("days").resolve("2026-11-21")));
    try (Batch _ = crashed.begin()) {
      assertTrue(Files.notExists(copy.resolve("days").resolve("2026-11-21")));
    }
    assertEquals(
        Files.readString(directory.resolve("a").resolve("receipts.jsonl")),
        Files.readString(copy.resolve("receipts.jsonl")));
    assertEquals(all(store), all(crashed));
  }

  @Test
  void anInterruptedWriterLeavesTheStoreSound() throws IOException {
    RecordStore store = PartitionedRecordStore.open(directory);
    InMemoryRecordStore model = new InMemoryRecordStore();
    List<SubmissionRecord> facts = CrashChild.facts(9);
    CrashChild.add(store, facts, 0);
    CrashChild.add(model, facts, 0);
    for (int step = 1; step < 4; step++) {
      int interrupted = step;
      Thread.currentThread().interrupt();
      assertThrows(IOException.class, () -> CrashChild.add(store, facts, interrupted));
      assertTrue(Thread.interrupted());
      Batch batch = store.begin();
      for (SubmissionRecord record : facts.subList(50 * step, 50 * step + 50)) {
        batch.add(record);
      }
      Thread.currentThread().interrupt();
      assertThrows(IOException.class, batch::commit);
      assertThrows(IllegalStateException.class, batch::commit);
      try {
        batch.close();
      } catch (IOException _) {
        // it may say so again
      }
      assertTrue(Thread.interrupted());
      assertEquals(all(model), all(store));
      CrashChild.add(store, facts, step);
      CrashChild.add(model, facts, step);
      assertEquals(all(model), all(store));
    }
  }

  @Test
  void theLockDiesWithItsProcess() throws Exception {
    Process child = child(directory, "lock");
    assertEquals('l', child.getInputStream().read());
    try (FileChannel lock = FileChannel.open(directory.resolve("lock"), StandardOpenOption.WRITE)) {
      assertNull(lock.tryLock(), "two processes hold the lock");
    }
    AtomicBoolean killed = new AtomicBoolean();
    FutureTask<Boolean> waiting =
        new FutureTask<>(
            () -> {
              try (Batch _ = PartitionedRecordStore.open(directory).begin()) {
                return killed.get();
              }
            });
    Thread.ofPlatform().start(waiting);
    killed.set(true);
    child.destroyForcibly().waitFor();
    assertTrue(waiting.get(), "began while another process held the lock");
  }

  /** As who takes a lock for left over does it. */
  @Test
  void whoseLockWasDeletedDestroysNothingThatWasCommittedSince() throws Exception {
    RecordStore store = PartitionedRecordStore.open(directory);
    InMemoryRecordStore model = new InMemoryRecordStore();
    List<SubmissionRecord> facts = CrashChild.facts(3);
    CrashChild.add(store, facts, 1);
    CrashChild.add(model, facts, 1);
    Path errors = directory.resolveSibling("child-errors.txt");
    for (boolean another : new boolean[] {false, true}) {
      Process child = child(directory, "lock");
      assertEquals('l', child.getInputStream().read());
      Files.delete(directory.resolve("lock"));
      if (another) {
        CrashChild.add(store, facts, 2);
        CrashChild.add(model, facts, 2);
      }
      child.getOutputStream().write('c');
      child.getOutputStream().close();
      assertEquals(1, child.waitFor());
      String said = Files.readString(errors);
      assertTrue(said.contains("/lock: was deleted or replaced while it was locked"), said);
      assertEquals(all(model), all(store));
      CrashChild.add(store, facts, 3); // what the other one left is no matter
      CrashChild.add(model, facts, 3);
      assertEquals(all(model), all(store));
    }
    nothingForgottenIsLeft(directory, "after a deleted lock");
  }

  /** Who had waited for the deleted file would else write beside who locked the new one. */
  @Test
  void whoWaitedForALockThatWasDeletedWaitsForTheNewOne() throws Exception {
    Process first = child(directory, "lock");
    assertEquals('l', first.getInputStream().read());
    FutureTask<Path> waiting =
        new FutureTask<>(
            () -> {
              try (Batch _ = PartitionedRecordStore.open(directory).begin()) {
                return directory;
              }
            });
    Thread thread = Thread.ofPlatform().start(waiting);
    while (Stream.of(thread.getStackTrace()).noneMatch(at -> at.getMethodName().equals("lock0"))) {
      assertTrue(thread.isAlive());
      Thread.onSpinWait();
    }
    Files.delete(directory.resolve("lock"));
    Process second = child(directory, "lock");
    assertEquals('l', second.getInputStream().read());
    first.destroyForcibly().waitFor();
    assertThrows(TimeoutException.class, () -> waiting.get(1, TimeUnit.SECONDS));
    second.destroyForcibly().waitFor();
    assertEquals(directory, waiting.get());
  }

  /** The days are so large that most of their blocks are copied. */
  @Test
  void killedWhileFewAreErasedItHasErasedNoneOfThemOrAll() throws Exception {
    long seed = Long.getLong("whosent.seed", System.nanoTime());
    Random random = new Random(seed);
    Path template = directory.resolve("template");
    RecordStore store = PartitionedRecordStore.open(template);
    try (Batch batch = store.begin()) {
      for (SubmissionRecord fact : new RandomFacts(random, 2).shuffled(1800)) {
        batch.add(fact);
      }
      batch.commit();
    }
    CopiedBlocks packed = CopiedBlocks.pack(template, 0);
    Set<SubmissionRecord> before = all(store);
    Set<SubmissionRecord> after = new HashSet<>(before);
    after.removeIf(record -> ClueType.USER.of(record).contains("user3@example.com"));
    Path data = directory.resolve("killed");
    int longest = 1500; // milliseconds; about as long as an erasure takes on this machine, soon
    int kills = 0;
    for (int course = 0; kills < KILLS; course++) {
      String say = "seed " + seed + ", course " + course;
      assertTrue(course < 10 * KILLS, "the children end before they can be killed");
      Trees.copy(template, data);
      Process child = child(data, "erase");
      child.getInputStream().read();
      if (child.waitFor(random.nextInt(1 + random.nextInt(longest)), TimeUnit.MILLISECONDS)) {
        longest = Math.max(1, longest / 2);
      } else {
        longest = Math.min(1500, longest + longest / 4 + 1);
        kills += child.destroyForcibly().waitFor() == SIGKILL ? 1 : 0;
      }
      store = PartitionedRecordStore.open(data);
      Set<SubmissionRecord> found = all(store);
      assertTrue(found.equals(before) || found.equals(after), say);
      store.erase("user3@example.com");
      assertEquals(after, all(store), say);
      assertEquals(List.of(), Trees.containing(data, "User3@"), say);
      packed.check(data, false, say);
      assertFalse(Files.exists(Renewal.directory(data)), say);
    }
  }

  /** It ends at all: an indexer that never pauses must not keep the lock to itself. */
  @Test
  void twoIndexersThatNeverPauseLetOthersTakeTheirTurns() throws Exception {
    Process one = child(directory, "follow");
    Process two = child(directory, "follow");
    try {
      RecordStore store = PartitionedRecordStore.open(directory);
      Instant end = RandomFacts.START.plus(Duration.ofDays(9));
      for (int turn = 0; turn < 4; turn++) {
        assertEquals('.', one.getInputStream().read(), "the first one waits for ever");
        assertEquals('.', two.getInputStream().read(), "the second one waits for ever");
        RecordQuery query =
            RecordQuery.of(Map.of(ClueType.USER, "user3@example.com"), null, null, null);
        store.addHold(new Hold("h" + turn, query, Instant.EPOCH));
        store.erase("user" + turn + "@example.com");
        store.mask(RandomFacts.START.plus(Duration.ofDays(1 + turn)));
        store.purge(RandomFacts.START.plus(Duration.ofHours(20L * turn)), false);
        store.seal(end);
        store.rebuild(null);
        for (Process each : List.of(one, two)) { // what it did meanwhile does not count
          each.getInputStream().skipNBytes(each.getInputStream().available());
        }
      }
    } finally {
      one.destroyForcibly().waitFor();
      two.destroyForcibly().waitFor();
    }
    assertEquals(SIGKILL, one.exitValue());
    assertEquals(SIGKILL, two.exitValue());
    RecordStore store = PartitionedRecordStore.open(directory);
    store.seal(RandomFacts.START.plus(Duration.ofDays(9)));
    store.purge(RandomFacts.START.plus(Duration.ofDays(1)), false);
    all(store);
    try (View view = store.view()) {
      view.verify().days().forEach(day -> assertNull(day.damage()));
    }
    nothingForgottenIsLeft(directory, "after two indexers", List.of("user0", "user1", "user2"));
  }
}
