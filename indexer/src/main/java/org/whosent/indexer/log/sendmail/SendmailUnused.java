package org.whosent.indexer.log.sendmail;

import java.util.List;
import java.util.regex.Pattern;
import org.whosent.indexer.log.text.Beginnings;

/**
 * What Sendmail writes and a record has no use for, as the texts of its {@code sm_syslog} calls
 * (8.17) begin. Stateless, thread-safe.
 */
final class SendmailUnused {
  /** Beginnings of lines that Sendmail writes and a record has no use for. */
  private static final Beginnings KNOWN =
      new Beginnings(
          List.of(
              "STARTTLS=",
              "STARTTLS: ",
              "AUTH=client",
              "AUTH: ",
              "tls_srv_features",
              "tls_clt_features",
              "starting daemon",
              "started as: ",
              "stopping daemon",
              "restarting ",
              "alias database ",
              "rejecting connections",
              "rejecting commands ",
              "accepting connections",
              "runqueue: ",
              "unable to write pid ",
              "poststats: ",
              "engine=",
              "grew WorkList",
              "My unqualified host name",
              "unable to qualify",
              "gethostbyaddr(",
              "daemon ",
              "SYSERR(",
              "ruleset=",
              "Milter",
              "milter",
              "error ",
              "timeout ",
              "lost input channel",
              "Authentication-",
              "collect: ",
              "unauthorized PIPELINING",
              "did not issue ",
              "possible SMTP attack",
              "problem creating SMTP socket",
              "authentication ",
              "deferring connections",
              "gethostbyname",
              "auxpropfunc ",
              "sql_select ",
              "unable to open Berkeley db",
              "DIGEST-",
              "CRAM-",
              "getconfopt",
              "Bad line on ",
              "can't ",
              "cannot ",
              "usershellok: ",
              "Unsupported address family ",
              "ownership change on ",
              "Could not ",
              "could not ",
              "rejecting new messages",
              "accepting new messages",
              "getmodifiers too long",
              "--- 050 ",
              "makeconnection",
              "sync_dir: ",
              "Warning: ",
              "WARNING: ",
              "ERROR: ",
              "hostsignature for ",
              "File descriptors missing ",
              "user ",
              "queue ",
              "persistent queue runner",
              "main: where=",
              "no fchown()",
              "arith_map: ",
              "mci_purge_persistent: ",
              "restart queue runner=",
              "sqr: ",
              "checkqueuerunner: ",
              "rq: ",
              "rqe: ",
              "rwg: ",
              "runqueue ",
              "gatherq: ",
              "WorkList for ",
              "FAILED to grow WorkList",
              "filesys_update failed",
              "func=",
              "key=",
              "unable to ",
              "dangerous permissions=",
              "shared memory ",
              "sm_shmstop",
              "Adding ",
              "connection_rate_check",
              "global connection rate",
              "conn_limits: ",
              "total: cnt=",
              "rscheck(tls_",
              "fcntl(",
              "set automode ",
              "AUTH ",
              "stab: ",
              "TLSA=",
              "str_union: ",
              "server=",
              "tcpwrappers (",
              "getauth ",
              "error: ",
              "POSSIBLE ATTACK from ",
              "proc_list_probe: ",
              "x-connect"));

