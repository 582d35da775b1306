package org.whosent.indexer.log.postfix;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.reader.NextHopReply;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.TornText;
import org.whosent.indexer.log.text.Words;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;

/**
 * A delivery agent's line after the queue ID: {@code to=<…>, [orig_to=<…>, ]relay=…, delay=…,
 * [delays=…, dsn=…, ]status=… (…)} (Postfix {@code global/log_adhoc.c}, 2.0 to 3.11).
 *
 * <p>Sender and next hop both write into it: an address may hold quotes, blanks and {@code >}, and
 * the text in parentheses is the other server's. So addresses are read by RFC 5321's grammar from
 * the left and the rest must then match whole; only where that fails (Postfix before 3.5 logs
 * addresses unquoted) is the first place taken at which the rest matches. Remembers the last reply,
 * which a message's next recipient often has too. Not thread-safe.
 */
final class PostfixDelivery {
  private static final int RELAY = 512;
  private static final int STATUS = 20;
  private static final int FIELD_NAME = 30;
  private static final int FIELD = 200;

  /** Addresses without brackets, as some old or patched servers log them. */
  private static final Pattern BARE =
      Pattern.compile("to=([^<>, \"]{1,1000}), (?:orig_to=([^<>, \"]{1,1000}), )?(?=relay=)");

  /** Of amavisd, and of Proxmox Mail Gateway's filter. */
  private static final Pattern THROWN_AWAY =
      Pattern.compile(
          "250 2\\.7\\.[01] (?:Ok, discarded, .*|BLOCKED \\([0-9A-F]{8,25}\\))", Pattern.DOTALL);

  private static final int ADDRESS = 1000;

  private static final byte[] TO = LineBytes.word("to=<");
  private static final byte[] ORIG_TO = LineBytes.word("orig_to=<");
  private static final byte[] NEXT_FIELD = LineBytes.word(">, ");
  private static final byte[] NEXT_RELAY = LineBytes.word(">, relay=");
  private static final byte[] RELAY_FIELD = LineBytes.word("relay=");
  private static final byte[] CONN_USE = LineBytes.word(" conn_use=");
  private static final byte[] DELAY = LineBytes.word(" delay=");
  private static final byte[] DELAYS = LineBytes.word(" delays=");
  private static final byte[] DSN = LineBytes.word(" dsn=");
  private static final String NOTHING = "";
  private static final String IN_DELAY = ".-";
  private static final String IN_DELAYS = ".-/";
  private static final byte[] STATUS_FIELD = LineBytes.word(" status=");

  /** For what every other line repeats. */
  private final Words words;

  private String reply = "";
  private String replyId;

  PostfixDelivery(Words words) {
    this.words = words;
  }

  /**
   * The recipient and its fate.
   *
   * @param rest where {@code to=} begins
   * @param daemon the delivery agent, or null
   * @return null when the text is no such line, or is one of an address probe
   */
  Recipient parse(LineBytes line, int rest, String daemon, Instant time) {
    if (!line.startsWith(TO, rest)) {
      return bare(line, rest, daemon, time);
    }
    int start = rest + TO.length;
    int end = addressEnd(line, start);
    Recipient recipient = end < 0 ? null : afterAddress(line, start, end, daemon, time);
    if (recipient != null) {
      return recipient;
    }
    end = line.indexOf(NEXT_FIELD, start);
    for (int tries = 0; end >= 0 && tries < 20; tries++) {
      recipient = afterAddress(line, start, end, daemon, time);
      if (recipient != null) {
        return recipient;
      }
      end = line.indexOf(NEXT_FIELD, end + 1);
    }
    return null;
  }

  private Recipient bare(LineBytes line, int rest, String daemon, Instant time) {
    String text = line.text(rest, line.end());
    Matcher bare = BARE.matcher(text);
    if (!bare.lookingAt()) {
      return null;
    }
    boolean same = bare.group(2) == null;
    int at = rest + bare.group().getBytes(StandardCharsets.UTF_8).length;
    return fate(line, at, bare.group(same ? 1 : 2), same ? null : bare.group(1), daemon, time);
  }

