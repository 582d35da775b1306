package org.whosent.indexer.log.reader;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.record.Addresses;
import org.whosent.record.JournalEntry;

/**
 * The lines in which Dovecot's submission service says that an authentication failed; see {@link
 * FailedAuthentication}. Stateless.
 */
final class DovecotLoginFailure {
  /**
   * Dovecot's login processes. The last {@code >, … rip=…, lip=…} is theirs, since behind it stands
   * nothing that a client says.
   */
  private static final Pattern FAILED =
      Pattern.compile(
          "submission-login: [^(]{0,100}\\((auth failed[^)]{0,100})\\)[^:]{0,100}:"
              + " (?:user=<(.*)>, )?(?:method=([A-Za-z0-9_-]{1,30}), )?rip=([0-9A-Fa-f.:]{2,45}),"
              + " lip=[0-9A-Fa-f.:]{2,45}(?:, .*)?",
          Pattern.DOTALL);

  private DovecotLoginFailure() {}

  /** The failure that the line tells of; null where it does not read. */
  static JournalEntry.LoginFailure of(Instant time, String host, String message) {
    Matcher matcher = FAILED.matcher(message);
    return matcher.matches()
        ? new JournalEntry.LoginFailure(
            time,
            host,
            "submission",
            Addresses.canonical(matcher.group(4)),
            null,
            null,
            FailedAuthentication.login(matcher.group(2)),
            matcher.group(3),
            FailedAuthentication.reason(matcher.group(1)))
        : null;
  }
}
