package org.whosent.query.output;

import org.whosent.record.Printable;

/** Untrusted text made fit for terminals and spreadsheets (invariant 7). */
public final class SafeText {
  private SafeText() {}

  /** {@link Printable#text}: one line that no terminal acts on. */
  public static String forTerminal(String text) {
    return Printable.text(text);
  }

  /**
   * A cell that no spreadsheet runs as a formula. Those begin with {@code = + - @} (also in their
   * full-width forms), or with white space that an import drops before one of them; such a cell
   * gets an apostrophe in front, which spreadsheets take for "this is text". Where the comma is the
   * decimal sign, a CSV file that is just opened is split at semicolons, quoted or not, so that
   * what stands behind one of those begins a cell too.
   */
  public static String forSpreadsheet(String text) {
    String safe = forTerminal(text);
    // What was a TAB or CR at the front is U+FFFD by now and no longer starts a formula.
    String guarded = isFormula(safe, 0, false) ? "'" + safe : safe;
    int semicolon = guarded.indexOf(';');
    if (semicolon < 0) {
      return guarded;
    }
    StringBuilder out = new StringBuilder(guarded.length() + 4);
    int done = 0;
    for (; semicolon >= 0; semicolon = guarded.indexOf(';', done)) {
      out.append(guarded, done, semicolon + 1);
      done = semicolon + 1;
      if (isFormula(guarded, done, true)) {
        out.append('\'');
      }
    }
    return out.append(guarded, done, guarded.length()).toString();
  }

  /**
   * Whether a cell that begins there would be run.
   *
   * @param quotes are passed over: of a pair within a cell the second one ends the quoted part
   */
  private static boolean isFormula(String text, int from, boolean quotes) {
    int at = from;
    while (at < text.length() && (isBlank(text.charAt(at)) || quotes && text.charAt(at) == '"')) {
      at++;
    }
    return at < text.length() && "=+-@\uFF1D\uFF0B\uFF0D\uFF20".indexOf(text.charAt(at)) >= 0;
  }

  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }
}
