package org.whosent.msa.smtp;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Counts what strangers cause, so that no more of it is noted in a minute than a bound; says when
 * that begins, and how many were left out. Thread-safe.
 */
final class PerMinute {
  private final String what;
  private final int most;
  private final Consumer<String> log;
  private final LongSupplier nanoTime;
  private long minute;
  private long inMinute;

  /**
   * None yet.
   *
   * @param what is counted, in the plural
   * @param most that are noted in a minute
   */
  PerMinute(String what, int most, Consumer<String> log, LongSupplier nanoTime) {
    this.what = what;
    this.most = most;
    this.log = log;
    this.nanoTime = nanoTime;
  }

  /** Counts one; false when there were too many in this minute. */
  synchronized boolean take() {
    long now = Math.floorDiv(nanoTime.getAsLong(), Duration.ofMinutes(1).toNanos());
    if (now != minute) {
      if (inMinute > most) {
        log.accept("%d %s were not noted".formatted(inMinute - most, what));
      }
      minute = now;
      inMinute = 0;
    }
    if (++inMinute == most + 1) {
      log.accept("more than %d %s in a minute: the others are not noted".formatted(most, what));
    }
    return inMinute <= most;
  }
}
