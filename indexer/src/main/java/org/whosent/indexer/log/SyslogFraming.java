package org.whosent.indexer.log;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;

/**
 * The header of a syslog line, in the forms that log files have: RFC 3164's ({@code Nov 23 15:52:48
 * host tag[pid]: text}), the same with an RFC 3339 time (rsyslog's file format, {@code journalctl
 * -o short-iso}), and RFC 5424's, each with or without the leading {@code <PRI>}. What has none of
 * these is looked at again for the forms of {@link SyslogVariants}.
 *
 * <p>A line that has none of these is no log line: the answer is null, never an exception. What
 * stands in the message is not looked at, but its control characters are shown as {@code ?}, as
 * Postfix does itself.
 *
 * <p>Works on the line's bytes, since every line of every text format comes through here: the one
 * text it makes is the message, and not even that for who asks {@link #frame}; a stamp that stands
 * in the next line again is not read again.
 *
 * <p>Not thread-safe: remembers the last line's time for {@link StampClock}.
 */
final class SyslogFraming {
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
  private static final int HOST_LENGTH = 255;
  private static final int TAG_LENGTH = 128;

  /** {@code Nov 23 15:52:48} and {@code 2026-11-23T15:52:48}. */
  private static final int TRADITIONAL = 15;

  private static final int INTERNET = 19;

