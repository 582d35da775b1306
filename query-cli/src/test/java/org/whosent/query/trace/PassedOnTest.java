package org.whosent.query.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What stands beside an attachment, or is attached as a text: a message, or what one carried. */
class PassedOnTest extends MadeUpMail {
  private static final String VICTIM = "victim@example.com";
  private static final String MALLORY = "mallory@example.com";
  private static final String VICTIMS = "4jY9Sb6Dptzbyx3";
  private static final String HIS = "4jY9Sc2QmxzbySQ";
  private final String genuine = mail(VICTIM, "<victims.mail.1@x>", TEXT);
  private final String copy = hop("AAAA1111") + received(VICTIMS, "198.51.100.7") + genuine;
  private final String header = copy.substring(0, copy.indexOf("\n\n") + 1);

  @BeforeEach
  void submitted() throws IOException {
    submit(VICTIM, VICTIMS, "AAAA1111", genuine, false);
    submit(MALLORY, HIS, "BBBB2222", mail(MALLORY, "<m@x>", OTHER), false);
  }

  private static String labels(String from, String subject) {
    return "-----Original Message-----\nFrom: %s\nSent: Monday, November 23, 2026 12:00\nTo: r\nSubject: %s\n\n"
        .formatted(from, subject);
  }

  private static String complaint(String text, String type, String... files) {
    StringBuilder mail =
        new StringBuilder(
            "From: r@far.example\nTo: abuse@example.com\nSubject: Fwd: spam\nMIME-Version: 1.0\n"
                + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n"
                + text
                + "\n");
    for (String file : files) {
      mail.append("--b\nContent-Type: %s\nContent-Disposition: attachment\n".formatted(type))
          .append("Content-Transfer-Encoding: base64\n\n")
          .append(Base64.getMimeEncoder().encodeToString(file.getBytes(ISO_8859_1)))
          .append('\n');
    }
    return mail.append("--b--\n").toString();
  }

  /** Forwarded in the text, with what the spam had attached: another user's message. */
  @Test
  void whatTheForwardedMessageHadAttachedIsNotBlamed() throws IOException {
    String his = hop("BBBB2222") + received(HIS, "198.51.100.7") + mail(MALLORY, "<m@x>", OTHER);
    for (String type : List.of("message/rfc822", "application/octet-stream")) {
      for (String text :
          List.of(
              labels("Mallory <%s>".formatted(MALLORY), "hello") + OTHER,
              labels("Mallory", "hello") + OTHER,
              labels(VICTIM, "hello") + OTHER, // he calls himself so
              labels(MALLORY, "watches") + OTHER,
              "See:\n\n" + his)) {
        TraceResult result = trace(complaint(text, type, copy));
        nobody(result, Verdict.INCONCLUSIVE);
        assertEquals(VICTIM, result.candidates().getFirst().record().user());
        assertTrue(TraceText.render(result).contains("which may have had this one attached"));
      }
    }
    String page =
        complaint("", "message/rfc822", copy)
            .replace(
                "--b\n\n\n",
                "--b\nContent-Type: text/html\n\n<p>"
                    + labels(MALLORY, "hello").replace("\n", "<br>")
                    + "</p>\n");
    nobody(trace(page), Verdict.INCONCLUSIVE);
  }

  @Test
  void theForwardedMessageItselfMayBeAttached() throws IOException {
    for (String text :
        List.of(
            "See the attachment.",
            labels(VICTIM, "watches") + TEXT,
            labels("Victim <%s>".formatted(VICTIM), "Fwd: watches") + TEXT,
            "On Monday r@far.example wrote:\n> See the attachment.\n",
            labels("abuse@example.com", "Your complaint") + "Please send us the header.",
            "See:\n\n" + header)) {
      named(trace(complaint(text, "message/rfc822", copy)), VICTIM, Confidence.BY_HEADER);
    }
  }

  private String json() {
    return header.replace("\n", "\\r\\n").replace("\t", "\\t").replace("\"", "\\\"");
  }

  /** As browsers do (RFC 2557). */
  private static String savedPage(String body) {
    return "From: <Saved by Blink>\n"
        + "Subject: Original Message\n"
        + "MIME-Version: 1.0\n"
        + "Content-Type: multipart/related; type=\"text/html\"; boundary=page\n\n"
        + "--page\n"
        + "Content-Type: text/html; charset=utf-8\n"
        + "Content-Transfer-Encoding: base64\n"
        + "Content-Location: https://x.example/\n\n"
        + Base64.getMimeEncoder().encodeToString(("<html>" + body + "</html>").getBytes(ISO_8859_1))
        + "\n--page--\n";
  }

