package org.whosent.record;

/**
 * Text that strangers wrote, made fit for a terminal, a log line or a ticket (invariant 7). JSON
 * needs none of this: its own escaping keeps text data. Stateless.
 */
public final class Printable {
  private Printable() {}

  /**
   * The text on one line without anything that a terminal acts on or that shows it as another text:
   * control characters (C0, C1, DEL: no escape sequences), line and paragraph separators, invisible
   * and bidirectional formatting characters, lone surrogates, unassigned and private characters
   * become U+FFFD. Null is the empty text.
   */
  public static String text(String text) {
    return text(text, Integer.MAX_VALUE);
  }

  /** The same, cut after {@code most} UTF-16 units, with three dots where it was. */
  public static String text(String text, int most) {
    if (text == null) {
      return "";
    }
    if (text.length() <= most && isPlain(text)) {
      return text;
    }
    StringBuilder out = new StringBuilder(Math.min(text.length(), most) + 3);
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      if (i + Character.charCount(c) > most) {
        return out.append("...").toString();
      }
      out.appendCodePoint(isShown(c) ? c : '\uFFFD');
      i += Character.charCount(c);
    }
    return out.toString();
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  private static boolean isShown(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED,
          Character.PRIVATE_USE ->
          false;
      default -> true;
    };
  }
}
