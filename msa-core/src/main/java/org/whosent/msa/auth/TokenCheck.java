package org.whosent.msa.auth;

import java.io.IOException;

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
   * @throws RefusedException when it is not good here and now
   * @throws IOException when that cannot be found out now
   */
  String user(String token) throws RefusedException, IOException, InterruptedException;

  @Override
  default void close() {}
}
