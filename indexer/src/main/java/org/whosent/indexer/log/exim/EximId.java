package org.whosent.indexer.log.exim;

import org.whosent.indexer.log.text.LineBytes;

/**
 * Exim's queue ID: 16 characters to 4.96 ({@code 1xVWMp-00006e-1u}), 23 from 4.97 ({@code
 * 1xVWZ4-0000000009c-3u3Q}): time, process ID and fraction in base 62. Stateless.
 */
final class EximId {
  static final int SHORT = 16;
  static final int LONG = 23;
  private static final int FIRST_DASH = 6;

  private static final boolean[] DIGITS = new boolean['z' + 1];

  static {
    for (char c = 0; c < DIGITS.length; c++) {
      DIGITS[c] = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a';
    }
  }

  private EximId() {}

  /** Where the ID that starts at {@code from} ends; -1 when there is none. */
  static int end(LineBytes line, int from) {
    if (line.at(from + FIRST_DASH) != '-') {
      return -1;
    }
    return isWord(line, from, LONG) ? from + LONG : isWord(line, from, SHORT) ? from + SHORT : -1;
  }

  private static boolean isWord(LineBytes line, int from, int length) {
    int end = from + length;
    if (end > line.end() || end < line.end() && line.at(end) != ' ') {
      return false;
    }
    int lastDash = from + lastDash(length);
    for (int i = from; i < end; i++) {
      byte c = line.at(i);
      boolean dash = i == from + FIRST_DASH || i == lastDash;
      if (dash ? c != '-' : c < 0 || c > 'z' || !DIGITS[c]) {
        return false;
      }
    }
    return true;
  }

  private static int lastDash(int length) {
    return length == SHORT ? 13 : 18;
  }

  /** True for a text that is a queue ID. */
  static boolean is(String text) {
    int length = text.length();
    return (length == SHORT || length == LONG)
        && text.charAt(FIRST_DASH) == '-'
        && text.charAt(lastDash(length)) == '-'
        && areDigits(text, 0, FIRST_DASH)
        && areDigits(text, FIRST_DASH + 1, lastDash(length))
        && areDigits(text, lastDash(length) + 1, length);
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
