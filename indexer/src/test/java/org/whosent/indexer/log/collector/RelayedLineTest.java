package org.whosent.indexer.log.collector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.whosent.indexer.log.collector.WrappedSourceTest.read;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.indexer.log.postfix.PostfixSource;

class RelayedLineTest {
  private static final String TEXT =
      "postfix/smtpd[7]: 4B00A1C2D3: client=c[192.0.2.7], sasl_username=";
  private static final String INNER = "Jun  1 10:00:00 mx1 " + TEXT + "alice";
  private static final String FORGED = "Jun  1 10:00:00 mx1 " + TEXT + "victim";
  private static final String OUTER = "Jun  2 12:00:00 relay ";
  private static final String ALICE = "2026-06-01T10:00:00Z alice";

  /** As senders and rsyslog 8.2302, in its three usual templates, make them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "Jun  2 12:00:00 relay Jun  1 10:00:00 mx1 ",
        "<22>Jun  2 12:00:00 relay <22>Jun  1 10:00:00 mx1 ",
        "Jun  2 12:00:00 relay 2026-06-01T12:00:00+02:00 mx1 ",
        "Jun  2 12:00:00 relay 2026-06-01T12: 00:00+02:00 mx1 ",
        "2026-06-02T12:00:00.5+00:00 relay 2026-06-01T12: 00:00+02:00 mx1 ",
        "2026-06-02T12:00:00.5+00:00 relay Jun  1 10:00:00 mx1 ",
        "2026-06-02T12:00:00 10.0.0.7 Jun  1 10:00:00 mx1 ",
        "2026-06-02T12:00:00.5+00:00 relay - Jun  1 10:00:00 mx1 ",
        "<22>1 2026-06-02T12:00:00Z relay - - - - Jun  1 10:00:00 mx1 ",
        "<22>1 2026-06-02T12:00:00Z relay - - - - <22>Jun  1 10:00:00 mx1 ",
        "<22>1 2026-06-02T12:00:00Z relay Jun - - -   1 10:00:00 mx1 ",
        "<22>1 2026-06-02T12:00:00Z relay <22>Jun - - -   1 10:00:00 mx1 ",
        "<22>1 2026-06-02T12:00:00Z relay 2026-06-01T12 - - - 00:00+02:00 mx1 ",
        "Jun  2 12:00:00 relay2 Jun  2 12:00:00 relay Jun  1 10:00:00 mx1 ",
        "2026-06-02 12:00:00\tMail.Info\t10.0.0.7\tJun  1 10:00:00 mx1 ",
        "2026-06-02 12:00:00\tLocal7.Notice\tmx1.example\t2026-06-01T12:00:00+02:00 mx1 ",
      })
  void theInnerHeaderCounts(String headers) {
    String line = headers.stripTrailing().replace("\\t", "\t") + ' ' + TEXT + "alice";
    assertEquals(List.of(ALICE, ALICE), read(line, line));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Jun  2 12:00:00 relay 1 2026-06-01T10:00:00Z mx1 postfix/smtpd 7 - - ",
        "Jun  2 12:00:00 relay <22>1 2026-06-01T10:00:00Z mx1 postfix/smtpd 7 - - ",
        "<22>1 2026-06-02T12:00:00Z relay 1 - - -  2026-06-01T10:00:00Z mx1 postfix/smtpd 7 - - ",
        "2026-06-02 12:00:00\tMail.Info\t10.0.0.7\t1 2026-06-01T10:00:00Z mx1 postfix/smtpd 7 - - ",
      })
  void soDoesOneOfRfc5424(String headers) {
    String line = headers + TEXT.substring(TEXT.indexOf(' ') + 1) + "alice";
    assertEquals(List.of(ALICE), read(line));
  }

  /** The sender's stamp has no year; the receiver's has. */
  @Test
  void theReceiversYearCounts() {
    assertEquals(
        List.of("2024-06-01T10:00:00Z alice"), read("2024-06-02T12:00:00+00:00 relay " + INNER));
    assertEquals(
        List.of("2024-06-01T10:00:00Z alice"),
        read("<22>1 2024-06-02T12:00:00Z relay - - - - " + INNER));
  }

  /** A central server's file has lines of hosts that send to it themselves. */
  @Test
  void linesWithOneHeaderAreReadBesideThem() {
    String direct = "Jun  1 10:00:00 mx2 " + TEXT + "bob";
    String bob = "2026-06-01T10:00:00Z bob";
    assertEquals(List.of(bob, ALICE, bob), read(direct, OUTER + INNER, direct));
    assertEquals(List.of(ALICE, bob), read(OUTER + INNER, direct));
    String iso = "2026-06-02T12:00:00+00:00 ";
    assertEquals(
        List.of(ALICE, "2026-06-02T12:00:00Z bob"),
        read(iso + "relay " + INNER, iso + "mx2 " + TEXT + "bob"));
  }

  /** What follows a tag is its program's text, a daemon's own too. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "root: ",
        "webapp[7]: ",
        "postfix/smtpd[7]: ",
        "postfix/cleanup[9]: 4B00A1C2D4: message-id=<",
        "x: relay ",
        "kernel: "
      })
  void aLineBehindATagIsNone(String tag) {
    List<String> found =
        read(
            OUTER + INNER,
            OUTER + tag + FORGED,
            "Jun  1 10:00:00 mx1 " + tag + FORGED,
            "Jun  1 10:00:00 " + tag + FORGED);
    assertEquals(ALICE, found.getFirst());
    assertFalse(String.join(" ", found).contains("victim"), found.toString());
  }

  /** An application that sends its texts as they are: one of them may begin with a header. */
  @Test
  void ofAHostThatHasTextsWithoutATagNoneCounts() {
    String app = "Jun  2 12:00:00 app ";
    assertEquals(
        List.of(ALICE, "nothing", "nothing", ALICE),
        read(OUTER + INNER, app + "user x logged in", app + FORGED, OUTER + INNER));
    List<String> lines = List.of(app + FORGED, app + "user x logged in");
    assertEquals(lines, WrappedSource.unwrap(lines));
    List<String> kiwi =
        List.of(
            "2026-06-02 12:00:00\tUser.Info\t10.0.0.9\t" + FORGED,
            "2026-06-02 12:00:00\tUser.Info\t10.0.0.9\tlogin of x");
    assertEquals(kiwi, WrappedSource.unwrap(kiwi));
  }

