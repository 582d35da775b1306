package org.whosent.record.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.eclipse.angus.mail.util.BASE64DecoderStream;
import org.eclipse.angus.mail.util.QPDecoderStream;
import org.junit.jupiter.api.Test;

class DecodingTest {
  private static final int ROUNDS = 10_000;

  /** What the decoder makes of it that puts up with everything; up to where it breaks off. */
  private static byte[] tolerant(byte[] raw) {
    InputStream in = new BASE64DecoderStream(new ByteArrayInputStream(raw), true);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
      }
    } catch (IOException e) {
      // What was decoded up to here counts.
    }
    return out.toByteArray();
  }

  /** Each calls the library's decoder once more: a session of the MSA must not end by it either. */
  @Test
  void softLineBreaksMayFollowEachOther() throws IOException {
    for (String soft : List.of("=\n", "=\r\n")) {
      byte[] raw = ("a" + soft.repeat(500_000) + "b").getBytes(StandardCharsets.US_ASCII);
      byte[] decoded = Decoding.content(raw, 0, raw.length, "quoted-printable", raw.length);
      assertEquals("ab", new String(decoded, StandardCharsets.US_ASCII));
    }
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] raw = new byte[random.nextInt(40)];
      for (int i = 0; i < raw.length; i++) {
        raw[i] = (byte) "===\n\n\r\r 3Da".charAt(random.nextInt(11));
      }
      ByteArrayOutputStream expected = new ByteArrayOutputStream();
      try (InputStream in = new QPDecoderStream(new ByteArrayInputStream(raw))) {
        in.transferTo(expected);
      } catch (IOException e) {
        continue; // nothing that is encoded so
      }
      assertArrayEquals(
          Arrays.copyOf(expected.toByteArray(), Math.min(expected.size(), raw.length)),
          Decoding.content(raw, 0, raw.length, "quoted-printable", raw.length),
          () -> "seed " + seed + ": " + Arrays.toString(raw));
    }
  }

  /** Records hold digests that were made with that one: both ways must come to the same bytes. */
  @Test
  void decodesBase64AsTheTolerantDecoderDoes() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] content = new byte[random.nextInt(200)];
      random.nextBytes(content);
      Base64.Encoder encoder = Base64.getMimeEncoder(4 * (1 + random.nextInt(20)), newline(random));
      StringBuilder text = new StringBuilder(encoder.encodeToString(content));
      boolean damaged = random.nextInt(3) == 0;
      for (int i = damaged ? 1 + random.nextInt(4) : 0; i > 0; i--) {
        String noise = "=A \t\r\n-*é\0";
        int at = random.nextInt(text.length() + 1);
        if (random.nextBoolean() || at == text.length()) {
          text.insert(at, noise.charAt(random.nextInt(noise.length())));
        } else {
          text.deleteCharAt(at);
        }
      }
      byte[] raw = text.toString().getBytes(StandardCharsets.ISO_8859_1);
      byte[] decoded = Decoding.content(raw, 0, raw.length, "base64", 1 << 20);
      String where = "seed " + seed + ": " + text;
      assertArrayEquals(tolerant(raw), decoded, where);
      if (!damaged) {
        assertArrayEquals(content, decoded, where);
        int limit = random.nextInt(220);
        assertArrayEquals(
            Arrays.copyOf(content, Math.min(limit, content.length)),
            Decoding.content(raw, 0, raw.length, "base64", limit),
            where);
      }
    }
  }

  private static byte[] newline(Random random) {
    return (random.nextBoolean() ? "\r\n" : "\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void contentOfAPartIsCutAtTheLimit() {
    byte[] raw = "x=3Dyz....".getBytes(StandardCharsets.ISO_8859_1);
    assertEquals("=3D", new String(Decoding.content(raw, 1, 10, "8bit", 3)));
    assertEquals("x=y", new String(Decoding.content(raw, 0, 10, "quoted-printable", 3)));
    assertArrayEquals(
        Arrays.copyOfRange(raw, 4, 8), Decoding.content(raw, 4, 8, "7bit", Integer.MAX_VALUE));
  }

  private static String decoded(String raw, int from, int to, String encoding) {
    byte[] bytes = raw.getBytes(StandardCharsets.ISO_8859_1);
    return new String(
        Decoding.content(bytes, from, to, encoding, 1 << 20), StandardCharsets.ISO_8859_1);
  }

  /** What stands before and behind a part is another's. */
  @Test
  void contentEndsWithItsPart() {
    assertEquals("AB", decoded("=43=41=42=43", 3, 9, "quoted-printable"));
    assertEquals("abc", decoded("ZGVmYWJjZGVm", 4, 8, "base64"));
    assertEquals("abc", decoded("ZGVm-YWJj-ZGVm", 4, 10, "base64"));
    assertEquals("abc", decoded("xbegin 644 x\n#86)C\n`\nend\nno", 1, 25, "x-uuencode"));
    assertEquals("", decoded("xno begin", 1, 4, "uuencode"));
    assertEquals("bc", decoded("abcd", 1, 3, "8bit"));
    assertEquals("bc", decoded("abcd", 1, 3, "of no standard"));
  }

  /** RFC 2047; what cannot be decoded is as it was written. */
  @Test
  void words() {
    for (String[] row :
        new String[][] {
          {"=?utf-8?q?caf=C3=A9?=", "caf\u00e9"},
          {"a =?iso-8859-1?b?6Q==?= b", "a \u00e9 b"},
          {"=?utf-8?q?a?= =?utf-8?q?b?=", "ab"},
          {"=?x-none?q?a?=", "=?x-none?q?a?="},
          {"=?utf-8?x?a?=", "=?utf-8?x?a?="},
          {"=? no word", "=? no word"},
          {"plain", "plain"},
        }) {
      assertEquals(row[1], Decoding.words(row[0]), row[0]);
    }
    String long1 = "=?utf-8?q?a?=" + " ".repeat(16_384 - 13);
    assertEquals("a", Decoding.words(long1).strip());
    assertEquals(long1 + " ", Decoding.words(long1 + " "));
  }

  private static Part part(String... fields) {
    List<HeaderField> header = new ArrayList<>();
    for (String field : fields) {
      String[] both = field.split(": ?", 2);
      header.add(new HeaderField(both[0], both[1]));
    }
    return Decoding.part(new Headers(header), 3, "x/default");
  }

  @Test
  void typesAndParameters() {
    assertEquals(3, part("A: b").depth());
    for (String[] row :
        new String[][] {
          {"", "x/default"},
          {"Text/HTML", "text/html"},
          {" text/html ; charset=x", "text/html"},
          {"text", "x/default"},
          {"text/", "x/default"},
          {"/html", "x/default"},
          {"text/html x", "x/default"},
          {"te xt/html", "x/default"},
          {"text/h/tml", "text/h/tml"},
        }) {
      assertEquals(row[1], part("Content-Type: " + row[0]).type(), row[0]);
    }
    for (String[] row :
        new String[][] {
          {"m/x; boundary=b", "{boundary=b}"},
          {"m/x; BOUNDARY=\"b c\"", "{boundary=b c}"},
          {"m/x; charset*=us-ascii'en'x%20y", "{charset=x y}"},
          {"m x; boundary= b ; x", "{boundary=b}"},
          {"m x; boundary=\"b\"; boundary=c", "{boundary=b}"},
          {"m x; Boundary=\"b", "{boundary=\"b}"},
          {"m x; boundary=b\"", "{boundary=b\"}"},
          {"m x; boundary=\"", "{boundary=\"}"},
          {"m x; boundary=\"\"", "{boundary=}"},
          {"m x; b=", "{b=}"},
          {"m x;=b", "{}"},
          {"m/x", "{}"},
        }) {
      assertEquals(row[1], part("Content-Type: " + row[0]).parameters().toString(), row[0]);
    }
    assertEquals(Map.of(), part("Content-Type: m/x; b=" + "x".repeat(16_400)).parameters());
    assertEquals("7bit", part("A: b").encoding());
    assertEquals("base64", part("Content-Transfer-Encoding:  BASE64 ").encoding());
  }

  /** An attachment is no text that is shown, and has a digest of its own. */
  @Test
  void whatIsAnAttachment() {
    for (String attached :
        List.of(
            "Content-Type: a/b; name=x",
            "Content-Type: a/b; name=\"\"",
            "Content-Disposition: attachment",
            "Content-Disposition: ATTACHMENT; x=y",
            "Content-Disposition: inline; filename=x",
            "Content-Disposition: attachment; filename=x y; z",
            "Content-Disposition: Attachment;;;\"")) {
      assertTrue(part(attached).attachment(), attached);
    }
    for (String shown :
        List.of(
            "Content-Type: a/b; filename=x",
            "Content-Disposition: inline",
            "Content-Disposition:",
            "Content-Disposition: inline; filename",
            "Content-Disposition: form-data; name=x",
            "Content-Disposition: inline; x=y z; attachment",
            "Content-Disposition: attachment" + " ".repeat(16_400))) {
      assertFalse(part(shown).attachment(), shown);
    }
  }
}
