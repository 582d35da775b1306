package org.whosent.msa.smtp;

/**
 * A command as the client wrote it.
 *
 * @param verb what stands before the first blank, in any case
 * @param argument what stands behind it, without blanks around; empty when there is none
 */
record CommandLine(String verb, String argument) {
  static CommandLine of(String text) {
    int blank = text.indexOf(' ');
    return blank < 0
        ? new CommandLine(text, "")
        : new CommandLine(text.substring(0, blank), withoutBlanks(text.substring(blank + 1)));
  }

  /** Blanks and tabs around it are nothing; other controls are, to some parsers. */
  private static String withoutBlanks(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isBlank(text.charAt(from))) {
      from++;
    }
    while (from < to && isBlank(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
