package org.whosent.indexer.log.exim;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.framing.StampClock;
import org.whosent.indexer.log.framing.SyslogFraming;
import org.whosent.indexer.log.framing.SyslogStamps;
import org.whosent.indexer.log.reader.DovecotSubmission;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.LineText;
import org.whosent.indexer.log.text.Words;

/**
 * What stands before an Exim line's own words: {@code 2026-11-23 15:54:07[.123][ +0000][ [pid]]},
 * then the queue ID; or a syslog header (log_file_path = syslog), where that time is left out or
 * stands again (syslog_timestamp).
 *
 * <p>Exim cuts a line of more than 870 characters into pieces for syslog ({@code [1/3]}); the last
 * one gives the whole ({@link EximPieces}). A longer line that is in one piece was not written by
 * Exim, or cut by a relay, where a stranger's text may have become its end: it is no Exim line.
 *
 * <p>Works on the line's bytes, as {@link SyslogFraming} does. A line that is not plain is read
 * from a copy in which what is not UTF-8 stands as Exim writes it. Not thread-safe.
 */
final class EximFraming {
  /** {@code syslog_processname} as it is, and as those who run several choose it. */
  private static final Pattern PROGRAM = Pattern.compile("exim4?(?:[-_.][A-Za-z0-9_.-]{1,60})?");

  /** {@code log.c}, MAX_SYSLOG_LEN, and the piece's own number. */
  private static final int LONGEST_PIECE = 890;

  /** {@code 2026-11-23 15:54:07}. */
  private static final int STAMP = 19;

  /** Of a process ID. */
  private static final int MOST_DIGITS = 11;

  /** Two stamps of one line are never so far apart, but for a year that was guessed. */
  private static final Duration ANOTHER_YEAR = Duration.ofDays(300);

  private final StampClock clock;
  private final EximPieces pieces;
  private final SyslogFraming syslog;
  private int at;

  /** The parts of the last line. */
  private Instant time;

  private String host;
  private boolean isExim;
  private boolean isPiece;
  private boolean isTooLong;
  private String id;
  private LineBytes line;
  private int start;

  /** A line that is not syslog's. */
  private final LineBytes own = new LineBytes();

  /** Of their own: each message brings a new one, and would push other words out. */
  private final Words ids = new Words();

  /** The last stamp up to its seconds, and what it says. */
  private byte[] second;

  private LocalDateTime secondTime;

  /** What the last stamp without fraction and zone meant, and to which state of the clock. */
  private Instant stampTime;

  private LocalDateTime stampLimit;

  EximFraming(StampClock clock) {
    this(clock, new Forgotten());
  }

  EximFraming(StampClock clock, Forgotten forgotten) {
    this.clock = clock;
    this.pieces = new EximPieces(forgotten);
    this.syslog = new SyslogFraming(clock);
  }

  /** Finds a line's parts, of which the methods below then tell; false when it is no log line. */
  boolean frame(byte[] bytes, int length) {
    if (LineText.isPlain(bytes, 0, length)) {
      return framePrintable(bytes, length, true);
    }
    byte[] copy = EximText.line(bytes, length).getBytes(StandardCharsets.UTF_8);
    return framePrintable(copy, copy.length, false);
  }

  private boolean framePrintable(byte[] bytes, int length, boolean plain) {
    id = null;
    isPiece = false;
    isTooLong = false;
    isExim = true;
    if (length > STAMP && bytes[10] == ' ' && bytes[4] == '-') {
      own.setKnown(bytes, length, plain);
      line = own;
      return ownTime();
    }
    if (!syslog.frame(bytes, length)) {
      return false;
    }
    time = syslog.time();
    host = syslog.host();
    line = syslog.message();
    start = syslog.messageStart();
    boolean exims = PROGRAM.matcher(syslog.program()).matches();
    isTooLong = exims && line.end() - start > LONGEST_PIECE;
    if (!exims || isTooLong) {
      isExim = false;
      return true;
    }
    if (line.at(start) == '[') {
      String message = line.text(start, line.end());
      if (EximPieces.isPiece(message)) {
        String whole = pieces.add(host, syslog.process(), time, message);
        if (whole == null) {
          isPiece = true;
          return true;
        }
        own.setKnown(whole);
        line = own;
        start = 0;
      }
    }
    at = start;
    againWithTime();
    at = line.at(at) == ' ' ? at + 1 : at;
    rest();
    return true;
  }

  private boolean ownTime() {
    at = 0;
    clock.host("");
    Instant read;
    try {
      read = time(0);
    } catch (DateTimeException e) {
      return false;
    }
    if (read == null || !SyslogStamps.isSane(read)) {
      return false;
    }
    clock.last(read);
    time = read;
    host = "";
    at = line.at(at) == ' ' ? at + 1 : at;
    rest();
    return true;
  }

  /** The same time once more; syslog's has the host's zone, if any. */
  private void againWithTime() {
    int before = at;
    try {
      Instant again = time(at);
      if (again != null
          && SyslogStamps.isSane(again)
          && Duration.between(again, time).abs().compareTo(ANOTHER_YEAR) > 0) {
        time = again; // syslog's stamp had no year, and it was not the one that was guessed
        clock.last(again);
      }
    } catch (DateTimeException e) {
      at = before;
    }
  }

