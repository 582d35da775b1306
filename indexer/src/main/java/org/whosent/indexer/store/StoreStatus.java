package org.whosent.indexer.store;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/**
 * How the store stands. Immutable.
 *
 * @param days by day; the records under hold that outlived their day are the one without a day
 * @param coverage what was read
 * @param horizon nothing older is kept or comes back; null before the first purge
 * @param lastCommit when a batch was last committed; null for a new store
 * @param damage what is wrong with the manifest or its copy, of which one is sound; or null
 */
public record StoreStatus(
    List<Day> days, Coverage coverage, Instant horizon, Instant lastCommit, String damage) {
  public StoreStatus {
    days = List.copyOf(days);
  }

  /**
   * One day's partition.
   *
   * @param day null for the held records
   * @param records how many
   * @param bytes on disk
   * @param damage what is wrong with it and what to do, or null
   */
  public record Day(LocalDate day, long records, long bytes, String damage) {}
}
