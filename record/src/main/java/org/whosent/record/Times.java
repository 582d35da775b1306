package org.whosent.record;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * RFC 3339 times in UTC with exactly six digits of a second: {@code 2026-11-23T15:52:47.853982Z}.
 *
 * <p>Written by hand because the formatter of the JDK costs the cold start of {@code whosent trace}
 * tens of milliseconds. Years 0000 to 9999; finer fractions are cut off, not rounded.
 */
public final class Times {
  private Times() {}

  /**
   * The time as {@code YYYY-MM-DDThh:mm:ss.ffffffZ}, 27 characters.
   *
   * @throws DateTimeException outside the years 0000 to 9999
   */
  public static String format(Instant time) {
    LocalDateTime t = LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, ZoneOffset.UTC);
    if (t.getYear() < 0 || t.getYear() > 9999) {
      throw new DateTimeException("year " + t.getYear() + " is outside RFC 3339");
    }
    char[] out = new char[27];
    digits(out, 0, 4, t.getYear());
    out[4] = '-';
    digits(out, 5, 2, t.getMonthValue());
    out[7] = '-';
    digits(out, 8, 2, t.getDayOfMonth());
    out[10] = 'T';
    digits(out, 11, 2, t.getHour());
    out[13] = ':';
    digits(out, 14, 2, t.getMinute());
    out[16] = ':';
    digits(out, 17, 2, t.getSecond());
    out[19] = '.';
    digits(out, 20, 6, time.getNano() / 1000);
    out[26] = 'Z';
    return new String(out);
  }

  /**
   * Reads any RFC 3339 time (offset {@code Z} or {@code ±hh:mm}, any number of fraction digits).
   *
   * @throws DateTimeException when the text is none
   */
  public static Instant parse(String text) {
    // What we wrote ourselves, millions of times in a journal.
    if (text.length() == 27 && text.charAt(26) == 'Z' && text.charAt(19) == '.') {
      Instant own = parseOwn(text);
      if (own != null) {
        return own;
      }
    }
    return cut(OffsetDateTime.parse(text).toInstant());
  }

  /** The time cut to microseconds, the precision that records keep. */
  public static Instant cut(Instant time) {
    return time.getNano() % 1000 == 0 ? time : time.truncatedTo(ChronoUnit.MICROS);
  }

  /** Null when it is not exactly our form; the general parser then says what is wrong. */
  private static Instant parseOwn(String text) {
    if (text.charAt(4) != '-'
        || text.charAt(7) != '-'
        || text.charAt(10) != 'T'
        || text.charAt(13) != ':'
        || text.charAt(16) != ':') {
      return null;
    }
    int year = number(text, 0, 4);
    int month = number(text, 5, 7);
    int day = number(text, 8, 10);
    int hour = number(text, 11, 13);
    int minute = number(text, 14, 16);
    int second = number(text, 17, 19);
    int micros = number(text, 20, 26);
    if (year < 0 || month < 1 || day < 1 || hour < 0 || minute < 0 || second < 0 || micros < 0) {
      return null;
    }
    if (month > 12 || day > 28 || hour > 23 || minute > 59 || second > 59) {
      return null;
    }
    long days = LocalDate.of(year, month, day).toEpochDay();
    return Instant.ofEpochSecond(
        days * 86_400 + hour * 3600 + minute * 60 + second, micros * 1000L);
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  private static void digits(char[] out, int at, int width, int value) {
    int rest = value;
    for (int i = at + width - 1; i >= at; i--) {
      out[i] = (char) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
