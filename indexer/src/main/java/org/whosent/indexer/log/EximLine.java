package org.whosent.indexer.log;

import java.time.Instant;

/**
 * A log line without what stands before Exim's own words.
 *
 * @param host as syslog names it; empty in Exim's own files, which name none
 * @param isExim false for another program's line in a file of syslog's
 * @param isPiece part of a longer line that was cut for syslog
 * @param id the queue ID, or null
 * @param whole the line, of which a copy is not worth making for every one
 * @param start where in it the rest begins
 */
record EximLine(
    Instant time,
    String host,
    boolean isExim,
    boolean isPiece,
    String id,
    String whole,
    int start) {

  /** The rest: what stands behind queue ID and blank. */
  String text() {
    return start == 0 ? whole : whole.substring(start);
  }

  /**
   * The two characters that say what became of a message or recipient, where a blank follows them;
   * or null.
   */
  String mark() {
    if (!whole.startsWith(" ", start + 2)) {
      return null;
    }
    char second = whole.charAt(start + 1);
    return switch (whole.charAt(start)) {
      case '=' -> second == '>' ? "=>" : second == '=' ? "==" : null;
      case '-' -> second == '>' ? "->" : null;
      case '>' -> second == '>' ? ">>" : null;
      case '<' -> second == '=' ? "<=" : null;
      case '(' -> second == '=' ? "(=" : null;
      case '*' -> second == '*' ? "**" : second == '>' ? "*>" : null;
      default -> null;
    };
  }
}
