package org.whosent.query.trace;

import java.util.Optional;
import org.whosent.record.SubmissionRecord;

/** How sure it is that the user of a record that is bound to a message submitted it. Stateless. */
final class HowSure {
  private HowSure() {}

  /**
   * Content and an ID of ours make it certain, unless neither a recipient nor the next hop matches,
   * or a stranger's hop or another Date speaks against it: then this copy came another way (a
   * recipient may have sent it again). Without the content, all that fits is a header, which a
   * recipient could have put over a text of his own; size and likeness are what he makes them.
   */
  static Confidence is(Candidate chosen) {
    if (!contentShown(chosen)) {
      return Confidence.BY_HEADER;
    }
    boolean ownId = chosen.matches(Check.TRANSACTION_ID) || chosen.matches(Check.SIGNATURE);
    boolean way = chosen.matches(Check.HAND_OVER) || chosen.matches(Check.RECIPIENT);
    boolean fits = chosen.bound() == Candidate.Bound.CONTENT && chosen.against().isEmpty();
    return fits && ownId && way ? Confidence.CERTAIN : Confidence.STRONG;
  }

  /**
   * By a digest, or by a signature of ours with the record's digest in it; under the Subject and
   * From that were submitted, which a reader sees as well and no digest covers.
   */
  private static boolean contentShown(Candidate chosen) {
    return chosen.hasContent() && chosen.evidence().stream().noneMatch(HowSure::showsAnother);
  }

  private static boolean showsAnother(Evidence evidence) {
    return evidence.result() == Evidence.Result.MISMATCH
        && (evidence.check() == Check.SUBJECT || evidence.check() == Check.HEADER_FROM);
  }

  /** Said in the answer: what a recipient may have done instead. */
  static Optional<String> replay(Candidate chosen) {
    if (!contentShown(chosen)) {
      return Optional.of(whyNotMore(chosen));
    }
    return chosen
        .against()
        .map(
            against ->
                "the content is the one submitted, but not the %s: a recipient may have sent it again"
                    .formatted(against.check().word()));
  }

  /** What it is that was not compared. */
  private static String whyNotMore(Candidate chosen) {
    SubmissionRecord record = chosen.record();
    if (chosen.hasContent()) {
      return "the %s is not the one submitted: a replay of the text by a recipient cannot be told apart"
          .formatted(chosen.mismatches(Check.SUBJECT) ? "Subject" : "From");
    }
    if (chosen.matches(Check.SIGNATURE)) {
      return "our signature shows that our server sent it, not who submitted it: another user of"
          + " ours who wrote the same header cannot be told apart";
    }
    String why =
        record.bodyDigest() == null && record.textDigest() == null
            ? "the log holds no content"
            : chosen.matches(Check.TEXT_DIGEST)
                ? "the plain text is the one submitted, and what is beside it cannot be compared"
                : chosen.matches(Check.SIMILARITY)
                    ? "the text is like the one submitted, and not the same"
                    : ContentChecks.differs(chosen)
                        ? "the text is not shown to be the one submitted"
                        : "the content did not come with the header";
    return why + ": a replay of the header by a recipient cannot be told apart";
  }
}
