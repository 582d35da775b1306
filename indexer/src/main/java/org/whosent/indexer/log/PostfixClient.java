package org.whosent.indexer.log;

import java.util.regex.Matcher;
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
  private static final Pattern CLIENT =
      Pattern.compile("(([^\\[\\], ]{1,255})\\[([^\\[\\], ]{1,255})])(?::([0-9]{1,5}))?");

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
   * @return null when it is no such line
   */
  static PostfixClient parse(String rest) {
    int at = "client=".length();
    Matcher matcher = CLIENT.matcher(rest).region(at, rest.length());
    if (!matcher.lookingAt()) {
      return null;
    }
    at = matcher.end();
    String mechanism = null;
    if (rest.startsWith(METHOD, at)) {
      int from = at + METHOD.length();
      at = from;
      while (at < rest.length() && rest.charAt(at) != ',' && rest.charAt(at) != ' ') {
        at++;
      }
      mechanism = rest.substring(from, at);
    }
    String user = null;
    if (rest.startsWith(USERNAME, at)) {
      int from = at + USERNAME.length();
      at = fieldEnd(rest, from, SENDER, QUEUE_ID, ORIG_CLIENT);
      user = rest.substring(from, at);
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
    if (user != null
        && (user.isEmpty() || user.length() > LONGEST || UNKNOWN_FIELD.matcher(user).find())) {
      return null; // perhaps a field of a later Postfix: a login is not guessed at
    }
    String port = matcher.group(4);
    return new PostfixClient(
        matcher.group(1),
        matcher.group(2).equals("unknown") ? null : matcher.group(2),
        matcher.group(3).equals("unknown") ? null : Addresses.canonical(matcher.group(3)),
        port == null || Integer.parseInt(port) > 65535 ? null : Integer.valueOf(port),
        mechanism == null || mechanism.isEmpty() ? null : mechanism,
        user,
        sender,
        origQueueId != null && QueueId.is(origQueueId) ? origQueueId : null);
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
