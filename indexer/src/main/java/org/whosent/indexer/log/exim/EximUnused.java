package org.whosent.indexer.log.exim;

import java.util.List;
import java.util.stream.Stream;
import org.whosent.indexer.log.text.Beginnings;
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
              "Message is frozen", // of exim -R and -S
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
              "ETRN ",
              "ident ",
              "queue run: ",
              "ACL for ",
              "ACL \"warn\" ",
              "ALPN unusable ",
              "ARC: ",
              "Abandon queue run: ",
              "Attempt to ",
              "Bad db record ",
              "Bad expansion ",
              "CNAME loop ",
              "Couldn't ",
              "DANE ",
              "DCC: ",
              "EHLO/HELO response ",
              "End '",
              "Error ",
              "Expansion of ",
              "Header modification ",
              "Long ",
              "Lookup module ",
              "MIME acl ",
              "More than one path ",
              "OCSP ",
              "PRDR ",
              "Process ",
              "Received TLS ",
              "Required TLS ",
              "Rewrite of ",
              "SA: ",
              "SIGSEGV ",
              "SNI unusable ",
              "SSL channel ",
              "SSL verify ",
              "SSL_write",
              "Sender ",
              "Server certificate ",
              "Setting IPV6_V6ONLY ",
              "Spool ",
              "Start '",
              "Stat failed ",
              "TLS ALPN ",
              "TLS error ",
              "TLS session",
              "Tainted ",
              "VRFY failed ",
              "WARNING: obsolete ",
              "Wrong ownership ",
              "attempt to ",
              "bad value ",
              "bind of [",
              "callout transport ",
              "cannot accept ",
              "configured error code ",
              "could not stat ",
              "debugging Exim ",
              "delivery setrlimit",
              "dns_again_means_nonexist ",
              "dnssec fail ",
              "expansion of ",
              "failure to ",
              "fork of process ",
              "getrlimit(",
              "getsockname() ",
              "getsockopt() ",
              "internal ",
              "invalid ",
              "listen backlog ",
              "local_scan() ",
              "log directory ",
              "log_reject_target ",
              "lowest numbered MX record points to local host: ",
              "mime_regex ",
              "no @ found ",
              "notify triggered ",
              "overlong message ",
              "partial matching ",
              "peer close ",
              "process ",
              "qualify/rewrite: ",
              "readsock ",
              "redirection process ",
              "regex acl ",
              "remote delivery ",
              "remote host address is the local host: ",
              "responsible-mailbox ",
              "rewrite rule ",
              "rewrite: ",
              "ridiculously long ",
              "routing loop ",
              "setrlimit(",
              "setsockopt(",
              "shadow transport ",
              "signing",
              "smtp-wait ",
              "socket bind() ",
              "socks auth ",
              "spool directory ",
              "spoolfile error ",
              "tainted search ",
              "temporarily refused ",
              "timed out ",
              "tls_verify_certificates ",
              "too many ",
              "unexpected ",
              "unknown item ",
              "unknown log ",
              "unknown named",
              "unlink(",
              "unqualified ",
              "ignoring AUTH=",
              "U=",
              "["));

  /** Behind a name of the site's: a transport's, a router's, an authenticator's. */
  private static final List<byte[]> KNOWN_BEHIND_NAME =
      Stream.of(
              " authenticator failed H=", // as a client
              " authenticator cancelled authentication H=",
              " transport process ",
              " router: ",
              " router failed to expand ",
              " spamd: ")
          .map(LineBytes::word)
          .toList();

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
              "failure to ", // of DMARC
              "PRDR ",
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
              "=> blackhole (",
              "=> discarded (",
              "** mua_wrapper ",
              "ARC: ",
              "Abandon ",
              "Attempt to ",
              "CNAME loop ",
              "Could not ",
              "Couldn't ",
              "DANE ",
              "Delivery deferred ",
              "Delivery status ",
              "Expansion of ",
              "Failed ",
              "Format error ",
              "Header modification ",
              "Long ",
              "Message abandoned: ",
              "Message removed ",
              "Received TLS ",
              "Required TLS ",
              "Rewrite of ",
              "SA: ",
              "SSL verify ",
              "SSL_write",
              "Server certificate ",
              "Spool ",
              "attempt to ",
              "bad ",
              "dnssec fail ",
              "expansion of ",
              "internal ",
              "invalid ",
              "link(",
              "local_scan() ",
              "original recipients ",
              "overlong message ",
              "process ",
              "qualify/rewrite: ",
              "remote delivery ",
              "rescind the above ",
              "rewrite: ",
              "ridiculously long ",
              "routing loop ",
              "signing",
              "smtp-wait ",
              "spoolfile error ",
              "tainted ",
              "timed out ",
              "too many ",
              "unlink(",
              "unqualified ",
              "U=",
              "["));

  private static final byte[] QUOTE = LineBytes.word("\"");

  /** {@code "address" from env-from rewritten as "address" by rule 1}: the log selector. */
  private static final byte[] REWRITTEN = LineBytes.word(" rewritten as \"");

  /** {@code <address>: name transport output: text}, of log_output: the first line of it. */
  private static final byte[] PATH = LineBytes.word("<");

  private static final byte[] OUTPUT = LineBytes.word(" transport output: ");

  private static final byte[] COMPLETED = LineBytes.word("Completed");
  private static final byte[] IGNORED = LineBytes.word(": error ignored");
  private static final byte[] IGNORED_BY_DSN =
      LineBytes.word(": error ignored: RFC 3461 DSN, failure notify not requested");

  /** The queue ID stands before it once more. */
  private static final byte[] NO_RECIPIENTS = LineBytes.word(" no recipients found in headers");

  /** {@code NAME [ADDRESS] Connection refused}, before Exim 4.8x wrote {@code H=} there. */
  private static final List<byte[]> OF_THE_NEXT_HOP =
      Stream.of("refused", "timed out", "unreachable", "route to host", "reset by peer", "down")
          .map(LineBytes::word)
          .toList();

  private static final byte[] ADDRESS = LineBytes.word(" [");

  private static final byte[] OF_CLIENT = LineBytes.word("H=");

  private EximUnused() {}

  /** True for a line without a queue ID that is known to be of no use. */
  static boolean isKnown(LineBytes line, int start) {
    return KNOWN.begin(line, start)
        || line.startsWith(OF_CLIENT, start)
        || isRewriting(line, start);
  }

  /** The same behind a queue ID. */
  static boolean isKnownOfMessage(LineBytes line, int start) {
    return KNOWN_OF_MESSAGE.begin(line, start)
        || line.endsWith(IGNORED, start)
        || line.endsWith(IGNORED_BY_DSN, start)
        || line.endsWith(NO_RECIPIENTS, start)
        || isRewriting(line, start)
        || line.startsWith(PATH, start) && line.indexOf(OUTPUT, start) > 0
        || isKnownBehindName(line, start);
  }

  private static boolean isRewriting(LineBytes line, int start) {
    return line.startsWith(QUOTE, start) && line.indexOf(REWRITTEN, start) > 0;
  }

  private static boolean isKnownBehindName(LineBytes line, int start) {
    int at = EximText.nameEnd(line, start);
    for (byte[] words : KNOWN_BEHIND_NAME) {
      if (at > start && line.startsWith(words, at)) {
        return true;
      }
    }
    return at > start
        && line.startsWith(ADDRESS, at)
        && OF_THE_NEXT_HOP.stream().anyMatch(words -> line.endsWith(words, at));
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
