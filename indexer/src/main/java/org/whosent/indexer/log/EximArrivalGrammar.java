package org.whosent.indexer.log;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.whosent.record.Addresses;

/**
 * The fields behind {@code <=}, in the order in which Exim 4.8x to 4.98 writes them ({@code
 * receive.c}):
 *
 * <pre>
 * sender [R=ref] [DS] [H=[name ][(helo) ][address][:port] [I=[address]:port] [TFO]] [U=ident] [P=protocol] [L]
 *   [X=cipher] [CV=] [DN="…"] [SNI=…] [A=authenticator[:login[:sender]]] [PRDR] [PRX=] [K] S=size [M8S=]
 *   [DKIM=] [ARC] [RT=] [Q=] [id[*]=message-id] [T="subject"] [from &lt;sender&gt;] [for recipient…]
 * </pre>
 *
 * <p>Strangers choose the HELO name (where helo_accept_junk_hosts lets them, with blanks), the
 * ident, a certificate's DN and what follows S=; Exim quotes none of the first three. So nothing is
 * searched for: every place where such a text may end is tried, what follows must then read to the
 * line's last character, and a line that reads in two ways is not read at all. A sender's quoted
 * local part ends by RFC 5321.
 *
 * <p>Known weak: a login that ends in {@code " K"} or {@code " PRDR"} is read without that (but
 * where another blank is in it, the line is not read); a login that holds a colon and an address
 * after it is not told from login and MAIL AUTH (+smtp_mailauth), which the client chooses, so the
 * message is there and names nobody.
 *
 * <p>For one line; not thread-safe.
 */
final class EximArrivalGrammar {
  /** Exim's own log line has at most 8192 bytes; octal and relays may add to it. */
  private static final int LONGEST = 65_536;

  private static final int MOST_STEPS = 1000;
  private static final int LONGEST_LOGIN = 1024;
  private static final int LONGEST_MESSAGE_ID = 2000;

  /** {@code receive.c} shows the first 100 bytes of a subject. */
  private static final int SUBJECT_SHOWN = 100;

  private static final Set<String> AUTHENTICATED =
      Set.of("esmtpa", "esmtpsa", "utf8esmtpa", "utf8esmtpsa");
  private static final String CONNECTION_ID = " Ci=";
  private static final Pattern FIELD = Pattern.compile("S=[0-9]+");

  private final String text;
  private final int start;
  private final Words words;
  private int steps;
  private EximArrival found;

  /**
   * It reads in two ways, or in one that does not say whose mail it is. The latter is not just
   * passed over: it may be the true one, and what a stranger made up the only one left.
   */
  private boolean unclear;

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
  private String login;
  private boolean loginUnclear;

  /**
   * For one line.
   *
   * @param text the line
   * @param start behind {@code "<= "}
   */
  EximArrivalGrammar(String text, int start, Words words) {
    this.text = text;
    this.start = start;
    this.words = words;
  }

  /** The one reading, or null. */
  EximArrival read() {
    boolean none = text.startsWith("<>", start);
    int end = none ? start + 2 : EximText.addressEnd(text, start, ' ');
    if (end < 0 || text.length() - start > LONGEST) {
      return null;
    }
    sender = none ? "" : words.of(text, start, end);
    EximCursor cursor = new EximCursor(text, end);
    reference = cursor.value(" R=");
    hostFlags(cursor);
    if (text.startsWith(" H=", cursor.at)) {
      host(cursor.at + 3);
    } else {
      ident(cursor.at);
    }
    return unclear || steps > MOST_STEPS ? null : found;
  }

  private void hostFlags(EximCursor cursor) {
    while (cursor.flag(" DS")
        || cursor.flag(" TFO")
        || cursor.flag(" TFO*")
        || cursor.digits(" Ci=") != null) {
      // Nothing that a record keeps.
    }
  }

  /** {@code sender_fullhost} of {@code host.c}. */
  private void host(int at) {
    int open = at;
    clientName = null;
    helo = null;
    if (!text.startsWith("(", at) && !text.startsWith("[", at)) {
      open = text.indexOf(' ', at) + 1;
      if (open <= at + 1 || !isHostName(text, at, open - 1)) {
        return;
      }
      clientName = words.of(text, at, open - 1);
    }
    if (text.startsWith("[", open)) {
      address(open);
    } else if (text.startsWith("(", open)) {
      int close = text.indexOf(") [", open);
      while (close >= 0 && steps++ <= MOST_STEPS) {
        helo = text.substring(open + 1, close);
        address(close + 2);
        close = text.indexOf(") [", close + 1);
      }
    }
  }

