package org.whosent.indexer.log.postfix;

import java.util.Arrays;
import java.util.regex.Pattern;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.TornText;
import org.whosent.indexer.log.text.Words;
import org.whosent.record.Addresses;

/**
 * What smtpd writes when it opens a queue file, after the queue ID: {@code
 * client=name[address][:port][, sasl_method=…][, sasl_username=…][, sasl_sender=…][,
 * orig_queue_id=…][, orig_client=…]} (Postfix {@code smtpd/smtpd.c}).
 *
 * <p>The one line that may name a user. The fields come in this order, each at most once, and those
 * before {@code sasl_username} hold no comma and no blank: nothing that a client says can stand
 * before it. Behind it stands {@code sasl_sender}, which the client chooses (MAIL FROM AUTH=), also
 * one that has not logged in, so the login ends at the first field name after it. That text has a
 * blank only within quotes or brackets, which Postfix leaves there: where it has any, what seems to
 * stand behind it is its own. Known weak: an operator's login that itself contains {@code ",
 * sasl_sender="} or another of these is cut there.
 *
 * @param text {@code name[address]}, to compare with other lines of the session
 * @param name null when it is {@code unknown}
 * @param port null when it is not logged
 * @param origAddress of the client that {@code orig_client} says a filter speaks for, or null
 */
