package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whosent.query.trace.Evidence.Result;
import org.whosent.record.SubmissionRecord;

/**
 * Whose word a field is: of the envelope speaks what the servers behind us wrote, above ours and
 * above the sender's own fields, and nothing below.
 */
class CluesTest extends MadeUpMail {
  private static final String USER = "a@example.com";
  private static final String ID = "4jY9Sb6Dptzbyx3";
  private static final String RECIPIENT = "r@far.example";
  private final String genuine = mail(USER, "<1@x>", TEXT);
  private final String ours = received(ID, "198.51.100.7");

  @BeforeEach
  void submitted() throws IOException {
    submit(USER, ID, "AAAA1111", genuine, false);
    SubmissionRecord.Builder record = records.getFirst().toBuilder();
    record.size = (long) (ours + genuine).replace("\n", "\r\n").length();
    records.set(0, record.build());
  }

  private Result said(Check check, String message) throws IOException {
    TraceResult result = trace(message);
    List<Evidence> evidence = new ArrayList<>(result.evidence());
    result.candidates().forEach(c -> evidence.addAll(c.evidence()));
    return evidence.stream()
        .filter(e -> e.check() == check)
        .findFirst()
        .orElseThrow(() -> new AssertionError(TraceText.render(result)))
        .result();
  }

  private static String by(String name, String recipient) {
    return "Received: from mail.example.com by %s with SMTP for <%s>; %s\n"
        .formatted(name, recipient, date(NOON));
  }

  @Test
  void theRecipientIsWhomTheServersBehindUsHadItFor() throws IOException {
    for (String above :
        List.of(
            by("mx.far.example", RECIPIENT),
            by("mx.else.example", "q@else.example") + by("mx.far.example", RECIPIENT),
            "Delivered-To: " + RECIPIENT + "\n",
            "X-Original-To: " + RECIPIENT + "\n",
            "Envelope-To: q@far.example, " + RECIPIENT + "\n",
            "Return-Path: <>\nX-Spam: no\nX-Envelope-To: <" + RECIPIENT + ">\n")) {
      assertEquals(Result.MATCH, said(Check.RECIPIENT, above + ours + genuine), above);
    }
    for (String message :
        List.of(
            by("mx.far.example", "q@far.example") + ours + genuine,
            ours + by("mx.far.example", RECIPIENT) + genuine,
            ours + "Delivered-To: " + RECIPIENT + "\n" + genuine,
            ours.replace(" with ESMTPSA", " for <" + RECIPIENT + "> with ESMTPSA") + genuine,
            "Subject: x\nDelivered-To: " + RECIPIENT + "\n" + ours + genuine,
            "Message-ID: <1@x>\n" + by("mx.far.example", RECIPIENT) + ours + genuine)) {
      assertEquals(Result.ABSENT, said(Check.RECIPIENT, message), message);
    }
  }

  @Test
  void theReversePathIsTheUppermostAboveTheSendersOwnFields() throws IOException {
    String path = "Return-Path: <" + USER + ">\n";
    String other = "Return-Path: <q@else.example>\n";
    assertEquals(Result.MATCH, said(Check.MAIL_FROM, path + ours + genuine));
    assertEquals(Result.MATCH, said(Check.MAIL_FROM, path + other + ours + genuine));
    assertEquals(Result.ABSENT, said(Check.MAIL_FROM, other + path + ours + genuine));
    String args = "X-Mail-Args: <" + USER + "> SIZE=99\n";
    assertEquals(Result.MATCH, said(Check.MAIL_FROM, args + ours + genuine));
    assertEquals(Result.ABSENT, said(Check.MAIL_FROM, ours + path + genuine));
    assertEquals(Result.ABSENT, said(Check.MAIL_FROM, "Subject: x\n" + path + ours + genuine));
    assertEquals(Result.ABSENT, said(Check.MAIL_FROM, "Return-Path: <>\n" + path + ours + genuine));
  }

  /** Of a header with more of them than are looked at, nobody's word counts. */
  @Test
  void whatStandsBelowTwoHundredFieldsIsNotLookedAt() throws IOException {
    for (int fields : List.of(Clues.MAX_RECEIVED - 1, Clues.MAX_RECEIVED)) {
      String many = ours + "Received: by x.example; x\n".repeat(fields - 1);
      String above = "Received: by x.example; x\n".repeat(fields - 1) + by("x", RECIPIENT);
      assertEquals(Result.ABSENT, said(Check.RECIPIENT, many + genuine));
      TraceResult result = trace(above + ours + genuine);
      assertEquals(fields < Clues.MAX_RECEIVED ? USER : null, result.user());
    }
  }

  /** Of what a reporter hides nothing is known, and what is not known speaks against nobody. */
  @Test
  void aHiddenMessageIdIsNone() throws IOException {
    String top = "Return-Path: <" + USER + ">\nDelivered-To: " + RECIPIENT + "\n";
    for (String hidden :
        List.of("<redacted@x>", "***@***", "<xxxxxxxxxx@x>", "<...@x>", "[removed]", "")) {
      String message = top + ours + genuine.replace("<1@x>", hidden);
      assertEquals(Result.ABSENT, said(Check.MESSAGE_ID, message), hidden);
    }
    assertEquals(
        Result.MISMATCH, said(Check.MESSAGE_ID, top + ours + genuine.replace("<1@x>", "<2@x>")));
  }

  /** Cut off in the midst of it, it would be another one. */
  @Test
  void aMessageIdThatWasCutOffIsNone() throws IOException {
    String header = genuine.substring(0, genuine.indexOf("<1@x>") + 3);
    assertEquals(Result.ABSENT, said(Check.MESSAGE_ID, ours + header));
    assertEquals(Result.MISMATCH, said(Check.MESSAGE_ID, ours + header + "\n"));
  }

  @Test
  void theAddressOfTheSenderStandsLast() throws IOException {
    for (String from :
        List.of(
            "\"q@else.example\" <a@example.com>",
            "=?utf-8?Q?q=40else.example?= <a@example.com>",
            "A\n <A@Example.com>",
            "a@example.com (A)")) {
      String message = ours + genuine.replace("From: " + USER, "From: " + from);
      assertEquals(Result.MATCH, said(Check.HEADER_FROM, message), from);
    }
    String swapped = "\"a@example.com\" <q@else.example>";
    assertEquals(
        Result.ABSENT,
        said(Check.HEADER_FROM, ours + genuine.replace("From: " + USER, "From: " + swapped)));
  }
}
