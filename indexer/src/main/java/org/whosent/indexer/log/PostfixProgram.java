package org.whosent.indexer.log;

import java.util.Set;

/**
 * A syslog tag of Postfix, {@code syslog_name/[service/]daemon}, in its parts. Immutable.
 *
 * @param instance the syslog_name's head: {@code postfix}, or {@code postfix-NAME} of a
 *     multi-instance set-up (MULTI_INSTANCE_README: the names start with {@code postfix-}); null
 *     when a listener was given a name of its own that tells nothing of the instance
 * @param service what stands between head and daemon ({@code submission}), or null
 * @param daemon the program, or null where the log cuts it off (rsyslog's RFC 5424 template)
 */
record PostfixProgram(String instance, String service, String daemon) {
  private static final Set<String> DAEMONS =
      Set.of(
          "anvil",
          "bounce",
          "cleanup",
          "discard",
          "dnsblog",
          "error",
          "flush",
          "lmtp",
          "local",
          "master",
          "nqmgr",
          "oqmgr",
          "pickup",
          "pipe",
          "postalias",
          "postcat",
          "postdrop",
          "postfix-script",
          "postkick",
          "postlog",
          "postlogd",
          "postmap",
          "postqueue",
          "postscreen",
          "postsuper",
          "proxymap",
          "qmgr",
          "qmqpd",
          "relay",
          "retry",
          "scache",
          "sendmail",
          "showq",
          "smtp",
          "smtpd",
          "spawn",
          "tlsmgr",
          "tlsproxy",
          "trace",
          "trivial-rewrite",
          "verify",
          "virtual");

  /**
   * The parts, or null when the program is not Postfix. Only where a log may have cut the name off
   * is a bare {@code postfix} or {@code postfix-NAME} one of its daemons: there are other programs
   * of such names.
   */
  static PostfixProgram of(SyslogLine line) {
    return of(line.program(), line.structured());
  }

  static PostfixProgram of(String program, boolean maybeCut) {
    int head = program.indexOf('/');
    String name = head < 0 ? program : program.substring(0, head);
    boolean postfix = name.equals("postfix") || name.startsWith("postfix-");
    int last = program.lastIndexOf('/');
    String daemon = last < 0 ? null : program.substring(last + 1);
    if (postfix && daemon == null && !maybeCut) {
      return null;
    }
    if (!postfix && (daemon == null || !DAEMONS.contains(daemon))) {
      return null;
    }
    String middle = last > head ? program.substring(head + 1, last) : null;
    return postfix
        ? new PostfixProgram(name, middle, daemon)
        : new PostfixProgram(null, middle == null ? name : name + "/" + middle, daemon);
  }

  /** True when the line may come from one of these: it does, or its daemon is not known. */
  boolean maybe(Set<String> daemons) {
    return daemon == null || daemons.contains(daemon);
  }
}
