package org.whosent.indexer.log;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Set;

/**
 * What stands before an Exim line's own words: {@code 2026-11-23 15:54:07[.123][ +0000][ [pid]]},
 * then the queue ID; or a syslog header (log_file_path = syslog), where that time is left out or
 * stands again (syslog_timestamp).
 *
 * <p>Exim cuts a line of more than 870 characters into pieces for syslog ({@code [1/3]}); the last
 * one gives the whole ({@link EximPieces}). A longer line that is in one piece was not written by
 * Exim, or cut by a relay, where a stranger's text may have become its end: it is no Exim line. Not
 * thread-safe.
 */
final class EximFraming {
  private static final Set<String> PROGRAMS = Set.of("exim", "exim4", "exim-main");

  /** {@code log.c}, MAX_SYSLOG_LEN, and the piece's own number. */
  private static final int LONGEST_PIECE = 890;

  /** Two stamps of one line are never so far apart, but for a year that was guessed. */
  private static final Duration ANOTHER_YEAR = Duration.ofDays(300);

  private final StampClock clock;
  private final EximPieces pieces;
  private final SyslogFraming syslog;
  private int at;

  /** The last stamp up to its seconds, and what it says. */
  private String second = "";

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

  StampClock clock() {
    return clock;
  }

  /** A line's parts, or null when it is no log line. */
  EximLine parse(String line) {
    if (line.length() > 19 && line.charAt(10) == ' ' && line.charAt(4) == '-') {
      at = 0;
      clock.host("");
      Instant time;
      try {
        time = time(line);
      } catch (DateTimeException e) {
        return null;
      }
      if (time == null || !SyslogFraming.isSane(time)) {
        return null;
      }
      clock.last(time);
      return rest(time, "", true, line);
    }
    SyslogLine framed = syslog.parse(line);
    if (framed == null) {
      return null;
    }
    if (!PROGRAMS.contains(framed.program())) {
      return new EximLine(framed.time(), framed.host(), false, false, null, framed.message(), 0);
    }
    String message = framed.message();
    if (message.length() > LONGEST_PIECE) {
      return new EximLine(framed.time(), framed.host(), false, false, null, message, 0);
    }
    if (EximPieces.isPiece(message)) {
      String whole = pieces.add(framed.host() + ' ' + framed.process(), message);
      if (whole == null) {
        return new EximLine(framed.time(), framed.host(), true, true, null, message, 0);
      }
      message = whole;
    }
    at = 0;
    Instant time = framed.time();
    try {
      Instant own = time(message); // the same once more; syslog's has the host's zone, if any
      if (own != null
          && SyslogFraming.isSane(own)
          && Duration.between(own, time).abs().compareTo(ANOTHER_YEAR) > 0) {
        time = own; // syslog's stamp had no year, and it was not the one that was guessed
        clock.last(own);
      }
    } catch (DateTimeException e) {
      at = 0;
    }
    at = message.startsWith(" ", at) ? at + 1 : at;
    return rest(time, framed.host(), false, message);
  }

  private EximLine rest(Instant time, String host, boolean own, String line) {
    if (own) {
      at = line.startsWith(" ", at) ? at + 1 : at;
    }
    if (line.startsWith("[", at)) {
      int close = line.indexOf("] ", at);
      if (close > 0 && close - at <= 12 && isNumber(line, at + 1, close)) {
        at = close + 2;
      }
    }
    int end = EximId.end(line, at);
    if (end < 0) {
      return new EximLine(time, host, true, false, null, line, at);
    }
    int text = Math.min(line.length(), end + 1);
    return new EximLine(time, host, true, false, line.substring(at, end), line, text);
  }

  private static boolean isNumber(String line, int from, int to) {
    for (int i = from; i < to; i++) {
      if (line.charAt(i) < '0' || line.charAt(i) > '9') {
        return false;
      }
    }
    return to > from;
  }

  /** {@code tod_log} of {@code tod.c}; null, and nothing taken, when there is none. */
  private Instant time(String line) {
    if (!second(line)) {
      return null;
    }
    int end = 19;
    int nanos = 0;
    if (line.startsWith(".", end) && line.length() >= end + 4 && isNumber(line, end + 1, end + 4)) {
      nanos = Integer.parseInt(line, end + 1, end + 4, 10) * 1_000_000;
      end += 4;
    }
    if (end < line.length() && line.charAt(end) != ' ') {
      return null;
    }
    boolean zoned =
        line.length() >= end + 6
            && (line.startsWith(" +", end) || line.startsWith(" -", end))
            && isNumber(line, end + 2, end + 6)
            && (line.length() == end + 6 || line.charAt(end + 6) == ' ');
    if (!zoned) {
      at = end;
      boolean same =
          nanos == 0
              && stampTime != null
              && clock.last() == stampTime
              && clock.limit() == stampLimit;
      if (same) {
        return stampTime; // what follows itself means the same again
      }
      Instant time = clock.of(nanos == 0 ? secondTime : secondTime.withNano(nanos));
      stampTime = nanos == 0 ? time : null;
      stampLimit = clock.limit();
      return time;
    }
    int hours = Integer.parseInt(line, end + 2, end + 4, 10);
    int minutes = Integer.parseInt(line, end + 4, end + 6, 10);
    int sign = line.charAt(end + 1) == '-' ? -1 : 1;
    ZoneOffset offset = ZoneOffset.ofHoursMinutes(sign * hours, sign * minutes);
    at = end + 6;
    return secondTime.withNano(nanos).toInstant(offset);
  }

  /** Reads the stamp up to its seconds; false when it is none. */
  private boolean second(String line) {
    if (!second.isEmpty() && line.startsWith(second)) {
      return true;
    }
    boolean shaped =
        line.length() >= 19
            && line.charAt(4) == '-'
            && line.charAt(7) == '-'
            && line.charAt(10) == ' '
            && line.charAt(13) == ':'
            && line.charAt(16) == ':'
            && isNumber(line, 0, 4)
            && isNumber(line, 5, 7)
            && isNumber(line, 8, 10)
            && isNumber(line, 11, 13)
            && isNumber(line, 14, 16)
            && isNumber(line, 17, 19);
    if (!shaped) {
      return false;
    }
    secondTime =
        LocalDateTime.of(
            Integer.parseInt(line, 0, 4, 10),
            Integer.parseInt(line, 5, 7, 10),
            Integer.parseInt(line, 8, 10, 10),
            Integer.parseInt(line, 11, 13, 10),
            Integer.parseInt(line, 14, 16, 10),
            Math.min(Integer.parseInt(line, 17, 19, 10), 59)); // a leap second
    second = line.substring(0, 19);
    stampTime = null;
    return true;
  }
}
