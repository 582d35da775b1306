package org.whosent.record.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where a header ends, what is a field of it, and where the parts of a message stand. */
class MessageStructureTest {
  private static OpenedMessage open(String message) throws IOException {
    return OpenedMessage.open(message.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static List<String> fields(String message) throws IOException {
    return open(message).headers().fields().stream().map(f -> f.name() + "=" + f.value()).toList();
  }

  /** RFC 5322 sections 2.2, 3.6.8 and 4.5. */
  @Test
  void whatIsAField() throws IOException {
    assertEquals(List.of("A=1", "b=2"), fields("A: 1\nb:2\n\nC: 3\n"));
    assertEquals(List.of("A=1", "B=2"), fields("A : 1\nB \t:\t2 \r\n\r\n"));
    assertEquals(List.of("A=1 2\t3"), fields("A: 1\n 2\r\n\t3\n\n"));
    assertEquals(List.of("A=", "B=b"), fields("A:\nB: b"));
    assertEquals(List.of("A=", "B=b"), fields("A:\n \t\nB: b\n"));
    assertEquals(List.of("A=1", "A=2"), fields("A: 1\nA: 2\n"));
    assertEquals(List.of("!~=1"), fields("!~: 1\n"));
    for (String none :
        List.of(
            "no colon",
            "B C: 3",
            ": 3",
            "B\u00e9: 3",
            "B\u007f: 3",
            "B\u0001: 3",
            "--b",
            "B\rC: 3")) {
      assertEquals(List.of("A=1"), fields("A: 1\n" + none + "\nD: 4\n\n"), none);
    }
  }

  /** The bare CR that some programs take for a line's end is not one in a message of lines. */
  @Test
  void aCarriageReturnWithinAFieldMakesNoSecondOne() throws IOException {
    assertEquals(
        List.of("A=1\rReceived: by mail.example.com id X", "B=2"),
        fields("A: 1\rReceived: by mail.example.com id X\r\nB: 2\n\n"));
    assertEquals(List.of("A=1", "B=2"), fields("A: 1\rB: 2\r\rC: 3\r"));
    assertEquals(List.of("A=1"), fields("A: 1\r\r\nB: 2\n".replace("\nB: 2", "")));
  }

  /** Zero bytes are of no meaning and break clues; what is no UTF-8 is ISO 8859-1. */
  @Test
  void theOctetsOfAField() throws IOException {
    assertEquals(List.of("A=12"), fields("A: 1\u0000\u00002\n"));
    assertEquals(List.of("A=\u00e9"), fields("A: \u00c3\u00a9\n"));
    assertEquals(List.of("A=\u00e9\u00c3"), fields("A: \u00e9\u00c3\n"));
    assertEquals(List.of("A=\u00e9x"), fields("A: \u00e9\u0000x\n"));
  }

  /** It comes along with messages taken from a mailbox, also quoted. */
  @Test
  void theSeparatorLineOfAnMboxIsNoFieldAndNoEnd() throws IOException {
    assertEquals(List.of("A=1"), fields("From x@y Mon Nov 23 16:00:00 2026\nA: 1\n\n"));
    assertEquals(List.of("A=1"), fields(">From x@y Mon Nov 23 16:00:00 2026\nA: 1\n\n"));
    assertEquals(List.of("A=1"), fields("A: 1\nFrom x@y Mon Nov 23 16:00:00 2026\nB: 2\n\n"));
    assertEquals(List.of("From=x"), fields("From: x\n\n"));
    assertEquals(List.of(), fields("Fromx y\nA: 1\n\n"));
    assertEquals(List.of(), fields(">>From x\nA: 1\n\n"));
    assertEquals(List.of(), fields(" \nA: 1\n\n"));
    assertEquals(List.of(), fields(" folded\nA: 1\n\n"));
  }

  @Test
  void fromWhichFieldTheSizeIsCounted() throws IOException {
    String second = "received:\n 2\nX: Received: no\n\nbody\r\n\nReceived: text\n";
    String message = "X: 1\r\nReceived\t: 1\n Received: folded\nReceived-SPF: 1\n" + second;
    OpenedMessage opened = open(message);
    assertEquals(2, opened.headers().all("Received").size());
    assertEquals(
        second.replace("\r", "").replace("\n", "\r\n").length(), opened.sizes().fromReceived(1));
    String first = message.substring(message.indexOf("Received"));
    assertEquals(
        first.replace("\r", "").replace("\n", "\r\n").length(), opened.sizes().fromReceived(0));
    assertEquals(opened.sizes().whole(), opened.sizes().fromReceived(2));
    assertEquals(message.replace("\r", "").replace("\n", "\r\n").length(), opened.sizes().whole());
    assertEquals(open("Received:").sizes().fromReceived(0), 9);
    assertEquals(open("X: Receive").sizes().fromReceived(0), 10);
    assertEquals(open("\n\n").sizes().whole(), 4);
  }

  /** It is held against each of some hundred records: a long one is gone through once. */
  @Test
  void howLongItIsIsCountedOnce() throws IOException {
    OpenedMessage message = open("MIME-Version: 1.0\nReceived: x\r\n\nx\ny\r\n");
    assertSame(message.sizes(), message.sizes());
    assertSame(message.sizes().reencodings(), message.sizes().reencodings());
    assertEquals(40, message.sizes().whole());
    assertEquals(21, message.sizes().fromReceived(0));
    assertEquals(4, message.sizes().endingsFromReceived(0));
    assertEquals(40, message.sizes().fromReceived(1));
  }

  @Test
  void whetherThereIsABodyAndAllOfIt() throws IOException {
    assertFalse(open("A: 1").hasBody());
    assertFalse(open("A: 1\n\n \r\n\t\n").hasBody());
    assertTrue(open("A: 1\n\n\u00e9").hasBody());
    assertTrue(open("A: 1\n\nx").hasBody());
    assertFalse(open("A: 1").headerIsWhole());
    assertTrue(open("A: 1\n").headerIsWhole());
    assertTrue(open("A: 1\n\nx").headerIsWhole());
    assertTrue(open("A: 1\n\nx").endsInMidLine());
    assertFalse(open("A: 1\n\nx\n").endsInMidLine());
    String parts = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n";
    assertFalse(open(parts).complete());
    assertFalse(open(parts + "--b\n").complete());
    assertTrue(open(parts + "--b--").complete());
    assertTrue(open(parts + "--b--\nfooter\n").complete());
    assertFalse(open(parts.replace("; boundary=b", "") + "--b--").complete());
    assertTrue(open("A: 1\n\nx").complete());
    assertFalse(open("A: 1\n\n").complete());
  }

  private static List<String> parts(String message) throws IOException {
    OpenedMessage opened = open(message);
    return opened.parts().stream()
        .map(part -> part.depth() + part.type().replaceFirst("/.*", ""))
        .toList();
  }

  private static List<String> texts(String message) throws IOException {
    return open(message).contents("text/plain", 100).stream()
        .map(content -> new String(content, StandardCharsets.ISO_8859_1).strip())
        .toList();
  }

  /** RFC 2046 section 5.1. */
  @Test
  void whereThePartsStand() throws IOException {
    String mixed = "Content-Type: multipart/mixed; boundary=b\n\n";
    String inner = "Content-Type: multipart/mixed; boundary=bb\n\n";
    assertEquals(
        List.of("1", "2"), texts(mixed + "no\n--b\n\n1\n--b\n\n2\n--b--\nno\n--b\n\nno\n"));
    assertEquals(List.of("1", "2"), texts(mixed + "--b \t\n\n1\n--b\r\n\n2\n--b-- \n"));
    assertEquals(List.of("1\n--bb\n2"), texts(mixed + "--b\n\n1\n--bb\n2\n--b--\n"));
    assertEquals(
        List.of("1\n --b\n-b\n--\n--b-\n--b--x"),
        texts(mixed + "--b\n\n1\n --b\n-b\n--\n--b-\n--b--x\n--b--"));
    assertEquals(
        List.of("1", "2", "3"),
        texts(mixed + "--b\n" + inner + "--bb\n\n1\n--bb\n\n2\n--bb--\nno\n--b\n\n3\n--b--\n"));
    // An outer boundary ends the inner parts, also where theirs never came.
    String open = mixed + "--b\n" + inner + "--bb\n\n1\n--b\n\n2\n--bb\n3\n--b--\n";
    assertEquals(List.of("1", "2\n--bb\n3"), texts(open));
    assertEquals(List.of("0multipart", "1multipart", "2text", "1text"), parts(open));
    assertEquals(List.of("1"), texts(mixed + "--b\n" + inner + "--bb\n\n1\n--b--\n--bb\n\nno\n"));
    assertEquals(List.of("1\n--c\n--c--"), texts(mixed + "--b\n\n1\n--c\n--c--\n--b--\n"));
    assertEquals(List.of("0multipart"), parts(mixed + "--b\nX: 1\n--b--\nno: field\n\nno\n"));
    // A part that ends within its header has no content; one without an empty line has.
    assertEquals(List.of("2"), texts(mixed + "--b\nX: 1\n--b\n\n2\n--b--\n"));
    assertEquals(
        List.of("text: as it is", "2"), texts(mixed + "--b\n\ntext: as it is\n--b\n2\n--b--\n"));
    for (String none : List.of("\"\"", "\" \"", "x".repeat(201))) {
      String message = mixed.replace("=b", "=" + none) + "--\n\n1\n--" + none + "\n\n2\n";
      assertEquals(List.of("0multipart"), parts(message), none);
    }
    assertEquals(
        List.of("1"),
        texts(mixed.replace("=b", "=" + "x".repeat(200)) + "--" + "x".repeat(200) + "\n\n1\n"));
    assertEquals(List.of("1"), texts(mixed.replace("=b", "=\"b \"") + "--b\n\n1\n--b--\n"));
  }

  @Test
  void aPartOfADigestIsAMessage() throws IOException {
    String digest = "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: 1\n\n1\n--b--\n";
    assertEquals(List.of("0multipart", "1message"), parts(digest));
    assertEquals(List.of("0multipart", "1text"), parts(digest.replace("digest", "mixed")));
  }

  /** The offsets are of the octets, whatever the pieces in which they were read. */
  @Test
  void linesLongerThanAPieceAreNotCutApart() throws IOException {
    String mixed = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n";
    for (int length : new int[] {16_383, 16_384, 16_385, 40_000}) {
      String line = "x".repeat(length) + "--b\n";
      String message = mixed + line + "--b\n\n2\n--b--\n";
      assertEquals(2, open(message).contents("text/plain", 100_000).size(), "" + length);
      assertEquals(line, new String(open(message).contents("text/plain", 100_000).getFirst()));
      String field = "X: " + "y".repeat(length) + "\r\nY: 1\r\n\r\nz";
      assertEquals(length, open(field).headers().first("X").orElseThrow().length());
      assertEquals("1", open(field).headers().first("Y").orElseThrow());
    }
  }

  /** RFC 2045 section 6: what a server makes of it for a hop that takes seven bits only. */
  @Test
  void howMuchAnotherEncodingChangesTheSize() throws IOException {
    String head = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n";
    assertEquals(List.of(0L), open("Subject: s\n\nabc\n").sizes().reencodings());
    String text = "caf\u00c3\u00a9 = 1\tx\n".repeat(20) + "y".repeat(80) + "\n";
    List<Long> changes = open(head + "\n" + text).sizes().reencodings();
    long crlf = text.length() + 21;
    // Three signs each for two octets and an equals sign; one line is broken softly.
    assertEquals(
        List.of(0L, 0L, 20L * 6 + 3, (crlf + 2) / 3 * 4 + crlf / 57 * 2 + 2 - crlf), changes);
    String encoded =
        head
            + "Content-Transfer-Encoding: base64\n\n"
            + java.util.Base64.getEncoder()
                .encodeToString(text.getBytes(StandardCharsets.ISO_8859_1))
            + "\n";
    long base64 = (text.length() + 2) / 3 * 4 + 2;
    assertEquals(crlf - base64, open(encoded).sizes().reencodings().get(1));
  }
}
