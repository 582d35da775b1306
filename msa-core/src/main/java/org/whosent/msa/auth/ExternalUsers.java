package org.whosent.msa.auth;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Users whose passwords others check, with what the user file says of them: limits, senders, and
 * suspension, which holds at once. Who is not in the file has the defaults. Thread-safe when the
 * subclass is.
 *
 * <p>Nothing is remembered of a password: it is asked about each time.
 */
public abstract class ExternalUsers implements UserStore {
  private final UserDirectory listed;
  private final LoginTurns turns;

  /**
   * By the user file.
   *
   * @param atOneTime how many passwords are asked about together
   * @param patience how long a login waits for others
   */
  protected ExternalUsers(UserDirectory listed, int atOneTime, Duration patience) {
    this.listed = listed;
    this.turns = new LoginTurns(atOneTime, patience);
  }

  /**
   * Asks about a name and a password.
   *
   * @return the one name by which the account is known; empty when nobody is to be let in
   * @throws IOException when it cannot be found out now
   */
  protected abstract Optional<String> check(String name, byte[] password, LoginOrigin origin)
      throws IOException, InterruptedException;

  /** True when two spellings are one login here. */
  protected static boolean isSame(String one, String other) {
    return UserDirectory.fold(one).equals(UserDirectory.fold(other));
  }

  /** True unless it is known that the account may not log in any more. */
  protected boolean stillThere(String name) throws IOException {
    return true;
  }

  @Override
  public final LoginResult authenticate(
      String name, byte[] password, LoginOrigin origin, SaslExchange.Gate gate)
      throws IOException, InterruptedException, SaslExchange.BlockedException {
    if (password.length == 0) {
      // A bind without a password succeeds at LDAP servers (RFC 4513 section 5.1.2), as nobody.
      return new LoginResult.Refused("wrong-secret");
    }
    Optional<String> login;
    turns.take(origin.client(), name, gate);
    try {
      login = check(name, password, origin);
    } finally {
      turns.end();
    }
    if (login.isEmpty()) {
      return new LoginResult.Refused("wrong-secret");
    }
    String problem = User.nameProblem(login.get());
    if (problem != null) {
      throw new IOException("the user store gave a name that cannot be used: " + problem);
    }
    return listed.vouchedFor(login.get(), false);
  }

  @Override
  public final LoginResult vouchedFor(String name, boolean listedOnly) throws IOException {
    LoginResult result = listed.vouchedFor(name, listedOnly);
    boolean gone =
        result instanceof LoginResult.Authenticated(User user) && !stillThere(user.name());
    return gone ? new LoginResult.Refused("unknown-user") : result;
  }

  @Override
  public final Optional<User> stillTheSame(User user) throws IOException {
    Optional<User> now = listed.stillTheSame(user);
    return now.isPresent() && !stillThere(user.name()) ? Optional.empty() : now;
  }

  @Override
  public final Object version() {
    return listed.version();
  }

  @Override
  public final int size() {
    return listed.size();
  }
}
