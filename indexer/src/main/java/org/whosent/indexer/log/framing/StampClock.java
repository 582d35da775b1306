package org.whosent.indexer.log.framing;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.whosent.indexer.log.LogSettings;

/**
 * Makes instants of stamps that lack a year, a zone, or both.
 *
 * <p>Year: with {@code --year} that of the first line, then the first one in which the stamp is not
 * before the last line (and a month, for lines out of order), so that December goes over into
 * January. Else the latest year in which the stamp is not later than the file's last modification
 * (and a day, for clocks and zones), which needs no memory and is the same wherever one starts to
 * read. Known weak: a file of more than a year needs {@code --year}; {@link #problem} says so.
 *
 * <p>Zone: in the hour that a zone repeats in autumn the earlier meaning is taken unless that would
 * be a step back from the line before; a time that a zone skips in spring is read as the JDK does,
 * shifted by the gap. Hosts whose lines stand in one log may be in different zones: {@link #host}
 * says whose line is being read. What the line before says of that hour is an instant, whichever
 * host wrote it.
 *
 * <p>Not thread-safe.
 */
public final class StampClock {
  private static final Duration SLACK = Duration.ofDays(1);
  private static final Duration OUT_OF_ORDER = Duration.ofDays(31);
  private static final Duration STEP_BACK = Duration.ofMinutes(1);
  private static final int YEARS_BACK = 9;

  /** Where a stamp goes on from the one before, but for the year. */
  private static final Duration GOES_ON = Duration.ofDays(31);

  private static final String DO_NOT_FIT =
      "its stamps name no year and do not fit into one: some may have been read as of another year;"
          + " index it with --year and the year of its first line, into a new --data";

  private final Function<String, ZoneId> zones;
  private final Integer firstYear;
  private final Map<ZoneId, LocalDateTime> limits = new HashMap<>();
  private Instant fileTime;
  private String host;
  private ZoneId zone;
  private ZoneRules rules;
  private LocalDateTime limit;
  private Instant last;

  /** The last stamp of which the year was found; null while there is none. */
  private LocalDateTime lastFound;

  private boolean doNotFit;
  private boolean told;

  /** As the settings say, hosts in zones of their own included. */
  public StampClock(LogSettings settings) {
    this(settings.zone(), settings.zones(), settings.year(), settings.fileTime());
  }

  /**
   * For a log whose lines are all of one zone.
   *
   * @param firstYear of the first line; null: taken from {@code fileTime}
   * @param fileTime when the log was last written
   */
  public StampClock(ZoneId zone, Integer firstYear, Instant fileTime) {
    this(zone, null, firstYear, fileTime);
  }

  private StampClock(
      ZoneId zone, Function<String, ZoneId> zones, Integer firstYear, Instant fileTime) {
    this.zone = zone;
    this.zones = zones;
    this.firstYear = firstYear;
    fileTime(fileTime);
  }

  /** The log that is read next was last written then. */
  public void fileTime(Instant time) {
    fileTime = time;
    lastFound = null;
    limits.clear();
    zone(zone);
  }

  private void zone(ZoneId other) {
    zone = other;
    rules = other.getRules();
    limit = limits.computeIfAbsent(other, in -> LocalDateTime.ofInstant(fileTime.plus(SLACK), in));
  }

  /** True where it matters whose line it is. */
  boolean asksHosts() {
    return zones != null;
  }

  /**
   * The next stamps are this host's; without a call they are in the zone that holds for all.
   *
   * @param name as the log names it; empty where it names none
   */
  public void host(String name) {
    if (zones == null || name.equals(host)) {
      return;
    }
    host = name;
    ZoneId its = zones.apply(name);
    if (!its.equals(zone)) {
      zone(its);
    }
  }

  /** The latest that a stamp without a year is read as; another object once that changes. */
  public LocalDateTime limit() {
    return limit;
  }

  /** The time of the last line, or null. */
  public Instant last() {
    return last;
  }

  /** Sets the time of the last line; null when there was none. */
  public void last(Instant time) {
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
      doNotFit |= goesOnInAnotherYear(found);
      lastFound = found;
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

  /** December of a year ago behind a November that was taken for this year's, or 29 February. */
  private boolean goesOnInAnotherYear(LocalDateTime found) {
    if (found == null || lastFound == null || found.getYear() >= lastFound.getYear()) {
      return false;
    }
    LocalDateTime aYearOn = found.plusYears(lastFound.getYear() - found.getYear());
    return aYearOn.isAfter(lastFound.minus(SLACK)) && aYearOn.isBefore(lastFound.plus(GOES_ON));
  }

  /** What the operator can do about the years of a log; null when nothing. Said once. */
  public String problem() {
    boolean say = doNotFit && !told;
    told |= say;
    return say ? DO_NOT_FIT : null;
  }

  /** The instant of a stamp without a zone. */
  public Instant of(LocalDateTime local) {
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
