package org.whosent.msa.smtp;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Says that something fails, at once and then no more than once a minute, with a count: it may be
 * tried many times a second, and who causes it could fill the disk with the log. Thread-safe.
 */
final class FailureLines {
  private static final Duration AGAIN = Duration.ofMinutes(1);

  private final String what;
  private final Consumer<String> log;
  private final LongSupplier nanoTime;
  private long toldNanos;
  private long untold;
  private String lastUntold;

  /**
   * None yet.
   *
   * @param what fails; the beginning of each line
   */
  FailureLines(String what, Consumer<String> log, LongSupplier nanoTime) {
    this.what = what;
    this.log = log;
    this.nanoTime = nanoTime;
    this.toldNanos = nanoTime.getAsLong() - AGAIN.toNanos();
  }

  synchronized void add(String reason) {
    if (isTooSoon()) {
      untold++;
      lastUntold = reason;
      return;
    }
    tell(reason, untold == 0 ? "" : " (and " + untold + " times before)");
  }

  /** To be called when it works: tells what nobody was told of, once a minute has passed. */
  synchronized void settle() {
    if (untold > 0 && !isTooSoon()) {
      tell(lastUntold, " (" + untold + " times more, the last)");
    }
  }

  private boolean isTooSoon() {
    return nanoTime.getAsLong() - toldNanos < AGAIN.toNanos();
  }

  private void tell(String reason, String count) {
    log.accept(what + ": " + reason + count);
    toldNanos = nanoTime.getAsLong();
    untold = 0;
  }
}
