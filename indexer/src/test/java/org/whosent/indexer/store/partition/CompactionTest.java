package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RandomFacts;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.manifest.ManifestFiles;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.partition.manifest.WriterLock;
import org.whosent.indexer.store.partition.renewal.Compaction;
import org.whosent.indexer.store.partition.renewal.Renewal;
import org.whosent.indexer.store.segment.SegmentFormat;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/**
 * What compacting takes and leaves; {@link RenewalTest}, {@link FaultTest} and {@link CrashTest}
 * have what happens beside it, and where it dies.
 */
class CompactionTest {
  private static final Instant ALL = RandomFacts.START.minus(Duration.ofDays(1));
  private static final Compaction.Size ANY = new Compaction.Size(1, 2, 4, Long.MAX_VALUE);

  @TempDir Path directory;

  private final InMemoryRecordStore model = new InMemoryRecordStore();

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

  private PartitionedRecordStore filled(int days, int commits) throws IOException {
    PartitionedRecordStore store = PartitionedRecordStore.open(directory);
    RandomFacts facts = new RandomFacts(new Random(commits), days);
    for (int i = 0; i < commits; i++) {
      add(store, facts.shuffled(20));
    }
    return store;
  }

  private static Set<SubmissionRecord> all(RecordStore store) throws IOException {
    try (View view = store.view()) {
      List<SubmissionRecord> all = new ArrayList<>();
      view.search(RecordQuery.ALL).forEachRemaining(all::add);
      view.verify().days().forEach(day -> assertNull(day.damage()));
      assertEquals(all.size(), new HashSet<>(all).size(), "a record twice");
      return new HashSet<>(all);
    }
  }

  private void sameAnswers(RecordStore store) throws IOException {
    Set<SubmissionRecord> expected = all(model);
    assertEquals(expected, all(store));
    try (View right = model.view();
        View view = store.view()) {
      for (SubmissionRecord record : expected) {
        for (ClueType type : List.of(ClueType.TRANSACTION_ID, ClueType.USER, ClueType.CLIENT)) {
          for (String value : type.of(record)) {
            assertEquals(right.find(type, value, 20), view.find(type, value, 20), value);
          }
        }
      }
    }
  }

  private Map<LocalDate, List<Segment>> segments() throws IOException {
    Map<LocalDate, List<Segment>> segments = new HashMap<>();
    for (Partition partition : ManifestFiles.read(directory).partitions().values()) {
      segments.put(partition.day(), partition.segments());
    }
    return segments;
  }

  private static int compact(PartitionedRecordStore store, Compaction.Size size)
      throws IOException {
    return store.compact(ALL, size, size, () -> false);
  }

  private static long byUser(List<Segment> segments) {
    return segments.stream().filter(s -> s.info().indexBytes() > 0).count();
  }

  @Test
  void answersAreTheSameAndOneSegmentIsLeft() throws IOException {
    PartitionedRecordStore store = filled(2, 5);
    LocalDate second = LocalDate.parse("2026-11-21");
    List<Segment> first = segments().get(second.minusDays(1));
    assertTrue(segments().get(second).size() > 1);
    int times = store.compact(RandomFacts.START.plus(Duration.ofDays(1)), ANY, ANY, () -> false);
    assertTrue(times > 0);
    assertEquals(first, segments().get(second.minusDays(1)), "a day that was not meant");
    assertEquals(1, segments().get(second).size());
    assertEquals(1, byUser(segments().get(second)));
    assertFalse(ManifestFiles.read(directory).partitions().get(second).sealed());
    sameAnswers(store);
    assertEquals(0, store.compact(ALL.plus(Duration.ofDays(2)), ANY, ANY, () -> false), "again");
    add(store, new RandomFacts(new Random(9), 2).shuffled(20));
    sameAnswers(store);
    store.seal(ALL.plus(Duration.ofDays(99)));
    ManifestFiles.read(directory).partitions().values().forEach(p -> assertTrue(p.sealed()));
    sameAnswers(store);
    assertFalse(Files.exists(Renewal.directory(directory)));
  }

