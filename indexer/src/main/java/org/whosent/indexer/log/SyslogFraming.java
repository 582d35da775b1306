package org.whosent.indexer.log;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * The header of a syslog line, in the forms that log files have: RFC 3164's ({@code Nov 23 15:52:48
 * host tag[pid]: text}), the same with an RFC 3339 time (rsyslog's file format, {@code journalctl
 * -o short-iso}), and RFC 5424's, each with or without the leading {@code <PRI>}.
 *
 * <p>A line that has none of these is no log line: the answer is null, never an exception. What
 * stands in the message is not looked at, but its control characters are shown as {@code ?}, as
 * Postfix does itself.
 *
 * <p>Not thread-safe: remembers the last line's time for {@link StampClock}.
 */
final class SyslogFraming {
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
  private static final int HOST_LENGTH = 255;
  private static final int TAG_LENGTH = 128;

  /** A stamp outside these years is no log's; a partition a day would be made for it. */
  private static final Instant EARLIEST = Instant.parse("1990-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

  private final StampClock clock;
  private String line;
  private int at;

  SyslogFraming(StampClock clock) {
    this.clock = clock;
  }

  StampClock clock() {
    return clock;
  }

  /** The line's parts, or null when it is no log line. */
  SyslogLine parse(String text) {
    line = text;
    at = 0;
    try {
      boolean priority = priority();
      // RFC 5424 section 6: HEADER = PRI VERSION SP TIMESTAMP SP HOSTNAME SP APP-NAME ...
      if (line.startsWith("1 ", at) && (priority || isDigit(2) && isDigit(5))) {
        at += 2;
        return structured();
      }
      Instant time = isDigit(0) ? internetTime() : traditionalTime();
      if (time == null || !isSane(time) || !space()) {
        return null;
      }
      SyslogLine parsed = tagged(time);
      if (parsed != null) {
        clock.last(time);
      }
      return parsed;
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** True for a time that a log's clock may have shown. */
  static boolean isSane(Instant time) {
    return !time.isBefore(EARLIEST) && time.isBefore(LATEST);
  }

  private boolean priority() {
    if (!line.startsWith("<")) {
      return false;
    }
    int end = line.indexOf('>');
    if (end < 2 || end > 4) {
      return false;
    }
    for (int i = 1; i < end; i++) {
      if (!digit(line, i)) {
        return false;
      }
    }
    at = end + 1;
    return true;
  }

  private SyslogLine structured() {
    Instant time = internetTime();
    if (time == null || !isSane(time) || !space()) {
      return null;
    }
    String host = word(HOST_LENGTH);
    String program = word(TAG_LENGTH);
    String process = word(TAG_LENGTH);
    String messageId = word(TAG_LENGTH);
    if (host == null || program == null || process == null || messageId == null || !isHost(host)) {
      return null;
    }
    if (!structuredData()) {
      return null;
    }
    // rsyslog's %msg% begins with the blank that followed the tag.
    while (at < line.length() && line.charAt(at) == ' ') {
      at++;
    }
    if (at < line.length() && line.charAt(at) == '\ufeff') {
      at++;
    }
    clock.last(time);
    return new SyslogLine(
        time,
        host,
        program.equals("-") ? "" : program,
        true,
        process.equals("-") ? "" : process,
        printable(line.substring(at)));
  }

  private boolean structuredData() {
    if (line.startsWith("-", at)) {
      at++;
      return at == line.length() || line.charAt(at) == ' ';
    }
    // RFC 5424 section 6.3: in a PARAM-VALUE '"', '\' and ']' are escaped by a backslash.
    while (line.startsWith("[", at)) {
      boolean quoted = false;
      at++;
      while (at < line.length() && (quoted || line.charAt(at) != ']')) {
        char c = line.charAt(at);
        if (c == '"') {
          quoted = !quoted;
        } else if (c == '\\' && quoted) {
          at++;
        }
        at++;
      }
      if (at >= line.length()) {
        return false;
      }
      at++;
    }
    return at == line.length() || line.charAt(at) == ' ';
  }

  private SyslogLine tagged(Instant time) {
    String host = word(HOST_LENGTH);
    if (host == null || !isHost(host)) {
      return null;
    }
    // The tag ends at the first '[', ':' or blank (RFC 3164 section 4.1.3, with '/' and '-').
    int start = at;
    int end = start;
    while (end < line.length() && end - start <= TAG_LENGTH && isTag(line.charAt(end))) {
      end++;
    }
    String program = line.substring(start, end);
    String process = "";
    if (end < line.length() && line.charAt(end) == '[') {
      int close = line.indexOf(']', end);
      if (close > 0 && close - end <= 12) {
        process = line.substring(end + 1, close);
        end = close + 1;
      }
    }
    if (end == start || end >= line.length() || line.charAt(end) != ':') {
      // "last message repeated 2 times" and the like: a log line of nobody.
      return new SyslogLine(time, host, "", false, "", printable(line.substring(start)));
    }
    end++;
    if (end < line.length() && line.charAt(end) == ' ') {
      end++;
    }
    return new SyslogLine(time, host, program, false, process, printable(line.substring(end)));
  }

  private static boolean isTag(char c) {
    return c > ' ' && c < 0x7f && c != '[' && c != ':';
  }

  private static boolean isHost(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      boolean fine =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || c == '.'
              || c == '-'
              || c == '_'
              || c == ':';
      if (!fine) {
        return false;
      }
    }
    return !host.isEmpty();
  }

  /** {@code Nov 23 15:52:48} or {@code Nov 3 15:52:48}; null when it is none. */
  private Instant traditionalTime() {
    if (line.length() < at + 15 || line.charAt(at + 3) != ' ' || line.charAt(at + 6) != ' ') {
      return null;
    }
    int month = MONTHS.indexOf(line.substring(at, at + 3));
    if (month < 0 || month % 3 != 0) {
      return null;
    }
    int day = line.charAt(at + 4) == ' ' ? number(at + 5, 1) : number(at + 4, 2);
    if (line.charAt(at + 9) != ':' || line.charAt(at + 12) != ':') {
      return null;
    }
    int hour = number(at + 7, 2);
    int minute = number(at + 10, 2);
    int second = number(at + 13, 2);
    if (day < 1 || hour < 0 || minute < 0 || second < 0) {
      return null;
    }
    at += 15;
    int nanos = fraction();
    return clock.of(month / 3 + 1, day, hour, minute, Math.min(second, 59), nanos);
  }

  /** RFC 3339, the zone also as {@code +0000} or missing; null when it is none. */
  private Instant internetTime() {
    if (line.length() < at + 19
        || line.charAt(at + 4) != '-'
        || line.charAt(at + 7) != '-'
        || line.charAt(at + 10) != 'T'
        || line.charAt(at + 13) != ':'
        || line.charAt(at + 16) != ':') {
      return null;
    }
    int year = number(at, 4);
    int month = number(at + 5, 2);
    int day = number(at + 8, 2);
    int hour = number(at + 11, 2);
    int minute = number(at + 14, 2);
    int second = number(at + 17, 2);
    if (year < 1970 || month < 1 || day < 1 || hour < 0 || minute < 0 || second < 0) {
      return null;
    }
    at += 19;
    int nanos = fraction();
    LocalDateTime local =
        LocalDateTime.of(year, month, day, hour, minute, Math.min(second, 59), nanos);
    if (at < line.length() && line.charAt(at) == 'Z') {
      at++;
      return local.toInstant(ZoneOffset.UTC);
    }
    if (at < line.length() && (line.charAt(at) == '+' || line.charAt(at) == '-')) {
      int sign = line.charAt(at) == '+' ? 1 : -1;
      boolean colon = line.startsWith(":", at + 3);
      int hours = number(at + 1, 2);
      int minutes = number(colon ? at + 4 : at + 3, 2);
      if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
        return null;
      }
      at += colon ? 6 : 5;
      return local.toInstant(ZoneOffset.ofTotalSeconds(sign * (hours * 3600 + minutes * 60)));
    }
    return clock.of(local);
  }

  private int fraction() {
    if (at >= line.length() || line.charAt(at) != '.') {
      return 0;
    }
    at++;
    int nanos = 0;
    int digits = 0;
    while (at < line.length() && digit(line, at)) {
      if (digits < 9) {
        nanos = nanos * 10 + line.charAt(at) - '0';
        digits++;
      }
      at++;
    }
    for (; digits < 9; digits++) {
      nanos *= 10;
    }
    return nanos;
  }

  private boolean space() {
    if (at < line.length() && line.charAt(at) == ' ') {
      at++;
      return true;
    }
    return false;
  }

  /**
   * The text up to the next blank, which is consumed; null when there is none or it is too long.
   */
  private String word(int longest) {
    int end = line.indexOf(' ', at);
    if (end <= at || end - at > longest) {
      return null;
    }
    String word = line.substring(at, end);
    at = end + 1;
    return word;
  }

  /** The number of exactly so many digits, or -1. */
  private int number(int from, int digits) {
    if (from + digits > line.length()) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < from + digits; i++) {
      if (!digit(line, i)) {
        return -1;
      }
      value = value * 10 + line.charAt(i) - '0';
    }
    return value;
  }

  private boolean isDigit(int ahead) {
    return at + ahead < line.length() && digit(line, at + ahead);
  }

  private static boolean digit(String text, int index) {
    return text.charAt(index) >= '0' && text.charAt(index) <= '9';
  }

  private static String printable(String message) {
    for (int i = 0; i < message.length(); i++) {
      if (Character.isISOControl(message.charAt(i))) {
        StringBuilder out = new StringBuilder(message);
        for (; i < out.length(); i++) {
          if (Character.isISOControl(out.charAt(i))) {
            out.setCharAt(i, '?');
          }
        }
        return out.toString();
      }
    }
    return message;
  }
}
