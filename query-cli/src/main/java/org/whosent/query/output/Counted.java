package org.whosent.query.output;

import java.time.Duration;

/** A number and what it counts, as a sentence has it: {@code 1 day}, {@code 2 days}. */
public final class Counted {
  private Counted() {}

  /**
   * The number with the noun behind it.
   *
   * @param noun in the singular; its plural has an s
   */
  public static String of(long count, String noun) {
    return count + " " + (count == 1 ? noun : noun + "s");
  }

  /**
   * A span of time in words: in days from 48 hours on, in hours from 120 minutes on, else in
   * seconds; rounded down.
   */
  public static String of(Duration span) {
    return span.toHours() >= 48
        ? of(span.toDays(), "day")
        : span.toMinutes() >= 120 ? of(span.toHours(), "hour") : of(span.toSeconds(), "second");
  }
}
