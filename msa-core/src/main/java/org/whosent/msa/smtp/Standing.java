package org.whosent.msa.smtp;

import java.io.IOException;
import java.util.Optional;
import org.whosent.msa.auth.User;
import org.whosent.msa.auth.UserStore;

/**
 * Who is logged in on a session, and whether they still may be: what the operator changes holds at
 * once. Written by the session's thread only; others may ask for {@link #user} and {@link #check}
 * them.
 */
final class Standing {
  private static final Reply WITHDRAWN =
      Reply.last(421, "4.7.0", "your access was withdrawn or changed, log in again");
  private static final Reply NO_LOOK_UP =
      Reply.last(421, "4.3.0", "users cannot be looked up now, closing");

  private final UserStore users;
  private volatile User user;
  private String mechanism;

  Standing(UserStore users) {
    this.users = users;
  }

  void loggedIn(User who, String byMechanism) {
    user = who;
    mechanism = byMechanism;
  }

  /** Nobody is logged in any more. */
  void forget() {
    user = null;
    mechanism = null;
  }

  /** Null when nobody is logged in. */
  User user() {
    return user;
  }

  /** The SASL mechanism of the login; null when nobody is logged in. */
  String mechanism() {
    return mechanism;
  }

  /**
   * Looks the user up again; from here on the user is as the operator wants now.
   *
   * @return null, or the end of the session when the user may not go on
   */
  Reply withdrawn() {
    User who = user;
    if (who == null) {
      return null;
    }
    try {
      Optional<User> now = users.stillTheSame(who);
      if (now.isEmpty()) {
        return WITHDRAWN;
      }
      user = now.get();
      return null;
    } catch (IOException e) {
      return NO_LOOK_UP;
    }
  }

  /** The same of a user who is logged in, but changes nothing: for other threads. */
  Reply check(User who) {
    try {
      return users.stillTheSame(who).isPresent() ? null : WITHDRAWN;
    } catch (IOException e) {
      return NO_LOOK_UP;
    }
  }
}
