package org.whosent.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Times and addresses as text. */
class TextFormsTest {
  @Test
  void timesHaveSixDigits() {
    assertEquals(
        "2026-11-23T15:52:47.853982Z",
        Times.format(Instant.parse("2026-11-23T15:52:47.853982999Z")));
    assertEquals("1969-12-31T23:59:59.000001Z", Times.format(Instant.ofEpochSecond(-1, 1000)));
    assertEquals(
        Instant.parse("2026-11-23T14:52:47.853Z"), Times.parse("2026-11-23T15:52:47.853+01:00"));
    assertThrows(DateTimeException.class, () -> Times.parse("2026-11-23"));
    assertThrows(DateTimeException.class, () -> Times.format(Instant.MAX));
  }

  @Test
  void ownTimesReadAsTheLibraryReadsThem() {
    long seed = System.nanoTime();
    java.util.Random random = new java.util.Random(seed);
    for (int i = 0; i < 20_000; i++) {
      Instant time =
          Times.cut(
              Instant.ofEpochSecond(
                  random.nextLong(-60_000_000_000L, 250_000_000_000L),
                  random.nextInt(1_000_000_000)));
      assertEquals(time, Times.parse(Times.format(time)), "seed " + seed);
    }
    for (String wrong :
        List.of(
            "2026-13-01T00:00:00.000000Z",
            "2026-02-30T00:00:00.000000Z",
            "2026-01-01T24:00:01.000000Z",
            "2026-01-01T00:61:00.000000Z",
            "2026-01-01T00:00:00.00000xZ",
            "2026/01/01T00:00:00.000000Z")) {
      assertThrows(DateTimeException.class, () -> Times.parse(wrong), wrong);
    }
  }

  @Test
  void rfc5952() {
    for (List<String> pair :
        List.of(
            List.of("2001:DB8::1", "2001:db8::1"),
            List.of("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            List.of("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            List.of("0:0:0:0:0:0:0:0", "::"),
            List.of("0:0:0:0:0:0:0:1", "::1"),
            List.of("1:0:0:0:0:0:0:0", "1::"),
            List.of("IPv6:fe80::1", "fe80::1"),
            List.of("192.0.2.1", "192.0.2.1"),
            List.of("192.0.2.01", "192.0.2.01"),
            List.of("192.0.2", "192.0.2"),
            List.of("fe80::1%eth0", "fe80::1%eth0"),
            List.of("256.1.1.1", "256.1.1.1"),
            List.of("localhost", "localhost"))) {
      assertEquals(pair.get(1), Addresses.canonical(pair.get(0)));
    }
  }
}
