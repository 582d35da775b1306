package org.whosent.query.trace;

import java.util.Optional;
import org.whosent.record.SubmissionRecord;

/**
 * How the evidence of a candidate joins the message to its record: the rules of {@link Check} put
 * together. Stateless.
 */
final class Binding {
  private Binding() {}

  /** How the evidence joins the message to the record. */
  static Candidate.Bound of(Candidate held, Clues clues) {
    boolean content = held.matches(Check.BODY_DIGEST) || held.matches(Check.TEXT_DIGEST);
    Optional<Evidence> against = held.against();
    if (against.isPresent() && !(content && against.get().check() == Check.ROUTE)) {
      return Candidate.Bound.REFUTED;
    }
    if (content && named(held)) {
      return Candidate.Bound.CONTENT;
    }
    SubmissionRecord record = held.record();
    boolean couldCompare =
        clues.wholeContent() && (record.textDigest() != null || record.bodyDigest() != null);
    if (couldCompare && !held.matches(Check.SIMILARITY)) {
      return Candidate.Bound.NAMED; // the content is here and is not the one submitted
    }
    if (SizeCheck.unproven(held)) {
      return Candidate.Bound.NAMED; // nor does a log without digests, where the size is another
    }
    if (named(held) && (held.matches(Check.HAND_OVER) || held.matches(Check.SIMILARITY))) {
      return Candidate.Bound.JOINED;
    }
    boolean envelope = held.matches(Check.RECIPIENT);
    boolean sender = held.matches(Check.MAIL_FROM) || held.matches(Check.HEADER_FROM);
    boolean anyRecipient =
        envelope || (clues.delivered().isEmpty() && held.matches(Check.ADDRESSEE));
    if (held.line() != Candidate.NO_LINE) {
      // Where nothing of the envelope came with the message, the Date must do.
      boolean bare = clues.delivered().isEmpty() && clues.mailFrom() == null;
      boolean support =
          envelope
              || sender
              || held.matches(Check.ADDRESSEE)
              || held.matches(Check.SIZE)
              || (bare && held.matches(Check.DATE));
      if (held.matches(Check.MESSAGE_ID) && support) {
        return Candidate.Bound.CONSISTENT;
      }
      boolean noMessageId = record.messageId() == null || record.messageId().isEmpty();
      boolean known =
          (noMessageId && held.matches(Check.SIZE))
              || held.matches(Check.REPORTED_ID)
              || clues.cutInTrace();
      return known && envelope && sender ? Candidate.Bound.CONSISTENT : Candidate.Bound.NAMED;
    }
    // No field of ours: the Message-ID must be joined by everything that the envelope says.
    return held.matches(Check.MESSAGE_ID)
            && anyRecipient
            && sender
            && (clues.date() == null || held.matches(Check.DATE))
            && (held.matches(Check.NEXT_HOP_ID)
                || clues.received().stream().noneMatch(field -> field.by() != null))
        ? Candidate.Bound.CONSISTENT
        : Candidate.Bound.NAMED;
  }

  static boolean named(Candidate held) {
    return held.matches(Check.TRANSACTION_ID)
        || held.matches(Check.NEXT_HOP_ID)
        || held.matches(Check.MESSAGE_ID);
  }
}
