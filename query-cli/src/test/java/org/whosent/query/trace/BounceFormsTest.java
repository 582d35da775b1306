package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whosent.record.message.UnreadableMessageException;

/** Bounces, abuse reports and JSON reports in the forms that servers really write. */
class BounceFormsTest extends MadeUpMail {
  private static final String USER = "a@example.com";
  private static final String ID = "4jY9Sb6Dptzbyx3";
  private String copy;
  private String header;

  @BeforeEach
  void submitted() throws IOException {
    String mail = mail(USER, "<1@x>", TEXT);
    submit(USER, ID, "AAAA1111", mail, false);
    submit("b@example.com", "4jY9Sc2QmxzbySQ", "BBBB2222", mail("b@b", "<2@x>", OTHER), false);
    copy = received(ID, "198.51.100.7") + mail;
    header = copy.substring(0, copy.indexOf("\n\n") + 1);
  }

  private static String bounce(String from, String subject, String more, String body) {
    return "Return-Path: <>\nReceived: by mx.far.example id ZZ; "
        + date(NOON)
        + "\nFrom: "
        + from
        + "\nTo: a@example.com\nSubject: "
        + subject
        + "\nMessage-ID: <bounce@far>\n"
        + more
        + "\n"
        + body;
  }

  private void each(Kind kind, Map<String, String> forms) throws IOException {
    for (Map.Entry<String, String> form : forms.entrySet()) {
      for (String input : List.of(form.getValue(), form.getValue().replace("\n", "\r\n"))) {
        List<TraceResult> results =
            Corpus.tracer(records, keys)
                .trace(new TraceInput.Content("test.eml", input.getBytes(StandardCharsets.UTF_8)));
        assertEquals(1, results.size(), form.getKey());
        String said = form.getKey() + ": " + TraceText.render(results.getFirst());
        assertEquals(Verdict.IDENTIFIED, results.getFirst().verdict(), said);
        assertEquals(USER, results.getFirst().user(), said);
        assertEquals(kind, results.getFirst().kind(), said);
      }
    }
  }

