package org.whosent.indexer.log.exim;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.reader.FailedAuthentication;
import org.whosent.indexer.log.reader.StampedReader;
import org.whosent.indexer.log.text.LoggedBytes;
import org.whosent.record.Addresses;
import org.whosent.record.JournalEntry;

/**
 * Exim's lines that say that an authentication failed; see {@link FailedAuthentication}. Stateless.
 */
final class EximLoginFailure {
  /**
   * {@code auths/} and {@code smtp_in.c}; set_id is server_set_id's value, at the line's end. Some
   * builds, cPanel's among them, have {@code H=} before the client, as in lines of refusals. {@code
   * Ci=} is what +connection_id adds since 4.97.
   */
  private static final Pattern FAILED =
      Pattern.compile(
          "([A-Za-z0-9_.-]{1,100}) authenticator failed for (?:H=)?(?:[^\\[\\]() ]{1,255} )?"
              + "(?:\\(([^ ]{0,255})\\) )?\\[([0-9A-Fa-f.:]{2,45})](?::([0-9]{1,5}))?"
              + "(?: I=\\[[0-9A-Fa-f.:]{2,45}](?::([0-9]{1,5}))?)?(?: U=[^ ]{1,255})?"
              + "(?: Ci=[0-9]{1,20})?: ([0-9]{3}[^(]{0,300})(?:\\(set_id=(.*)\\))?(?:: .*)?",
          Pattern.DOTALL);

  /** Another client, and its failure or what else may stand before that. */
  private static final Pattern ANOTHER =
      Pattern.compile("\\[[0-9A-Fa-f.:]{2,45}](?::[0-9]{1,5})?(?:(: [0-9]{3})| (?:I|U|Ci)=)");

  private static final Pattern REPLY = Pattern.compile(": [0-9]{3}");

  private EximLoginFailure() {}

  /** The failure that the line tells of; null where it does not read, or reads in two ways. */
  static JournalEntry.LoginFailure of(Instant time, String host, String text) {
    Matcher matcher = FAILED.matcher(text);
    if (!matcher.matches() || namesAnother(text, matcher.start(6))) {
      return null;
    }
    String login = matcher.group(7);
    return new JournalEntry.LoginFailure(
        time,
        host,
        EximProtocol.service(StampedReader.port(matcher.group(5))),
        Addresses.canonical(matcher.group(3)),
        StampedReader.port(matcher.group(4)),
        matcher.group(2) == null || matcher.group(2).isEmpty() ? null : matcher.group(2),
        login == null ? null : FailedAuthentication.login(LoggedBytes.octal(login)),
        matcher.group(1),
        FailedAuthentication.reason(matcher.group(6)));
  }

  /**
   * True when from a place on another client stands with its failure behind it: a HELO name with
   * blanks, or what was typed. Looks at each character a few times, however often it is tried.
   */
  static boolean namesAnother(String text, int from) {
    int lastReply = -1;
    Matcher reply = REPLY.matcher(text).region(from, text.length());
    while (reply.find()) {
      lastReply = reply.start();
    }
    Matcher another = ANOTHER.matcher(text).region(from, text.length());
    while (another.find()) {
      if (another.group(1) != null || another.end() <= lastReply) {
        return true;
      }
    }
    return false;
  }
}
