package org.whosent.indexer.log.collector;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.framing.SyslogStamps;
import org.whosent.record.Times;

/** The time in a collector's object, under the names and in the forms that these use. Stateless. */
final class CollectedTime {
  /** Under which it is looked for. */
  static final List<String> NAMES =
      List.of(
          "timereported",
          "ISODATE",
          "timestamp",
          "@timestamp",
          "time",
          "date",
          "DATE",
          "timegenerated",
          "TimeGenerated",
          "_time",
          "Date",
          "__REALTIME_TIMESTAMP",
          "_SOURCE_REALTIME_TIMESTAMP");

  private static final String CLOCK = "[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,9})?";

  /** As syslog, everybody and Kibana's CSV have it; the last in the zone of who looked at it. */
  private static final Pattern STAMP =
      Pattern.compile(
          "[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}"
              + "|(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[T ](?<clock>"
              + CLOCK.replace("\\.", "[.,]")
              + ")(?<zone>Z|[+-][0-9]{2}:?[0-9]{2}| GMT)?"
              + "|(?<month>[A-Z][a-z]{2}) (?<day>[0-9]{1,2}), (?<year>[0-9]{4}) @ (?<time>"
              + CLOCK
              + ")");

  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

  /** A second since 1970, or a part of one, in digits. */
  private static final Pattern SINCE =
      Pattern.compile("[0-9]{9,10}(?:\\.[0-9]{1,9})?|[0-9]{13}|[0-9]{16}|[0-9]{19}");

  /** Later than any second and earlier than any millisecond that a mail log has; and so on. */
  private static final BigDecimal MILLIS = new BigDecimal("100000000000");

  private static final BigDecimal MICROS = MILLIS.movePointRight(3);
  private static final BigDecimal NANOS = MICROS.movePointRight(3);

  private CollectedTime() {}

  /**
   * The first time that there is, as a line has it, else the one outside, which may be null.
   *
   * @param names of the fields that may hold it
   * @param about to find out the year, of which the zone does not matter
   */
  static String of(CollectedFields fields, List<String> names, String outside, boolean about) {
    for (String name : names) {
      Object value = fields.value(name);
      String stamp = value instanceof String text ? stamp(text, about) : null;
      if (stamp != null) {
        return stamp;
      }
      boolean number =
          value instanceof Number n && Double.isFinite(n.doubleValue()) // 1e999
              || value instanceof String digits && SINCE.matcher(digits).matches();
      if (number) {
        BigDecimal micros = micros(new BigDecimal(value.toString()));
        try {
          long whole = micros.setScale(0, RoundingMode.HALF_UP).longValueExact();
          Instant time =
              Instant.ofEpochSecond(
                  Math.floorDiv(whole, 1_000_000L), Math.floorMod(whole, 1_000_000L) * 1000L);
          if (SyslogStamps.isSane(time)) {
            return Times.format(time);
          }
        } catch (ArithmeticException | DateTimeException e) {
          continue; // no time of this world
        }
      }
    }
    return outside;
  }

  /** Microseconds, of a number of seconds or of thousandth, millionth or smaller parts of them. */
  private static BigDecimal micros(BigDecimal since) {
    int places = since.compareTo(MILLIS) < 0 ? 6 : since.compareTo(MICROS) < 0 ? 3 : 0;
    return since.movePointRight(since.compareTo(NANOS) < 0 ? places : -3);
  }

  /** As a syslog line has it; null when it is no time, or one of a zone that is not known. */
  private static String stamp(String text, boolean about) {
    Matcher stamp = STAMP.matcher(text);
    if (!stamp.matches()) {
      return null;
    }
    if (stamp.group("month") != null) {
      int month = MONTHS.indexOf(stamp.group("month"));
      String day = stamp.group("day");
      return month < 0 || month % 3 != 0
          ? null
          : "%s-%02d-%sT%s%s"
              .formatted(
                  stamp.group("year"),
                  month / 3 + 1,
                  day.length() == 1 ? '0' + day : day,
                  stamp.group("time"),
                  about ? "Z" : "");
    }
    if (stamp.group("date") == null) {
      return about ? null : text;
    }
    String zone = stamp.group("zone");
    if (zone == null && !about) {
      return null;
    }
    if (zone == null || zone.equals(" GMT")) {
      zone = "Z";
    } else if (zone.length() == "+0000".length()) {
      zone = zone.substring(0, 3) + ':' + zone.substring(3);
    }
    return stamp.group("date") + 'T' + stamp.group("clock").replace(',', '.') + zone;
  }
}
