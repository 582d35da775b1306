package org.whosent.record.message;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dates as mail writes them: RFC 5322 section 3.3 with the obsolete forms of section 4.3 and the
 * usual liberties (no weekday, two-digit years, no seconds, a comment behind). An unknown or absent
 * zone reads as UTC, which section 4.3 asks for. Stateless.
 */
public final class MailDate {
  private static final Pattern DATE =
      Pattern.compile(
          "([0-9]{1,2})[ \\t-]{1,5}([A-Za-z]{3})[a-z]{0,6}[.]?[ \\t-]{1,5}"
              + "([0-9]{4}|[0-9]{2})[ \\t]{1,5}([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?"
              + "(?:[.][0-9]{1,9})?[ \\t]*([+-][0-9]{4}|[A-Za-z]{1,5})?");
  private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
  private static final String ZONES = "est-5edt-4cst-6cdt-5mst-7mdt-6pst-8pdt-7";
  private static final int MAX_LENGTH = 200;

  private MailDate() {}

  /** The instant that the text names; empty when it names none. */
  public static Optional<Instant> parse(String text) {
    Matcher m = DATE.matcher(text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) : text);
    if (!m.find()) {
      return Optional.empty();
    }
    int month = MONTHS.indexOf(m.group(2).toLowerCase(Locale.ROOT));
    if (month < 0 || month % 3 != 0) {
      return Optional.empty();
    }
    int year = Integer.parseInt(m.group(3));
    if (m.group(3).length() == 2) {
      year += year < 50 ? 2000 : 1900; // RFC 5322 section 4.3
    }
    if (year < 1900 || year > 9998) {
      return Optional.empty(); // no mail is from there, and RFC 3339 ends at 9999
    }
    try {
      int second = m.group(6) == null ? 0 : Math.min(59, Integer.parseInt(m.group(6)));
      return Optional.of(
          LocalDateTime.of(
                  year,
                  month / 3 + 1,
                  Integer.parseInt(m.group(1)),
                  Integer.parseInt(m.group(4)),
                  Integer.parseInt(m.group(5)),
                  second)
              .toInstant(zone(m.group(7))));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static ZoneOffset zone(String text) {
    if (text == null) {
      return ZoneOffset.UTC;
    }
    if (text.charAt(0) == '+' || text.charAt(0) == '-') {
      int number = Integer.parseInt(text.substring(1));
      int minutes = number / 100 * 60 + number % 100;
      return ZoneOffset.ofTotalSeconds((text.charAt(0) == '-' ? -60 : 60) * minutes);
    }
    int at = ZONES.indexOf(text.toLowerCase(Locale.ROOT));
    return text.length() == 3 && at >= 0 && at % 5 == 0
        ? ZoneOffset.ofHours(-(ZONES.charAt(at + 4) - '0'))
        : ZoneOffset.UTC;
  }
}
