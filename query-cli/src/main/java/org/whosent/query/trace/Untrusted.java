package org.whosent.query.trace;

/**
 * Makes text that strangers wrote fit for a terminal and a ticket: no control characters (so no
 * escape sequences), no bidirectional overrides, no invisible characters, no line breaks, bounded.
 * Stateless.
 */
public final class Untrusted {
  /** Longer text is cut, and says so. */
  public static final int MAX_LENGTH = 300;

  private Untrusted() {}

  /** The text, printable on one line; null stays null. */
  public static String printable(String text) {
    if (text == null) {
      return null;
    }
    StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_LENGTH + 3));
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (out.length() >= MAX_LENGTH) {
        return out.append("...").toString();
      }
      int type = Character.getType(c);
      boolean shown =
          type != Character.CONTROL
              && type != Character.FORMAT
              && type != Character.SURROGATE
              && type != Character.LINE_SEPARATOR
              && type != Character.PARAGRAPH_SEPARATOR
              && type != Character.UNASSIGNED
              && type != Character.PRIVATE_USE;
      out.appendCodePoint(shown ? c : 0xFFFD);
    }
    return out.toString();
  }
}
