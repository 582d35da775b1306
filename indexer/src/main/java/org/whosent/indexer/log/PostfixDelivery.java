package org.whosent.indexer.log;

import java.time.Instant;
import java.util.function.IntPredicate;
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
  private static final int RELAY = 512;
  private static final int STATUS = 20;
  private static final int FIELD_NAME = 30;
  private static final int FIELD = 200;

  /** Addresses without brackets, as some old or patched servers log them. */
  private static final Pattern BARE =
      Pattern.compile("to=([^<>, \"]{1,1000}), (?:orig_to=([^<>, \"]{1,1000}), )?(?=relay=)");

  private static final int ADDRESS = 1000;
  private static final int REPLY = 1000;

  private PostfixDelivery() {}

  /**
   * The recipient and its fate.
   *
   * @param rest from {@code to=} on
   * @param daemon the delivery agent, or null
   * @param words for what every other line repeats
   * @return null when the text is no such line, or is one of an address probe
   */
  static Recipient parse(String rest, String daemon, Instant time, Words words) {
    if (!rest.startsWith("to=<")) {
      Matcher bare = BARE.matcher(rest);
      if (!bare.lookingAt()) {
        return null;
      }
      boolean same = bare.group(2) == null;
      String address = bare.group(same ? 1 : 2);
      return fate(rest, bare.end(), address, same ? null : bare.group(1), daemon, time, words);
    }
    int start = "to=<".length();
    int end = addressEnd(rest, start);
    Recipient recipient = end < 0 ? null : afterAddress(rest, start, end, daemon, time, words);
    if (recipient != null) {
      return recipient;
    }
    end = rest.indexOf(">, ", start);
    for (int tries = 0; end >= 0 && tries < 20; tries++) {
      recipient = afterAddress(rest, start, end, daemon, time, words);
      if (recipient != null) {
        return recipient;
      }
      end = rest.indexOf(">, ", end + 1);
    }
    return null;
  }

  private static Recipient afterAddress(
      String rest, int start, int end, String daemon, Instant time, Words words) {
    String address = rest.substring(start, end);
    int at = end + ">, ".length();
    if (!rest.startsWith("orig_to=<", at)) {
      return fate(rest, at, address, null, daemon, time, words);
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
            time,
            words);
  }

  private static Recipient fate(
      String rest,
      int at,
      String address,
      String finalAddress,
      String daemon,
      Instant time,
      Words words) {
    if (at > rest.length() || address.length() > ADDRESS) {
      return null;
    }
    Fate fate = Fate.parse(rest, at, words);
    if (fate == null) {
      return null;
    }
    String relay = fate.relay;
    String reply = fate.reply;
    Outcome outcome =
        switch (fate.status) {
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
        fate.code,
        reply.length() > REPLY ? reply.substring(0, REPLY) : reply,
        relay.equals("none") ? null : relay,
        outcome == Outcome.DELIVERED ? NextHopReply.queueId(reply) : null,
        time);
  }

  /**
   * {@code relay=…,[ conn_use=…,] delay=…,[ delays=…,][ name=value,…][ dsn=…,][ name=value,…]
   * status=… (…)}: what stands behind the addresses, to the line's end. Postfix 3.10 puts {@code
   * tls=} before {@code dsn=}.
   *
   * @param code the enhanced status code, or null
   */
  private record Fate(String relay, String code, String status, String reply) {

    static Fate parse(String text, int from, Words words) {
      int relay = from + "relay=".length();
      int at = text.startsWith("relay=", from) ? value(text, relay, RELAY, Fate::isWord) : -1;
      if (at < 0) {
        return null;
      }
      int relayEnd = at - 1;
      at = optional(text, at, " conn_use=", Fate::isDigit);
      int delay = optional(text, at, " delay=", c -> isDigit(c) || c == '.' || c == '-');
      if (delay == at) {
        return null;
      }
      at = optional(text, delay, " delays=", c -> isDigit(c) || c == '.' || c == '-' || c == '/');
      String code = null;
      int status = status(text, at);
      while (status < 0) {
        int dsn = at + " dsn=".length();
        int dsnEnd = code == null && text.startsWith(" dsn=", at) ? codeEnd(text, dsn) : -1;
        code = dsnEnd < 0 ? code : words.of(text, dsn, dsnEnd);
        at = dsnEnd < 0 ? field(text, at) : dsnEnd + 1;
        if (at < 0) {
          return null;
        }
        status = status(text, at);
      }
      return new Fate(
          words.of(text, relay, relayEnd),
          code,
          words.of(text, at + " status=".length(), status),
          text.substring(status + 2, text.length() - 1));
    }

    /** Where the status word ends when it is the last thing before the reply; else -1. */
    private static int status(String text, int at) {
      if (!text.startsWith(" status=", at)) {
        return -1;
      }
      int from = at + " status=".length();
      int end = from;
      while (end < text.length() && isLetter(text.charAt(end))) {
        end++;
      }
      boolean last = text.startsWith(" (", end) && end + 2 < text.length() && text.endsWith(")");
      return last && end > from && end - from <= STATUS ? end : -1;
    }

    /** Behind a field that a later Postfix may have put there; -1 when it is none. */
    private static int field(String text, int at) {
      if (!text.startsWith(" ", at)) {
        return -1;
      }
      int end = at + 1;
      while (end < text.length() && (isLower(text.charAt(end)) || text.charAt(end) == '_')) {
        end++;
      }
      boolean named = end > at + 1 && end - at - 1 <= FIELD_NAME && text.startsWith("=", end);
      if (named && text.startsWith(",", end + 1)) {
        return end + 2;
      }
      return named ? value(text, end + 1, FIELD, Fate::isWord) : -1;
    }

    /** Behind that field and its comma; {@code at} when it is not there. */
    private static int optional(String text, int at, String name, IntPredicate characters) {
      if (!text.startsWith(name, at)) {
        return at;
      }
      int end = value(text, at + name.length(), Integer.MAX_VALUE, characters);
      return end < 0 ? at : end;
    }

    /** Behind the comma that ends a value of such characters; -1 when there is no such value. */
    private static int value(String text, int from, int longest, IntPredicate characters) {
      int at = from;
      while (at < text.length() && characters.test(text.charAt(at))) {
        at++;
      }
      return at > from && at - from <= longest && text.startsWith(",", at) ? at + 1 : -1;
    }

    /** RFC 3463: class, subject and detail; where they end, before a comma, or -1. */
    private static int codeEnd(String text, int from) {
      if (from >= text.length() || "245".indexOf(text.charAt(from)) < 0) {
        return -1;
      }
      int at = from + 1;
      for (int part = 0; part < 2; part++) {
        if (!text.startsWith(".", at)) {
          return -1;
        }
        int digits = at + 1;
        at = digits;
        while (at < text.length() && isDigit(text.charAt(at))) {
          at++;
        }
        if (at == digits || at - digits > 3) {
          return -1;
        }
      }
      return text.startsWith(",", at) ? at : -1;
    }

    private static boolean isWord(int c) {
      return c != ',' && c != ' ';
    }

    private static boolean isDigit(int c) {
      return c >= '0' && c <= '9';
    }

    private static boolean isLower(int c) {
      return c >= 'a' && c <= 'z';
    }

    private static boolean isLetter(int c) {
      return isLower(c) || c >= 'A' && c <= 'Z';
    }
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
