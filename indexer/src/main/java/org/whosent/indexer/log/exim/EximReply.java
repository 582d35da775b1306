package org.whosent.indexer.log.exim;

import org.whosent.indexer.log.reader.NextHopReply;
import org.whosent.indexer.log.text.LineBytes;

/**
 * What the other server answered, or what is said of a failure: its text is a stranger's.
 *
 * @param logged with the escapes of Exim's log
 * @param text without them, as far as it is kept
 * @param status the enhanced status code (RFC 3463), or null
 * @param queueId the name that the other server gave the message, or null
 */
record EximReply(byte[] logged, String text, String status, String queueId) {
  /** A status is looked for in so much. */
  private static final int LONGEST = 1000;

  /** Of the shortest status, {@code 2.0.0}. */
  private static final int CODE = 5;

  /** The reply to a delivery, which stands between its quotes there. */
  static EximReply of(LineBytes line, int from, int to) {
    String text = unescaped(line.text(from, to));
    return new EximReply(
        line.copy(from, to),
        NextHopReply.kept(text),
        status(text, '2'),
        NextHopReply.queueId(text));
  }

  /** True when the same bytes stand there. */
  boolean stands(LineBytes line, int from, int to) {
    return logged.length == to - from && line.startsWith(logged, from);
  }

  /** Without the backslash before a backslash or quote. */
  private static String unescaped(String logged) {
    int escape = logged.indexOf('\\');
    if (escape < 0) {
      return logged;
    }
    StringBuilder out = new StringBuilder(logged.length());
    int from = 0;
    while (escape >= 0 && escape + 1 < logged.length()) {
      char next = logged.charAt(escape + 1);
      boolean escapes = next == '\\' || next == '"';
      if (escapes) {
        out.append(logged, from, escape);
        from = escape + 1;
      }
      escape = logged.indexOf('\\', escape + (escapes ? 2 : 1));
    }
    return out.append(logged, from, logged.length()).toString();
  }

  /**
   * The last status of that class (RFC 3463 section 2) that stands behind a reply code, or null. A
   * reply's lines are separated by {@code \n} in two characters.
   */
  static String status(String text, char of) {
    int end = Math.min(text.length(), LONGEST);
    String beginning = of + "."; // looked for by the JDK, many characters at a time
    String found = null;
    int at = text.indexOf(beginning);
    while (at >= 0 && at <= end - CODE) {
      if (isBehindCode(text, at)) {
        int statusEnd = statusEnd(text, at, end);
        found = statusEnd > 0 ? text.substring(at, statusEnd) : found;
      }
      at = text.indexOf(beginning, at + 1);
    }
    return found;
  }

  /** {@code "250 "} or {@code "250-"}, at the beginning of a word. */
  private static boolean isBehindCode(String text, int at) {
    int code = at - 4;
    if (code < 0
        || "245".indexOf(text.charAt(code)) < 0
        || !isDigit(text.charAt(code + 1))
        || !isDigit(text.charAt(code + 2))
        || text.charAt(code + 3) != ' ' && text.charAt(code + 3) != '-') {
      return false;
    }
    if (code == 0) {
      return true;
    }
    char before = text.charAt(code - 1);
    return !isWord(before) || before == 'n' && code > 1 && text.charAt(code - 2) == '\\';
  }

  /** Behind {@code 2.1.5}, where no word goes on; -1 when there is none. */
  private static int statusEnd(String text, int from, int end) {
    int at = from + 1;
    for (int part = 0; part < 2; part++) {
      int digits = at + 1;
      if (at >= end || text.charAt(at) != '.') {
        return -1;
      }
      at = digits;
      while (at < end && isDigit(text.charAt(at))) {
        at++;
      }
      if (at == digits || at - digits > 3) {
        return -1;
      }
    }
    return at == end || !isWord(text.charAt(at)) && text.charAt(at) != '_' ? at : -1;
  }

  private static boolean isWord(char c) {
    return isDigit(c) || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
