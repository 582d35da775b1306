package org.whosent.record.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** Which parts of a message are messages that it carries, and what of a report is a field of it. */
class OriginalsTest {
  private static final String MESSAGE = "Received: by a id b\nMessage-ID: <1@x>\n\ntext\n";
  private static final String TOP = "From: e@f\nMessage-ID: <c@far>\nContent-Type: ";

  private static Report open(String message) throws IOException {
    return Carriers.open(message.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String parts(String... parts) {
    StringBuilder out = new StringBuilder(TOP + "multipart/mixed; boundary=b\n\n");
    for (String part : parts) {
      out.append("--b\n").append(part).append('\n');
    }
    return out.append("--b--\n").toString();
  }

  /** Extent and Message-ID of each. */
  private static List<String> carried(String message) throws IOException {
    return open(message).inside().stream()
        .map(one -> one.extent() + " " + one.message().headers().first("Message-ID").orElse("none"))
        .toList();
  }

  private static List<String> attached(String header, String content) throws IOException {
    return carried(parts("\nsee\n", header + "\n\n" + content));
  }

  private static String base64(byte[] content) {
    return Base64.getMimeEncoder().encodeToString(content);
  }

  @Test
  void messagesAndHeaders() throws IOException {
    for (String type : List.of("message/rfc822", "message/global", "message/news", "text/rfc822")) {
      assertEquals(List.of("WHOLE <1@x>"), attached("Content-Type: " + type, MESSAGE), type);
      assertEquals(List.of("HEADER none"), attached("Content-Type: " + type, "Subject: s\n"), type);
      assertEquals(List.of(), attached("Content-Type: " + type, "no message\n"), type);
      assertEquals(List.of(), attached("Content-Type: " + type, ""), type);
      assertEquals(List.of(), attached("Content-Type: " + type, "X-Other: field\n"), type);
    }
    for (String type :
        List.of(
            "text/rfc822-headers",
            "text/rfc822-header",
            "message/rfc822-headers",
            "message/rfc822-header",
            "message/global-headers")) {
      assertEquals(List.of("HEADER <1@x>"), attached("Content-Type: " + type, MESSAGE), type);
    }
    for (String type : List.of("message/partial", "message/external-body", "message/x-other")) {
      assertEquals(List.of(), attached("Content-Type: " + type, MESSAGE), type);
    }
    String one = "Content-Type: message/rfc822\n\n" + MESSAGE;
    assertEquals(
        List.of("WHOLE <1@x>", "HEADER <3@x>", "WHOLE <2@x>"),
        carried(
            parts(
                one,
                one.replace("rfc822", "rfc822-headers").replace("<1", "<3"),
                one.replace("<1", "<2"))));
    assertEquals(
        List.of("WHOLE <1@x>"), carried(TOP + "message/rfc822\n\n" + MESSAGE)); // the whole of it
    assertEquals(List.of("WHOLE <1@x>"), carried(TOP + "application/x\n\n" + MESSAGE));
  }

  @Test
  void filesThatAreMessages() throws IOException {
    for (String type :
        List.of(
            "application/octet-stream",
            "text/plain; name=x.txt",
            "text/html\nContent-Disposition: attachment",
            "text/plain\nContent-Disposition: inline; filename=y",
            "video/x")) {
      assertEquals(List.of("WHOLE <1@x>"), attached("Content-Type: " + type, MESSAGE), type);
      assertEquals(
          List.of("HEADER <1@x>"),
          attached("Content-Type: " + type, MESSAGE.substring(0, MESSAGE.indexOf("\n\n"))),
          type);
      assertEquals(
          List.of("WHOLE <1@x>"),
          attached("Content-Type: " + type, "Subject: s\nMessage-ID: <1@x>\n\ntext\n"));
      assertEquals(
          List.of("WHOLE none"),
          attached("Content-Type: " + type, "Received: by a id b\nX: y\n\ntext\n"));
      // One field is none, nor are two without an identifier.
      for (String none :
          List.of(
              "Message-ID: <1@x>\n\ntext\n", "From: a@b\nTo: c@d\n\ntext\n", "text\n", "", "\n")) {
        assertEquals(List.of(), attached("Content-Type: " + type, none), type + none);
      }
    }
    // A picture is none, whatever it holds; what is shown is looked at as text.
    assertEquals(List.of(), attached("Content-Type: image/png", MESSAGE));
    assertEquals(List.of("QUOTED <1@x>"), attached("Content-Type: text/plain", MESSAGE));
    assertEquals(
        List.of("QUOTED <1@x>"),
        attached("Content-Type: text/html", "<pre>" + MESSAGE.replace("<1", "&lt;1") + "</pre>"));
    // What is attached comes first.
    assertEquals(
        List.of("WHOLE <2@x>"),
        carried(
            parts(
                "\n" + MESSAGE, "Content-Type: message/rfc822\n\n" + MESSAGE.replace("<1", "<2"))));
  }

  private static byte[] zip(String... contents) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < contents.length; i++) {
        zip.putNextEntry(new ZipEntry(i + ".eml"));
        zip.write(contents[i].getBytes(StandardCharsets.ISO_8859_1));
      }
    }
    return out.toByteArray();
  }

  private static List<String> archive(String type, byte[] content) throws IOException {
    return attached(
        "Content-Type: " + type + "\nContent-Transfer-Encoding: base64", base64(content));
  }

  @Test
  void messagesInArchives() throws IOException {
    byte[] three = zip(MESSAGE, "no message", MESSAGE.replace("<1", "<2"));
    for (String type : List.of("application/zip", "application/octet-stream", "image/png")) {
      assertEquals(List.of("WHOLE <1@x>", "WHOLE <2@x>"), archive(type, three), type);
    }
    assertEquals(List.of(), archive("text/plain", three));
    // Broken: what was read up to there.
    byte[] broken = Arrays.copyOf(three, three.length / 2);
    assertEquals(List.of("WHOLE <1@x>"), archive("application/zip", broken));
    for (int i = 0; i < 4; i++) {
      byte[] none = three.clone();
      none[i]++;
      assertEquals(List.of(), archive("application/zip", none));
    }
    assertEquals(List.of(), archive("application/zip", Arrays.copyOf(three, 3)));
    assertEquals(List.of(), archive("application/zip", Arrays.copyOf(three, 4)));
  }

  @Test
  void soManyAndNoMore() throws IOException {
    String[] all = new String[400];
    Arrays.fill(all, MESSAGE);
    String file =
        "Content-Type: application/zip\nContent-Transfer-Encoding: base64\n\n" + base64(zip(all));
    assertEquals(Report.MOST, carried(parts(file, file)).size());
    assertEquals(400, carried(parts(file)).size());
  }

  private static List<String> fields(String type, String content) throws IOException {
    Report report = open(parts("\nSorry.\n", "Content-Type: " + type + "\n\n" + content));
    return report.fields().fields().stream()
        .map(f -> report.shape() + " " + f.name() + "=" + f.value())
        .toList();
  }

  /** RFC 3464 section 2.1, RFC 5965 section 3. */
  @Test
  void theFieldsOfAllGroups() throws IOException {
    for (String type : List.of("message/delivery-status", "message/global-delivery-status")) {
      assertEquals(
          List.of("DSN A=1", "DSN B=2 3", "DSN C=4", "DSN D=5"),
          fields(type, "A: 1\nB: 2\n 3\n\n\nC: 4\n\nD: 5"));
      assertEquals(List.of("DSN A=1", "DSN B=2"), fields(type, "\n\nA: 1\nno field\nB: 2\n"));
      assertEquals(List.of(), fields(type, "no field\n"));
      // Some encode all behind the first group, and say so in it.
      String rest = base64("C: 4\n\nD: 5\n".getBytes(StandardCharsets.US_ASCII));
      String encoded = "A: 1\nContent-Transfer-Encoding: %s\n\n" + rest;
      assertEquals(
          List.of("DSN A=1", "DSN Content-Transfer-Encoding=BASE64", "DSN C=4", "DSN D=5"),
          fields(type, encoded.formatted("BASE64")));
      String open = base64("C: 4\n\nD: 5".getBytes(StandardCharsets.US_ASCII));
      assertEquals(
          "DSN D=5", fields(type, encoded.formatted("base64").replace(rest, open)).getLast());
      assertEquals(
          List.of("DSN A=1", "DSN Content-Transfer-Encoding=8bit"),
          fields(type, encoded.formatted("8bit")));
      // Once: what comes out is not decoded again.
      String twice =
          encoded
              .formatted("base64")
              .replace(
                  rest, base64(encoded.formatted("base64").getBytes(StandardCharsets.US_ASCII)));
      assertEquals(
          List.of(
              "DSN A=1",
              "DSN Content-Transfer-Encoding=base64",
              "DSN A=1",
              "DSN Content-Transfer-Encoding=base64"),
          fields(type, twice));
    }
    assertEquals(List.of("ARF A=1", "ARF B=2"), fields("message/feedback-report", "A: 1\nB: 2\n"));
    assertEquals(List.of(), fields("message/other", "A: 1\nB: 2\n"));
  }

  /** Its parts say what it is; only where they do not, its own type does. */
  @Test
  void whatAReportIs() throws IOException {
    String shell = TOP + "multipart/report; report-type=%s; boundary=b\n\n--b\n\nSorry.\n%s--b--\n";
    String feedback = "--b\nContent-Type: message/feedback-report\n\nA: 1\n";
    String status = "--b\nContent-Type: message/delivery-status\n\nA: 1\n";
    for (String type : List.of("feedback-report", "delivery-status", "other")) {
      assertEquals(Report.Shape.ARF, open(shell.formatted(type, feedback)).shape(), type);
      assertEquals(Report.Shape.DSN, open(shell.formatted(type, status)).shape(), type);
      assertEquals(Report.Shape.ARF, open(shell.formatted(type, status + feedback)).shape());
    }
    assertEquals(Report.Shape.ARF, open(shell.formatted("Feedback-Report", "")).shape());
    assertEquals(Report.Shape.DSN, open(shell.formatted("DELIVERY-status", "")).shape());
    assertEquals(
        Report.Shape.MESSAGE, open(shell.formatted("disposition-notification", "")).shape());
    assertEquals(
        Report.Shape.MESSAGE,
        open(shell.replace("/report", "/mixed").formatted("delivery-status", "")).shape());
    String carried = "--b\nContent-Type: message/rfc822\n\n" + MESSAGE;
    for (String type : List.of("feedback-report", "delivery-status")) {
      for (String part : List.of("", feedback, status)) {
        Report report = open(shell.formatted(type, part + carried));
        assertEquals(1, report.inside().size());
        assertEquals("<c@far>", report.outer().headers().first("Message-ID").orElseThrow());
      }
    }
  }

  @Test
  void whatIsNoMailIsText() throws IOException {
    for (String field :
        List.of(
            "Received",
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "Return-Path",
            "Delivered-To",
            "Envelope-To",
            "X-Envelope-To",
            "X-Original-To",
            "Reply-To",
            "Sender",
            "MIME-Version",
            "Content-Type",
            "DKIM-Signature",
            "Authentication-Results")) {
      assertEquals(Report.Shape.HEADERS, open(field + ": x\n").shape(), field);
      assertEquals(Report.Shape.MESSAGE, open(field + ": x\n\ntext\n").shape(), field);
      assertEquals(Report.Shape.TEXT, open("X" + field + ": x\n\ntext\n").shape(), field);
    }
    Report text = open("Hello: this is\n" + MESSAGE);
    assertEquals(Report.Shape.MESSAGE, text.shape());
    text = open("Hello, this is\n" + MESSAGE);
    assertEquals(Report.Shape.TEXT, text.shape());
    assertEquals("Hello, this is\n" + MESSAGE, text.text());
    assertEquals(1, text.inside().size());
    for (String tag : List.of("html", "body", "div", "p", "br", "table", "pre", "blockquote")) {
      String page = "<" + tag + "> x <pre>" + MESSAGE.replace("<1", "&lt;1") + "</pre>";
      assertEquals(List.of("QUOTED <1@x>"), carried(page), tag);
    }
    assertTrue(open("no markup, no message\n").inside().isEmpty());
  }

  /** What is attached packed is unpacked once, also for naming what of it could not be opened. */
  @Test
  void archivesAreUnpackedOnce() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(packed)) {
      zip.putNextEntry(new ZipEntry("a.rar"));
      zip.write(new byte[1000]);
    }
    String zipped = "Content-Transfer-Encoding: base64\n\n" + base64(packed.toByteArray());
    Report report =
        open(
            parts(
                "\nsee\n",
                "Content-Type: application/zip\n" + zipped,
                "Content-Type: text/plain; name=a\nContent-Disposition: attachment\n" + zipped));
    List<AttachedArchive> once = report.shown().archives;
    assertSame(once, AttachedArchive.of(report.shown()));
    assertEquals(1, once.size());
    assertEquals(AttachedArchive.HEAD, once.getFirst().beginnings().getFirst().length);
    OpenedMessage unopened = OpenedMessage.open(report.outer().source());
    assertEquals(1, AttachedArchive.of(unopened).size());
  }
}
