package org.whosent.indexer.log.postfix;

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
          "Renamed to match ",
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

  /**
   * What daemons add when they are started with {@code -v}: whole dialogues, lookups, what they
   * tell each other. It says nothing that their usual lines do not, and holds what clients typed.
   */
  private static final List<String> VERBOSE =
      List.of(
          "> ",
          "< ",
          ">>> ",
          "input attribute ",
          "send attr ",
          "private/",
          "public/",
          "smtp_stream_setup: ",
          "smtp_get: ",
          "rewrite_clnt: ",
          "resolve_clnt: ",
          "ctable_locate: ",
          "maps_find: ",
          "mail_addr_find: ",
          "sasl_mech_filter: ",
          "generic_checks: ",
          "extract_addr: ",
          "smtpd_check_",
          "smtpd_acl_permit: ",
          "master_notify: ",
          "master disconnect",
          "permit_",
          "reject_",
          "fsspace: ",
          "before input_transp_cleanup: ",
          "after input_transp_cleanup: ",
          "xsasl_",
          "connection established",
          "connection closed",
          "unverified_",
          "unknown_",
          "process generation: ",
          "inet_addr_local: ",
          "dict_",
          "auto_clnt_",
          "proxymap stream",
          "Run-time linked ",
          "Compiled against ",
          "watchdog_");

  private PostfixUnused() {}

  /** True for a known line without a queue ID. */
  static boolean isKnown(String message) {
    return startsWithAny(message, KNOWN) || startsWithAny(message, VERBOSE);
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
