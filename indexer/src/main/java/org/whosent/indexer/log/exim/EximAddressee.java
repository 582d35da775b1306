package org.whosent.indexer.log.exim;

import org.whosent.indexer.log.text.LineBytes;

/**
 * Who a delivery was for, in the ways that {@link EximDelivery}'s lines name one: an address,
 * behind it in parentheses those it was made from, and the original in angle brackets where that is
 * another. The first is written without its quotes.
 *
 * @param recipient as in RCPT
 * @param last where it went, or null when that is the same
 */
record EximAddressee(String recipient, String last) {
  /** Longer addresses are nobody's. */
  static final int LONGEST = 1000;

  private static boolean isWhole(String address, char stop) {
    LineBytes line = LineBytes.of(address);
    return EximText.addressEnd(line, 0, stop) == line.end() && line.end() > 0;
  }

  /** From what stands between the mark and the first field; null when that is no address. */
  static EximAddressee of(String text) {
    if (text.length() > 4 * LONGEST) {
      return null;
    }
    if (!text.endsWith(">")) {
      String bare = withoutParents(text);
      return isWhole(bare, ' ') && bare.length() <= LONGEST ? new EximAddressee(bare, null) : null;
    }
    int open = text.indexOf(" <");
    while (open > 0) {
      if (isWhole(text.substring(open + 2, text.length() - 1), '>')) {
        String original = text.substring(open + 2, text.length() - 1);
        String last = withoutParents(text.substring(0, open));
        boolean fine = original.length() <= LONGEST && last.length() <= LONGEST;
        return fine && (isLast(last, original) || isOfParent(last, text))
            ? new EximAddressee(original, same(last, original) ? null : last)
            : null;
      }
      open = text.indexOf(" <", open + 1);
    }
    return null;
  }

  /** Without {@code " (parent, parent)"}. */
  private static String withoutParents(String text) {
    int open = text.endsWith(")") ? text.lastIndexOf(" (") : -1;
    return open > 0 ? text.substring(0, open) : text;
  }

  /** A blank is in a dequoted local part, a command or a file name, or it is another field's. */
  private static boolean isLast(String last, String original) {
    return last.indexOf(' ') < 0
        || same(last, original)
        || "|/>:".indexOf(last.charAt(0)) >= 0
        || last.startsWith("save ")
        || last.indexOf('@') > 0 && last.indexOf('=') < 0 && last.indexOf('<') < 0;
  }

  /**
   * The mailbox of the first of the addresses in parentheses, which are as they were: an alias may
   * lead to {@code "a b"@example.com}.
   */
  private static boolean isOfParent(String last, String text) {
    LineBytes line = LineBytes.of(text);
    int from = last.length() + " (".length();
    int end = EximText.addressEnd(line, from, ',');
    return text.startsWith(" (", last.length()) && end > 0 && same(last, text.substring(from, end));
  }

  /** A control character stands in the log as it is, and reaches us as octal, in its quotes too. */
  private static boolean same(String last, String original) {
    int quote = original.startsWith("\"") ? original.lastIndexOf("\"@") : 0;
    if (quote <= 0) {
      return leadsTo(last, original);
    }
    String local = original.substring(1, quote);
    String domain = original.substring(quote + 1);
    return leadsTo(last, dequoted(local, false) + domain)
        || leadsTo(last, dequoted(local, true) + domain);
  }

  private static boolean leadsTo(String last, String bare) {
    return bare.equalsIgnoreCase(last)
        || bare.regionMatches(true, 0, last + "@", 0, last.length() + 1) // a local delivery
            && bare.lastIndexOf('@') == last.length();
  }

  /**
   * Without the backslash before a character; by hand, since the JVM takes longer to compile a
   * pattern than to read what needs it in a day's log.
   *
   * @param octalStays a backslash before three octal digits is no such
   */
  private static String dequoted(String local, boolean octalStays) {
    StringBuilder bare = new StringBuilder(local.length());
    for (int i = 0; i < local.length(); i++) {
      boolean pair = local.charAt(i) == '\\' && i + 1 < local.length();
      if (pair && !(octalStays && isOctal(local, i + 1))) {
        i++;
      }
      bare.append(local.charAt(i));
    }
    return bare.toString();
  }

  /** {@code [0-3][0-7][0-7]} stands there. */
  private static boolean isOctal(String text, int from) {
    return from + 3 <= text.length()
        && isDigit(text.charAt(from), '3')
        && isDigit(text.charAt(from + 1), '7')
        && isDigit(text.charAt(from + 2), '7');
  }

  private static boolean isDigit(char c, char last) {
    return c >= '0' && c <= last;
  }
}
