package org.whosent.record.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which mail is a bounce though it is no report, and what of it speaks for what it returns. */
class OldBounceTest {
  private static final String RETURNED = "\nReceived: by a id b\nMessage-ID: <1@x>\n\ntext\n";

  private static Report open(String header, String body) throws IOException {
    String message = header + "Message-ID: <c@far>\n\n" + body;
    return Carriers.open(message.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> fields(String header, String body) throws IOException {
    Report report = open(header, body);
    assertEquals(Report.Shape.DSN, report.shape(), header + body);
    return report.fields().fields().stream().map(f -> f.name() + "=" + f.value()).toList();
  }

  private static Report.Shape shape(String from, String subject, String more, String body)
      throws IOException {
    return open("From: " + from + "\nSubject: " + subject + "\n" + more, body).shape();
  }

  private static final String NULL_PATH = "Return-Path: <>\n";

  @Test
  void whoSendsItAndWhatItSays() throws IOException {
    for (String system :
        List.of(
            "MAILER-DAEMON@far",
            "Mailer Daemon <x@far>".replace("r D", "rD"),
            "Mail Delivery Subsystem <x@far>",
            "Mail System <x@far>",
            "postmaster@far",
            "mailadm@far",
            "MTA <x@far>")) {
      assertEquals(Report.Shape.DSN, shape(system, "x", NULL_PATH, RETURNED), system);
      assertEquals(Report.Shape.DSN, shape(system, "failure notice", "", RETURNED), system);
      assertEquals(Report.Shape.MESSAGE, shape(system, "x", "", RETURNED), system);
      assertEquals(
          Report.Shape.MESSAGE, shape(system, "x", "Return-Path: <a@b>\n", RETURNED), system);
    }
    for (String subject :
        List.of(
            "Undeliverable: x",
            "Undelivered Mail Returned to Sender",
            "Unzustellbar: x",
            "Returned mail: x",
            "Delivery Status Notification",
            "Delivery failure",
            "failed delivery",
            "Mail could not be delivered",
            "User unknown",
            "Warning: could not send message",
            "=?utf-8?q?failure_notice?=")) {
      assertEquals(Report.Shape.DSN, shape("a@b", subject, NULL_PATH, RETURNED), subject);
      assertEquals(
          Report.Shape.DSN, shape("a@b", subject, "Return-Path: < >\n", RETURNED), subject);
      assertEquals(Report.Shape.MESSAGE, shape("a@b", subject, "", RETURNED), subject);
    }
    assertEquals(Report.Shape.MESSAGE, shape("a@b", "x", NULL_PATH, RETURNED));
    assertEquals(Report.Shape.DSN, shape("a@b", "x", "X-Failed-Recipients: c@d\n", RETURNED));
    assertEquals(Report.Shape.MESSAGE, shape("HMTAX <a@b>", "x", NULL_PATH, RETURNED));
  }

  /** Then it says at least who did not get it. */
  @Test
  void oneThatReturnsNothing() throws IOException {
    String system = "MAILER-DAEMON@far";
    String subject = "failure notice";
    assertEquals(Report.Shape.DSN, shape(system, subject, "", "<c@d>:\nno such user\n"));
    assertEquals(Report.Shape.MESSAGE, shape(system, subject, NULL_PATH, "no such user\n"));
    assertEquals(Report.Shape.MESSAGE, shape("a@b", subject, NULL_PATH, "<c@d>:\nnone\n"));
    assertEquals(Report.Shape.MESSAGE, shape(system, "x", NULL_PATH, "<c@d>:\nnone\n"));
    assertEquals(
        Report.Shape.DSN, shape(system, subject, "X-Failed-Recipients: c@d\n", "no such user\n"));
    assertEquals(
        Report.Shape.MESSAGE, shape("a@b", "x", "X-Failed-Recipients: c@d\n", "no such user\n"));
  }

  private static final String HEADER = "From: MAILER-DAEMON@far\nSubject: failure notice\n";

  @Test
  void whoDidNotGetIt() throws IOException {
    for (String line :
        List.of(
            "<C@d>:",
            "c@d",
            "  c@d  ",
            "\tc@d no such user",
            "To: c@d",
            "Recipient:\tc@d",
            "RCPT To: <c@d>",
            "Failed recipient: <c@d>: none".replace(": none", " none"))) {
      assertEquals(
          List.of("Final-Recipient=rfc822; c@d"), fields(HEADER, "Sorry.\n\n" + line + "\n"), line);
    }
    for (String none :
        List.of(
            "mail to c@d failed",
            "x".repeat(21) + " c@d",
            " ".repeat(21) + "c@d",
            "c@d" + " x".repeat(110),
            "<c@d,e@f>",
            "@d",
            "From: c@d",
            "x".repeat(65) + "@d",
            "> c@d")) {
      assertEquals(Report.Shape.MESSAGE, open(HEADER, "Sorry.\n\n" + none + "\n").shape(), none);
    }
    assertEquals(
        List.of("Final-Recipient=rfc822; c@d", "Final-Recipient=rfc822; e@f"),
        fields(
            HEADER + "X-Failed-Recipients: c@d,\n , e@f\nX-Failed-Recipients: c@d\n",
            "e@f\nC@D\n"));
    // Not those of the message that it returns.
    assertEquals(
        List.of("Final-Recipient=rfc822; c@d"), fields(HEADER, "c@d\n" + RETURNED + "e@f\n"));
    assertEquals(
        List.of("Final-Recipient=rfc822; c@d"),
        fields(HEADER, "c@d\nReturn-Path: <a@b>" + RETURNED + "e@f\n"));
    assertEquals(
        List.of("Final-Recipient=rfc822; c@d"),
        fields(HEADER, "c@d\n" + "x\n".repeat(199) + "e@f\n"));
    assertEquals(2, fields(HEADER, "c@d\n" + "x\n".repeat(198) + "e@f\n").size());
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 101; i++) {
      many.append('x').append(i).append("@d\n");
    }
    assertEquals(100, fields(HEADER, many.toString()).size());
  }

  /** RFC 5321 section 6.1: to whom it went is from whom that message came. */
  @Test
  void fromWhomAndWhen() throws IOException {
    String more = "To: a@b\nDate: Mon, 23 Nov 2026 12:00:00 +0000\n";
    assertEquals(
        List.of(
            "Final-Recipient=rfc822; c@d",
            "Original-Mail-From=a@b",
            "Arrival-Date=Mon, 23 Nov 2026 12:00:00 +0000"),
        fields(HEADER + more, "c@d\n"));
    // A bounce that says nobody speaks for no sender either.
    assertEquals(List.of(), fields(HEADER + more, "Sorry.\n" + RETURNED));
  }
}
