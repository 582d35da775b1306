package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.time.LocalDate;
import java.util.NavigableSet;
import java.util.TreeSet;

/** What one batch passes over, and of which days it is. Not thread-safe. */
final class Missed {
  private final PassedOver passedOver;
  private final NavigableSet<LocalDate> days = new TreeSet<>();

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

  boolean isEmpty() {
    return days.isEmpty();
  }

  /** The last day, up to one, that something was passed over of since this was asked; or null. */
  LocalDate take(LocalDate until) {
    LocalDate last = days.floor(until);
    days.clear();
    return last;
  }
}
