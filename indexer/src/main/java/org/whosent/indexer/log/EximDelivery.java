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

  private static final byte[] SENDER = LineBytes.word(" F=");
  private static final byte[] RETURN_PATH = LineBytes.word(" P=");
  private static final byte[] REWRITTEN = LineBytes.word(" SRS=");
  private static final byte[] QUEUE = LineBytes.word(" Q=");
  private static final byte[] ROUTER = LineBytes.word(" R=");
  private static final byte[] TRANSPORT = LineBytes.word(" T=");
  private static final byte[] SIZE = LineBytes.word(" S=");
  private static final byte[] HOST = LineBytes.word(" H=");
  private static final byte[] ADDRESS_LITERAL = LineBytes.word(" [");
  private static final byte[] AUTHENTICATOR = LineBytes.word(" A=");
  private static final byte[] SHADOW = LineBytes.word(" ST=");
  private static final byte[] CONFIRMATION = LineBytes.word(" C=");
  private static final byte[] QUEUE_TIME = LineBytes.word(" QT=");
  private static final byte[] DELIVERY_TIME = LineBytes.word(" DT=");
  private static final byte[] ROUTING = LineBytes.word(" routing");
  private static final byte[] DEFER = LineBytes.word(" defer (");
  private static final byte[] TEXT = LineBytes.word(": ");
  private static final byte[] TEXT_OF_CPANEL = LineBytes.word(" : ");
  private static final byte[] DELAYED_SMTP = LineBytes.word(" DS");
  private static final byte[] DISTINGUISHED_NAME = LineBytes.word(" DN=");
  private static final byte[] DNSSEC = LineBytes.word(" DSN=");
  private static final byte[] FAST_OPEN = LineBytes.word(" TFO");
  private static final byte[] FAST_OPEN_DATA = LineBytes.word(" TFO*");
  private static final byte[] PIPELINING = LineBytes.word(" L");
  private static final byte[] PIPELINING_EARLY = LineBytes.word(" L*");
  private static final byte[] PER_RECIPIENT = LineBytes.word(" PRDR");
  private static final byte[] PROXY = LineBytes.word(" PRX=");
  private static final byte[] CHUNKING = LineBytes.word(" K");
  private static final byte[] CHUNKING_LAST = LineBytes.word(" K*");
  private static final byte[] CIPHER = LineBytes.word(" X=");
  private static final byte[] VERIFIED = LineBytes.word(" CV=");
  private static final byte[] INTERFACE = LineBytes.word(" I=");

  /** What may follow the address. */
  private static final Beginnings NEXT =
      new Beginnings(
          List.of(
              " F=<", " Q=", " SRS=<", " P=<", " R=", " T=", " routing defer (", " defer (", ": "));

  /** What no address ends before, and which quotes nothing: by its ASCII code. */
  private static final boolean[] PLAIN = new boolean[0x80];

  static {
    for (char c = ' '; c < PLAIN.length; c++) {
      PLAIN[c] = "\"\\<>():".indexOf(c) < 0 && c > ' ';
    }
  }

  private static final Pattern DELIVER_TIME = Pattern.compile(" DT=[0-9.hmsdw]{1,20}$");

  private final Words words;
  private Hop lastHop; // null before the first
  private Reply lastReply; // null before the first

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
  private record Hop(byte[] text, String shown, String address, Boolean local) {}

  /**
   * What it answered.
   *
   * @param logged with the escapes of Exim's log
   */
  private record Reply(byte[] logged, String text, String status, String queueId) {}

  /**
   * The recipient and its fate.
   *
   * @param mark {@code =>} and so on
   * @param line a line whose end is the delivery's
   * @param start behind the mark and its blank
   * @return null when the text is no such line, or reads in two ways
   */
  Recipient parse(String mark, LineBytes line, int start, Instant time) {
    boolean delivered = !mark.equals("**") && !mark.equals("==");
    Recipient found = null;
    int end = plainEnd(line, start);
    boolean quick = end > 0;
    end = quick ? end : nextEnd(line, start + 1);
    // An address with a blank has its original behind it in quotes: without that, one end will do.
    boolean plain = line.indexOf(' ', start) == end && !hasQuotedOriginal(line, start);
    for (int tries = 0; end > 0 && tries < MOST_ENDS; tries++) {
      Address address =
          quick && tries == 0
              ? new Address(line.text(start, end), null)
              : Address.of(line.text(start, end));
      if (address != null) {
        EximCursor cursor = new EximCursor(line, end);
        Recipient recipient =
            delivered
                ? delivered(cursor, line, address, time)
                : undelivered(cursor, line, address, mark, time);
        if (recipient != null && found != null && !recipient.equals(found)) {
          return null;
        }
        found = recipient == null ? found : recipient;
      }
      if (plain) {
        break;
      }
      end = nextEnd(line, end + 1);
    }
    return found;
  }

  /** Where an address ends that can end nowhere else, as nearly all do; else -1. */
  private static int plainEnd(LineBytes line, int start) {
    int at = start;
    while (line.at(at) > 0 && PLAIN[line.at(at)]) {
      at++;
    }
    boolean ends = at > start && at - start <= ADDRESS && line.at(at) == ' ';
    return ends && NEXT.begin(line, at) ? at : -1;
  }

  private static boolean hasQuotedOriginal(LineBytes line, int start) {
    int open = line.indexOf('<', start);
    while (open >= 0) {
      if (open > start && line.at(open - 1) == ' ' && line.at(open + 1) == '"') {
        return true;
      }
      open = line.indexOf('<', open + 1);
    }
    return false;
  }

  private static int nextEnd(LineBytes line, int from) {
    for (int at = from; at < line.end(); at++) {
      byte c = line.at(at);
      if ((c == ' ' || c == ':') && NEXT.begin(line, at)) {
        return at;
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

    private static boolean isWhole(String address, char stop) {
      LineBytes line = LineBytes.of(address);
      return EximText.addressEnd(line, 0, stop) == line.end() && line.end() > 0;
    }

    static Address of(String text) {
      if (text.length() > 4 * ADDRESS) {
        return null;
      }
      if (!text.endsWith(">")) {
        String bare = withoutParents(text);
        return isWhole(bare, ' ') && bare.length() <= ADDRESS ? new Address(bare, null) : null;
      }
      int open = text.indexOf(" <");
      while (open > 0) {
        if (isWhole(text.substring(open + 2, text.length() - 1), '>')) {
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

  private Recipient delivered(EximCursor cursor, LineBytes line, Address address, Instant time) {
    cursor.path(SENDER);
    cursor.skip(QUEUE);
    cursor.path(REWRITTEN);
    cursor.path(RETURN_PATH);
    boolean router = cursor.skip(ROUTER);
    String transport = cursor.value(TRANSPORT, words);
    if (transport == null && (!router || !":blackhole:".equals(address.last))) {
      return null;
    }
    cursor.digits(SIZE);
    Hop hop = null;
    boolean more = true;
    while (more) {
      Hop next = hop == null ? hop(cursor, line) : null;
      hop = next == null ? hop : next;
      more = next != null || aside(cursor) || cursor.skip(AUTHENTICATOR) || cursor.skip(SHADOW);
    }
    Reply reply = reply(cursor, line);
    cursor.skip(QUEUE_TIME);
    cursor.skip(DELIVERY_TIME);
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

  private Reply reply(EximCursor cursor, LineBytes line) {
    int from = cursor.quoted(CONFIRMATION);
    if (from < 0) {
      return null;
    }
    int to = cursor.at - 1;
    boolean same =
        lastReply != null
            && lastReply.logged.length == to - from
            && line.startsWith(lastReply.logged, from);
    if (!same) {
      String text = unescaped(line.text(from, to));
      lastReply =
          new Reply(
              line.copy(from, to), shorter(text), status(text, '2'), NextHopReply.queueId(text));
    }
    return lastReply;
  }

  /** Without the backslash before a backslash or quote. */
  private static String unescaped(String logged) {
    int escape = logged.indexOf('\\');
    if (escape < 0) {
      return logged;
    }
    StringBuilder out = new StringBuilder(logged.length());
    int from = 0;
    while (escape >= 0 && escape + 1 < logged.length()) {
      char next = logged.charAt(escape + 1);
      boolean escapes = next == '\\' || next == '"';
      if (escapes) {
        out.append(logged, from, escape);
        from = escape + 1;
      }
      escape = logged.indexOf('\\', escape + (escapes ? 2 : 1));
    }
    return out.append(logged, from, logged.length()).toString();
  }

  private Recipient undelivered(
      EximCursor cursor, LineBytes line, Address address, String mark, Instant time) {
    Hop hop = null;
    boolean defer = false;
    boolean more = true;
    while (more) {
      Hop next = hop == null ? hop(cursor, line) : null;
      hop = next == null ? hop : next;
      boolean said = !defer && deferred(cursor, line);
      defer |= said;
      more = next != null || said || fieldOfUndelivered(cursor) || aside(cursor);
    }
    boolean textFollows = cursor.take(TEXT) || cursor.take(TEXT_OF_CPANEL);
    if (mark.equals("==") != defer || !textFollows && !cursor.atEnd()) {
      return null;
    }
    String said = line.text(cursor.at, line.end());
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

  private static boolean fieldOfUndelivered(EximCursor cursor) {
    return switch (cursor.first()) {
      case 'F' -> cursor.path(SENDER);
      case 'P' -> cursor.path(RETURN_PATH);
      case 'S' -> cursor.path(REWRITTEN) || cursor.digits(SIZE);
      case 'Q' -> cursor.skipWord(QUEUE) || cursor.skipWord(QUEUE_TIME);
      case 'R' -> cursor.skipWord(ROUTER);
      case 'T' -> cursor.skipWord(TRANSPORT);
      case 'A' -> cursor.skipWord(AUTHENTICATOR);
      case 'D' -> cursor.skipWord(DELIVERY_TIME);
      default -> false;
    };
  }

  private static boolean deferred(EximCursor cursor, LineBytes line) {
    int before = cursor.at;
    cursor.take(ROUTING);
    if (cursor.take(DEFER)) {
      int close = line.indexOf(')', cursor.at);
      if (close > 0 && close - cursor.at <= 12) {
        cursor.at = close + 1;
        return true;
      }
    }
    cursor.at = before;
    return false;
  }

  /** {@code " H=name [address]:port"}, or just a name. */
  private Hop hop(EximCursor cursor, LineBytes line) {
    if (cursor.first() != 'H') {
      return null;
    }
    if (lastHop != null && cursor.take(lastHop.text)) {
      cursor.at--; // the blank that ended it
      return lastHop;
    }
    int start = cursor.at;
    Hop hop = otherHop(cursor, line);
    if (hop != null && hop.address != null && cursor.first() != 0) {
      byte[] text = line.copy(start, cursor.at + 1);
      lastHop = new Hop(text, hop.shown, hop.address, hop.local);
    }
    return hop;
  }

  private Hop otherHop(EximCursor cursor, LineBytes line) {
    int from = cursor.at + HOST.length;
    if (!cursor.skipWord(HOST)) {
      return null;
    }
    String name = line.text(from, cursor.at, words);
    int before = cursor.at;
    if (!cursor.skip(ADDRESS_LITERAL)) {
      return new Hop(null, name, null, null);
    }
    int start = before + ADDRESS_LITERAL.length;
    int close = line.indexOf(']', start);
    int literalEnd = cursor.at;
    cursor.at = before;
    if (close < 0 || close >= literalEnd) {
      return null;
    }
    // "[address]:port*", and of a failure "[address]:port: text"
    int end = close + 1;
    if (line.at(end) == ':') {
      int digits = line.digitsEnd(end + 1, literalEnd - end - 1);
      end = digits > end + 1 ? digits : end;
    }
    cursor.at = end < literalEnd && line.at(end) == '*' ? end + 1 : end;
    String address = line.text(start, close, words);
    return new Hop(
        null,
        name + "[" + line.text(start, end, words),
        address,
        isLoopback(address) ? null : Boolean.FALSE);
  }

  /** What a record does not keep. */
  private static boolean aside(EximCursor cursor) {
    return switch (cursor.first()) {
      case 'D' ->
          cursor.flag(DELAYED_SMTP)
              || cursor.quoted(DISTINGUISHED_NAME) >= 0
              || cursor.skipWord(DNSSEC);
      case 'T' -> cursor.flag(FAST_OPEN) || cursor.flag(FAST_OPEN_DATA);
      case 'L' -> cursor.flag(PIPELINING) || cursor.flag(PIPELINING_EARLY);
      case 'P' -> cursor.flag(PER_RECIPIENT) || cursor.skipWord(PROXY);
      case 'K' -> cursor.flag(CHUNKING) || cursor.flag(CHUNKING_LAST);
      case 'X' -> cursor.skipWord(CIPHER);
      case 'C' -> cursor.skipWord(VERIFIED);
      case 'I' -> cursor.skipWord(INTERFACE);
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
    String beginning = of + "."; // looked for by the JDK, many characters at a time
    String found = null;
    int at = text.indexOf(beginning);
    while (at >= 0 && at <= end - CODE) {
      if (isBehindCode(text, at)) {
        int statusEnd = statusEnd(text, at, end);
        found = statusEnd > 0 ? text.substring(at, statusEnd) : found;
      }
      at = text.indexOf(beginning, at + 1);
    }
    return found;
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
