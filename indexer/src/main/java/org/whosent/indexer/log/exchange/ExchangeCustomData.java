package org.whosent.indexer.log.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The column {@code custom-data} of message tracking (2013 and later): {@code S:KEY=VALUE} between
 * semicolons. One that holds a semicolon or a single quote stands between single quotes, with each
 * quote in it twice, so that no value (a HELO name and the address of the From field are among
 * them) can pass for one of its own. Stateless.
 */
final class ExchangeCustomData {
  private static final Pattern MAILBOX =
      Pattern.compile("S:Mailbox=([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})");

  private ExchangeCustomData() {}

  /**
   * The GUID of the mailbox whose owner had logged in over SMTP, which Exchange puts behind all
   * others; null where there is none.
   */
  static String mailbox(String text) {
    List<String> members = members(text);
    if (members == null || members.stream().filter(m -> m.startsWith("S:Mailbox=")).count() != 1) {
      return null;
    }
    Matcher mailbox = MAILBOX.matcher(members.getLast());
    return mailbox.matches() ? mailbox.group(1) : null;
  }

  /** Null where the quotes do not add up. */
  private static List<String> members(String text) {
    List<String> members = new ArrayList<>();
    int at = 0;
    while (true) {
      int end = text.startsWith("'", at) ? quoted(text, at + 1) : text.indexOf(';', at);
      if (text.startsWith("'", at) && end < 0) {
        return null;
      }
      end = end < 0 ? text.length() : end;
      members.add(text.substring(at, end));
      if (end == text.length()) {
        return members;
      }
      if (text.charAt(end) != ';') {
        return null;
      }
      at = end + 1;
    }
  }

  /** Behind the quote that ends it; -1 when none does. */
  private static int quoted(String text, int from) {
    int at = from;
    while (true) {
      at = text.indexOf('\'', at);
      if (at < 0 || !text.startsWith("'", at + 1)) {
        return at < 0 ? -1 : at + 1;
      }
      at += 2;
    }
  }
}
