package org.whosent.record.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Headers as forms and chats hand them on. */
class PastedHeaderTest {
  private static final String LINES =
      "Return-Path: <a@example.com>\nReceived: from x by mail.example.com id 4jY9Sb6Dptzbyx3;"
          + " Mon, 23 Nov 2026 12:00:00 +0000\nFrom: a@example.com\nMessage-ID: <1@example.com>\n";

  private static Headers only(String text) throws UnreadableMessageException {
    Report report = Carriers.open(text.getBytes(StandardCharsets.UTF_8));
    assertEquals(Report.Shape.TEXT, report.shape());
    assertEquals(1, report.inside().size());
    ReportedMessage inside = report.inside().getFirst();
    assertEquals(ReportedMessage.Extent.QUOTED, inside.extent());
    return inside.message().headers();
  }

  /** Its first name makes a field of it, of which all the rest would be the value. */
  @Test
  void oneLineThatBeginsWithAField() throws Exception {
    for (String line : new String[] {LINES.replace("\n", " "), LINES.replace("\n", "  ")}) {
      Headers headers = only(line);
      assertEquals("<1@example.com>", headers.first("Message-ID").orElseThrow().strip());
      assertEquals("<a@example.com>", headers.first("Return-Path").orElseThrow().strip());
    }
    byte[] one = LINES.lines().toList().get(1).getBytes(StandardCharsets.UTF_8);
    assertEquals(Report.Shape.HEADERS, Carriers.open(one).shape());
  }

  @Test
  void namesThatAreMadeHarmlessByWhatNobodySees() throws Exception {
    for (String invisible : new String[] {"\u200b", "\u2060", "\ufeff", "\u00ad"}) {
      String text = LINES.replace("@", invisible + "@").replace(".com", "." + invisible + "com");
      Headers headers = only("Look:\n\n" + text);
      assertEquals("<1@example.com>", headers.first("Message-ID").orElseThrow().strip());
      ReceivedField field = ReceivedField.parse(headers.first("Received").orElseThrow());
      assertEquals("mail.example.com", field.by());
      assertEquals("4jY9Sb6Dptzbyx3", field.id());
    }
  }
}
