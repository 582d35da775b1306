package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The server's own look over headers. */
class HeaderScanTest {
  private static HeaderScan scan(String text) throws IOException {
    return HeaderScan.of(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)), 10_000);
  }

  @Test
  void ordinary() throws Exception {
    HeaderScan scan =
        scan(
            "Received: a\r\nRECEIVED : b\r\n\tc\r\nMessage-Id:\r\n <x@y>\r\nDate: now\r\n"
                + "Message-ID: <second@y>\r\n\r\nDate: in the body\r\nReceived: too\r\n");
    assertTrue(scan.startsWithField());
    assertFalse(scan.tooLarge());
    assertEquals(2, scan.received());
    assertEquals("<x@y>", scan.messageId());
    assertEquals("now", scan.date());
  }

  @Test
  void firstLineThatIsNoField() throws Exception {
    for (String text :
        new String[] {
          "", "\r\n", " x: y\r\n", "\tx\r\n", "no field\r\n", ": y\r\n", "a b: c\r\n"
        }) {
      assertFalse(scan(text + "Date: x\r\n\r\n").startsWithField() && !text.isEmpty(), text);
    }
    assertNull(scan("no field\r\nMessage-ID: <x@y>\r\n").messageId());
  }

  @Test
  void bounds() throws Exception {
    assertTrue(scan("a: " + "x".repeat(20_000) + "\r\n\r\n").tooLarge());
    assertFalse(scan("a: b\r\n\r\n" + "x".repeat(20_000)).tooLarge());
    String id =
        scan("Message-ID: " + "x".repeat(5_000) + "\r\n " + "y".repeat(900) + "\r\n").messageId();
    assertEquals(998, id.length());
  }

  @Test
  void anyOctets() throws Exception {
    for (long seed : new long[] {31, 32, System.nanoTime()}) {
      Random random = new Random(seed);
      String[] pieces = {"Date", ":", " ", "\r\n", "Message-ID: ", "<", "\u00ff", "\0", "x", "\t"};
      for (int i = 0; i < 5_000; i++) {
        StringBuilder text = new StringBuilder();
        for (int j = random.nextInt(20); j > 0; j--) {
          text.append(pieces[random.nextInt(pieces.length)]);
        }
        HeaderScan scan = scan(text.toString());
        boolean field = text.toString().matches("(?s)[!-9;-~]+[ \t]*:.*");
        assertEquals(field, scan.startsWithField(), "seed " + seed + ": " + text);
      }
    }
  }
}
