package org.whosent.indexer.log.framing;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.Words;

/**
 * The header of a syslog line, in the forms that log files have: RFC 3164's ({@code Nov 23 15:52:48
 * host tag[pid]: text}), the same with an RFC 3339 time (rsyslog's file format, {@code journalctl
 * -o short-iso}), and RFC 5424's, each with or without the leading {@code <PRI>}. What has none of
 * these is looked at again for the forms of {@link SyslogVariants} and {@link LocalMonths}.
 *
 * <p>A line that has none of these is no log line: the answer is null, never an exception. What
 * stands in the message is not looked at, but its control characters are shown as {@code ?}, as
 * Postfix does itself.
 *
 * <p>Works on the line's bytes, since every line of every text format comes through here: the one
 * text it makes is the message, and not even that for who asks {@link #frame}.
 *
 * <p>Not thread-safe: {@link SyslogStamps} remembers the last line's time.
 */
public final class SyslogFraming {
  private static final int HOST_LENGTH = 255;
  private static final int TAG_LENGTH = 128;

  private static final Set<String> SEVERITIES =
      Set.of(
          "EMERG", "ALERT", "CRIT", "ERR", "ERROR", "WARN", "WARNING", "NOTICE", "INFO", "DEBUG");

  private final StampClock clock;
  private final boolean copies;
  private final SyslogStamps stamps;
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
  private boolean perhapsCut;

  /** For a log that is read in its order, with a clock of its own. */
  public SyslogFraming(StampClock clock) {
    this(clock, false);
  }

  /**
   * For a log.
   *
   * @param copies every message is read from a copy, as one that is not plain is: for tests, since
   *     it makes no difference
   */
  public SyslogFraming(StampClock clock, boolean copies) {
    this.clock = clock;
    this.stamps = new SyslogStamps(clock);
    this.copies = copies;
  }

  /** For lines out of any context, of which only the parts matter and not the year. */
  public static SyslogFraming outOfContext() {
    return new SyslogFraming(
        new StampClock(ZoneOffset.UTC, null, Instant.EPOCH.plusSeconds(1L << 32)));
  }

  /** What gives stamps their year and zone, and remembers the last one. */
  public StampClock clock() {
    return clock;
  }

  /** The line's parts, or null when it is no log line. */
  public SyslogLine parse(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return parse(bytes, bytes.length);
  }

  /** The same for the first bytes of an array, which is read as UTF-8 and not kept. */
  public SyslogLine parse(byte[] bytes, int length) {
    return frame(bytes, length) ? line() : null;
  }

  /** The parts of the line that was framed last. */
  public SyslogLine line() {
    return new SyslogLine(
        time, host, program, structured, process, message.text(messageStart, message.end()));
  }

  /** The time of the last line. */
  public Instant time() {
    return time;
  }

  /** Its host as it names it; empty where it names none. */
  public String host() {
    return host;
  }

  /** Its tag or APP-NAME; empty when there is none. */
  public String program() {
    return program;
  }

  /** True for an RFC 5424 line; see {@link SyslogLine#structured}. */
  public boolean isStructured() {
    return structured;
  }

  /** Its process ID, or empty. */
  public String process() {
    return process;
  }

  /** What {@link SyslogLine#message} has, from {@link #messageStart} to its end. */
  public LineBytes message() {
    return message;
  }

  /** Where the message begins in {@link #message}. */
  public int messageStart() {
    return messageStart;
  }

  /** True where the last line's end may be missing: it is as long as its daemon lets one be. */
  public boolean isPerhapsCut() {
    return perhapsCut;
  }

  /**
   * Finds the parts of a line in the first bytes of an array, which must not change before they
   * were asked for; false when it is no log line.
   */
  public boolean frame(byte[] bytes, int length) {
    perhapsCut = false;
    boolean framed = frameUsual(bytes, length);
    // "mail:info", as AIX has it, looks like a tag
    if (framed && !program.isEmpty() && !program.equals("mail")) {
      return true;
    }
    byte[] usual = variant(bytes, length);
    if (usual == null) {
      return framed;
    }
    if (!frameUsual(usual, usual.length) || program.isEmpty()) {
      return frameUsual(bytes, length);
    }
    perhapsCut = SyslogVariants.isPerhapsCut(bytes, length);
    return true;
  }

  /** The same line with a usual header; null when it has none that is known. */
  private static byte[] variant(byte[] bytes, int length) {
    byte[] english = LocalMonths.english(bytes, length);
    if (english != null) {
      return english;
    }
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
      time = stamps.read(line, at, end);
      at = stamps.behind();
      if (time == null || !SyslogStamps.isSane(time) || !space() || !tagged()) {
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
    int blank = find(' ', isDigit(from) ? from : from + SyslogStamps.TRADITIONAL);
    int to = blank < 0 ? -1 : find(' ', blank + 1);
    boolean host = to > blank + 1 && to - blank - 1 <= HOST_LENGTH;
    return host ? named(words.of(line, blank + 1, to)) : "";
  }

  /**
   * RFC 5424 section 6.2.4: a host that is not known is {@code -}. Templates that have the severity
   * in its place may pad it to the longest: then only {@code WARNING} looks like a host.
   */
  private static String named(String host) {
    return host.equals("-") || SEVERITIES.contains(host) ? "" : host;
  }

  private boolean structured() {
    time = stamps.internet(line, at, end);
    at = stamps.behind();
    if (time == null || !SyslogStamps.isSane(time) || !space()) {
      return false;
    }
    host = word(HOST_LENGTH);
    program = word(TAG_LENGTH);
    process = word(TAG_LENGTH);
    String messageId = word(TAG_LENGTH);
    if (host == null || program == null || process == null || messageId == null || !isHost(host)) {
      return false;
    }
    at = StructuredData.end(line, at, end);
    if (at < 0) {
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

  private boolean tagged() {
    host = word(HOST_LENGTH);
    if (host == null || !isHost(host)) {
      return false;
    }
    structured = false;
    host = named(host);
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
    // A template with a blank before %msg%, which begins with one itself, makes two of it.
    for (int blanks = 0; blanks < 2 && is(to, ' '); blanks++) {
      to++;
    }
    program = words.of(line, start, tagEnd);
    process = words.of(line, processStart, processEnd);
    message(is(to, '[') ? SolarisMessageId.behind(line, to, end) : to);
    return true;
  }

  private static boolean isTag(byte c) {
    return c > ' ' && c < 0x7f && c != '[' && c != ':';
  }

  /** A colon ends no host's name but a tag that names no process. */
  private boolean isHost(String host) {
    if (host == goodHost) {
      return true; // Words gives the same text for the same host
    }
    if (host.endsWith(":")) {
      return false;
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

  private boolean isDigit(int index) {
    return index < end && line[index] >= '0' && line[index] <= '9';
  }

  private boolean is(int index, int wanted) {
    return index < end && (line[index] & 0xff) == wanted;
  }
}
