package org.whosent.indexer.store.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.segment.key.SipHash;
import org.whosent.record.SubmissionRecord;

/** However many threads write a segment, its files are those that one writer makes. */
class SharedSegmentTest {
  private static final SipHash HASH = new SipHash(new byte[SipHash.KEY_BYTES]);

  @TempDir Path directory;

  private SegmentInfo alone(List<SubmissionRecord> newestFirst) throws IOException {
    try (SegmentWriter writer = new SegmentWriter(directory, 1, Compression.OPEN, HASH)) {
      for (SubmissionRecord record : newestFirst) {
        writer.add(record);
      }
      return writer.finish();
    }
  }

  private static List<Weighed> oldestFirst(List<SubmissionRecord> newestFirst) {
    List<Weighed> weighed = new ArrayList<>();
    newestFirst.reversed().forEach(record -> weighed.add(Weighed.of(record)));
    return weighed;
  }

  private static List<FutureTask<SegmentInfo>> start(SharedSegment segment, int threads) {
    List<FutureTask<SegmentInfo>> tasks = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      tasks.add(new FutureTask<>(segment::write));
    }
    tasks.forEach(task -> Thread.ofPlatform().start(task));
    return tasks;
  }

  /** Some blocks are full of bytes before they are full of records. */
  private static List<SubmissionRecord> someHeavy(List<SubmissionRecord> given, Random random) {
    List<SubmissionRecord> records = new ArrayList<>(given);
    for (int i = random.nextInt(6); i > 0; i--) {
      int at = random.nextInt(records.size());
      SubmissionRecord.Builder heavy = records.get(at).toBuilder();
      heavy.subject = "s".repeat(SegmentFormat.FULL_BLOCK / (1 + random.nextInt(3)));
      records.set(at, heavy.build());
    }
    return records;
  }

  @Test
  void theFilesAreTheSameHoweverManyThreadsWriteThem() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int rounds = Integer.getInteger("whosent.rounds", 4);
    for (int round = 0; round < rounds; round++) {
      String say = "seed " + seed + ", round " + round;
      int count = 1 + random.nextInt(random.nextBoolean() ? 9000 : 300);
      SegmentFormat.delete(directory, 1);
      SegmentFormat.delete(directory, 2);
      List<SubmissionRecord> given =
          someHeavy(new AnyRecords(random.nextLong()).newestFirst(count), random);
      SegmentInfo expected = alone(given);
      List<Weighed> handed = oldestFirst(given);
      List<SegmentInfo> ended = new ArrayList<>();
      try (SharedSegment segment = new SharedSegment(directory, 2, HASH, handed)) {
        for (FutureTask<SegmentInfo> task : start(segment, 1 + random.nextInt(4))) {
          ended.add(task.get());
        }
        assertNull(segment.write(), say);
      }
      ended.removeIf(Objects::isNull);
      assertEquals(1, ended.size(), say);
      SegmentInfo info = ended.getFirst();
      assertEquals(
          expected,
          new SegmentInfo(
              1,
              info.rows(),
              info.newest(),
              info.oldest(),
              info.recordsBytes(),
              info.privateBytes(),
              info.indexBytes()),
          say);
      assertEquals(2, info.number());
      assertArrayEquals(
          Files.readAllBytes(SegmentFormat.recordsFile(directory, 1)),
          Files.readAllBytes(SegmentFormat.recordsFile(directory, 2)),
          say);
      assertArrayEquals(
          Files.readAllBytes(SegmentFormat.privateFile(directory, 1)),
          Files.readAllBytes(SegmentFormat.privateFile(directory, 2)),
          say);
      assertEquals(0, handed.size(), "the records are let go of");
    }
  }

  /** One record that cannot be written; whoever meets it fails, and nobody ends the segment. */
  @Test
  void afterAFailureNothingIsEnded() throws Exception {
    long seed = System.nanoTime();
    List<Weighed> records = oldestFirst(new AnyRecords(seed).newestFirst(9000));
    SubmissionRecord.Builder broken = records.getFirst().record().toBuilder();
    boolean last = seed % 2 == 0; // it is met last or first
    broken.time = last ? Instant.MIN : Instant.MAX;
    records.set(0, new Weighed(broken.build(), 400, last ? Long.MIN_VALUE : Long.MAX_VALUE));
    int failures = 0;
    try (SharedSegment segment = new SharedSegment(directory, 3, HASH, records)) {
      for (FutureTask<SegmentInfo> task : start(segment, 3)) {
        try {
          assertNull(task.get(), "seed " + seed);
        } catch (ExecutionException _) {
          failures++;
        }
      }
      assertNull(segment.write(), "nothing is begun any more");
    }
    assertEquals(1, failures, "seed " + seed);
  }

  @Test
  void aSegmentHasRecordsAndNotTooMany() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new SharedSegment(directory, 4, HASH, new ArrayList<>()));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new SharedSegment(
                directory, 4, HASH, Collections.nCopies(SegmentWriter.MAX_ROWS + 1, null)));
  }
}
