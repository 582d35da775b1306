package org.whosent.record.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.eclipse.angus.mail.util.BASE64DecoderStream;
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
}
