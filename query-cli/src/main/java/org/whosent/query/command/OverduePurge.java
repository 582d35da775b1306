package org.whosent.query.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.whosent.indexer.store.FailedLoginQuery;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.StoreStatus;
import org.whosent.indexer.store.View;
import org.whosent.query.access.AccessLog;
import org.whosent.record.FailedLogin;
import org.whosent.record.Times;
import org.whosent.record.site.Site;

/**
 * Whether the purge job does its work: pruning that fails in silence keeps what should be gone. All
 * that {@code purge} sees to is looked for: records, failed logins, journals, what is to be masked,
 * the access log. What is under hold is meant to stay.
 *
 * @param since when the earliest of it should have gone
 * @param what is still there
 */
record OverduePurge(Instant since, SortedSet<String> what) {
  /**
   * What should be gone and is not; null when nothing is. What is late by no more than {@code
   * purgeGrace} does not count.
   *
   * @throws IOException when the store or a directory cannot be read
   */
  static OverduePurge of(
      RecordStore store, View view, StoreStatus status, Path directory, Site site, Instant now)
      throws IOException {
    Search search = new Search(directory, site, now);
    search.records(status);
    search.failedLogins(store, view);
    search.masks(store, status);
    search.accessLog();
    return search.earliest == null ? null : new OverduePurge(search.earliest, search.what);
  }

  private static final class Search {
    private final Path directory;
    private final Site site;
    private final Instant now;
    private final SortedSet<String> what = new TreeSet<>();
    private Instant earliest;

    Search(Path directory, Site site, Instant now) {
      this.directory = directory;
      this.site = site;
      this.now = now;
    }

    /** A day that ended by then is overdue: it goes when all of it lies beyond the span. */
    private Instant late(Duration span) {
      return now.minus(site.privacy().purgeGrace()).minus(span);
    }

    private void found(String each, Instant due) {
      what.add(each);
      earliest = earliest == null || due.isBefore(earliest) ? due : earliest;
    }

    void records(StoreStatus status) throws IOException {
      Instant late = late(site.retention());
      for (StoreStatus.Day day : status.days()) {
        if (day.day() != null && !end(day.day()).isAfter(late)) {
          found("records older than the retention", end(day.day()).plus(site.retention()));
        }
      }
      for (Path journal : JournalFiles.ended(directory, late)) {
        found(
            "journals older than the retention",
            JournalFiles.endOfDay(journal).plus(site.retention()));
      }
    }

    /** A day may have failed logins and no record. */
    void failedLogins(RecordStore store, View view) throws IOException {
      List<Hold> holds = store.holds();
      Instant before = start(late(site.retention()));
      for (Instant day = looseLogin(view, holds, before);
          day != null;
          day = looseLogin(view, holds, day)) {
        Instant due = day.plus(Duration.ofDays(1)).plus(site.retention());
        found("failed logins older than the retention", due);
      }
    }

    /** The start of the latest day before then that has one which no hold keeps. */
    private static Instant looseLogin(View view, List<Hold> holds, Instant before)
        throws IOException {
      Iterator<FailedLogin> old = view.failedLogins(new FailedLoginQuery(null, null, null, before));
      while (old.hasNext()) {
        FailedLogin login = old.next();
        if (holds.stream().noneMatch(hold -> hold.query().matches(login))) {
          return start(login.failure().time());
        }
      }
      return null;
    }

    void masks(RecordStore store, StoreStatus status) throws IOException {
      Duration span = site.privacy().maskAfter();
      if (span == null) {
        return;
      }
      String clients = "client addresses and subjects older than maskAfter";
      Instant late = late(span);
      Instant purged = late(site.retention());
      for (StoreStatus.Day day : status.days()) {
        boolean due = day.day() != null && !end(day.day()).isAfter(late);
        if (due && end(day.day()).isAfter(purged) && store.maskable(end(day.day()), purged) > 0) {
          found(clients, end(day.day()).plus(span));
          break; // from the earliest day on
        }
      }
      for (Path journal : JournalFiles.ended(directory, late)) {
        found(clients, JournalFiles.endOfDay(journal).plus(span));
      }
    }

    void accessLog() throws IOException {
      Duration span = site.privacy().accessLogRetention();
      Instant oldest = new AccessLog(directory).oldestEnd();
      if (oldest != null && !oldest.isAfter(late(span))) {
        found("lines of the access log older than accessLogRetention", oldest.plus(span));
      }
    }

    private static Instant end(LocalDate day) {
      return day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static Instant start(Instant time) {
      return LocalDate.ofInstant(time, ZoneOffset.UTC).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
  }

  /** What is wrong and what to do, in one line. */
  String words() {
    return "a purge is overdue since "
        + Times.format(since)
        + ": "
        + String.join(", ", what)
        + " are still there; run 'whosent purge', and see why its timer did not (systemctl status"
        + " whosent-purge.timer)";
  }
}
