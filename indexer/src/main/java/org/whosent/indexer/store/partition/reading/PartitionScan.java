package org.whosent.indexer.store.partition.reading;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.segment.Damage;
import org.whosent.indexer.store.segment.GoneFile;
import org.whosent.indexer.store.segment.SegmentScan;
import org.whosent.record.SubmissionRecord;

/**
 * Reads whole segments, records first and newest first, without their keys. What is damaged is
 * passed over and counted. Stateless.
 *
 * <p>Known weakness: where the list of copies that are no longer current is damaged, those count as
 * current again; {@code Rewriter} then joins what meets. Public for who writes days anew.
 */
public final class PartitionScan {
  private PartitionScan() {}

  /** What takes the records. */
  public interface Records {
    void take(SubmissionRecord record, boolean current) throws IOException;
  }

  /**
   * Gives every copy of every record, with whether it is the current one.
   *
   * @return how many damaged stretches were passed over
   */
  public static int records(Path data, Partition partition, Records records) throws IOException {
    int damaged = 0;
    for (Segment segment : partition.segments()) {
      try (Stream stream = new Stream(data, partition, segment)) {
        while (stream.advance()) {
          records.take(stream.record, stream.current);
        }
        damaged += stream.damaged();
      }
    }
    return damaged;
  }

  /** One segment's records. Not thread-safe. */
  public static final class Stream implements AutoCloseable {
    private final SegmentScan scan;
    private final int[] gone;
    private final int lostLists;
    public SubmissionRecord record;
    public boolean current;

    public Stream(Path data, Partition partition, Segment segment) throws IOException {
      this(data, partition, segment, gone(data, partition, segment));
    }

    /** The same where it is known what is not current; null when that is lost. */
    public Stream(Path data, Partition partition, Segment segment, int[] gone) throws IOException {
      this.gone = gone == null ? new int[0] : gone;
      lostLists = gone == null ? 1 : 0;
      scan = new SegmentScan(partition.directory(data), segment.info());
    }

    private static int[] gone(Path data, Partition partition, Segment segment) throws IOException {
      if (segment.gone() == 0) {
        return new int[0];
      }
      try {
        Path home = partition.directory(data);
        return GoneFile.read(home, segment.info().number(), segment.goneVersion());
      } catch (IOException e) {
        Damage.check(e);
        return null;
      }
    }

    /** Goes to the next record; false at the end. */
    public boolean advance() {
      record = scan.next();
      current =
          record != null && (gone.length == 0 || Arrays.binarySearch(gone, scan.ordinal()) < 0);
      return record != null;
    }

    /** Goes to the next current record; false at the end. */
    public boolean advanceCurrent() {
      while (advance()) {
        if (current) {
          return true;
        }
      }
      return false;
    }

    public int damaged() {
      return scan.damaged() + lostLists;
    }

    @Override
    public void close() {
      scan.close();
    }
  }

  /** Damaged stretches, after reading everything once; a file that cannot be opened is one. */
  public static int damage(Path data, List<Partition> partitions) throws IOException {
    int damaged = 0;
    for (Partition partition : partitions) {
      try {
        damaged += records(data, partition, (_, _) -> {});
      } catch (FileSystemException _) {
        damaged++;
      }
    }
    return damaged;
  }
}
