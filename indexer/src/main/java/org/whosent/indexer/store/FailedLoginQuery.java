package org.whosent.indexer.store;

import java.time.Instant;
import org.whosent.record.ClueType;
import org.whosent.record.FailedLogin;
import org.whosent.record.Network;

/**
 * Which failed logins are asked for; all conditions together. Immutable.
 *
 * @param login the name that was typed, without regard to case, or null; it is folded here, and not
 *     to be given back to what folds it once more
 * @param client a network that the client's address lies in, or null
 * @param since not before this time, or null
 * @param until before this time, or null
 */
public record FailedLoginQuery(String login, Network client, Instant since, Instant until) {
  /** Everything. */
  public static final FailedLoginQuery ALL = new FailedLoginQuery(null, null, null, null);

  public FailedLoginQuery {
    login = login == null ? null : ClueType.USER.fold(login);
  }

  /** Whether one is among those asked for. */
  public boolean matches(FailedLogin failed) {
    Instant time = failed.failure().time();
    if (since != null && time.isBefore(since) || until != null && !time.isBefore(until)) {
      return false;
    }
    String address = failed.failure().client();
    if (client != null && (address == null || !client.contains(address))) {
      return false;
    }
    String typed = failed.failure().login();
    return login == null || typed != null && login.equals(ClueType.USER.fold(typed));
  }
}
