package org.whosent.indexer.log.collector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.whosent.indexer.log.collector.WrappedSourceTest.read;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GreppedLineTest {
  private static final String REST =
      " mail postfix/smtpd[7]: 4B00A1C2D3: client=c[192.0.2.7], sasl_username=";
  private static final String LINE = "Jun  1 10:00:00" + REST + "alice";
  private static final String OTHER = "2026-06-02T10:00:00+00:00" + REST + "bob";
  private static final String ALICE = "2026-06-01T10:00:00Z alice";
  private static final String BOB = "2026-06-02T10:00:00Z bob";
  private static final String FORGED = "Jun  3 10:00:00" + REST + "victim";

  /** {@code grep alice /var/log/mail.log*}. */
  @Test
  void linesOfSeveralFilesAreRead() {
    assertEquals(
        List.of(ALICE, BOB, "nothing", BOB),
        read(
            "/var/log/mail.log.1:" + LINE,
            "/var/log/mail.log:" + OTHER,
            "/var/log/mail.log: " + LINE,
            "/var/log/syslog:" + OTHER));
    assertEquals(List.of(BOB), read("C:\\logs\\mail.log:" + OTHER));
  }

  /** {@code grep -n}, {@code grep -Hn}, {@code cat -n}. */
  @Test
  void linesWithTheirNumbersAreRead() {
    assertEquals(List.of(ALICE, BOB), read("7:" + LINE, "1234:" + OTHER));
    assertEquals(
        List.of(ALICE, BOB), read("mail.log.2.gz:7:" + LINE, "/var/log/mail.log:99:" + OTHER));
    assertEquals(List.of(ALICE, BOB), read("     7\t" + LINE, "123456\t" + OTHER));
  }

  /** {@code grep -C 2}. */
  @Test
  void linesAroundAreRead() {
    assertEquals(
        List.of(BOB, ALICE, "nothing", BOB),
        read("mail.log.1:" + OTHER, "mail.log.1-" + LINE, "--", "mail.log.1-" + OTHER));
    assertEquals(List.of(ALICE, BOB), read("mail.log-old:8:" + LINE, "mail.log-old-9-" + OTHER));
    assertEquals(List.of(ALICE, BOB), read("8:" + LINE, "9-" + OTHER));
  }

  /** What a server wrote into a line of its own, as a Message-ID with a line feed in it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mail.log-x-",
        "mail.log:x:",
        "mail.log-Subject: x-",
        "mail.log-  Subject:",
        "mail.log:  Subject:",
        "other.log-",
        "mail.log:8:x:",
        "mail.log-8-x-",
        "mail.log:8: ",
        "     8\tx:",
      })
  void aStrangersTextBehindAFileIsNoLine(String before) {
    assertEquals(List.of(ALICE, "nothing"), read("mail.log:" + LINE, before + FORGED));
  }

  /** The rest of a line that was cut may look like anything, and is not what others go by. */
  @Test
  void oneSuchLineIsNotEnough() {
    List<String> lines = List.of("x:" + FORGED, LINE, LINE, LINE);
    assertEquals(lines, WrappedSource.unwrap(lines));
    List<String> objects = List.of("\"event\":{\"x\":1}}", "{\"type\":1}", "{\"type\":2}");
    assertEquals(objects, WrappedSource.unwrap(objects));
  }

  @Test
  void objectsOfSeveralFilesAreRead() {
    assertEquals(
        List.of("{\"type\":1}", "{\"type\":2}"),
        WrappedSource.unwrap(List.of("a.log.1:{\"type\":1}", "a.log:3:{\"type\":2}")));
  }

  @Test
  void aLogsOwnLineIsNotWrapped() {
    for (String line : List.of(LINE, OTHER, "{\"a\":{\"b\":1}}", "2026-06-01 10:00:00 1abc <= x")) {
      assertFalse(WrappedSource.isWrapped(line), line);
    }
    assertTrue(WrappedSource.isWrapped("7:" + LINE));
  }
}
