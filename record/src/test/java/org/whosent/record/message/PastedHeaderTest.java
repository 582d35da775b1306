package org.whosent.record.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
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

  private static void same(String pasted) throws UnreadableMessageException {
    Headers headers = only(pasted);
    assertEquals("<1@example.com>", headers.first("Message-ID").orElseThrow().strip(), pasted);
    assertEquals("<a@example.com>", headers.first("Return-Path").orElseThrow().strip());
    ReceivedField field = ReceivedField.parse(headers.first("Received").orElseThrow());
    assertEquals("mail.example.com", field.by());
    assertEquals("4jY9Sb6Dptzbyx3", field.id());
  }

  /** Such a Message-ID is another one than ours: an ID of ours beside it would be a copy. */
  @Test
  void bracketsThatAPageOrAWordProcessorMadeOfThem() throws Exception {
    String once = LINES.replace("<", "&lt;").replace(">", "&gt;");
    String twice = once.replace("&", "&amp;");
    String angles = LINES.replace('<', '\u2039').replace('>', '\u203a');
    String wide = LINES.replace('<', '\uff1c').replace('>', '\uff1e');
    for (String pasted : new String[] {once, twice, angles, wide}) {
      same(pasted);
      same("Look:\n\n" + pasted);
      same("Look:\n\n" + pasted + "\nThe text\n");
      byte[] withText = (pasted + "\nThe text\n").getBytes(StandardCharsets.UTF_8);
      assertEquals(Report.Shape.MESSAGE, Carriers.open(withText).shape(), "a sender may write so");
    }
    byte[] received = LINES.replace("<1@", "<&lt;1@").getBytes(StandardCharsets.UTF_8);
    assertEquals(Report.Shape.HEADERS, Carriers.open(received).shape(), "as it was received");
  }

  @Test
  void quotedPrintableThatNobodyDecoded() throws Exception {
    String soft = LINES.replace("from x by mail", "from x (helo=3Dy) by=\n mail");
    same(soft);
    same("Look:\n\n" + soft);
    same("Look:\n\n" + LINES.replace("Received: from", "Received:=20\n=20from"));
    String mime = LINES + "Content-Type: text/plain; charset=utf-8\n\n=3D=20\n";
    assertEquals(
        Report.Shape.MESSAGE, Carriers.open(mime.getBytes(StandardCharsets.UTF_8)).shape());
    String plain = LINES + "Content-Transfer-Encoding: quoted-printable\n\na=3Db=20\n";
    assertEquals(
        Report.Shape.MESSAGE, Carriers.open(plain.getBytes(StandardCharsets.UTF_8)).shape());
  }

  @Test
  void foldedLinesWithoutTheirIndents() throws Exception {
    String pasted = LINES.replace(" by mail", "\nby mail").replace(" id ", "\nid ");
    same("Look:\n\n" + pasted);
    for (String end : List.of("", "\nThe text\n")) {
      byte[] whole = (pasted + end).getBytes(StandardCharsets.UTF_8);
      assertEquals(Report.Shape.MESSAGE, Carriers.open(whole).shape(), "a sender may write so");
      assertEquals(end.isEmpty(), OpenedMessage.open(whole).headerEndsInMidst());
    }
    String mbox =
        LINES.replace("Received:", "From a@example.com Mon Nov 23 12:00:00 2026\nReceived:");
    assertEquals(
        Report.Shape.MESSAGE, Carriers.open(mbox.getBytes(StandardCharsets.UTF_8)).shape());
  }

  @Test
  void anEmptyLineAfterEachLine() throws Exception {
    String folded = LINES.replace(" by mail", "\n by mail").replace("; Mon", ";\n Mon");
    String spaced = (folded + "To: b@example.net\nSubject: x\nX-A: b\n").replace("\n", "\n\n");
    same("Look here\n\n" + spaced);
  }

  @Test
  void cutOutOfACellOrAString() throws Exception {
    for (String end : new String[] {"\"", "\"}", "'", ");"}) {
      same("ticket,\n" + LINES.stripTrailing() + end + "\n");
    }
  }

  /** The page that Gmail shows above the source, copied without it. */
  @Test
  void gmailsTable() throws Exception {
    String table =
        "Original Message\nMessage ID\t<1@example.com>\nCreated at:\tMon, Nov 23, 2026 at 1:00 PM"
            + " (Delivered after 2 seconds)\nFrom:\tA <a@example.com>\nTo:\tb@example.net\n"
            + "Subject:\tHello\nSPF:\tPASS with IP 192.0.2.1\n";
    Headers headers = only(table);
    assertEquals("<1@example.com>", headers.first("Message-ID").orElseThrow().strip());
    assertEquals("A <a@example.com>", headers.first("From").orElseThrow().strip());
    Headers source = only(table + "\nDownload Original\n\n" + LINES + "Subject: Hello\n");
    assertEquals("<a@example.com>", source.first("Return-Path").orElseThrow().strip());
  }

  /** What it says of itself, Received fields and all, is not what its parts would say. */
  @Test
  void theHeaderOfABounceAloneIsAHeader() throws Exception {
    String header = LINES + "Content-Type: multipart/report; report-type=delivery-status\n";
    assertEquals(
        Report.Shape.HEADERS, Carriers.open(header.getBytes(StandardCharsets.UTF_8)).shape());
    String bounce = header + "\nIt could not be delivered.\n";
    assertEquals(Report.Shape.DSN, Carriers.open(bounce.getBytes(StandardCharsets.UTF_8)).shape());
  }
}
