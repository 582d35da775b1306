package org.whosent.query.trace;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.record.ClueType;
import org.whosent.record.MessageIds;
import org.whosent.record.message.PastedText;

/**
 * A Message-ID as a server wrote it into its log, which need not be the field in the message.
 * Postfix puts a {@code ?} in place of a line end in a folded field and of each byte that it cannot
 * print ({@code printable(3)}); Exim writes what is between angle brackets alone, and such a byte
 * as three octal digits ({@code string_printing}). Stateless.
 */
final class LoggedMessageId {
  private static final Pattern OCTAL = Pattern.compile("\\\\[0-3][0-7]{2}");

  /** With fewer signs known of what stands before the {@code @}, half the world may have that. */
  private static final int LEAST_KNOWN = 6;

  private LoggedMessageId() {}

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
    String bare = MessageIds.bare(inMessage);
    String bareThere = MessageIds.bare(logged);
    if (here.equals(there)
        || bare != null && ClueType.MESSAGE_ID.fold(bare).equals(there)
        || bareThere != null && ClueType.MESSAGE_ID.fold(bareThere).equals(here)) {
      return Says.SAME;
    }
    if (isHashed(here, there)) {
      return Says.TOO_LITTLE;
    }
    String pasted = PastedText.messageId(inMessage);
    if (pasted.equals(PastedText.messageId(logged))) {
      return known(pasted) >= LEAST_KNOWN ? Says.SAME : Says.TOO_LITTLE;
    }
    if (here.equalsIgnoreCase(there)) {
      return Says.TOO_LITTLE; // typed, or read from a picture, in other letters
    }
    String unknown = OCTAL.matcher(logged).replaceAll("?");
    String printed = printed(unknown);
    boolean cut = logged.indexOf('<') >= 0 && logged.indexOf('>') < 0;
    if (cut && printed.length() >= LEAST_BEFORE_CUT) {
      return printed(inMessage).startsWith(printed) ? Says.SAME : Says.OTHER;
    }
    if (unknown.indexOf('?') < 0 && logged.chars().allMatch(c -> c < 0x7f)
        || !printed.equals(printed(inMessage))
            && (bare == null || !printed.equals(printed(bare)))) {
      return Says.OTHER;
    }
    boolean enough = known(printed) >= LEAST_KNOWN && printed.length() * 2 >= logged.length();
    return enough ? Says.SAME : Says.TOO_LITTLE;
  }

  /** RFC 6590: a report has a hash in base64 for what stands before each {@code @}. */
  private static final Pattern HASHED = Pattern.compile("<?[A-Za-z0-9+/]{20,88}={1,2}(@[^@]+)");

  private static boolean isHashed(String inMessage, String logged) {
    Matcher hashed = HASHED.matcher(inMessage);
    return hashed.matches() && logged.endsWith(hashed.group(1));
  }

  /** A line of syslog is cut at 1024 octets by some, and a longer ID with it. */
  private static final int LEAST_BEFORE_CUT = 200;

  /** How many signs of the left side there are: many messages have the right one. */
  private static int known(String printed) {
    int at = printed.indexOf('@');
    return at < 0 ? printed.length() : at;
  }

  /** What is sure to be in both: hyphens are put in place of others where a text is pasted. */
  private static String printed(String id) {
    StringBuilder printed = new StringBuilder(id.length());
    OCTAL
        .matcher(id)
        .replaceAll("")
        .chars()
        .filter(c -> c > ' ' && c < 0x7f && "?<>-".indexOf(c) < 0)
        .forEach(c -> printed.append((char) c));
    return printed.toString();
  }
}