  /** A stamp outside these years is no log's; a partition a day would be made for it. */
  private static final Instant EARLIEST = Instant.parse("1990-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

  /** RFC 3339 section 5.6 has no offset beyond that, nor has the JDK. */
  private static final int LARGEST_OFFSET = 18 * 3600;

  private final StampClock clock;
  private final boolean copies;
  private final Words words = new Words();
  private String goodHost;
  private byte[] line;
  private int end;
  private int at;

  /** The parts of the last line. */
  private Instant time;

  private String host;
  private String program;
  private boolean structured;
  private String process;
  private final LineBytes message = new LineBytes();
  private int messageStart;

  /** The last traditional stamp, what it meant, and to which state of the clock. */
  private final byte[] stamp = new byte[TRADITIONAL];

  private Instant stampTime;
  private LocalDateTime stampLimit;

  /** The last RFC 3339 stamp up to its seconds, and their number as if it was UTC. */
  private final byte[] second = new byte[INTERNET];

  private LocalDateTime secondTime;
  private long secondNumber;

  SyslogFraming(StampClock clock) {
    this(clock, false);
  }

  /**
   * For a log.
   *
   * @param copies every message is read from a copy, as one that is not plain is: for tests, since
   *     it makes no difference
   */
  SyslogFraming(StampClock clock, boolean copies) {
    this.clock = clock;
    this.copies = copies;
  }

  StampClock clock() {
    return clock;
  }

  /** The line's parts, or null when it is no log line. */
  SyslogLine parse(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return parse(bytes, bytes.length);
  }

  /** The same for the first bytes of an array, which is read as UTF-8 and not kept. */
  SyslogLine parse(byte[] bytes, int length) {
    return frame(bytes, length) ? line() : null;
  }

  /** The parts of the line that was framed last. */
  SyslogLine line() {
    return new SyslogLine(
        time, host, program, structured, process, message.text(messageStart, message.end()));
  }

  Instant time() {
    return time;
  }

  String host() {
    return host;
  }

  String program() {
    return program;
  }

  boolean isStructured() {
    return structured;
  }

  String process() {
    return process;
  }

  /** What {@link SyslogLine#message} has, from {@link #messageStart} to its end. */
  LineBytes message() {
    return message;
  }

  int messageStart() {
    return messageStart;
  }

  /**
   * Finds the parts of a line in the first bytes of an array, which must not change before they
   * were asked for; false when it is no log line.
   */
  boolean frame(byte[] bytes, int length) {
    boolean framed = frameUsual(bytes, length);
    // "mail:info", as AIX has it, looks like a tag
    if (framed && !program.isEmpty() && !program.equals("mail")) {
      return true;
    }
    byte[] usual = variant(bytes, length);
    if (usual == null) {
      return framed;
    }
    return frameUsual(usual, usual.length) && !program.isEmpty() || frameUsual(bytes, length);
  }

  /** The same line with a usual header; null when it has none that is known. */
  private static byte[] variant(byte[] bytes, int length) {
    boolean perhaps =
        length > 0
            && (bytes[0] >= '0' && bytes[0] <= '9'
                || bytes[0] >= 'A' && bytes[0] <= 'Z'
                || bytes[0] == '<');
    String usual =
        perhaps ? SyslogVariants.usual(new String(bytes, 0, length, StandardCharsets.UTF_8)) : null;
    return usual == null ? null : usual.getBytes(StandardCharsets.UTF_8);
  }

  private boolean frameUsual(byte[] bytes, int length) {
    line = bytes;
    end = length;
    at = 0;
    try {
      boolean priority = priority();
      if (clock.asksHosts()) {
        clock.host(hostBehindTime());
      }
      // RFC 5424 section 6: HEADER = PRI VERSION SP TIMESTAMP SP HOSTNAME SP APP-NAME ...
      if (is(at, '1') && is(at + 1, ' ') && (priority || isDigit(at + 2) && isDigit(at + 5))) {
        at += 2;
        return structured();
      }
      time = isDigit(at) ? internetTime() : traditionalTime();
      if (time == null || !isSane(time) || !space() || !tagged()) {
        return false;
      }
      clock.last(time);
      return true;
    } catch (DateTimeException e) {
      return false;
    } finally {
      line = null;
    }
  }

  /** True for a time that a log's clock may have shown. */
  static boolean isSane(Instant time) {
    return !time.isBefore(EARLIEST) && time.isBefore(LATEST);
  }

  private boolean priority() {
    if (!is(0, '<')) {
      return false;
    }
    int close = find('>', 1);
    if (close < 2 || close > 4) {
      return false;
    }
    for (int i = 1; i < close; i++) {
      if (!isDigit(i)) {
        return false;
      }
    }
    at = close + 1;
    return true;
  }

  /** The word behind the stamp, which the stamp's zone hangs on; empty when there is none. */
  private String hostBehindTime() {
    int from = at;
    if (is(at, '1') && is(at + 1, ' ')) {
      from += 2; // RFC 5424's version
    }
    int blank = find(' ', isDigit(from) ? from : from + TRADITIONAL);
    int to = blank < 0 ? -1 : find(' ', blank + 1);
    boolean host = to > blank + 1 && to - blank - 1 <= HOST_LENGTH;
    return host ? named(words.of(line, blank + 1, to)) : "";
  }

  /**
   * RFC 5424 section 6.2.4: a host that is not known is {@code -}. Templates that have the severity
   * in its place pad it to the longest, so that just {@code WARNING} looks like a host.
   */
  private static String named(String host) {
    return host.equals("-") || host.equals("WARNING") ? "" : host;
  }

  private boolean structured() {
    time = internetTime();
    if (time == null || !isSane(time) || !space()) {
      return false;
    }
    host = word(HOST_LENGTH);
    program = word(TAG_LENGTH);
    process = word(TAG_LENGTH);
    String messageId = word(TAG_LENGTH);
    if (host == null || program == null || process == null || messageId == null || !isHost(host)) {
      return false;
    }
    if (!structuredData()) {
      return false;
    }
    // rsyslog's %msg% begins with the blank that followed the tag.
    while (is(at, ' ')) {
      at++;
    }
    if (is(at, 0xef) && is(at + 1, 0xbb) && is(at + 2, 0xbf)) {
      at += 3; // section 6.4: BOM
    }
    clock.last(time);
    structured = true;
    host = named(host);
    program = program.equals("-") ? "" : program;
    process = process.equals("-") ? "" : process;
    message(at);
    return true;
  }

  private boolean structuredData() {
    if (is(at, '-')) {
      at++;
      return at == end || is(at, ' ');
    }
    // RFC 5424 section 6.3: in a PARAM-VALUE '"', '\' and ']' are escaped by a backslash.
    while (is(at, '[')) {
      boolean quoted = false;
      at++;
      while (at < end && (quoted || line[at] != ']')) {
        if (line[at] == '"') {
          quoted = !quoted;
        } else if (line[at] == '\\' && quoted) {
          at++;
        }
        at++;
      }
      if (at >= end) {
        return false;
      }
      at++;
    }
    return at == end || is(at, ' ');
  }

  private boolean tagged() {
    host = word(HOST_LENGTH);
    if (host == null || !isHost(host)) {
      return false;
    }
    structured = false;
    // The tag ends at the first '[', ':' or blank (RFC 3164 section 4.1.3, with '/' and '-').
    int start = at;
    int to = start;
    while (to < end && to - start <= TAG_LENGTH && isTag(line[to])) {
      to++;
    }
    int tagEnd = to;
    int processStart = to;
    int processEnd = to;
    if (is(to, '[')) {
      int close = find(']', to);
      if (close > 0 && close - to <= 12) {
        processStart = to + 1;
        processEnd = close;
        to = close + 1;
      }
    }
    if (to == start || !is(to, ':')) {
      // "last message repeated 2 times" and the like: a log line of nobody.
      program = "";
      process = "";
      message(start);
      return true;
    }
    to++;
    if (is(to, ' ')) {
      to++;
    }
    host = named(host);
    program = words.of(line, start, tagEnd);
    process = words.of(line, processStart, processEnd);
    message(is(to, '[') ? behindMessageId(to) : to);
    return true;
  }

  /**
   * Behind {@code [ID 197553 mail.info] }, which Solaris puts before the text; else where it was.
   */
  private int behindMessageId(int from) {
    if (!is(from + 1, 'I') || !is(from + 2, 'D') || !is(from + 3, ' ')) {
      return from;
    }
    int at = from + 4;
    while (isDigit(at)) {
      at++;
    }
    int close = find(']', at);
    boolean whole = at > from + 4 && is(at, ' ') && close > 0 && close - at < 20;
    for (int i = at + 1; whole && i < close; i++) {
      whole = line[i] >= 'a' && line[i] <= 'z' || line[i] == '.' || isDigit(i);
    }
    return whole && is(close + 1, ' ') ? close + 2 : from;
  }

  private static boolean isTag(byte c) {
    return c > ' ' && c < 0x7f && c != '[' && c != ':';
  }

  private boolean isHost(String host) {
    if (host == goodHost) {
      return true; // Words gives the same text for the same host
    }
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
    goodHost = host.isEmpty() ? null : host;
    return goodHost != null;
  }

  /** {@code Nov 23 15:52:48} or {@code Nov 3 15:52:48}; null when it is none. */
  private Instant traditionalTime() {
    int from = at;
    if (end < from + TRADITIONAL) {
      return null;
    }
    boolean same =
        stampTime != null
            && clock.last() == stampTime
            && clock.limit() == stampLimit
            && !is(from + TRADITIONAL, '.')
            && Arrays.equals(line, from, from + TRADITIONAL, stamp, 0, TRADITIONAL);
    if (same) {
      at += TRADITIONAL;
      return stampTime; // what follows itself means the same again
    }
    if (line[from + 3] != ' ' || line[from + 6] != ' ') {
      return null;
    }
    int month = month(from);
    int day = line[from + 4] == ' ' ? number(from + 5, 1) : number(from + 4, 2);
    if (month < 1 || line[from + 9] != ':' || line[from + 12] != ':') {
      return null;
    }
    int hour = number(from + 7, 2);
    int minute = number(from + 10, 2);
    int seconds = number(from + 13, 2);
    if (day < 1 || hour < 0 || minute < 0 || seconds < 0) {
      return null;
    }
    at += TRADITIONAL;
    boolean whole = !is(at, '.');
    int nanos = fraction();
    Instant time = clock.of(month, day, hour, minute, Math.min(seconds, 59), nanos);
    if (whole) {
      System.arraycopy(line, from, stamp, 0, TRADITIONAL);
      stampTime = time;
      stampLimit = clock.limit();
    }
    return time;
  }

  private int month(int from) {
    for (int i = 0; i < MONTHS.length(); i += 3) {
      if (line[from] == MONTHS.charAt(i)
          && line[from + 1] == MONTHS.charAt(i + 1)
          && line[from + 2] == MONTHS.charAt(i + 2)) {
        return i / 3 + 1;
      }
    }
    return 0;
  }

  /** RFC 3339, the zone also as {@code +0000} or missing; null when it is none. */
  private Instant internetTime() {
    if (!second()) {
      return null;
    }
    at += INTERNET;
    int nanos = fraction();
    if (is(at, 'Z')) {
      at++;
      return Instant.ofEpochSecond(secondNumber, nanos);
    }
    if (is(at, '+') || is(at, '-')) {
      int sign = line[at] == '+' ? 1 : -1;
      boolean colon = is(at + 3, ':');
      int hours = number(at + 1, 2);
      int minutes = number(colon ? at + 4 : at + 3, 2);
      int offset = hours * 3600 + minutes * 60;
      if (hours < 0 || minutes < 0 || minutes > 59 || offset > LARGEST_OFFSET) {
        return null;
      }
      at += colon ? 6 : 5;
      return Instant.ofEpochSecond(secondNumber - sign * offset, nanos);
    }
    return clock.of(secondTime.withNano(nanos));
  }

  /** Reads the stamp up to its seconds; false when it is none. */
  private boolean second() {
    if (end < at + INTERNET) {
      return false;
    }
    if (secondTime != null && Arrays.equals(line, at, at + INTERNET, second, 0, INTERNET)) {
      return true;
    }
    if (line[at + 4] != '-'
        || line[at + 7] != '-'
        || line[at + 10] != 'T'
        || line[at + 13] != ':'
        || line[at + 16] != ':') {
      return false;
    }
    int year = number(at, 4);
    int month = number(at + 5, 2);
    int day = number(at + 8, 2);
    int hour = number(at + 11, 2);
    int minute = number(at + 14, 2);
    int seconds = number(at + 17, 2);
    if (year < 1970 || month < 1 || day < 1 || hour < 0 || minute < 0 || seconds < 0) {
      return false;
    }
    secondTime = LocalDateTime.of(year, month, day, hour, minute, Math.min(seconds, 59));
    secondNumber = secondTime.toEpochSecond(ZoneOffset.UTC);
    System.arraycopy(line, at, second, 0, INTERNET);
    return true;
  }

  private int fraction() {
    if (!is(at, '.')) {
      return 0;
    }
    at++;
    int nanos = 0;
    int digits = 0;
    while (isDigit(at)) {
      if (digits < 9) {
        nanos = nanos * 10 + line[at] - '0';
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
    if (is(at, ' ')) {
      at++;
      return true;
    }
    return false;
  }

  /**
   * The text up to the next blank, which is consumed; null when there is none or it is too long.
   */
  private String word(int longest) {
    int to = find(' ', at);
    if (to <= at || to - at > longest) {
      return null;
    }
    String word = words.of(line, at, to);
    at = to + 1;
    return word;
  }

  /** The message is the rest of the line. */
  private void message(int from) {
    int to = Math.max(from, end);
    messageStart = copies ? message.setCopy(line, from, to) : message.set(line, from, to);
  }

  private int find(char wanted, int from) {
    for (int i = from; i < end; i++) {
      if (line[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** The number of exactly so many digits, or -1. */
  private int number(int from, int digits) {
    if (from + digits > end) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = line[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private boolean isDigit(int index) {
    return index < end && line[index] >= '0' && line[index] <= '9';
  }

  private boolean is(int index, int wanted) {
    return index < end && (line[index] & 0xff) == wanted;
  }
}
