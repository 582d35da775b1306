package org.whosent.query.trace;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.whosent.record.Sketch;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.message.MessageDigests;

/**
 * The content held against the digests. Short, cut or quoted content is absent, not against.
 * Stateless.
 */
final class ContentChecks {
  /** From here on two texts count as one with additions. */
  private static final double SIMILAR = 0.5;

  private static final double CONTAINED = 0.75;

  /**
   * One text in the other says nothing where the other is four times as long: whoever copies our
   * line may bury the text that was submitted in one of his own, or cut a phrase from it.
   */
  private static final double SAME_SIZE = 0.25;

  /** Below this, whole content counts as other content. */
  static final double DISSIMILAR = 0.25;

  private static final String RENDERING = "Outlook keeps a rendering, not the body that was sent";

  private static final String DIFFERS = "differs";

  private static final String NO_SKETCH = "too short, or not recorded";

  private ContentChecks() {}

  /** Whether the record knows anything of the content. */
  static boolean recorded(SubmissionRecord record) {
    return record.bodyDigest() != null
        || record.textDigest() != null
        || record.sketch() != null
        || !record.attachmentDigests().isEmpty();
  }

  static void check(Clues clues, SubmissionRecord record, List<Evidence> evidence) {
    if (!clues.content()) {
      String why = "no content to compare";
      evidence.add(
          SignatureCheck.signsBodyOf(clues, record)
              ? Evidence.match(Check.BODY_DIGEST, "the body that our signature covers")
              : Evidence.absent(Check.BODY_DIGEST, why));
      evidence.add(Evidence.absent(Check.TEXT_DIGEST, why));
      return;
    }
    if (!recorded(record)) {
      // A mail log's: the digests of the message would be made for nothing.
      evidence.add(digest(Check.BODY_DIGEST, null, null, false));
      evidence.add(digest(Check.TEXT_DIGEST, null, null, false));
      evidence.add(Evidence.absent(Check.SIMILARITY, NO_SKETCH));
      return;
    }
    MessageDigests digests = clues.digests();
    boolean rendering = clues.message().isRendering();
    evidence.add(
        rendering
            ? Evidence.absent(Check.BODY_DIGEST, RENDERING)
            : digest(
                Check.BODY_DIGEST,
                digests.bodyDigest(),
                record.bodyDigest(),
                clues.wholeContent()));
    evidence.add(
        digest(Check.TEXT_DIGEST, digests.textDigest(), record.textDigest(), clues.wholeContent()));
    if (digests.textDigest() != null && digests.textDigest().equals(record.textDigest())) {
      evidence.add(
          !rendering
                  && clues.message().isWholeInDigests()
                  && record.attachmentDigests().containsAll(digests.attachmentDigests())
              ? Evidence.match(Check.PARTS, "nothing that was not submitted")
              : Evidence.absent(Check.PARTS, "what is beside the plain text cannot be compared"));
    }
    long same =
        digests.attachmentDigests().stream().filter(record.attachmentDigests()::contains).count();
    if (same > 0) {
      evidence.add(Evidence.match(Check.ATTACHMENT, "%d the same".formatted(same)));
    }
    Optional<Sketch> there = Sketch.parse(record.sketch());
    if (there.isEmpty() || digests.sketch() == null) {
      evidence.add(Evidence.absent(Check.SIMILARITY, NO_SKETCH));
      return;
    }
    double similarity = there.get().similarity(digests.sketch());
    double containment = there.get().containment(digests.sketch());
    String detail =
        String.format(Locale.ROOT, "similarity %.2f, containment %.2f", similarity, containment);
    evidence.add(
        similarity >= SIMILAR || containment >= CONTAINED && similarity >= SAME_SIZE
            ? Evidence.match(Check.SIMILARITY, detail)
            : clues.wholeContent()
                    && !clues.message().hasUnopenedParts()
                    && containment < DISSIMILAR
                    && clues.unlikeness().says(there.get())
                ? Evidence.mismatch(Check.SIMILARITY, detail)
                : Evidence.absent(Check.SIMILARITY, detail));
  }

  /**
   * Whether a rendering has another text than the one submitted, or a short one that is not the
   * same: nothing against the record, since of a message with two texts Outlook keeps one, and
   * nothing that joins it to the message.
   */
  static boolean rendersAnother(Clues clues, SubmissionRecord record) {
    if (!clues.content() || !clues.message().isRendering()) {
      return false;
    }
    MessageDigests digests = clues.digests();
    Optional<Sketch> there = Sketch.parse(record.sketch());
    return there.isPresent() && digests.sketch() != null
        ? there.get().containment(digests.sketch()) < DISSIMILAR
        : digests.textDigest() != null
            && record.textDigest() != null
            && !digests.textDigest().equals(record.textDigest());
  }

  /** Whether there is a text, and not the one submitted. */
  static boolean differs(Candidate held) {
    return held.evidence().stream()
        .anyMatch(e -> e.check() == Check.TEXT_DIGEST && e.detail().startsWith(DIFFERS));
  }

  /** For ranking: 1 for the same content, less for the same text, then by the sketch. */
  static double likeness(Clues clues, SubmissionRecord record) {
    if (!clues.content() || !recorded(record)) {
      return 0;
    }
    MessageDigests digests = clues.digests();
    if (digests.bodyDigest() != null && digests.bodyDigest().equals(record.bodyDigest())) {
      return 1;
    }
    if (digests.textDigest() != null && digests.textDigest().equals(record.textDigest())) {
      return 0.99;
    }
    Optional<Sketch> there = Sketch.parse(record.sketch());
    return there.isEmpty() || digests.sketch() == null
        ? 0
        : 0.98 * there.get().likeness(digests.sketch());
  }

  private static Evidence digest(Check check, String here, String there, boolean whole) {
    if (here == null || there == null) {
      return Evidence.absent(check, there == null ? "not recorded" : "nothing to digest");
    }
    return here.equals(there)
        ? Evidence.match(check, here)
        : whole
            ? Evidence.mismatch(check, DIFFERS)
            : Evidence.absent(check, DIFFERS + "; not all of the content is here as it was sent");
  }
}
