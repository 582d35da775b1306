package org.whosent.indexer.log.postfix;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.framing.SyslogLine;
import org.whosent.indexer.log.reader.FailedAuthentication;
import org.whosent.indexer.log.reader.StampedReader;
import org.whosent.record.Addresses;
import org.whosent.record.JournalEntry;

/**
 * Postfix's lines that say that an authentication failed; see {@link FailedAuthentication}.
 * Stateless.
 */
final class PostfixLoginFailure {
  /**
   * {@code smtpd_sasl_glue.c}. The mechanism is what the client asked for, so it must look like
   * one; the reason is the SASL server's; {@code sasl_username=} is there from 3.4 on, cut to 100
   * characters, and ends the line.
   */
  private static final Pattern FAILED =
      Pattern.compile(
          "warning: ([^\\[\\], ]{1,255})\\[([^\\[\\], ]{1,255})](?::(?:([0-9]{1,5})|unknown))?:"
              + " SASL ([A-Za-z0-9_-]{1,30}) authentication failed: (.*)",
          Pattern.DOTALL);

  private static final String USER = ", sasl_username=";

  private PostfixLoginFailure() {}

  /** The failure that the line tells of; null where it does not read. */
  static JournalEntry.LoginFailure of(SyslogLine line, String host, PostfixProgram program) {
    Matcher matcher = FAILED.matcher(line.message());
    if (!matcher.matches()) {
      return null;
    }
    String rest = matcher.group(5);
    int user = rest.indexOf(USER);
    String login = user < 0 ? null : rest.substring(user + USER.length());
    String address = matcher.group(2);
    return new JournalEntry.LoginFailure(
        line.time(),
        host,
        program.service(),
        address.equals("unknown") ? null : Addresses.canonical(address),
        StampedReader.port(matcher.group(3)),
        null,
        "(unavailable)".equals(login) ? null : FailedAuthentication.login(login),
        matcher.group(4),
        FailedAuthentication.reason(user < 0 ? rest : rest.substring(0, user)));
  }
}
