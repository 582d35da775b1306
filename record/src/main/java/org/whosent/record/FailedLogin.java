package org.whosent.record;

import java.util.Objects;

/**
 * An authentication that failed, and the line that says so. Immutable. It blames nobody: anybody
 * may type anybody's name.
 *
 * @param failure what is known of it; a log tells less of it than the MSA's journal
 * @param source the line
 */
public record FailedLogin(JournalEntry.LoginFailure failure, SourceLine source) {
  /** Longer logins are cut, as the journal's are. */
  public static final int LONGEST_LOGIN = 320;

  public FailedLogin {
    Objects.requireNonNull(failure.time(), "time");
    Objects.requireNonNull(failure.host(), "host");
    Objects.requireNonNull(source, "source");
  }

  /**
   * What makes it one and the same however often and under whatever name its line is read: time,
   * host and the line's hash. Two attempts with the same line in the same second count once.
   */
  public String key() {
    return Times.format(failure.time()) + ' ' + failure.host() + ' ' + source.hash();
  }

  /** Without what says from where it was tried. */
  public FailedLogin masked() {
    return new FailedLogin(
        new JournalEntry.LoginFailure(
            failure.time(),
            failure.host(),
            failure.service(),
            null,
            null,
            null,
            failure.login(),
            failure.mechanism(),
            failure.reason()),
        source);
  }
}
