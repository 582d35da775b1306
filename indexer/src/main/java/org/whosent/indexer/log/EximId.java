package org.whosent.indexer.log;

/**
 * Exim's queue ID: 16 characters to 4.96 ({@code 1xVWMp-00006e-1u}), 23 from 4.97 ({@code
 * 1xVWZ4-0000000009c-3u3Q}): time, process ID and fraction in base 62. Stateless.
 */
final class EximId {
  private static final int SHORT = 16;
  private static final int LONG = 23;
  private static final int FIRST_DASH = 6;

  private static final boolean[] DIGITS = new boolean['z' + 1];

  static {
    for (char c = 0; c < DIGITS.length; c++) {
      DIGITS[c] = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a';
    }
  }

  private EximId() {}

  /** Where the ID that starts at {@code from} ends; -1 when there is none. */
  static int end(String text, int from) {
    int dash = from + FIRST_DASH;
    if (dash >= text.length() || text.charAt(dash) != '-') {
      return -1;
    }
    return isWord(text, from, LONG) ? from + LONG : isWord(text, from, SHORT) ? from + SHORT : -1;
  }

  private static boolean isWord(String text, int from, int length) {
    int end = from + length;
    boolean bounded = end == text.length() || end < text.length() && text.charAt(end) == ' ';
    return bounded && is(text, from, length);
  }

  /** True for a text that is a queue ID. */
  static boolean is(String text) {
    int length = text.length();
    return (length == SHORT || length == LONG) && is(text, 0, length);
  }

  private static boolean is(String text, int from, int length) {
    int firstDash = from + FIRST_DASH;
    int lastDash = from + (length == SHORT ? 13 : 18);
    return text.charAt(firstDash) == '-'
        && text.charAt(lastDash) == '-'
        && areDigits(text, from, firstDash)
        && areDigits(text, firstDash + 1, lastDash)
        && areDigits(text, lastDash + 1, from + length);
  }

  /** In base 62. */
  private static boolean areDigits(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c > 'z' || !DIGITS[c]) {
        return false;
      }
    }
    return true;
  }
}
