package org.whosent.record.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** HTML as lines, and how much of a message's is read. */
class TextLinesTest {
  private static final String QUOTED =
      "<pre>Received: by a id b\nMessage-ID: &lt;1@x&gt;\nSubject: s\n\ntext\n</pre>";

  private static int found(int parts, String markup) throws IOException {
    StringBuilder message =
        new StringBuilder("From: e@f\nContent-Type: multipart/mixed; boundary=b\n\n");
    for (int i = 0; i < parts; i++) {
      message.append("--b\nContent-Type: text/html\n\n").append(markup).append('\n');
    }
    message.append("--b\nContent-Type: text/html\n\n").append(QUOTED).append("\n--b--\n");
    byte[] octets = message.toString().getBytes(StandardCharsets.US_ASCII);
    return Carriers.open(octets).inside().size();
  }

  /** Markup that shows nothing costs as much as any: of all parts together so much is read. */
  @Test
  void ofManyPartsAsMuchIsReadAsOfAText() throws IOException {
    String empty = "<i></i>\n".repeat(8 << 10);
    assertEquals(1, found(15, empty));
    assertEquals(0, found(17, empty));
    assertEquals(1, found(400, "<i></i>\n"));
  }
}
