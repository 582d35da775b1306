package org.whosent.indexer.ingest;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts for one file, over one or several readings. Not thread-safe, but for {@link #dropped} and
 * {@link #unplaced}, which the storing thread counts.
 */
final class Tally {
  final String file;
  String format;
  long bytes;
  long lines;
  long records;
  final AtomicLong dropped = new AtomicLong();
  long foreign;
  long notUnderstood;
  long notLog;
  long forgotten;
  final AtomicLong unplaced = new AtomicLong();
  long refusals;
  long loginFailures;
  boolean upToDate;
  boolean waiting;
  boolean passedOver;
  String problem;

  Tally(String file) {
    this.file = file;
  }

  FileReport report() {
    return new FileReport(
        file,
        format,
        bytes,
        lines,
        records,
        dropped.get(),
        foreign,
        notUnderstood,
        notLog,
        forgotten,
        unplaced.get(),
        refusals,
        loginFailures,
        upToDate,
        waiting,
        passedOver,
        problem);
  }
}
