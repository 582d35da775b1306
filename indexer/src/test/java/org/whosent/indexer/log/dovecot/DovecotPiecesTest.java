package org.whosent.indexer.log.dovecot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.SubmissionRecord;

/**
 * Lines that Dovecot writes as two, because the sender's address is long. Live ones (2.3.19, 2.4.1)
 * had 4089 bytes behind the prefix.
 */
class DovecotPiecesTest {
  private static final String PREFIX = "submission(mallory@example.com)<123><SSSS>: ";
  private static final String WORDS = "Successfully relayed message: from=<";
  private static final String END =
      ">, size=21, id=iGH+G187DGuBAAAAg+zDdQ, nrcpt=1, reply=`250 2.0.0 Ok: queued as F79E1CEF5B'";
  private static final int LINUX = 4089;
  private static final int BSD = 505;

  private Lines lines;

  @BeforeEach
  void malloryHasLoggedIn() {
    lines = new Lines("dovecot");
    read(
        "submission-login: Login: user=<mallory@example.com>, method=PLAIN, rip=203.0.113.5,"
            + " lip=192.0.2.1, mpid=123, TLS, session=<SSSS>");
  }

  private LineKind read(String text) {
    return lines.read(Lines.ISO + "dovecot: " + text);
  }

  private static String sender(int length) {
    return '"' + "a".repeat(length - "\"\"@m.example".length()) + "\"@m.example";
  }

  private void assertMallorys(SubmissionRecord facts) {
    assertEquals("mallory@example.com", facts.user());
    assertEquals("203.0.113.5", facts.client());
    assertEquals("iGH+G187DGuBAAAAg+zDdQ", facts.transactionId());
    assertEquals(List.of("F79E1CEF5B"), facts.aliases());
  }

  @ParameterizedTest
  @ValueSource(ints = {1001, 3000, 3900})
  void aSenderLongerThanIsKept(int length) {
    assertEquals(LineKind.USED, read(PREFIX + WORDS + sender(length) + END));
    assertMallorys(lines.facts.getFirst());
    assertNull(lines.facts.getFirst().mailFrom());
  }

  /** In the midst of the reply, between two fields, in the address. */
  @ParameterizedTest
  @ValueSource(ints = {1, 15, 50, 78, 88, 100, 110})
  void theHalvesAreOneLine(int rest) {
    for (String words : List.of(WORDS, "relay: " + WORDS)) {
      String text = words + sender(LINUX - words.length() - END.length() + rest) + END;
      lines.facts.clear();
      assertEquals(LineKind.KNOWN, read(PREFIX + text.substring(0, LINUX)));
      assertEquals(LineKind.KNOWN, read("submission(other)<124><TTTT>: Disconnected: Logged out"));
      assertEquals(LineKind.USED, read(PREFIX + text.substring(LINUX)));
      assertMallorys(lines.facts.getFirst());
      assertEquals(1, lines.facts.size());
    }
  }

  /** The first half is made to look whole, with another message's IDs. */
  @ParameterizedTest
  @ValueSource(ints = {LINUX, BSD})
  void aFirstHalfThatLooksWhole(int most) {
    String end =
        ">, size=1, id=AAAAAAAAAAAAAAAA, nrcpt=1, reply=`250 2.0.0 Ok: queued as 0A0A0A0A0A'";
    String before = WORDS + '"' + "a".repeat(most - WORDS.length() - 1 - end.length()) + end;
    assertEquals(most, before.length());
    assertEquals(LineKind.KNOWN, read(PREFIX + before));
    assertEquals(LineKind.USED, read(PREFIX + "\"@m.example" + END));
    assertMallorys(lines.facts.getFirst());
    assertEquals(1, lines.facts.size());
  }

  /** The second half is made to look like a line of somebody else's. */
  @Test
  void aSecondHalfThatLooksLikeAnothersLine() {
    String forged = "submission(victim@example.com)<77><VVVV>: " + WORDS + "v";
    String before = WORDS + '"' + "a".repeat(LINUX - WORDS.length() - 1);
    assertEquals(LineKind.KNOWN, read(PREFIX + before));
    assertEquals(LineKind.USED, read(PREFIX + forged + "\"@m.example" + END));
    assertMallorys(lines.facts.getFirst());
    assertEquals(1, lines.facts.size());
    read(PREFIX + before);
    read(PREFIX + WORDS + "v\"@m.example" + END);
    read(PREFIX + "Disconnected: Logged out (state=READY)");
    assertTrue(lines.facts.size() > 1);
    lines.facts.forEach(this::assertMallorys);
  }

  @ParameterizedTest
  @ValueSource(ints = {LINUX, BSD})
  void aWholeOneOfTheGreatestLength(int most) {
    String text = WORDS + sender(most - WORDS.length() - END.length()) + END;
    assertEquals(LineKind.KNOWN, read(PREFIX + text));
    assertEquals(LineKind.USED, read(PREFIX + "Disconnected: Logged out (state=READY)"));
    assertMallorys(lines.facts.getFirst());
    read(PREFIX + text);
    read(PREFIX + text);
    read(PREFIX + "Disconnected: Logged out (state=READY)");
    assertEquals(3, lines.facts.size());
  }

  /** A live 2.4.1 wrote so, and the sender's address held these words as well. */
  @Test
  void theLoginsLineMayComeLater() {
    String sender = "\"x)<1><a>: " + WORDS + "y\"@m.example";
    String relayed = (PREFIX + "relay: " + WORDS + sender + END).replace("SSSS", "LLLL");
    assertEquals(LineKind.UNKNOWN, read(relayed));
    assertTrue(lines.facts.isEmpty());
    String login =
        "submission-login: Logged in: user=<mallory@example.com>, method=PLAIN,"
            + " rip=203.0.113.5, lip=192.0.2.1, mpid=123, TLS, session=<LLLL>";
    assertEquals(LineKind.USED, read(login));
    assertMallorys(lines.facts.getFirst());
    assertEquals(sender, lines.facts.getFirst().mailFrom());
    assertEquals(LineKind.KNOWN, read(login));
    assertEquals(LineKind.UNKNOWN, read(relayed.replace("LLLL", "MMMM")));
    assertEquals(
        LineKind.UNKNOWN, read(login.replace("LLLL", "MMMM").replace("mallory", "victim")));
    assertEquals(1, lines.facts.size());
  }

  @Test
  void aRestThatIsLost() {
    assertEquals(LineKind.KNOWN, read(PREFIX + WORDS + "a".repeat(LINUX - WORDS.length())));
    assertEquals(LineKind.UNKNOWN, read(PREFIX + "Disconnected: Logged out (state=READY)"));
    assertTrue(lines.facts.isEmpty());
  }
}