  /** The same, after a queue ID. */
  private static final Beginnings KNOWN_OF_MESSAGE =
      new Beginnings(
          List.of(
              "Authentication-Warning: ",
              "AUTH ",
              "lost input channel ",
              "invalid domain name (",
              "timeout ",
              "SYSERR(",
              "Milter",
              "milter",
              "collect: ",
              "split: ",
              "clone",
              "discarded",
              "quarantine",
              "ruleset=",
              "return to sender",
              "forward ",
              "alias ",
              "size=",
              "unable to ",
              "setsender: ",
              "rejecting ",
              "Warning: ",
              "SMTP ",
              "NOOP ",
              "Losing ",
              "removed",
              "locked",
              "grew ",
              "mail from ",
              "SIZE=",
              "queued",
              "deferred",
              "Truncated ",
              "truncated ",
              "premature EOF",
              "headers too large",
              "too many ",
              "Too many ",
              "hold",
              "dropped ",
              "could not ",
              "Broken pipe",
              "host map",
              "STARTTLS",
              "tls_clt_features=",
              "tls_srv_features=",
              "tempfail",
              "Fixed ",
              "vrfy ",
              "VRFY ",
              "EXPN ",
              "expn ",
              "ETRN ",
              "<-- ",
              "--- ",
              "connect from ",
              "delay",
              "makeconnection",
              "rcpt ",
              "Cannot ",
              "Can't ",
              "possible spam from <>",
              "header overflow from ",
              "message size (",
              "dferror: ",
              "tcpwrappers (",
              "stat=",
              "stopping daemon",
              "sendenvelope, ",
              "clt_features=",
              "Timeout.to_aconnect ",
              "dropenvelope, ",
              "cannot ",
              "SYSERR: ",
              "Dropped invalid comments",
              "finis, pid=",
              "interrupt",
              "disconnect",
              "in background, ",
              "*** $j not in $=w",
              "CurChildren = ",
              "NextMacroId = ",
              "dns ",
              "nisplus_getcanonname: ",
              "ldap=",
              "ph_map_",
              "socket_map_lookup(",
              "mci_cache: ",
              "mci_uncache: ",
              "rewrite: ",
              "queueup",
              "dowork",
              "changed",
              "bogus queue file",
              "too young (",
              "assigned id",
              "unlock",
              "low on space (",
              "dup_df: ",
              "unquarantine",
              "aliasing/forwarding loop broken",
              "include ",
              "Saved message in ",
              "returntosender: ",
              "rcpt=",
              "ERROR=",
              "smtps: ",
              "Sending \"",
              "proxy mode requested",
              "smtp: doublequeue",
              "srvfeatures: ",
              "expand ",
              "hesiod ",
              "AUTH=client",
              "encode64 for AUTH",
              "MAIL too long",
              "RCPT too long",
              "smtpquit: ",
              "unlink ",
              "proc_list_probe: ",
              "POSSIBLE ATTACK from "));

  /** {@code ADDRESS... text} ({@code err.c}), and what is said of a client before its QUIT. */
  private static final Pattern KNOWN_OTHER =
      Pattern.compile(
          ".{1,1000}\\.\\.\\. .*|.{1,400} did not issue MAIL/EXPN/VRFY/ETRN during .*"
              + "|[A-Za-z0-9]{8,20}: (?:clone|split)[ :].*|.{1,600}: possible SMTP attack: .*"
              + "|.{1,300}: [0-9]{1,9} aliases, longest .*"
              + "|.{1,600}: probable open proxy: .*"
              + "|.{1,600}: SMTP violation, input too long: .*"
              + "|.{1,600}: Possible SMTP RCPT flood, .*"
              + "|.{1,300}: SMTP [A-Z0-9-]{4,8} protocol error: .*"
              + "|.{1,600}: (?i:EXPN|VRFY|ETRN) .*"
              + "|\".{1,20}\" command from .*"
              + "|.{1,300}: lookup error, expected .*"
              + "|.{1,600}: .{1,300}, marked [a-z ]{1,30}"
              + "|.{1,300}: WARNING: dangerous write permissions"
              + "|.{1,300} too old \\(require version [0-9]{1,9}\\)"
              + "|.{1,300}; e_timers=.*"
              + "|.{1,300}: unlink-fail [0-9]{1,9}"
              + "|.{1,300}: changed fds:"
              + "|.{1,300}: line [0-9]{1,9}: Unknown host status line .*",
          Pattern.DOTALL);

  /** A client's VRFY or EXPN that privacy options forbid. */
  private static final Pattern REFUSED =
      Pattern.compile(".{1,600}: .{1,300} \\[rejected]", Pattern.DOTALL);

  private SendmailUnused() {}

  /** True for what a client asked for and did not get. */
  static boolean isRefusal(String text) {
    return text.startsWith("ruleset=") && text.contains(", reject=")
        || text.endsWith(" [rejected]") && REFUSED.matcher(text).matches();
  }

  /** True for a text without a queue ID that is known. */
  static boolean isKnown(String text) {
    return KNOWN.begin(text) || KNOWN_OTHER.matcher(text).matches();
  }

  /** True for a text behind a message's queue ID that is known. */
  static boolean isKnownOfMessage(String text) {
    return KNOWN_OF_MESSAGE.begin(text) || KNOWN_OTHER.matcher(text).matches();
  }
}
