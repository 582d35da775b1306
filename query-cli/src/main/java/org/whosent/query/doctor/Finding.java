package org.whosent.query.doctor;

import java.util.Locale;

/**
 * What came of a check. Immutable.
 *
 * @param result of it
 * @param reason in words; holds what the server said, so it is to be made safe before it is shown
 */
public record Finding(Result result, String reason) {
  /** How it came out. */
  public enum Result {
    PASS,
    FAIL,
    /** It was to be checked and could not be. */
    UNKNOWN,
    /** It was not asked for, or does not apply. */
    SKIPPED;

    /** The word in output. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding pass(String reason) {
    return new Finding(Result.PASS, reason);
  }

  static Finding fail(String reason) {
    return new Finding(Result.FAIL, reason);
  }

  static Finding unknown(String reason) {
    return new Finding(Result.UNKNOWN, reason);
  }

  static Finding skipped(String reason) {
    return new Finding(Result.SKIPPED, reason);
  }

  /** The worst of two: fail, unknown, pass, skipped; reasons of the worse one, or of both. */
  Finding and(Finding other) {
    int mine = weight(result);
    int others = weight(other.result);
    if (mine != others) {
      return mine > others ? this : other;
    }
    return reason.equals(other.reason) ? this : new Finding(result, reason + "; " + other.reason);
  }

  private static int weight(Result result) {
    return switch (result) {
      case FAIL -> 3;
      case UNKNOWN -> 2;
      case PASS -> 1;
      case SKIPPED -> 0;
    };
  }
}
