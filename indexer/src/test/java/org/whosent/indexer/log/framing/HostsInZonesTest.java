package org.whosent.indexer.log.framing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.LogSettings;

/**
 * A central server's log: hosts in several zones write stamps without one into the same file, over
 * the changes of the clock of each.
 */
class HostsInZonesTest {
  private static final List<ZoneId> ZONES =
      Stream.of("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
          .map(ZoneId::of)
          .toList();

  private static final List<DateTimeFormatter> STAMPS =
      Stream.of(
              "MMM ppd HH:mm:ss",
              "MMM ppd HH:mm:ss.SSS",
              "uuuu-MM-dd'T'HH:mm:ss",
              "uuuu-MM-dd'T'HH:mm:ss.SSSSSS",
              "uuuu-MM-dd'T'HH:mm:ssxxx",
              "'<22>1' uuuu-MM-dd'T'HH:mm:ss.SSSxxx")
          .map(pattern -> DateTimeFormatter.ofPattern(pattern, Locale.ROOT))
          .toList();

  static Stream<Long> seeds() {
    return Stream.concat(new Random(8).longs(20).boxed(), Stream.of(System.nanoTime()));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyHostsStampsAreReadInItsOwnZone(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      ZoneId changing = ZONES.get(1 + random.nextInt(3));
      Instant newYear =
          ZonedDateTime.of(2020 + random.nextInt(8), 1, 1, 0, 0, 0, 0, changing).toInstant();
      Instant change = changing.getRules().nextTransition(newYear).getInstant();
      Instant middle =
          switch (random.nextInt(3)) {
            case 0 -> newYear;
            case 1 -> change;
            default -> changing.getRules().nextTransition(change).getInstant();
          };
      Instant time = middle.minusSeconds(3 * 3600);
      Instant end = middle.plusSeconds(5 * 3600);
      int first = random.nextInt(ZONES.size());
      boolean ofYear = random.nextBoolean();
      StampClock clock =
          new StampClock(
              new LogSettings(
                  ZONES.get(random.nextInt(ZONES.size())),
                  ofYear ? (Integer) time.atZone(ZONES.get(first)).getYear() : null,
                  end,
                  host -> host,
                  new Forgotten(),
                  HostsInZonesTest::zone));
      SyslogFraming framing = new SyslogFraming(clock);
      for (int host = first; time.isBefore(end); host = random.nextInt(ZONES.size())) {
        DateTimeFormatter stamp = STAMPS.get(random.nextInt(STAMPS.size()));
        String text = stamp.format(time.atZone(ZONES.get(host)));
        boolean structured = text.startsWith("<");
        String line = text + " h" + host + (structured ? " exim 7 - - text" : " exim[7]: text");
        SyslogLine read = framing.parse(line);
        String why = "seed " + seed + ", line: " + line;
        assertNotNull(read, why);
        assertEquals("h" + host, read.host(), why);
        assertEquals(
            time.truncatedTo(ChronoUnit.SECONDS), read.time().truncatedTo(ChronoUnit.SECONDS), why);
        time = time.plusMillis(random.nextInt(3) == 0 ? 0 : random.nextInt(20 * 60_000));
      }
    }
  }

  private static ZoneId zone(String host) {
    return host.isEmpty() ? ZoneOffset.UTC : ZONES.get(host.charAt(1) - '0');
  }

  @Test
  void aLineThatEndsBehindItsStampIsNoLogLine() {
    SyslogFraming framing =
        new SyslogFraming(
            new StampClock(
                new LogSettings(
                    ZoneOffset.UTC,
                    null,
                    Instant.parse("2026-11-24T00:00:00Z"),
                    host -> host,
                    new Forgotten(),
                    HostsInZonesTest::zone)));
    String whole = "<22>Nov 23 15:54:07 h1 exim[77]: x";
    for (int length = 0; length < 23; length++) {
      byte[] cut = whole.substring(0, length).getBytes(StandardCharsets.UTF_8);
      assertEquals(null, framing.parse(cut, cut.length), "cut to " + length);
    }
  }
}
