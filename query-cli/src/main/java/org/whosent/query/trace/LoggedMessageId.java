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

  /** With fewer signs known of what stands before the {@code @}, half the world may have that. */
  private static final int LEAST_KNOWN = 6;

  private LoggedMessageId() {}

  /** The ID without what is around it; null where nothing is, or where it is not plain. */
  static String bare(String inMessage) {
    Matcher bare = BARE.matcher(inMessage);
    return bare.matches() && bare.group(1).length() < inMessage.length() ? bare.group(1) : null;
  }

  /** What a logged form says of an ID in a message. */
  enum Says {
    /** It is this one. */
    SAME,
    /**
     * All that was printed, or all but its case, is the same: too little to tell one from another.
     */
    TOO_LITTLE,
    OTHER
  }

  /** Holds both together: what stands for another sign is not known, all else must be the same. */
  static Says compare(String inMessage, String logged) {
    String here = ClueType.MESSAGE_ID.fold(inMessage);
    String there = ClueType.MESSAGE_ID.fold(logged);
    String bare = bare(inMessage);
    if (here.equals(there) || bare != null && ClueType.MESSAGE_ID.fold(bare).equals(there)) {
      return Says.SAME;
    }
    if (here.equalsIgnoreCase(there)) {
      return Says.TOO_LITTLE; // typed, or read from a picture, in other letters
    }
    String unknown = OCTAL.matcher(logged).replaceAll("?");
    String printed = printed(unknown);
    if (unknown.indexOf('?') < 0
        || !printed.equals(printed(inMessage))
            && (bare == null || !printed.equals(printed(bare)))) {
      return Says.OTHER;
    }
    boolean enough = known(printed) >= LEAST_KNOWN && printed.length() * 2 >= logged.length();
    return enough ? Says.SAME : Says.TOO_LITTLE;
  }

  /** How many signs of the left side there are: many messages have the right one. */
  private static int known(String printed) {
    int at = printed.indexOf('@');
    return at < 0 ? printed.length() : at;
  }

  private static String printed(String id) {
    StringBuilder printed = new StringBuilder(id.length());
    id.chars()
        .filter(c -> c > ' ' && c < 0x7f && c != '?' && c != '<' && c != '>')
        .forEach(c -> printed.append((char) c));
    return printed.toString();
  }
}
