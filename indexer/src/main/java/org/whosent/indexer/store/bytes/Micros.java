package org.whosent.indexer.store.bytes;

import java.time.Instant;

/** Times as microseconds since the epoch. Stateless. */
public final class Micros {
  private Micros() {}

  /**
   * The time's microsecond.
   *
   * @throws ArithmeticException some 290,000 years away from the epoch
   */
  public static long of(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1000);
  }

  /** The time. */
  public static Instant time(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
  }
}
