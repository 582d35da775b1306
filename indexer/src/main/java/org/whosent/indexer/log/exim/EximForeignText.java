package org.whosent.indexer.log.exim;

import java.nio.charset.StandardCharsets;
import org.whosent.indexer.log.LookAhead;
import org.whosent.indexer.log.text.LineBytes;

/**
 * Which lines of Exim's own file a stranger may have written. Exim (4.94 to 4.100) writes some
 * texts of strangers with the line feeds in them, and so whole lines of theirs:
 *
 * <ul>
 *   <li>the protocols that a TLS client offers (ALPN; 4.98 and Debian's 4.96, {@code
 *       tls-openssl.c}, {@code tls-gnu.c}), with any selector and without a login;
 *   <li>{@code i=} of a DKIM signature, which need not verify (+dkim_verbose; {@code dkim.c},
 *       {@code pdkim.c} decode {@code =0A} in it);
 *   <li>the directory from which a local account calls {@code sendmail} (+arguments; {@code
 *       exim.c});
 *   <li>recipients among that call's arguments (+received_recipients; {@code receive.c}), in quotes
 *       that do not end in their line, so that the arrival does not read;
 *   <li>what a local account's own filter file ({@code .forward} of Exim's kind) names as a
 *       command, a file or an address, or has wrong (seen with 4.96, with any selector; {@code
 *       deliver.c}, string_log_address, {@code filter.c});
 *   <li>{@code log_message} (or {@code message}) of the site's own ACLs, where the ACL discards a
 *       whole message, refuses one that was not sent by SMTP, or speaks of one recipient ({@code
 *       acl_smtp_data_prdr}; 4.96, {@code receive.c}), if it repeats a subject whose encoded words
 *       hold line feeds, or the like.
 * </ul>
 *
 * <p>{@link EximClientText} is about what comes behind such a line. Strangers' programs offer Exim
 * protocols by the way, and so of a line about them what stands behind it is looked at: it doubts
 * what is before the last line that may be its end. Known weak: somebody who makes the first line
 * of such a text look whole ({@code DKIM: … [verification succeeded]}, {@code => |x <a@b> R=… T=…})
 * is only noticed with ALPN and ACLs, where no line is believed to be; the others stand in logs too
 * often. Of an ACL's text about a message, the end is before the one line with which the same
 * process goes on about it. What an ACL says that discards a recipient ({@code RCPT … discarded by
 * RCPT ACL: …}) is believed to be one line: of it, nothing tells the end.
 *
 * <p>Stateless, thread-safe.
 */
final class EximForeignText {
  /** What to set against MAIL AUTH. */
  static final String MAIL_AUTH =
      "leave smtp_mailauth out of log_selector (-smtp_mailauth behind +all), or set"
          + " acl_smtp_mailauth = deny";

  private static final byte[] PROTOCOLS = LineBytes.word("TLS ALPN (");
  private static final byte[] TLS_ERROR = LineBytes.word("TLS error on connection from ");
  private static final byte[] BAD_PROTOCOLS = LineBytes.word("Bad ALPN presented (");
  private static final byte[] DIRECTORY = LineBytes.word("cwd=");
  private static final byte[] ARGUMENTS = LineBytes.word(" args:");
  private static final byte[] SIGNATURE = LineBytes.word("DKIM: d=");
  private static final byte[] ROUTER = LineBytes.word(" R=");
  private static final byte[] TRANSPORT = LineBytes.word(" T=");
  private static final byte[] REASON = LineBytes.word(": ");
  private static final byte[] SKIPPED_ERROR = LineBytes.word(" router: skipped error: ");
  private static final String FILTERS =
      "leave allow_filter out of the routers that read a file of the account's own";
  private static final byte[] NOBODY = LineBytes.word("<>");
  private static final byte[] IDENT = LineBytes.word(" U=");

  /** What an ACL had to say. */
  private static final byte[] BLACKHOLE = LineBytes.word("=> blackhole (");

  private static final byte[] DISCARDED = LineBytes.word(" ACL discarded recipients): ");
  private static final byte[] OF_RECIPIENT = LineBytes.word("PRDR ");
  private static final byte[] OF_RECIPIENT_BY_EXIM = LineBytes.word("PRDR R=<");
  private static final byte[] OF_SENDER = LineBytes.word("F=<");
  private static final String ACLS =
      "let ACLs log by logwrite, and not by log_message, where they discard, in acl_not_smtp and in"
          + " acl_smtp_data_prdr";

  /** No text goes on for longer; behind it stands what its process says next. */
  private static final int BEHIND = 1024;

  /** How far a text may go on where nothing tells. */
  static final int WHOLE_ENTRY = Integer.MAX_VALUE;

  /** The same where that will show. */
  static final int UNDECIDED = -1;

  /** How an entry ends that is too long. */
  private static final String OVERFLOWED = "**** log string overflowed log buffer ****";

  private EximForeignText() {}