  private Recipient afterAddress(LineBytes line, int start, int end, String daemon, Instant time) {
    int at = end + NEXT_FIELD.length;
    if (line.startsWith(RELAY_FIELD, at)) {
      return fate(line, at, line.text(start, end), null, daemon, time);
    }
    if (!line.startsWith(ORIG_TO, at)) {
      return null;
    }
    int origStart = at + ORIG_TO.length;
    int origEnd = addressEnd(line, origStart);
    if (origEnd < 0) {
      origEnd = line.indexOf(NEXT_RELAY, origStart);
    }
    return origEnd < 0
        ? null
        : fate(
            line,
            origEnd + NEXT_FIELD.length,
            line.text(origStart, origEnd),
            line.text(start, end),
            daemon,
            time);
  }

  private Recipient fate(
      LineBytes line, int at, String address, String finalAddress, String daemon, Instant time) {
    boolean torn =
        TornText.isInAddress(address) || finalAddress != null && TornText.isInAddress(finalAddress);
    if (address.length() > ADDRESS || torn) {
      return null;
    }
    Fate fate = Fate.parse(line, at, words);
    Outcome outcome = fate == null ? null : outcome(fate);
    if (outcome == null) {
      return null;
    }
    String relay = fate.relay;
    String said = line.text(fate.replyStart, textEnd(line) - 1);
    if (outcome == Outcome.DELIVERED && isThrownAway(said)) {
      outcome = Outcome.DISCARDED;
    }
    if (!said.equals(reply)) {
      reply = said;
      replyId = outcome == Outcome.DELIVERED ? queueId(said) : null;
    } else if (outcome == Outcome.DELIVERED && replyId == null) {
      replyId = queueId(said); // it was said of one that was not delivered
    }
    return new Recipient(
        address,
        finalAddress == null || finalAddress.length() > ADDRESS ? null : finalAddress,
        local(relay, daemon),
        outcome,
        fate.code,
        NextHopReply.kept(reply),
        relay.equals("none") ? null : relay,
        outcome == Outcome.DELIVERED ? replyId : null,
        time);
  }

  /**
   * None where it may be the rest of an address, as Postfix before 3.5 logs it, and the real one.
   */
  private static String queueId(String reply) {
    return reply.contains(">, relay=") ? null : NextHopReply.queueId(reply);
  }

  private static Outcome outcome(Fate fate) {
    return switch (fate.status) {
      case "sent" -> fate.relay.equals("none") ? Outcome.DISCARDED : Outcome.DELIVERED;
      case "deferred", "SOFTBOUNCE" -> Outcome.DEFERRED;
      case "bounced" -> Outcome.BOUNCED;
      case "expired" -> Outcome.EXPIRED;
      default -> null; // deliverable, undeliverable: an address probe, no mail
    };
  }

  /** True for what a content filter took only to throw it away. */
  private static boolean isThrownAway(String reply) {
    return reply.startsWith("250 2.7.") && THROWN_AWAY.matcher(reply).matches();
  }

  /**
   * {@code relay=…,[ conn_use=…,] delay=…,[ delays=…,][ name=value,…][ dsn=…,][ name=value,…]
   * status=… (…)}: what stands behind the addresses, to the line's end. Postfix 3.11 puts {@code
   * tls=} before {@code dsn=}.
   *
   * @param code the enhanced status code, or null
   * @param replyStart where the reply begins, which ends before the line's last character
   */
  private record Fate(String relay, String code, String status, int replyStart) {

    static Fate parse(LineBytes line, int from, Words words) {
      int relay = from + RELAY_FIELD.length;
      int at = line.startsWith(RELAY_FIELD, from) ? value(line, relay, RELAY) : -1;
      if (at < 0) {
        return null;
      }
      int relayEnd = at - 1;
      at = optional(line, at, CONN_USE, NOTHING);
      int delay = optional(line, at, DELAY, IN_DELAY);
      if (delay == at) {
        return null;
      }
      at = optional(line, delay, DELAYS, IN_DELAYS);
      String code = null;
      int status = status(line, at);
      while (status < 0) {
        int dsn = at + DSN.length;
        int dsnEnd = code == null && line.startsWith(DSN, at) ? codeEnd(line, dsn) : -1;
        code = dsnEnd < 0 ? code : line.text(dsn, dsnEnd, words);
        at = dsnEnd < 0 ? field(line, at) : dsnEnd + 1;
        if (at < 0) {
          return null;
        }
        status = status(line, at);
      }
      return new Fate(
          line.text(relay, relayEnd, words),
          code,
          line.text(at + STATUS_FIELD.length, status, words),
          status + 2);
    }