  /** Evidence as reporters' programs attach it. */
  @Test
  void headersInAttachedTextsAreRead() throws IOException {
    String escaped = copy.replace("<", "&lt;").replace(">", "&gt;");
    for (String file :
        List.of(
            "Evidence collected on 24 November:\n\n" + header,
            "<!DOCTYPE html><html><body><h1>Original Message</h1><pre>" + escaped + "</pre></html>",
            "date,ip,headers\n2026-11-24,192.0.2.1,\"" + header.replace("\"", "\"\"") + "\"\n",
            "{\"ip\": \"192.0.2.1\", \"headers\": \"" + json() + "\"}",
            savedPage("<h1>Original Message</h1><pre>" + escaped + "</pre>"))) {
      for (String type :
          List.of("text/plain; name=a", "text/html", "text/csv", "application/json", "x/y")) {
        named(trace(complaint("See below.", type, file)), VICTIM, Confidence.BY_HEADER);
      }
      // Below the labels of another message it is that one's.
      TraceResult kept = trace(complaint(labels(MALLORY, "hello") + OTHER, "x/y", file));
      assertNotEquals(VICTIM, kept.user(), file);
      named(
          trace(complaint(labels(VICTIM, "watches"), "text/plain", file)),
          VICTIM,
          Confidence.BY_HEADER);
      // And in a message of ours it is its sender's.
      String sent = complaint("Hello.", "text/plain", file).replace("r@far.example", MALLORY);
      String arrived = hop("BBBB2222") + received(HIS, "198.51.100.7") + sent;
      assertNotEquals(VICTIM, trace(arrived).user());
      assertNotEquals(VICTIM, trace(complaint("See.", "message/rfc822", arrived)).user());
    }
    TraceResult binary = trace(complaint("See below.", "x/y", "PK\0\0" + header));
    nobody(binary, Verdict.FOREIGN);
  }

  /** What pages and tickets make of a header is no other header. */
  @Test
  void signsWrittenOtherwise() throws IOException {
    for (String pasted :
        List.of(
            header.replace("<", "&#60;").replace(">", "&#62;").replace("@", "&#64;"),
            header.replace("<", "&#x3C;").replace(">", "&#x3e;").replace("@", "&#x40;"),
            header.replaceAll("([_*\\[\\]<>#.()-])", "\\\\$1"),
            header.replace(' ', '\u00a0'))) {
      for (String text : List.of("Spam:\n\n" + pasted, pasted)) {
        boolean markdown = text.startsWith("Delivered\\-To");
        if (!markdown) {
          assertEquals(VICTIM, trace(text).user(), text);
        }
      }
      assertEquals(VICTIM, trace(complaint("Spam:\n\n" + pasted, "x/y")).user(), pasted);
    }
  }

  /** Feedback loops that put something else before each at sign do so with IDs as well. */
  @Test
  void aRedactedIdIsNoOther() throws IOException {
    submit(MALLORY, "4jY9Sd2QmxzbySQ", "CCCC3333", mail(MALLORY, "<i@host.example>", TEXT), false);
    String line = hop("CCCC3333") + received("4jY9Sd2QmxzbySQ", "198.51.100.7");
    for (String id :
        List.of(
            "<x>",
            "X",
            "<xxxx>",
            "<x@host.example>",
            "<xxxx@host.example>",
            "<lQRoSGeZsTO07bNJe4aCEw==@host.example>")) {
      TraceResult result = trace(line + mail(MALLORY, id, TEXT));
      assertNotEquals(Verdict.CONTRADICTED, result.verdict(), TraceText.render(result));
    }
    for (String id :
        List.of(
            "<y@host.example>",
            "<xy>",
            "<lQRoSGeZsTO07bNJe4aCEw==@other.example>",
            "<x.y@host.example>")) {
      nobody(trace(line + mail(MALLORY, id, TEXT)), Verdict.CONTRADICTED);
    }
  }

  private static String report(String type, String field) {
    return "From: postmaster@far.example\nTo: a@example.com\nSubject: s\nMIME-Version: 1.0\n"
        + "Content-Type: multipart/report; boundary=q\n\n--q\n\nIt was not read.\n--q\n"
        + "Content-Type: %s\n\nReporting-UA: x\nFinal-Recipient: rfc822; r@far.example\n%s\n--q--\n"
            .formatted(type, field);
  }

  /** Whoever makes up a report writes there what he likes. */
  @Test
  void theMessageIdOfAReportWithoutItsMessageGivesCandidates() throws IOException {
    for (String report :
        List.of(
            report(
                "message/disposition-notification",
                "Original-Message-ID: <victims.mail.1@x>\nDisposition: manual-action; deleted"),
            report(
                "message/delivery-status",
                "X-Original-Message-ID: <victims.mail.1@x>\nAction: failed"))) {
      TraceResult result = trace(report);
      nobody(result, Verdict.INCONCLUSIVE);
      assertEquals(VICTIM, result.candidates().getFirst().record().user());
      assertEquals(Kind.DSN, result.kind());
      nobody(trace(report.replace("mail.1", "mail.2")), Verdict.FOREIGN);
    }
  }

