package org.whosent.indexer.ingest;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts for one file, over one or several readings. Not thread-safe, but for {@link #dropped},
 * {@link #notKept} and {@link #unplaced}, which the storing thread counts.
 */
final class Tally {
  /** So many lines may stand in any order. */
  private static final int FEW = 10;

  private static final int MOSTLY = 4;

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
  boolean passedOver;
  String problem;

  private Instant firstTime;
  private Instant lastTime;

  /** Lines that are later than the one before, and earlier. */
  private long later;

  private long earlier;

  Tally(String file) {
    this.file = file;
  }

  /** Takes note of a line's time. */
  void time(Instant time) {
    firstTime = firstTime == null ? time : firstTime;
    int order = lastTime == null ? 0 : time.compareTo(lastTime);
    later += order > 0 ? 1 : 0;
    earlier += order < 0 ? 1 : 0;
    lastTime = time;
  }

  /** True when the newest lines came first. */
  boolean runsBackwards() {
    return earlier >= FEW && earlier > MOSTLY * later && lastTime.isBefore(firstTime);
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
        passedOver,
        problem);
  }
}