record PostfixClient(
    String text,
    String name,
    String address,
    Integer port,
    String mechanism,
    String user,
    String origQueueId,
    String origAddress) {
  /** Of a name and of an address, as of any field that a logged login is compared with. */
  private static final int LONGEST_NAME = 255;

  /** The method where XCLIENT told the login. */
  static final String XCLIENT = "XCLIENT";

  private static final byte[] UNKNOWN_PORT = LineBytes.word(":unknown");
  private static final byte[] METHOD = LineBytes.word(", sasl_method=");
  private static final byte[] USERNAME = LineBytes.word(", sasl_username=");
  private static final byte[] SENDER = LineBytes.word(", sasl_sender=");
  private static final byte[] QUEUE_ID = LineBytes.word(", orig_queue_id=");
  private static final byte[] ORIG_CLIENT = LineBytes.word(", orig_client=");

  /** What may come behind the login, behind its sender, and behind the queue ID. */
  private static final byte[][] BEHIND_USERNAME = {SENDER, QUEUE_ID, ORIG_CLIENT};

  private static final byte[][] BEHIND_SENDER = {QUEUE_ID, ORIG_CLIENT};
  private static final byte[][] BEHIND_QUEUE_ID = {ORIG_CLIENT};

  private static final Pattern UNKNOWN_FIELD = Pattern.compile(", [a-z][a-z_]{0,40}=");

  /** Of XCLIENT's arguments, those that may come behind LOGIN (XCLIENT_README). */
  private static final Pattern XCLIENT_BEHIND =
      Pattern.compile(
          "(?: (?:NAME|REVERSE_NAME|ADDR|PORT|PROTO|HELO|DESTADDR|DESTPORT|SESSION|TTL)=[^"
              + " ]{1,600})++\\z");

  private static final int LONGEST = 1024;

  /**
   * Reads the line.
   *
   * @param rest where {@code client=} begins
   * @param words for what every other line repeats
   * @return null when it is no such line
   */
  static PostfixClient parse(LineBytes line, int rest, Words words) {
    int start = rest + "client=".length();
    int open = nameEnd(line, start, '[');
    int close = open < 0 ? -1 : nameEnd(line, open + 1, ']');
    if (close < 0) {
      return null;
    }
    int at = close + 1;
    int portEnd = portEnd(line, at);
    int port = portEnd < at + 2 || line.at(at + 1) > '9' ? -1 : (int) line.number(at + 1, portEnd);
    at = portEnd;
    String mechanism = null;
    if (line.startsWith(METHOD, at)) {
      int from = at + METHOD.length;
      at = from;
      while (at < line.end() && line.at(at) != ',' && line.at(at) != ' ') {
        at++;
      }
      mechanism = line.text(from, at, words);
    }
    String user = null;
    if (line.startsWith(USERNAME, at)) {
      int from = at + USERNAME.length;
      at = fieldEnd(line, from, BEHIND_USERNAME);
      user = line.text(from, at, words);
    }
    if (user != null && XCLIENT.equals(mechanism)) {
      user = loginOfXclient(user);
    }
    boolean forwarded = true;
    if (line.startsWith(SENDER, at)) {
      int from = at + SENDER.length;
      at = fieldEnd(line, from, BEHIND_SENDER); // of no use: the client chose it
      forwarded = !mayHoldBlanks(line, from, at);
    }
    String origQueueId = null;
    if (line.startsWith(QUEUE_ID, at)) {
      int from = at + QUEUE_ID.length;
      at = fieldEnd(line, from, BEHIND_QUEUE_ID);
      origQueueId = line.text(from, at);
    }
    if (at < line.end() && !line.startsWith(ORIG_CLIENT, at)) {
      return null; // something that this grammar does not know: better nobody than the wrong one
    }
    if (user != null && (user.isEmpty() || user.length() > LONGEST || isDoubtful(user))) {
      return null; // a login is not guessed at
    }
    String name = line.text(start, open, words);
    String address = line.text(open + 1, close, words);
    return new PostfixClient(
        line.text(start, close + 1, words),
        name.equals("unknown") ? null : name,
        address.equals("unknown") ? null : words.canonical(address),
        port < 0 || port > 65535 ? null : Integer.valueOf(port),
        mechanism == null || mechanism.isEmpty() ? null : mechanism,
        user,
        forwarded && origQueueId != null && QueueId.is(origQueueId) ? origQueueId : null,
        forwarded ? origAddress(line, at, words) : null);
  }

  /**
   * A quote or a backslash in a login takes the blank behind it, and what follows, for part of it
   * ({@code smtpd_token.c}), which who sends XCLIENT does not heed.
   */
  private static String loginOfXclient(String user) {
    return user.indexOf('"') >= 0 || user.indexOf('\\') >= 0
        ? XCLIENT_BEHIND.matcher(user).replaceFirst("")
        : user;
  }

  /** An argument of a command ends at a blank but for these ({@code smtpd_token.c}). */
  private static boolean mayHoldBlanks(LineBytes line, int from, int end) {
    for (int at = from; at < end; at++) {
      byte c = line.at(at);
      if (c == '"' || c == '<' || c == '\\') {
        return true;
      }
    }
    return false;
  }

  /** That of {@code , orig_client=name[address]} up to the line's end; null for none. */
  private static String origAddress(LineBytes line, int at, Words words) {
    if (!line.startsWith(ORIG_CLIENT, at)) {
      return null;
    }
    int open = nameEnd(line, at + ORIG_CLIENT.length, '[');
    int close = open < 0 ? -1 : nameEnd(line, open + 1, ']');
    String address = close < 0 ? null : line.text(open + 1, close, words);
    return address == null || Addresses.parse(address).isEmpty() ? null : words.canonical(address);
  }

  /**
   * Behind {@code :port}, as smtpd_client_port_logging has it; a proxy need not tell it. {@code at}
   * where there is none.
   */
  static int portEnd(LineBytes line, int at) {
    if (line.startsWith(UNKNOWN_PORT, at)) {
      return at + UNKNOWN_PORT.length;
    }
    int end = line.at(at) == ':' ? line.digitsEnd(at + 1, 5) : at;
    return end > at + 1 ? end : at;
  }

  /** True for what name and address may consist of: nothing that ends either, or the field. */
  static boolean isName(int c) {
    return c != '[' && c != ']' && c != ',' && c != ' ';
  }

  /**
   * Few logins have a comma; then it may be a field of a later Postfix that begins there, or one
   * that ends with the line, which was cut.
   */
  private static boolean isDoubtful(String user) {
    return user.indexOf(',') >= 0 && (UNKNOWN_FIELD.matcher(user).find() || isCut(user))
        || TornText.isIn(user);
  }

  /** Behind its last comma a field's name begins. */
  private static boolean isCut(String user) {
    byte[] end = LineBytes.word(user.substring(user.lastIndexOf(',')));
    return end.length != ", o".length() // an initial
        && Arrays.stream(BEHIND_USERNAME)
            .anyMatch(
                name ->
                    Arrays.equals(end, 0, end.length, name, 0, Math.min(end.length, name.length)));
  }

  /** Where a name or an address ends, before that mark; -1 where none stands. */
  private static int nameEnd(LineBytes line, int from, char mark) {
    int end = from;
    while (end < line.end() && isName(line.at(end))) {
      end++;
    }
    return end > from && end - from <= LONGEST_NAME && line.at(end) == mark ? end : -1;
  }

  /** Where the first of these fields begins, or the end. */
  private static int fieldEnd(LineBytes line, int from, byte[][] next) {
    for (int at = from; at < line.end(); at++) {
      if (line.at(at) == ',') {
        for (byte[] name : next) {
          if (line.startsWith(name, at)) {
            return at;
          }
        }
      }
    }
    return line.end();
  }
}
