package org.whosent.query.trace;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.record.ClueType;

/**
 * A Message-ID as a server wrote it into its log, which need not be the field in the message.
 * Postfix puts a {@code ?} in place of a line end in a folded field and of each byte that it cannot
 * print ({@code printable(3)}); Exim writes what is between angle brackets alone, and such a byte
 * as three octal digits ({@code string_printing}). Stateless.
 */
final class LoggedMessageId {
  private static final Pattern OCTAL = Pattern.compile("\\\\[0-3][0-7]{2}");

  private static final Pattern BARE =
      Pattern.compile("[^<>\"\\\\]{0,100}(<[^<> \t\"()\\\\]{1,998}>)(?:[ \t].*)?", Pattern.DOTALL);

  private LoggedMessageId() {}

  /** The ID without what is around it; null where nothing is, or where it is not plain. */
  static String bare(String inMessage) {
    Matcher bare = BARE.matcher(inMessage);
    return bare.matches() && bare.group(1).length() < inMessage.length() ? bare.group(1) : null;
  }

  /** True when all that was printed is the same; what stands for another sign is not known. */
  static boolean fits(String inMessage, String logged) {
    String bare = bare(inMessage);
    if (bare != null && ClueType.MESSAGE_ID.fold(bare).equals(ClueType.MESSAGE_ID.fold(logged))) {
      return true;
    }
    String printed = printed(OCTAL.matcher(logged).replaceAll("?"));
    boolean whole = logged.indexOf('?') < 0 && !OCTAL.matcher(logged).find();
    return !whole
        && printed.length() * 2 >= logged.length()
        && (printed.equals(printed(inMessage)) || bare != null && printed.equals(printed(bare)));
  }

  private static String printed(String id) {
    StringBuilder printed = new StringBuilder(id.length());
    id.chars()
        .filter(c -> c > ' ' && c < 0x7f && c != '?' && c != '<' && c != '>')
        .forEach(c -> printed.append((char) c));
    return printed.toString();
  }
}
