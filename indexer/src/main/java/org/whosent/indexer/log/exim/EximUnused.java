package org.whosent.indexer.log.exim;

import java.util.List;
import org.whosent.indexer.log.text.LineBytes;

/**
 * Exim's lines that a record has no use for, and what tells a line as Exim's. Such a line is known
 * by its beginning, which is Exim's own: what strangers say stands behind it. Stateless.
 */
final class EximUnused {
  /** Beginnings of lines without a queue ID. */
  private static final Beginnings KNOWN =
      new Beginnings(
          List.of(
              "no host name found for IP address ",
              "no IP address found for host ",
              "SMTP connection ",
              "no MAIL in ",
              "no immediate delivery: ",
              "Start queue run: ",
              "End queue run: ",
              "exim ",
              "cwd=",
              "TLS error on ",
              "TLS session: ",
              "TLS client disconnected ",
              "unexpected disconnection ",
              "SMTP protocol ",
              "SMTP syntax error ",
              "SMTP command timeout ",
              "SMTP data timeout ",
              "SMTP call from ",
              "SMTP VRFY ",
              "SMTP EXPN ",
              "connection from ",
              "Connection from ",
              "refused connection ",
              "rejected connection ",
              "host name alias list truncated ",
              "list matching forced to fail: ",
              "lost ",
              "pid ",
              "DNS list lookup ",
              "dnslist ",
              "DKIM: ",
              "DKIM ",
              "daemon ",
              "SIGHUP ",
              "Warning: ",
              "failed to ",
              "Failed ",
              "unable to ",
              "too many connections ",
              "ETRN ",
              "ident ",
              "queue run: ",
              "ignoring AUTH=",
              "U=",
              "["));

  /** Of these, the ones that no other program with such a time stamp would write. */
  private static final Beginnings SURE =
      new Beginnings(
          List.of(
              "no host name found for IP address ",
              "Start queue run: pid=",
              "End queue run: pid=",
              "SMTP connection from ",
              "cwd=",
              "H="));

  /** Beginnings behind a queue ID. */
  private static final Beginnings KNOWN_OF_MESSAGE =
      new Beginnings(
          List.of(
              "*> ",
              "Message is frozen",
              "*** frozen ",
              "unfrozen by ",
              "recipient <", // -Mar, -Mmd, -Mmad
              "address <",
              "Tainted ",
              "User 0 set for ",
              "From: header (rewritten was: ", // cPanel
              "lowest numbered MX record ",
              "all relevant MX records ",
              "no host name found for IP address ",
              "Connection timed out",
              "Connection refused",
              "Frozen",
              "frozen ",
              "Unfrozen ",
              "Spool file ",
              "appendfile transport ",
              "pipe transport ",
              "unable to ",
              "failed to ",
              "H=",
              "removed by ",
              "cancelled by ",
              "Error ",
              "error ",
              "SMTP ",
              "LMTP ",
              "DKIM: ",
              "DKIM ",
              "DMARC",
              "SPF",
              "Remote host ",
              "remote host ",
              "no immediate delivery",
              "no recipients ",
              "Warning: ",
              "retry ",
              "TLS error ",
              "TLS session",
              "Original recipients ",
              "malware ",
              "spam ",
              "sender address ",
              "discarded ",
              "moved to ",
              "no IP address ",
              "Sender identification ", // cPanel
              "SpamAssassin: ",
              "U=",
              "["));

  private static final byte[] COMPLETED = LineBytes.word("Completed");
  private static final byte[] IGNORED = LineBytes.word(": error ignored");
  private static final byte[] OF_CLIENT = LineBytes.word("H=");

  private EximUnused() {}

  /** True for a line without a queue ID that is known to be of no use. */
  static boolean isKnown(LineBytes line, int start) {
    return KNOWN.begin(line, start) || line.startsWith(OF_CLIENT, start);
  }

  /** The same behind a queue ID. */
  static boolean isKnownOfMessage(LineBytes line, int start) {
    return KNOWN_OF_MESSAGE.begin(line, start) || line.endsWith(IGNORED, start);
  }

  /** True for a line that nothing but Exim writes. */
  static boolean isSurelyExim(EximFraming framed) {
    LineBytes line = framed.line();
    int start = framed.start();
    if (framed.id() == null) {
      return SURE.begin(line, start) || EximReader.isFailedLogin(line, start);
    }
    return framed.mark() != null
        || line.startsWith(COMPLETED, start)
        || KNOWN_OF_MESSAGE.begin(line, start);
  }
}
