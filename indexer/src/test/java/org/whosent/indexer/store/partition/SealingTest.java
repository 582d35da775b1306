package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import org.whosent.indexer.store.partition.manifest.ManifestFiles;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.WriterLock;
import org.whosent.indexer.store.partition.renewal.Renewal;
import org.whosent.record.SubmissionRecord;

/** Days are sealed again and again while others write to them; {@link RenewalTest} has the rest. */
class SealingTest {
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
        ManifestFiles.read(directory).partitions().values().stream().allMatch(Partition::sealed));
    assertFalse(Files.exists(Renewal.directory(directory)));
  }

  @Test
  void whatIsForgottenIsNotLeftInADayThatIsBeingPacked() throws Exception {
    PartitionedRecordStore store = PartitionedRecordStore.open(directory);
    add(store, new RandomFacts(new Random(3), 1).shuffled(20));
    FutureTask<PurgeReceipt> purge =
        new FutureTask<>(() -> store.purge(RandomFacts.START.plus(Duration.ofDays(9)), false));
    try (WriterLock _ = WriterLock.ofSealing(directory)) {
      assertThrows(IllegalStateException.class, () -> WriterLock.ofSealing(directory));
      Thread.ofPlatform().start(purge);
      // As a process that is killed here leaves it.
      Trees.copy(directory.resolve("days"), Renewal.directory(directory).resolve("made-0"));
    }
    purge.get();
    assertEquals(Set.of(), all(store));
    assertFalse(Files.exists(Renewal.directory(directory)));
    try (Batch _ = store.begin()) {
      assertThrows(IllegalStateException.class, () -> store.erase("alice"), "waits for itself");
    }
  }
}