    /** Where the status word ends when it is the last thing before the reply; else -1. */
    private static int status(LineBytes line, int at) {
      if (!line.startsWith(STATUS_FIELD, at)) {
        return -1;
      }
      int from = at + STATUS_FIELD.length;
      int end = from;
      while (isLetter(line.at(end))) {
        end++;
      }
      int textEnd = textEnd(line);
      boolean last =
          line.at(end) == ' '
              && line.at(end + 1) == '('
              && end + 2 < textEnd
              && line.at(textEnd - 1) == ')';
      return last && end > from && end - from <= STATUS ? end : -1;
    }

    /** Behind a field that a later Postfix may have put there; -1 when it is none. */
    private static int field(LineBytes line, int at) {
      if (line.at(at) != ' ') {
        return -1;
      }
      int end = at + 1;
      while (isLower(line.at(end)) || line.at(end) == '_') {
        end++;
      }
      boolean named = end > at + 1 && end - at - 1 <= FIELD_NAME && line.at(end) == '=';
      if (named && line.at(end + 1) == ',') {
        return end + 2;
      }
      return named ? value(line, end + 1, FIELD) : -1;
    }

    /**
     * Behind that field and its comma; {@code at} when it is not there.
     *
     * @param marks what its value may hold besides digits
     */
    private static int optional(LineBytes line, int at, byte[] name, String marks) {
      if (!line.startsWith(name, at)) {
        return at;
      }
      int from = at + name.length;
      int end = from;
      byte c = line.at(end);
      while (isDigit(c) || c > 0 && marks.indexOf(c) >= 0) {
        c = line.at(++end);
      }
      return end > from && c == ',' ? end + 1 : at;
    }

    /** Behind the comma that ends a value without a blank; -1 when there is no such value. */
    private static int value(LineBytes line, int from, int longest) {
      int at = from;
      while (at < line.end() && line.at(at) != ',' && line.at(at) != ' ') {
        at++;
      }
      return at > from && at - from <= longest && line.at(at) == ',' ? at + 1 : -1;
    }

    /** RFC 3463: class, subject and detail; where they end, before a comma, or -1. */
    private static int codeEnd(LineBytes line, int from) {
      byte first = line.at(from);
      if (first != '2' && first != '4' && first != '5') {
        return -1;
      }
      int at = from + 1;
      for (int part = 0; part < 2; part++) {
        if (line.at(at) != '.') {
          return -1;
        }
        int digits = at + 1;
        at = line.digitsEnd(digits, 4);
        if (at == digits || at - digits > 3) {
          return -1;
        }
      }
      return line.at(at) == ',' ? at : -1;
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

  /** Without the blanks that a template has put behind it: Postfix ends the line with a bracket. */
  private static int textEnd(LineBytes line) {
    int end = line.end();
    while (end > 1 && line.at(end - 1) == ' ') {
      end--;
    }
    return end;
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
  private static int addressEnd(LineBytes line, int start) {
    int i = start;
    if (line.at(i) == '"') {
      i++;
      while (i < line.end() && line.at(i) != '"') {
        i += line.at(i) == '\\' ? 2 : 1;
      }
      i++;
      if (line.at(i) != '@' && line.at(i) != '>') {
        return -1;
      }
    }
    while (i < line.end() && line.at(i) != '>') {
      byte c = line.at(i);
      if (c == ' ' || c == '"' || c == '<' || c == ',') {
        return -1;
      }
      i++;
    }
    return line.startsWith(NEXT_FIELD, i) ? i : -1;
  }
}
