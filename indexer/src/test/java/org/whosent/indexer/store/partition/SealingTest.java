package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.PurgeReceipt;
import org.whosent.indexer.store.RandomFacts;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.record.SubmissionRecord;

/** Days are sealed while others write to them. More rounds with {@code -Dwhosent.rounds=N}. */
class SealingTest {
  private static final int ROUNDS = Integer.getInteger("whosent.rounds", 3);

  @TempDir Path directory;

  private InMemoryRecordStore model = new InMemoryRecordStore();

  private static Set<SubmissionRecord> all(RecordStore store) throws IOException {
    try (View view = store.view()) {
      List<SubmissionRecord> all = new ArrayList<>();
      view.search(RecordQuery.ALL).forEachRemaining(all::add);
      assertEquals(List.of(), view.warnings());
      assertEquals(all.size(), new HashSet<>(all).size(), "a record twice");
      return new HashSet<>(all);
    }
  }

  private void add(RecordStore store, List<SubmissionRecord> facts) throws IOException {
    for (RecordStore each : List.of(store, model)) {
      try (Batch batch = each.begin()) {
        for (SubmissionRecord fact : facts) {
          batch.add(fact);
        }
        batch.commit();
      }
    }
  }

  @Test
  void whatComesWhileADayIsPackedIsKeptAndWhatIsSupersededIsGone() throws IOException {
    boolean anySuperseded = false;
    for (int round = 0; round < ROUNDS; round++) {
      long seed = round < 2 ? round : System.nanoTime();
      Random random = new Random(seed);
      model = new InMemoryRecordStore();
      String say = "seed " + seed;
      Path data = directory.resolve(Long.toString(seed));
      PartitionedRecordStore store = PartitionedRecordStore.open(data);
      List<SubmissionRecord> facts = new RandomFacts(random, 3).shuffled(120);
      int at = 0;
      boolean superseded = false;
      while (at < facts.size()) {
        int end = Math.min(facts.size(), at + 1 + random.nextInt(80));
        add(store, facts.subList(at, end));
        at = end;
        Manifest manifest = ManifestCodec.read(data);
        List<Partition> days = List.copyOf(manifest.partitions().values());
        Partition day = days.get(random.nextInt(days.size()));
        Sealing.Made made = Sealing.make(data, manifest, day);
        assertNotNull(made, say);
        for (int commits = random.nextInt(3); commits > 0 && at < facts.size(); commits--) {
          end = Math.min(facts.size(), at + 1 + random.nextInt(40));
          add(store, facts.subList(at, end)); // and the writer's lock is free
          at = end;
        }
        if (Sealing.put(data, made)) {
          Partition now = ManifestCodec.read(data).partitions().get(day.day());
          superseded |= now != null && now.stale() > 0;
        }
        Sealing.clear(data);
        assertEquals(all(model), all(store), say);
      }
      anySuperseded |= superseded;
      store.seal(RandomFacts.START.plus(Duration.ofDays(99)));
      try (View view = store.view()) {
        view.verify().days().forEach(status -> assertNull(status.damage(), say));
      }
      ManifestCodec.read(data).partitions().values().forEach(p -> assertEquals(0, p.stale(), say));
    }
    assertTrue(anySuperseded, "nothing was superseded while a day was packed");
  }

  @Test
  void aFollowerCommitsWhileDaysAreSealedAgainAndAgain() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    PartitionedRecordStore store = PartitionedRecordStore.open(directory);
    List<SubmissionRecord> facts = new RandomFacts(random, 2).shuffled(150);
    AtomicBoolean ended = new AtomicBoolean();
    FutureTask<Integer> sealing =
        new FutureTask<>(
            () -> {
              int sealed = 0;
              while (!ended.get()) {
                sealed += store.seal(RandomFacts.START.plus(Duration.ofDays(99)));
              }
              return sealed;
            });
    Thread.ofPlatform().start(sealing);
    try {
      for (int at = 0; at < facts.size(); at += 20) {
        add(store, facts.subList(at, Math.min(facts.size(), at + 20)));
      }
    } finally {
      ended.set(true);
    }
    sealing.get();
    store.seal(RandomFacts.START.plus(Duration.ofDays(99)));
    assertEquals(all(model), all(store), "seed " + seed);
    assertTrue(
        ManifestCodec.read(directory).partitions().values().stream().allMatch(Partition::sealed));
    assertFalse(Files.exists(Sealing.directory(directory)));
  }

  @Test
  void whatIsForgottenIsNotLeftInADayThatIsBeingPacked() throws Exception {
    PartitionedRecordStore store = PartitionedRecordStore.open(directory);
    add(store, new RandomFacts(new Random(3), 1).shuffled(20));
    Manifest manifest = ManifestCodec.read(directory);
    Partition day = manifest.partitions().get(LocalDate.parse("2026-11-20"));
    FutureTask<PurgeReceipt> purge =
        new FutureTask<>(() -> store.purge(RandomFacts.START.plus(Duration.ofDays(9)), false));
    try (WriterLock _ = WriterLock.ofSealing(directory)) {
      assertThrows(IllegalStateException.class, () -> WriterLock.ofSealing(directory));
      Sealing.Made made = Sealing.make(directory, manifest, day);
      Thread.ofPlatform().start(purge);
      assertNotNull(made);
      assertEquals(1, manifest.partitions().size());
      // As a process that is killed here leaves it.
    }
    purge.get();
    assertEquals(Set.of(), all(store));
    assertFalse(Files.exists(Sealing.directory(directory)));
    try (Batch _ = store.begin()) {
      assertThrows(IllegalStateException.class, () -> store.erase("alice"), "waits for itself");
    }
  }
}
