package org.whosent.indexer.store.partition.renewal;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.ManifestFiles;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.partition.reading.PartitionScan;
import org.whosent.indexer.store.segment.Damage;
import org.whosent.indexer.store.segment.GoneFile;

/**
 * Reads segments without the writer's lock, while others list records in them as gone, merge them
 * or drop them: what is missing is looked for in the newest manifest, and only what that has and
 * cannot be read is damage. Stateless. Public for who forgets.
 */
public final class BesideWriters {
  private BesideWriters() {}

  /** Whether all segments of a manifest are still there. */
  static boolean isThere(Path data, Manifest manifest) throws IOException {
    Manifest now = ManifestFiles.read(data);
    for (Partition partition : manifest.partitions().values()) {
      for (Segment segment : partition.segments()) {
        if (in(now, partition, segment) == null) {
          return false;
        }
      }
    }
    return true;
  }

  /** A segment as it is by now, more of it gone perhaps; null when it is not there any more. */
  private static Segment latest(Path data, Partition partition, Segment segment)
      throws IOException {
    return in(ManifestFiles.read(data), partition, segment);
  }

  private static Segment in(Manifest now, Partition partition, Segment segment) {
    Partition other = now == null ? null : now.partitions().get(partition.day());
    return other == null ? null : find(other, segment);
  }

  /** Reads something of one segment as a manifest names it. */
  public interface Reading<R> {
    R read(Segment segment) throws IOException;
  }

  /**
   * Reads something of one segment, again where others listed more of it as gone meanwhile.
   *
   * @throws NoSuchFileException when a file is missing
   * @throws StaleException when the segment is not there any more
   */
  public static <R> R reading(Path data, Partition partition, Segment segment, Reading<R> reading)
      throws IOException {
    Segment as = segment;
    while (true) {
      try {
        return reading.read(as);
      } catch (NoSuchFileException e) {
        Segment newer = latest(data, partition, segment);
        if (newer == null) {
          throw StaleException.stale();
        }
        if (newer.equals(as)) {
          throw e;
        }
        as = newer;
      }
    }
  }

  /** Gives every copy of a segment; says how many damaged stretches were passed over. */
  public static int scan(
      Path data, Partition partition, Segment segment, PartitionScan.Records records)
      throws IOException {
    Gone gone = Gone.of(data, partition, segment);
    try (PartitionScan.Stream stream =
        new PartitionScan.Stream(data, partition, gone.segment, gone.numbers)) {
      while (stream.advance()) {
        records.take(stream.record, stream.current);
      }
      if (stream.damaged() > 0 && latest(data, partition, segment) == null) {
        throw StaleException.stale();
      }
      return stream.damaged();
    }
  }

  /** What of a segment is not current: its numbers, or null where the list is damaged. */
  record Gone(Segment segment, int[] numbers) {
    static Gone of(Path data, Partition partition, Segment segment) throws IOException {
      Path home = partition.directory(data);
      try {
        return reading(
            data,
            partition,
            segment,
            as ->
                new Gone(
                    as,
                    as.gone() == 0
                        ? new int[0]
                        : GoneFile.read(home, as.info().number(), as.goneVersion())));
      } catch (StaleException e) {
        throw e;
      } catch (IOException e) {
        Damage.check(e);
        return new Gone(segment, null);
      }
    }
  }

  /** That segment in a partition as it is now; null when it is not there any more. */
  static Segment find(Partition now, Segment segment) {
    for (Segment each : now.segments()) {
      if (each.info().equals(segment.info())) {
        return each;
      }
    }
    return null;
  }
}
