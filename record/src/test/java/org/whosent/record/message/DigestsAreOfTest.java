package org.whosent.record.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Of what exactly the digests are: records keep them for months, so neither another build nor
 * another way of reading may give the same message others.
 */
class DigestsAreOfTest {
  private static MessageDigests digest(String message) throws IOException {
    byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
    MessageDigests opened = OpenedMessage.open(bytes).digests();
    assertEquals(MessageDigester.digest(new ByteArrayInputStream(bytes)), opened);
    return opened;
  }

  private static String sha(String text, Charset charset) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(charset));
    return HexFormat.of().formatHex(digest, 0, 16);
  }

  /** RFC 6376 section 3.4.4, as it stands there. */
  private static String relaxed(String body) {
    String lines =
        body.replace("\r\n", "\n")
            .lines()
            .map(line -> line.replaceAll("[ \t]+", " ").replaceAll(" $", ""))
            .collect(Collectors.joining("\r\n"));
    return lines.replaceAll("(\r\n)+\\z", "") + "\r\n";
  }

  @Test
  void theBodyIsReadAsDkimReadsIt() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> pieces =
        List.of("a", "b", ".", " ", "\t", "\n", "\r\n", "\n", "xyz", "--", "\r\n\r\n");
    for (int round = 0; round < 120; round++) {
      StringBuilder body = new StringBuilder("x");
      int length = random.nextInt(round < 100 ? 60 : 9000);
      for (int i = 0; i < length; i++) {
        body.append(pieces.get(random.nextInt(pieces.size())));
      }
      String expected = sha(relaxed(body.toString()), StandardCharsets.US_ASCII);
      String what = "seed %d, round %d".formatted(seed, round);
      assertEquals(expected, digest("Subject: s\n\n" + body).bodyDigest(), what);
      String empty = "\n \r\n\t" + body;
      assertEquals(
          sha(relaxed(empty), StandardCharsets.US_ASCII),
          digest("Subject: s\n\n" + empty).bodyDigest(),
          what);
    }
  }

  /** RFC 5322 section 2.3 has no CR within a line; where one is, it is content. */
  @Test
  void aCarriageReturnWithinALineIsContent() throws Exception {
    String head = "Subject: s\n\n";
    String plain = digest(head + "one two\nthree\n").bodyDigest();
    assertEquals(plain, digest(head + "one two\r\r\nthree\r").bodyDigest());
    assertNotEquals(plain, digest(head + "one\r two\nthree\n").bodyDigest());
    assertNotEquals(plain, digest(head + "\rone two\nthree\n").bodyDigest());
    assertNotEquals(plain, digest(head + "one two\n\rthree\n").bodyDigest());
    for (String[] row :
        new String[][] {
          {"a\rb\n", "a\rb\r\n"},
          {"a\n\n\rb\n", "a\r\n\r\n\rb\r\n"},
          {"a\r \nb", "a\r\r\nb\r\n"},
          {"a\r\r\n\r\n\n", "a\r\n"},
          {"\n\na", "\r\n\r\na\r\n"},
        }) {
      assertEquals(
          sha(row[1], StandardCharsets.US_ASCII), digest(head + row[0]).bodyDigest(), row[0]);
    }
  }

  /** A line without colon ends the header, and is text. */
  @Test
  void theBodyBeginsBehindTheHeader() throws Exception {
    String body = "no field at all\n\nbut text\n";
    String wanted = sha(relaxed(body), StandardCharsets.US_ASCII);
    for (String head :
        List.of("Subject: s\n", "Subject: s\n\n", "Subject: s\r\n\r\n", "Subject : s\n \t\n\n")) {
      assertEquals(wanted, digest(head + body).bodyDigest(), head);
      assertEquals("nofieldatallbuttext", fold(head + body));
    }
  }

  /** The text folded, of which the digest must be too. */
  private static String fold(String message) throws Exception {
    byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
    String folded = MessageText.fold(OpenedMessage.open(bytes).text());
    String digest = MessageDigester.digest(new ByteArrayInputStream(bytes)).textDigest();
    assertEquals(folded.isEmpty() ? null : sha(folded, StandardCharsets.UTF_8), digest);
    return folded;
  }

  /** Delimiters and the headers of parts are body, and all that no part holds. */
  @Test
  void theBodyOfAMultipartIsAllThatFollowsTheHeader() throws Exception {
    String body =
        "preamble\n--b\nX: 1\n folded\n\none\n--bb\ntwo\n--b\nX: ends within\n--b\nno field\n\n"
            + "x".repeat(20_000)
            + "\n--b\nY: "
            + "y".repeat(40_000)
            + "\n\nz\n--c\n--b--\nepilogue: 1\n\n2\n";
    String message = "Content-Type: multipart/mixed; boundary=b\n\n" + body;
    String wanted = sha(relaxed(body), StandardCharsets.US_ASCII);
    assertEquals(wanted, digest(message).bodyDigest());
    assertEquals(wanted, digest(message.replace("\n", "\r\n")).bodyDigest());
    assertEquals("one--bbtwonofield" + "x".repeat(20_000) + "z--c", fold(message));
    assertEquals(4, OpenedMessage.open(message.getBytes()).parts().size());
  }

  /** What neither wrapping, nor case, nor an encoding changes. */
  @Test
  void theTextIsFolded() throws Exception {
    String utf8 = "Content-Type: text/plain; charset=utf-8\n\n";
    String text =
        "AZ az [{09}] ~@\u00c4\u00dc\u0410\ud835\udd04 \u00e9\u3000\u00a0\u200b\u2028x\u00ad\u007f";
    String folded = "azaz[{09}]~@\u00e4\u00fc\u0430\ud835\udd04\u00e9x";
    byte[] bytes = (utf8 + text).getBytes(StandardCharsets.UTF_8);
    MessageDigests digests = OpenedMessage.open(bytes).digests();
    assertEquals(sha(folded, StandardCharsets.UTF_8), digests.textDigest());
    assertEquals(folded.length(), digests.textLength());
    // Composed and decomposed letters are one.
    byte[] decomposed = (utf8 + text.replace("\u00e9", "e\u0301")).getBytes(StandardCharsets.UTF_8);
    assertEquals(digests.textDigest(), OpenedMessage.open(decomposed).digests().textDigest());
    assertEquals("azaz09~", fold("\nAZ az\t09\r\n~\u007f"));
    assertNull(digest("Subject: s\n\n \t\r\n").textDigest());
  }

  /** One part after the other, and HTML only where no plain text is. */
  @Test
  void theTextIsOfThePartsThatAreShown() throws Exception {
    String head = "Content-Type: multipart/mixed; boundary=b\n\npreamble\n";
    String one = "--b\n\none\n";
    String two = "--b\nContent-Type: text/plain\n\ntwo\n";
    String html = "--b\nContent-Type: text/html\n\n<style>no</style><p>Three<br>3<!-- no -->\n";
    String file = "--b\nContent-Type: text/plain; name=x.txt\n\nfile\n";
    String other = "--b\nContent-Type: text/plain\nContent-Disposition: attachment\n\nfile\n";
    String end = "--b--\nepilogue\n";
    assertEquals("onetwo", fold(head + one + html + two + file + other + end));
    assertEquals("twoone", fold(head + two + one + end));
    assertEquals("three3", fold(head + html + file + end));
    assertEquals("three3", fold(head + html + "--b\n\n \t\n" + end));
    assertEquals("three3three3", fold(head + html + html + end));
    assertEquals("", fold(head + file + end));
    String inline = file.replace("; name=x.txt", "\nContent-Disposition: inline");
    assertEquals("file", fold(head + inline + end));
    assertEquals("", fold(head + inline.replace("inline", "inline; filename=\"x\"") + end));
  }

  /** What follows a bound does not count, so that a message of any size costs the same. */
  @Test
  void behindItsBoundATextDoesNotCount() throws Exception {
    String text = "0123456789abcdef".repeat(MessageText.MAX_TEXT / 16);
    MessageDigests most = digest("Subject: s\n\n" + text);
    assertEquals(MessageText.MAX_TEXT, most.textLength());
    assertEquals(most.textDigest(), digest("Subject: s\n\n" + text + "more").textDigest());
    assertNotEquals(most.bodyDigest(), digest("Subject: s\n\n" + text + "more").bodyDigest());
    assertNotEquals(most.textDigest(), digest("Subject: s\n\n" + text.substring(1)).textDigest());
    String parts = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n%s\n--b\n\n%s\n--b--\n";
    assertEquals(
        digest(parts.formatted(text, "a")).textDigest(),
        digest(parts.formatted(text, "b")).textDigest());
    assertNotEquals(
        digest(parts.formatted("a", "a")).textDigest(),
        digest(parts.formatted("a", "b")).textDigest());
    // Encoded in three octets a sign it is as long as can be.
    String quoted =
        "Content-Transfer-Encoding: quoted-printable\n\n" + "=41".repeat(MessageText.MAX_TEXT);
    assertEquals(MessageText.MAX_TEXT, digest(quoted).textLength());
  }

  /** A blank line above everything is the empty line after a header without fields. */
  @Test
  void aMessageWithoutHeaderIsAllBody() throws Exception {
    String wanted = sha("body\r\n", StandardCharsets.US_ASCII);
    assertEquals(wanted, digest(" \t\nbody\n").bodyDigest());
    assertEquals(wanted, digest("\nbody\n").bodyDigest());
    assertEquals(
        sha(" x\r\nbody\r\n", StandardCharsets.US_ASCII), digest(" x\nbody\n").bodyDigest());
  }

  /** Servers change line endings, and take blanks off at the end of a line and of all. */
  @Test
  void anAttachedTextIsItsLines() throws Exception {
    String part = "Content-Type: text/csv; name=x\nContent-Transfer-Encoding: %s\n\n";
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> pieces = List.of("a", "bc", "=", ";", " ", "\t", "\n", "\n\n", "\u00e9", "_");
    for (int round = 0; round < 30; round++) {
      StringBuilder file = new StringBuilder("0123456789".repeat(7));
      for (int i = random.nextInt(round < 25 ? 90 : 9000); i > 0; i--) {
        file.append(pieces.get(random.nextInt(pieces.size())));
      }
      String text = "\n" + file;
      String lines =
          text.replace('\t', ' ').replaceAll(" +(?=\n|\\z)", "").replaceAll("\n+\\z", "");
      List<String> wanted = List.of(sha(lines, StandardCharsets.ISO_8859_1));
      String what = "seed %d, round %d".formatted(seed, round);
      assertEquals(wanted, attached(part.formatted("8bit") + text), what);
      assertEquals(wanted, attached(part.formatted("8bit") + text.replace("\n", " \r\n")), what);
      String quoted =
          text.replace("=", "=3D")
              .replace("\u00e9", "=e9")
              .replace("bc", "b=\nc")
              .replace("_", "=5F");
      assertEquals(wanted, attached(part.formatted("quoted-printable") + quoted), what);
      String coded = quoted.replace("\n", "\r\n").replace(";", "= \t\r\n;");
      assertEquals(wanted, attached(part.formatted("quoted-printable") + coded), what);
      String encodedEnds = text.replace("=", "=3D").replace("\n", "=0D=0A");
      assertEquals(wanted, attached(part.formatted("quoted-printable") + encodedEnds), what);
    }
  }

  /** What is behind the padding is content for some readers. */
  @Test
  void anAttachmentIsAllThatItsEncodingHolds() throws Exception {
    String part = "Content-Type: application/x; name=x\nContent-Transfer-Encoding: base64\n\n";
    String file = "0123456789".repeat(7);
    for (int cut = 0; cut < 3; cut++) {
      String first = file.substring(cut);
      String padded = base64(first);
      assertEquals(List.of(sha(first, StandardCharsets.UTF_8)), attached(part + padded));
      assertEquals(
          List.of(sha(first, StandardCharsets.UTF_8)), attached(part + padded + "\n\n=\n"));
      assertEquals(
          List.of(sha(first + "more", StandardCharsets.UTF_8)),
          attached(part + padded + (padded.endsWith("=") ? "" : "\n") + base64("more")));
      assertEquals(
          List.of(sha(first + first, StandardCharsets.UTF_8)),
          attached(part + padded + "=\n" + padded));
    }
    assertEquals(List.of(), attached(part + base64(file.substring(7))));
    assertEquals(
        List.of(),
        attached(
            part.replace("; name=x", "").replace("application/x", "text/html") + base64(file)));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> attached(String message) throws IOException {
    return digest(message).attachmentDigests();
  }
}
