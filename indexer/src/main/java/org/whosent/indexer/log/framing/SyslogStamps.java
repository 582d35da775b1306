package org.whosent.indexer.log.framing;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;

/**
 * The stamps of syslog headers: RFC 3164's, which {@link StampClock} gives a year, and RFC 3339's.
 * A part of a second stands behind a dot or, as ISO 8601 has it too, a comma. A stamp that stands
 * in the next line again is not read again. Not thread-safe.
 */
public final class SyslogStamps {
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

  /** {@code Nov 23 15:52:48} and {@code 2026-11-23T15:52:48}. */
  static final int TRADITIONAL = 15;

  private static final int INTERNET = 19;

  /** A stamp outside these years is no log's; a partition a day would be made for it. */
  private static final Instant EARLIEST = Instant.parse("1990-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

  /** RFC 3339 section 5.6 has no offset beyond that, nor has the JDK. */
  private static final int LARGEST_OFFSET = 18 * 3600;

  private final StampClock clock;

  /** Of the call at hand. */
  private byte[] line;

  private int end;
  private int at;

  /** The last traditional stamp, what it meant, and to which state of the clock. */
  private final byte[] stamp = new byte[TRADITIONAL];

  private Instant stampTime;
  private LocalDateTime stampLimit;

  /** The last RFC 3339 stamp up to its seconds, and their number as if it was UTC. */
  private final byte[] second = new byte[INTERNET];

  private LocalDateTime secondTime;
  private long secondNumber;

  SyslogStamps(StampClock clock) {
    this.clock = clock;
  }

  /** True for a time that a log's clock may have shown. */
  public static boolean isSane(Instant time) {
    return !time.isBefore(EARLIEST) && time.isBefore(LATEST);
  }

  /**
   * The stamp that stands there, of either kind; null when none does.
   *
   * @throws DateTimeException when there is no such time
   */
  Instant read(byte[] line, int from, int end) {
    return from < end && line[from] >= '0' && line[from] <= '9'
        ? internet(line, from, end)
        : traditional(line, from, end);
  }

  private Instant traditional(byte[] line, int from, int end) {
    at(line, from, end);
    return traditional();
  }

  /** An RFC 3339 stamp, as {@link #read} does. */
  Instant internet(byte[] line, int from, int end) {
    at(line, from, end);
    return internet();
  }

  /** The place behind the stamp that was read last. */
  int behind() {
    return at;
  }

  private void at(byte[] line, int from, int end) {
    this.line = line;
    this.end = end;
    this.at = from;
  }

  /** {@code Nov 23 15:52:48} or {@code Nov 3 15:52:48}; null when it is none. */
  private Instant traditional() {
    int from = at;
    if (end < from + TRADITIONAL) {
      return null;
    }
    boolean same =
        stampTime != null
            && clock.last() == stampTime
            && clock.limit() == stampLimit
            && !isFraction(from + TRADITIONAL)
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
    boolean whole = !isFraction(at);
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
  private Instant internet() {
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
    if (!isFraction(at)) {
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

  private boolean isFraction(int index) {
    return is(index, '.') || is(index, ',') && isDigit(index + 1);
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
