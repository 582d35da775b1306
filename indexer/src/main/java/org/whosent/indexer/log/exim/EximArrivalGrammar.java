package org.whosent.indexer.log.exim;

import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import org.whosent.indexer.log.exim.EximReadings.Part;
import org.whosent.indexer.log.reader.StampedReader;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.Words;
import org.whosent.record.Addresses;

/**
 * The fields behind {@code <=}, in the order in which Exim 4.8x to 4.100 writes them ({@code
 * receive.c}):
 *
 * <pre>
 * sender [R=ref] [DS] [H=[name ][(helo) ][address][:port] [I=[address]:port] [TFO]] [U=ident] [P=protocol] [L]
 *   [SPF[=]] [X=cipher] [CV=] [DN="…"] [SNI=…] [PRX=] [A=authenticator[:login[:sender]]] [PRDR] [PRX=] [K] S=size [M8S=]
 *   [DSN=] [DKIM=] [ARC] [DMARC[=]] [RT=] [Q=] [id[*]=message-id] [T="subject"] [from &lt;sender&gt;] [for recipient…]
 * </pre>
 *
 * <p>Strangers choose the HELO name (where helo_accept_junk_hosts lets them, with blanks), the
 * ident, a certificate's DN, a server's name, MAIL AUTH behind the login, and what follows S=. Exim
 * quotes none of the first four, but where it uses GnuTLS, whose DN has a backslash before a quote.
 * So nothing is searched for: every place where such a text may end is tried, what follows must
 * then read to the line's last character. Of a line that reads in several ways only what all say is
 * read, and nothing where they differ in the client. An arrival that stands before S= once more
 * makes all behind its place doubtful, for a line that a full disk has cut has the next one behind
 * it, and that one's login. A sender's quoted local part ends by RFC 5321, a login where {@link
 * EximLogin} says.
 *
 * <p>For one line; not thread-safe.
 */
final class EximArrivalGrammar {
  /** Exim's own log line has at most 8192 bytes; octal and relays may add to it. */
  private static final int LONGEST = 65_536;

  /** Whoever writes his recipients as a maze must not be left out for it. */
  private static final int MOST_STEPS = 1_000_000;

  private static final Set<String> AUTHENTICATED =
      Set.of("esmtpa", "esmtpsa", "essmtpa", "utf8esmtpa", "utf8esmtpsa", "utf8essmtpa");

  private static final byte[] NOBODY = LineBytes.word("<>");
  private static final byte[] BEHIND_HELO = LineBytes.word(") [");
  private static final byte[] REFERENCE = LineBytes.word(" R=");
  private static final byte[] HOST = LineBytes.word(" H=");
  private static final byte[] PORT = LineBytes.word(":");
  private static final byte[] INTERFACE = LineBytes.word(" I=");
  private static final byte[] IDENT = LineBytes.word(" U=");
  private static final byte[] PROTOCOL = LineBytes.word(" P=");
  private static final byte[] NAME = LineBytes.word(" DN=");
  private static final byte[] DISTINGUISHED_NAME = LineBytes.word(" DN=\"");
  private static final byte[] QUOTED_SERVER_NAME = LineBytes.word(" SNI=\"");
  private static final byte[] SERVER_NAME = LineBytes.word(" SNI=");
  private static final byte[] CIPHER = LineBytes.word(" X=");
  private static final byte[] AUTHENTICATOR = LineBytes.word(" A=");
  static final byte[] PER_RECIPIENT = LineBytes.word(" PRDR");
  static final byte[] CHUNKING = LineBytes.word(" K");
  static final byte[] PROXY = LineBytes.word(" PRX=");
  static final byte[] SIZE = LineBytes.word(" S=");

  private final LineBytes text;
  private final int start;
  private final Words words;

  /** One for all: whoever goes on at another place sets it there, and nobody goes back with it. */
  private final EximCursor cursor;

  private int steps;

  /** Beyond the first place where the HELO name may end, which by default is where it does. */
  private boolean behindHelo;

  private int senderEnd;
  private int clientEnd;
  private final EximReadings readings;

  private String sender;
  private String reference;
  private String clientName;
  private String helo;
  private String client;
  private Integer clientPort;
  private Integer localPort;
  private String ident;
  private String protocol;
  private String tls;
  private String authenticator;
  private EximLogin login = EximLogin.NONE;

  /** For one line; {@code start} is behind {@code "<= "}. */
  EximArrivalGrammar(LineBytes text, int start, Words words) {
    this.text = text;
    this.start = start;
    this.words = words;
    cursor = new EximCursor(text, start);
    readings = new EximReadings(start);
  }

