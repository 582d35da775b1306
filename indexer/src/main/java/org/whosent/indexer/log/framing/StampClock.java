package org.whosent.indexer.log.framing;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
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
 * January; but a line that would then be the first one later than the file's last modification (and
 * a day, for clocks and zones) is out of order by more, as those of a device whose clock begins
 * with a January. Else the latest year in which the stamp is not later than that modification,
 * which needs no memory and is the same wherever one starts to read. Known weak: a file of more
 * than a year needs {@code --year}, and so does one whose time of modification is not its own;
 * {@link #problem} says so where stamps tell.
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

  private static final String TOO_LATE =
      "in the year that --year says, some of its stamps are later than its last change: if that"
          + " year is wrong, index it with the year of its first line, into a new --data";

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

  /**
   * Where stamps went back over a New Year by more than {@link #GOES_ON}, and to where; or null.
   */
  private LocalDateTime wentBackFrom;

  private LocalDateTime wentBackTo;

  private boolean doNotFit;
  private boolean tooLate;
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
    wentBackFrom = null;
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

  /** Sets the time of the last line. */
  public void last(Instant time) {
    last = time;
  }

  /**
   * The lines from here on are to be taken: what is wrong with those before was said.
   *
   * @param time of the last one; null when there was none
   */
  public void goesOn(Instant time) {
    last = time;
    lastFound = time == null ? null : LocalDateTime.ofInstant(time, zone);
    wentBackFrom = null;
    doNotFit = false;
    tooLate = false;
  }

  /**
   * The instant of a stamp without year and zone.
   *
   * @throws DateTimeException when there is no such date in any near year
   */
  Instant of(int month, int day, int hour, int minute, int second, int nanos) {
    LocalDateTime found =
        firstYear == null
            ? latest(month, day, hour, minute, second, nanos)
            : next(month, day, hour, minute, second, nanos);
    if (found == null) {
      throw new DateTimeException("no such date");
    }
    return of(found);
  }

  /** In the latest year that the file's last modification allows. */
  private LocalDateTime latest(int month, int day, int hour, int minute, int second, int nanos) {
    boolean noLeapYear = false;
    for (int back = 0; back < YEARS_BACK; back++) {
      int year = limit.getYear() - back;
      LocalDateTime there = date(year, month, day, hour, minute, second, nanos);
      if (there != null && !there.isAfter(limit)) {
        doNotFit |= noLeapYear || goesOnInAnotherYear(there);
        lastFound = there;
        return there;
      }
      noLeapYear |= there == null && !LocalDate.of(year, 3, 1).isAfter(limit.toLocalDate());
    }
    return null;
  }

  /** In the year of the line before, or the next. */
  private LocalDateTime next(int month, int day, int hour, int minute, int second, int nanos) {
    LocalDateTime found = null;
    if (last == null) {
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
      if (found != null && found.isAfter(limit) && !before.isAfter(limit)) {
        LocalDateTime back = date(found.getYear() - 1, month, day, hour, minute, second, nanos);
        found = back == null ? found : back;
      }
    }
    tooLate |= found != null && found.isAfter(limit);
    return found;
  }

  /**
   * Whether a stamp shows that those before it, or it itself, were taken for another year's: a
   * December that goes on a year ago behind a November that was taken for this year's, or the other
   * way round. Where much is missing between the two, as in the log of a server with little to do,
   * it shows by what comes behind them: a single line may be that of a device without a clock.
   */
  private boolean goesOnInAnotherYear(LocalDateTime found) {
    if (wentBackFrom != null && !found.isBefore(wentBackFrom.minus(GOES_ON))) {
      wentBackFrom = null;
    }
    boolean goesOnThere = wentBackFrom != null && found.isAfter(wentBackTo.plus(SLACK));
    if (lastFound == null || found.getYear() == lastFound.getYear()) {
      return goesOnThere;
    }
    if (found.getYear() > lastFound.getYear()) {
      LocalDateTime aYearBack = found.minusYears(1);
      return goesOnThere
          || aYearBack.isBefore(lastFound) && aYearBack.isAfter(lastFound.minus(GOES_ON));
    }
    if (found.isBefore(lastFound.minus(GOES_ON)) && wentBackFrom == null) {
      wentBackFrom = lastFound;
      wentBackTo = found;
    }
    LocalDateTime aYearOn = found.plusYears(lastFound.getYear() - found.getYear());
    return goesOnThere
        || aYearOn.isAfter(lastFound.minus(SLACK)) && aYearOn.isBefore(lastFound.plus(GOES_ON));
  }

  /** What the operator can do about the years of a log; null when nothing. Said once. */
  public String problem() {
    boolean say = (doNotFit || tooLate) && !told;
    told |= say;
    return say ? doNotFit ? DO_NOT_FIT : TOO_LATE : null;
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
