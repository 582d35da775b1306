package org.whosent.record.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class CarriersTest {
  private static byte[] fixture(String name) throws IOException {
    try (var in =
        CarriersTest.class.getResourceAsStream("/org/whosent/fixtures/messages/" + name)) {
      return in.readAllBytes();
    }
  }

  private static Report open(String text) throws IOException {
    return Carriers.open(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String messageId(Report report) {
    return report.inside().getFirst().message().headers().first("Message-ID").orElse(null);
  }

  @Test
  void realCarriersGiveUpWhatTheyCarry() throws IOException {
    record Row(String file, Report.Shape shape, ReportedMessage.Extent extent, String messageId) {}
    for (Row row :
        List.of(
            new Row(
                "arf-0134.eml",
                Report.Shape.ARF,
                ReportedMessage.Extent.WHOLE,
                "<6d5676b2b40bee0f.db56ac7b811e@example.com>"),
            new Row(
                "arf_headers-0166.eml",
                Report.Shape.ARF,
                ReportedMessage.Extent.HEADER,
                "<85602047933d4873.f16d126dcba5@MacBook-Pro.local>"),
            new Row(
                "listed_then_arf-0637.eml",
                Report.Shape.ARF,
                ReportedMessage.Extent.WHOLE,
                "<2c1253b54e9fc131.24c85eaea59a@mail.example.com>"),
            new Row(
                "far-exim-00007.eml",
                Report.Shape.DSN,
                ReportedMessage.Extent.HEADER,
                "<e0ac908152ea3aee.39142c555960@example.com>"),
            new Row(
                "local-00105.eml",
                Report.Shape.DSN,
                ReportedMessage.Extent.WHOLE,
                "<f5686d26b8f8fa6e.0a23eae14ee3@MacBook-Pro.local>"),
            new Row(
                "attached_b64-0102.eml",
                Report.Shape.MESSAGE,
                ReportedMessage.Extent.WHOLE,
                "<a7b2050073fc44e4.08ec7b10be98@example.com>"),
            new Row(
                "inline-0038.eml",
                Report.Shape.MESSAGE,
                ReportedMessage.Extent.QUOTED,
                "no-brackets-2108cf8a2c9a"),
            new Row(
                "inline_qp-0573.eml",
                Report.Shape.MESSAGE,
                ReportedMessage.Extent.QUOTED,
                "<e6af2bf63abac918.d8ad1797ddaf@desktop.local>"))) {
      Report report = Carriers.open(fixture(row.file));
      assertEquals(row.shape, report.shape(), row.file);
      assertEquals(1, report.inside().size(), row.file);
      assertEquals(row.extent, report.inside().getFirst().extent(), row.file);
      assertEquals(row.messageId, messageId(report), row.file);
    }
  }

  @Test
  void theReportsFieldsAreRead() throws IOException {
    Headers arf = Carriers.open(fixture("arf-0134.eml")).fields();
    assertEquals("203.0.113.91", arf.first("Source-IP").orElseThrow());
    Headers dsn = Carriers.open(fixture("far-exim-00007.eml")).fields();
    assertEquals("4jY9Sc49LKzbyS5", dsn.first("X-Postfix-Queue-ID").orElseThrow());
    assertEquals(3, dsn.all("Final-Recipient").size());
  }

  @Test
  void quotedReceivedFieldsSurviveLostIndentation() throws IOException {
    Report report = Carriers.open(fixture("inline-0038.eml"));
    List<String> received = report.inside().getFirst().message().headers().all("Received");
    assertEquals(2, received.size());
    assertEquals("4jY9Sr54tTzc0LQ", ReceivedField.parse(received.get(1)).id());
  }

  @Test
  void aHeaderBlockAndText() throws IOException {
    assertEquals(Report.Shape.HEADERS, Carriers.open(fixture("headersonly-0478.eml")).shape());
    assertEquals(Report.Shape.TEXT, Carriers.open(fixture("ids_in_text-0606.eml")).shape());
    assertEquals(Report.Shape.TEXT, open("Note: please look at this\nthanks\n").shape());
    assertEquals(Report.Shape.HEADERS, open("\n\n  \nReceived: by a id b; x\nTo: c").shape());
  }

  @Test
  void anAttachmentOfAnAttachmentStaysInside() throws IOException {
    String inner = "From: c@d\nMessage-ID: <inner@x>\n\ntext\n";
    String middle =
        "From: a@b\nMessage-ID: <middle@x>\nContent-Type: multipart/mixed; boundary=m\n\n"
            + "--m\nContent-Type: message/rfc822\n\n"
            + inner
            + "\n--m--\n";
    Report report =
        open(
            "From: e@f\nContent-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type:"
                + " message/rfc822\n\n"
                + middle
                + "\n--o--\n");
    assertEquals(1, report.inside().size());
    assertEquals("<middle@x>", messageId(report));
  }

  @Test
  void mboxesAreSplitAndUnquoted() throws IOException {
    String mbox =
        "From a@b Mon Nov 23 15:00:00 2026\nFrom: 1@x\n\n>From here\nFrom there to 1:00 x\n\n"
            + "From a@b Mon Nov 23 15:00:00 2026\r\nFrom: 2@x\r\n\r\nbody\r\n";
    List<String> messages = new ArrayList<>();
    try (MessageSplitter splitter =
        new MessageSplitter(new ByteArrayInputStream(mbox.getBytes(StandardCharsets.UTF_8)))) {
      byte[] next;
      while ((next = splitter.next()) != null) {
        messages.add(new String(next, StandardCharsets.UTF_8));
      }
    }
    assertEquals(
        List.of("From: 1@x\n\nFrom here\nFrom there to 1:00 x\n\n", "From: 2@x\r\n\r\nbody\r\n"),
        messages);
  }

  @Test
  void lineEndingsOfAllKinds() throws IOException {
    for (String ending : new String[] {"\n", "\r\n", "\r"}) {
      OpenedMessage message =
          OpenedMessage.open(
              "Received: by a\n\twith b\nSubject: x\n\nbody\n"
                  .replace("\n", ending)
                  .getBytes(StandardCharsets.UTF_8));
      assertEquals("by a\twith b", message.headers().first("received").orElseThrow());
      assertEquals("body", message.text().strip());
    }
    OpenedMessage unseparated =
        OpenedMessage.open("From: a\nSubject: b\nThis is body\n".getBytes());
    assertEquals("This is body", unseparated.text().strip());
  }

  @Test
  void nothingIsRefusedInOneClearLine() {
    UnreadableMessageException e =
        assertThrows(UnreadableMessageException.class, () -> Carriers.open(new byte[0]));
    assertTrue(e.getMessage().contains("empty"));
  }

  /** The key gives the fields of the report and, of the message inside, Message-ID and Received. */
  @Test
  void publicAbuseReportsReadAsTheirKeySays() throws IOException {
    Path samples =
        Path.of(System.getProperty("whosent.root"), "../shared/public-samples/arf/email-arf");
    Assumptions.assumeTrue(Files.isDirectory(samples), "runs beside the checkout only");
    List<String> rows = Files.readAllLines(samples.resolve("key.tsv"));
    for (String row : rows.subList(1, rows.size())) {
      String[] key = row.split("\t", -1);
      String name = Path.of(key[0]).getFileName().toString();
      Report report = Carriers.open(Files.readAllBytes(samples.resolve(name)));
      Headers original = report.inside().getFirst().message().headers();
      assertEquals(key[2], original.first("Message-ID").orElseThrow().replaceAll("[<>]", ""), name);
      ReceivedField received = ReceivedField.parse(original.first("Received").orElseThrow());
      assertEquals(key[3], received.id(), name);
      assertEquals(key[4], received.by(), name);
      for (String field : key[7].split("\\|")) {
        int equals = field.indexOf('=');
        assertEquals(
            field.substring(equals + 1),
            report.fields().first(field.substring(0, equals)).orElseThrow(),
            name + " " + field);
      }
    }
    assertEquals(4, rows.size());
  }

  @Test
  void publicSamplesAreRecognised() throws IOException {
    Path samples = Path.of(System.getProperty("whosent.root"), "../shared/public-samples");
    Assumptions.assumeTrue(Files.isDirectory(samples), "runs beside the checkout only");
    try (DirectoryStream<Path> arf =
        Files.newDirectoryStream(samples.resolve("arf/email-arf"), "*.msg")) {
      for (Path file : arf) {
        Report report = Carriers.open(Files.readAllBytes(file));
        assertEquals(Report.Shape.ARF, report.shape(), file.toString());
        assertEquals(1, report.inside().size(), file.toString());
      }
    }
    Path dsn = samples.resolve("dsn/mimekit");
    for (String file :
        List.of("delivery-status.txt", "delivery-status-multiple-blank-lines.txt", "bounce.txt")) {
      assertEquals(
          Report.Shape.DSN, Carriers.open(Files.readAllBytes(dsn.resolve(file))).shape(), file);
    }
    assertEquals(
        Report.Shape.ARF,
        Carriers.open(Files.readAllBytes(dsn.resolve("feedback-report.txt"))).shape());
  }

  /**
   * A key made by hand: the file; of the report, Reporting-MTA, Final- or Original-Recipient,
   * Action, Original-Envelope-Id, Arrival-Date and the server's queue ID; of the message inside,
   * Message-ID and the ID of its lowest Received field. A dash where the file has none.
   */
  private static final String DSN_KEY =
      """
      delivery-status.txt|mm1|newsletter-request@imusic.com|failed|-|1996-07-29T09:12:50Z|-|<31FC7EB4.41C6@netscape.com>|CAA24688
      delivery-status2.txt|smtp-out.dis-hosting.net|source@domain.com|failed|-|-|-|-|-
      delivery-status-multiple-blank-lines.txt|someserver.com|orig_recip@customer.com|-|-|-|-|-|-
      bounce.txt|hmail.jitbit.com|netec.test@netecgc.com|failed|-|2022-01-26T09:06:46Z|630A242E63|<44565655.JitbitHelpdesk.13439.691a0afc-a0a0-457c-8208-f20b7c4a4cb1@jitbit.com>|630A242E63
      """;

  @Test
  void publicBouncesReadAsTheirKeySays() throws IOException {
    Path samples =
        Path.of(System.getProperty("whosent.root"), "../shared/public-samples/dsn/mimekit");
    Assumptions.assumeTrue(Files.isDirectory(samples), "runs beside the checkout only");
    for (String row : DSN_KEY.lines().toList()) {
      String[] key = row.split("[|]");
      Report report = Carriers.open(Files.readAllBytes(samples.resolve(key[0])));
      assertEquals(Report.Shape.DSN, report.shape(), row);
      Headers fields = report.fields();
      assertEquals(key[1], said(fields, "Reporting-MTA"), row);
      String recipient = said(fields, "Final-Recipient");
      assertEquals(key[2], recipient.equals("-") ? said(fields, "Original-Recipient") : recipient);
      assertEquals(key[3], said(fields, "Action"), row);
      assertEquals(key[4], said(fields, "Original-Envelope-Id"), row);
      assertEquals(
          key[5],
          fields.first("Arrival-Date").flatMap(MailDate::parse).map(Instant::toString).orElse("-"));
      assertEquals(key[6], said(fields, "X-Postfix-Queue-ID"), row);
      Headers inside =
          report.inside().isEmpty() ? Headers.NONE : report.inside().getFirst().message().headers();
      assertEquals(key[7], said(inside, "Message-ID"), row);
      List<String> received = inside.all("Received");
      assertEquals(
          key[8], received.isEmpty() ? "-" : ReceivedField.parse(received.getLast()).id(), row);
    }
  }

  /** Without the type before the semicolon; a dash for none. */
  private static String said(Headers fields, String name) {
    return fields.first(name).map(v -> v.substring(v.indexOf(';') + 1).strip()).orElse("-");
  }
}
