package org.whosent.indexer.store.partition.renewal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.segment.SegmentInfo;
import org.whosent.indexer.store.segment.SegmentWriter;

class SmallSegmentsTest {
  private static final LocalDate DAY = LocalDate.parse("2026-11-20");

  @TempDir Path data;

  private static Segment segment(int number, int rows, long bytes) {
    return new Segment(new SegmentInfo(number, rows, 2, 1, bytes, 10, 0));
  }

  /** However many came with one commit: what is merged fits into one segment, and few are left. */
  @Test
  void whatIsMergedFitsIntoOneSegmentHoweverManyThereAre() throws IOException {
    Random random = new Random(1);
    for (int largest : new int[] {3, 300, 14_000, 32_767, 60_000}) {
      Partition partition = Partition.empty(DAY);
      int records = 0;
      for (int i = 1; i <= 500; i++) {
        int rows = 1 + random.nextInt(largest);
        records += rows;
        partition = partition.with(segment(i, rows, rows * 90L));
      }
      int merged = 0;
      while (true) {
        List<Segment> together = SmallSegments.toMerge(data, partition);
        if (together == null) {
          break;
        }
        assertTrue(together.size() > 1 && together.size() <= 32, "blocks in memory");
        int rows = together.stream().mapToInt(s -> s.info().rows()).sum();
        assertTrue(rows <= SegmentWriter.MAX_ROWS, rows + " records");
        merged += rows;
        int number = partition.nextSegment();
        partition = partition.with(together, List.of(segment(number, rows, rows * 90L)));
        assertEquals(records, partition.records());
      }
      assertTrue(merged <= 3 * records, merged + " written again of " + records);
      long small =
          partition.segments().stream()
              .filter(s -> s.info().rows() < SmallSegments.RECORDS)
              .count();
      assertTrue(small < 6 * 8, small + " small ones are left of " + largest);
    }
  }

  @Test
  void oneOfFewRecordsInAnUnusuallyLongFileIsNotSmall() throws IOException {
    List<Segment> segments = new ArrayList<>();
    for (int i = 1; i <= 100; i++) {
      segments.add(segment(i, 20_000, 1L << 27));
    }
    assertNull(SmallSegments.toMerge(data, Partition.empty(DAY).with(segments)));
  }
}