  @Test
  void onlyLargeSegmentsAreTakenAndOnlyWhenTheyAreWorthIt() throws IOException {
    PartitionedRecordStore store = filled(1, 3);
    add(store, new RandomFacts(new Random(9), 1).transaction());
    LocalDate day = LocalDate.parse("2026-11-20");
    List<Segment> before = segments().get(day);
    int large = before.getFirst().info().rows();
    long rows = before.stream().mapToInt(s -> s.info().rows()).filter(n -> n > 9).sum();
    assertEquals(0, compact(store, new Compaction.Size(10, rows + 1, 4, 1_000)), "few");
    assertEquals(before, segments().get(day));
    assertEquals(1, compact(store, new Compaction.Size(10, rows, 4, large + 1)));
    List<Segment> after = segments().get(day);
    assertEquals(before.size() - 1, after.size(), "more than the first two");
    assertTrue(after.containsAll(before.subList(2, before.size())));
    assertEquals(1, byUser(after));
    sameAnswers(store);
    assertEquals(0, store.compact(ALL, () -> false), "the usual size is larger");
  }

  @Test
  void ofADayThatIsOverSmallSegmentsAreTakenToo() throws IOException {
    PartitionedRecordStore store = filled(2, 3);
    List<Segment> last = segments().get(ManifestFiles.read(directory).partitions().lastKey());
    Compaction.Size none = new Compaction.Size(Integer.MAX_VALUE, 1, 4, 1_000);
    assertTrue(store.compact(ALL, none, ANY, () -> false) > 0);
    Map<LocalDate, List<Segment>> after = segments();
    assertEquals(1, after.get(LocalDate.parse("2026-11-20")).size());
    assertEquals(last, after.get(ManifestFiles.read(directory).partitions().lastKey()));
    sameAnswers(store);
  }

  @Test
  void ofADayThatIsOverWhatWasPackedBeforeDoesNotKeepTheRestWaiting() throws IOException {
    PartitionedRecordStore store = filled(2, 8);
    Compaction.Size none = new Compaction.Size(Integer.MAX_VALUE, 1, 4, 1_000);
    assertTrue(store.compact(ALL, none, ANY, () -> false) > 0);
    SubmissionRecord late = new RandomFacts(new Random(9), 1).transaction().getFirst();
    add(store, List.of(late));
    LocalDate day = LocalDate.parse("2026-11-20");
    assertEquals(2, segments().get(day).size());
    Compaction.Size growing = new Compaction.Size(1, 1, 4, 1_000);
    assertEquals(0, store.compact(ALL, none, growing, () -> false), "a part of the day too small");
    Compaction.Size over = new Compaction.Size(1, 1, 0, 1_000);
    assertEquals(1, store.compact(ALL, none, over, () -> false));
    assertEquals(2, byUser(segments().get(day)));
    sameAnswers(store);
  }

  @Test
  void aStampOfTomorrowDoesNotEndToday() throws IOException {
    PartitionedRecordStore store = PartitionedRecordStore.open(directory);
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    SubmissionRecord fact = new RandomFacts(new Random(9), 1).transaction().getFirst();
    for (int i = 0; i < 4; i++) {
      SubmissionRecord.Builder today = fact.toBuilder();
      today.transactionId = "T" + i;
      today.time = now;
      SubmissionRecord.Builder later = fact.toBuilder();
      later.transactionId = "L" + i;
      later.time = now.plus(Duration.ofDays(2));
      try (Batch batch = store.begin()) {
        batch.add(today.build());
        batch.add(later.build());
        batch.commit();
      }
    }
    Map<LocalDate, List<Segment>> before = segments();
    Compaction.Size none = new Compaction.Size(Integer.MAX_VALUE, 1, 4, 1_000);
    assertEquals(0, store.compact(now, none, ANY, () -> false));
    assertEquals(before, segments());
  }

