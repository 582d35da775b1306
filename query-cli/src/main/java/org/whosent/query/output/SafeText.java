package org.whosent.query.output;

/**
 * Untrusted text made fit for terminals and spreadsheets (invariant 7). Log lines, headers and
 * addresses come from spammers. JSON needs none of this: its own escaping keeps text data.
 */
public final class SafeText {
  private SafeText() {}

  /**
   * The text on one line without anything that a terminal would act on: control characters (C0, C1,
   * DEL), line and paragraph separators, and the bidirectional and invisible formatting characters
   * that show a text as another one become U+FFFD.
   */
  public static String forTerminal(String text) {
    if (text == null) {
      return "";
    }
    StringBuilder out = null;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int width = Character.charCount(c);
      if (isUnsafe(c)) {
        if (out == null) {
          out = new StringBuilder(text.length()).append(text, 0, i);
        }
        out.append('\uFFFD');
      } else if (out != null) {
        out.appendCodePoint(c);
      }
      i += width;
    }
    return out == null ? text : out.toString();
  }

  private static boolean isUnsafe(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
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
