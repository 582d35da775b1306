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
  private static final long NO_DAY = Long.MIN_VALUE;

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

  /**
   * Reads all that RFC 3339 allows people to write besides: a blank instead of {@code T}, {@code t}
   * and {@code z}, and a leap second ({@code 23:59:60Z}, at the end of a month), which counts as
   * the second after it, as on the clock of the system.
   *
   * @throws DateTimeException when the text is none
   */
  public static Instant typed(String text) {
    boolean blank = text.length() > 10 && text.charAt(10) == ' ';
    String time = blank ? text.substring(0, 10) + 'T' + text.substring(11) : text;
    if (!time.startsWith(":60", 16)) {
      return parse(time);
    }
    Instant before = parse(time.substring(0, 17) + "59" + time.substring(19));
    Instant leap = before.plusSeconds(1);
    long second = leap.getEpochSecond();
    if (second % 86_400 != 0 || LocalDate.ofEpochDay(second / 86_400).getDayOfMonth() != 1) {
      throw new DateTimeException("no leap second was ever there: " + text);
    }
    return leap;
  }

  /**
   * Reads what {@link Instant#toString} wrote, to the nanosecond.
   *
   * @throws DateTimeException when the text is no such time
   */
  public static Instant exact(String text) {
    int length = text.length();
    // With 0, 3, 6 or 9 digits of a second; any other number of them is the JDK's to judge.
    boolean plain =
        length == 20 || length >= 24 && length <= 30 && length % 3 == 0 && text.charAt(19) == '.';
    int nanos = 0;
    for (int i = 20; plain && i < 29; i++) {
      int digit = i < length - 1 ? digit(text, i) : 0;
      plain = digit >= 0;
      nanos = nanos * 10 + digit;
    }
    Instant seconds = plain && text.charAt(length - 1) == 'Z' ? seconds(text) : null;
    return seconds == null ? Instant.parse(text) : seconds.plusNanos(nanos);
  }

  /**
   * Reads a date, {@code YYYY-MM-DD}.
   *
   * @throws DateTimeException when the text is none
   */
  public static LocalDate date(String text) {
    long day = text.length() == 10 ? dayAt(text) : NO_DAY;
    return day == NO_DAY ? LocalDate.parse(text) : LocalDate.ofEpochDay(day);
  }

  /** The time cut to microseconds, the precision that records keep. */
  public static Instant cut(Instant time) {
    return time.getNano() % 1000 == 0 ? time : time.truncatedTo(ChronoUnit.MICROS);
  }

  /** Null when it is not exactly our form; the general parser then says what is wrong. */
  private static Instant parseOwn(String text) {
    int micros = number(text, 20, 26);
    Instant seconds = micros < 0 ? null : seconds(text);
    return seconds == null ? null : seconds.plusNanos(micros * 1000L);
  }

  /** What stands before the fraction; null when it is not our form. */
  private static Instant seconds(String text) {
    long day = dayAt(text);
    if (day == NO_DAY
        || text.charAt(10) != 'T'
        || text.charAt(13) != ':'
        || text.charAt(16) != ':') {
      return null;
    }
    int hour = number(text, 11, 13);
    int minute = number(text, 14, 16);
    int second = number(text, 17, 19);
    if (hour < 0 || minute < 0 || second < 0 || hour > 23 || minute > 59 || second > 59) {
      return null;
    }
    return Instant.ofEpochSecond(day * 86_400 + hour * 3600 + minute * 60 + second);
  }

  /**
   * The days since 1970 of the date at the start. By hand too: where the JDK asks for a leap year,
   * it makes its formatters first.
   */
  private static long dayAt(String text) {
    if (text.charAt(4) != '-' || text.charAt(7) != '-') {
      return NO_DAY;
    }
    int year = number(text, 0, 4);
    int month = number(text, 5, 7);
    int day = number(text, 8, 10);
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > days(year, month)) {
      return NO_DAY;
    }
    // Years begin with March, so that a leap day is the last of one.
    int from = month < 3 ? year - 1 : year;
    int century = Math.floorDiv(from, 100);
    long before = 365L * from + Math.floorDiv(from, 4) - century + Math.floorDiv(century, 4);
    int inYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    return before + inYear - 719_468; // 0000-03-01 to 1970-01-01
  }

  private static int days(int year, int month) {
    if (month == 2) {
      return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
    }
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      int digit = digit(text, i);
      if (digit < 0) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  private static int digit(String text, int at) {
    int digit = text.charAt(at) - '0';
    return digit > 9 ? -1 : digit;
  }

  private static void digits(char[] out, int at, int width, int value) {
    int rest = value;
    for (int i = at + width - 1; i >= at; i--) {
      out[i] = (char) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
