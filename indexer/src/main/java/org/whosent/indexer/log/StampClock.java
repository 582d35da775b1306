package org.whosent.indexer.log;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.List;

/**
 * Makes instants of stamps that lack a year, a zone, or both.
 *
 * <p>Year: with {@code --year} that of the first line, then the first one in which the stamp is not
 * before the last line (and a month, for lines out of order), so that December goes over into
 * January. Else the latest year in which the stamp is not later than the file's last modification
 * (and a day, for clocks and zones), which needs no memory and is the same wherever one starts to
 * read. Known weak: a file of more than a year needs {@code --year}.
 *
 * <p>Zone: in the hour that a zone repeats in autumn the earlier meaning is taken unless that would
 * be a step back from the line before; a time that a zone skips in spring is read as the JDK does,
 * shifted by the gap.
 *
 * <p>Not thread-safe.
 */
final class StampClock {
  private static final Duration SLACK = Duration.ofDays(1);
  private static final Duration OUT_OF_ORDER = Duration.ofDays(31);
  private static final Duration STEP_BACK = Duration.ofMinutes(1);
  private static final int YEARS_BACK = 9;

  private final ZoneId zone;
  private final ZoneRules rules;
  private final Integer firstYear;
  private LocalDateTime limit;
  private Instant last;

  StampClock(ZoneId zone, Integer firstYear, Instant fileTime) {
    this.zone = zone;
    this.rules = zone.getRules();
    this.firstYear = firstYear;
    fileTime(fileTime);
  }

  void fileTime(Instant time) {
    limit = LocalDateTime.ofInstant(time.plus(SLACK), zone);
  }

  /** The latest that a stamp without a year is read as; another object once that changes. */
  LocalDateTime limit() {
    return limit;
  }

  Instant last() {
    return last;
  }

  void last(Instant time) {
    last = time;
  }

  /**
   * The instant of a stamp without year and zone.
   *
   * @throws DateTimeException when there is no such date in any near year
   */
  Instant of(int month, int day, int hour, int minute, int second, int nanos) {
    LocalDateTime found = null;
    if (firstYear == null) {
      for (int back = 0; back < YEARS_BACK && found == null; back++) {
        LocalDateTime there = date(limit.getYear() - back, month, day, hour, minute, second, nanos);
        if (there != null && !there.isAfter(limit)) {
          found = there;
        }
      }
    } else if (last == null) {
      found = date(firstYear, month, day, hour, minute, second, nanos);
    } else {
      LocalDateTime before = LocalDateTime.ofInstant(last, zone);
      LocalDateTime earliest = before.minus(OUT_OF_ORDER);
      for (int year = before.getYear() - 1; year <= before.getYear() + 8 && found == null; year++) {
        LocalDateTime there = date(year, month, day, hour, minute, second, nanos);
        if (there != null && !there.isBefore(earliest)) {
          found = there;
        }
      }
    }
    if (found == null) {
      throw new DateTimeException("no such date");
    }
    return of(found);
  }

  /** The instant of a stamp without a zone. */
  Instant of(LocalDateTime local) {
    List<ZoneOffset> offsets = rules.getValidOffsets(local);
    if (offsets.size() == 2) {
      Instant earlier = local.toInstant(offsets.get(0));
      boolean stepsBack = last != null && earlier.isBefore(last.minus(STEP_BACK));
      return stepsBack ? local.toInstant(offsets.get(1)) : earlier;
    }
    return offsets.size() == 1
        ? local.toInstant(offsets.getFirst())
        : local.atZone(zone).toInstant();
  }

  private static LocalDateTime date(
      int year, int month, int day, int hour, int minute, int second, int nanos) {
    try {
      return LocalDateTime.of(year, month, day, hour, minute, second, nanos);
    } catch (DateTimeException e) {
      return null; // 29 February of a common year
    }
  }
}
