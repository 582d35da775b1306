package org.whosent.msa.smtp;

/**
 * A command as the client wrote it.
 *
 * @param verb what stands before the first blank, in any case
 * @param argument what stands behind it, without blanks around; empty when there is none
 */
record CommandLine(String verb, String argument) {
  static CommandLine of(String text) {
    // RFC 5321 section 4.1.1: white space before CRLF is to be tolerated.
    int to = text.length();
    while (to > 0 && isBlank(text.charAt(to - 1))) {
      to--;
    }
    int blank = text.substring(0, to).indexOf(' ');
    if (blank < 0) {
      return new CommandLine(text.substring(0, to), "");
    }
    // Blanks and tabs before it are nothing, too; other controls are, to some parsers.
    int from = blank;
    while (isBlank(text.charAt(from))) {
      from++;
    }
    return new CommandLine(text.substring(0, blank), text.substring(from, to));
  }

  /**
   * True for BDAT, and for what some other reader may take for it: with something in front, or a
   * tab or a control behind it. Octets that are no commands may follow.
   */
  static boolean mayBeChunk(String text) {
    int from = 0;
    while (from < text.length() && !isLetter(text.charAt(from))) {
      from++;
    }
    return text.regionMatches(true, from, "BDAT", 0, 4);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean isLetter(char c) {
    return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
  }
}
