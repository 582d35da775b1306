package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Recovery;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.segment.SegmentInfo;
import org.whosent.indexer.store.segment.Weighed;
import org.whosent.record.IdHash;
import org.whosent.record.SubmissionRecord;

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

  private static int[] hashes(List<String> ids) {
    return ids.stream().mapToInt(IdHash::of).toArray();
  }

  @Test
  void anIdInAKnownSegmentIsNeverSaidToBeNew() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    WrittenIds written = new WrittenIds();
    Map<SegmentInfo, List<String>> segments = new HashMap<>();
    int next = 0;
    for (int n = 0; n < 60; n++) {
      List<String> own = ids(next, random.nextInt(900_000));
      List<String> others = ids(next + own.size(), random.nextInt(3));
      next += own.size() + others.size();
      written.willWrite(hashes(own), others);
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
    written.willWrite(hashes(ids(0, 1 << 22)), List.of());
    long mistaken = ids(1 << 22, 100_000).stream().filter(written::mayHave).count();
    assertTrue(mistaken < 3_000, () -> mistaken + " of 100,000");
  }

  @Test
  void aMergedSegmentIsKnownWhenAllOfItsPartsWere() {
    WrittenIds written = new WrittenIds();
    written.willWrite(hashes(List.of("a")), List.of("b"));
    written.wrote(DAY, segment(1));
    written.wrote(DAY, segment(2));
    List<Segment> both = List.of(new Segment(segment(1)), new Segment(segment(2)));
    List<Segment> another = List.of(new Segment(segment(6)), new Segment(segment(3)));

    written.wrote(DAY, segment(6));
    written.merged(DAY, both, List.of(new Segment(segment(4))));
    written.merged(DAY, another, List.of(new Segment(segment(5))));

    assertTrue(written.knows(DAY, segment(4)));
    assertFalse(written.knows(DAY, segment(1)), "what nobody asks for any more is kept");
    assertFalse(written.knows(DAY, segment(5)));
    assertFalse(written.knows(DAY.plusDays(1), segment(1)));
    assertFalse(written.knows(Partition.HELD, segment(1)));
  }

  @Test
  void aMergedSegmentIsForgottenWithTheOldestOfItsIds() {
    WrittenIds written = new WrittenIds();
    written.willWrite(hashes(List.of("old")), List.of());
    written.wrote(DAY, segment(1));
    fill(written);
    written.willWrite(hashes(List.of("new")), List.of());
    written.wrote(DAY, segment(2));
    written.merged(
        DAY,
        List.of(new Segment(segment(1)), new Segment(segment(2))),
        List.of(new Segment(segment(3))));
    for (int generation = 0; generation < 5; generation++) {
      assertTrue(
          !written.knows(DAY, segment(3)) || written.mayHave("old"),
          "an ID is forgotten, and its segment is not");
      fill(written);
    }
    assertFalse(written.knows(DAY, segment(3)));
  }

  /** As many IDs as make all that come next those of another generation. */
  private static void fill(WrittenIds written) {
    written.willWrite(hashes(Collections.nCopies(1 << 22, "x")), List.of());
  }

  @Test
  void whatABatchLookedAtOnceIsNotTakenForKnownWhenItIsForgotten(@TempDir Path data)
      throws IOException {
    WrittenIds written = new WrittenIds();
    Instant time = Instant.parse("2026-11-26T10:00:00Z");
    SubmissionRecord.Builder record = new SubmissionRecord.Builder();
    record.time = time;
    record.transactionId = "A1";
    record.host = "mail.example.com";
    Manifest manifest = Recovery.recover(data);
    PartitionSet partitions =
        new PartitionSet(data, manifest, written, new Missed(new PassedOver()));
    partitions.willWrite(hashes(List.of("A1")), List.of());
    List<Weighed> records = new ArrayList<>(List.of(Weighed.of(record.build())));
    partitions.wrote(DAY, new Segment(partitions.write(DAY, records).write()));
    assertEquals(List.of(), partitions.copies("new", time, time, null, Partition.day(time)));

    for (int generation = 0; generation < 5; generation++) {
      partitions.willWrite(hashes(Collections.nCopies(1 << 22, "x")), List.of());
    }

    assertFalse(written.mayHave("A1"));
    assertEquals(1, partitions.copies("A1", time, time, null, Partition.day(time)).size());
    partitions.close();
  }

  @Test
  void nothingIsKnownAtFirst() {
    WrittenIds written = new WrittenIds();
    assertFalse(written.mayHave("a"));
    assertFalse(written.knows(DAY, segment(1)));
  }
}
