package org.whosent.indexer.log.collector;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Whether the program that journald saw writing to {@code /dev/log} ({@code _COMM}) may be the one
 * that the line names. A program that sends its texts to syslog without a tag (Python's {@code
 * SysLogHandler} does by default) has the tag read out of its text, a stranger's perhaps; the
 * kernel says who it was.
 *
 * <p>Only what is known to be a mail server's is asked about: any of that server's programs will
 * do, since all of them write tags. What another log daemon took in and handed on is believed as it
 * is. Stateless.
 */
final class JournalWriter {
  /** {@code _TRANSPORT} of what came by the socket, where a text's beginning is taken for a tag. */
  static final String SYSLOG = "syslog";

  /** Log daemons; and {@code logger}, which puts a tag before all that it sends. */
  private static final Pattern HANDS_ON =
      Pattern.compile(
          "(?:rsyslogd|syslog-ng|syslogd|systemd-journal.{0,16}|logger)", Pattern.DOTALL);

  /**
   * Programs that write under names.
   *
   * @param names what lines call them
   * @param programs what the kernel does
   */
  private record Server(Pattern names, Pattern programs) {
    static Server of(String names, String programs) {
      return new Server(
          Pattern.compile(names, Pattern.DOTALL), Pattern.compile(programs, Pattern.DOTALL));
    }
  }

  private static final String CALLED_AS_SENDMAIL =
      "sendmail.{0,7}|send-mail|mailq|newaliases|rmail";

  /** Postfix's programs, which its lines name behind a slash, some by their service's name. */
  private static final String POSTFIXS =
      "anvil|bounce|cleanup|discard|dnsblog|error|flush|lmtp|local|master|[no]?qmgr|pickup|pipe"
          + "|post(?:alias|cat|drop|fix.{0,8}|kick|lock|logd?|map|multi|queue|screen|super)"
          + "|proxymap|qmqpd|scache|sendmail|showq|smtpd?|spawn|tlsmgr|tlsproxy|trivial-rewrite"
          + "|verify|virtual";

  private static final List<Server> SERVERS =
      List.of(
          Server.of(".{1,200}/(?:" + POSTFIXS + "|relay|retry|trace|defer)", POSTFIXS),
          Server.of("exim.{0,60}", "exim.{0,11}|runq|rsmtp|" + CALLED_AS_SENDMAIL),
          Server.of("sendmail.{0,60}|sm-.{1,60}", "sm-.{1,12}|" + CALLED_AS_SENDMAIL),
          Server.of("smtpd", "smtpd|smtpctl|" + CALLED_AS_SENDMAIL),
          Server.of(
              "dovecot",
              "log|dovecot.{0,8}|auth|anvil|config|stats|doveadm.{0,8}|deliver|lmtp|imap.{0,11}"
                  + "|pop3.{0,11}|submission.{0,5}|managesieve.{0,4}"),
          Server.of("haraka", "haraka.{0,9}|node.{0,11}|MainThread"),
          Server.of("rspamd", "rspamd.{0,9}"));

  private JournalWriter() {}

  /**
   * False where another program than the one named wrote it.
   *
   * @param identifier that the line names
   * @param program that wrote it, by the kernel; null or empty where nothing tells
   */
  static boolean mayBe(String identifier, String program) {
    if (program == null || program.isEmpty() || HANDS_ON.matcher(program).matches()) {
      return true;
    }
    return SERVERS.stream()
        .filter(server -> server.names.matcher(identifier).matches())
        .allMatch(server -> server.programs.matcher(program).matches());
  }
}
