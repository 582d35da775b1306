package org.whosent.record.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MendedHeaderTest {
  private static final String LINE = "From a@example.com Mon Nov 23 16:01:12 2026\n";

  private static Optional<String> mended(String message) throws UnreadableMessageException {
    byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
    return MendedHeader.of(OpenedMessage.open(bytes))
        .map(m -> new String(m.source(), StandardCharsets.ISO_8859_1));
  }

  @Test
  void theSeparatorBetweenTwoFieldsGoes() throws UnreadableMessageException {
    String above = "List-Id: <l.example>\nSender: x\n y\n";
    String below = "Received: from a by b id c\nSubject: s\n\nFrom here on\n" + LINE;
    for (String ending : List.of("\n", "\r\n")) {
      assertEquals(
          Optional.of((above + below).replace("\n", ending)),
          mended((above + LINE + below).replace("\n", ending)));
    }
    OpenedMessage message =
        MendedHeader.of(
                OpenedMessage.open((above + LINE + below).getBytes(StandardCharsets.US_ASCII)))
            .orElseThrow();
    assertEquals(Optional.of("s"), message.headers().first("Subject"));
  }

  @Test
  void nothingElseIsTouched() throws UnreadableMessageException {
    String body = "Subject: s\n\nDear a,\n" + LINE + "Received: from a by b id c\n\nx\n";
    for (String message :
        List.of(
            body,
            LINE + body, // where it belongs
            "Subject: s\nFrom me to you\nReceived: x\n\n", // no time in it
            "Subject: s\n" + LINE + "Dear friend, look\n\n", // text below it
            "Subject: s\nDear friend\n" + LINE + "Received: x\n\n", // text above it
            "Subject: s\n" + LINE,
            "Subject: s\n" + LINE + "Dear friend: look\n\n", // that is no field either
            "Subject: s\nDear friend: look\n" + LINE + "Received: x\n\n",
            "Subject: s\n\t\n\n" + LINE + "Received: x\n\n",
            "Subject: s\nFrom \nReceived: x\n\n",
            "\n",
            LINE)) {
      assertTrue(mended(message).isEmpty(), message);
      assertTrue(mended(message.replace("\n", "\r\n")).isEmpty(), message);
    }
  }

  @Test
  void whateverComesNothingIsThrown() throws UnreadableMessageException {
    Random random = new Random(11);
    List<String> pieces =
        List.of(LINE, "\n", "\r\n", "A: b\n", " c\n", "\t\r\n", ":", "x", "From ");
    for (int round = 0; round < 2000; round++) {
      StringBuilder message = new StringBuilder();
      for (int n = 1 + random.nextInt(12); n > 0; n--) {
        message.append(pieces.get(random.nextInt(pieces.size())));
      }
      String text = message.toString();
      mended(text).ifPresent(m -> assertTrue(m.length() < text.length(), text));
    }
  }
}
