package org.whosent.query.output;

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
}
