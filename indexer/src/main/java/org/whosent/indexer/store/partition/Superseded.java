package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.segment.GoneFile;

/** Stored copies that are not current any more, and not listed as such yet. Not thread-safe. */
final class Superseded {
  /** By segment, the numbers of its copies. */
  private final Map<LocalDate, Map<Integer, NavigableSet<Integer>>> copies = new HashMap<>();

  /** How many of them have no newer copy in their day. */
  private final Map<LocalDate, Long> left = new HashMap<>();

  private int count;

  /**
   * Marks a copy.
   *
   * @param moved no newer copy takes its place in its day
   */
  void add(LocalDate day, int segment, int ordinal, boolean moved) {
    boolean first =
        copies
            .computeIfAbsent(day, _ -> new HashMap<>())
            .computeIfAbsent(segment, _ -> new TreeSet<>())
            .add(ordinal);
    if (first) {
      count++;
      left.merge(day, moved ? 1L : 0L, Long::sum);
    }
  }

  int count() {
    return count;
  }

  boolean isIn(LocalDate day) {
    return copies.containsKey(day);
  }

  boolean contains(LocalDate day, int segment, int ordinal) {
    Map<Integer, NavigableSet<Integer>> ofDay = copies.get(day);
    NavigableSet<Integer> ordinals = ofDay == null ? null : ofDay.get(segment);
    return ordinals != null && ordinals.contains(ordinal);
  }

  Set<LocalDate> days() {
    return copies.keySet();
  }

  /** Writes a day's lists; what is returned names them. */
  Partition write(Path data, Partition day) throws IOException {
    Partition written = day;
    long moved = left.getOrDefault(day.day(), 0L);
    for (Map.Entry<Integer, NavigableSet<Integer>> gone : copies.get(day.day()).entrySet()) {
      Segment segment =
          written.segments().stream()
              .filter(s -> s.info().number() == gone.getKey())
              .findFirst()
              .orElseThrow();
      Path home = written.directory(data);
      NavigableSet<Integer> all = new TreeSet<>(gone.getValue());
      if (segment.gone() > 0) {
        for (int n : GoneFile.read(home, gone.getKey(), segment.goneVersion())) {
          all.add(n);
        }
      }
      int version = segment.goneVersion() + 1;
      GoneFile.write(
          home, gone.getKey(), version, all.stream().mapToInt(Integer::intValue).toArray());
      written = written.with(segment, new Segment(segment.info(), all.size(), version), moved);
      moved = 0;
    }
    return written;
  }

  void clear() {
    copies.clear();
    left.clear();
    count = 0;
  }
}
