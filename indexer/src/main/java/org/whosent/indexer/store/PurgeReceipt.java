package org.whosent.indexer.store;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * What a purge or an erasure did, or would do. Immutable.
 *
 * @param time when
 * @param dryRun nothing was changed
 * @param before the end of the span that was purged; null for an erasure
 * @param days partitions dropped whole
 * @param records records forgotten
 * @param held records spared because a hold keeps them
 * @param bytes bytes freed
 * @param dates which days were dropped: {@code 2026-11-01}, or {@code 2026-11-01/2026-11-03} where
 *     each in between was too; ascending, see {@link #dates(Collection)}
 */
public record PurgeReceipt(
    Instant time,
    boolean dryRun,
    Instant before,
    int days,
    long records,
    long held,
    long bytes,
    List<String> dates) {
  /** More gaps than that are within the last of the dates. */
  private static final int MOST_DATES = 50;

  public PurgeReceipt {
    dates = List.copyOf(dates);
  }

  /** The same where no day was dropped. */
  public PurgeReceipt(
      Instant time, boolean dryRun, Instant before, int days, long records, long held, long bytes) {
    this(time, dryRun, before, days, records, held, bytes, List.of());
  }

  /** The days as {@link #dates} has them. */
  public static List<String> dates(Collection<LocalDate> days) {
    List<String> dates = new ArrayList<>();
    LocalDate from = null;
    LocalDate to = null;
    for (LocalDate day : new TreeSet<>(days)) {
      boolean goesOn = to != null && (day.equals(to.plusDays(1)) || dates.size() == MOST_DATES - 1);
      if (to != null && !goesOn) {
        dates.add(span(from, to));
      }
      from = goesOn ? from : day;
      to = day;
    }
    if (to != null) {
      dates.add(span(from, to));
    }
    return dates;
  }

  private static String span(LocalDate from, LocalDate to) {
    return from.equals(to) ? from.toString() : from + "/" + to;
  }
}
