package org.whosent.msa.auth;

import java.io.IOException;
import java.net.InetAddress;
import org.whosent.msa.auth.SaslExchange.BlockedException;

/**
 * Says whose an OAuth 2.0 access token is. Implementations are thread-safe and bound what they wait
 * for.
 */
public interface TokenCheck extends AutoCloseable {
  /** A token that lets nobody in. */
  final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String reason;

    /**
     * With why.
     *
     * @param reason for the operator; a word, never the token
     */
    public RefusedException(String reason) {
      super(reason, null, false, false);
      this.reason = reason;
    }

    /** For the operator. */
    public String reason() {
      return reason;
    }

    /** A token that was good and is so no more. */
    public static RefusedException expired() {
      return new RefusedException(LoginResult.Refused.EXPIRED);
    }
  }

  /**
   * The name that the token's issuer vouches for.
   *
   * @param token as the client sent it
   * @param client for its turn, where others have to be asked
   * @param login as the client claims to be; may be empty
   * @param gate is told of a wait, and asked again after it
   * @throws RefusedException when it is not good here and now
   * @throws BlockedException when the login was blocked meanwhile
   * @throws IOException when that cannot be found out now
   */
  String user(String token, InetAddress client, String login, SaslExchange.Gate gate)
      throws RefusedException, BlockedException, IOException, InterruptedException;

  @Override
  default void close() {}
}
