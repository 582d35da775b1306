package org.whosent.indexer.ingest;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.whosent.indexer.log.LineKind;

/**
 * Counts for one file, over one or several readings. Not thread-safe, but for {@link #dropped},
 * {@link #notKept} and {@link #unplaced}, which the storing thread counts.
 */
final class Tally {
  final String file;
  String format;
  long bytes;
  long lines;
  long records;
  final AtomicLong dropped = new AtomicLong();

  /** Of the records, those that the store did not keep. */
  final AtomicLong notKept = new AtomicLong();

  long foreign;
  long notUnderstood;
  long notLog;
  long forgotten;
  final AtomicLong unplaced = new AtomicLong();
  long refusals;
  long loginFailures;
  boolean upToDate;
  boolean waiting;

  /** What its last lines are will show when more stands behind them. */
  boolean undecided;

  boolean passedOver;

  /** The last reading began at the file's beginning. */
  boolean anew;

  String problem;

  /** What else is to be said of it, or null. */
  String note;

  /** Its newest lines came first, and it was read from its end. */
  boolean turned;

  private final LineOrder order = new LineOrder();

  Tally(String file) {
    this.file = file;
  }

  /** Counts a line. */
  void line(LineKind kind, LogCounts counts) {
    switch (kind) {
      case FOREIGN -> foreign++;
      case UNKNOWN -> {
        notUnderstood++;
        counts.unknown();
      }
      case NOT_A_LOG -> notLog++;
      case USED, KNOWN, UNDECIDED -> {}
    }
  }

  /** Takes note of a line's time. */
  void time(Instant time) {
    order.time(time);
  }

  /** True when the newest lines came first. */
  boolean runsBackwards() {
    return order.runsBackwards();
  }

  FileReport report() {
    return new FileReport(
        file,
        format,
        bytes,
        lines,
        records - notKept.get(),
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
        undecided,
        turned,
        passedOver,
        note,
        problem);
  }
}