  @Test
  void aDayHasFewSegmentsHoweverLargeItGrows() throws IOException {
    PartitionedRecordStore store = PartitionedRecordStore.open(directory);
    RandomFacts facts = new RandomFacts(new Random(5), 1);
    int times = 0;
    for (int i = 0; i < 60; i++) {
      add(store, facts.shuffled(6));
      times += store.compact(ALL, ANY, ANY, () -> false);
    }
    List<Segment> segments = segments().get(LocalDate.parse("2026-11-20"));
    assertTrue(byUser(segments) <= times && byUser(segments) > 2, times + " of 60");
    assertTrue(times < 25, times + " of 60");
    sameAnswers(store);
  }

  @Test
  void whoeverIsStoppedLeavesNothing() throws IOException {
    PartitionedRecordStore store = filled(1, 3);
    Map<LocalDate, List<Segment>> before = segments();
    assertEquals(0, store.compact(ALL, ANY, ANY, () -> true));
    int[] asked = {0};
    assertEquals(0, store.compact(ALL, ANY, ANY, () -> ++asked[0] > 20));
    assertTrue(asked[0] > 20, "it was not asked while it wrote");
    assertEquals(before, segments());
    assertFalse(Files.exists(Renewal.directory(directory)));
    sameAnswers(store);
  }

  @Test
  void nobodyWaitsForWhoSeals() throws Exception {
    PartitionedRecordStore store = filled(1, 3);
    FutureTask<Integer> beside = new FutureTask<>(() -> store.compact(ALL, ANY, ANY, () -> false));
    try (WriterLock _ = WriterLock.ofSealing(directory)) {
      Thread.ofPlatform().start(beside);
      assertEquals(0, beside.get());
    }
    try (WriterLock lock = WriterLock.ofSealingIfFree(directory)) {
      assertNotNull(lock, "a lock is left");
    }
    assertTrue(store.compact(ALL, ANY, ANY, () -> false) > 0);
  }

  @Test
  void whatIsDamagedStaysAsItIs() throws IOException {
    PartitionedRecordStore store = filled(1, 3);
    LocalDate day = LocalDate.parse("2026-11-20");
    Path file =
        SegmentFormat.recordsFile(
            Partition.directory(directory, day), segments().get(day).getFirst().info().number());
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 3] ^= 0x40;
    Files.write(file, bytes);
    Map<LocalDate, List<Segment>> before = segments();
    assertEquals(0, store.compact(ALL, ANY, ANY, () -> false));
    assertEquals(before, segments());
    assertFalse(Files.exists(Renewal.directory(directory)));
  }

  @Test
  void whatIsPackedIsNotMergedOpenAgainWithWhatComesLater() throws IOException {
    PartitionedRecordStore store = filled(1, 3);
    LocalDate day = LocalDate.parse("2026-11-20");
    assertTrue(compact(store, ANY) > 0);
    RandomFacts facts = new RandomFacts(new Random(77), 1);
    for (int i = 0; i < 30; i++) {
      add(store, facts.shuffled(20));
      assertEquals(1, byUser(segments().get(day)), "after " + i);
    }
    sameAnswers(store);
  }

  @Test
  void erasedIsErasedFromWhatWasCompacted() throws IOException {
    PartitionedRecordStore store = filled(1, 3);
    store.compact(ALL, ANY, ANY, () -> false);
    LocalDate day = LocalDate.parse("2026-11-20");
    assertEquals(1, byUser(segments().get(day)));
    store.erase("user3@example.com");
    model.erase("user3@example.com");
    assertEquals(1, byUser(segments().get(day)), "and is packed as it was");
    store.mask(RandomFacts.START.plus(Duration.ofDays(9)));
    model.mask(RandomFacts.START.plus(Duration.ofDays(9)));
    sameAnswers(store);
    store.compact(ALL, ANY, ANY, () -> false);
    sameAnswers(store);
  }
}
