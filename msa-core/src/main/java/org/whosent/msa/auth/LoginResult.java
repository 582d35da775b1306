package org.whosent.msa.auth;

/** What came of a login. */
public sealed interface LoginResult {
  /** The user is who they say. */
  record Authenticated(User user) implements LoginResult {}

  /**
   * Nobody is let in.
   *
   * @param reason for the operator, a word of the record's {@code reason}
   */
  record Refused(String reason) implements LoginResult {
    /** A token that was good and is so no more: clients try one before they fetch the next. */
    static final String EXPIRED = "expired-token";

    /** The secret was right, but came with somebody else's name: an alias, most often. */
    static final String FOREIGN = "foreign-authorization-id";

    /** False when it says nothing of an attack, and is not to count towards a block. */
    public boolean isGuess() {
      return !reason.equals(EXPIRED) && !reason.equals(FOREIGN);
    }
  }
}