  @Test
  void bouncesThatAreNoReports() throws IOException {
    Map<String, String> forms = new LinkedHashMap<>();
    forms.put(
        "qmail",
        bounce(
            "MAILER-DAEMON@mx.far.example",
            "failure notice",
            "",
            "Hi. This is the qmail-send program at mx.far.example.\n"
                + "I'm afraid I wasn't able to deliver.\n\n"
                + "<r@far.example>:\n"
                + "Sorry, no mailbox here by that name.\n\n"
                + "--- Below this line is a copy of the message.\n\n"
                + "Return-Path: <a@example.com>\n"
                + copy));
    forms.put(
        "Exim",
        bounce(
            "Mail Delivery System <Mailer-Daemon@mx.far.example>",
            "Mail delivery failed: returning message to sender",
            "X-Failed-Recipients: r@far.example\n",
            "This message was created automatically by mail delivery software.\n\n"
                + "The following address(es) failed:\n\n"
                + "  r@far.example\n"
                + "    Unknown user\n\n"
                + "------ This is a copy of the message, including all the headers. ------\n\n"
                + "Return-path: <a@example.com>\n"
                + copy));
    forms.put(
        "Exim, headers",
        bounce(
            "Mail Delivery System <Mailer-Daemon@mx.far.example>",
            "Mail delivery failed: returning message to sender",
            "X-Failed-Recipients: r@far.example\n",
            "This message was created automatically by mail delivery software.\n\n"
                + "  r@far.example\n\n"
                + "------ This is a copy of your message's headers. ------\n\n"
                + "Return-path: <a@example.com>\n"
                + header));
    forms.put(
        "Sendmail 8.6",
        bounce(
            "Mail Delivery Subsystem <MAILER-DAEMON@mx.far.example>",
            "Returned mail: User unknown",
            "",
            "The original message was received at "
                + date(NOON)
                + "\n\n"
                + "   ----- The following addresses had delivery problems -----\n"
                + "<r@far.example>  (unrecoverable error)\n\n"
                + "   ----- Transcript of session follows -----\n"
                + "... while talking to mx.far.example.:\n"
                + ">>> RCPT To:<r@far.example>\n"
                + "<<< 550 <r@far.example>... User unknown\n\n"
                + "   ----- Original message follows -----\n\n"
                + "Return-Path: <a@example.com>\n"
                + copy));
    forms.put(
        "Sendmail 5",
        bounce(
            "MAILER-DAEMON@mx.far.example (Mail Delivery Subsystem)",
            "Returned mail: Host unknown",
            "",
            "   ----- Transcript of session follows -----\n"
                + "550 r@far.example... Host unknown\n\n"
                + "   ----- Unsent message follows -----\n"
                + copy));
    forms.put(
        "Exchange",
        bounce(
            "postmaster@far.example",
            "Undeliverable: watches",
            "Content-Type: text/plain\n",
            "Delivery has failed to these recipients or groups:\n\n"
                + "r@far.example\n\n"
                + "Diagnostic information for administrators:\n\n"
                + "Generating server: mx.far.example\n\n"
                + "r@far.example\n"
                + "#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n\n"
                + "Original message headers:\n\n"
                + header));
    forms.put(
        "Exchange HTML",
        bounce(
            "Microsoft Outlook <postmaster@far.example>",
            "Undeliverable: watches",
            "Content-Type: text/html\n",
            "<html><body><p><b>Delivery has failed</b></p><p>Diagnostic information for"
                + " administrators:</p><p>Original message headers:</p><pre>"
                + header.replace("<", "&lt;").replace(">", "&gt;")
                + "</pre></body></html>\n"));
    forms.put(
        "attached without report",
        bounce(
            "Postmaster <postmaster@far.example>",
            "Delivery failure",
            "Content-Type: multipart/mixed; boundary=q\n",
            "--q\n"
                + "Content-Type: text/plain\n\n"
                + "Your mail to r@far.example failed.\n"
                + "--q\n"
                + "Content-Type: message/rfc822\n\n"
                + copy
                + "\n--q--\n"));
    forms.put(
        "Domino",
        bounce(
            "MAILER-DAEMON@far.example",
            "DELIVERY FAILURE: User r (r@far.example) not listed in Directory",
            "Content-Type: multipart/mixed; boundary=q\n",
            "--q\n"
                + "Content-Type: text/plain\n\n"
                + "Your message\n\n"
                + "  Subject: watches\n\n"
                + "was not delivered to:\n\n"
                + "  r@far.example\n\n"
                + "because:\n\n"
                + "  not listed\n\n"
                + "--q\n"
                + "Content-Type: text/rfc822-headers\n\n"
                + header
                + "\n--q--\n"));
    forms.put(
        "old Google",
        bounce(
            "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
            "Delivery Status Notification (Failure)",
            "X-Failed-Recipients: r@far.example\n",
            "Delivery to the following recipient failed permanently:\n\n"
                + "     r@far.example\n\n"
                + "Technical details of permanent failure:\n"
                + "The error was: 550 unknown\n\n"
                + "----- Original message -----\n\n"
                + copy));
    forms.put(
        "Yahoo",
        bounce(
            "MAILER-DAEMON@yahoo.com",
            "Failure Notice",
            "",
            "Sorry, we were unable to deliver your message to the following address.\n\n"
                + "<r@far.example>:\n"
                + "Remote host said: 550 no\n\n"
                + "--- Below this line is a copy of the message.\n\n"
                + copy));
    forms.put(
        "AOL",
        bounce(
            "MAILER-DAEMON@aol.com (Mail Delivery Subsystem)",
            "Returned mail: see transcript for details",
            "",
            "   ----- The following addresses had permanent fatal errors -----\n"
                + "<r@far.example>\n\n"
                + "   ----- Message header follows -----\n"
                + header));
    forms.put(
        "localised",
        bounce(
            "Mailer-Daemon@far.example",
            "Unzustellbar: watches",
            "",
            "Ihre Nachricht an r@far.example wurde nicht zugestellt.\n\n" + copy));
    each(Kind.DSN, forms);
  }

