package org.whosent.indexer.store.partition.forgetting;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.whosent.indexer.store.Detail;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.partition.manifest.DamageException;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.partition.reading.Hits;
import org.whosent.indexer.store.partition.reading.PartitionReader;
import org.whosent.indexer.store.partition.reading.PartitionedView;
import org.whosent.indexer.store.partition.renewal.BesideWriters;
import org.whosent.indexer.store.partition.renewal.Renewal;
import org.whosent.indexer.store.segment.BlockCache;
import org.whosent.record.SubmissionRecord;

/**
 * Whether holds concern a segment, by its keys: so that who forgets reads whole only what has
 * records under hold, or is damaged. Stateless.
 */
final class UnderHold {
  private UnderHold() {}

  /** False only when no current record of the segment is under hold, for certain. */
  static boolean mayBe(Path data, Manifest manifest, Partition partition, Segment segment)
      throws IOException {
    if (manifest.holds().isEmpty() || segment.current() == 0) {
      return false;
    }
    try {
      return BesideWriters.reading(
          data,
          partition,
          segment,
          as -> mayBe(data, manifest, Renewal.part(partition, List.of(as))));
    } catch (DamageException | NoSuchFileException _) {
      return true;
    }
  }

  private static boolean mayBe(Path data, Manifest manifest, Partition only) throws IOException {
    boolean[] damaged = new boolean[1];
    try (PartitionReader reader =
        PartitionReader.open(data, only, manifest.hash(), new BlockCache())) {
      for (Hold hold : manifest.holds()) {
        RecordQuery query = hold.query();
        Hits hits =
            new Hits(
                reader,
                query.clues(),
                query.client(),
                micros(query.since(), Long.MIN_VALUE),
                micros(query.until(), Long.MAX_VALUE),
                Detail.WHOLE,
                _ -> damaged[0] = true);
        for (SubmissionRecord record = hits.next(); record != null; record = hits.next()) {
          if (query.matches(record)) {
            return true;
          }
        }
      }
      return damaged[0];
    }
  }

  private static long micros(Instant bound, long open) {
    return bound == null ? open : PartitionedView.micros(bound, open);
  }
}
