package org.whosent.indexer.log.sendmail;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The list behind {@code to=}, whose members are separated by a bare comma: {@code <address>} as it
 * was given in RCPT; without brackets what an alias or a {@code .forward} led to; and what the
 * submission program was given, as the message or the command has it, with names and comments.
 * Stateless.
 */
final class SendmailRecipients {
  private static final int MOST = 2000;
  private static final int LONGEST = 1000;

  /** Stands behind a list that was cut. */
  private static final String MORE = " [more]";

  /** {@code Frank <frank@example.com>}, {@code "M., Frank" <frank@example.com>}. */
  private static final Pattern NAMED =
      Pattern.compile(
          "(?:[^\"<>]|\"(?:[^\"\\\\]|\\\\.)*+\"){1,1000}+<([^<>]{1,1000})>", Pattern.DOTALL);

  /** {@code frank@example.com (Frank)}. */
  private static final Pattern COMMENTED =
      Pattern.compile("([^ \"<>()]{1,1000}) \\([^<>]*\\)", Pattern.DOTALL);

  private SendmailRecipients() {}

  /**
   * Reads the members of the list: those in brackets with them, of others the address alone.
   *
   * @return where the list ends, or -1 when it is none
   */
  static int read(String text, int start, List<String> members) {
    int at = start;
    while (at < text.length() && members.size() < MOST) {
      int end = end(text, at);
      String address = end <= at || end - at > LONGEST ? null : address(text.substring(at, end));
      if (address == null) {
        return -1;
      }
      members.add(address);
      boolean comma = text.startsWith(",", end);
      if (comma && text.startsWith(MORE, end + 1)) {
        return end + 1; // the list was cut behind it
      }
      if (!comma || text.startsWith(", ", end)) {
        return end;
      }
      at = end + 1;
    }
    return -1;
  }

  /** Where the member ends that begins here; or -1. */
  private static int end(String text, int start) {
    boolean brackets = text.charAt(start) == '<';
    boolean quoted = false;
    int comments = 0;
    for (int i = start; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++; // within quotes and without (prescan of parseaddr.c)
      } else if (c == '"') {
        quoted = !quoted;
      } else if (quoted) {
        continue;
      } else if (brackets && c == '>') {
        return i + 1;
      } else if (!brackets && (c == '(' || c == ')')) {
        comments += c == '(' ? 1 : -1;
      } else if (!brackets && comments == 0 && (c == ',' || text.startsWith(MORE, i))) {
        return i;
      }
    }
    return -1;
  }

  /** Null where it cannot be told what the address is. */
  private static String address(String member) {
    if ("<|/".indexOf(member.charAt(0)) >= 0 || member.indexOf(' ') < 0) {
      return member;
    }
    Matcher named = NAMED.matcher(member);
    if (named.matches()) {
      return named.group(1);
    }
    Matcher commented = COMMENTED.matcher(member);
    if (commented.matches()) {
      return commented.group(1);
    }
    return member.startsWith("\"") ? member : null;
  }
}
