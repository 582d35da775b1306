package org.whosent.indexer.store.segment.column;

/**
 * A text that repeats another one of the same record (a From that names the user, a reply that
 * names the queue ID), with a mark in that place: what is left is mostly the same in all records.
 * Stateless.
 */
final class Echo {
  private static final char MARK = '\u0001';
  private static final char ESCAPE = '\u0002';
  private static final String ALL = String.valueOf(MARK);

  private Echo() {}

  /** The text with the other one's first occurrence as a mark; null for null. */
  static String mark(String text, String other) {
    return mark(text, other, null);
  }

  /**
   * The same.
   *
   * @param before what came out of it for the record before, or null: returned where it is the same
   *     text once more
   */
  static String mark(String text, String other, String before) {
    if (text == null) {
      return null;
    }
    if (text.indexOf(MARK) >= 0 || !text.isEmpty() && text.charAt(0) == ESCAPE) {
      return ESCAPE + text;
    }
    int at = other == null || other.isEmpty() ? -1 : text.indexOf(other);
    if (at < 0) {
      return text;
    }
    int rest = at + other.length();
    if (rest == text.length() && at == 0) {
      return ALL;
    }
    boolean same =
        before != null
            && before.length() == text.length() - other.length() + 1
            && before.charAt(at) == MARK
            && text.regionMatches(0, before, 0, at)
            && text.regionMatches(rest, before, at + 1, text.length() - rest);
    return same ? before : marked(text, at, rest);
  }

  /** Of its length from the beginning: each message's reply is one of these. */
  private static String marked(String text, int at, int rest) {
    return new StringBuilder(text.length() - (rest - at) + 1)
        .append(text, 0, at)
        .append(MARK)
        .append(text, rest, text.length())
        .toString();
  }

  /** The text that {@link #mark} was given, with the same other one. */
  static String unmark(String marked, String other) {
    if (marked == null || marked.isEmpty()) {
      return marked;
    }
    if (marked.charAt(0) == ESCAPE) {
      return marked.substring(1);
    }
    int at = marked.indexOf(MARK);
    if (at < 0 || other == null) {
      return marked;
    }
    return marked.length() == 1
        ? other
        : marked.substring(0, at) + other + marked.substring(at + 1);
  }
}
