package org.whosent.indexer.log.postfix;

import java.util.Map;
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
  /** Who takes mail from clients. */
  static final int SMTPD = 1;

  /** Who takes mail from this machine's programs. */
  static final int PICKUP = 1 << 1;

  static final int CLEANUP = 1 << 2;
  static final int QMGR = 1 << 3;

  /** Who says that a message was removed. */
  static final int REMOVER = 1 << 4;

  /** Who sends notifications. */
  static final int BOUNCE = 1 << 5;

  /** Who says what became of a recipient. */
  static final int AGENT = 1 << 6;

  private static final Map<String, Integer> ROLES =
      Map.ofEntries(
          Map.entry("smtpd", SMTPD),
          Map.entry("qmqpd", SMTPD),
          Map.entry("pickup", PICKUP),
          Map.entry("cleanup", CLEANUP | REMOVER | AGENT), // of what it refuses from pickup
          Map.entry("qmgr", QMGR | REMOVER | AGENT),
          Map.entry("nqmgr", QMGR | REMOVER | AGENT),
          Map.entry("oqmgr", QMGR | REMOVER | AGENT),
          Map.entry("postsuper", REMOVER),
          Map.entry("bounce", BOUNCE),
          Map.entry("trace", BOUNCE),
          Map.entry("defer", BOUNCE),
          Map.entry("smtp", AGENT),
          Map.entry("lmtp", AGENT),
          Map.entry("relay", AGENT),
          Map.entry("local", AGENT),
          Map.entry("virtual", AGENT),
          Map.entry("pipe", AGENT),
          Map.entry("error", AGENT),
          Map.entry("retry", AGENT),
          Map.entry("discard", AGENT),
          Map.entry("spawn", AGENT));

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
          "postmulti",
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
   *
   * @param names that are its daemons' wherever they stand alone, since the site says so
   */
  static PostfixProgram of(String program, boolean maybeCut, Set<String> names) {
    if (names.contains(program)) {
      return isPostfix(program)
          ? new PostfixProgram(program, null, null)
          : new PostfixProgram(null, program, null);
    }
    int head = program.indexOf('/');
    String name = head < 0 ? program : program.substring(0, head);
    boolean postfix = isPostfix(name);
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

  private static boolean isPostfix(String name) {
    return name.equals("postfix") || name.startsWith("postfix-");
  }

  /**
   * True for what the site runs under Postfix's name beside its daemons, such as {@code
   * postfix/policy-spf}: what it says is its own.
   */
  boolean isForeign() {
    return daemon != null && !DAEMONS.contains(daemon);
  }

  /**
   * What the program may write: all of it where its name is not known, nothing where it is none of
   * those whose lines are read.
   */
  int roles() {
    return daemon == null ? ~0 : ROLES.getOrDefault(daemon, 0);
  }
}
