package org.whosent.indexer.log;

import java.util.List;

/** The lines of Postfix that are known and of which a record has no use. Stateless. */
final class PostfixUnused {
  /** Beginnings of lines that Postfix writes and a record has no use for. */
  private static final List<String> KNOWN =
      List.of(
          "warning: ",
          "error: ",
          "fatal: ",
          "panic: ",
          "info: ",
          "statistics: ",
          "connect to ",
          "lost connection ",
          "timeout after ",
          "too many errors ",
          "improper command pipelining ",
          "SSL_accept error ",
          "setting up TLS connection ",
          "initializing ",
          "daemon started ",
          "reload ",
          "refreshing ",
          "starting the Postfix",
          "stopping the Postfix",
          "terminating ",
          "mynetworks",
          "hostname ",
          "name_mask",
          "match_",
          "table ",
          "using backwards-compatible ",
          "NOQUEUE: ",
          "proxy-accept: ",
          "proxy-reject: ",
          "cache ",
          "CONNECT ",
          "PASS ",
          "DISCONNECT ",
          "PREGREET ",
          "DNSBL ",
          "HANGUP ",
          "WHITELIST",
          "ALLOWLIST",
          "BLACKLISTED ",
          "DENYLISTED ",
          "COMMAND ",
          "NON-SMTP COMMAND ",
          "BARE NEWLINE ",
          "addr ",
          "Deleted: ",
          "Requeued: ",
          "Placed on hold: ",
          "Released from hold: ",
          "Expired: ",
          "Force-expired: ",
          "waiting for the Postfix mail system ",
          "bare <",
          "discarding EHLO keywords",
          "SASL authentication ",
          "sql plugin ", // Cyrus SASL's own words, as smtpd passes them on
          "sql_select ",
          "auxpropfunc ",
          "DIGEST-MD5 ",
          "CRAM-MD5 ",
          "Host offered STARTTLS: ",
          "Trusted: ",
          "Untrusted: ",
          "Verified: ",
          "abort all milters",
          "Anonymous TLS ",
          "Untrusted TLS ",
          "Trusted TLS ",
          "Verified TLS ",
          "TLS ",
          "SSL",
          "certificate ",
          "subject_CN=",
          "rewrite stream",
          "watchdog ",
          "the Postfix mail system",
          "to prevent this",
          "Compatibility",
          "postfix/",
          "delivery temporarily suspended");

  /** The same, after a queue ID. */
  private static final List<String> KNOWN_OF_MESSAGE =
      List.of(
          "host ",
          "SASL authentication ",
          "lost connection ",
          "conversation with ",
          "Server certificate ",
          "skipped, ",
          "breaking line ",
          "enabling PIX ",
          "disabling ",
          "resent-message-id=",
          "requeued",
          "expired",
          "placed on hold",
          "released from hold",
          "hold: ",
          "discard: ",
          "filter: ",
          "redirect: ",
          "replace: ",
          "prepend: ",
          "strip: ",
          "bcc: ",
          "delay: ",
          "info: ",
          "warning: ",
          "milter-",
          "reject: ",
          "reject_warning: ",
          "sender ",
          "postmaster ",
          "uses ",
          "SMTPUTF8 is required",
          "Cannot start TLS",
          "TLS ",
          "certificate ",
          "to=",
          "from=<",
          "pass: ",
          "passing ",
          "permit_action",
          "trigger ",
          "table ",
          "flush ",
          "moved to",
          "table");

  private PostfixUnused() {}

  /** True for a known line without a queue ID. */
  static boolean isKnown(String message) {
    return startsWithAny(message, KNOWN);
  }

  /** True for what is known behind a queue ID. */
  static boolean isKnownOfMessage(String rest) {
    return startsWithAny(rest, KNOWN_OF_MESSAGE);
  }

  private static boolean startsWithAny(String text, List<String> beginnings) {
    for (String beginning : beginnings) {
      if (text.startsWith(beginning)) {
        return true;
      }
    }
    return false;
  }
}
