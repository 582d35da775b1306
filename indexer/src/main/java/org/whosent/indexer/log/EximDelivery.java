package org.whosent.indexer.log;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.whosent.record.Addresses;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;

/**
 * What became of a recipient: {@code =>}, {@code ->}, {@code >>}, {@code **} and {@code ==} ({@code
 * deliver.c}, delivery_log and post_process_one):
 *
 * <pre>
 * address [(parents)] [&lt;original&gt;] [F=&lt;sender&gt;] [Q=] [P=&lt;return path&gt;] [R=router] [T=transport] [S=]
 *   [H=name [address][:port]] …  then of a delivery  [C="reply"] [QT=] [DT=]
 *                                of another          [defer (error)] … [: text]
 * </pre>
 *
 * <p>The address is written without its quotes, so it may hold blanks and {@code R=}; then the
 * original stands behind it in quotes. As with the arrival, every place where it may end is tried,
 * and a line that reads in two ways is not read. The reply is the other side's text.
 *
 * <p>The recipients of a message stand in lines that follow each other, mostly with the same server
 * and reply: what the last line's were is remembered. Not thread-safe.
 */
final class EximDelivery {
  private static final int ADDRESS = 1000;
  private static final int REPLY = 1000;
  private static final int MOST_ENDS = 50;

  /** Of the shortest status, {@code 2.0.0}. */
  private static final int CODE = 5;

  /** What may follow the address. */
  private static final List<String> NEXT =
      List.of(" F=<", " Q=", " SRS=<", " P=<", " R=", " T=", " routing defer (", " defer (", ": ");

  private static final Pattern ESCAPED = Pattern.compile("\\\\([\\\\\"])");

  private static final Pattern DELIVER_TIME = Pattern.compile(" DT=[0-9.hmsdw]{1,20}$");

  private final Words words;
  private Hop lastHop; // null before the first
  private Reply lastReply = new Reply("", "", null, null);

  /**
   * For the lines of one log.
   *
   * @param words for what every other line repeats
   */
  EximDelivery(Words words) {
    this.words = words;
  }

  /**
   * A host that was spoken to.
   *
   * @param text all of the field's value, with the blank that its end is known by
   * @param local as {@link #isLocal} has it; null where it may be either
   */
  private record Hop(String text, String shown, String address, Boolean local) {}

  /**
   * What it answered.
   *
   * @param logged with the escapes of Exim's log
   */
  private record Reply(String logged, String text, String status, String queueId) {}

  /**
   * The recipient and its fate.
   *
   * @param mark {@code =>} and so on
   * @param rest a line whose end is the delivery's
   * @param start behind the mark and its blank
   * @return null when the text is no such line, or reads in two ways
   */
  Recipient parse(String mark, String rest, int start, Instant time) {
    boolean delivered = !mark.equals("**") && !mark.equals("==");
    Recipient found = null;
    int end = nextEnd(rest, start + 1);
    // An address with a blank has its original behind it in quotes: without that, one end will do.
    boolean plain = rest.indexOf(' ', start) == end && rest.indexOf(" <\"", start) < 0;
    for (int tries = 0; end > 0 && tries < MOST_ENDS; tries++) {
      Address address = Address.of(rest.substring(start, end));
      if (address != null) {
        EximCursor cursor = new EximCursor(rest, end);
        Recipient recipient =
            delivered
                ? delivered(cursor, address, time)
                : undelivered(cursor, rest, address, mark, time);
        if (recipient != null && found != null && !recipient.equals(found)) {
          return null;
        }
        found = recipient == null ? found : recipient;
      }
      if (plain) {
        break;
      }
      end = nextEnd(rest, end + 1);
    }
    return found;
  }

  private static int nextEnd(String rest, int from) {
    for (int at = from; at < rest.length(); at++) {
      char c = rest.charAt(at);
      boolean may =
          c == ' '
              ? at + 1 < rest.length() && "FQSPRTrd".indexOf(rest.charAt(at + 1)) >= 0
              : c == ':';
      if (may) {
        for (String next : NEXT) {
          if (rest.startsWith(next, at)) {
            return at;
          }
        }
      }
    }
    return -1;
  }

  /**
   * Who it was for.
   *
   * @param recipient as in RCPT
   * @param last where it went, or null when that is the same
   */
  private record Address(String recipient, String last) {

    static Address of(String text) {
      if (text.length() > 4 * ADDRESS) {
        return null;
      }
      if (!text.endsWith(">")) {
        String bare = withoutParents(text);
        return EximText.addressEnd(bare, 0, ' ') == bare.length() && bare.length() <= ADDRESS
            ? new Address(bare, null)
            : null;
      }
      int open = text.indexOf(" <");
      while (open > 0) {
        if (EximText.addressEnd(text, open + 2, '>') == text.length() - 1) {
          String original = text.substring(open + 2, text.length() - 1);
          String last = withoutParents(text.substring(0, open));
          boolean fine = original.length() <= ADDRESS && last.length() <= ADDRESS;
          return fine && isLast(last, original)
              ? new Address(original, same(last, original) ? null : last)
              : null;
        }
        open = text.indexOf(" <", open + 1);
      }
      return null;
    }

