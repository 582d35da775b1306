package org.whosent.indexer.log.framing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

  private static final String DO_NOT_FIT = "its stamps name no year and do not fit into one: ";

  /** What is said of these lines, and as of which years they are read. */
  private static String said(StampClock clock, String years, String... times) {
    StringBuilder found = new StringBuilder();
    for (String time : times) {
      found.append(' ').append(read(clock, Instant.parse(time + "T10:00:00Z")).toString(), 0, 4);
    }
    assertEquals(years, found.substring(1));
    return String.valueOf(clock.problem());
  }

  @Test
  void alsoWhereMuchIsMissingBetweenTwoYears() {
    String said =
        said(
            clock(null, "2026-11-30T00:00:00Z"),
            "2026 2026 2025 2026 2026",
            "2025-10-10",
            "2025-10-12",
            "2025-12-10",
            "2026-03-10",
            "2026-11-20");
    assertTrue(said.startsWith(DO_NOT_FIT), said);
  }

  /** 1 January 1970 in the west, of devices whose clock does not go on while they are off. */
  @Test
  void aDeviceWhoseClockBeganInDecemberIsNothingToSay() {
    String years = "2026 2025 2025 2026 2025 2026";
    String[] times = {
      "2026-11-19", "2025-12-31", "2025-12-31", "2026-11-20", "2025-12-31", "2026-11-21"
    };
    assertEquals("null", said(clock(null, "2026-11-21T20:00:00Z"), years, times));
    assertEquals("null", said(clock(2026, "2026-11-21T20:00:00Z"), years, times));
  }

  @Test
  void aDeviceWithoutAClockDoesNotBeginANewYear() {
    assertEquals(
        "null",
        said(
            clock(2026, "2026-11-30T00:00:00Z"),
            "2026 2026 2026 2026",
            "2026-11-19",
            "2026-01-01",
            "2026-11-20",
            "2026-11-21"));
    assertEquals(
        "null",
        said(
            clock(2025, "2026-11-30T00:00:00Z"),
            "2025 2026 2026",
            "2025-11-19",
            "2026-01-01",
            "2026-11-20"));
  }

  @Test
  void aLeapDayAloneTellsThatTheFileIsACopy() {
    StampClock clock = clock(null, "2026-11-30T00:00:00Z");
    assertTrue(said(clock, "2024 2026", "2024-02-29", "2024-03-01").startsWith(DO_NOT_FIT));
    assertEquals("null", said(clock(null, "2025-02-27T00:00:00Z"), "2024", "2024-02-29"));
  }

  @Test
  void linesBeforeAYearThatLacksAMonthAreSaidToo() {
    StampClock clock = clock(null, "2026-11-30T00:00:00Z");
    assertTrue(said(clock, "2025 2026", "2026-12-03", "2026-11-29").startsWith(DO_NOT_FIT));
  }

  @Test
  void aYearThatIsNotOverIsSaidToBeMistyped() {
    String said = said(clock(2027, "2026-11-30T00:00:00Z"), "2027", "2026-11-20");
    assertTrue(said.startsWith("in the year that --year says, some of its stamps are later"), said);
  }

  /** The next piece of a log, and a log that is read on. */
  @Test
  void whatGoesOnFromLinesOfAnotherYearIsSaid() {
    StampClock clock = clock(null, "2026-11-30T00:00:00Z");
    assertEquals("null", said(clock, "2026", "2024-11-20"));
    clock.fileTime(Instant.parse("2026-11-30T00:00:00Z"));
    clock.goesOn(clock.last());
    assertTrue(said(clock, "2025", "2024-12-04").startsWith(DO_NOT_FIT));
    clock.goesOn(null);
    assertEquals("null", said(clock, "2026", "2024-11-20"));
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
