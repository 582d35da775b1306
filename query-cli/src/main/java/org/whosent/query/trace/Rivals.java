package org.whosent.query.trace;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Two users' records that a message may be of: whether what speaks for the one could as well be the
 * other's, copied.
 */
final class Rivals {
  private static final List<Check> DISTINGUISHING =
      List.of(Check.RECIPIENT, Check.MAIL_FROM, Check.SIZE, Check.ADDRESSEE, Check.HEADER_FROM);

  /** What a sender decides who writes two Message-IDs or Dates, or has his text changed. */
  private static final Set<Check> HIS_OWN_WRITING =
      EnumSet.of(Check.MESSAGE_ID, Check.DATE, Check.SIMILARITY, Check.FAR_SIZE);

  private Rivals() {}

  /**
   * True when another user's field stands above, all of whose own words are as our server wrote
   * them, and nothing speaks against it but what its user may have arranged so: to have his field
   * dropped, and the one below it believed, which he copied.
   */
  static boolean mayHaveSpoiltHisOwn(Candidate top, Candidate other) {
    return other.line() < top.line() && !other.who().equals(top.who()) && isSpoilt(other);
  }

  /** True when nothing speaks against it but what its user may have arranged so. */
  static boolean isSpoilt(Candidate held) {
    return held.bound() == Candidate.Bound.REFUTED
        && held.line() != Candidate.NO_LINE
        && held.refuting().allMatch(HIS_OWN_WRITING::contains);
  }

  /** True for two submissions of different users, of which the second is not refuted. */
  static boolean are(Candidate top, Candidate other) {
    return !other.who().equals(top.who())
        && other.bound() != Candidate.Bound.REFUTED
        && !other.submission().equals(top.submission());
  }

  /**
   * True when another user's message with the same Message-ID fits as well: a Message-ID is what
   * the sender makes it.
   */
  static boolean mayHaveSentIt(Candidate top, Candidate other) {
    return !sameContent(top)
        && other.matches(Check.MESSAGE_ID)
        && !(top.matches(Check.RECIPIENT) && agreement(other) < agreement(top))
        && !outdoes(top, other);
  }

  /** Header and hand-over can be copied below a field that was cut away; the content is his. */
  private static boolean sameContent(Candidate top) {
    return top.matches(Check.BODY_DIGEST)
        || top.matches(Check.TEXT_DIGEST)
        || top.matches(Check.SIMILARITY);
  }

  /**
   * Of two users' records with the message's Message-ID, whether this one has all that the other
   * has, and something that its rival could not have written into his header: the envelope, or the
   * size; or the whole header. The rival's own field may have been cut away.
   */
  private static boolean outdoes(Candidate top, Candidate other) {
    Set<Check> better = EnumSet.noneOf(Check.class);
    for (Check fact : DISTINGUISHING) {
      if (other.matches(fact) && !top.matches(fact)) {
        return false;
      }
      if (top.matches(fact) && !other.matches(fact)) {
        better.add(fact);
      }
    }
    return better.contains(Check.RECIPIENT)
        || better.contains(Check.MAIL_FROM)
        || (top.line() != Candidate.NO_LINE
            && better.contains(Check.SIZE)
            && other.mismatches(Check.SIZE))
        || wholeHeader(top, better);
  }

  /**
   * The rival would have had to copy the whole header, line, client, sender, addressee or hop, and
   * Date, and whoever complains to cut off his own field and nothing else. That much is a perfect
   * replay; less is told apart.
   */
  private static boolean wholeHeader(Candidate top, Set<Check> better) {
    return (top.matches(Check.CLIENT) || top.matches(Check.HAND_OVER))
        && top.matches(Check.PROMPT)
        && better.contains(Check.HEADER_FROM)
        && (better.contains(Check.ADDRESSEE)
            || top.matches(Check.ROUTE)
            || top.matches(Check.HAND_OVER));
  }

  /** How much of the envelope agrees. */
  private static int agreement(Candidate candidate) {
    return (candidate.matches(Check.RECIPIENT) ? 4 : 0)
        + (candidate.matches(Check.MAIL_FROM) ? 2 : 0)
        + (candidate.matches(Check.ADDRESSEE) ? 1 : 0);
  }
}
