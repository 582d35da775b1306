package org.whosent.indexer.log.postfix;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.text.Beginnings;

/** The lines of Postfix that are known and of which a record has no use. Stateless. */
final class PostfixUnused {
  /** Beginnings of lines that Postfix writes and a record has no use for. */
  private static final Beginnings KNOWN =
      new Beginnings(
          List.of(
              "warning: ",
              "error: ",
              "fatal: ",
              "panic: ",
              "info: ",
              "statistics: ",
              "sane_link(",
              "sane_rename(",
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
              "sql plugin", // Cyrus SASL's own words, as smtpd passes them on
              "sql auxprop plugin ",
              "begin transaction",
              "commit transaction",
              "sql_select ",
              "auxpropfunc ",
              "_sasl_plugin_load ",
              "ldapdb_canonuser_plug_init() ",
              "unable to open Berkeley db ",
              "OTP unavailable ",
              "looking for plugins ",
              "cannot load ",
              "DIGEST-MD5 ",
              "CRAM-MD5 ",
              "Host offered STARTTLS: ",
              "Trusted: ",
              "Untrusted: ",
              "Verified: ",
              "Unverified: ",
              "Peer verification: ",
              "Server certificate ",
              "server certificate ",
              "client certificate ",
              "TLSRPT: ",
              "entering STRESS mode ",
              "leaving STRESS mode ",
              "DATA without valid RCPT ",
              "BDAT without valid RCPT ",
              "close database ",
              "abort all milters",
              "Anonymous TLS ",
              "Untrusted TLS ",
              "Trusted TLS ",
              "Verified TLS ",
              "TLS ",
              "SSL",
              "certificate ",
              "verify error:num=", // TLS of Postfix 2.x
              "cert has expired",
              "Peer certificate could not be verified",
              "subject_CN=",
              "subject=", // of a client's certificate, from loglevel 2 on
              "issuer=",
              "rewrite stream",
              "watchdog ",
              "the Postfix mail system",
              "to prevent this",
              "Compatibility",
              "postfix/",
              "delivery temporarily suspended"));

  /** The same, after a queue ID. */
  private static final Beginnings KNOWN_OF_MESSAGE =
      new Beginnings(
          List.of(
              "host ",
              "SASL authentication ",
              "SASL [CACHED] authentication ",
              "lost connection ",
              "conversation with ",
              "Server certificate ",
              "skipped, ",
              "breaking line ",
              "enabling PIX ",
              "disabling ",
              "resent-message-id=",
              "requeued",
              "status=deferred (", // the bounce, or another notice, could not be made
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
              "warn: ", // WARN in an access table or of a policy service
              "warning: ",
              "milter-",
              "reject: ",
              "reject_warning: ",
              "sender ",
              "postmaster ",
              "not sending trace/success notification ",
              "uses ",
              "Used TLS for ",
              "SMTPUTF8 is required",
              "Cannot start TLS",
              "TLS ",
              "certificate ",
              "to=",
              "from=<",
              "pass: ",
              "permit: ", // smtpd_log_access_permit_actions
              "hangup: ",
              "passing ",
              "permit_action",
              "trigger ",
              "flush ",
              "moved to",
              "table"));

  /**
   * What daemons add when they are started with {@code -v}: whole dialogues, lookups, what they
   * tell each other. It says nothing that their usual lines do not, and holds what clients typed.
   */
  private static final Beginnings VERBOSE =
      new Beginnings(
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
              "watchdog_",
              "smtpd_proxy_",
              "trying... [",
              "milter_macro_lookup: ",
              "milter8_",
              "skipping reply for event ",
              "report connect ",
              "report helo ",
              "report sender ",
              "report recipient ",
              "report data ",
              "query milter ",
              "send 0 milters",
              "free milter",
              "free all milters",
              "disconnect event to all milters",
              "event: SMFIC_",
              "reply: SMFIR_",
              "vstream_tweak_tcp: ",
              "fd=",
              "flags for ",
              "looking for session ", // TLS from loglevel 2 on
              "save session ",
              "reloaded session ",
              "remove session ",
              "put smtp",
              "lookup smtp",
              "delete smtp",
              "read smtp",
              "write smtp",
              "put lmtp",
              "lookup lmtp",
              "read from ",
              "write to ",
              "event_",
              "vstream_",
              "rec_",
              "been_here",
              "check_",
              "valid_hostname: ",
              "cleanup_",
              "qmgr_",
              "mail_stream",
              "mail_queue",
              "smtp_",
              "deliver_",
              "dns_",
              "server features: ",
              "Using ESMTP ",
              "Using LMTP ",
              "begin ",
              "end ",
              "lookup unix:",
              "disposing "));

  /** What a TLS session carries, in hexadecimal and as text ({@code smtpd_tls_loglevel = 4}). */
  private static final Pattern DUMP =
      Pattern.compile(
          "(?:Read|Write) [0-9]{1,9} chars: |[0-9a-f]{4,8} (?:- <SPACES/NULLS>|[0-9a-f]{2}[ |-])");

  /** What is asked of a table that is listed as {@code debug:TYPE:NAME} (3.11 and later). */
  private static final Pattern TABLE =
      Pattern.compile("[a-z0-9_-]{1,20}:[^\"]{0,1000} (?:lookup|update|delete|sequence): \"");

  /** The client or server that a line is about, where the line begins with it. */
  private static final Pattern PEER =
      Pattern.compile("[^\\[\\], ]{0,255}\\[[^\\[\\], ]{1,255}](?::(?:[0-9]{1,5}|unknown))?: ");

  /** What TLS (from loglevel 1 or 2 on) and postscreen say of a peer, behind it. */
  private static final Beginnings KNOWN_OF_PEER =
      new Beginnings(
          List.of(
              "subject_CN=",
              "Trusted: ",
              "Untrusted: ",
              "Verified: ",
              "Unverified: ",
              "re-using session ",
              "Reusing old session",
              "Issuing session ticket",
              "Decrypting session ticket",
              "certificate ",
              "depth=",
              "Matched ",
              "matched ",
              "SNI hostname: ",
              "TLS cipher list ",
              "all TLSA records ",
              "all fingerprints ",
              "looking up session ",
              "save session ",
              "reloaded session ",
              "remove session ",
              "discarding EHLO keywords",
              "replacing command "));

  private PostfixUnused() {}

  /** True for a known line without a queue ID. */
  static boolean isKnown(String message) {
    return KNOWN.begin(message)
        || VERBOSE.begin(message)
        || isKnownOfPeer(message)
        || DUMP.matcher(message).lookingAt()
        || TABLE.matcher(message).lookingAt();
  }

  private static boolean isKnownOfPeer(String message) {
    Matcher peer = PEER.matcher(message);
    return peer.lookingAt() && KNOWN_OF_PEER.begin(message.substring(peer.end()));
  }

  /** True for what is known behind a queue ID. */
  static boolean isKnownOfMessage(String rest) {
    return KNOWN_OF_MESSAGE.begin(rest);
  }
}
