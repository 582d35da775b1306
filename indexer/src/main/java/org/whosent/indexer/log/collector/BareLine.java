package org.whosent.indexer.log.collector;

import java.util.regex.Pattern;

/**
 * A mail server's line without time and host, as it prints it where something else is to keep it: a
 * container's runtime, a supervisor's logger. Postfix's has its tag ({@code postfix/smtpd[12]: },
 * what is left by a syslog daemon that leaves the rest to Docker); Haraka's without {@code
 * log.timestamps}, OpenSMTPD's ({@code smtpd -d}) and Rspamd's with {@code systemd} are known by
 * what they begin with. Stateless.
 */
final class BareLine {
  private static final Pattern TAG =
      Pattern.compile("[a-z][A-Za-z0-9_.-]{0,63}(?:/[A-Za-z0-9_.-]{1,64}){1,3}\\[[0-9]{1,10}]: ");

  private static final Pattern HARAKA =
      Pattern.compile(
          "\\[[A-Z]{4,9}] {1,2}\\[[A-Za-z0-9.-]{1,60}] {1,2}\\["
              + "|\\{\"level\":\"[A-Z]{4,9}\",\"uuid\":|level=[A-Z]{4,9} uuid=");

  /** A session's line, what became of an envelope, and the first one that smtpd(8) prints. */
  static final String OPENSMTPD =
      "(?:[0-9a-f]{16} (?:smtp|mta|mda) [a-z]"
          + "|[a-z]{2,16}: [A-Z][A-Za-z]{1,15} for [0-9a-f]{16}: (?:session=[0-9a-f]{16}, )?from=<"
          + "|smtp-in: (?:New session|session|Started TLS on session|Accepted (?:authentication"
          + " for user|message)) [^ ]"
          + "|info: OpenSMTPD )";

  private static final Pattern SMTPD = Pattern.compile(OPENSMTPD);

  /** Every line of Rspamd's where it leaves the time to systemd ({@code logger_console.c}). */
  private static final Pattern RSPAMD =
      Pattern.compile("\\([a-z_ -]{1,40}\\) (?:<[0-9A-Za-z]{1,40}>)?; [a-z_]{1,16}; [a-z_]");

  private BareLine() {}

  /**
   * The line behind a usual header; null when it is none of these.
   *
   * @param time of whoever kept it
   * @param host the same; empty where that says nothing
   */
  static String stamped(String time, String host, String text) {
    if (TAG.matcher(text).lookingAt()) {
      return time + ' ' + (host.isEmpty() ? "" : host + ' ') + text;
    }
    String program = program(text);
    return program == null
        ? null
        : time + ' ' + (host.isEmpty() ? "-" : host) + ' ' + program + ": " + text;
  }

  private static String program(String text) {
    if (HARAKA.matcher(text).lookingAt()) {
      return "haraka";
    }
    if (SMTPD.matcher(text).lookingAt()) {
      return "smtpd";
    }
    return RSPAMD.matcher(text).lookingAt() ? "rspamd" : null;
  }
}
