package org.whosent.indexer.log.framing;

/**
 * What Solaris's syslog puts between the tag and the text: {@code [ID 197553 mail.info] }.
 * Stateless.
 */
final class SolarisMessageId {
  private static final int LONGEST_PRIORITY = 20;

  private SolarisMessageId() {}

  /**
   * Where the text begins behind it; {@code from} where there is none.
   *
   * @param end of the line
   */
  static int behind(byte[] line, int from, int end) {
    int at = from + 4;
    if (at >= end || line[from + 1] != 'I' || line[from + 2] != 'D' || line[from + 3] != ' ') {
      return from;
    }
    while (at < end && isDigit(line[at])) {
      at++;
    }
    if (at == from + 4 || at == end || line[at] != ' ') {
      return from;
    }
    int close = at + 1;
    while (close < end && isPriority(line[close])) {
      close++;
    }
    boolean whole =
        close + 1 < end
            && close - at < LONGEST_PRIORITY
            && line[close] == ']'
            && line[close + 1] == ' ';
    return whole ? close + 2 : from;
  }

  private static boolean isPriority(byte c) {
    return c >= 'a' && c <= 'z' || c == '.' || isDigit(c);
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }
}
