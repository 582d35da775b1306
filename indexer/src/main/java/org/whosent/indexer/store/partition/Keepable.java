package org.whosent.indexer.store.partition;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import org.whosent.indexer.store.segment.RecordWeight;
import org.whosent.record.BadLineException;
import org.whosent.record.JournalCodec;
import org.whosent.record.JsonIn;
import org.whosent.record.Recipient;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.WellFormed;

/**
 * Which records a store can keep, and as what they will come back. The bounds are those of the
 * journal. Stateless.
 */
final class Keepable {
  private static final long FIRST_SECOND = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
  private static final long END_SECOND = Instant.parse("+10000-01-01T00:00:00Z").getEpochSecond();

  /** What weighs no more has no text and no list that is too long. */
  private static final int SHORT = Math.min(JsonIn.MAX_TEXT, JsonIn.MAX_LIST);

  private Keepable() {}

  /**
   * The record as it will be read again: lone surrogates are in no UTF-8. Null when it cannot be
   * kept: too long, or with a time that RFC 3339 does not know.
   */
  static SubmissionRecord of(SubmissionRecord record) {
    return of(record, RecordWeight.of(record), false);
  }

  /**
   * The same for a record whose weight is known.
   *
   * @param wellFormed true when all its texts are known to be {@link WellFormed}
   */
  static SubmissionRecord of(SubmissionRecord record, int weight, boolean wellFormed) {
    if (weight > PartitionedBatch.MAX_RECORD_BYTES || !inTime(record)) {
      return null;
    }
    // All texts together are that long at most, and lists have fewer entries still.
    boolean plain = wellFormed && weight <= SHORT ? !hasFineTimes(record) : isPlain(record);
    if (plain) {
      return record;
    }
    try {
      byte[] json = JournalCodec.encodeRecord(record);
      return JournalCodec.record(json, 0, json.length);
    } catch (BadLineException | DateTimeException _) {
      return null;
    }
  }

  private static boolean inTime(SubmissionRecord r) {
    boolean all = inTime(r.time()) && inTime(r.headerDate()) && inTime(r.expired());
    all &= inTime(r.completed());
    for (int i = 0; i < r.recipients().size(); i++) {
      all &= inTime(r.recipients().get(i).time());
    }
    return all;
  }

  private static boolean inTime(Instant time) {
    return time == null
        || time.getEpochSecond() >= FIRST_SECOND && time.getEpochSecond() < END_SECOND;
  }

  /** True when nothing in it is odd: short lists of short, well-formed texts. */
  private static boolean isPlain(SubmissionRecord r) {
    boolean plain = isPlain(r.transactionId()) && isPlain(r.host()) && isPlain(r.instance());
    plain &= isPlain(r.service()) && isPlain(r.protocol()) && isPlain(r.user());
    plain &= isPlain(r.mechanism()) && isPlain(r.authorizationId()) && isPlain(r.localUser());
    plain &= isPlain(r.client()) && isPlain(r.clientName()) && isPlain(r.helo());
    plain &= isPlain(r.tlsVersion()) && isPlain(r.tlsCipher()) && isPlain(r.mailFrom());
    plain &= isPlain(r.envelopeId());
    plain &= isPlain(r.messageId()) && isPlain(r.headerFrom()) && isPlain(r.subject());
    plain &= isPlain(r.subjectHash()) && isPlain(r.bodyDigest()) && isPlain(r.textDigest());
    plain &= isPlain(r.sketch()) && isPlain(r.aliases()) && isPlain(r.continuations());
    plain &= isPlain(r.logHosts());
    plain &= isPlain(r.attachmentDigests());
    plain &= r.recipients().size() <= JsonIn.MAX_LIST && r.provenance().size() <= JsonIn.MAX_LIST;
    for (int i = 0; i < r.recipients().size(); i++) {
      Recipient x = r.recipients().get(i);
      plain &= isPlain(x.address()) && isPlain(x.finalAddress()) && isPlain(x.status());
      plain &= isPlain(x.reply()) && isPlain(x.nextHop()) && isPlain(x.nextHopId());
    }
    for (int i = 0; i < r.provenance().size(); i++) {
      SourceLine line = r.provenance().get(i);
      plain &= isPlain(line.file()) && (line.hasBits() || isPlain(line.hash()));
    }
    return plain && !hasFineTimes(r);
  }

  private static boolean isPlain(List<String> texts) {
    boolean plain = texts.size() <= JsonIn.MAX_LIST;
    for (int i = 0; i < texts.size(); i++) {
      plain &= isPlain(texts.get(i));
    }
    return plain;
  }

  private static boolean isPlain(String text) {
    if (text == null) {
      return true;
    }
    return text.length() <= JsonIn.MAX_TEXT && WellFormed.is(text);
  }

  /** Times are kept in microseconds. */
  private static boolean hasFineTimes(SubmissionRecord r) {
    boolean fine = isFine(r.headerDate()) || isFine(r.expired()) || isFine(r.completed());
    for (int i = 0; i < r.recipients().size(); i++) {
      fine |= isFine(r.recipients().get(i).time());
    }
    return fine;
  }

  private static boolean isFine(Instant time) {
    return time != null && time.getNano() % 1000 != 0;
  }
}
