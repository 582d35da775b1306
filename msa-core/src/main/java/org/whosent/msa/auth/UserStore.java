package org.whosent.msa.auth;

import java.io.IOException;
import java.util.Optional;

/**
 * Where the users of a server are. Implementations are thread-safe.
 *
 * <p>What an implementation owes: it lets nobody in on an empty password, on doubt or because
 * something could not be asked; a name that is nobody's costs the time of a wrong password; the
 * {@link User} that it gives has the one name by which the account is known, however the client
 * spelt it, because that name goes into records and counts towards rates; and it bounds what it
 * waits for.
 *
 * <p>To add one: a class, and a row in {@code UserStores}, beside the configuration.
 */
public interface UserStore extends AutoCloseable {
  /**
   * Checks a name and a password.
   *
   * @param password not empty; wiped by the caller
   * @param gate is told when others come first, and asked again after that
   * @throws IOException when users cannot be looked up now
   */
  LoginResult authenticate(String name, byte[] password, LoginOrigin origin, SaslExchange.Gate gate)
      throws IOException, InterruptedException, SaslExchange.BlockedException;

  /**
   * A user whose identity somebody else has proven: an issuer of tokens.
   *
   * @param listedOnly false to take one that the user file does not name, too
   */
  LoginResult vouchedFor(String name, boolean listedOnly) throws IOException;

  /** Whom SCRAM could let in. */
  enum ScramCoverage {
    NOBODY,
    /** Offered unasked, it would lock out the others, whose clients choose the strongest. */
    SOME,
    /** Everybody who has a password at all. */
    EVERYBODY
  }

  /** Whom {@link #scram} has something to say of. */
  default ScramCoverage scramCoverage() {
    return ScramCoverage.NOBODY;
  }

  /**
   * What SCRAM needs to know of a name.
   *
   * @throws IOException when users cannot be looked up now
   */
  default ScramAccount scram(String name) throws IOException {
    throw new UnsupportedOperationException("no SCRAM in this store");
  }

  /**
   * The user as it is now.
   *
   * @return empty when it is gone, suspended or has another password: whoever logged in as it must
   *     not go on, since the one who changed the password may be the owner and the other a thief
   * @throws IOException when users cannot be looked up now
   */
  Optional<User> stillTheSame(User user) throws IOException;

  /** Something that is another object after each change that open sessions must hear of. */
  Object version();

  /** How many users the user file names. */
  int size();

  @Override
  default void close() {}
}
