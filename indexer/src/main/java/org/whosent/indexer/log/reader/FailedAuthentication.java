package org.whosent.indexer.log.reader;

import java.time.Instant;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LineKind;
import org.whosent.record.FailedLogin;
import org.whosent.record.JournalEntry;

/**
 * What is kept of a line in which a mail server says that an authentication failed. The login is
 * what somebody typed: it stands at a line's end or between marks of the daemon's own, and is never
 * looked into. What does not read is null, and its failure still counted. Stateless.
 */
public final class FailedAuthentication {
  private static final int LONGEST_REASON = 300;

  private FailedAuthentication() {}

  /** Hands on what a line tells of a failure; where it does not read, it is only counted. */
  public static LineKind told(JournalEntry.LoginFailure failure, FactSink sink) {
    if (failure == null) {
      sink.loginFailure();
      return LineKind.KNOWN;
    }
    sink.loginFailure(failure);
    return LineKind.USED;
  }

  /** Where the line says no more than that it failed, and the session from where. */
  public static JournalEntry.LoginFailure ofSession(
      Instant time, String host, String client, Integer port, String login) {
    return new JournalEntry.LoginFailure(
        time, host, null, client, port, null, login(login), null, null);
  }

  /** As far as it is kept; null when there is none. */
  public static String login(String typed) {
    if (typed == null || typed.isEmpty()) {
      return null;
    }
    return typed.length() > FailedLogin.LONGEST_LOGIN
        ? typed.substring(0, FailedLogin.LONGEST_LOGIN)
        : typed;
  }

  /** As far as it is kept; null when there is none. */
  public static String reason(String text) {
    String reason = text.strip();
    return reason.isEmpty()
        ? null
        : reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) : reason;
  }
}