  /** The one reading, or null. */
  EximArrival read() {
    boolean none = text.startsWith(NOBODY, start);
    int end = none ? start + 2 : EximText.addressEnd(text, start, ' ');
    if (end < 0 || text.end() - start > LONGEST) {
      return null;
    }
    sender = none ? "" : text.text(start, end, words);
    cursor.at = end;
    senderEnd = end;
    reference = cursor.value(REFERENCE);
    EximSession.skipOfHost(cursor);
    if (text.startsWith(HOST, cursor.at)) {
      host(cursor.at + HOST.length);
    } else {
      ident(cursor.at);
    }
    return steps > MOST_STEPS ? null : readings.only();
  }

  /** True where MAIL AUTH may stand in what was read. */
  boolean mayHoldMailAuth() {
    return readings.haveColon() || steps > MOST_STEPS;
  }

  /** {@code sender_fullhost} of {@code host.c}. */
  private void host(int at) {
    int open = at;
    clientName = null;
    helo = null;
    if (text.at(at) != '(' && text.at(at) != '[') {
      open = text.indexOf(' ', at) + 1;
      if (open <= at + 1 || !EximText.isHostName(text, at, open - 1)) {
        return;
      }
      clientName = text.text(at, open - 1, words);
    }
    if (text.at(open) == '[') {
      address(open);
    } else if (text.at(open) == '(') {
      int close = text.indexOf(BEHIND_HELO, open);
      while (close >= 0 && steps++ <= MOST_STEPS) {
        if (EximText.literalEnd(text, close + 2) >= 0) {
          helo = text.text(open + 1, close, words);
          address(close + 2);
          behindHelo = true;
        }
        close = text.indexOf(BEHIND_HELO, close + 1);
      }
    }
  }

  private void address(int at) {
    int close = EximText.literalEnd(text, at);
    if (close < 0) {
      return;
    }
    String literal = text.text(at + 1, close, words);
    if (Addresses.isFour(literal)) { // it has one form only: the one that was read
      client = literal;
      behindAddress(close + 1);
      return;
    }
    int zone = literal.indexOf('%');
    Optional<InetAddress> address =
        Addresses.parse(zone < 0 ? literal : literal.substring(0, zone));
    if (address.isEmpty()) {
      return;
    }
    client = Addresses.format(address.get());
    behindAddress(close + 1);
  }

  private void behindAddress(int at) {
    cursor.at = at;
    clientEnd = at;
    clientPort = cursor.port(PORT);
    localPort = null;
    EximSession.skipOfHost(cursor);
    String local = cursor.value(INTERFACE, words);
    if (local != null) {
      int colon = local.lastIndexOf("]:");
      localPort = colon < 0 ? null : StampedReader.port(local.substring(colon + 2));
    }
    EximSession.skipOfHost(cursor);
    ident(cursor.at);
    client = null;
    clientPort = null;
    localPort = null;
  }

  private void ident(int at) {
    ident = null;
    if (!text.startsWith(IDENT, at)) {
      protocol(at);
      return;
    }
    int from = at + IDENT.length;
    int end = text.indexOf(PROTOCOL, from);
    while (end >= 0 && steps++ <= MOST_STEPS) {
      if (!readings.isDead(Part.PROTOCOL, end)) {
        ident = text.text(from, EximSession.identEnd(text, from, end), words);
        protocol(end);
      }
      end = text.indexOf(PROTOCOL, end + 1);
    }
    ident = null;
  }

  private void protocol(int at) {
    int before = readings.ends();
    cursor.at = at;
    protocol = cursor.value(PROTOCOL, words);
    tls = null;
    if (protocol != null) {
      session(cursor.at);
    }
    readings.ended(Part.PROTOCOL, at, before);
  }

  /** TLS and its like, in any order. */
  private void session(int at) {
    cursor.at = at;
    boolean more = true;
    while (more) {
      if (text.startsWith(DISTINGUISHED_NAME, cursor.at)) {
        behindName(cursor.at);
        return;
      }
      if (text.startsWith(QUOTED_SERVER_NAME, cursor.at)) {
        behindServerName(cursor.at);
        return;
      }
      more = cursor.first() == 'X' ? cipher() : EximSession.skip(cursor);
    }
    authenticator = null;
    if (cursor.take(AUTHENTICATOR)) {
      authentication(cursor.at);
    } else {
      beforeSize();
    }
  }

  private boolean cipher() {
    String cipher = cursor.value(CIPHER, words);
    tls = cipher == null ? tls : cipher;
    return cipher != null;
  }

