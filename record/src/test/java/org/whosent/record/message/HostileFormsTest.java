package org.whosent.record.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** Broken and oversized forwards, bounces, archives and JSON: no crash, no endless search. */
class HostileFormsTest {
  private static final String HEADER =
      "Received: from a by b with SMTP id 4jY9Sb6Dptzbyx3; Mon, 23 Nov 2026 12:00:00 +0000\n"
          + "From: A <a@example.com>\nSubject: s\nMessage-ID: <1@x>\n\n";
  private static final String LABELS =
      "Von: A <a@example.com>\nGesendet: Montag\nAn: r@far.example\nBetreff: s\n\ntext\n";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String mail(String type, String body) {
    return "From: MAILER-DAEMON@far.example\nTo: a@example.com\nSubject: failure notice\n"
        + "Content-Type: "
        + type
        + "\n\n"
        + body;
  }

  private static byte[] zip(int entries, int size) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < entries; i++) {
        zip.putNextEntry(new ZipEntry("../" + i + ".eml"));
        zip.write(bytes(HEADER));
        zip.write(new byte[size]);
      }
    }
    return out.toByteArray();
  }

  private static String attached(byte[] content) {
    return mail(
        "multipart/mixed; boundary=b",
        "--b\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n"
            + Base64.getMimeEncoder().encodeToString(content)
            + "\n--b--\n");
  }

  private static Report open(byte[] input) throws IOException {
    Report report = Carriers.open(input);
    for (ReportedMessage inside : report.inside()) {
      inside.message().digests();
      inside.message().headers().all("Received").forEach(ReceivedField::parse);
    }
    return report;
  }

  private static void split(byte[] input) throws IOException {
    try (MessageSplitter splitter = new MessageSplitter(new ByteArrayInputStream(input))) {
      byte[] message;
      while ((message = splitter.next()) != null) {
        try {
          open(message);
        } catch (UnreadableMessageException e) {
          assertFalse(e.getMessage().isBlank());
        }
      }
    }
  }

  @Test
  void mutantsOfEveryForm() throws IOException {
    String json =
        "{\"Version\": \"3\", \"Report\": {\"SmtpMailFromAddress\": \"a@b\", \"Samples\":"
            + " [{\"ContentType\": \"message/rfc822\", \"Payload\": \"RnJvbTogYQoKeA==\"}]}}";
    List<byte[]> forms =
        List.of(
            bytes(mail("text/plain", "> " + HEADER.replace("\n", "\n> ") + "text\n")),
            bytes(mail("text/html", "<table><tr><td>" + HEADER.replace("\n", "<br>") + "</table>")),
            bytes(mail("text/plain; charset=utf-8", LABELS)),
            bytes(mail("text/plain", "<r@far.example>:\nno\n\n--- Below\n\n" + HEADER + "x\n")),
            bytes(attached(zip(3, 100))),
            bytes("[" + json + ",\n" + json + "]"),
            HEADER.getBytes(StandardCharsets.UTF_16LE),
            bytes("From a Mon Nov 23 15:00:00 2026\n" + HEADER + "x\n\nFrom b 1:00 x\n" + HEADER));
    for (long seed : new long[] {7, System.nanoTime()}) {
      Random random = new Random(seed);
      for (byte[] form : forms) {
        for (int round = 0; round < 200; round++) {
          byte[] mutant = HostileMessageTest.mutate(form, random);
          try {
            split(mutant);
          } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError("seed " + seed + ", round " + round, e);
          }
        }
      }
    }
  }

  /** Each would take hours with a search that goes back to the start. */
  @Test
  void whatInvitesEndlessSearching() throws IOException {
    int much = 200_000;
    for (String body :
        List.of(
            "To: x\n".repeat(much / 4),
            "From: a\nSent: b\n".repeat(much / 8),
            " ".repeat(much) + "Received: x\n",
            ("Received: x" + " ".repeat(20)).repeat(much / 40),
            "<mailto:".repeat(much / 8) + "\n",
            "From: " + "<mailto:".repeat(much / 8) + "\nSubject: x\nTo: y\n\n",
            "Received:" + "\\n".repeat(much),
            "a@".repeat(much) + "\n",
            "\n".repeat(much),
            "> ".repeat(much) + "From: x\n",
            "x".repeat(much) + "@",
            HEADER + "boundary=".repeat(much / 9),
            "Received: a\nContent-Type: multipart/mixed; boundary"
                + " ".repeat(much)
                + "\nTo: x\n\n",
            "&lt;".repeat(much / 4))) {
      for (String input :
          List.of(
              body,
              mail("text/plain", body),
              mail("text/html", "<pre>" + body),
              mail("text/html", body.replace("\n", "<div>")))) {
        try {
          open(bytes(input));
        } catch (UnreadableMessageException e) {
          assertFalse(e.getMessage().isBlank());
        }
      }
    }
  }

  @Test
  void archivesInMailAreBounded() throws IOException {
    assertEquals(3, open(bytes(attached(zip(3, 10)))).inside().size());
    assertEquals(Report.MOST, open(bytes(attached(zip(Report.MOST + 100, 0)))).inside().size());
    // 4 of 60 MiB: the third does not fit any more.
    assertTrue(open(bytes(attached(zip(4, 60 << 20)))).inside().size() <= 2);
  }

  @Test
  void oneBrokenJsonReportDoesNotTakeTheNext() throws IOException {
    String good = "{\"xarf_version\": \"4.0\", \"smtp_from\": \"a@b\"}";
    try (MessageSplitter splitter =
        new MessageSplitter(
            new ByteArrayInputStream(
                bytes(good + "\n{\"a\": \"no end\n}\n" + good + "\n\n  " + good)))) {
      int whole = 0;
      byte[] next;
      while ((next = splitter.next()) != null) {
        whole += new String(next, StandardCharsets.UTF_8).equals(good) ? 1 : 0;
      }
      assertEquals(3, whole);
    }
  }
}
