package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.fixtures.disk.FaultyFileSystem;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RandomFacts;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.ManifestState;
import org.whosent.indexer.store.partition.manifest.Recovery;
import org.whosent.record.IoReason;
import org.whosent.record.SubmissionRecord;

/**
 * Power failures and full disks at any operation of a course of batches, seals, masks, purges and
 * an erasure: torn writes, pages that were never forced lost, and a bit of the manifest or its copy
 * flipped behind it. What the store then says is what it said before the step or after it, and the
 * course can be ended as if nothing had been. More points with {@code -Dwhosent.faults=N}.
 */
public class FaultTest {
  private static final int POINTS = Integer.getInteger("whosent.faults", 24);

  @TempDir Path directory;

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
  void atWhateverOperationItFailsNothingIsLostOrHalfDone() throws IOException {
    long seed = Long.getLong("whosent.seed", System.nanoTime());
    Random random = new Random(seed);
    List<SubmissionRecord> facts = CrashChild.facts(seed);
    int perStep = countOperations(seed, facts) / CrashChild.STEPS;
    assertTrue(perStep > 20, "the faulty files are not beneath the store");
    int failed = 0;
    int rotten = 0;
    for (int point = 0; point < POINTS; point++) {
      boolean diskFull = random.nextInt(4) == 0;
      Path data = directory.resolve("point-" + point);
      FaultyFileSystem files = new FaultyFileSystem(seed + point, data);
      RecordStore faulty = PartitionedRecordStore.open(files.path(data));
      RecordStore store = PartitionedRecordStore.open(data);
      InMemoryRecordStore model = new InMemoryRecordStore();
      int failures = 0;
      for (int step = 0; step < CrashChild.STEPS; step++) {
        String say = "seed " + seed + ", point " + point + ", step " + step + ", full " + diskFull;
        if (failures == 0) {
          files.failAt(random.nextInt(perStep * 3), diskFull);
        }
        Set<SubmissionRecord> before = all(model);
        try {
          CrashChild.step(faulty, facts, step);
          CrashChild.step(model, facts, step);
        } catch (IOException e) {
          assertTrue(e.getMessage() != null, say);
          String said = IoReason.withFile(e);
          boolean helpful = said.contains(data.toString()) && said.contains("; make room");
          if (diskFull && !helpful) {
            throw new AssertionError(say + ": it is not said where there is no room", e);
          }
          failures++;
          failed++;
          files.restart();
          rotten += rot(data, random);
          // What a step does before its batch stands by itself, so there are several befores.
          Set<SubmissionRecord> found = all(store);
          Set<Set<SubmissionRecord>> possible = new HashSet<>(Set.of(before));
          CrashChild.mask(model, step);
          possible.add(all(model));
          CrashChild.purge(model, step);
          possible.add(all(model));
          CrashChild.add(model, facts, step);
          possible.add(all(model));
          assertTrue(possible.contains(found), say + ": neither before nor after");
          CrashChild.step(faulty, facts, step);
        }
        files.restart();
        rotten += rot(data, random);
        assertEquals(all(model), all(store), say);
        assertEquals(CrashChild.failedLogins(model), CrashChild.failedLogins(store), say);
      }
      assertEquals(List.of(), receiptsLost(data), "seed " + seed + ", point " + point);
      try (View view = store.view()) {
        view.verify().days().forEach(day -> assertNull(day.damage(), "seed " + seed));
      }
    }
    System.out.println(
        "faults met: %d, flipped bits of manifests: %d, seed %d".formatted(failed, rotten, seed));
    assertTrue(failed > POINTS / 3, "only " + failed + " of " + POINTS + " faults were met");
  }

  /**
   * Flips a bit of the manifest or of its copy, or of neither; nor where the other one has one that
   * nobody has mended since, as a step that fails early leaves it: of two that rot nothing is
   * promised.
   */
  private static int rot(Path data, Random random) throws IOException {
    Path file = random.nextBoolean() ? Manifest.file(data) : data.resolve("MANIFEST.copy");
    Path other = data.resolve(file.endsWith("MANIFEST") ? "MANIFEST.copy" : "MANIFEST");
    if (random.nextBoolean() || !Files.exists(file) || !ManifestState.isSound(other)) {
      return 0;
    }
    byte[] bytes = Files.readAllBytes(file);
    int bit = random.nextInt(bytes.length * 8);
    bytes[bit / 8] ^= (byte) (1 << bit % 8);
    Files.write(file, bytes);
    return 1;
  }

  /** Who was told that an erasure is done does not repeat it. */
  @Test
  void anErasureInTheManifestHasLeftNothing() throws IOException {
    long seed = Long.getLong("whosent.seed", System.nanoTime());
    List<SubmissionRecord> facts = CrashChild.facts(seed);
    int failed = 0;
    for (int operation = 0; ; operation++) {
      Path data = directory.resolve("erasure-" + operation);
      FaultyFileSystem files = new FaultyFileSystem(seed + operation, data);
      RecordStore faulty = PartitionedRecordStore.open(files.path(data));
      CrashChild.add(faulty, facts, 3);
      files.failAt(operation, false);
      try {
        faulty.erase("user3@example.com");
        break;
      } catch (IOException _) {
        failed++;
      }
      files.restart();
      boolean done = Recovery.recover(data).receipt() != null;
      long left =
          CrashChild.failedLogins(PartitionedRecordStore.open(data)).stream()
              .filter(login -> login.failure().login().equals("user3@example.com"))
              .count();
      assertTrue(!done || left == 0, "seed " + seed + ", operation " + operation);
    }
    assertTrue(failed > 20, "the faulty files are not beneath the store");
  }

  /** Of the purges and the erasure: none missing, none twice. */
  private static List<String> receiptsLost(Path data) throws IOException {
    List<String> receipts = Files.readAllLines(data.resolve("receipts.jsonl"));
    List<String> wrong = new ArrayList<>(receipts);
    new HashSet<>(receipts).forEach(wrong::remove);
    for (int step = 3; step < CrashChild.STEPS; step += 4) {
      String before = RandomFacts.START.plus(Duration.ofHours(6L * step)).toString();
      if (receipts.stream().noneMatch(line -> line.contains("\"before\":\"" + before))) {
        wrong.add("none of " + before);
      }
    }
    if (receipts.stream().noneMatch(line -> line.contains("\"type\":\"erasure\""))) {
      wrong.add("none of the erasure");
    }
    return wrong;
  }

  private int countOperations(long seed, List<SubmissionRecord> facts) throws IOException {
    Path data = directory.resolve("count");
    FaultyFileSystem files = new FaultyFileSystem(seed, data);
    RecordStore store = PartitionedRecordStore.open(files.path(data));
    for (int step = 0; step < CrashChild.STEPS; step++) {
      CrashChild.step(store, facts, step);
    }
    return files.operations();
  }
}
