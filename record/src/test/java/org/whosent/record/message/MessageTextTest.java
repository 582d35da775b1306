package org.whosent.record.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which text of a message counts, and how it is folded before it is digested. */
class MessageTextTest {
  private static String text(String message) throws IOException {
    return OpenedMessage.open(message.getBytes(StandardCharsets.ISO_8859_1)).text();
  }

  private static String digest(String message) throws IOException {
    return OpenedMessage.open(message.getBytes(StandardCharsets.ISO_8859_1)).digests().textDigest();
  }

  private static String parts(String... parts) {
    return "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
        + String.join("\n--b\n", parts)
        + "\n--b--\n";
  }

  @Test
  void whichPartsAreTheText() throws IOException {
    String plain = "Content-Type: text/plain\n\nplain";
    String html = "Content-Type: text/html\n\n<p>mark</p><script>x</script>up<!-- y -->";
    assertEquals("plain\n\n", text(parts(plain, html)));
    assertEquals("plain\n\n", text(parts(html, plain)));
    assertEquals("plain\n\nplain\n\n", text(parts(plain, html, plain)));
    assertEquals("mark up\n", text(parts(html)));
    assertEquals("mark up\nmark up\n", text(parts(html, "\n \t", html)));
    for (String attached :
        List.of(
            "Content-Type: text/plain; name=x\n\nno",
            "Content-Type: text/plain\nContent-Disposition: attachment\n\nno",
            "Content-Type: text/html; name=x\n\nno",
            "Content-Type: text/csv\n\nno",
            "Content-Type: message/rfc822\n\nno",
            "Content-Type: application/x\n\nno")) {
      assertEquals("plain\n\n", text(parts(attached, plain, attached)), attached);
      assertEquals("mark up\n", text(parts(attached, html, attached)), attached);
      assertEquals("", text(parts(attached)), attached);
    }
  }

  @Test
  void soMuchOfItCounts() throws IOException {
    int max = MessageText.MAX_TEXT;
    assertEquals(max + 1, text("X: y\n\n" + "x".repeat(max + 9)).length());
    String half = "\n" + "x".repeat(max / 2);
    String text = text(parts(half, half.replace('x', 'y'), "\nz"));
    assertEquals(half.strip() + "\n\n" + half.strip().replace('x', 'y').substring(2) + "\n", text);
    String wide = "Content-Type: text/html\n\n" + "<b></b>".repeat(max / 7 + 1) + "behind";
    assertFalse(text(parts(wide)).contains("behind"));
    // Encoded bytes: each kind its own.
    String big = "\n" + "x".repeat(MessageText.MAX_RAW);
    assertEquals(max, text(parts(big, "\nbehind")).strip().length());
    String empty = "Content-Transfer-Encoding: base64\n\n" + "-".repeat(MessageText.MAX_RAW - 4);
    assertEquals("abc", text(parts(empty + "YWJj\nZGVm")).strip());
    assertEquals("", text(parts(empty + "----", "\nbehind")).strip());
    assertEquals("x", text(parts(empty + "----", "Content-Type: text/html\n\nx")).strip());
    String html = "Content-Type: text/html\n" + empty + "----";
    assertEquals("", text(parts(html, "Content-Type: text/html\n\nbehind")).strip());
    // Read in pieces it is the same.
    String seen = digest(parts(empty + "YWJj"));
    assertEquals(seen, digest(parts(empty + "YWJjZGVm")));
    assertEquals(seen, digest(parts(empty.replaceFirst("-{4}", "") + "YWJj")));
    assertNotEquals(seen, digest(parts(empty.replaceFirst("-{4}", "") + "YWJjZGVm")));
  }

  @Test
  void whatTheFoldKeeps() {
    for (String[] row :
        new String[][] {
          {"", ""},
          {" \t\r\n\u000b\f\u0000\u001f", ""},
          {"Ab Z@[`{~!", "abz@[`{~!"},
          {"\u007f\u0080\u009f", ""},
          {"\u00a0\u2003\u3000\u2028\u2029", ""},
          {"a\u200bb\u200dc\ufeffd\u00ade", "abcde"},
          {"\u202ea\u2066b\u200f", "ab"},
          {"\u00c4\u00d6 X Z @ [", "\u00e4\u00f6xz@["},
          {"A\u0308", "\u00e4"},
          {"e\u0301 E\u0301", "\u00e9\u00e9"},
          {"\u00df\u0130", "\u00dfi"},
          {"\ud83d\ude00 \ud801\udc00", "\ud83d\ude00\ud801\udc28"},
          {"\ue000\u4e2d", "\ue000\u4e2d"},
          {"\udb40\udc41x", "x"},
        }) {
      assertEquals(row[1], MessageText.fold(row[0]), row[0]);
      // The quick way for ASCII says the same.
      assertEquals(row[1] + "\u4e2d", MessageText.fold(row[0] + "\u4e2d"), row[0]);
    }
    for (char c = 0; c < 0x80; c++) {
      String one = String.valueOf(c);
      assertEquals(MessageText.fold(one) + "\u4e2d", MessageText.fold(one + "\u4e2d"));
    }
  }

  private static MessageDigests digests(String header, byte[] body) throws IOException {
    byte[] head = (header + "\n\n").getBytes(StandardCharsets.US_ASCII);
    byte[] message = java.util.Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, message, head.length, body.length);
    return OpenedMessage.open(message).digests();
  }

  /**
   * The same text has the same digest in whatever encoding and charset, and another has another.
   */
  @Test
  void theTextInAnotherForm() throws IOException {
    String text = "Gr\u00fc\u00dfe, und bis \u00fcbermorgen.\n";
    String expected =
        digests("Content-Type: text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8))
            .textDigest();
    for (String charset : List.of("iso-8859-1", "windows-1252", "utf-16", "ibm037", "utf-8")) {
      byte[] octets = text.getBytes(Charset.forName(charset));
      byte[] base64 = Base64.getMimeEncoder().encode(octets);
      String header =
          "Content-Type: text/plain; charset=" + charset + "\nContent-Transfer-Encoding: base64";
      assertEquals(expected, digests(header, base64).textDigest(), charset);
    }
    byte[] quoted =
        "Gr=C3=BC=C3=9Fe, und=20bis =C3=\n=BCbermorgen.".getBytes(StandardCharsets.US_ASCII);
    String header =
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable";
    assertEquals(expected, digests(header, quoted).textDigest());
    assertNotEquals(expected, digests(header.replace("utf-8", "iso-8859-1"), quoted).textDigest());
    for (String none : List.of("ansi_x3.4-1968", "x-unknown", "\"\"", "x".repeat(61), "#")) {
      String as = "Content-Type: text/plain; charset=" + none;
      assertEquals(expected, digests(as, text.getBytes(StandardCharsets.UTF_8)).textDigest(), none);
      assertEquals(
          expected, digests(as, text.getBytes(StandardCharsets.ISO_8859_1)).textDigest(), none);
    }
    // A charset that is said counts, also where it does not fit.
    String utf8 = "Content-Type: text/plain; charset=utf-8";
    assertNotEquals(
        expected, digests(utf8, text.getBytes(StandardCharsets.ISO_8859_1)).textDigest());
  }
}
