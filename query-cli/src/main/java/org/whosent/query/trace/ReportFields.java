package org.whosent.query.trace;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.View;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.Times;
import org.whosent.record.TransactionId;
import org.whosent.record.message.Headers;
import org.whosent.record.message.MailDate;
import org.whosent.record.message.ReceivedField;
import org.whosent.record.message.Report;

/**
 * The ruling on a report whose message is missing, by the report's own fields. Belongs to one
 * thread.
 */
final class ReportFields {
  /** A report's Arrival-Date is its own server's, which may have got the message late. */
  static final Duration REPORTED_WITHIN = Duration.ofDays(2);

  /** Of one report, recipients that are looked up. */
  static final int MAX_RECIPIENTS = 20;

  /** Of RFC 8098 section 3.2.5, and Google's in its bounces. */
  private static final List<String> MESSAGE_IDS =
      List.of("Original-Message-ID", "X-Original-Message-ID");

  private final View view;
  private final Ours ours;
  private final Judge judge;
  private final Candidates candidates;

  ReportFields(View view, Ours ours, Judge judge, Candidates candidates) {
    this.view = view;
    this.ours = ours;
    this.judge = judge;
    this.candidates = candidates;
  }

  /** A report whose original is missing: what its own fields say of it. */
  Judge.Ruling rule(Report report) throws IOException {
    Headers fields = report.fields();
    String id = fields.first("X-Postfix-Queue-ID").orElse(null);
    String host = fields.first("Reporting-MTA").map(Clues::typed).orElse(null);
    if (id == null || host == null || !ours.isOurs(host)) {
      return circumstantial(fields);
    }
    // The report stands in for our Received field: who reports says under which ID we had it.
    ReceivedField stated =
        new ReceivedField(
            null,
            List.of(),
            List.of(),
            host,
            null,
            id.strip(),
            null,
            fields.first("Arrival-Date").flatMap(MailDate::parse).orElse(null));
    Clues clues = Clues.ofReport(fields, stated);
    Candidates.Found found = candidates.find(clues);
    return judge.rule(found.candidates(), found.unknown());
  }

  /**
   * A report that says neither the ID nor the message, but whose mail it was, to whom, and when:
   * the records that fit, none of which is named.
   */
  private Judge.Ruling circumstantial(Headers fields) throws IOException {
    Clues clues =
        Clues.ofReport(
            fields, new ReceivedField(null, List.of(), List.of(), null, null, null, null, null));
    Map<String, SubmissionRecord> records = new LinkedHashMap<>();
    String envelopeId = clues.envelopeId();
    if (envelopeId != null) {
      Candidates.add(records, view.find(ClueType.ENVELOPE_ID, envelopeId, Candidates.MAX_RECORDS));
      if (TransactionId.parse(envelopeId).isPresent()) {
        Candidates.add(
            records, view.find(ClueType.TRANSACTION_ID, envelopeId, Candidates.MAX_RECORDS));
      }
    }
    if (clues.feedbackId() != null) {
      Candidates.add(
          records, view.find(ClueType.TRANSACTION_ID, clues.feedbackId(), Candidates.MAX_RECORDS));
    }
    for (String name : MESSAGE_IDS) {
      for (String id : fields.all(name)) {
        if (id.length() <= SubmissionRecord.LONGEST_MESSAGE_ID) {
          Candidates.add(records, view.find(ClueType.MESSAGE_ID, id, Candidates.MAX_RECORDS));
        }
      }
    }
    for (String id : fields.all("X-Postfix-Queue-ID")) {
      // A next hop's bounce: under this ID it got the message from us.
      Candidates.add(records, view.find(ClueType.NEXT_HOP_ID, id.strip(), Candidates.MAX_RECORDS));
    }
    Optional<Instant> arrived = arrival(fields);
    String sender = clues.mailFrom();
    if (records.isEmpty() && arrived.isPresent() && sender != null && !sender.isEmpty()) {
      Instant from = arrived.get().minus(REPORTED_WITHIN);
      Instant until = arrived.get().plus(REPORTED_WITHIN);
      for (Map<ClueType, String> envelope : envelopes(sender, clues.delivered())) {
        records.putAll(candidates.search(RecordQuery.of(envelope, null, from, until)));
      }
    }
    List<Candidate> held = new ArrayList<>();
    for (SubmissionRecord record : records.values()) {
      held.add(candidates.hold(record, clues));
    }
    return judge.rule(held, List.of());
  }

  /** The sender with each recipient, or alone where none is said. */
  private static List<Map<ClueType, String>> envelopes(String sender, Set<String> recipients) {
    if (recipients.isEmpty()) {
      return List.of(Map.of(ClueType.MAIL_FROM, sender));
    }
    return recipients.stream()
        .limit(MAX_RECIPIENTS)
        .map(to -> Map.of(ClueType.MAIL_FROM, sender, ClueType.RECIPIENT, to))
        .toList();
  }

  /** When the reporter got it: RFC 5965 section 3.2, RFC 3464 section 2.2.5. */
  static Optional<Instant> arrival(Headers report) {
    return report
        .first("Arrival-Date")
        .or(() -> report.first("Received-Date"))
        .flatMap(ReportFields::reportedTime);
  }

  /** RFC 5322's form, or RFC 3339's as XARF has it. */
  private static Optional<Instant> reportedTime(String text) {
    Optional<Instant> mail = MailDate.parse(text);
    if (mail.isPresent()) {
      return mail;
    }
    try {
      return Optional.of(Times.parse(text));
    } catch (java.time.DateTimeException e) {
      return Optional.empty();
    }
  }
}
