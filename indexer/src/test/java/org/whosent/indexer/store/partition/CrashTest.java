package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RandomFacts;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.record.SubmissionRecord;

/** Processes that die at any instant, and what the next one finds. */
class CrashTest {
  @TempDir Path directory;

  private Process child(String what) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            CrashChild.class.getName(),
            directory.toString(),
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
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String say = "seed " + seed;
    List<SubmissionRecord> facts = CrashChild.facts(seed);
    RecordStore store = PartitionedRecordStore.open(directory);
    for (int round = 0; round < 5 && CrashChild.done(store) < CrashChild.STEPS; round++) {
      Process child = child(Long.toString(seed));
      child.getInputStream().read(); // it has started
      if (!child.waitFor(random.nextInt(1200), TimeUnit.MILLISECONDS)) {
        child.destroyForcibly().waitFor();
      } else {
        assertEquals(0, child.exitValue(), say);
      }
      int done = CrashChild.done(store);
      InMemoryRecordStore model = new InMemoryRecordStore();
      for (int step = 0; step < done; step++) {
        CrashChild.purge(model, step);
        CrashChild.add(model, facts, step);
      }
      Set<SubmissionRecord> before = all(model);
      if (done < CrashChild.STEPS) {
        CrashChild.purge(model, done);
      }
      Set<SubmissionRecord> found = all(store);
      if (!found.equals(before)) {
        assertEquals(all(model), found, say + ", step " + done);
      }
    }
    // Whoever comes next finishes the course as if nothing had been.
    InMemoryRecordStore model = new InMemoryRecordStore();
    for (int step = 0; step < CrashChild.STEPS; step++) {
      CrashChild.purge(model, step);
      CrashChild.add(model, facts, step);
      if (step >= CrashChild.done(store)) {
        CrashChild.purge(store, step);
        CrashChild.add(store, facts, step);
      }
    }
    assertEquals(all(model), all(store), say);
    try (View view = store.view()) {
      view.verify().days().forEach(day -> assertNull(day.damage(), say));
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
    Process child = child("lock");
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
}