    /** Without {@code " (parent, parent)"}. */
    private static String withoutParents(String text) {
      int open = text.endsWith(")") ? text.lastIndexOf(" (") : -1;
      return open > 0 ? text.substring(0, open) : text;
    }

    /** A blank is in a dequoted local part, a command or a file name, or it is another field's. */
    private static boolean isLast(String last, String original) {
      return last.indexOf(' ') < 0
          || same(last, original)
          || "|/>:".indexOf(last.charAt(0)) >= 0
          || last.startsWith("save ")
          || last.indexOf('@') > 0 && last.indexOf('=') < 0 && last.indexOf('<') < 0;
    }

    private static boolean same(String last, String original) {
      return dequoted(original).equalsIgnoreCase(last)
          || original.regionMatches(true, 0, last + "@", 0, last.length() + 1);
    }

    private static String dequoted(String address) {
      int at = address.lastIndexOf("\"@");
      return address.startsWith("\"") && at > 0
          ? address.substring(1, at).replaceAll("\\\\(.)", "$1") + address.substring(at + 1)
          : address;
    }
  }

  private Recipient delivered(EximCursor cursor, Address address, Instant time) {
    cursor.path(" F=");
    cursor.skip(" Q=");
    cursor.path(" SRS=");
    cursor.path(" P=");
    boolean router = cursor.skip(" R=");
    String transport = cursor.value(" T=", words);
    if (transport == null && (!router || !":blackhole:".equals(address.last))) {
      return null;
    }
    cursor.digits(" S=");
    Hop hop = null;
    boolean more = true;
    while (more) {
      Hop next = hop == null ? hop(cursor) : null;
      hop = next == null ? hop : next;
      more = next != null || aside(cursor) || cursor.skip(" A=") || cursor.skip(" ST=");
    }
    Reply reply = reply(cursor.quoted(" C="));
    cursor.skip(" QT=");
    cursor.skip(" DT=");
    if (!cursor.atEnd()) {
      return null;
    }
    boolean discarded = transport == null || transport.equals("**bypassed**");
    return new Recipient(
        address.recipient,
        address.last,
        discarded ? null : isLocal(hop, true),
        discarded ? Outcome.DISCARDED : Outcome.DELIVERED,
        reply == null ? null : reply.status,
        reply == null ? null : reply.text,
        hop != null ? hop.shown : discarded ? null : transport,
        reply == null || discarded ? null : reply.queueId,
        time);
  }

  private Reply reply(String logged) {
    if (logged == null) {
      return null;
    }
    if (!logged.equals(lastReply.logged)) {
      String text = logged.indexOf('\\') < 0 ? logged : ESCAPED.matcher(logged).replaceAll("$1");
      lastReply = new Reply(logged, shorter(text), status(text, '2'), NextHopReply.queueId(text));
    }
    return lastReply;
  }

  private Recipient undelivered(
      EximCursor cursor, String rest, Address address, String mark, Instant time) {
    Hop hop = null;
    boolean defer = false;
    boolean more = true;
    while (more) {
      Hop next = hop == null ? hop(cursor) : null;
      hop = next == null ? hop : next;
      boolean said = !defer && deferred(cursor, rest);
      defer |= said;
      more =
          next != null
              || said
              || cursor.path(" F=") != null
              || cursor.path(" P=") != null
              || cursor.path(" SRS=") != null
              || cursor.word(" Q=") != null
              || cursor.word(" R=") != null
              || cursor.word(" T=") != null
              || cursor.digits(" S=") != null
              || cursor.word(" A=") != null
              || cursor.word(" DT=") != null
              || cursor.word(" QT=") != null
              || aside(cursor);
    }
    boolean textFollows = cursor.take(": ") || cursor.take(" : "); // the latter as cPanel's Exim
    if (mark.equals("==") != defer || !textFollows && !cursor.atEnd()) {
      return null;
    }
    String said = rest.substring(cursor.at);
    if (said.contains(" DT=")) {
      said = DELIVER_TIME.matcher(said).replaceFirst("");
    }
    Outcome outcome =
        defer
            ? Outcome.DEFERRED
            : said.startsWith("retry timeout exceeded") ? Outcome.EXPIRED : Outcome.BOUNCED;
    return new Recipient(
        address.recipient,
        address.last,
        isLocal(hop, false),
        outcome,
        status(said, defer ? '4' : '5'),
        said.isEmpty() ? null : shorter(said),
        hop == null ? null : hop.shown,
        null,
        time);
  }

  private static boolean deferred(EximCursor cursor, String rest) {
    int before = cursor.at;
    cursor.take(" routing");
    if (cursor.take(" defer (")) {
      int close = rest.indexOf(')', cursor.at);
      if (close > 0 && close - cursor.at <= 12) {
        cursor.at = close + 1;
        return true;
      }
    }
    cursor.at = before;
    return false;
  }

