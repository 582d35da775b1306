package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionIdSource;
import org.whosent.record.TransactionKeys;
import org.whosent.record.message.MessageDigester;

/** What made-up cases are made of: submissions, and copies of them as they arrive. */
abstract class MadeUpMail {
  static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  static final String TEXT =
      "Buy our wonderful watches today, they are cheap and they tell the time most days.\n"
          + "Visit https://example.net/watches and enter the code that your friend gave you.\n";
  static final String OTHER =
      "Your account has been locked. Please confirm your password at the following address,\n"
          + "otherwise we shall have to delete all of your mail within the next two hours.\n";

  @TempDir Path directory;
  TransactionKeys keys;
  TransactionIdSource ids;
  final List<SubmissionRecord> records = new ArrayList<>();

  @BeforeEach
  void keys() throws IOException {
    keys = TransactionKeys.readOrCreate(directory.resolve("keys"), 1, NOON.minusSeconds(86_400));
    ids =
        new TransactionIdSource(
            keys, 1, directory.resolve("mark"), Clock.fixed(NOON, ZoneOffset.UTC));
  }

  /** A message as its sender wrote it. */
  static String mail(String from, String messageId, String text) {
    return "From: %s\nTo: r@far.example\nSubject: watches\nMessage-ID: %s\nDate: %s\n\n%s"
        .formatted(from, messageId, date(NOON), text);
  }

  static String date(Instant time) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(
        ZonedDateTime.ofInstant(time, ZoneOffset.UTC));
  }

  static String received(String id, String client) {
    return "Received: from pc (unknown [%s])\n\tby mail.example.com (Whosent) with ESMTPSA id %s;\n\t%s\n"
        .formatted(client, id, date(NOON));
  }

  static String hop(String nextHopId) {
    return "Delivered-To: r@far.example\n"
        + "Received: from mail.example.com (mail.example.com [192.0.2.1])\n"
        + "\tby mx.far.example (Postfix) with ESMTP id %s;\n\t%s\n"
            .formatted(nextHopId, date(NOON));
  }

  SubmissionRecord submit(String user, String id, String hopId, String mail, boolean content)
      throws IOException {
    SubmissionRecord.Builder record = new SubmissionRecord.Builder();
    record.time = NOON;
    record.transactionId = id;
    record.host = "mail.example.com";
    record.origin = user == null ? Origin.UNAUTHENTICATED : Origin.AUTHENTICATED;
    record.user = user;
    record.client = "198.51.100.7";
    record.mailFrom = user == null ? "x@outside.example" : user;
    record.size = (long) mail.length() + 200;
    record.recipients =
        List.of(
            new Recipient(
                "r@far.example",
                null,
                false,
                Outcome.DELIVERED,
                "2.0.0",
                "250 2.0.0 Ok: queued as " + hopId,
                "mx.far.example[203.0.113.9]:25",
                hopId,
                NOON));
    MessageDigester.digest(new ByteArrayInputStream(mail.getBytes(StandardCharsets.UTF_8)))
        .fill(record);
    if (!content) {
      record.bodyDigest = null;
      record.textDigest = null;
      record.sketch = null;
      record.subject = null;
      record.headerFrom = null;
    }
    records.add(record.build());
    return records.getLast();
  }

  TraceResult trace(String message) throws IOException {
    return Corpus.one(Corpus.tracer(records, keys), message);
  }

  TraceResult ask(String text) throws IOException {
    return Corpus.tracer(records, keys).trace(InputReader.asked(text).orElseThrow()).getFirst();
  }

  static void nobody(TraceResult result, Verdict verdict) {
    assertEquals(verdict, result.verdict(), TraceText.render(result));
    assertNull(result.user());
    assertNull(result.confidence());
  }

  static void named(TraceResult result, String user, Confidence confidence) {
    assertEquals(Verdict.IDENTIFIED, result.verdict(), TraceText.render(result));
    assertEquals(user, result.user());
    assertEquals(confidence, result.confidence(), TraceText.render(result));
  }
}