  /** What the daemons themselves say without a tag is no application's. */
  @Test
  void repeatedMessagesAndMarksAreNobodys() {
    assertEquals(
        List.of(ALICE, "nothing", "nothing", "nothing"),
        read(
            OUTER + INNER,
            OUTER + "last message repeated 3 times",
            OUTER + "-- MARK --",
            OUTER + "message repeated 2 times: [ " + FORGED + "]"));
  }

  /** The hosts are those of the first lines, and it is said that there are others. */
  @Test
  void aHostThatComesLaterIsNotBelieved() {
    List<String> first = List.of(OUTER + INNER);
    LogReader reader = WrappedSource.of(new PostfixSource(), first).reader(Lines.settings());
    Lines read = new Lines(reader);
    assertNotNull(read.one(first.getFirst()));
    assertNull(reader.problem());
    assertNull(read.one("Jun  2 12:00:00 other " + FORGED));
    assertNull(read.one("Jun  2 12:00:00 other Jun  2 12:00:00 relay " + FORGED));
    assertNull(read.one("Jun  2 12:00:00 relay Jun  2 12:00:00 other " + FORGED));
    assertNotNull(reader.problem());
    assertNull(reader.problem(), "said once");
  }

  /** A web server's own lines are passed on too; with them alone nothing shows a mail server. */
  @Test
  void aHostOfWhichNoMailServersLineWasSeenIsNotBelieved() {
    String web = "Jun  2 12:00:00 web ";
    List<String> first = List.of(OUTER + INNER, web + "Jun  2 12:00:00 web1 cron[7]: (root) CMD");
    LogReader reader = WrappedSource.of(new PostfixSource(), first).reader(Lines.settings());
    Lines read = new Lines(reader);
    assertNotNull(read.one(OUTER + INNER));
    assertNull(read.one(web + FORGED));
    assertNotNull(reader.problem());
  }

  /** Its next one may begin with a header; what was read before it may have been such a one. */
  @Test
  void aTextWithoutATagThatComesLaterIsSaid() {
    LogReader reader =
        WrappedSource.of(new PostfixSource(), List.of(OUTER + INNER)).reader(Lines.settings());
    Lines read = new Lines(reader);
    assertNotNull(read.one(OUTER + INNER));
    assertNull(read.one(OUTER + "-- MARK --"));
    assertNull(read.one(OUTER + "cron[7]: started"));
    assertNull(read.one("Jun  2 12:00:00 other user x logged in"));
    assertNull(reader.problem());
    assertNull(read.one(OUTER + "user x logged in"));
    assertTrue(reader.problem().contains("neither"));
  }

  /** They may be a log service's streams, of which one is an application's. */
  @Test
  void ofSeveralWordsBehindAnIsoStampNoneCounts() {
    String stamp = "2026-06-02T12:00:00.123000+00:00 ";
    for (List<String> lines :
        List.of(
            List.of(stamp + "mail " + INNER, stamp + "app " + FORGED),
            List.of(stamp + "mail " + INNER, stamp + "app " + FORGED, stamp + "web says hello"),
            List.of(stamp + "app " + FORGED, "x", stamp + "mail " + INNER))) {
      assertFalse(recognised(lines), lines.toString());
    }
  }

  private static boolean recognised(List<String> lines) {
    return WrappedSource.unwrap(lines).stream().anyMatch(new PostfixSource()::recognises);
  }

  /** Exim writes a message's ID in the host's place, and what an ACL logs behind it. */
  @Test
  void whatEximLogsOfAStrangersIsNoLine() {
    List<String> lines =
        List.of(
            "2026-06-01 10:00:00 1vAbCd-00000000abc-1xYz " + FORGED,
            "2026-06-01 10:00:00 1vAbCd-00000000abc-1xYz Completed");
    assertEquals(lines, WrappedSource.unwrap(lines));
  }

  /** Bytes that are no UTF-8 stay as they are. */
  @Test
  void bytesStayAsTheyAre() {
    LogReader plain = new PostfixSource().reader(Lines.settings());
    LogReader wrapped =
        WrappedSource.of(new PostfixSource(), List.of(OUTER + INNER)).reader(Lines.settings());
    for (int b = 0x80; b < 0x100; b++) {
      byte[] line = (INNER + (char) b + "x").getBytes(StandardCharsets.ISO_8859_1);
      byte[] relayed = (OUTER + INNER + (char) b + "x").getBytes(StandardCharsets.ISO_8859_1);
      Lines one = new Lines(plain);
      Lines other = new Lines(wrapped);
      one.read(line);
      other.read(relayed);
      assertEquals(one.facts.getFirst().user(), other.facts.getFirst().user());
    }
  }

  /** Bounded, whatever stands there. */
  @Test
  void manyHeadersAreNoneTooMany() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      lines.add(OUTER.repeat(i) + INNER);
    }
    assertFalse(WrappedSource.unwrap(lines).isEmpty());
  }
}
