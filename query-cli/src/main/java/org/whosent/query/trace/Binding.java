package org.whosent.query.trace;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/**
 * How the evidence of a candidate joins the message to its record: the rules of {@link Check} put
 * together. Stateless.
 *
 * <p>Whoever has got a message can copy its header, a line of ours included. What the rules ask for
 * beyond a line is therefore what a copy on another message changes: its way, its recipient, its
 * size, its Message-ID. Where the log has no Message-ID (OpenSMTPD logs none, some clients write
 * none) the rest must be there: who sent it, to whom, and that it was written just then.
 */
final class Binding {
  /** What another way, or a Date written anew, changes, where the content is the one submitted. */
  private static final Set<Check> RESENT = EnumSet.of(Check.ROUTE, Check.DATE);

  private Binding() {}

  /** How the evidence joins the message to the record. */
  static Candidate.Bound of(Candidate held, Clues clues, boolean strangersHop) {
    boolean content = held.hasContent();
    boolean alike = held.matches(Check.SIMILARITY) || held.matches(Check.TEXT_DIGEST);
    SubmissionRecord record = held.record();
    // By Date and addressee alone whoever of our users writes as this one is signed like him.
    boolean signed = held.matches(Check.SIGNATURE) && SignatureCheck.coversMessageId(clues, record);
    Optional<Evidence> against = held.against();
    boolean sentAgain =
        (content || signed) && held.refuting().allMatch(check -> RESENT.contains(check));
    if (against.isPresent() && !sentAgain) {
      return Candidate.Bound.REFUTED;
    }
    if (!alike && ContentChecks.rendersAnother(clues, record)) {
      return Candidate.Bound.NAMED;
    }
    if (content && named(held)) {
      return Candidate.Bound.CONTENT;
    }
    boolean couldCompare =
        clues.mayBeWhole() && (record.textDigest() != null || record.bodyDigest() != null);
    if (couldCompare && !alike) {
      return Candidate.Bound.NAMED; // the content is here and is not the one submitted
    }
    if (signed) {
      return Candidate.Bound.JOINED; // our server sent it: another user may have submitted it
    }
    if (SizeCheck.unproven(held)) {
      return Candidate.Bound.NAMED; // nor does a log without digests, where the size is another
    }
    // A Message-ID and most of a text are what any recipient can send on from elsewhere.
    boolean elsewhere =
        held.line() == Candidate.NO_LINE && strangersHop && !held.matches(Check.NEXT_HOP_ID);
    if (named(held) && (held.matches(Check.HAND_OVER) || alike && !elsewhere)) {
      return Candidate.Bound.JOINED;
    }
    boolean joined =
        held.line() == Candidate.NO_LINE
            ? withoutLine(held, clues, strangersHop)
            : messageIdAtLine(held, clues) || envelopeAtLine(held, clues) || bounce(held);
    return joined ? Candidate.Bound.CONSISTENT : Candidate.Bound.NAMED;
  }

  /** Our line and the Message-ID, and one thing more. */
  private static boolean messageIdAtLine(Candidate held, Clues clues) {
    // Where nothing of the envelope came with the message, the Date must do.
    boolean bare = clues.delivered().isEmpty() && clues.mailFrom() == null;
    return held.matches(Check.MESSAGE_ID)
        && (held.matches(Check.RECIPIENT)
            || sender(held)
            || held.matches(Check.ADDRESSEE)
            || held.matches(Check.SIZE)
            || (bare && held.matches(Check.DATE)));
  }

  /** Our line where no Message-ID can be compared: the rest of what the message says must fit. */
  private static boolean envelopeAtLine(Candidate held, Clues clues) {
    boolean recipient = held.matches(Check.RECIPIENT);
    if (recipient && sender(held) && (held.matches(Check.REPORTED_ID) || clues.cutInTrace())) {
      return true;
    }
    String recorded = held.record().messageId();
    if (recorded != null && !recorded.isEmpty() && !clues.cutInHeader()) {
      return false; // our server saw a Message-ID, and this message has none
    }
    if (recipient && sender(held)) {
      boolean cut = clues.cutInHeader() && held.matches(Check.MAIL_FROM);
      return held.matches(Check.SIZE) || held.matches(Check.PROMPT) || cut;
    }
    if (!sender(held) || !held.matches(Check.PROMPT)) {
      return false;
    }
    // Quoted without the envelope; or with its addresses blackened, but with its way and size.
    boolean addressed =
        held.matches(Check.ADDRESSEE)
            || (clues.addressees().isEmpty() && held.matches(Check.ROUTE));
    boolean quoted = clues.delivered().isEmpty() && addressed;
    return (quoted && held.matches(Check.CLIENT))
        || (held.matches(Check.ROUTE) && held.matches(Check.SIZE));
  }

  /** What our server made itself: nobody is named for it, and it has no sender to compare. */
  private static boolean bounce(Candidate held) {
    return held.record().origin() == Origin.INTERNAL
        && held.record().user() == null
        && held.matches(Check.TIME)
        && (held.matches(Check.RECIPIENT) || held.matches(Check.ADDRESSEE));
  }

  /** No field of ours: an ID of the message must be joined by all that the envelope says. */
  private static boolean withoutLine(Candidate held, Clues clues, boolean strangersHop) {
    boolean anyRecipient =
        held.matches(Check.RECIPIENT)
            || (clues.delivered().isEmpty() && held.matches(Check.ADDRESSEE));
    boolean way =
        held.matches(Check.NEXT_HOP_ID)
            || clues.received().stream().noneMatch(field -> field.by() != null)
            || (!strangersHop && held.matches(Check.SIZE));
    return (held.matches(Check.MESSAGE_ID) || held.matches(Check.FEEDBACK_ID))
        && anyRecipient
        && sender(held)
        && (clues.date() == null || held.matches(Check.DATE))
        && way;
  }

  private static boolean sender(Candidate held) {
    return held.matches(Check.MAIL_FROM) || held.matches(Check.HEADER_FROM);
  }

  static boolean named(Candidate held) {
    return held.matches(Check.TRANSACTION_ID)
        || held.matches(Check.NEXT_HOP_ID)
        || held.matches(Check.MESSAGE_ID)
        || held.matches(Check.FEEDBACK_ID);
  }
}
