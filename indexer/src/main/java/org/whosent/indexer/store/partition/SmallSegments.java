package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which segments of a day whoever commits makes one of. Stateless. */
final class SmallSegments {
  /** So many segments of one size become one. */
  private static final int MANY = 8;

  /** Segments are of one size when their records have as many of these bits. */
  private static final int SIZE_BITS = 3;

  /** With so many records one is not small: {@link Compaction} and sealing take it. */
  static final int RECORDS = 1 << 15;

  private SmallSegments() {}

  /** Those of one size of which there are too many, and which nobody reads; null for none. */
  static List<Segment> toMerge(Path data, Partition partition) throws IOException {
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
      boolean packed = segment.info().indexBytes() > 0; // by user: to be undone for nobody
      if (!packed && segment.info().rows() < RECORDS && segment.info().number() >= from) {
        int bits = 32 - Integer.numberOfLeadingZeros(segment.info().rows());
        bySize.computeIfAbsent(bits / SIZE_BITS, _ -> new ArrayList<>()).add(segment);
      }
    }
    return bySize.values().stream().filter(s -> s.size() >= MANY).findFirst().orElse(null);
  }
}
