package org.whosent.indexer.ingest.input;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which files are pieces of one log, by their names as logrotate, newsyslog, savelog and exicyclog
 * give them: {@code mail.log}, {@code mail.log.1}, {@code mail.log.2.gz}, {@code
 * mail.log-20261123.xz}, {@code mail.log-2026-11-23}, {@code mail.log.old}; with logrotate's {@code
 * extension .log} {@code mail.1.log} and {@code mail-20261123.log.gz}; and {@code @4000….s} beside
 * the {@code current} of multilog, svlogd and s6-log. Names are used for the order of reading, and
 * for which files beside a log may be pieces of it; what was read already is known by content.
 * Immutable.
 *
 * @param family directory and name of the live file
 * @param number which rotation, of which the newest is 1 (logrotate) or 0 (newsyslog, savelog,
 *     {@code old}); {@link #LIVE}, or {@link #DATED}
 * @param date the date or label, or empty
 */
public record Rotation(String family, int number, String date) {
  private static final int LIVE = -1;
  private static final int DATED = -2;

  /** Digits of a date. */
  private static final int DAY = 8;

  /**
   * Of a piece that is named by its beginning, and few enough for one that is named by its end: of
   * a stamp without a year between a month before the date and so many behind it the year is known.
   */
  private static final int MOST_DAYS = 330;

  private static final String DATE =
      "[._-]{1,2}([0-9]{4}-?[0-9]{2}-?[0-9]{2}(?:[-T_.]?[0-9]{1,10}){0,3})";

  private static final String PACKED = "(?:\\.(?:gz|bz2|xz|zst|zstd|Z|lzma|lz4|zip))?";

  private static final Pattern NAME =
      Pattern.compile("(.*?)(?:\\.([0-9]{1,4})|" + DATE + "|\\.(old))?" + PACKED, Pattern.DOTALL);

  /** The same before the extension; the 8 of {@code mx-3.8.log} is no number. */
  private static final Pattern EXTENDED =
      Pattern.compile(
          "(.*?)(?:(?<![0-9])\\.([0-9]{1,3})|" + DATE + ")(\\.log)" + PACKED, Pattern.DOTALL);

  /** A TAI64N label. */
  private static final Pattern LABEL = Pattern.compile("@([0-9a-f]{24})\\.[a-z]" + PACKED);

  /** Oldest first within a family. */
  public static final Comparator<Rotation> OLDEST_FIRST =
      Comparator.comparing(Rotation::family)
          .thenComparing(Rotation::isLive)
          .thenComparing(Rotation::date)
          .thenComparing(Rotation::number, Comparator.reverseOrder());

  /** What a file's name says. */
  public static Rotation of(Path file) {
    String name = file.getFileName() == null ? file.toString() : file.getFileName().toString();
    String directory = file.toAbsolutePath().getParent() + "/";
    Matcher label = LABEL.matcher(name);
    if (label.matches()) {
      return new Rotation(directory + "current", DATED, label.group(1));
    }
    Matcher extended = EXTENDED.matcher(name);
    if (extended.matches() && !extended.group(1).isEmpty()) {
      String family = directory + extended.group(1) + extended.group(4);
      return of(family, extended.group(2), extended.group(3));
    }
    Matcher plain = NAME.matcher(name);
    if (!plain.matches() || plain.group(1).isEmpty()) {
      return new Rotation(directory + name, LIVE, "");
    }
    String number = plain.group(4) == null ? plain.group(2) : "0";
    return of(directory + plain.group(1), number, plain.group(3));
  }

  private static Rotation of(String family, String number, String date) {
    if (number != null) {
      return new Rotation(family, Integer.parseInt(number), "");
    }
    return date == null ? new Rotation(family, LIVE, "") : new Rotation(family, DATED, date);
  }

  /** True for the file that is being written; compressed ones of no number and date are, too. */
  public boolean isLive() {
    return number == LIVE;
  }

  /** True for a piece that was rotated away, of which the name says how many times. */
  public boolean isNumbered() {
    return number >= 0;
  }

  /** True for a piece with a date; Exim's %D gives the live file one, too. */
  public boolean isDated() {
    return number == DATED;
  }

  /**
   * After when nothing was written into a piece with a date, which may be that of its beginning or
   * its end. Null where the name tells no date.
   */
  Instant latest() {
    String digits = date.replace("-", "");
    if (!isDated() || digits.length() < DAY || family.endsWith("/current")) {
      return null;
    }
    try {
      LocalDate day = LocalDate.parse(digits.substring(0, DAY), DateTimeFormatter.BASIC_ISO_DATE);
      boolean sane = day.getYear() >= 1990;
      return sane ? day.plusDays(MOST_DAYS).atStartOfDay(ZoneOffset.UTC).toInstant() : null;
    } catch (DateTimeException e) {
      return null; // another number
    }
  }

  /** True when this piece was written directly after that one: no piece between them is missing. */
  public boolean follows(Rotation before) {
    return family.equals(before.family)
        && before.isNumbered()
        && (isLive() ? before.number <= 1 : number == before.number - 1);
  }

  /**
   * True when it may have been: a date does not say whether logs are rotated every day or week, so
   * that the lines' times must tell whether a piece is missing between the two.
   */
  public boolean mayFollow(Rotation before) {
    return family.equals(before.family) && before.isDated() && !isNumbered();
  }
}
