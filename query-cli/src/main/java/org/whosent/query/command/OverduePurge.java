package org.whosent.query.command;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.whosent.indexer.store.StoreStatus;
import org.whosent.record.Times;
import org.whosent.record.site.Site;

/**
 * Whether the purge job does its work: pruning that fails in silence keeps what should be gone.
 * Stateless.
 */
final class OverduePurge {
  private OverduePurge() {}

  /**
   * Since when a day should have been purged that is still there; null when none should. Records
   * under hold are meant to stay.
   */
  static Instant since(StoreStatus status, Site site, Instant now) {
    Instant earliest = null;
    for (StoreStatus.Day day : status.days()) {
      if (day.day() != null) {
        Instant due = due(day.day(), site);
        boolean overdue = due.plus(site.privacy().purgeGrace()).isBefore(now);
        if (overdue && (earliest == null || due.isBefore(earliest))) {
          earliest = due;
        }
      }
    }
    return earliest;
  }

  /** A day goes when all of it lies beyond the retention. */
  private static Instant due(LocalDate day, Site site) {
    return day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().plus(site.retention());
  }

  /** What is wrong and what to do, in one line. */
  static String words(Instant since) {
    return "a purge is overdue since "
        + Times.format(since)
        + ": records older than the retention are still there; run 'whosent purge', and see why its"
        + " timer did not (systemctl status whosent-purge.timer)";
  }
}
