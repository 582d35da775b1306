package org.whosent.msa.auth;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The server's side of one SASL exchange (RFC 4422). Used by one thread, for one login.
 *
 * <p>An implementation asks the {@link Gate} as soon as it knows a name and before it does anything
 * that costs, tells users from others in no way, and keeps no secret longer than it needs it.
 */
public interface SaslExchange {
  /** Knows who is blocked for a time, and who has gone. */
  @FunctionalInterface
  interface Gate {
    /**
     * To be asked once a name is known, and after each wait. What follows is work for the client.
     *
     * @throws BlockedException when the login is refused now, whatever the secret
     */
    void pass(String login) throws BlockedException;

    /**
     * To be told when others come first, at the beginning of the wait and every second of it.
     *
     * @throws InterruptedException when nobody waits for the answer any more
     */
    default void waiting() throws InterruptedException {}
  }

  /** The login is blocked for a time. */
  final class BlockedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String login;

    /** With the name as the client said it. */
    public BlockedException(String login) {
      super("blocked", null, false, false);
      this.login = login;
    }

    /** As the client said it. */
    public String login() {
      return login;
    }
  }

  /** A response that says nothing a mechanism could use. */
  final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException() {
      super("malformed", null, false, false);
    }
  }

  /**
   * True when the client speaks first, so that without an initial response the first challenge is
   * an empty one (RFC 4422 section 3.1); else {@link #next} is asked with null.
   */
  default boolean clientFirst() {
    return true;
  }

  /**
   * Takes a response. The array is wiped by the caller afterwards.
   *
   * @param response decoded; null to begin with where the server speaks first
   * @throws MalformedException when it says nothing usable; the exchange is over then
   * @throws IOException when users cannot be looked up now
   */
  SaslStep next(byte[] response)
      throws MalformedException, BlockedException, IOException, InterruptedException;

  /** The name that the client has said; null as long as it has said none that can be one. */
  String login();

  /** Strict UTF-8. */
  static String text(byte[] bytes) throws MalformedException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedException();
    }
  }

  /** A name of a length that names have, and without NUL. */
  static String name(String text) throws MalformedException {
    if (text.isEmpty() || text.length() > User.MAX_NAME || text.indexOf('\0') >= 0) {
      throw new MalformedException();
    }
    return text;
  }

  /**
   * True when the client wants to act as itself. Acting for others is not provided: the record says
   * who logged in.
   */
  static boolean actsAsItself(String authorizationId, String login) {
    return authorizationId.isEmpty()
        || UserDirectory.fold(authorizationId).equals(UserDirectory.fold(login));
  }
}
