package org.whosent.indexer.log;

import java.time.Duration;
import java.time.Instant;

/**
 * Counts what readers had to forget because their tables are bounded: sessions and messages that
 * had not come to their end, as far as the log told. Not thread-safe.
 *
 * <p>Where a format does not log the end, what was not heard of for an hour is taken to be over.
 */
public final class Forgotten {
  private static final Duration OVER = Duration.ofHours(1);

  private Instant now = Instant.MIN;
  private long count;

  /** A line of that time is being read. */
  public void now(Instant time) {
    now = time;
  }

  /** How much was forgotten since the beginning. */
  public long count() {
    return count;
  }

  /** Something unfinished was forgotten. */
  public void unfinished() {
    count++;
  }

  /**
   * Something was forgotten that was last heard of then.
   *
   * @param time null where it counts however old it is: its end is logged
   */
  public void lastHeard(Instant time) {
    if (time == null || !time.isBefore(now) || Duration.between(time, now).compareTo(OVER) < 0) {
      count++;
    }
  }
}
