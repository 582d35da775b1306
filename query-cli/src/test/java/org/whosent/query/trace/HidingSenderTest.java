package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.store.Coverage;
import org.whosent.record.SubmissionRecord;

/**
 * A user with an account of ours who writes his spam so that it is not traced to him, while whoever
 * complains is honest: he may become a candidate only, but he is not cleared, and nobody else is
 * named in his place.
 */
class HidingSenderTest extends MadeUpMail {
  private static final String HIS = "4jY9Sc2QmxzbySQ";
  private static final String VICTIMS = "4jY9Sb6Dptzbyx3";
  private static final String MALLORY = "mallory@example.com";
  private static final String VICTIM = "victim@example.com";
  private static final String TOP = "Delivered-To: r@far.example\n";
  private final String genuine = mail(VICTIM, "<v@x>", OTHER);
  private final String copy = hop("AAAA1111") + received(VICTIMS, "198.51.100.7") + genuine;

  /** As a mail log or our own server has it, with the size that it counted. */
  private String sent(String user, String id, String hopId, String mail, boolean content)
      throws IOException {
    SubmissionRecord.Builder record = submit(user, id, hopId, mail, content).toBuilder();
    String message = received(id, "198.51.100.7") + mail;
    record.size = (long) message.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8).length;
    records.set(records.size() - 1, record.build());
    return message;
  }

  private void logged(String messageId) {
    SubmissionRecord.Builder record = records.getLast().toBuilder();
    record.messageId = messageId;
    records.set(records.size() - 1, record.build());
  }

  private static String attached(String message) {
    return "From: r@far.example\nTo: abuse@example.com\nSubject: spam\nMIME-Version: 1.0\n"
        + "Content-Type: multipart/mixed; boundary=outer\n\n--outer\n\nSpam.\n"
        + "--outer\nContent-Type: message/rfc822\n\n"
        + message
        + "\n--outer--\n";
  }

  private static String report(String to, String inside) {
    return "From: mallory@example.com\nTo: "
        + to
        + "\nMessage-ID: <m@x>\nDate: "
        + date(NOON)
        + "\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report;"
        + " boundary=rep\n\n--rep\n\nSee below.\n--rep\nContent-Type: message/feedback-report\n\n"
        + "Feedback-Type: abuse\nVersion: 1\n\n--rep\nContent-Type: message/rfc822\n\n"
        + inside
        + "\n--rep--\n";
  }

  /**
   * Servers log now the first and now the last of two, and the one that is copied binds nothing.
   */
  @Test
  void aSecondMessageIdClearsNobody() throws IOException {
    sent(VICTIM, VICTIMS, "AAAA1111", genuine, false);
    String mail = mail(MALLORY, "<m@x>", TEXT).replace("Date", "Message-ID: <v@x>\nDate");
    for (String one : List.of("<m@x>", "<v@x>")) {
      String message = sent(MALLORY, HIS, "BBBB2222", mail, false);
      logged(one);
      named(trace(hop("BBBB2222") + message), MALLORY, Confidence.BY_HEADER);
      assertEquals(
          Verdict.INCONCLUSIVE,
          trace(
                  received(HIS, "198.51.100.7")
                      + mail(MALLORY, "<q@x>", TEXT).replace("<q@x>", "<q@x>\nMessage-ID: " + one))
              .verdict());
      records.removeLast();
    }
    // Another's line and hop below his own header, where all above it was cut away.
    String whole = copy.substring(copy.indexOf("Received"), copy.indexOf("\n\n"));
    nobody(
        trace(mail(MALLORY, "<m@x>", OTHER).replace("\n\n", "\n" + whole + "\n\n")),
        Verdict.INCONCLUSIVE);
    // Another's line below his own header, all above it cut away: the other's Message-ID is copied.
    nobody(
        trace(mail.replace("\n\n", "\n" + received(VICTIMS, "198.51.100.7") + "\n")),
        Verdict.INCONCLUSIVE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<secret=3Dx@pc.example>",
        "<secret&amp;x@pc.example>",
        "&lt;secret@pc.example&gt;",
        "<secret@pc.example>.",
        "<secret@pc.example>\"",
        "<sec\u2010ret@pc.example>",
        "<sec\u00adret@pc.example>",
        "<secret(at)pc.example>",
        "<secret.redacted@pc.example>",
        "<secretxxxxxxxx@pc.example>",
      })
  void whatAPastedHeaderLosesIsNoOtherMessageId(String id) throws IOException {
    for (String body : List.of(TEXT, "")) {
      for (boolean content : List.of(true, false)) {
        records.clear();
        String message =
            hop("BBBB2222") + sent(MALLORY, HIS, "BBBB2222", mail(MALLORY, id, body), content);
        String head = message.substring(0, message.indexOf("\n\n") + 1);
        for (String complaint :
            List.of(
                message,
                attached(message),
                head,
                "Look:\n\n" + head,
                "Look:\n\n> " + message.replace("\n", "\n> "))) {
          TraceResult result = trace(complaint);
          assertEquals(MALLORY, result.user(), complaint + TraceText.render(result));
        }
      }
    }
    logged(id.replace("pc.example", "mac.example"));
    TraceResult other = trace(received(HIS, "198.51.100.7") + mail(MALLORY, id, TEXT));
    assertEquals(null, other.user(), TraceText.render(other));
  }

  /** One too long to record, and one that the log's line was cut in. */
  @Test
  void aVeryLongMessageIdClearsNobody() throws IOException {
    String id = "<" + "0123456789abcdef".repeat(600) + "@pc.example>";
    String message = sent(MALLORY, HIS, "BBBB2222", mail(MALLORY, id, TEXT), true);
    logged(id.substring(0, 998)); // as was recorded once
    named(trace(hop("BBBB2222") + message), MALLORY, Confidence.CERTAIN);
    String shorter = id.substring(0, 2000) + ">";
    String cut = sent(MALLORY, HIS, "BBBB2222", mail(MALLORY, shorter, TEXT), false);
    records.removeFirst();
    logged(shorter.substring(0, 900));
    named(trace(TOP + cut), MALLORY, Confidence.BY_HEADER);
    logged(shorter.substring(0, 899) + "X");
    assertEquals(Verdict.CONTRADICTED, trace(TOP + cut).verdict());
    logged("<0123");
    assertEquals(Verdict.CONTRADICTED, trace(TOP + cut).verdict());
  }

  @Test
  void moreFieldsThanAreReadHideNobody() throws IOException {
    for (boolean content : List.of(true, false)) {
      for (String fields :
          List.of("X-A: b\n".repeat(11_000), "X-B:" + "\n c".repeat(600_000) + "\n")) {
        for (boolean above : List.of(true, false)) {
          records.clear();
          String plain = mail(MALLORY, "<m@x>", TEXT);
          String mail = above ? fields + plain : plain.replace("\n\n", "\n" + fields + "\n");
          String message = hop("BBBB2222") + sent(MALLORY, HIS, "BBBB2222", mail, content);
          logged("<m@x>");
          for (String complaint : List.of(message, attached(message))) {
            TraceResult result = trace(complaint);
            named(result, MALLORY, content ? Confidence.CERTAIN : Confidence.BY_HEADER);
          }
        }
      }
    }
    records.clear();
    String strangers = hop("CCCC3333").replace("mail.example.com", "mx.elsewhere.example");
    TraceResult result = trace(strangers + "X-A: b\n".repeat(11_000) + mail("q@x", "<q@x>", TEXT));
    nobody(result, Verdict.INCONCLUSIVE);
    assertTrue(TraceText.render(result).contains("larger than what is read"));
  }

  /**
   * What is in parts that nobody opened was encoded anew on its way: it is not known, not other.
   */
  @Test
  void whatIsTooDeepToBeComparedSpeaksNotAgainst() throws IOException {
    String text =
        "Gr\u00fc\u00dfe, \u00fcber \u00e4ltere \u00d6fen und Sch\u00f6neres.\n".repeat(200);
    String quoted =
        text.replace("\u00fc", "=C3=BC")
            .replace("\u00df", "=C3=9F")
            .replace("\u00e4", "=C3=A4")
            .replace("\u00d6", "=C3=96")
            .replace("\u00f6", "=C3=B6");
    for (int levels : new int[] {15, 17}) {
      for (boolean content : List.of(true, false)) {
        records.clear();
        String message =
            hop("BBBB2222") + sent(MALLORY, HIS, "BBBB2222", deep(levels, text), content);
        named(trace(message), MALLORY, content ? Confidence.CERTAIN : Confidence.BY_HEADER);
        TraceResult anew = trace(message.replace(text, quoted).replace("8bit", "quoted-printable"));
        if (levels == 17) {
          assertEquals(Verdict.INCONCLUSIVE, anew.verdict(), TraceText.render(anew));
          assertEquals(MALLORY, anew.candidates().getFirst().record().user());
        } else {
          named(anew, MALLORY, anew.confidence());
        }
        // Nor does it name anybody, who has put his own text there.
        TraceResult other =
            trace(hop("BBBB2222") + received(HIS, "198.51.100.7") + deep(levels, OTHER.repeat(99)));
        assertEquals(null, other.user(), TraceText.render(other));
      }
    }
  }

  private static String deep(int levels, String text) {
    StringBuilder mail =
        new StringBuilder(mail(MALLORY, "<m@x>", "").replace("\n\n", "\nMIME-Version: 1.0\n"));
    for (int i = 0; i < levels; i++) {
      mail.append("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n".formatted(i, i));
    }
    mail.append("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n")
        .append(text);
    for (int i = levels - 1; i >= 0; i--) {
      mail.append("\n--b%d--\n".formatted(i));
    }
    return mail.toString();
  }

  /** What a complaint carries beyond the bounds is said, and nobody is cleared by it. */
  @Test
  void whatAComplaintCarriesBeyondTheBoundsIsSaid() throws IOException {
    String message =
        hop("BBBB2222") + sent(MALLORY, HIS, "BBBB2222", mail(MALLORY, "<m@x>", TEXT), false);
    String strangers =
        hop("CCCC3333").replace("mail.example.com", "mx.elsewhere.example")
            + mail("q@x", "<q@x>", OTHER);
    StringBuilder many =
        new StringBuilder(
            "From: r@far.example\n"
                + "To: abuse@example.com\n"
                + "MIME-Version: 1.0\n"
                + "Content-Type: multipart/mixed; boundary=outer\n\n");
    many.append(("--outer\nContent-Type: message/rfc822\n\n" + message + "\n").repeat(600))
        .append("--outer--\n");
    List<TraceResult> results =
        Corpus.tracer(records, keys)
            .trace(new TraceInput.Content("x", many.toString().getBytes(StandardCharsets.UTF_8)));
    assertEquals(MALLORY, results.getFirst().user());
    nobody(results.getLast(), Verdict.INCONCLUSIVE);
    assertTrue(TraceText.render(results.getLast()).contains("than are opened"));
    String deep = attached(message);
    for (int i = 0; i < 17; i++) {
      deep =
          "From: r@far.example\nTo: abuse@example.com\nMIME-Version: 1.0\n"
              + "Content-Type: multipart/mixed; boundary=l%d\n\n--l%d\n".formatted(i, i)
              + deep.substring(deep.indexOf("Content-Type: multipart/mixed"))
              + "\n--l%d--\n".formatted(i);
    }
    TraceResult result = trace(deep);
    nobody(result, Verdict.INCONCLUSIVE);
    assertTrue(TraceText.render(result).contains("than are opened"));
    assertEquals(Verdict.FOREIGN, trace(attached(strangers)).verdict());
  }

  private TraceResult traceOf(List<SubmissionRecord> left, Instant horizon, String message)
      throws IOException {
    ListView view =
        new ListView(
            left,
            horizon,
            List.of(
                new Coverage.Span(
                    "mail.example.com",
                    NOON.minus(Duration.ofDays(3)),
                    NOON.plus(Duration.ofHours(6)))));
    return Corpus.one(new Tracer(view, Corpus.SITE, keys, Corpus.CLOCK), message);
  }

  /** Without a login over the network: a web page's script, and what a content filter gave back. */
  private static List<String> handedIn(String id, String line) {
    String end = " id %s;\n\t%s\n".formatted(id, date(NOON));
    return List.of(
        "Received: by mail.example.com (Postfix, from userid 33)\n\t" + end,
        "Received: (from www@localhost)\n\tby mail.example.com (8.17.1/8.17.1/Submit)" + end,
        "Received: from www-data by mail.example.com with local (Exim 4.96)\n\t"
            + "(envelope-from <m@example.com>)\n\t"
            + end,
        "Received: from localhost (localhost [127.0.0.1])\n\tby mail.example.com (Postfix) with"
            + " ESMTP"
            + end
            + line);
  }

  /** His record was purged or erased: what he wrote as a report, or to our desk, is still his. */
  @Test
  void whereHisRecordIsGoneNobodyElseIsNamed() throws IOException {
    sent(VICTIM, VICTIMS, "AAAA1111", genuine, true);
    for (String id : List.of(HIS, ids.next().toString())) {
      String line = received(id, "198.51.100.9");
      for (String own : handedIn(id, line)) {
        String stays = hop("BBBB2222") + own + attached(copy);
        assertEquals(Verdict.NOT_FOUND, trace(stays).verdict(), own);
        stays = hop("BBBB2222") + own + report("abuse@example.com", copy);
        assertEquals(Verdict.NOT_FOUND, trace(stays).verdict(), own);
      }
      for (String to : List.of("r@far.example", "abuse@example.com")) {
        String forward = attached(copy).replace("abuse@example.com", to).replace("outer", "inner");
        for (String mail : List.of(report(to, copy), forward)) {
          String message = hop("BBBB2222") + line + mail;
          for (String complaint :
              List.of(
                  message,
                  attached(message),
                  report(
                      "abuse@example.com",
                      message.replace("=rep", "=own").replace("--rep", "--own")))) {
            TraceResult result = trace(complaint);
            assertEquals(Verdict.NOT_FOUND, result.verdict(), TraceText.render(result));
            TraceResult purged = traceOf(records, NOON.plusSeconds(1), complaint);
            assertEquals(Verdict.EXPIRED, purged.verdict(), TraceText.render(purged));
          }
        }
      }
      // What came in from outside, or a user's own complaint to the desk, is a shell.
      String came = line.replace("ESMTPSA", "ESMTPS");
      named(trace(came + report("abuse@example.com", copy)), VICTIM, Confidence.CERTAIN);
      named(trace(came + attached(copy)), VICTIM, Confidence.CERTAIN);
      String toDesk = line.replace(";\n", "\n\tfor <abuse@example.com>;\n");
      named(trace(toDesk + attached(copy)), VICTIM, Confidence.CERTAIN);
      named(trace(toDesk + report("abuse@example.com", copy)), VICTIM, Confidence.CERTAIN);
    }
  }

  /** Exim's own bounce, whose record is lost, is one; what a page's script wrote like it is not. */
  @Test
  void onlyEximsOwnBounceIsOpenedWithoutARecord() throws IOException {
    sent(VICTIM, VICTIMS, "AAAA1111", genuine, true);
    String bounce =
        "X-Failed-Recipients: r@far.example\n"
            + "From: Mailer-Daemon@example.com\n"
            + "To: x@y\n"
            + "Subject: Mail delivery failed\n"
            + "MIME-Version: 1.0\n"
            + "Content-Type: multipart/report; report-type=delivery-status; boundary=d\n\n"
            + "--d\n"
            + "Content-Type: message/delivery-status\n\n"
            + "Reporting-MTA: dns; mail.example.com\n\n"
            + "Action: failed\n"
            + "Final-Recipient: rfc822;r@far.example\n"
            + "Status: 5.0.0\n\n"
            + "--d\n"
            + "Content-Type: message/rfc822\n\n"
            + copy
            + "\n--d--\n";
    String old = bounce.replace("message/delivery-status", "text/x-nothing");
    for (String form : List.of(bounce, old.replace("multipart/report", "multipart/mixed"))) {
      for (String exim : List.of("Debian-exim", "mailnull", "exim")) {
        named(trace(handedInBy(exim) + form), VICTIM, Confidence.CERTAIN);
      }
      for (String own : List.of("www-data", "Debian-exim.example", "from", "m")) {
        nobody(trace(handedInBy(own) + form), Verdict.NOT_FOUND);
      }
      // Whoever logs in may write the same below our field.
      String written = received(HIS, "198.51.100.9") + handedInBy("Debian-exim");
      nobody(trace(written + form), Verdict.NOT_FOUND);
    }
  }

  private static String handedInBy(String login) {
    return "Return-Path: <>\nReceived: from %s by mail.example.com with local (Exim 4.96)\n\tid %s;\n\t%s\n"
        .formatted(login, HIS, date(NOON));
  }

  /**
   * A page that quotes a header was submitted as it is: whose text it is counts, not its quotation.
   */
  @Test
  void aPastedBodyIsItsSendersAndNotTheHeadersInIt() throws IOException {
    sent(VICTIM, VICTIMS, "AAAA1111", genuine, true);
    for (String body : List.of(TEXT + "\n" + copy, "> " + copy.replace("\n", "\n> ") + "\n")) {
      records.subList(1, records.size()).clear();
      named(trace(body), VICTIM, trace(body).confidence());
      sent(MALLORY, HIS, "BBBB2222", mail(MALLORY, "<m@x>", body), true);
      TraceResult result = trace(body);
      nobody(result, Verdict.INCONCLUSIVE);
      assertEquals(MALLORY, result.candidates().getFirst().record().user());
    }
  }

  /**
   * A client that takes hours for a message: Sendmail logs it when it has come, and Postfix when
   * the first recipient has, long after the MAIL whose time is in its field. Our own server has one
   * time.
   */
  @ParameterizedTest
  @CsvSource({"6ANCB0sh000608,false", "4jY9Sb6Dptzbyx3,false", "4jY9Sb6Dptzbyx3,true"})
  void aMessageThatCameSlowlyIsNoOther(String id, boolean content) throws IOException {
    String message = sent(MALLORY, id, "BBBB2222", mail(MALLORY, "<m@x>", TEXT), content);
    for (int hours : new int[] {-2, 2, 20, 30}) {
      SubmissionRecord.Builder record = records.getFirst().toBuilder();
      record.time = NOON.plus(Duration.ofHours(hours));
      records.set(0, record.build());
      boolean fits = !content && hours > 0 && hours < 24;
      TraceResult result = trace(TOP + message);
      assertEquals(fits ? MALLORY : null, result.user(), hours + TraceText.render(result));
      assertEquals(fits ? MALLORY : null, trace(hop("BBBB2222") + message).user());
    }
  }

  /** Neither Message-ID nor hop joins them: an ID that was given out again has another time. */
  @Test
  void anIdGivenOutLaterIsAnothers() throws IOException {
    String mail = mail(MALLORY, "<m@x>", TEXT).replaceFirst("Message-ID: <m@x>\n", "");
    String message = sent(MALLORY, HIS, "BBBB2222", mail, false);
    assertEquals(MALLORY, trace(TOP + message).user());
    Instant later = NOON.plus(Duration.ofHours(2));
    SubmissionRecord.Builder record = records.getFirst().toBuilder();
    record.time = later;
    records.set(0, record.build());
    nobody(trace(TOP + message), Verdict.CONTRADICTED);
    String then = hop("BBBB2222").replace(date(NOON), date(later));
    named(trace(then + message), MALLORY, Confidence.BY_HEADER);
  }

  /** Google puts another in place of a Message-ID that it takes for none, and keeps that below. */
  @Test
  void aMessageIdThatGoogleReplacedClearsNobody() throws IOException {
    sent(VICTIM, VICTIMS, "AAAA1111", genuine, false);
    String message = sent(MALLORY, HIS, "BBBB2222", mail(MALLORY, "<m@>", TEXT), false);
    String googles = "Message-ID: <6579e25b.5d0a.1753@mx.google.com>\n";
    String kept = "X-Google-Original-Message-ID: ";
    String at = TOP + googles + kept + "<m@>\n";
    String replaced = message.replace("Message-ID: <m@>\n", "");
    named(trace(at + replaced), MALLORY, Confidence.BY_HEADER);
    named(
        trace(hop("BBBB2222") + googles + kept + "<m@>\n" + replaced),
        MALLORY,
        Confidence.BY_HEADER);
    assertNull(trace(TOP + googles + kept + "<v@x>\n" + replaced).user());
    // Whoever writes both himself is known by the one that our server saw.
    records.removeLast();
    String his = mail(MALLORY, "<m@x>", TEXT).replace("Date", kept + "<v@x>\nDate");
    named(trace(TOP + sent(MALLORY, HIS, "BBBB2222", his, false)), MALLORY, Confidence.BY_HEADER);
  }

  /** A tool that sorts the fields of whole messages clears nobody. */
  @Test
  void aSortedMessageIsNoCopy() throws IOException {
    for (boolean content : List.of(true, false)) {
      records.clear();
      String mail = mail(MALLORY, "<m@x>", TEXT);
      String message = sent(MALLORY, HIS, "BBBB2222", mail, content);
      String before =
          "Received: from pc ([198.51.100.66])\n\tby relay.other.example (X) with ESMTP id X1;\n\t"
              + date(NOON)
              + "\n";
      String ours = received(HIS, "198.51.100.7");
      for (String fields :
          List.of(
              before + ours + hop("BBBB2222").substring(hop("BBBB2222").indexOf("Received")),
              hop("BBBB2222") + before + ours)) {
        TraceResult result = trace(fields + mail);
        assertTrue(result.verdict() != Verdict.CONTRADICTED, TraceText.render(result));
      }
      String head = mail.substring(0, mail.indexOf("\n\n") + 1);
      TraceResult sorted = trace(head + before + ours + "\n" + TEXT);
      assertTrue(sorted.verdict() != Verdict.CONTRADICTED, TraceText.render(sorted));
      String stranger = before.replace("other.example", "evil.example");
      nobody(trace(stranger + message.replace(TEXT, OTHER.repeat(3))), Verdict.CONTRADICTED);
    }
  }

  /** A user who sends a victim's message on as it is: which of both sent it the order tells. */
  @Test
  void ofTwoWhoseContentItIsASortedMessageNamesNone() throws IOException {
    String theirs = hop("AAAA1111") + sent(VICTIM, VICTIMS, "AAAA1111", genuine, true);
    String message = hop("BBBB2222") + sent(MALLORY, HIS, "BBBB2222", theirs, true);
    named(trace(message), MALLORY, Confidence.CERTAIN);
    int end = message.indexOf("\n\n");
    List<String> fields = new ArrayList<>(List.of(message.substring(0, end).split("\n(?![ \t])")));
    Collections.reverse(fields);
    nobody(trace(String.join("\n", fields) + message.substring(end)), Verdict.INCONCLUSIVE);
    List<String> received = fields.stream().filter(f -> f.startsWith("Received")).toList();
    nobody(trace(String.join("\n", received) + "\n" + genuine), Verdict.INCONCLUSIVE);
  }

  /** Of a text that is all addresses a provider's feedback loop leaves nothing. */
  @Test
  void aBlackenedTextIsNoOther() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      text.append("person%d@host%d.example\n".formatted(i * 7919, i * 104_729));
    }
    String message = sent(MALLORY, HIS, "BBBB2222", mail(MALLORY, "<m@x>", text.toString()), true);
    String top = hop("BBBB2222");
    named(trace(top + message), MALLORY, Confidence.CERTAIN);
    String blackened = message.replaceAll("person[0-9]+@[a-z0-9.]+", "redacted@redacted");
    nobody(trace(top + blackened), Verdict.INCONCLUSIVE);
    nobody(
        trace(top + message.replace(text, OTHER.repeat(5) + "redacted\n")), Verdict.CONTRADICTED);
  }

  /** Nothing but the sender's own fields, and no text: as of a whole message. */
  @Test
  void aHeaderWithoutAnyTraceLeadsToWhoWroteThenToThat() throws IOException {
    sent(MALLORY, HIS, "BBBB2222", mail(MALLORY, "<m@x>", TEXT), true);
    logged(null);
    for (String body : List.of("", TEXT)) {
      TraceResult result = trace(mail(MALLORY, "<m@x>", body).replace("Message-ID: <m@x>\n", ""));
      nobody(result, Verdict.INCONCLUSIVE);
      assertEquals(MALLORY, result.candidates().getFirst().record().user());
    }
  }

  /**
   * With its comment or without, in words, and as it is read off a picture: never more than that.
   */
  @Test
  void anIdThatWasCopiedOtherwise() throws IOException {
    sent(
        MALLORY,
        "3AF6D12E4F0",
        "BBBB2222",
        mail(MALLORY, "<m10.I0l@pc.example> (my pc)", TEXT),
        false);
    for (String id :
        List.of("<m10.I0l@pc.example>", "m10.I0l@pc.example", "<m10.I0l@pc.example> (my pc)")) {
      assertEquals(MALLORY, ask(id).user(), id);
    }
    named(trace("The spam had Message-ID <m10.I0l@pc.example>.\n"), MALLORY, Confidence.BY_HEADER);
    for (String id :
        List.of(
            "<m10.I0l(at)pc.example>",
            "m10.I0l[at]pc.example",
            "<m10.I0l at pc.example>",
            "<m10.I0l {at} pc [dot] example>",
            "<mlO.lOl@pc.example>",
            "3AF6Dl2E4FO")) {
      for (TraceResult result : List.of(ask(id), trace("It had the ID " + id + " in it\n"))) {
        nobody(result, Verdict.INCONCLUSIVE);
        assertEquals(MALLORY, result.candidates().getFirst().record().user(), id);
      }
    }
    nobody(ask("<m20.I0l(at)pc.example>"), Verdict.NOT_FOUND);
    nobody(ask("3AF6D22E4F0"), Verdict.NOT_FOUND);
    nobody(trace("We met at noon, 3AF6D22E4F0, and you (at) that place\n"), Verdict.FOREIGN);
    assertEquals(List.of(), OtherReadings.misread("0O0O0O0Ol1l1"));
    assertEquals(2, OtherReadings.misread("3AF6D12").size());
  }

  /**
   * His header begins with another user's Received field by a name that no server passes over, and
   * the complaint has it as text: nothing below our field's date is read as the rest of it.
   */
  @ParameterizedTest
  @ValueSource(strings = {"X_A: ", "Received : ", "|: ", "(: ", "X.A: ", "Received:"})
  void whatHeWritesBelowOurFieldIsNoPartOfIt(String name) throws IOException {
    sent(VICTIM, VICTIMS, null, genuine, false);
    String his = sent(MALLORY, HIS, null, genuine, false);
    logged("<m@x>");
    int end = received(HIS, "198.51.100.7").length();
    String copied = received(VICTIMS, "198.51.100.7").substring("Received: ".length());
    String spam = his.substring(0, end) + name + copied + his.substring(end);
    String complaint = "From: r@far.example\nTo: abuse@example.com\nSubject: spam\n\nSpam:\n\n";
    for (String pasted : List.of(spam, "> " + spam.replace("\n", "\n> "))) {
      assertNotEquals(VICTIM, trace(complaint + pasted).user(), pasted);
    }
    String flat = spam.substring(0, spam.indexOf("\n\n")).replaceAll("\\s+", " ");
    assertNotEquals(VICTIM, trace(complaint + flat + "\n\n" + OTHER).user(), flat);
  }
}