  private static String report(String machine, String original) {
    return bounce(
        "mta@far.example",
        "report",
        "Content-Type: multipart/report; boundary=q\n",
        "--q\n\nSorry.\n--q\nContent-Type: " + machine + "\n--q\n" + original + "\n--q--\n");
  }

  @Test
  void reports() throws IOException {
    String status =
        "message/delivery-status\n\n"
            + "Reporting-MTA: dns; mx.far.example\n\n"
            + "Final-Recipient: rfc822; r@far.example\n"
            + "Action: failed\n";
    String encoded =
        "message/delivery-status\nContent-Transfer-Encoding: base64\n\n"
            + Base64.getMimeEncoder()
                .encodeToString(status.substring(25).getBytes(StandardCharsets.UTF_8))
            + "\n";
    Map<String, String> forms = new LinkedHashMap<>();
    for (String machine :
        List.of(status, encoded, "message/global-delivery-status" + status.substring(23))) {
      String which = machine.substring(0, 30) + " ";
      forms.put(which + "full", report(machine, "Content-Type: message/rfc822\n\n" + copy));
      forms.put(which + "global", report(machine, "Content-Type: message/global\n\n" + copy));
      forms.put(
          which + "headers", report(machine, "Content-Type: text/rfc822-headers\n\n" + header));
      forms.put(
          which + "other headers",
          report(machine, "Content-Type: message/rfc822-headers\n\n" + header));
      forms.put(
          which + "text only",
          report(machine, "Content-Type: text/plain\n\nOriginal message headers:\n\n" + copy));
      forms.put(
          which + "as a file",
          report(
              machine,
              "Content-Type: application/octet-stream; name=original.eml\n"
                  + "Content-Transfer-Encoding: base64\n\n"
                  + Base64.getMimeEncoder().encodeToString(copy.getBytes(StandardCharsets.UTF_8))));
    }
    each(Kind.DSN, forms);
    forms.clear();
    for (String type :
        List.of("abuse", "fraud", "opt-out", "not-spam", "auth-failure", "other", "ABUSE")) {
      String machine =
          "message/feedback-report\n\nFeedback-Type: "
              + type
              + "\nUser-Agent: x/1\nVersion: 1\nOriginal-Rcpt-To: r@far.example\n"
              + (type.equals("auth-failure")
                  ? "Auth-Failure: dkim\nDelivery-Result: reject\nDKIM-Canonicalized-Header: eA==\n"
                  : "");
      forms.put(type + " full", report(machine, "Content-Type: message/rfc822\n\n" + copy));
      forms.put(
          type + " headers", report(machine, "Content-Type: text/rfc822-headers\n\n" + header));
      forms.put(
          type + " misspelt", report(machine, "Content-Type: text/rfc822-header\n\n" + header));
      forms.put(type + " in the text", report(machine, "Content-Type: text/plain\n\n" + copy));
    }
    each(Kind.ARF, forms);
  }

  private String version3(String payload) {
    return """
    {"Version": "3", "ReporterInfo": {"ReporterOrg": "R", "ReporterOrgEmail": "r@far.example"},
     "Disclosure": true, "Report": {"ReportClass": "Activity", "ReportType": "Spam",
       "Date": "2026-11-23T12:30:00Z", "SourceIp": "192.0.2.1", "SourcePort": 25,
       "SmtpMailFromAddress": "a@example.com", "SmtpRcptToAddress": "r@far.example",
       "Samples": [{"ContentType": "message/rfc822", "Base64Encoded": true, "Payload": "%s"}]}}
    """
        .formatted(payload);
  }

