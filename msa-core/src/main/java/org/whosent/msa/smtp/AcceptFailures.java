package org.whosent.msa.smtp;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Says that connections cannot be accepted, at once and then no more than once a minute, with a
 * count: it is tried ten times a second, and who causes it could fill the disk with the log.
 * Thread-safe.
 */
final class AcceptFailures {
  private static final Duration AGAIN = Duration.ofMinutes(1);

  private final Consumer<String> log;
  private final LongSupplier nanoTime;
  private long toldNanos;
  private long untold;

  /** None yet. */
  AcceptFailures(Consumer<String> log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
    this.toldNanos = nanoTime.getAsLong() - AGAIN.toNanos();
  }

  synchronized void add(Throwable failure) {
    long now = nanoTime.getAsLong();
    if (now - toldNanos < AGAIN.toNanos()) {
      untold++;
      return;
    }
    log.accept(
        "accept failed: " + failure + (untold == 0 ? "" : " (and " + untold + " times before)"));
    toldNanos = now;
    untold = 0;
  }
}