  /**
   * A certificate's name: as RFC 4514 has it ({@code CN=x,O=y}), which GnuTLS writes, it ends at
   * the first quote without a backslash before it; as OpenSSL writes it ({@code /CN=x}), anywhere.
   */
  private void behindName(int at) {
    int end = at + DISTINGUISHED_NAME.length;
    while (EximText.isName(text.at(end))) {
      end++;
    }
    cursor.at = at;
    if (text.at(end) != '=' || text.at(end - 1) == '"') {
      behindQuoted(at);
    } else if (cursor.quoted(NAME) >= 0) {
      session(cursor.at);
    }
  }

  /** Quoted until 4.95; since 4.96 as it is, without blanks, and a quote may be its first. */
  private void behindServerName(int at) {
    String before = tls;
    behindQuoted(at);
    tls = before;
    cursor.at = at;
    if (cursor.skip(SERVER_NAME) && !readings.isDead(Part.SESSION, cursor.at)) {
      session(cursor.at);
    }
  }

  /** Not escaped: a quote in a certificate's name may be its end or not. */
  private void behindQuoted(int at) {
    int end = text.indexOf('"', text.indexOf('"', at) + 1);
    String before = tls;
    while (end >= 0 && steps++ <= MOST_STEPS) {
      if ((end + 1 == text.end() || text.at(end + 1) == ' ')
          && !readings.isDead(Part.SESSION, end + 1)) {
        int ends = readings.ends();
        session(end + 1);
        tls = before;
        readings.ended(Part.SESSION, end + 1, ends);
      }
      end = text.indexOf('"', end + 1);
    }
  }

  /** {@code A=authenticator}, then the login. */
  private void authentication(int at) {
    int end = at;
    while (EximText.isName(text.at(end))) {
      end++;
    }
    if (end == at || end == text.end()) {
      return;
    }
    authenticator = text.text(at, end, words);
    if (text.at(end) == ' ') {
      cursor.at = end;
      beforeSize();
    } else if (text.at(end) == ':') {
      login(end + 1);
    }
  }

  /** Each place where the login may end: MAIL AUTH behind it may hold anything, a size too. */
  private void login(int from) {
    EximLogin found = EximLogin.read(text, from, from, cursor, words);
    while (found != null && steps++ <= MOST_STEPS) {
      login = found;
      cursor.at = found.end();
      beforeSize();
      int next = found.next();
      found = next < 0 ? null : EximLogin.read(text, from, next, cursor, words);
    }
    login = EximLogin.NONE;
  }

  private void beforeSize() {
    while (cursor.flag(PER_RECIPIENT) || cursor.flag(CHUNKING) || cursor.skip(PROXY)) {
      // Nothing that a record keeps.
    }
    if (!cursor.digits(SIZE)) {
      return;
    }
    long size = cursor.number();
    int sizeEnd = cursor.at;
    EximArrivalRest rest = EximArrivalRest.read(cursor, text);
    if (rest != null && rest.inQuotes() && behindHelo) {
      readings.leaveOut();
    } else if (rest != null) {
      readings.end(login.hasColon());
      found(size, rest, EximText.arrivalIn(text, senderEnd, sizeEnd));
    }
  }

  /**
   * What a reading says.
   *
   * @param arrival where another one stands before the size, or -1
   */
  private void found(long size, EximArrivalRest rest, int arrival) {
    // "P=esmtpsa": Exim itself says by its 'a' that somebody has authenticated (RFC 3848).
    boolean says = client != null && AUTHENTICATED.contains(protocol);
    if (says && authenticator == null && arrival < 0) {
      return;
    }
    if (arrival >= 0 || !login.isClear() || rest.hasField()) {
      unclear(rest.torn(), arrival);
      return;
    }
    readings.add(
        rest.torn(),
        new EximArrival(
            sender,
            reference,
            clientName,
            helo,
            client,
            clientPort,
            localPort,
            ident,
            protocol,
            tls,
            authenticator,
            login.user(),
            login.userBeforeColon(),
            size,
            rest.messageId(),
            rest.subject(),
            rest.recipients(),
            authenticator != null,
            false));
  }

  /** The head is sure, unless another line's may begin before the client. */
  private void unclear(boolean isTorn, int arrival) {
    String before = arrival < 0 ? login.userBeforeColon() : null;
    boolean authenticated = authenticator != null && arrival < 0;
    if (client == null || arrival >= 0 && arrival < clientEnd) {
      readings.addUnclear(isTorn);
    } else {
      readings.add(
          isTorn,
          EximArrival.head(sender, reference, clientName, helo, client, before, authenticated));
    }
  }
}