  /** What stands behind the time. */
  private void rest() {
    if (line.at(at) == '[') {
      int close = line.digitsEnd(at + 1, MOST_DIGITS);
      if (close > at + 1 && line.at(close) == ']' && line.at(close + 1) == ' ') {
        at = close + 2;
      }
    }
    start = at;
    int end = EximId.end(line, at);
    if (end >= 0) {
      id = line.text(at, end, ids);
      start = Math.min(line.end(), end + 1);
    }
  }

  Instant time() {
    return time;
  }

  /** As syslog names it; empty in Exim's own files, which name none. */
  String host() {
    return host;
  }

  /** False for another program's line in a file of syslog's. */
  boolean isExim() {
    return isExim;
  }

  /** True for what is not read since Exim itself would have cut it for syslog. */
  boolean isTooLong() {
    return isTooLong;
  }

  /** True where Exim itself gave the line to syslog: then there is no line feed in it. */
  boolean isFromSyslog() {
    return !host.isEmpty() && syslog.process() != null && !syslog.process().isEmpty();
  }

  /** True for a line of a Dovecot submission service in a file of syslog's. */
  boolean isDovecots() {
    return !isExim && DovecotSubmission.isOwn(syslog.program(), line, start);
  }

  /** Part of a longer line that was cut for syslog. */
  boolean isPiece() {
    return isPiece;
  }

  /** The queue ID, or null. */
  String id() {
    return id;
  }

  LineBytes line() {
    return line;
  }

  /** Whose line it is, in a file of syslog's. */
  String program() {
    return syslog.program();
  }

  /** Where in the line stands what is behind queue ID and blank. */
  int start() {
    return start;
  }

  /**
   * The two characters that say what became of a message or recipient, where a blank follows them;
   * or null.
   */
  String mark() {
    if (line.at(start + 2) != ' ') {
      return null;
    }
    byte second = line.at(start + 1);
    return switch (line.at(start)) {
      case '=' -> second == '>' ? "=>" : second == '=' ? "==" : null;
      case '-' -> second == '>' ? "->" : null;
      case '>' -> second == '>' ? ">>" : null;
      case '<' -> second == '=' ? "<=" : null;
      case '(' -> second == '=' ? "(=" : null;
      case '*' -> second == '*' ? "**" : second == '>' ? "*>" : null;
      default -> null;
    };
  }

  /** {@code tod_log} of {@code tod.c}; null, and nothing taken, when there is none. */
  private Instant time(int from) {
    if (!second(from)) {
      return null;
    }
    int end = from + STAMP;
    int nanos = 0;
    if (line.at(end) == '.' && line.digitsEnd(end + 1, 3) == end + 4) {
      nanos = (int) line.number(end + 1, end + 4) * 1_000_000;
      end += 4;
    }
    if (end < line.end() && line.at(end) != ' ') {
      return null;
    }
    byte sign = line.at(end + 1);
    boolean zoned =
        (sign == '+' || sign == '-')
            && line.digitsEnd(end + 2, 4) == end + 6
            && (line.end() == end + 6 || line.at(end + 6) == ' ');
    if (!zoned) {
      at = end;
      return unzoned(nanos);
    }
    int hours = (int) line.number(end + 2, end + 4);
    int minutes = (int) line.number(end + 4, end + 6);
    int direction = sign == '-' ? -1 : 1;
    ZoneOffset offset = ZoneOffset.ofHoursMinutes(direction * hours, direction * minutes);
    at = end + 6;
    return secondTime.withNano(nanos).toInstant(offset);
  }

  private Instant unzoned(int nanos) {
    boolean same =
        nanos == 0 && stampTime != null && clock.last() == stampTime && clock.limit() == stampLimit;
    if (same) {
      return stampTime; // what follows itself means the same again
    }
    Instant time = clock.of(nanos == 0 ? secondTime : secondTime.withNano(nanos));
    stampTime = nanos == 0 ? time : null;
    stampLimit = clock.limit();
    return time;
  }

  /** Reads the stamp up to its seconds; false when it is none. */
  private boolean second(int from) {
    if (second != null && line.startsWith(second, from)) {
      return true;
    }
    boolean shaped =
        line.digitsEnd(from, 4) == from + 4
            && line.at(from + 4) == '-'
            && line.digitsEnd(from + 5, 2) == from + 7
            && line.at(from + 7) == '-'
            && line.digitsEnd(from + 8, 2) == from + 10
            && line.at(from + 10) == ' '
            && line.digitsEnd(from + 11, 2) == from + 13
            && line.at(from + 13) == ':'
            && line.digitsEnd(from + 14, 2) == from + 16
            && line.at(from + 16) == ':'
            && line.digitsEnd(from + 17, 2) == from + STAMP;
    if (!shaped) {
      return false;
    }
    secondTime =
        LocalDateTime.of(
            (int) line.number(from, from + 4),
            (int) line.number(from + 5, from + 7),
            (int) line.number(from + 8, from + 10),
            (int) line.number(from + 11, from + 13),
            (int) line.number(from + 14, from + 16),
            (int) Math.min(line.number(from + 17, from + STAMP), 59)); // a leap second
    second = line.copy(from, from + STAMP);
    stampTime = null;
    return true;
  }
}
