package org.whosent.indexer.log;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;

/**
 * A delivery agent's line after the queue ID: {@code to=<…>, [orig_to=<…>, ]relay=…, delay=…,
 * [delays=…, dsn=…, ]status=… (…)} (Postfix {@code global/log_adhoc.c}, 2.0 to 3.10).
 *
 * <p>Sender and next hop both write into it: an address may hold quotes, blanks and {@code >}, and
 * the text in parentheses is the other server's. So addresses are read by RFC 5321's grammar from
 * the left and the rest must then match whole; only where that fails (Postfix before 3.5 logs
 * addresses unquoted) is the first place taken at which the rest matches. Stateless.
 */
final class PostfixDelivery {
  private static final Pattern REST =
      Pattern.compile(
          "relay=([^, ]{1,512}),(?: conn_use=[0-9]+,)? delay=[0-9.-]+,(?: delays=[0-9./-]+,)?"
              + "(?: dsn=([245]\\.[0-9]{1,3}\\.[0-9]{1,3}),)?"
              + "(?: [a-z_]{1,30}=[^, ]{0,200},)*"
              + " status=([A-Za-z]{1,20}) \\((.*)\\)");

  private static final int ADDRESS = 1000;
  private static final int REPLY = 1000;

  private PostfixDelivery() {}

  /**
   * The recipient and its fate.
   *
   * @param rest from {@code to=<} on
   * @param daemon the delivery agent, or null
   * @return null when the text is no such line, or is one of an address probe
   */
  static Recipient parse(String rest, String daemon, Instant time) {
    int start = "to=<".length();
    int end = addressEnd(rest, start);
    Recipient recipient = end < 0 ? null : afterAddress(rest, start, end, daemon, time);
    if (recipient != null) {
      return recipient;
    }
    end = rest.indexOf(">, ", start);
    for (int tries = 0; end >= 0 && tries < 20; tries++) {
      recipient = afterAddress(rest, start, end, daemon, time);
      if (recipient != null) {
        return recipient;
      }
      end = rest.indexOf(">, ", end + 1);
    }
    return null;
  }

  private static Recipient afterAddress(
      String rest, int start, int end, String daemon, Instant time) {
    String address = rest.substring(start, end);
    int at = end + ">, ".length();
    if (!rest.startsWith("orig_to=<", at)) {
      return fate(rest, at, address, null, daemon, time);
    }
    int origStart = at + "orig_to=<".length();
    int origEnd = addressEnd(rest, origStart);
    if (origEnd < 0) {
      origEnd = rest.indexOf(">, relay=", origStart);
    }
    return origEnd < 0
        ? null
        : fate(
            rest,
            origEnd + ">, ".length(),
            rest.substring(origStart, origEnd),
            address,
            daemon,
            time);
  }

  private static Recipient fate(
      String rest, int at, String address, String finalAddress, String daemon, Instant time) {
    if (at > rest.length() || address.length() > ADDRESS) {
      return null;
    }
    Matcher matcher = REST.matcher(rest).region(at, rest.length());
    if (!matcher.matches()) {
      return null;
    }
    String relay = matcher.group(1);
    String reply = matcher.group(4);
    Outcome outcome =
        switch (matcher.group(3)) {
          case "sent" -> relay.equals("none") ? Outcome.DISCARDED : Outcome.DELIVERED;
          case "deferred", "SOFTBOUNCE" -> Outcome.DEFERRED;
          case "bounced" -> Outcome.BOUNCED;
          case "expired" -> Outcome.EXPIRED;
          default -> null; // deliverable, undeliverable: an address probe, no mail
        };
    if (outcome == null) {
      return null;
    }
    return new Recipient(
        address,
        finalAddress == null || finalAddress.length() > ADDRESS ? null : finalAddress,
        local(relay, daemon),
        outcome,
        matcher.group(2),
        reply.length() > REPLY ? reply.substring(0, REPLY) : reply,
        relay.equals("none") ? null : relay,
        outcome == Outcome.DELIVERED ? NextHopReply.queueId(reply) : null,
        time);
  }

  /** Who holds the mailbox, from what the line itself shows, so that every time format agrees. */
  private static Boolean local(String relay, String daemon) {
    if (relay.equals("local")
        || relay.equals("virtual")
        || relay.endsWith("]") && isSocket(relay)) {
      return true;
    }
    if (daemon != null && daemon.equals("smtp")) {
      return relay.equals("none") ? null : Boolean.FALSE;
    }
    return null;
  }

  /** {@code host[private/dovecot-lmtp]}: an LMTP server on this machine. */
  private static boolean isSocket(String relay) {
    int bracket = relay.indexOf('[');
    return bracket >= 0 && relay.indexOf('/', bracket) > 0;
  }

  /** Where the address ends, by RFC 5321's quoted local part; -1 when it does not read so. */
  private static int addressEnd(String text, int start) {
    int i = start;
    if (i < text.length() && text.charAt(i) == '"') {
      i++;
      while (i < text.length() && text.charAt(i) != '"') {
        i += text.charAt(i) == '\\' ? 2 : 1;
      }
      i++;
      if (i >= text.length() || text.charAt(i) != '@' && text.charAt(i) != '>') {
        return -1;
      }
    }
    while (i < text.length() && text.charAt(i) != '>') {
      char c = text.charAt(i);
      if (c == ' ' || c == '"' || c == '<' || c == ',') {
        return -1;
      }
      i++;
    }
    return text.startsWith(">, ", i) ? i : -1;
  }
}
