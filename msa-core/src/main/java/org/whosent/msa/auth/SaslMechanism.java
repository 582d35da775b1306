package org.whosent.msa.auth;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The SASL mechanisms (RFC 4422) that are offered, in the order in which EHLO lists them.
 * Stateless, thread-safe.
 *
 * <p>To add one: a row that says which challenges it sends and what it makes of the responses.
 */
public enum SaslMechanism {
  /** RFC 4616: {@code [authzid] NUL authcid NUL passwd}. */
  PLAIN(List.of("")) {
    @Override
    Credentials credentials(List<byte[]> responses) throws MalformedException {
      byte[] message = responses.getFirst();
      int first = indexOf(message, 0);
      int second = first < 0 ? -1 : indexOf(message, first + 1);
      if (second < 0 || indexOf(message, second + 1) >= 0) {
        throw new MalformedException();
      }
      return new Credentials(
          text(Arrays.copyOfRange(message, 0, first)),
          text(Arrays.copyOfRange(message, first + 1, second)),
          Arrays.copyOfRange(message, second + 1, message.length));
    }
  },
  /** draft-murchison-sasl-login: name, then password; obsolete, and still what clients use. */
  LOGIN(List.of("Username:", "Password:")) {
    @Override
    Credentials credentials(List<byte[]> responses) throws MalformedException {
      return new Credentials("", text(responses.get(0)), responses.get(1));
    }
  };

  private static final int MAX_PASSWORD = 1024;
  private final List<String> challenges;

  SaslMechanism(List<String> challenges) {
    this.challenges = challenges;
  }

  /** Responses that say nothing a mechanism could use. */
  public static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException() {
      super("malformed", null, false, false);
    }
  }

  /**
   * What a client claims.
   *
   * @param authorizationId whom it wants to act as; empty for itself
   * @param authenticationId whose password it is
   */
  public record Credentials(String authorizationId, String authenticationId, byte[] password) {
    /**
     * True when the client wants to act as itself. Acting for others is not provided: the record
     * says who logged in.
     */
    public boolean actsAsItself() {
      return authorizationId.isEmpty()
          || UserDirectory.fold(authorizationId).equals(UserDirectory.fold(authenticationId));
    }

    /** Without the password. */
    @Override
    public String toString() {
      return "Credentials[" + authenticationId + "]";
    }
  }

  /** The challenges, before base64; a client may send its first response with the command. */
  public List<String> challenges() {
    return challenges;
  }

  abstract Credentials credentials(List<byte[]> responses) throws MalformedException;

  /**
   * What the responses say.
   *
   * @param responses decoded, one for each challenge
   * @throws MalformedException when they say nothing usable
   */
  public Credentials read(List<byte[]> responses) throws MalformedException {
    Credentials credentials = credentials(responses);
    String name = credentials.authenticationId;
    if (name.isEmpty()
        || name.length() > User.MAX_NAME
        || credentials.authorizationId.length() > User.MAX_NAME
        || name.indexOf('\0') >= 0
        || credentials.password.length == 0
        || credentials.password.length > MAX_PASSWORD
        || indexOf(credentials.password, 0) >= 0) {
      throw new MalformedException();
    }
    return credentials;
  }

  /** The mechanism of that name, in whatever case. */
  public static Optional<SaslMechanism> named(String name) {
    return Arrays.stream(values()).filter(m -> m.name().equalsIgnoreCase(name)).findFirst();
  }

  private static int indexOf(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        return i;
      }
    }
    return -1;
  }

  private static String text(byte[] bytes) throws MalformedException {
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return text.toString();
    } catch (CharacterCodingException e) {
      throw new MalformedException();
    }
  }
}
