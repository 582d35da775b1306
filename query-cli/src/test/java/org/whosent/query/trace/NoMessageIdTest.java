package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * A log without Message-IDs and next hops' IDs, as OpenSMTPD writes it: what of a message leads to
 * its user, and that whoever copies exactly that brings the blame on nobody.
 */
class NoMessageIdTest extends MadeUpMail {
  private static final String ID = "a1c53fa2";
  private static final String USER = "victim@example.com";
  private static final String CLIENT = "198.51.100.7";

  private final String genuine = mail(USER, "<v@x>", TEXT.repeat(4));
  private final String line = received(ID, CLIENT);
  private final String top = "Return-Path: <" + USER + ">\nDelivered-To: r@far.example\n";
  private final String way =
      "Received: from mail.example.com (mail.example.com [192.0.2.1])\n"
          + "\tby mx.far.example with ESMTP id 3dc44c83;\n"
          + "\t"
          + date(NOON)
          + "\n";

  @BeforeEach
  void submitted() throws IOException {
    submitted(USER, ID, line + genuine, "r@far.example");
  }

  private void submitted(String user, String id, String message, String recipient)
      throws IOException {
    SubmissionRecord.Builder record = submit(user, id, null, message, false).toBuilder();
    record.messageId = null;
    record.mailFrom = user;
    record.size = (long) message.replace("\n", "\r\n").length();
    record.recipients = List.of(Recipient.of(recipient));
    records.removeLast();
    records.add(record.build());
  }

  private static String header(String message) {
    return message.substring(0, message.indexOf("\n\n") + 1);
  }

  private static String quoted(String message) {
    return "From: c@far.example\nTo: abuse@example.com\nMessage-ID: <c@far>\n\nSee:\n\n> "
        + message.replace("\n", "\n> ");
  }

  private static String redacted(String message) {
    return message.replace("r@far.example", "x@redacted.example").replace(CLIENT, "x.x.x.x");
  }

  @Test
  void whereEveryTraceFieldIsGoneWhoWroteJustThenIsACandidateAndNoMore() throws IOException {
    records.clear();
    submit("a@example.com", "0a1b2c3d", "AAAA1111", mail("a@example.com", "<1@x>", TEXT), false);
    SubmissionRecord.Builder record = records.getFirst().toBuilder();
    record.messageId = null;
    records.set(0, record.build());
    String stripped = mail("a@example.com", "<1@x>", TEXT);
    TraceResult result = trace(stripped);
    nobody(result, Verdict.INCONCLUSIVE);
    assertEquals("a@example.com", result.candidates().getFirst().record().user());
    // Another recipient, another hour, a server's field, another sender: none.
    String stranger = "Received: from x.example ([203.0.113.66]) by mx.far.example id Z9Z9Z9Z9\n";
    for (String other :
        List.of(
            stripped.replace("r@far.example", "q@far.example"),
            stripped.replace(date(NOON), date(NOON.plusSeconds(3600))),
            stranger + stripped,
            stripped.replace("a@example.com", "b@example.com"))) {
      nobody(trace(other), Verdict.FOREIGN);
    }
  }

  @Test
  void whatIsLeftOfAGenuineCopyNamesTheUser() throws IOException {
    for (String copy :
        List.of(
            top + way + line + genuine,
            top + line + genuine,
            header(top + way + line + genuine),
            header(top + line + genuine),
            quoted(line + genuine),
            redacted(top + way + line + genuine),
            header(top + line + genuine).substring(0, top.length() + line.length() + 20))) {
      named(trace(copy), USER, Confidence.BY_HEADER);
    }
  }

  private void notNamed(String message) throws IOException {
    TraceResult result = trace(message);
    assertNull(result.user(), message + TraceText.render(result));
  }

  @Test
  void anOutsidersHopAboveTheCopiedLineNamesNobody() throws IOException {
    String stranger =
        "Received: from evil.example ([203.0.113.66])\n"
            + "\tby mx.far.example with SMTP id Z9Z9Z9Z9;\n"
            + "\t"
            + date(NOON)
            + "\n";
    for (String spam :
        List.of(genuine, mail(USER, "<m@x>", OTHER.repeat(4)), mail("m@x", "<m@x>", OTHER))) {
      for (String above : List.of(stranger, top + stranger, stranger + stranger)) {
        assertEquals(Verdict.CONTRADICTED, trace(above + line + spam).verdict());
        assertEquals(Verdict.CONTRADICTED, trace(header(above + line + spam)).verdict());
        notNamed(quoted(above + line + spam));
      }
    }
  }

  @Test
  void anotherUserWhoCopiesLineAndSenderIsNotReplacedByHisVictim() throws IOException {
    String other = "other@else.example";
    String body = mail(USER, "<m@x>", OTHER.repeat(4)).replace("r@far.example", other);
    String mallorys = received("b913844a", CLIENT);
    submitted("mallory@example.com", "b913844a", mallorys + line + body, other);
    String envelope = "Return-Path: <" + USER + ">\nDelivered-To: " + other + "\n";
    String own = "Return-Path: <mallory@example.com>\nDelivered-To: " + other + "\n";
    named(trace(own + way + mallorys + line + body), "mallory@example.com", Confidence.BY_HEADER);
    for (String cut :
        List.of(
            envelope + line + body,
            line + body,
            header(envelope + line + body),
            header(line + body),
            quoted(line + body))) {
      notNamed(cut);
    }
  }

  @Test
  void aLaterMessageUnderTheCopiedLineNamesNobody() throws IOException {
    for (Duration later :
        List.of(Duration.ofMinutes(20), Duration.ofHours(7), Duration.ofDays(9))) {
      Instant then = NOON.plus(later);
      String body =
          mail(USER, "<m@x>", OTHER.repeat(4))
              .replace("Date: " + date(NOON), "Date: " + date(then));
      notNamed(header(top + line + body));
      notNamed(header(top + line + body.replaceAll("Date: [^\n]*\n", "")));
      notNamed(quoted(line + body));
      notNamed(redacted(top + way + line + body));
    }
  }

  @Test
  void otherContentUnderTheWholeCopiedHeaderNamesNobody() throws IOException {
    for (int repeat : new int[] {1, 12, 400}) {
      String spam = header(genuine) + "\n" + OTHER.repeat(repeat);
      notNamed(top + line + spam);
      notNamed(top + way + line + spam);
      notNamed(redacted(top + way + line + spam));
    }
  }

  @Test
  void aFieldWithAnotherClientOrTimeIsMadeUp() throws IOException {
    assertEquals(
        Verdict.CONTRADICTED, trace(top + received(ID, "203.0.113.5") + genuine).verdict());
    String then = date(NOON.minus(Duration.ofHours(2)));
    assertEquals(
        Verdict.CONTRADICTED, trace(top + line.replace(date(NOON), then) + genuine).verdict());
  }

  @Test
  void whereTheLogHasAMessageIdTheMessageMustHaveItToo() throws IOException {
    SubmissionRecord.Builder record = records.removeFirst().toBuilder();
    record.messageId = "<v@x>";
    records.add(record.build());
    notNamed(header(top + line + genuine).replaceAll("Message-ID: [^\n]*\n", ""));
    named(trace(header(top + line + genuine)), USER, Confidence.BY_HEADER);
  }
}