  private static boolean isHostName(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (!Character.isLetterOrDigit(c) && c != '.' && c != '-' && c != '_' && c != '/') {
        return false;
      }
    }
    return true;
  }

  private void address(int at) {
    int close = text.indexOf(']', at);
    if (close < 0 || close - at > 64) {
      return;
    }
    String literal = words.of(text, at + 1, close);
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
    EximCursor cursor = new EximCursor(text, at);
    clientPort = port(cursor.digits(":"));
    localPort = null;
    hostFlags(cursor);
    String local = cursor.value(" I=");
    if (local != null) {
      int colon = local.lastIndexOf("]:");
      localPort = colon < 0 ? null : port(local.substring(colon + 2));
    }
    hostFlags(cursor);
    ident(cursor.at);
    client = null;
    clientPort = null;
    localPort = null;
  }

  private static Integer port(String digits) {
    if (digits == null || digits.length() > 5) {
      return null;
    }
    int port = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      port = port * 10 + digit;
    }
    return port < 1 || port > 65535 ? null : port;
  }

  private void ident(int at) {
    ident = null;
    if (!text.startsWith(" U=", at)) {
      protocol(at);
      return;
    }
    int end = text.indexOf(" P=", at + 3);
    while (end >= 0 && steps++ <= MOST_STEPS) {
      ident = text.substring(at + 3, identEnd(at + 3, end));
      protocol(end);
      end = text.indexOf(" P=", end + 1);
    }
    ident = null;
  }

  /** Before the {@code " Ci=123"} of +connection_id, which 4.98 writes behind the ident. */
  private int identEnd(int from, int end) {
    int at = end;
    while (at > from && text.charAt(at - 1) >= '0' && text.charAt(at - 1) <= '9') {
      at--;
    }
    int id = at - CONNECTION_ID.length();
    return at < end && id > from && text.startsWith(CONNECTION_ID, id) ? id : end;
  }

  private void protocol(int at) {
    EximCursor cursor = new EximCursor(text, at);
    protocol = cursor.value(" P=", words);
    tls = null;
    if (protocol != null) {
      session(cursor.at);
    }
  }

  /** TLS and its like, in any order. */
  private void session(int at) {
    EximCursor cursor = new EximCursor(text, at);
    while (true) {
      if (text.startsWith(" DN=\"", cursor.at) || text.startsWith(" SNI=\"", cursor.at)) {
        // Not escaped: a quote in a certificate's name may be its end or not.
        int end = text.indexOf('"', text.indexOf('"', cursor.at) + 1);
        String before = tls;
        while (end >= 0 && steps++ <= MOST_STEPS) {
          if (end + 1 == text.length() || text.charAt(end + 1) == ' ') {
            session(end + 1);
            tls = before;
          }
          end = text.indexOf('"', end + 1);
        }
        return;
      }
      String cipher = cursor.value(" X=", words);
      if (cipher != null) {
        tls = cipher;
      } else if (cursor.value(" CV=") == null
          && cursor.value(" SNI=") == null
          && cursor.digits(" Ci=") == null
          && !pipelining(cursor)) {
        break;
      }
    }
    authenticator = null;
    login = null;
    if (cursor.take(" A=")) {
      authentication(cursor.at);
    } else {
      beforeSize(cursor);
    }
  }

  private static boolean pipelining(EximCursor cursor) {
    return cursor.flag(" L")
        || cursor.flag(" L-")
        || cursor.flag(" L*")
        || cursor.flag(" L.")
        || cursor.flag(" L*-")
        || cursor.flag(" L.-");
  }

  /** {@code A=authenticator}, then the login: everything up to the first thing like a size. */
  private void authentication(int at) {
    int end = at;
    while (end < text.length() && isName(text.charAt(end))) {
      end++;
    }
    if (end == at || end == text.length()) {
      return;
    }
    authenticator = words.of(text, at, end);
    if (text.charAt(end) == ' ') {
      beforeSize(new EximCursor(text, end));
      return;
    }
    if (text.charAt(end) != ':') {
      return;
    }
    int from = end + 1;
    int size = sizeFrom(from);
    if (size < 0) {
      return;
    }
    int to = size;
    boolean shortened = false;
    int blank = text.indexOf(' ', from); // what may have to go begins with one
    for (int before = -1; before != to && blank < to; ) {
      before = to;
      for (String flag : List.of(" K", " PRDR")) {
        if (to - flag.length() > from && text.startsWith(flag, to - flag.length())) {
          to -= flag.length();
          shortened = true;
        }
      }
      int proxy = text.lastIndexOf(" PRX=", to - 1);
      if (proxy > from && Addresses.parse(text.substring(proxy + 5, to)).isPresent()) {
        to = proxy;
      }
    }
    String logged = words.of(text, from, Math.max(from, to));
    int colon = logged.indexOf(':');
    boolean mailAuth = colon >= 0 && logged.indexOf('@', colon) > 0;
    loginUnclear =
        logged.isEmpty()
            || logged.length() > LONGEST_LOGIN
            || shortened && logged.indexOf(' ') >= 0;
    login = mailAuth ? null : EximText.login(logged);
    beforeSize(new EximCursor(text, Math.max(from, to)));
    loginUnclear = false;
  }

  /** The first {@code " S=123"}. */
  private int sizeFrom(int from) {
    int at = text.indexOf(" S=", from);
    while (at >= 0) {
      if (new EximCursor(text, at).digits(" S=") != null) {
        return at;
      }
      at = text.indexOf(" S=", at + 1);
    }
    return -1;
  }

  private static boolean isName(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '_'
        || c == '-'
        || c == '.';
  }

  private void beforeSize(EximCursor cursor) {
    while (cursor.flag(" PRDR")
        || cursor.flag(" K")
        || cursor.digits(" Ci=") != null
        || cursor.value(" PRX=") != null) {
      // Nothing that a record keeps.
    }
    String size = cursor.digits(" S=");
    if (size == null) {
      return;
    }
    while (cursor.digits(" M8S=") != null
        || cursor.value(" DKIM=") != null
        || cursor.flag(" ARC")
        || cursor.value(" RT=") != null
        || cursor.digits(" Ci=") != null
        || cursor.value(" Q=") != null) {
      // Nothing that a record keeps.
    }
    String messageId = null;
    if (cursor.take(" id=") || cursor.take(" id*=")) { // "*": Exim made it (+msg_id_created)
      int end = EximText.addressEnd(text, cursor.at, ' ');
      if (end < 0) {
        return;
      }
      messageId = text.substring(cursor.at, end);
      cursor.at = end;
    }
    String subject = cursor.quoted(" T=");
    cursor.path(" from ");
    List<String> recipients = List.of();
    if (cursor.take(" for ")) {
      recipients = recipients(cursor.at);
    } else if (!cursor.atEnd()) {
      return;
    }
    if (recipients != null) {
      found(Long.parseLong(size), messageId, subject, recipients);
    }
  }

  /** The addresses up to the line's end; null when that is not what stands there. */
  private List<String> recipients(int from) {
    List<String> recipients = new ArrayList<>();
    int at = from;
    while (true) {
      int end = EximText.addressEnd(text, at, ' ');
      if (end < 0) {
        return null;
      }
      recipients.add(text.substring(at, end));
      if (end == text.length()) {
        return recipients;
      }
      at = end + 1;
    }
  }

  /** The subject as it was; null where it may have been cut. */
  private static String shown(String quoted) {
    if (quoted == null || quoted.isEmpty()) {
      return null;
    }
    if (EximText.isBare(quoted)) {
      return quoted.length() >= SUBJECT_SHOWN ? null : quoted;
    }
    byte[] bytes = EximText.unquoted(quoted);
    return bytes.length == 0 || bytes.length >= SUBJECT_SHOWN ? null : EximText.shown(bytes);
  }

  private static boolean hasField(List<String> recipients) {
    for (String recipient : recipients) {
      if (recipient.startsWith("S=") && FIELD.matcher(recipient).matches()) {
        return true;
      }
    }
    return false;
  }

  private void found(long size, String messageId, String subject, List<String> recipients) {
    // "P=esmtpsa": Exim itself says by its 'a' that somebody has authenticated (RFC 3848).
    boolean says = client != null && AUTHENTICATED.contains(protocol);
    if (says && authenticator == null) {
      return;
    }
    // A field where a recipient should be: a login that itself held " S=1 for ".
    unclear |= loginUnclear || hasField(recipients);
    EximArrival reading =
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
            login,
            size,
            messageId == null || messageId.length() > LONGEST_MESSAGE_ID
                ? null
                : "<" + messageId + ">",
            shown(subject),
            recipients);
    if (found != null && !found.equals(reading)) {
      unclear = true;
    }
    found = reading;
  }
}
