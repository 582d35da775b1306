package org.whosent.query;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * For tests of what is counted in days (UTC): what one of them writes on one day and asks on the
 * next is not what it means. Stateless.
 */
public final class Midnight {
  /** Longer than a test takes on a busy machine. */
  private static final Duration NEAR = Duration.ofMinutes(3);

  private Midnight() {}

  /** Waits for the next day where this one ends within minutes. */
  public static void pass() throws InterruptedException {
    Instant day = Instant.now().truncatedTo(ChronoUnit.DAYS);
    while (Instant.now().plus(NEAR).truncatedTo(ChronoUnit.DAYS).isAfter(day)
        && Instant.now().truncatedTo(ChronoUnit.DAYS).equals(day)) {
      Thread.sleep(500);
    }
  }
}
