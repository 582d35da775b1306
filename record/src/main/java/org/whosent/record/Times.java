package org.whosent.record;

import java.time.DateTimeException;
import java.time.Instant;
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
    return cut(OffsetDateTime.parse(text).toInstant());
  }

  /** The time cut to microseconds, the precision that records keep. */
  public static Instant cut(Instant time) {
    return time.truncatedTo(ChronoUnit.MICROS);
  }

  private static void digits(char[] out, int at, int width, int value) {
    int rest = value;
    for (int i = at + width - 1; i >= at; i--) {
      out[i] = (char) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
