package org.whosent.indexer.log.sendmail;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.reader.FailedAuthentication;
import org.whosent.record.Addresses;
import org.whosent.record.JournalEntry;

/**
 * Sendmail's lines that say that an authentication failed; see {@link FailedAuthentication}.
 * Stateless.
 */
final class SendmailLoginFailure {
  /** {@code srvrsmtp.c}. */
  private static final Pattern FAILED =
      Pattern.compile("AUTH failure \\(([A-Za-z0-9_-]{1,30})\\): (.*)", Pattern.DOTALL);

  private static final String USER = ", user=";
  private static final String RELAY = ", relay=";
  private static final Pattern IN_BRACKETS =
      Pattern.compile(
          "(?:.* )?\\[(?:IPv6:)?([0-9A-Fa-f.:]{2,45})](?: \\(may be forged\\))?", Pattern.DOTALL);

  private SendmailLoginFailure() {}

  /** The failure that the line tells of; null where it does not read. */
  static JournalEntry.LoginFailure of(Instant time, String host, String text) {
    Matcher matcher = FAILED.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    String rest = matcher.group(2);
    int relay = rest.lastIndexOf(RELAY); // a host's name holds no comma, a login may
    String client = relay < 0 ? "" : rest.substring(relay + RELAY.length());
    String before = relay < 0 ? rest : rest.substring(0, relay);
    int user = before.indexOf(USER);
    Matcher address = IN_BRACKETS.matcher(client);
    return new JournalEntry.LoginFailure(
        time,
        host,
        null,
        address.matches() ? Addresses.canonical(address.group(1)) : null,
        null,
        null,
        user < 0 ? null : FailedAuthentication.login(before.substring(user + USER.length())),
        matcher.group(1),
        FailedAuthentication.reason(user < 0 ? before : before.substring(0, user)));
  }
}
