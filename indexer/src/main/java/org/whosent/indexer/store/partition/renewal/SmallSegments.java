package org.whosent.indexer.store.partition.renewal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.segment.SegmentInfo;
import org.whosent.indexer.store.segment.SegmentWriter;

/** Which segments of a day whoever commits makes one of. Stateless. Public for batches. */
public final class SmallSegments {
  /** So many segments of one size become one. */
  private static final int MANY = 8;

  /** Segments are of one size when their records have as many of these bits. */
  private static final int SIZE_BITS = 3;

  /** With so many records one is not small: {@link Compaction} and sealing take it. */
  static final int RECORDS = 1 << 15;

  /** Neither is a file that is longer: some records have thousands of recipients. */
  private static final long BYTES = 16 << 20;

  /** So many records become one segment at most, as much as a segment holds in a small heap. */
  private static final int MOST_RECORDS = Math.min(SegmentWriter.MAX_ROWS, RECORDS * MANY);

  /** Of so many a block each is in memory at once, at most. */
  private static final int MOST_SEGMENTS = 4 * MANY;

  private SmallSegments() {}

  /**
   * Those of one size of which there are too many, and which nobody reads, the oldest first and no
   * more than go into one segment; null for none.
   */
  public static List<Segment> toMerge(Path data, Partition partition) throws IOException {
    List<Segment> small = crowd(partition, 0);
    if (small == null) {
      return null;
    }
    int pinned = Pins.read(data).getOrDefault(partition.day(), 0);
    return pinned > 0 ? crowd(partition, pinned) : small; // somebody reads older ones
  }

  /** Those of one size, from a number on, of which there are too many; or null. */
  private static List<Segment> crowd(Partition partition, int from) {
    Map<Integer, List<Segment>> bySize = new TreeMap<>();
    for (Segment segment : partition.segments()) {
      if (isSmall(segment.info()) && segment.info().number() >= from) {
        int bits = 32 - Integer.numberOfLeadingZeros(segment.info().rows());
        bySize.computeIfAbsent(bits / SIZE_BITS, _ -> new ArrayList<>()).add(segment);
      }
    }
    return bySize.values().stream()
        .filter(segments -> segments.size() >= MANY)
        .map(SmallSegments::thatFit)
        .filter(segments -> segments.size() > 1)
        .findFirst()
        .orElse(null);
  }

  private static boolean isSmall(SegmentInfo info) {
    boolean packed = info.indexBytes() > 0; // by user: to be undone for nobody
    return !packed && info.rows() < RECORDS && info.recordsBytes() < BYTES;
  }

  private static List<Segment> thatFit(List<Segment> segments) {
    List<Segment> fit = new ArrayList<>();
    int rows = 0;
    for (Segment segment : segments) {
      rows += segment.info().rows();
      if (rows > MOST_RECORDS || fit.size() == MOST_SEGMENTS) {
        break;
      }
      fit.add(segment);
    }
    return fit;
  }
}
