package org.whosent.indexer.log.framing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyslogFramingTest {
  private static final Instant WRITTEN = Instant.parse("2026-11-24T00:00:00Z");

  private static SyslogFraming framing() {
    return new SyslogFraming(new StampClock(ZoneOffset.UTC, null, WRITTEN));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Nov 23 15:52:48 mail postfix/smtpd[1]: x|2026-11-23T15:52:48Z",
        "Nov  3 05:02:08 mail postfix/smtpd[1]: x|2026-11-03T05:02:08Z",
        "<22>Nov 23 15:52:48 mail postfix/smtpd[1]: x|2026-11-23T15:52:48Z",
        "Dec 23 15:52:48 mail postfix/smtpd[1]: x|2025-12-23T15:52:48Z",
        "Feb 29 15:52:48 mail postfix/smtpd[1]: x|2024-02-29T15:52:48Z",
        "Nov 23 15:52:60 mail postfix/smtpd[1]: x|2026-11-23T15:52:59Z",
        "2026-11-23T15:52:48.258526+00:00 mail postfix/smtpd[1]: x|2026-11-23T15:52:48.258526Z",
        "2026-11-23T15:52:48Z mail postfix/smtpd[1]: x|2026-11-23T15:52:48Z",
        "2026-11-23T15:52:48,123+00:00 mail postfix/smtpd[1]: x|2026-11-23T15:52:48.123Z",
        "2026-11-23T15:52:48,123 mail postfix/smtpd[1]: x|2026-11-23T15:52:48.123Z",
        "<22>1 2026-11-23T15:52:48,123Z mail postfix/smtpd 1 - - x|2026-11-23T15:52:48.123Z",
        "2026-11-23 15:52:48,123 mail postfix/smtpd[1]: x|2026-11-23T15:52:48.123Z",
        "Nov 23 15:52:48,123 mail postfix/smtpd[1]: x|2026-11-23T15:52:48.123Z",
        "2026-11-23T15:52:48+0100 mail postfix/smtpd[1]: x|2026-11-23T14:52:48Z",
        "2026-11-23T15:52:48-05:30 mail postfix/smtpd[1]: x|2026-11-23T21:22:48Z",
        "2026-11-23T15:52:48.1234567891 mail postfix/smtpd[1]: x|2026-11-23T15:52:48.123456789Z",
        "<22>1 2026-11-23T15:52:48.258526+00:00 mail postfix/smtpd 1 - -"
            + " x|2026-11-23T15:52:48.258526Z",
        "1 2026-11-23T15:52:48Z mail postfix/smtpd 1 - -  x|2026-11-23T15:52:48Z",
        "<22>1 2026-11-23T15:52:48Z mail postfix/smtpd 1 - [a@1 b=\"]\\\"[\"][c]"
            + " \ufeffx|2026-11-23T15:52:48Z",
        "Nov 23 15:52:48 mail mail.info postfix/smtpd[1]: x|2026-11-23T15:52:48Z",
        "Nov 23 15:52:48 mail mail:info postfix/smtpd[1]: x|2026-11-23T15:52:48Z",
        "Nov 23 15:52:48 <mail.info> mail postfix/smtpd[1]: x|2026-11-23T15:52:48Z",
        "Nov 23 2024 15:52:48 mail postfix/smtpd[1]: x|2024-11-23T15:52:48Z",
        "Feb  3 2024 15:52:48.25 mail postfix/smtpd[1]: x|2024-02-03T15:52:48.250Z",
        "<22>Nov 23 2024 15:52:48 mail/relay postfix/smtpd[1]: x|2024-11-23T15:52:48Z",
        "Nov 23 15:52:48 mail/10.0.0.7 postfix/smtpd[1]: x|2026-11-23T15:52:48Z",
        "Nov 23 15:52:48 s_net@mail/relay/log postfix/smtpd[1]: x|2026-11-23T15:52:48Z",
        "2026-11-23T15:52:48+01:00 src@mail postfix/smtpd[1]: x|2026-11-23T14:52:48Z",
        "Nov 23 15:52:48 <2.6> mail postfix/smtpd[1]: x|2026-11-23T15:52:48Z",
        "Nov 23 15:52:48 mail postfix/smtpd[1]: [ID 197553 mail.info] x|2026-11-23T15:52:48Z",
        "2026-11-23 15:52:48 mail postfix/smtpd[1]: x|2026-11-23T15:52:48Z",
        "2026-11-23 15:52:48.5+01:00 mail postfix/smtpd[1]: x|2026-11-23T14:52:48.5Z",
        "Mon 2026-11-23 15:52:48 UTC mail postfix/smtpd[1]: x|2026-11-23T15:52:48Z",
        "Nov 23 15:52:48 mail postfix/smtpd[1]:  x|2026-11-23T15:52:48Z",
        "2026-11-23 15:52:48 mail postfix/smtpd[1]:  x|2026-11-23T15:52:48Z",
        "1795449168.258526 mail postfix/smtpd[1]: x|2026-11-23T15:52:48.258526Z",
        "Nov 3 15:52:48 mail postfix/smtpd[1]: x|2026-11-03T15:52:48Z",
        "2026-11-23 15:52:48 +0100 mail postfix/smtpd[1]: x|2026-11-23T14:52:48Z",
        "2026-11-23 15:52:48.25 -05:30 mail postfix/smtpd[1]: x|2026-11-23T21:22:48.250Z",
        "2026-11-23T15:52:48 +0100 mail postfix/smtpd[1]: x|2026-11-23T14:52:48Z",
        "2026-11-23T15:52:48,5 -0100 mail postfix/smtpd[1]: x|2026-11-23T16:52:48.5Z",
      })
  void everyFormGivesTheSameParts(String line, Instant time) {
    SyslogLine parsed = framing().parse(line);
    assertNotNull(parsed);
    assertEquals(time, parsed.time());
    assertEquals("mail", parsed.host());
    assertEquals("postfix/smtpd", parsed.program());
    assertEquals("1", parsed.process());
    assertEquals("x", parsed.message());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "Nov",
        "Nov 23 15:52:48",
        "Nov 23 15:52:48 ",
        "Nov 23 15:52:48 mail",
        "Nov 32 15:52:48 mail postfix/smtpd[1]: x",
        "Nov 23 25:52:48 mail postfix/smtpd[1]: x",
        "ovN 23 15:52:48 mail postfix/smtpd[1]: x",
        "Feb 30 15:52:48 mail postfix/smtpd[1]: x",
        "Nov 23 15:52:48 ma<il postfix/smtpd[1]: x",
        "2026-02-30T15:52:48Z mail postfix/smtpd[1]: x",
        "2026-11-23T15:52:48, mail postfix/smtpd[1]: x",
        "Nov 23 15:52:48, mail postfix/smtpd[1]: x",
        "2026-11-23T15:52:48+99:00 mail postfix/smtpd[1]: x",
        "2026-11-23 15:52:48 CET mail postfix/smtpd[1]: x",
        "Mon 2026-11-23 15:52:48 mail postfix/smtpd[1]: x",
        "2026-02-30 15:52:48 mail postfix/smtpd[1]: x",
        "Nov 23 15:52:48 <spam.info> mail postfix/smtpd[1]: x",
        "Nov 23 15:52:48 postfix/smtpd: x",
        "99999999999.258526 mail postfix/smtpd[1]: x",
        "9999999999.258526 mail postfix/smtpd[1]: x",
        "<22>1 - mail postfix/smtpd 1 - - x",
        "<22>1 2026-11-23T15:52:48Z mail postfix/smtpd 1 - [unclosed x",
        "<22>1 2026-11-23T15:52:48Z mail postfix/smtpd 1 -",
        "<999999>Nov 23 15:52:48 mail x: y",
        "\u0000\u0000",
        "at java.base/java.lang.Thread.run(Thread.java:1)",
        "9999-12-31T23:59:59-18:00 mail postfix/smtpd[1]: x",
        "<22>1 9999-12-31T23:59:59-18:00 mail postfix/smtpd 1 - - x",
        "1970-01-01T00:00:00Z mail postfix/smtpd[1]: x",
        "9999999999-99-99T99:99:99Z mail x: y",
        "Nov 31 2024 15:52:48 mail x: y",
        "ovD 23 2024 15:52:48 mail x: y",
        "Nov 23 24 15:52:48 mail x: y",
        "Nov 23 15:52:48 mail/ x: y",
        "Nov 23 15:52:48 a@b@mail x: y",
        "Nov 23 15:52:48 postfix/postfix-script: warning: y",
        "2026-11-23 15:52:48 +01 mail postfix/smtpd[1]: x",
        "2026-11-23 15:52:48  +0100 mail postfix/smtpd[1]: x",
        "2026-11-23 15:52:48 +0100 +0100 mail postfix/smtpd[1]: x",
        "2026-11-23 15:52:48+01:00 UTC mail postfix/smtpd[1]: x",
        "<22>2026-11-23 15:52:48 UTC mail/relay postfix/smtpd[1]: x",
        "2026-11-23 15:52:48 GMT mail mail.info postfix/smtpd[1]: x",
        "2026-11-23 15:52:48 +9900 mail postfix/smtpd[1]: x",
        "Mon Nov 23 15:52:48 2026 postfix/smtpd[1]: x",
        "Mon Nov 23 15:52:48 2026 mail postfix/smtpd[1]: x",
        "Mon Nov 23 15:52:48 2026 mail.info mail postfix/smtpd[1]: x",
        "Mon Nov 23 15:52:48 2026 mail.info some words: postfix/smtpd[1]: x",
        "Mon Nov 23 15:52:48 2026 [1795449168.258526] mail.info postfix/smtpd[1]: x",
        "Mon Nov 31 15:52:48 2026 mail.info postfix/smtpd[1]: x",
        "Mon ovN 23 15:52:48 2026 mail.info postfix/smtpd[1]: x"
      })
  void whatIsNoLogLineIsNone(String line) {
    assertNull(framing().parse(line));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Nov 23 15:52:48 postfix/smtpd[1]: x",
        "2026-11-23T15:52:48Z postfix/smtpd[1]: x",
        "2026-11-23T15:52:48+00:00 INFO    postfix/smtpd[1]: x",
        "2026-11-23T15:52:48+00:00 WARNING postfix/smtpd[1]: x",
        "2026-11-23T15:52:48+00:00 INFO postfix/smtpd[1]: x",
        "Nov 23 15:52:48 ERR postfix/smtpd[1]: x",
        "<22>1 2026-11-23T15:52:48Z - postfix/smtpd 1 - - x",
        "2026-11-23 15:52:48 +0000 postfix/smtpd[1]: x",
        "Mon Nov 23 15:52:48 2026 mail.info postfix/smtpd[1]: x",
        "Mon Nov 23 15:52:48 2026 [1795449168.258] mail.warn postfix/smtpd[1]: x",
      })
  void aHeaderMayNameNoHost(String line) {
    SyslogLine parsed = framing().parse(line);
    assertEquals("", parsed.host());
    assertEquals("postfix/smtpd", parsed.program());
    assertEquals("1", parsed.process());
    assertEquals("x", parsed.message());
  }

  /** metalog's lines name neither host nor process. */
  @Test
  void metalogHasTheProgramInBrackets() {
    SyslogLine line = framing().parse("Nov 23 15:52:48 [postfix/smtpd] 4B00A1C2D3: x [y] z: 1");
    assertEquals("", line.host());
    assertEquals("postfix/smtpd", line.program());
    assertEquals("", line.process());
    assertEquals("4B00A1C2D3: x [y] z: 1", line.message());
    SyslogLine other = framing().parse("Nov 23 15:52:48 [kernel] [1.5] postfix/smtpd[1]: x");
    assertEquals("kernel", other.program());
  }

  /** OpenWrt's is one; nothing in a line tells its zone. */
  @Test
  void aRoutersStampHasItsYear() {
    SyslogLine line = framing().parse("Sun Nov  3 05:02:08 2024 mail.info postfix/smtpd[1]: x");
    assertEquals(Instant.parse("2024-11-03T05:02:08Z"), line.time());
  }

  /** syslog-ng's {@code ts-format(full)}. */
  @Test
  void aStampMayBeginWithItsYear() {
    SyslogLine line = framing().parse("2026 Nov  3 15:52:48.258 mail postfix/smtpd[1]: x");
    assertEquals(Instant.parse("2026-11-03T15:52:48.258Z"), line.time());
    assertEquals("mail", line.host());
    assertEquals("postfix/smtpd", line.program());
    assertEquals("1", line.process());
    assertEquals("x", line.message());
  }

  /** What a kernel or a program says behind {@code logread}'s facility is not looked at. */
  @Test
  void aRoutersLineIsOfTheProgramThatItNames() {
    SyslogLine line =
        framing().parse("Mon Nov 23 15:52:48 2026 daemon.info uhttpd[7]: mail postfix/smtpd[1]: x");
    assertEquals("uhttpd", line.program());
    assertEquals("mail postfix/smtpd[1]: x", line.message());
  }

  /** A host in capitals is no zone. */
  @Test
  void aWordBehindAStampIsAHost() {
    SyslogLine line = framing().parse("2026-11-23 15:52:48 MAIL postfix/smtpd[1]: x");
    assertEquals("MAIL", line.host());
    assertEquals("postfix/smtpd", line.program());
  }

  /** Its text may be a stranger's, and begin with another program's tag. */
  @ParameterizedTest
  @CsvSource({"kernel", "nginx", "dovecot"})
  void aTagThatNamesNoProcessIsNoHost(String program) {
    for (String stamp :
        new String[] {"Nov 23 15:52:48 ", "2026-11-23T15:52:48Z ", "<22>Nov 23 15:52:48 "}) {
      SyslogLine parsed = framing().parse(stamp + program + ": postfix/smtpd[1]: x");
      assertEquals("", parsed.host());
      assertEquals(program, parsed.program());
      assertEquals("", parsed.process());
      assertEquals("postfix/smtpd[1]: x", parsed.message());
    }
  }

  @Test
  void aLineWithoutATagMayNameNoHost() {
    SyslogLine line = framing().parse("Nov 23 15:52:48 - last message repeated 2 times");
    assertEquals("", line.host());
    assertEquals("", line.program());
  }

  /** Just the one that a template adds: what a program begins with a blank stays so. */
  @Test
  void twoBlanksMayStandBehindATag() {
    assertEquals(" x", framing().parse("Nov 23 15:52:48 mail a[1]:   x").message());
    assertEquals("", framing().parse("Nov 23 15:52:48 mail a[1]:  ").message());
  }

  /** What no syslog daemon writes before a tag may be a stranger's text, and is no header. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Nov 23 15:52:48 mail INFO postfix/smtpd[1]: x",
        "Nov 23 15:52:48 mail spam.info postfix/smtpd[1]: x",
        "Nov 23 15:52:48 mail mail.info GET postfix/smtpd[1]: x",
        "Nov 23 15:52:48 mail mail.info mail.info postfix/smtpd[1]: x",
        "Nov 23 15:52:48 mail <mail.info> postfix/smtpd[1]: x",
        "Nov 23 15:52:48 mail x y mail.info postfix/smtpd[1]: x",
        "Nov 23 15:52:48 mail mail.info postfix/smtpd[1] x: y",
      })
  void whatStandsBeforeATagMustBeAHeader(String line) {
    assertEquals("", framing().parse(line).program());
  }

  @Test
  void solarisMessageIdsAreJustThat() {
    for (String id : new String[] {"[ID mail.info]", "[ID 1]", "[ID 1 a b]", "[ID x mail.info]"}) {
      assertEquals(id + " x", framing().parse("Nov 23 15:52:48 mail a[1]: " + id + " x").message());
    }
  }

  @Test
  void aLineWithoutATagIsOfNobody() {
    SyslogLine line = framing().parse("Nov 23 15:52:48 mail last message repeated 2 times");
    assertEquals("", line.program());
    assertEquals("last message repeated 2 times", line.message());
  }

  @Test
  void controlCharactersAreShown() {
    SyslogLine line = framing().parse("Nov 23 15:52:48 mail x: a\u001b[31m\tb\u0085c");
    assertEquals("a?[31m?b?c", line.message());
  }

  @Test
  void theYearGoesOverFromDecemberToJanuary() {
    SyslogFraming framing =
        new SyslogFraming(
            new StampClock(ZoneOffset.UTC, null, Instant.parse("2027-01-01T06:00:00Z")));
    assertEquals(
        Instant.parse("2026-12-31T23:59:59Z"), framing.parse("Dec 31 23:59:59 h x: y").time());
    assertEquals(
        Instant.parse("2027-01-01T00:00:00Z"), framing.parse("Jan  1 00:00:00 h x: y").time());
    assertEquals(
        Instant.parse("2026-01-03T00:00:00Z"), framing.parse("Jan  3 00:00:00 h x: y").time());
  }

  @Test
  void aGivenYearIsTheFirstLinesAndGoesOnFromThere() {
    SyslogFraming framing = new SyslogFraming(new StampClock(ZoneOffset.UTC, 2019, WRITTEN));
    String[] stamps = {"Mar  1", "Dec 31", "Jan  1", "Dec 31", "Jan  2", "Jul  1", "Feb  1"};
    int[] years = {2019, 2019, 2020, 2019, 2020, 2020, 2021};
    for (int i = 0; i < stamps.length; i++) {
      Instant time = framing.parse(stamps[i] + " 12:00:00 h x: y").time();
      assertEquals(years[i], time.atOffset(ZoneOffset.UTC).getYear(), stamps[i]);
    }
  }

  @Test
  void theHourThatComesTwiceIsReadInOrder() {
    StampClock clock = new StampClock(ZoneId.of("Europe/Berlin"), null, WRITTEN);
    SyslogFraming framing = new SyslogFraming(clock);
    assertEquals(
        Instant.parse("2026-10-25T00:59:59Z"), framing.parse("Oct 25 02:59:59 h x: y").time());
    assertEquals(
        Instant.parse("2026-10-25T01:00:00Z"), framing.parse("Oct 25 02:00:00 h x: y").time());
    // The same after a restart in the middle of the hour: the checkpoint has the last time.
    SyslogFraming next =
        new SyslogFraming(new StampClock(ZoneId.of("Europe/Berlin"), null, WRITTEN));
    next.clock().last(Instant.parse("2026-10-25T01:00:00Z"));
    assertEquals(
        Instant.parse("2026-10-25T01:00:01Z"), next.parse("Oct 25 02:00:01 h x: y").time());
  }

  @Test
  void noiseNeverThrows() {
    for (long seed : new long[] {1, 2, System.nanoTime()}) {
      Random random = new Random(seed);
      SyslogFraming framing = framing();
      String alphabet = "<>0123456789 -:T.Z+[]\"\\NovDecmail/postfix\u0000é";
      for (int i = 0; i < 50_000; i++) {
        StringBuilder line = new StringBuilder(i % 3 == 0 ? "<22>1 2026-11-23T15:52:48" : "");
        for (int n = random.nextInt(60); n > 0; n--) {
          line.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        try {
          framing.parse(line.toString());
        } catch (RuntimeException e) {
          throw new AssertionError("seed " + seed + ": " + line, e);
        }
      }
    }
  }
}
