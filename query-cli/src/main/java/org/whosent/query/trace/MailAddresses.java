package org.whosent.query.trace;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds mail addresses in the values of header fields, however they are written. Stateless.
 *
 * <p>{@link #ADDRESS} says what one is. Nearly all texts are read without it, run by run: of a run
 * of characters that can stand in an address, the last {@code @} that has one before and behind
 * divides it, as the regex would do it with many more steps.
 */
final class MailAddresses {
  private static final int MAX_LOCAL = 256;
  private static final int MAX_DOMAIN = 255;

  static final Pattern ADDRESS =
      Pattern.compile("(?:\"[^\"]{1,64}\"|[^\\s<>,;:\"()]{1,256})@[^\\s<>,;:\"()]{1,255}");

  private MailAddresses() {}

  /** Adds them, folded, in their order, until there are {@code most}. */
  static void in(String text, int most, Set<String> into) {
    boolean quoted = text.contains("\"@");
    if (quoted || !byRuns(text, most, into)) {
      Matcher matcher = ADDRESS.matcher(text);
      while (matcher.find() && into.size() < most) {
        into.add(Ours.fold(matcher.group()));
      }
    }
  }

  /** {@code user+detail@domain} is delivered to {@code user} (RFC 5233). */
  static String withoutDetail(String address) {
    int plus = address.indexOf('+');
    int at = address.lastIndexOf('@');
    return plus > 0 && plus < at ? address.substring(0, plus) + address.substring(at) : address;
  }

  /** False, and nothing more is added, at a run that is too long for a single address. */
  private static boolean byRuns(String text, int most, Set<String> into) {
    int start = 0;
    while (start < text.length() && into.size() < most) {
      int end = start;
      int at = -1;
      for (; end < text.length() && inAddress(text.charAt(end)); end++) {
        boolean divides = text.charAt(end) == '@' && end > start;
        if (divides && end + 1 < text.length() && inAddress(text.charAt(end + 1))) {
          at = end;
        }
      }
      if (end - start > Math.min(MAX_LOCAL, MAX_DOMAIN)) {
        return false;
      }
      if (at > 0) {
        into.add(Ours.fold(text.substring(start, end)));
      }
      start = end + 1;
    }
    return true;
  }

  private static boolean inAddress(char c) {
    return switch (c) {
      case ' ', '\t', '\n', 0x0B, '\f', '\r', '<', '>', ',', ';', ':', '"', '(', ')' -> false;
      default -> true;
    };
  }
}
