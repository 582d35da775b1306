package org.whosent.indexer.store.partition.renewal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.segment.SegmentInfo;

/**
 * How many segments a day has while it grows, and how much waits to be compacted: on paper, by the
 * sizes alone. The table of {@code docs/store.md}, "Open days", says the same.
 */
class GrowingDayTest {
  private static final LocalDate DAY = LocalDate.parse("2026-11-20");

  /** As with a large heap: a small one takes less at a time. */
  private static final Compaction.Size GROWING =
      new Compaction.Size(
          Compaction.Size.GROWING.smallest(),
          Compaction.Size.GROWING.least(),
          Compaction.Size.GROWING.part(),
          1 << 20);

  @TempDir Path directory;

  private final List<Segment> segments = new ArrayList<>();
  private int number;
  private int most;
  private long mostLarge;
  private long compacted;

  private void add(long rows, boolean byUser) {
    int n = ++number;
    segments.add(new Segment(new SegmentInfo(n, (int) rows, 2, 1, rows, rows, byUser ? 1 : 0)));
  }

  private static long rows(List<Segment> some) {
    return some.stream().mapToLong(segment -> segment.info().rows()).sum();
  }

  private List<Segment> waiting() {
    return segments.stream().filter(segment -> segment.info().indexBytes() == 0).toList();
  }

  private List<Segment> large() {
    return waiting().stream().filter(s -> s.info().rows() >= SmallSegments.RECORDS).toList();
  }

  private Partition partition() {
    return new Partition(DAY, segments, number + 1, 0, false, 0);
  }

  private List<Segment> due() {
    Manifest.Draft draft = Manifest.EMPTY.draft();
    draft.partitions.put(DAY, partition());
    return new Compaction(DAY, GROWING, () -> false).due(draft.build());
  }

  private void commit(long rows) throws IOException {
    add(rows, false);
    for (List<Segment> small = SmallSegments.toMerge(directory, partition());
        small != null;
        small = SmallSegments.toMerge(directory, partition())) {
      segments.removeAll(small);
      add(rows(small), false);
    }
    for (List<Segment> due = due(); !due.isEmpty(); due = due()) {
      segments.removeAll(due);
      add(rows(due), true);
      compacted += rows(due);
    }
    most = Math.max(most, segments.size());
    mostLarge = Math.max(mostLarge, rows(large()));
  }

  private void grow(long records, int commits) throws IOException {
    for (int i = 0; i < commits; i++) {
      commit((i + 1) * records / commits - i * records / commits);
    }
    assertEquals(records, rows(segments));
    assertTrue(compacted <= records, "a record was compacted twice");
  }

  @Test
  void ofThreeMillionRecordsNeverMoreWaitThanAreWorthIt() throws IOException {
    grow(3_333_333, 200);
    assertEquals(31, most);
    assertEquals(25, segments.size());
    assertTrue(mostLarge <= (1 << 17) + 3_333_333 / 24, mostLarge + " waited");
  }

  @Test
  void aFollowersDayIsAsSmall() throws IOException {
    grow(333_333, 86_400);
    assertEquals(42, most);
    assertEquals(20, segments.size());
    assertTrue(mostLarge < 1 << 17, mostLarge + " waited");
  }

  @Test
  void oneRunIsCompactedWhole() throws IOException {
    for (long left = 3_333_333; left > 0; left -= 1 << 16) {
      add(Math.min(left, 1 << 16), false);
    }
    assertEquals(51, segments.size());
    for (List<Segment> due = due(); !due.isEmpty(); due = due()) {
      segments.removeAll(due);
      add(rows(due), true);
    }
    assertEquals(4, segments.size());
    assertEquals(List.of(), waiting());
  }

  @Test
  void theLargestDayStaysWithinSomeDozens() throws IOException {
    grow(33_333_333, 200);
    assertEquals(73, most);
    assertTrue(mostLarge <= 33_333_333 / 24, mostLarge + " waited");
  }
}
