package org.whosent.indexer.log.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;

/**
 * Events at known instants, printed as each template prints them, are read back as these instants:
 * over both changes of the clock, New Year and leap days, with and without {@code --year}, and with
 * lines a little out of order.
 *
 * <p>Where a zone repeats an hour, a stamp without a zone can only be told by the line before it:
 * here one is never more than twenty minutes away.
 */
class LogClockTest {
  private static final int LONGEST_GAP = 20 * 60;
  private static final int DISORDER = 30;

  private static final List<ZoneId> ZONES =
      Stream.of(
              "UTC",
              "Europe/Berlin",
              "America/New_York",
              "Australia/Lord_Howe", // half an hour
              "Australia/Sydney", // in the other half of the year
              "Asia/Kathmandu",
              "America/St_Johns",
              "+05:00")
          .map(ZoneId::of)
          .toList();

  /** Around what can go wrong. */
  private static Instant moment(ZoneId zone, Random random) {
    int year = 2020 + random.nextInt(8);
    var change =
        zone.getRules().nextTransition(ZonedDateTime.of(year, 1, 1, 0, 0, 0, 0, zone).toInstant());
    return switch (random.nextInt(4)) {
      case 0 -> ZonedDateTime.of(year, 1, 1, 0, 0, 0, 0, zone).toInstant();
      case 1 -> ZonedDateTime.of(year, 2, 28, 12, 0, 0, 0, zone).toInstant();
      case 2 -> change == null ? Instant.parse(year + "-06-01T00:00:00Z") : change.getInstant();
      default -> {
        var next = change == null ? null : zone.getRules().nextTransition(change.getInstant());
        yield next == null ? Instant.parse(year + "-10-01T00:00:00Z") : next.getInstant();
      }
    };
  }

  private static List<Instant> events(ZoneId zone, Random random) {
    List<Instant> events = new ArrayList<>();
    Instant at = moment(zone, random).minus(Duration.ofHours(24 + random.nextInt(24)));
    for (int i = 0; i < 400; i++) {
      at = at.plusSeconds(random.nextInt(LONGEST_GAP));
      boolean late = random.nextInt(10) == 0;
      events.add(late ? at.minusSeconds(random.nextInt(DISORDER)) : at);
    }
    return events;
  }

  private static DateTimeFormatter form(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
  }

  /** A template, and which year it does not say. */
  private record Template(
      String name, boolean exim, BiFunction<ZonedDateTime, String, String> line) {
    @Override
    public String toString() {
      return name;
    }

    static Template of(String name, boolean exim, String pattern, String suffix) {
      DateTimeFormatter form = form(pattern);
      return new Template(name, exim, (time, text) -> form.format(time) + suffix + text);
    }
  }

  static List<Template> templates() {
    return List.of(
        new Template(
            "RFC 3164",
            false,
            (time, text) ->
                form("MMM ").format(time)
                    + "%2d ".formatted(time.getDayOfMonth())
                    + form("HH:mm:ss").format(time)
                    + " mail postfix/smtpd[1]: "
                    + text),
        Template.of("ISO", false, "uuuu-MM-dd'T'HH:mm:ssxxx", " mail postfix/smtpd[1]: "),
        Template.of("ISO without zone", false, "uuuu-MM-dd'T'HH:mm:ss", " mail postfix/smtpd[1]: "),
        Template.of(
            "RFC 5424", false, "'<22>1 'uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx", " mail postfix 1 - - "),
        Template.of("Exim", true, "uuuu-MM-dd HH:mm:ss", " 1xVWMp-00006e-1u "),
        Template.of("Exim with zone", true, "uuuu-MM-dd HH:mm:ss xx", " 1xVWMp-00006e-1u "),
        Template.of(
            "Exim with milliseconds", true, "uuuu-MM-dd HH:mm:ss.SSS", " [12] 1xVWMp-00006e-1u "));
  }

  private static List<Instant> read(
      Template template, ZoneId zone, Integer year, Instant modified, List<String> lines) {
    LogReader reader =
        LogSources.named(template.exim ? "exim" : "postfix")
            .orElseThrow()
            .reader(new LogSettings(zone, year, modified, host -> host));
    Lines sink = new Lines(reader);
    return lines.stream()
        .map(
            line -> {
              assertNotEquals(LineKind.NOT_A_LOG, sink.read(line), line);
              return reader.lastTime();
            })
        .toList();
  }

  @ParameterizedTest
  @MethodSource("templates")
  void eventsAreReadAtTheInstantAtWhichTheyWere(Template template) {
    long fresh = System.nanoTime();
    for (long seed : new long[] {1, 2, fresh}) {
      Random random = new Random(seed);
      for (int round = 0; round < 60; round++) {
        ZoneId zone = ZONES.get(random.nextInt(ZONES.size()));
        List<Instant> events = events(zone, random);
        List<String> lines =
            events.stream().map(e -> template.line.apply(e.atZone(zone), "x")).toList();
        String why = "seed " + seed + ", round " + round + ", " + zone;
        Instant modified = events.getLast().plusSeconds(random.nextInt(100 * 86_400));
        assertEquals(events, read(template, zone, null, modified, lines), why);
        int year = events.getFirst().atZone(zone).getYear();
        assertEquals(events, read(template, zone, year, modified, lines), why + ", --year");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("templates")
  void aClockThatStepsBackIsRead(Template template) {
    Instant noon = Instant.parse("2026-11-25T12:00:00Z");
    List<Instant> events = new ArrayList<>();
    for (int minute : new int[] {0, 1, 90, 30, 31, 89, -600, 91}) {
      events.add(noon.plus(Duration.ofMinutes(minute)));
    }
    List<String> lines =
        events.stream().map(e -> template.line.apply(e.atZone(ZoneOffset.UTC), "x")).toList();
    for (Integer year : new Integer[] {null, 2026}) {
      assertEquals(events, read(template, ZoneOffset.UTC, year, events.getLast(), lines));
    }
  }
}
