package org.whosent.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What is read by hand is what the JDK reads, mistakes included. */
class TimesTest {
  private static final long FIRST = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
  private static final long END = Instant.parse("+10000-01-01T00:00:00Z").getEpochSecond();
  private static final String SIGNS = "0123456789-:.TZ+ ٣";

  private final Random random = new Random();

  @Test
  void readsEveryTimeThatWasWritten() {
    for (int i = 0; i < 20_000; i++) {
      Instant time = time();
      assertEquals(time, Times.exact(time.toString()));
      Instant cut = time.truncatedTo(ChronoUnit.MICROS);
      assertEquals(cut, Times.parse(Times.format(time)));
      assertEquals(cut, Times.parse(time.toString()));
      LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(time.getEpochSecond(), 86_400));
      assertEquals(date, Times.date(date.toString()));
    }
  }

  @Test
  void readsNothingElse() {
    for (int i = 0; i < 50_000; i++) {
      String whole = random.nextBoolean() ? time().toString() : Times.format(time());
      String time = changed(whole);
      assertEquals(of(Instant::parse, time), of(Times::exact, time), time);
      assertEquals(
          of(t -> OffsetDateTime.parse(t).toInstant().truncatedTo(ChronoUnit.MICROS), time),
          of(Times::parse, time),
          time);
      String date = changed(whole.substring(0, 10));
      assertEquals(of(LocalDate::parse, date), of(Times::date, date), date);
    }
  }

  /** RFC 3339, 5.6 and 5.7. */
  @Test
  void readsWhatPeopleMayWrite() {
    Instant end = Instant.parse("2017-01-01T00:00:00Z");
    for (String leap :
        new String[] {
          "2016-12-31T23:59:60Z",
          "2016-12-31 23:59:60z",
          "2016-12-31t23:59:60+00:00",
          "2017-01-01T00:59:60+01:00",
          "2016-12-31 18:59:60-05:00"
        }) {
      assertEquals(end, Times.typed(leap), leap);
      assertEquals(
          end.plusMillis(500), Times.typed(leap.substring(0, 19) + ".5" + leap.substring(19)));
    }
    assertEquals(end, Times.typed("2017-01-01 01:00:00+01:00"));
    assertEquals(end, Times.typed("2017-01-01t00:00:00z"));
    for (String none :
        new String[] {
          "2016-12-30T23:59:60Z", // in the middle of a month
          "2016-12-31T23:59:60+01:00",
          "2016-12-31T22:59:60Z",
          "2016-12-31T23:59:61Z",
          "2016-12-31T23:59:600Z",
          "2016-12-31  23:59:59Z",
          "2016-12-31 23:59:59",
          "2016-12-31 ",
          ""
        }) {
      assertEquals("refused", of(Times::typed, none), none);
    }
  }

  /** Any day from 0000 to 9999, at midnight now and then, with 0 to 9 digits of a second. */
  private Instant time() {
    long second = random.nextLong(FIRST, END);
    long midnight = Math.floorDiv(second, 86_400) * 86_400;
    int unit = new int[] {1_000_000_000, 1_000_000, 1_000, 1}[random.nextInt(4)];
    int nanos = random.nextInt(1_000_000_000) / unit * unit;
    return Instant.ofEpochSecond(random.nextInt(8) == 0 ? midnight : second, nanos);
  }

  /** One to three signs put in, left out, or others. */
  private String changed(String text) {
    StringBuilder changed = new StringBuilder(text);
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(changed.length());
      char sign = SIGNS.charAt(random.nextInt(SIGNS.length()));
      switch (random.nextInt(4)) {
        case 0 -> changed.deleteCharAt(at);
        case 1 -> changed.insert(at, sign);
        default -> changed.setCharAt(at, sign);
      }
    }
    return changed.toString();
  }

  private static Object of(Function<String, Object> reader, String text) {
    try {
      return reader.apply(text);
    } catch (DateTimeException _) {
      return "refused";
    }
  }
}
