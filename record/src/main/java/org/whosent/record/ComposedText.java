package org.whosent.record;

import java.text.Normalizer;

/**
 * Text in Unicode's form NFC, in time that grows with its length and no faster. Stateless.
 *
 * <p>The JDK moves each combining mark past all before it that belong behind it: a text of 256 Ki
 * marks cost it 26 seconds of a processor. So a long run of marks is composed in pieces, which
 * leaves it in another order than NFC has. No script has such runs: Unicode's Stream-Safe Text
 * Format (UAX #15) ends them at 30.
 */
public final class ComposedText {
  /** Marks in a row that are composed together. */
  static final int MAX_MARKS = 256;

  /** The first combining mark. */
  private static final char FIRST_MARK = '\u0300';

  private ComposedText() {}

  /** The text in NFC, but for runs of more marks than {@link #MAX_MARKS}. */
  public static String of(String text) {
    StringBuilder composed = null;
    int from = 0;
    int marks = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      marks = isMark(c) ? marks + 1 : 0;
      if (marks > MAX_MARKS) {
        composed = composed == null ? new StringBuilder(text.length()) : composed;
        composed.append(whole(text.substring(from, i)));
        from = i;
        marks = 1;
      }
      i += Character.charCount(c);
    }
    return composed == null ? whole(text) : composed.append(whole(text.substring(from))).toString();
  }

  private static boolean isMark(int c) {
    if (c < FIRST_MARK) {
      return false;
    }
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          true;
      default -> false;
    };
  }

  private static String whole(String text) {
    return Normalizer.isNormalized(text, Normalizer.Form.NFC)
        ? text
        : Normalizer.normalize(text, Normalizer.Form.NFC);
  }
}
