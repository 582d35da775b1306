package org.whosent.indexer.store;

import java.util.EnumSet;
import java.util.Set;
import org.whosent.record.ClueType;

/** How much of each record a search brings. */
public enum Detail {
  /** The whole record. */
  WHOLE,

  /**
   * What a table of records has columns for: time, transaction ID, host, user, local user, client,
   * MAIL FROM, the recipients' addresses as given, Message-ID, header From, subject, size, and the
   * first line that the record rests on. A store may leave all else out, and then need not read it.
   */
  COLUMNS;

  /** Clues that can be checked with those columns alone. */
  private static final Set<ClueType> IN_COLUMNS =
      EnumSet.of(
          ClueType.USER,
          ClueType.LOCAL_USER,
          ClueType.CLIENT,
          ClueType.MAIL_FROM,
          ClueType.MESSAGE_ID,
          ClueType.RECIPIENT_DOMAIN);

  /** This, or the whole record where the query asks for what is not in this. */
  public Detail enoughFor(RecordQuery query) {
    return IN_COLUMNS.containsAll(query.clues().keySet()) ? this : WHOLE;
  }
}
