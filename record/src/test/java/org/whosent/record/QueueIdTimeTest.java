package org.whosent.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueueIdTimeTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

  private static final Pattern RECORD =
      Pattern.compile("\\{\"time\":\"([^\"]+)\",\"transactionId\":\"([^\"]+)\"");

  private static Optional<Instant> time(String id) {
    return QueueIdTime.of(id, NOW).map(QueueIdTime::time);
  }

  @ParameterizedTest
  @CsvSource({
    "postfix/expected-traditional.jsonl, Postfix, 30",
    "exim/expected-4.96.jsonl, Exim, 40",
    "exim/expected-4.98.jsonl, Exim, 10",
    "sendmail/expected-traditional.jsonl, Sendmail, 20"
  })
  void realIdsSayWhenTheyWereGivenOut(String file, String server, int least) throws IOException {
    int read = 0;
    try (InputStream in = getClass().getResourceAsStream("/org/whosent/fixtures/" + file);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher record = RECORD.matcher(line);
        assertTrue(record.lookingAt(), line);
        String id = record.group(2);
        Optional<QueueIdTime> told = QueueIdTime.of(id, NOW);
        if (told.isPresent()) {
          read++;
          assertEquals(server, told.get().server(), id);
          Instant accepted = Instant.parse(record.group(1));
          Duration between = Duration.between(told.get().time(), accepted);
          assertTrue(
              between.compareTo(Duration.ofSeconds(-2)) > 0
                  && between.compareTo(Duration.ofMinutes(5)) < 0,
              id + ": " + told.get() + ", accepted " + accepted);
        }
      }
    }
    assertTrue(read >= least, "only " + read);
  }

  @ParameterizedTest
  @CsvSource({
    "4jY9Sb6Dptzbyx3, 2026-11-23T15:52:47Z",
    "1xVWLY-0000Ce-1O, 2026-11-23T15:52:48Z",
    "6ANG17sg000608, 2026-11-23T16:01:07Z",
    "1d98076abbbc11ed940250ebf67f93bd, 2023-03-06T01:13:34Z",
    // The year has one digit to the base 60.
    "61SN0x0A000608, 2026-02-28T23:00:59Z",
  })
  void toTheSecond(String id, Instant expected) {
    assertEquals(Optional.of(expected), time(id));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "4jY9Sb6Dpt",
        "4jY9Sb6Dptz",
        "4jY9Sbz999zbyx3",
        "zzzzzz0000z1",
        "1xVWLY-0000Ce-1",
        "zzzzzz-0000Ce-1O",
        "000000-0000Ce-1O",
        "61UN0x0A000608",
        "6ANG17sg0006",
        "6CNG17sg000608",
        "7ANG17sg000608",
        "4JY9SB6DPTZBYX3",
        "DA1B2C3D4E5F60718",
        "A1B2C3D4-E5F6-4718-92A3-B4C5D6E7F809.1",
        "68A1A012345678"
      })
  void noOtherForm(String id) {
    assertEquals(Optional.empty(), time(id));
  }

  /** Postfix's short IDs are digits to the base 16, of which many look like a Sendmail date. */
  @Test
  void shortIdsOfPostfixSayNothing() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      String id = "%05X%X".formatted(random.nextInt(1_000_000), random.nextLong(1L << 32));
      assertEquals(Optional.empty(), time(id), "seed " + seed + ": " + id);
    }
  }

  /** Whatever is asked for, nothing is from after tomorrow, and nothing fails. */
  @Test
  void anythingMayBeAskedFor() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<String> pieces = List.of("0", "9", "A", "B", "V", "Z", "a", "x", "z", "-", "é", "\u0000");
    for (int i = 0; i < 100_000; i++) {
      StringBuilder id = new StringBuilder();
      for (int n = random.nextInt(24); n > 0; n--) {
        id.append(pieces.get(random.nextInt(pieces.size())));
      }
      Optional<Instant> time = time(id.toString());
      assertTrue(
          time.isEmpty() || time.get().isBefore(NOW.plus(Duration.ofDays(1).plusSeconds(1))),
          "seed " + seed + ": " + id);
    }
  }
}
