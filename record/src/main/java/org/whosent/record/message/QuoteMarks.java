package org.whosent.record.message;

/**
 * The marks that mail programs put before quoted lines: {@code >} and {@code |}, with blanks around
 * them. By hand: a pattern with a repeated group overflows the stack on a line of nothing but
 * marks. Stateless.
 */
final class QuoteMarks {
  private QuoteMarks() {}

  /** How many marks the line begins with. */
  static int count(String line) {
    int marks = 0;
    for (int at = 0; at < line.length(); at++) {
      char c = line.charAt(at);
      if (c == '>' || c == '|') {
        marks++;
      } else if (c != ' ' && c != '\t' && c != '\u00a0') {
        break;
      }
    }
    return marks;
  }

  /** The line without any, and without the white space it began with. */
  static String without(String line) {
    int at = 0;
    while (at < line.length() && " \t>|\u00a0\ufeff".indexOf(line.charAt(at)) >= 0) {
      at++;
    }
    return at == 0 ? line : line.substring(at);
  }

  /** The line without at most that many, each with the one blank after it. */
  static String without(String line, int marks) {
    int at = 0;
    for (int taken = 0; taken < marks && at < line.length(); taken++) {
      int next = at;
      while (next < line.length() && (line.charAt(next) == ' ' || line.charAt(next) == '\t')) {
        next++;
      }
      if (next == line.length() || line.charAt(next) != '>' && line.charAt(next) != '|') {
        break;
      }
      at = next + 1;
    }
    if (at > 0 && at < line.length() && line.charAt(at) == ' ') {
      at++;
    }
    return at == 0 ? line : line.substring(at);
  }
}
