package org.whosent.indexer.store.segment;

/**
 * A text that repeats another one of the same record (a From that names the user, a reply that
 * names the queue ID), with a mark in that place: what is left is mostly the same in all records.
 * Stateless.
 */
final class Echo {
  private static final char MARK = '\u0001';
  private static final char ESCAPE = '\u0002';

  private Echo() {}

  /** The text with the other one's first occurrence as a mark; null for null. */
  static String mark(String text, String other) {
    if (text == null) {
      return null;
    }
    if (text.indexOf(MARK) >= 0 || !text.isEmpty() && text.charAt(0) == ESCAPE) {
      return ESCAPE + text;
    }
    int at = other == null || other.isEmpty() ? -1 : text.indexOf(other);
    return at < 0 ? text : text.substring(0, at) + MARK + text.substring(at + other.length());
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
