package org.whosent.indexer.ingest;

import java.time.Instant;

/** Whether a log's lines become later or earlier. Not thread-safe. */
final class LineOrder {
  /** So many lines may stand in any order. */
  private static final int FEW = 10;

  private static final int MOSTLY = 4;

  /** So many, where none became later: a search may have found one message only. */
  private static final int FEW_ONLY = 5;

  private Instant first;
  private Instant last;

  /** Lines that are later than the one before, and earlier. */
  private long later;

  private long earlier;

  /** Takes note of a line's time. */
  void time(Instant time) {
    first = first == null ? time : first;
    int order = last == null ? 0 : time.compareTo(last);
    later += order > 0 ? 1 : 0;
    earlier += order < 0 ? 1 : 0;
    last = time;
  }

  /** True when the newest lines came first. */
  boolean runsBackwards() {
    return earlier >= (later == 0 ? FEW_ONLY : FEW)
        && earlier > MOSTLY * later
        && last.isBefore(first);
  }

  /** True when so many became later that those are not the beginning of such a log. */
  boolean runsForwards() {
    return later >= FEW && later > earlier;
  }
}
