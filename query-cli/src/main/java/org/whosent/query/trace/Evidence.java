package org.whosent.query.trace;

import java.util.Locale;

/**
 * What one check came to. Immutable.
 *
 * @param check which
 * @param result what
 * @param detail in words, with values from the message and the record; untrusted text, to be
 *     sanitised where it is shown
 */
public record Evidence(Check check, Result result, String detail) {
  /** What a check came to. */
  public enum Result {
    MATCH,
    MISMATCH,
    /** One of the sides does not say, or what it says may not be held against anybody. */
    ABSENT;

    /** The word in output. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Evidence match(Check check, String detail) {
    return new Evidence(check, Result.MATCH, detail);
  }

  static Evidence mismatch(Check check, String detail) {
    return new Evidence(check, Result.MISMATCH, detail);
  }

  static Evidence absent(Check check, String detail) {
    return new Evidence(check, Result.ABSENT, detail);
  }
}
