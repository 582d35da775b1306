package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.time.LocalDate;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.whosent.indexer.store.partition.manifest.Partition;

/**
 * What one batch passes over, and of which days it is; and which of the days that it looked into
 * lack what a rebuild let go of. Not thread-safe.
 */
final class Missed {
  private final PassedOver passedOver;
  private final NavigableSet<LocalDate> days = new TreeSet<>();
  private final NavigableMap<LocalDate, Partition> lacking = new TreeMap<>();

  Missed(PassedOver passedOver) {
    this.passedOver = passedOver;
  }

  /** Passes something over once more; throws it where it is not known yet. */
  void again(LocalDate day, IOException damage) throws IOException {
    passedOver.check(damage);
    days.add(day);
  }

  /** The same; false where it is not known yet. */
  boolean knows(LocalDate day, IOException damage) {
    boolean known = passedOver.knows(damage);
    if (known) {
      days.add(day);
    }
    return known;
  }

  /** Passes it over, known or not. */
  void add(LocalDate day, IOException damage) {
    passedOver.add(damage);
    days.add(day);
  }

  /** A day was looked into of which records may be missing. */
  void lacks(Partition partition) {
    lacking.put(partition.day(), partition);
  }

  boolean isEmpty() {
    return days.isEmpty() && lacking.isEmpty();
  }

  /**
   * Whether something nearer than a record of this day may be missing, of days up to one.
   *
   * @param until the day of what is to be joined with that record
   */
  boolean isNearer(LocalDate day, LocalDate until) {
    LocalDate last = days.floor(until);
    if (last != null && !day.isAfter(last)) {
      return true;
    }
    // What was read again is in the day that lacks it, so that day's own records are not doubted.
    Map.Entry<LocalDate, Partition> lacks = lacking.floorEntry(until);
    if (lacks == null || !day.isBefore(lacks.getKey())) {
      return false;
    }
    passedOver.add(lacks.getValue().loss());
    return true;
  }

  /** Forgets them: what comes next looks for itself. */
  void clear() {
    days.clear();
    lacking.clear();
  }
}
