package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.store.segment.SegmentInfo;

final class WrittenIdsTest {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 26);

  private static SegmentInfo segment(int number) {
    return new SegmentInfo(number, 1, 2, 1, 10, 10, 0);
  }

  private static List<String> ids(int from, int count) {
    List<String> ids = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ids.add("id" + (from + i));
    }
    return ids;
  }

  @Test
  void anIdInAKnownSegmentIsNeverSaidToBeNew() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    WrittenIds written = new WrittenIds();
    Map<SegmentInfo, List<String>> segments = new HashMap<>();
    int next = 0;
    for (int n = 0; n < 40; n++) {
      List<String> own = ids(next, random.nextInt(900_000));
      List<String> others = ids(next + own.size(), random.nextInt(3));
      next += own.size() + others.size();
      written.willWrite(own, others);
      List<String> sample = new ArrayList<>(others);
      for (int i = 0; i < 20 && !own.isEmpty(); i++) {
        sample.add(own.get(random.nextInt(own.size())));
      }
      written.wrote(DAY, segment(n));
      segments.put(segment(n), sample);
      for (Map.Entry<SegmentInfo, List<String>> each : segments.entrySet()) {
        if (written.knows(DAY, each.getKey())) {
          for (String id : each.getValue()) {
            assertTrue(written.mayHave(id), () -> id + " is new; seed " + seed);
          }
        }
      }
    }
    long known = segments.keySet().stream().filter(s -> written.knows(DAY, s)).count();
    assertTrue(known > 0 && known < segments.size(), () -> known + " known; seed " + seed);
  }

  @Test
  void mostNewIdsAreSaidToBeNew() {
    WrittenIds written = new WrittenIds();
    written.willWrite(ids(0, 1 << 22), List.of());
    long mistaken = ids(1 << 22, 100_000).stream().filter(written::mayHave).count();
    assertTrue(mistaken < 3_000, () -> mistaken + " of 100,000");
  }

  @Test
  void aMergedSegmentIsKnownWhenAllOfItsPartsWere() {
    WrittenIds written = new WrittenIds();
    written.willWrite(List.of("a"), List.of("b"));
    written.wrote(DAY, segment(1));
    written.wrote(DAY, segment(2));
    List<Segment> both = List.of(new Segment(segment(1)), new Segment(segment(2)));
    List<Segment> another = List.of(new Segment(segment(1)), new Segment(segment(3)));

    written.merged(DAY, both, segment(4));
    written.merged(DAY, another, segment(5));

    assertTrue(written.knows(DAY, segment(4)));
    assertFalse(written.knows(DAY, segment(5)));
    assertFalse(written.knows(DAY.plusDays(1), segment(1)));
    assertFalse(written.knows(Partition.HELD, segment(1)));
  }

  @Test
  void nothingIsKnownAtFirst() {
    WrittenIds written = new WrittenIds();
    assertFalse(written.mayHave("a"));
    assertFalse(written.knows(DAY, segment(1)));
  }
}
