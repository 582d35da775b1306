package org.whosent.indexer.ingest.input;

import java.util.List;
import java.util.function.Predicate;

/**
 * Log lines that a mail program or an editor has broken at its margin. A log line's rest then
 * begins a line, and with it whatever a stranger chose: a Message-ID may be made so that the line
 * behind the margin is a whole one of another login. Of such a text nothing can be read.
 *
 * <p>It is known by the margin: no line is longer, and each that is no log line begins with a word
 * that the line before it had no room for. A log with something else in it has such lines by chance
 * only, and longer ones beside them. Stateless.
 */
final class WrappedText {
  /** A mail program's margin, and an editor's; what a log's longest line exceeds. */
  private static final int WIDEST = 160;

  /** So many lines must have been broken, and they must be a tenth of all. */
  private static final int FEWEST = 3;

  private static final int SHARE = 10;

  private WrappedText() {}

  /**
   * True for lines that were broken.
   *
   * @param lines the first ones of a file, without quotes and blanks around them
   * @param beginsLog true for one that begins as the lines of the log do
   */
  static boolean is(List<String> lines, Predicate<String> beginsLog) {
    int margin = 0;
    for (String line : lines) {
      if (line.indexOf(' ') > 0) {
        margin = Math.max(margin, line.length());
      }
    }
    if (margin > WIDEST) {
      return false;
    }
    int broken = 0;
    for (int i = 1; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isEmpty() || beginsLog.test(line)) {
        continue;
      }
      int blank = line.indexOf(' ');
      int word = blank < 0 ? line.length() : blank;
      boolean hadNoRoom = lines.get(i - 1).length() + 1 + word > margin;
      if (!hadNoRoom) {
        return false;
      }
      broken++;
    }
    return broken >= FEWEST && broken * SHARE >= lines.size();
  }
}
