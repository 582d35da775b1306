package org.whosent.indexer.store.segment;

import java.util.EnumSet;
import java.util.Set;
import org.whosent.record.ClueType;

/**
 * What is in the Lucene index of a sealed segment. A class of its own, without Lucene in it:
 * whoever only asks for an ID does not load Lucene. Stateless.
 */
final class TextClues {
  /**
   * The client and the subject are not in it: they go before the record does. Nor is the recipient:
   * there are nearly as many as records, and as terms they took four times the room of keys. Nor
   * are names that neighbours have in common.
   */
  static final Set<ClueType> ALL = EnumSet.of(ClueType.RECIPIENT_DOMAIN);

  /** Records of a sealed segment lie by user: keys say from where to where. */
  static final Set<ClueType> BY_RUNS =
      EnumSet.of(ClueType.USER, ClueType.LOCAL_USER, ClueType.MAIL_FROM);

  private static final Set<ClueType> OF_SECOND_VERSION =
      EnumSet.of(ClueType.USER, ClueType.LOCAL_USER, ClueType.MAIL_FROM, ClueType.RECIPIENT_DOMAIN);

  private static final Set<ClueType> OF_FIRST_VERSION =
      EnumSet.of(
          ClueType.USER,
          ClueType.LOCAL_USER,
          ClueType.MAIL_FROM,
          ClueType.RECIPIENT,
          ClueType.RECIPIENT_DOMAIN);

  private TextClues() {}

  /** What is in it of segments of that version. */
  static Set<ClueType> of(int version) {
    return switch (version) {
      case SegmentFormat.FIRST_VERSION -> OF_FIRST_VERSION;
      case SegmentFormat.BY_TIME_VERSION -> OF_SECOND_VERSION;
      default -> ALL;
    };
  }
}