  /**
   * What to set in Exim, where the end of a line may be a stranger's line feed; null where it is
   * none.
   *
   * @param ofMessage its time stamp has a message's ID behind it
   * @param mark behind that ID, or null
   */
  static String remedy(LineBytes line, int start, boolean ofMessage, String mark) {
    byte first = line.at(start);
    if (mark != null) {
      boolean arrival = first == '<' || first == '(';
      return arrival ? null : isDiscarded(line, start) ? ACLS : ofRecipient(line, start);
    }
    if (ofMessage) {
      if (line.startsWith(OF_SENDER, start) || isOfRecipient(line, start)) {
        return ACLS;
      }
      if (first == 'D' && line.startsWith(SIGNATURE, start) && line.at(line.end() - 1) != ']') {
        return "leave dkim_verbose out of log_selector (-dkim_verbose behind +all)";
      }
      return line.startsWith(SKIPPED_ERROR, EximText.nameEnd(line, start)) ? FILTERS : null;
    }
    if (first == 'T') {
      boolean ofProtocols =
          line.startsWith(PROTOCOLS, start)
              || line.startsWith(TLS_ERROR, start) && line.indexOf(BAD_PROTOCOLS, start) > 0;
      return ofProtocols ? "set 'tls_alpn =', with nothing behind it" : null;
    }
    return first == 'c' && line.startsWith(DIRECTORY, start) && line.indexOf(ARGUMENTS, start) < 0
        ? "leave arguments out of log_selector (-arguments behind +all)"
        : null;
  }

  /** Behind every address Exim writes what became of it; it does not escape what is in it. */
  private static String ofRecipient(LineBytes line, int start) {
    boolean whole =
        line.indexOf(ROUTER, start) >= 0
            || line.indexOf(TRANSPORT, start) >= 0
            || line.indexOf(REASON, start) >= 0
            || EximUnused.isKnownOfMessage(line, start);
    return whole ? null : FILTERS;
  }

  private static boolean isDiscarded(LineBytes line, int start) {
    return line.startsWith(BLACKHOLE, start) && line.indexOf(DISCARDED, start) > 0;
  }

  /** Of a message that is being received. */
  private static boolean isOfRecipient(LineBytes line, int start) {
    return line.startsWith(OF_RECIPIENT, start) && !line.startsWith(OF_RECIPIENT_BY_EXIM, start);
  }

  /**
   * How many bytes behind a line that has a {@link #remedy} may be of its entry, as far as what
   * stands there tells.
   *
   * @param length of the line, in bytes without the line feed
   * @return {@link #UNDECIDED} where that is not there yet
   */
  static int reach(EximFraming framing, int length, LookAhead ahead) {
    LineBytes line = framing.line();
    int start = framing.start();
    boolean offer = framing.id() == null && isOffer(line, start);
    String next = offer ? null : next(framing.id(), line, start);
    boolean tells = framing.host().isEmpty() && (offer || next != null);
    if (!tells || ahead == LookAhead.NONE) {
      return WHOLE_ENTRY;
    }
    int left = EximClientText.ENTRY - (length + 1) + (offer ? 0 : BEHIND);
    byte[] behind = ahead.behind(Math.max(0, left));
    if (behind == null) {
      return UNDECIDED;
    }
    String text = new String(behind, StandardCharsets.ISO_8859_1);
    return offer ? reachOfOffer(line, start, text) : before(text, next);
  }

  /** What the process that wrote the line writes next of its message; null where nothing tells. */
  private static String next(String id, LineBytes line, int start) {
    if (id == null) {
      return null;
    }
    return isDiscarded(line, start)
        ? " " + id + " Completed\n"
        : isOfRecipient(line, start) ? " " + id + " <= " : null;
  }

  /**
   * Exim says it once. Who guesses the ID that his message will have, and puts that line into the
   * text, makes two of them.
   */
  private static int before(String text, String next) {
    int at = text.indexOf(next);
    boolean once = at >= 0 && text.indexOf(next, at + 1) < 0;
    return once ? text.lastIndexOf('\n', at) + 1 : WHOLE_ENTRY;
  }

  /** True for a line about ALPN, which tells by what stands behind it how far it may go on. */
  private static boolean isOffer(LineBytes line, int start) {
    return line.startsWith(PROTOCOLS, start) || line.startsWith(TLS_ERROR, start);
  }

  /**
   * How many bytes behind the line may be of the same entry: up to the last line that ends as the
   * entry would. Line ends count one byte, as with {@link EximClientText#line}.
   *
   * @param line of an offer
   * @param text as many bytes as may be
   * @return none for a whole entry; the most where it is none, and no end is there
   */
  private static int reachOfOffer(LineBytes line, int start, String text) {
    String end = line.startsWith(PROTOCOLS, start) ? ") rejected" : ")";
    int reach = 0;
    int read = 0;
    for (int from = 0, to; (to = text.indexOf('\n', from)) >= 0; from = to + 1) {
      int last = to > from && text.charAt(to - 1) == '\r' ? to - 1 : to; // copied so
      String each = text.substring(from, last);
      read += each.length() + 1;
      reach = each.endsWith(end) || each.endsWith(OVERFLOWED) ? read : reach;
    }
    boolean whole = line.text(start, line.end()).endsWith(end);
    return whole || reach > 0 ? reach : WHOLE_ENTRY;
  }

  /**
   * True for an arrival that does not read, of a local account: those of clients name the host
   * first, and an address in an SMTP command holds no line feed.
   *
   * @param start behind {@code "<= "}
   */
  static boolean mayGoOn(LineBytes arrival, int start) {
    boolean none = arrival.startsWith(NOBODY, start);
    int end = none ? start + 2 : EximText.addressEnd(arrival, start, ' ');
    return end < 0 || arrival.startsWith(IDENT, end);
  }
}
