package org.whosent.msa.smtp;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Date and time as RFC 5322 section 3.3 writes them. Stateless. */
final class MailDates {
  private static final DateTimeFormatter WRITE =
      DateTimeFormatter.ofPattern("EEE, d MMM uuuu HH:mm:ss xx", Locale.ROOT);
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final Pattern READ =
      Pattern.compile(
          "(?:[A-Za-z]{3}\\s{0,9},)?\\s{0,9}([0-9]{1,2})\\s{1,9}([A-Za-z]{3})\\s{1,9}([0-9]{2,4})\\s{1,9}"
              + "([0-9]{1,2})\\s?:\\s?([0-9]{2})(?:\\s?:\\s?([0-9]{2}))?\\s{1,9}"
              + "([+-][0-9]{4}|[A-Za-z]{1,5})\\s{0,9}(?:\\(.{0,60})?");

  private MailDates() {}

  /** As it stands in a header, in the machine's own time zone. */
  static String format(Instant time) {
    return WRITE.format(OffsetDateTime.ofInstant(time, ZoneId.systemDefault()));
  }

  /** Reads a Date field, obsolete forms too (section 4.3); empty when it is none. */
  static Optional<Instant> parse(String text) {
    Matcher m = READ.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    int month = MONTHS.indexOf(m.group(2).toLowerCase(Locale.ROOT)) + 1;
    int year = Integer.parseInt(m.group(3));
    if (m.group(3).length() < 4) {
      // Section 4.3: 00 to 49 are 20xx, other years of two or three digits count from 1900.
      year += m.group(3).length() == 2 && year < 50 ? 2000 : 1900;
    }
    try {
      // A leap second is the second before it.
      int second = m.group(6) == null ? 0 : Math.min(59, Integer.parseInt(m.group(6)));
      LocalTime time =
          LocalTime.of(Integer.parseInt(m.group(4)), Integer.parseInt(m.group(5)), second);
      LocalDate date = LocalDate.of(year, month, Integer.parseInt(m.group(1)));
      return Optional.of(date.atTime(time).toInstant(offset(m.group(7))));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static ZoneOffset offset(String zone) {
    if (zone.charAt(0) == '+' || zone.charAt(0) == '-') {
      int sign = zone.charAt(0) == '-' ? -1 : 1;
      int hours = Integer.parseInt(zone.substring(1, 3));
      int minutes = Integer.parseInt(zone.substring(3, 5));
      return ZoneOffset.ofHoursMinutes(sign * hours, sign * minutes);
    }
    return switch (zone.toUpperCase(Locale.ROOT)) {
      case "EDT" -> ZoneOffset.ofHours(-4);
      case "EST", "CDT" -> ZoneOffset.ofHours(-5);
      case "CST", "MDT" -> ZoneOffset.ofHours(-6);
      case "MST", "PDT" -> ZoneOffset.ofHours(-7);
      case "PST" -> ZoneOffset.ofHours(-8);
      // Section 4.3: what is not known counts as -0000.
      default -> ZoneOffset.UTC;
    };
  }
}
