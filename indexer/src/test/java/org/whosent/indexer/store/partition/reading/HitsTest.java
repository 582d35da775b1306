package org.whosent.indexer.store.partition.reading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.Detail;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.ManifestFiles;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.segment.BlockCache;
import org.whosent.record.ClueType;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

class HitsTest {
  private static final Instant START = Instant.parse("2026-11-20T00:00:00Z");

  @TempDir Path data;
  private RecordStore store;

  @BeforeEach
  void open() throws IOException {
    store = PartitionedRecordStore.open(data);
  }

  /** Of a user with a record in each of so many blocks. */
  private List<SubmissionRecord> commit(Instant from, int count) throws IOException {
    List<SubmissionRecord> frank = new ArrayList<>();
    try (Batch batch = store.begin()) {
      for (int i = 0; i < count; i++) {
        boolean his = i % 400 == 0;
        SubmissionRecord.Builder builder = new SubmissionRecord.Builder();
        builder.transactionId = "T" + from.getEpochSecond() + "x" + i;
        builder.time = from.plusMillis(i);
        builder.host = "mail.example.com";
        builder.origin = Origin.AUTHENTICATED;
        builder.user = his ? "frank@example.org" : "other" + i + "@example.org";
        builder.recipients = List.of(Recipient.of("to" + i + "@example.net"));
        SubmissionRecord record = builder.build();
        batch.add(record);
        if (his) {
          frank.add(record);
        }
      }
      batch.commit();
    }
    return frank;
  }

  private PartitionReader reader() throws IOException {
    Manifest manifest = ManifestFiles.read(data);
    Partition partition = manifest.partitions().values().iterator().next();
    return PartitionReader.open(data, partition, manifest.hash(), new BlockCache());
  }

  private static Hits hits(PartitionReader reader) throws IOException {
    return hits(reader, ClueType.USER, "frank@example.org");
  }

  private static Hits hits(PartitionReader reader, ClueType type, String folded)
      throws IOException {
    return new Hits(
        reader,
        Map.of(type, folded),
        null,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        Detail.WHOLE,
        e -> fail(e));
  }

  private static List<String> take(Hits hits, int most) throws IOException {
    List<String> ids = new ArrayList<>();
    while (ids.size() < most) {
      SubmissionRecord next = hits.next();
      if (next == null) {
        break;
      }
      ids.add(next.transactionId());
    }
    return ids;
  }

  private static List<String> newestFirst(List<SubmissionRecord> records) {
    return records.stream()
        .sorted(Comparator.comparing(SubmissionRecord::time).reversed())
        .map(SubmissionRecord::transactionId)
        .toList();
  }

  /** What commits one after the other wrote lies one behind the other in time. */
  @Test
  void whoWantsTheNewestReadsNoOlderSegmentAndNoMoreThanTheirBlocks() throws IOException {
    List<SubmissionRecord> frank = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      frank.addAll(commit(START.plusSeconds(3_600 * i), 20_000));
    }
    try (PartitionReader reader = reader()) {
      assertEquals(4, reader.parts().size());
      assertEquals(newestFirst(frank).subList(0, 20), take(hits(reader), 20));
      List<Integer> read = reader.parts().stream().map(p -> p.reader().blocksRead()).toList();
      assertTrue(read.getLast() > 1 && read.getLast() <= 20, read + " blocks of each segment");
      assertEquals(List.of(0, 0, 0), read.subList(0, 3), "blocks of the older segments");
    }
  }

  /** A purge may take the file away between the question and the answer. */
  @Test
  void whatASearchNeedsIsOpenedWhenItBegins() throws IOException {
    commit(START, 800);
    store.seal(START.plusSeconds(86_400));
    try (PartitionReader reader = reader();
        Stream<Path> files = Files.walk(data)) {
      Hits hits = hits(reader, ClueType.RECIPIENT_DOMAIN, "example.net");
      for (Path file : files.filter(f -> f.toString().endsWith(".index")).toList()) {
        Files.delete(file);
      }
      assertEquals(800, take(hits, Integer.MAX_VALUE).size());
    }
  }

  @Test
  void segmentsThatOverlapInTimeAreMerged() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<SubmissionRecord> frank = new ArrayList<>();
    List<Integer> seconds = new ArrayList<>(IntStream.range(0, 20).boxed().toList());
    Collections.shuffle(seconds, random);
    for (int second : seconds.subList(0, 5)) {
      frank.addAll(commit(START.plusSeconds(second).plusNanos(1_000L * second), 9_000));
    }
    try (PartitionReader reader = reader()) {
      assertEquals(newestFirst(frank), take(hits(reader), Integer.MAX_VALUE), "seed " + seed);
    }
  }
}
