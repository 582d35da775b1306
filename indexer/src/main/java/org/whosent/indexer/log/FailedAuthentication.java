package org.whosent.indexer.log;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.record.Addresses;
import org.whosent.record.FailedLogin;
import org.whosent.record.JournalEntry;

/**
 * The lines in which mail servers say that an authentication failed. The login is what somebody
 * typed: it stands at a line's end or between marks of the daemon's own, and is never looked into.
 * What does not read is null, and its failure still counted. Stateless.
 */
final class FailedAuthentication {
  /**
   * {@code smtpd_sasl_glue.c}. The mechanism is what the client asked for, so it must look like
   * one; the reason is the SASL server's; {@code sasl_username=} is there from 3.4 on, cut to 100
   * characters, and ends the line.
   */
  private static final Pattern POSTFIX =
      Pattern.compile(
          "warning: ([^\\[\\], ]{1,255})\\[([^\\[\\], ]{1,255})](?::([0-9]{1,5}))?: SASL"
              + " ([A-Za-z0-9_-]{1,30}) authentication failed: (.*)",
          Pattern.DOTALL);

  private static final String POSTFIX_USER = ", sasl_username=";

  /** {@code auths/} and {@code smtp_in.c}; set_id is server_set_id's value, at the line's end. */
  private static final Pattern EXIM =
      Pattern.compile(
          "([A-Za-z0-9_.-]{1,100}) authenticator failed for (?:[^\\[\\]() ]{1,255} )?"
              + "(?:\\(([^ ]{0,255})\\) )?\\[([0-9A-Fa-f.:]{2,45})](?::([0-9]{1,5}))?"
              + "(?: I=\\[[0-9A-Fa-f.:]{2,45}](?::([0-9]{1,5}))?)?(?: U=[^ ]{1,255})?:"
              + " ([0-9]{3}[^(]{0,300})(?:\\(set_id=(.*)\\))?(?:: .*)?",
          Pattern.DOTALL);

  /** {@code srvrsmtp.c}. */
  private static final Pattern SENDMAIL =
      Pattern.compile("AUTH failure \\(([A-Za-z0-9_-]{1,30})\\): (.*)", Pattern.DOTALL);

  private static final String SENDMAIL_USER = ", user=";
  private static final String SENDMAIL_RELAY = ", relay=";
  private static final Pattern IN_BRACKETS =
      Pattern.compile("(?:.* )?\\[(?:IPv6:)?([0-9A-Fa-f.:]{2,45})](?: \\(may be forged\\))?");

  /**
   * Dovecot's login processes. The last {@code >, … rip=…, lip=…} is theirs, since behind it stands
   * nothing that a client says.
   */
  private static final Pattern DOVECOT =
      Pattern.compile(
          "submission-login: [^(]{0,100}\\((auth failed[^)]{0,100})\\)[^:]{0,100}:"
              + " (?:user=<(.*)>, )?(?:method=([A-Za-z0-9_-]{1,30}), )?rip=([0-9A-Fa-f.:]{2,45}),"
              + " lip=[0-9A-Fa-f.:]{2,45}(?:, .*)?",
          Pattern.DOTALL);

  private static final int LONGEST_REASON = 300;

  private FailedAuthentication() {}

  static JournalEntry.LoginFailure postfix(SyslogLine line, String host, PostfixProgram program) {
    Matcher matcher = POSTFIX.matcher(line.message());
    if (!matcher.matches()) {
      return null;
    }
    String rest = matcher.group(5);
    int user = rest.indexOf(POSTFIX_USER);
    String login = user < 0 ? null : rest.substring(user + POSTFIX_USER.length());
    String address = matcher.group(2);
    return new JournalEntry.LoginFailure(
        line.time(),
        host,
        program.service(),
        address.equals("unknown") ? null : Addresses.canonical(address),
        port(matcher.group(3)),
        null,
        "(unavailable)".equals(login) ? null : login(login),
        matcher.group(4),
        reason(user < 0 ? rest : rest.substring(0, user)));
  }

  static JournalEntry.LoginFailure exim(Instant time, String host, String text) {
    Matcher matcher = EXIM.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    String login = matcher.group(7);
    return new JournalEntry.LoginFailure(
        time,
        host,
        EximReader.service(port(matcher.group(5))),
        Addresses.canonical(matcher.group(3)),
        port(matcher.group(4)),
        matcher.group(2) == null || matcher.group(2).isEmpty() ? null : matcher.group(2),
        login == null ? null : login(LoggedBytes.octal(login)),
        matcher.group(1),
        reason(matcher.group(6)));
  }

  static JournalEntry.LoginFailure sendmail(Instant time, String host, String text) {
    Matcher matcher = SENDMAIL.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    String rest = matcher.group(2);
    int relay = rest.lastIndexOf(SENDMAIL_RELAY); // a host's name holds no comma, a login may
    String client = relay < 0 ? "" : rest.substring(relay + SENDMAIL_RELAY.length());
    String before = relay < 0 ? rest : rest.substring(0, relay);
    int user = before.indexOf(SENDMAIL_USER);
    Matcher address = IN_BRACKETS.matcher(client);
    return new JournalEntry.LoginFailure(
        time,
        host,
        null,
        address.matches() ? Addresses.canonical(address.group(1)) : null,
        null,
        null,
        user < 0 ? null : login(before.substring(user + SENDMAIL_USER.length())),
        matcher.group(1),
        reason(user < 0 ? before : before.substring(0, user)));
  }

  static JournalEntry.LoginFailure dovecot(Instant time, String host, String message) {
    Matcher matcher = DOVECOT.matcher(message);
    return matcher.matches()
        ? new JournalEntry.LoginFailure(
            time,
            host,
            "submission",
            Addresses.canonical(matcher.group(4)),
            null,
            null,
            login(matcher.group(2)),
            matcher.group(3),
            reason(matcher.group(1)))
        : null;
  }

  /** Where the line says no more than that it failed, and the session from where. */
  static JournalEntry.LoginFailure ofSession(
      Instant time, String host, String client, Integer port, String login) {
    return new JournalEntry.LoginFailure(
        time, host, null, client, port, null, login(login), null, null);
  }

  /** As far as it is kept. */
  static String login(String typed) {
    if (typed == null || typed.isEmpty()) {
      return null;
    }
    return typed.length() > FailedLogin.LONGEST_LOGIN
        ? typed.substring(0, FailedLogin.LONGEST_LOGIN)
        : typed;
  }

  private static String reason(String text) {
    String reason = text.strip();
    return reason.isEmpty()
        ? null
        : reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) : reason;
  }

  private static Integer port(String digits) {
    Integer port = digits == null ? null : Integer.valueOf(digits);
    return port == null || port == 0 || port > 65535 ? null : port;
  }
}
