package org.whosent.indexer.log;

import java.util.regex.Pattern;
import org.whosent.record.Addresses;

/**
 * What smtpd writes when it opens a queue file, after the queue ID: {@code
 * client=name[address][:port][, sasl_method=…][, sasl_username=…][, sasl_sender=…][,
 * orig_queue_id=…][, orig_client=…]} (Postfix {@code smtpd/smtpd.c}).
 *
 * <p>The one line that may name a user. The fields come in this order, each at most once, and those
 * before {@code sasl_username} hold no comma and no blank: nothing that a client says can stand
 * before it. Behind it stands {@code sasl_sender}, which the client chooses (MAIL FROM AUTH=), so
 * the login ends at the first field name after it. Known weak: an operator's login that itself
 * contains {@code ", sasl_sender="} or another of these is cut there.
 *
 * @param text {@code name[address]}, to compare with other lines of the session
 * @param name null when it is {@code unknown}
 * @param port null when it is not logged
 */
record PostfixClient(
    String text,
    String name,
    String address,
    Integer port,
    String mechanism,
    String user,
    String saslSender,
    String origQueueId) {
  /** Of a name and of an address, as of any field that a logged login is compared with. */
  private static final int LONGEST_NAME = 255;

  private static final String METHOD = ", sasl_method=";
  private static final String USERNAME = ", sasl_username=";
  private static final String SENDER = ", sasl_sender=";
  private static final String QUEUE_ID = ", orig_queue_id=";
  private static final String ORIG_CLIENT = ", orig_client=";
  private static final Pattern UNKNOWN_FIELD = Pattern.compile(", [a-z][a-z_]{0,40}=");
  private static final int LONGEST = 1024;

  /**
   * Reads the line.
   *
   * @param rest from {@code client=} on
   * @param words for what every other line repeats
   * @return null when it is no such line
   */
  static PostfixClient parse(String rest, Words words) {
    int start = "client=".length();
    int open = nameEnd(rest, start);
    int close = open < 0 || rest.charAt(open) != '[' ? -1 : nameEnd(rest, open + 1);
    if (close < 0 || rest.charAt(close) != ']') {
      return null;
    }
    int at = close + 1;
    int port = -1;
    if (rest.startsWith(":", at)) {
      int end = at + 1;
      while (end < rest.length() && end < at + 6 && isDigit(rest.charAt(end))) {
        end++;
      }
      if (end > at + 1) {
        port = Integer.parseInt(rest, at + 1, end, 10);
        at = end;
      }
    }
    String mechanism = null;
    if (rest.startsWith(METHOD, at)) {
      int from = at + METHOD.length();
      at = from;
      while (at < rest.length() && rest.charAt(at) != ',' && rest.charAt(at) != ' ') {
        at++;
      }
      mechanism = words.of(rest, from, at);
    }
    String user = null;
    if (rest.startsWith(USERNAME, at)) {
      int from = at + USERNAME.length();
      at = fieldEnd(rest, from, SENDER, QUEUE_ID, ORIG_CLIENT);
      user = words.of(rest, from, at);
    }
    String sender = null;
    if (rest.startsWith(SENDER, at)) {
      int from = at + SENDER.length();
      at = fieldEnd(rest, from, QUEUE_ID, ORIG_CLIENT);
      sender = rest.substring(from, at);
    }
    String origQueueId = null;
    if (rest.startsWith(QUEUE_ID, at)) {
      int from = at + QUEUE_ID.length();
      at = fieldEnd(rest, from, ORIG_CLIENT);
      origQueueId = rest.substring(from, at);
    }
    if (at < rest.length() && !rest.startsWith(ORIG_CLIENT, at)) {
      return null; // something that this grammar does not know: better nobody than the wrong one
    }
    if (user != null && (user.isEmpty() || user.length() > LONGEST || hasUnknownField(user))) {
      return null; // perhaps a field of a later Postfix: a login is not guessed at
    }
    String name = words.of(rest, start, open);
    String address = rest.substring(open + 1, close);
    return new PostfixClient(
        rest.substring(start, close + 1),
        name.equals("unknown") ? null : name,
        address.equals("unknown") ? null : Addresses.canonical(address),
        port < 0 || port > 65535 ? null : Integer.valueOf(port),
        mechanism == null || mechanism.isEmpty() ? null : mechanism,
        user,
        sender,
        origQueueId != null && QueueId.is(origQueueId) ? origQueueId : null);
  }

  /** True for what name and address may consist of: nothing that ends either, or the field. */
  static boolean isName(int c) {
    return c != '[' && c != ']' && c != ',' && c != ' ';
  }

  /** Few logins have a comma; then it may be a field of a later Postfix that begins there. */
  private static boolean hasUnknownField(String user) {
    return user.indexOf(',') >= 0 && UNKNOWN_FIELD.matcher(user).find();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Where a name or an address ends, before the text does; -1 where none stands. */
  private static int nameEnd(String text, int from) {
    int end = from;
    while (end < text.length() && isName(text.charAt(end))) {
      end++;
    }
    return end > from && end - from <= LONGEST_NAME && end < text.length() ? end : -1;
  }

  private static int fieldEnd(String rest, int from, String... next) {
    int end = rest.length();
    for (String name : next) {
      int found = rest.indexOf(name, from);
      if (found >= 0 && found < end) {
        end = found;
      }
    }
    return end;
  }
}
