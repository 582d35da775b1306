package org.whosent.indexer.log.framing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.exim.EximSource;
import org.whosent.indexer.log.postfix.PostfixSource;

/** What {@code journalctl} prints where its caller's language is not English. */
class LocalMonthsTest {
  private static final String REST =
      " 08 20:48:47 mail postfix/smtpd[12]: connect from x[192.0.2.1]";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "Mär, 3",
    "Mai, 5",
    "Okt, 10",
    "Dez, 12",
    "févr., 2",
    "août, 8",
    "déc., 12",
    "janv., 1",
    "ene, 1",
    "dic, 12",
    "ott, 10",
    "out, 10",
    "mrt, 3",
    "maj, 5",
    "paź, 10",
    "lis, 11",
    "říj, 10",
    "Şub, 2",
    "мая, 5",
    "дек, 12",
    "11月, 11",
    "' 3月', 3",
    "' 9월', 9",
    "kesä, 6"
  })
  void aMonthInItsLanguage(String month, int number) {
    SyslogFraming framing =
        new SyslogFraming(
            new StampClock(ZoneOffset.UTC, null, Instant.parse("2026-12-31T00:00:00Z")));
    byte[] line = bytes(month + REST);
    assertTrue(framing.frame(line, line.length));
    assertEquals("mail", framing.host());
    assertEquals("postfix/smtpd", framing.program());
    assertEquals(
        LocalDate.of(2026, number, 8), LocalDate.ofInstant(framing.time(), ZoneOffset.UTC));
  }

  @Test
  void formatsAreRecognisedByIt() {
    assertTrue(new PostfixSource().recognises("Dez" + REST));
    assertTrue(
        new EximSource()
            .recognises("Mär 08 20:48:47 mail exim[9]: 1xVWMp-00006e-1u <= a@b U=c P=local S=1"));
  }

  /** Below them stand forms that begin so in English. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Mar 08 20:48:47 mail postfix/smtpd[12]: x",
        "May 08 20:48:47 mail mail.info postfix/smtpd[12]: x",
        "Mab 08 20:48:47 mail postfix/smtpd[12]: x",
        "srp  8 20:48:47 mail postfix/smtpd[12]: x",
        "Dez 8 20:48:47 mail postfix/smtpd[12]: x",
        "Dez 08 2026 20:48:47 mail postfix/smtpd[12]: x",
        "x Dez 08 20:48:47 mail postfix/smtpd[12]: x",
        "",
        " ",
        "Dez",
        "Dez 08 20:"
      })
  void whatIsNone(String line) {
    assertNull(LocalMonths.english(bytes(line), bytes(line).length));
  }

  @Test
  void theRestMustBeAHeader() {
    byte[] line = bytes("Dez 08 20:48:47 ");
    assertFalse(
        new SyslogFraming(
                new StampClock(ZoneOffset.UTC, null, Instant.parse("2026-12-31T00:00:00Z")))
            .frame(line, line.length));
  }
}
