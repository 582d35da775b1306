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
   * gets an apostrophe in front, which spreadsheets take for "this is text".
   */
  public static String forSpreadsheet(String text) {
    String safe = forTerminal(text);
    String start = safe.stripLeading();
    if (start.isEmpty()) {
      return safe;
    }
    // What was a TAB or CR at the front is U+FFFD by now and no longer starts a formula.
    return "=+-@\uFF1D\uFF0B\uFF0D\uFF20".indexOf(start.charAt(0)) >= 0 ? "'" + safe : safe;
  }
}
