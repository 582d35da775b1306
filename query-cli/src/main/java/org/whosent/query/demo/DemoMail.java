package org.whosent.query.demo;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** The messages of the demo: what users submit, what a victim and a foreign server send back. */
final class DemoMail {
  private DemoMail() {}

  static String ordinary(String from, String to, String subject, String text) {
    return fields(
        "From: " + from,
        "To: " + to,
        "Subject: " + subject,
        "Date: " + now(),
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "",
        text);
  }

  /**
   * Spam that tries to frame another user: her address in From, and under its own a Received field
   * that is hers to the letter, with the real transaction ID of a message that she did send.
   */
  static String framing(String victim, String stolenReceived, String to) {
    return fields(
        stolenReceived.stripTrailing(),
        "From: " + victim,
        "To: " + to,
        "Subject: Cheap meds, today only",
        "Date: " + now(),
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "",
        "Dear friend,",
        "the pills that your doctor does not want you to know of, now at half the price.",
        "Reply to this mail with the number of your card and we ship within the hour.",
        "");
  }

  /** A feedback report (RFC 5965) about a message, as a mailbox provider sends it. */
  static String complaint(String reported) {
    return fields(
        "From: Feedback Loop <fbl@bigisp.example>",
        "To: abuse@example.org",
        "Subject: FW: Cheap meds, today only",
        "Date: " + now(),
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=feedback-report; boundary=\"report\"",
        "",
        "--report",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "This is an email abuse report for a message that one of our users received.",
        "",
        "--report",
        "Content-Type: message/feedback-report",
        "",
        "Feedback-Type: abuse",
        "User-Agent: BigISP-Feedback/1.0",
        "Version: 1",
        "",
        "--report",
        "Content-Type: message/rfc822",
        "",
        reported.stripTrailing(),
        "",
        "--report--",
        "");
  }

  /** A bounce (RFC 3464) from a far server, which gives back only the header of the original. */
  static String bounce(String sender, String recipient, String header) {
    return fields(
        "From: Mail Delivery System <MAILER-DAEMON@mx.example.net>",
        "To: " + sender,
        "Subject: Undelivered Mail Returned to Sender",
        "Date: " + now(),
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=\"bounce\"",
        "",
        "--bounce",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "Your message could not be delivered: there is no such mailbox here.",
        "",
        "--bounce",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.net",
        "",
        "Final-Recipient: rfc822; " + recipient,
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 no such mailbox",
        "",
        "--bounce",
        "Content-Type: text/rfc822-headers",
        "",
        header.stripTrailing(),
        "",
        "--bounce--",
        "");
  }

  private static String now() {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
  }

  private static String fields(String... lines) {
    return String.join("\r\n", lines).replaceAll("\r?\n", "\r\n") + "\r\n";
  }
}