  /** {@code " H=name [address]:port"}, or just a name. */
  private Hop hop(EximCursor cursor) {
    if (cursor.first() != 'H') {
      return null;
    }
    if (lastHop != null && cursor.take(lastHop.text)) {
      cursor.at--; // the blank that ended it
      return lastHop;
    }
    int start = cursor.at;
    Hop hop = otherHop(cursor);
    if (hop != null && hop.address != null && cursor.first() != 0) {
      lastHop = new Hop(cursor.since(start) + ' ', hop.shown, hop.address, hop.local);
    }
    return hop;
  }

  private static Hop otherHop(EximCursor cursor) {
    String name = cursor.word(" H=");
    if (name == null) {
      return null;
    }
    int before = cursor.at;
    String literal = cursor.value(" [");
    if (literal == null) {
      cursor.at = before;
      return new Hop(null, name, null, null);
    }
    int close = literal.indexOf(']');
    if (close < 0) {
      cursor.at = before;
      return null;
    }
    // "[address]:port*", and of a failure "[address]:port: text"
    int end = close + 1;
    int digits = end + 1;
    while (digits < literal.length() && Character.isDigit(literal.charAt(digits))) {
      digits++;
    }
    if (literal.startsWith(":", end) && digits > end + 1) {
      end = digits;
    }
    int shownEnd = end;
    if (literal.startsWith("*", end)) {
      end++;
    }
    cursor.at = before + 2 + end;
    String address = literal.substring(0, close);
    return new Hop(
        null,
        name + "[" + literal.substring(0, shownEnd),
        address,
        isLoopback(address) ? null : Boolean.FALSE);
  }

  /** What a record does not keep. */
  private static boolean aside(EximCursor cursor) {
    return switch (cursor.first()) {
      case 'D' ->
          cursor.flag(" DS") || cursor.quoted(" DN=") != null || cursor.word(" DSN=") != null;
      case 'T' -> cursor.flag(" TFO") || cursor.flag(" TFO*");
      case 'L' -> cursor.flag(" L") || cursor.flag(" L*");
      case 'P' -> cursor.flag(" PRDR") || cursor.word(" PRX=") != null;
      case 'K' -> cursor.flag(" K") || cursor.flag(" K*");
      case 'X' -> cursor.word(" X=") != null;
      case 'C' -> cursor.word(" CV=") != null;
      case 'I' -> cursor.word(" I=") != null;
      default -> false;
    };
  }

  /** Whether this machine keeps the mailbox; behind a loopback address may be either. */
  private static Boolean isLocal(Hop hop, boolean delivered) {
    if (hop == null || hop.address == null) {
      return delivered ? Boolean.TRUE : null;
    }
    return hop.local;
  }

  /** True for an address of this very machine. */
  static boolean isLoopback(String address) {
    if (address.indexOf(':') < 0) {
      return address.startsWith("127.") && Addresses.isFour(address);
    }
    return Addresses.parse(address).filter(InetAddress::isLoopbackAddress).isPresent();
  }

  /**
   * The last status of that class (RFC 3463 section 2) that stands behind a reply code, or null. A
   * reply's lines are separated by {@code \n} in two characters.
   */
  static String status(String text, char of) {
    int end = Math.min(text.length(), REPLY);
    for (int at = end - CODE; at >= 0; at--) {
      if (text.charAt(at) == of && isBehindCode(text, at)) {
        int statusEnd = statusEnd(text, at, end);
        if (statusEnd > 0) {
          return text.substring(at, statusEnd);
        }
      }
    }
    return null;
  }

  /** {@code "250 "} or {@code "250-"}, at the beginning of a word. */
  private static boolean isBehindCode(String text, int at) {
    int code = at - 4;
    if (code < 0
        || "245".indexOf(text.charAt(code)) < 0
        || !isDigit(text.charAt(code + 1))
        || !isDigit(text.charAt(code + 2))
        || text.charAt(code + 3) != ' ' && text.charAt(code + 3) != '-') {
      return false;
    }
    if (code == 0) {
      return true;
    }
    char before = text.charAt(code - 1);
    return !isWord(before) || before == 'n' && code > 1 && text.charAt(code - 2) == '\\';
  }

  /** Behind {@code 2.1.5}, where no word goes on; -1 when there is none. */
  private static int statusEnd(String text, int from, int end) {
    int at = from + 1;
    for (int part = 0; part < 2; part++) {
      int digits = at + 1;
      if (at >= end || text.charAt(at) != '.') {
        return -1;
      }
      at = digits;
      while (at < end && isDigit(text.charAt(at))) {
        at++;
      }
      if (at == digits || at - digits > 3) {
        return -1;
      }
    }
    return at == end || !isWord(text.charAt(at)) && text.charAt(at) != '_' ? at : -1;
  }

  private static boolean isWord(char c) {
    return isDigit(c) || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static String shorter(String text) {
    return text == null || text.length() <= REPLY ? text : text.substring(0, REPLY);
  }
}