  /** As the police writes; but a spammer writes IDs into his text as well. */
  @Test
  void idsBesideAQuotationGiveCandidates() throws IOException {
    String letter =
        "Absender: Victim <%s>\nGesendet: 23.11.2026\nEmpf\u00e4nger: r@far.example\nBetreff: watches\nNachrichten-ID: <victims.mail.1@x>\n"
            .formatted(VICTIM);
    String framed = labels(MALLORY, "hello") + "Re: <victims.mail.1@x>, by " + VICTIMS + "\n";
    for (String text : List.of(letter, framed)) {
      for (String input : List.of(text, complaint(text, "x/y"))) {
        TraceResult result = trace(input);
        nobody(result, Verdict.INCONCLUSIVE);
        assertEquals(VICTIM, result.candidates().getFirst().record().user());
      }
    }
    assertFalse(trace("The ID is <victims.mail.1@x>.").user() == null, "without one it is asked");
  }

  /**
   * A letter's lines are cut at a fixed width, through his ID; below stand fields that he copied.
   */
  @Test
  void aBrokenIdAboveLeavesItOpen() throws IOException {
    String his = hop("BBBB2222") + received(HIS, "198.51.100.7");
    String copied = received(VICTIMS, "198.51.100.7") + genuine;
    String framed = his + copied;
    assertNotEquals(VICTIM, trace("Spam:\n\n" + framed).user());
    String broken = framed.replace(HIS, HIS.substring(0, 9) + "\n" + HIS.substring(9));
    for (String text : List.of("Spam:\n\n" + broken, "> " + broken.replace("\n", "\n> "))) {
      TraceResult result = trace(text);
      nobody(result, Verdict.INCONCLUSIVE);
      assertEquals(VICTIM, result.candidates().getFirst().record().user());
    }
  }

  /**
   * Whoever has got a message can send its text again, or most of it, under its Message-ID: the
   * same answer for it in any form, and nobody's where the whole text is another.
   */
  @Test
  void aMessageIdWithTheSameTextIsAnsweredAlikeInAnyForm() throws IOException {
    records.clear();
    submit(VICTIM, VICTIMS, "AAAA1111", genuine, true);
    for (String text : List.of(TEXT, OTHER)) {
      String bare = genuine.replace(TEXT, text);
      OutlookFile kept =
          new OutlookFile()
              .text(OutlookFile.SUBJECT, "watches")
              .text(OutlookFile.SENDER, VICTIM)
              .time(OutlookFile.SUBMITTED, NOON)
              .recipient("r@far.example")
              .text(OutlookFile.MESSAGE_ID, "<victims.mail.1@x>")
              .text(OutlookFile.BODY, text);
      TraceResult outlook =
          Corpus.tracer(records, keys)
              .trace(new TraceInput.Content("c.msg", kept.msg()))
              .getFirst();
      TraceResult quoted = trace("Spam:\n\n" + bare);
      TraceResult attached = trace(complaint("See.", "message/rfc822", bare));
      for (TraceResult result : List.of(outlook, attached)) {
        assertEquals(text.equals(TEXT) ? VICTIM : null, result.user(), TraceText.render(result));
        assertNotEquals(Confidence.CERTAIN, result.confidence());
      }
      // What stands below a pasted header may be the complainant's own words.
      assertEquals(VICTIM, quoted.user());
      assertTrue(text.equals(TEXT) || quoted.confidence() == Confidence.BY_HEADER);
    }
  }

  /** Sent by a stranger, with a victim's Message-ID, sender and most of his text. */
  @Test
  void aCopiedMessageIdOverALikeTextFromElsewhere() throws IOException {
    records.clear();
    submit(VICTIM, VICTIMS, "AAAA1111", genuine, true);
    String way =
        "Delivered-To: z@far.example\nReceived: from evil.example (evil.example [203.0.113.66])\n"
            + "\tby mx.far.example (Postfix) with ESMTP id EEEE1111;\n\t"
            + date(NOON.plusSeconds(90_000))
            + "\n";
    String spam = genuine.replace(TEXT, TEXT + "Now also at https://evil.example/pills for you.\n");
    String ours =
        way.replace("evil.example", "mail.example.com")
            .replace("EEEE1111", "AAAA1111")
            .replace(date(NOON.plusSeconds(90_000)), date(NOON));
    for (int form = 0; form < 3; form++) {
      nobody(trace(inForm(form, way + spam)), Verdict.INCONCLUSIVE);
      named(trace(inForm(form, ours + spam)), VICTIM, Confidence.BY_HEADER);
    }
  }

  private static String inForm(int form, String message) {
    return form == 0
        ? message
        : form == 1 ? "Spam:\n\n" + message : complaint("See.", "message/rfc822", message);
  }

  /** He can give his own message another's Message-ID, and attach that one. */
  @Test
  void anEqualMessageIdDoesNotMakeTwoMessagesOne() throws IOException {
    String his = hop("BBBB2222") + received(HIS, "198.51.100.7");
    for (String own :
        List.of(
            mail(MALLORY, "<victims.mail.1@x>", OTHER),
            mail(VICTIM, "<victims.mail.1@x>", OTHER))) {
      for (String text :
          List.of("See:\n\n" + his + own, "See:\n\n> " + (his + own).replace("\n", "\n> "))) {
        TraceResult result = trace(complaint(text, "message/rfc822", copy));
        assertNotEquals(VICTIM, result.user(), TraceText.render(result));
      }
    }
  }
}
