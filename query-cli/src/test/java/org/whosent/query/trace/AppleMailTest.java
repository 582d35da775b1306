package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages as Apple Mail keeps them: a line with the length, the message, a property list. */
class AppleMailTest extends MadeUpMail {
  private static final String USER = "alice@example.com";
  private static final String ID = "4jY9Sb6Dptzbyx3";
  private static final String LIST =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          + "<plist version=\"1.0\">\n"
          + "<dict>\n"
          + "\t<key>subject</key>\n"
          + "\t<string>Message-ID: &lt;9@bob&gt;</string>\n"
          + "</dict>\n"
          + "</plist>\n";

  private final String copy =
      hop("AAAA1111") + received(ID, "198.51.100.7") + mail(USER, "<1@alice>", TEXT);

  @BeforeEach
  void submitted() throws IOException {
    submit(USER, ID, "AAAA1111", mail(USER, "<1@alice>", TEXT), true);
  }

  private static String emlx(String message) {
    return "%-10d\n%s%s".formatted(message.length(), message, LIST);
  }

  @Test
  void itIsReadAsTheMessageThatItIs() throws IOException {
    named(trace(emlx(copy)), USER, Confidence.CERTAIN);
    named(trace(copy.length() + "\n" + copy), USER, Confidence.CERTAIN);
  }

  /** As text it would be a quoted message of the complainer's, and nothing of ours. */
  @Test
  void whatIsAttachedToItIsOpened() throws IOException {
    String complaint =
        "Received: from a.example by mx.example.com with ESMTP id X1; %s\n".formatted(date(NOON))
            + "From: r@far.example\nTo: abuse@example.com\nMessage-ID: <c@far>\n"
            + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSpam!\n--b\n"
            + "Content-Type: application/octet-stream; name=spam.emlx\n\n%s\n--b--\n";
    for (String inner : List.of(copy, emlx(copy))) {
      named(trace(emlx(complaint.formatted(inner.stripTrailing()))), USER, Confidence.CERTAIN);
    }
  }

  /** A number above a message means nothing else. */
  @Test
  void whereTheLengthIsAnotherItIsAText() throws IOException {
    TraceResult result = trace((copy.length() - 7) + "\n" + copy + LIST);
    assertEquals(USER, result.user());
    assertTrue(result.confidence() != Confidence.CERTAIN, TraceText.render(result));
    nobody(trace("123456789012\nBuy watches!\n"), Verdict.FOREIGN);
    nobody(trace("99999\nBuy watches!\n"), Verdict.FOREIGN);
  }
}
