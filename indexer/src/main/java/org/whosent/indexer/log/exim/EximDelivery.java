package org.whosent.indexer.log.exim;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.whosent.indexer.log.reader.NextHopReply;
import org.whosent.indexer.log.text.Beginnings;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.Words;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;

/**
 * What became of a recipient: {@code =>}, {@code ->}, {@code >>}, {@code **} and {@code ==} ({@code
 * deliver.c}, delivery_log and post_process_one):
 *
 * <pre>
 * address [(parents)] [&lt;original&gt;] [F=&lt;sender&gt;] [Q=] [P=&lt;return path&gt;] [R=router] [T=transport] [S=]
 *   [H=name [address][:port]] …  then of a delivery  [C="reply"] [QT=] [DT=]
 *                                of another          [defer [(error)]] … [: text]
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
  private static final int MOST_ENDS = 50;

  private static final byte[] SENDER = LineBytes.word(" F=");
  private static final byte[] RETURN_PATH = LineBytes.word(" P=");
  private static final byte[] REWRITTEN = LineBytes.word(" SRS=");
  private static final byte[] QUEUE = LineBytes.word(" Q=");
  private static final byte[] ROUTER = LineBytes.word(" R=");

  /** What had a local address delivered, in Exim 3. */
  private static final byte[] DIRECTOR = LineBytes.word(" D=");

  private static final byte[] TRANSPORT = LineBytes.word(" T=");
  private static final byte[] SIZE = LineBytes.word(" S=");
  private static final byte[] AUTHENTICATOR = LineBytes.word(" A=");
  private static final byte[] SHADOW = LineBytes.word(" ST=");
  private static final byte[] CONFIRMATION = LineBytes.word(" C=");
  private static final byte[] QUEUE_TIME = LineBytes.word(" QT=");
  private static final byte[] DELIVERY_TIME = LineBytes.word(" DT=");
  private static final byte[] ROUTING = LineBytes.word(" routing");
  private static final byte[] CODE = LineBytes.word(" defer (");
  private static final byte[] DEFER = LineBytes.word(" defer");
  private static final byte[] DEFER_WITH_TEXT = LineBytes.word(" defer: ");
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
  private static final byte[] PROTOCOL_STEPS = LineBytes.word(" PS=");
  private static final byte[] CIPHER = LineBytes.word(" X=");
  private static final byte[] VERIFIED = LineBytes.word(" CV=");
  private static final byte[] INTERFACE = LineBytes.word(" I=");

  /** What may follow the address. */
  private static final Beginnings NEXT =
      new Beginnings(
          List.of(
              " F=<",
              " Q=",
              " SRS=<",
              " P=<",
              " R=",
              " D=",
              " T=",
              ": ",
              " defer (",
              " defer:",
              " defer H=",
              " defer DT=",
              " routing defer"));

  /** What no address ends before, and which quotes nothing: by its ASCII code. */
  private static final boolean[] PLAIN = new boolean[0x80];

  static {
    for (char c = ' '; c < PLAIN.length; c++) {
      PLAIN[c] = "\"\\<>():".indexOf(c) < 0 && c > ' ';
    }
  }

  /** What {@code routers/redirect.c} writes in the address's place where it delivers nowhere. */
  private static final Set<String> DROPPED = Set.of(":blackhole:", "discarded");

  private static final Pattern DELIVER_TIME = Pattern.compile(" DT=[0-9.hmsdw]{1,20}$");

  private final Words words;
  private final EximHop.Reader hops;
  private EximReply lastReply; // null before the first

  /**
   * For the lines of one log.
   *
   * @param words for what every other line repeats
   */
  EximDelivery(Words words) {
    this.words = words;
    this.hops = new EximHop.Reader(words);
  }

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
      EximAddressee address =
          quick && tries == 0
              ? new EximAddressee(line.text(start, end), null)
              : EximAddressee.of(line.text(start, end));
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
    boolean ends = at > start && at - start <= EximAddressee.LONGEST && line.at(at) == ' ';
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

  private Recipient delivered(
      EximCursor cursor, LineBytes line, EximAddressee address, Instant time) {
    cursor.path(SENDER);
    cursor.skip(QUEUE);
    cursor.path(REWRITTEN);
    cursor.path(RETURN_PATH);
    boolean router = cursor.skip(ROUTER) || cursor.skip(DIRECTOR);
    String transport = cursor.value(TRANSPORT, words);
    if (transport == null && (!router || !DROPPED.contains(String.valueOf(address.last())))) {
      return null;
    }
    cursor.digits(SIZE);
    EximHop hop = null;
    boolean more = true;
    while (more) {
      EximHop next = hop == null ? hops.read(cursor, line) : null;
      hop = next == null ? hop : next;
      more = next != null || aside(cursor) || cursor.skip(AUTHENTICATOR) || cursor.skip(SHADOW);
    }
    EximReply reply = reply(cursor, line);
    cursor.skip(QUEUE_TIME);
    cursor.skip(DELIVERY_TIME);
    if (!cursor.atEnd()) {
      return null;
    }
    boolean discarded = transport == null || transport.equals("**bypassed**");
    return new Recipient(
        address.recipient(),
        address.last(),
        discarded ? null : isLocal(hop),
        discarded ? Outcome.DISCARDED : Outcome.DELIVERED,
        reply == null ? null : reply.status(),
        reply == null ? null : reply.text(),
        hop != null ? hop.shown() : discarded ? null : transport,
        reply == null || discarded ? null : reply.queueId(),
        time);
  }

  /** Where it went to no host, this machine keeps the mailbox. */
  private static Boolean isLocal(EximHop hop) {
    return hop == null || hop.address() == null ? Boolean.TRUE : hop.local();
  }

  private EximReply reply(EximCursor cursor, LineBytes line) {
    int from = cursor.quoted(CONFIRMATION);
    if (from < 0) {
      return null;
    }
    int to = cursor.at - 1;
    if (lastReply == null || !lastReply.stands(line, from, to)) {
      lastReply = EximReply.of(line, from, to);
    }
    return lastReply;
  }

  private Recipient undelivered(
      EximCursor cursor, LineBytes line, EximAddressee address, String mark, Instant time) {
    EximHop hop = null;
    boolean defer = false;
    boolean more = true;
    while (more) {
      EximHop next = hop == null ? hops.read(cursor, line) : null;
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
        address.recipient(),
        address.last(),
        hop == null ? null : hop.local(),
        outcome,
        EximReply.status(said, defer ? '4' : '5'),
        said.isEmpty() ? null : NextHopReply.kept(said),
        hop == null ? null : hop.shown(),
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
      case 'D' -> cursor.skipWord(DELIVERY_TIME) || cursor.skipWord(DIRECTOR);
      default -> false;
    };
  }

  /** {@code " defer (-53)"}, since 4.100 {@code " defer"}. */
  private static boolean deferred(EximCursor cursor, LineBytes line) {
    int before = cursor.at;
    cursor.take(ROUTING);
    if (cursor.take(CODE)) {
      int close = line.indexOf(')', cursor.at);
      if (close > 0 && close - cursor.at <= 12) {
        cursor.at = close + 1;
        return true;
      }
    } else if (cursor.flag(DEFER)) {
      return true;
    } else if (line.startsWith(DEFER_WITH_TEXT, cursor.at)) {
      return cursor.take(DEFER);
    }
    cursor.at = before;
    return false;
  }

  /** What a record does not keep. */
  private static boolean aside(EximCursor cursor) {
    return switch (cursor.first()) {
      case 'D' ->
          cursor.flag(DELAYED_SMTP)
              || cursor.skipName(DISTINGUISHED_NAME)
              || cursor.skipWord(DNSSEC);
      case 'T' -> cursor.flag(FAST_OPEN) || cursor.flag(FAST_OPEN_DATA);
      case 'L' -> cursor.flag(PIPELINING) || cursor.flag(PIPELINING_EARLY);
      case 'P' ->
          cursor.flag(PER_RECIPIENT)
              || cursor.flag(PROTOCOL_STEPS) // none, where the connection was open already
              || cursor.skipWord(PROTOCOL_STEPS)
              || cursor.skipWord(PROXY);
      case 'K' -> cursor.flag(CHUNKING) || cursor.flag(CHUNKING_LAST);
      case 'X' -> cursor.skipWord(CIPHER);
      case 'C' -> cursor.skipWord(VERIFIED);
      case 'I' -> cursor.skipWord(INTERFACE);
      default -> false;
    };
  }
}