  @Test
  void jsonReports() throws IOException {
    String base64 = Base64.getEncoder().encodeToString(copy.getBytes(StandardCharsets.UTF_8));
    Map<String, String> forms = new LinkedHashMap<>();
    forms.put("version 3", version3(base64));
    forms.put("version 3, text", version3(copy.replace("\n", "\\n").replace("\t", "\\t")));
    forms.put(
        "version 3 in a mail",
        "From: r@far.example\n"
            + "To: abuse@example.com\n"
            + "Subject: abuse\n"
            + "Message-ID: <x@far>\n"
            + "X-XARF: PLAIN\n"
            + "Content-Type: multipart/mixed; boundary=q\n\n"
            + "--q\n\n"
            + "See.\n"
            + "--q\n"
            + "Content-Type: application/json; name=xarf.json\n\n"
            + version3(base64)
            + "\n--q--\n");
    forms.put(
        "X-ARF 0.2",
        "From: r@far.example\n"
            + "To: abuse@example.com\n"
            + "Subject: abuse\n"
            + "Message-ID: <x@far>\n"
            + "X-XARF: PLAIN\n"
            + "Content-Type: multipart/mixed; boundary=q\n\n"
            + "--q\n\n"
            + "See.\n"
            + "--q\n"
            + "Content-Type: text/plain; charset=utf-8; name=report.txt\n\n"
            + "---\n"
            + "Reported-From: r@far.example\n"
            + "Category: abuse\n"
            + "Report-Type: spam\n"
            + "Source: 192.0.2.1\n"
            + "--q\n"
            + "Content-Type: message/rfc822; name=x.eml\n\n"
            + copy
            + "\n--q--\n");
    for (Map.Entry<String, String> form : forms.entrySet()) {
      TraceResult result = trace(form.getValue());
      named(result, USER, Confidence.BY_HEADER);
    }
    TraceResult without = trace(version3("").replace("message/rfc822", "text/none"));
    nobody(without, Verdict.INCONCLUSIVE);
    assertEquals(USER, without.candidates().getFirst().record().user());
  }

  @Test
  void manyJsonReportsInOneFile() throws IOException {
    String one =
        version3(Base64.getEncoder().encodeToString(copy.getBytes(StandardCharsets.UTF_8)));
    String line = one.replace("\n", " ").strip();
    for (String file :
        List.of(
            "[" + one + "," + one + "," + one + "]",
            line + "\n" + line + "\n" + line + "\n",
            "\ufeff [\n" + one + ",\n{\"broken\": \"}]\",\n" + "}, " + one + ", " + one + "]",
            one + one + one)) {
      List<TraceResult> results = new ArrayList<>();
      Tracer tracer = Corpus.tracer(records, keys);
      new InputReader(new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)))
          .read(
              "-",
              new InputReader.Sink() {
                @Override
                public void input(TraceInput input) throws IOException {
                  results.addAll(tracer.trace(input));
                }

                @Override
                public void unreadable(String name, String reason) {
                  throw new AssertionError(reason);
                }
              });
      assertTrue(results.stream().filter(r -> USER.equals(r.user())).count() == 3, file);
    }
  }

  @Test
  void aBounceThatReturnsNothingGivesCandidatesOnly() throws IOException {
    TraceResult result =
        trace(
            bounce(
                "Postmaster@far.example",
                "DELIVERY FAILURE: User r not listed in Directory",
                "Date: " + date(NOON) + "\n",
                "Your message\n\n  Subject: watches\n\nwas not delivered to:\n\n  r@far.example\n\n"
                    + "because:\n\n  not listed\n"));
    nobody(result, Verdict.INCONCLUSIVE);
    assertEquals(Kind.DSN, result.kind());
    assertEquals(USER, result.candidates().getFirst().record().user());
  }

  @Test
  void messagesPackedWithoutEndCostOneClearWord() {
    StringBuilder digest =
        new StringBuilder(
            "From: x@far.example\nMessage-ID: <d@far>\nContent-Type: multipart/mixed;");
    digest.append(" boundary=o\n\n");
    for (int i = 0; i < 20; i++) {
      digest.append("--o\nContent-Type: message/rfc822\n\n");
      digest.append("From: x@far.example\nContent-Type: multipart/digest; boundary=i\n\n");
      digest.append("--i\n\nFrom: a@b\nMessage-ID: <1@b>\n\nx\n".repeat(60)).append("--i--\n");
    }
    digest.append("--o--\n");
    UnreadableMessageException e =
        assertThrows(UnreadableMessageException.class, () -> trace(digest.toString()));
    assertTrue(e.getMessage().startsWith("more than 1000 messages"), e.getMessage());
  }
}
