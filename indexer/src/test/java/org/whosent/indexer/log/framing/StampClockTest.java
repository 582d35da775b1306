package org.whosent.indexer.log.framing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;

/** Stamps without a year, in logs of all lengths. */
class StampClockTest {
  /**
   * What the operator hears of a log with a line every so often, and whether its years are right.
   */
  private static String problem(StampClock clock, String from, String until, Duration step) {
    Instant end = Instant.parse(until);
    boolean right = true;
    for (Instant at = Instant.parse(from); at.isBefore(end); at = at.plus(step)) {
      right &= read(clock, at).equals(at);
    }
    String problem = clock.problem();
    assertEquals(right, problem == null, "said: " + problem);
    assertNull(clock.problem(), "said twice");
    return problem;
  }

  private static StampClock clock(Integer year, String modified) {
    return new StampClock(ZoneOffset.UTC, year, Instant.parse(modified));
  }

  @Test
  void aLogOfMoreThanAYearIsSaidToNeedItsYear() {
    String end = "2026-11-20T00:00:00Z";
    for (Duration step : new Duration[] {Duration.ofHours(7), Duration.ofDays(20)}) {
      assertNotNull(problem(clock(null, end), "2025-05-01T00:00:00Z", end, step));
      assertNull(problem(clock(2025, end), "2025-05-01T00:00:00Z", end, step));
      assertNull(problem(clock(null, end), "2025-11-23T00:00:00Z", end, step));
      assertNull(problem(clock(null, end), "2025-12-24T00:00:00Z", "2026-01-09T00:00:00Z", step));
    }
  }

  @Test
  void aLeapDayInALogThatWasCopiedIsSaidToo() {
    Duration hour = Duration.ofHours(1);
    String from = "2024-02-28T00:00:00Z";
    String until = "2024-03-02T00:00:00Z";
    assertNotNull(problem(clock(null, "2026-11-20T00:00:00Z"), from, until, hour));
    assertNull(problem(clock(null, until), from, until, hour));
  }

  @Test
  void aClockThatBeganInJanuaryOrLinesOutOfOrderAreNothingToSay() {
    StampClock clock = clock(null, "2026-11-20T00:00:00Z");
    for (String time :
        new String[] {
          "2026-11-19T10:00:00Z",
          "2026-01-01T00:00:03Z",
          "2026-11-19T10:01:00Z",
          "2026-11-18T23:59:00Z",
          "2026-11-19T10:02:00Z"
        }) {
      assertEquals(Instant.parse(time), read(clock, Instant.parse(time)));
    }
    assertNull(clock.problem());
  }

  private static Instant read(StampClock clock, Instant at) {
    ZonedDateTime time = at.atZone(ZoneOffset.UTC);
    Instant read =
        clock.of(
            time.getMonthValue(),
            time.getDayOfMonth(),
            time.getHour(),
            time.getMinute(),
            time.getSecond(),
            0);
    clock.last(read);
    return read;
  }
}
