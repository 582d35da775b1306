package org.whosent.indexer.log.reader;

import java.time.Duration;
import java.time.Instant;

/**
 * Knows when a line of one log stands behind a later one: the clock was set back. What is logged
 * then of a message whose opening was before that has a time before its own beginning, as the rest
 * of an older message would that had the same queue ID. But an older one's lines stand before the
 * opening, not behind it: so the reader, who alone sees the order, moves the line's time to it.
 *
 * <p>Not thread-safe.
 */
public final class SetBackClock {
  /** Log lines of two processes may be out of order by so much; records join within it. */
  private static final Duration DISORDER = Duration.ofSeconds(2);

  /** What is further behind is another log's, read later. */
  private static final Duration FURTHEST = Duration.ofHours(1);

  private long latest = Long.MIN_VALUE;

  /**
   * True when the line is earlier than one before it, by seconds; asked of each line, in order.
   *
   * @param time of the line
   */
  public boolean isBehind(Instant time) {
    long second = time.getEpochSecond();
    if (second >= latest) {
      latest = second;
      return false;
    }
    return true;
  }

  /**
   * The time that counts for a line which stands behind its message's opening.
   *
   * @param opened the time of the opening
   * @param time of the line
   */
  public static Instant notBefore(Instant opened, Instant time) {
    boolean setBack = time.isBefore(opened.minus(DISORDER)) && time.isAfter(opened.minus(FURTHEST));
    return setBack ? opened : time;
  }
}
