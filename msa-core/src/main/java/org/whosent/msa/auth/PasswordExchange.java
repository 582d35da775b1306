package org.whosent.msa.auth;

import java.io.IOException;
import java.util.Arrays;

/**
 * PLAIN (RFC 4616) and LOGIN (draft-murchison-sasl-login: obsolete, and still what clients use):
 * the password itself comes, to be checked by the user store. Used by one thread.
 */
final class PasswordExchange implements SaslExchange {
  private static final int MAX_PASSWORD = 1024;
  private final boolean plain;
  private final UserStore users;
  private final LoginOrigin origin;
  private final Gate gate;
  private boolean begun;
  private String name;

  PasswordExchange(boolean plain, UserStore users, LoginOrigin origin, Gate gate) {
    this.plain = plain;
    this.users = users;
    this.origin = origin;
    this.gate = gate;
  }

  @Override
  public boolean clientFirst() {
    return plain;
  }

  @Override
  public String login() {
    return name;
  }

  @Override
  public SaslStep next(byte[] response)
      throws MalformedException, BlockedException, IOException, InterruptedException {
    if (plain) {
      return plain(response);
    }
    if (response == null && !begun) {
      begun = true;
      return prompt("Username:");
    }
    begun = true;
    if (name == null) {
      name = SaslExchange.name(SaslExchange.text(response));
      return prompt("Password:");
    }
    return check("", name, response.clone());
  }

  private static SaslStep prompt(String text) {
    return new SaslStep.Challenge(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  /** {@code [authzid] NUL authcid NUL passwd}. */
  private SaslStep plain(byte[] message)
      throws MalformedException, BlockedException, IOException, InterruptedException {
    int first = indexOfNul(message, 0);
    int second = first < 0 ? -1 : indexOfNul(message, first + 1);
    if (second < 0) {
      throw new MalformedException();
    }
    String authorizationId = SaslExchange.text(Arrays.copyOfRange(message, 0, first));
    if (authorizationId.length() > User.MAX_NAME) {
      throw new MalformedException();
    }
    name = SaslExchange.name(SaslExchange.text(Arrays.copyOfRange(message, first + 1, second)));
    return check(authorizationId, name, Arrays.copyOfRange(message, second + 1, message.length));
  }

  private SaslStep check(String authorizationId, String login, byte[] password)
      throws MalformedException, BlockedException, IOException, InterruptedException {
    try {
      if (password.length == 0 || password.length > MAX_PASSWORD || indexOfNul(password, 0) >= 0) {
        throw new MalformedException();
      }
      gate.pass(login);
      LoginResult result = users.authenticate(login, password, origin, gate);
      // Blocked while the hash was worked out: many guesses at one time gain nothing.
      gate.pass(login);
      boolean itself = SaslExchange.actsAsItself(authorizationId, login);
      return new SaslStep.Done(
          login,
          itself || result instanceof LoginResult.Refused
              ? result
              : new LoginResult.Refused(LoginResult.Refused.FOREIGN));
    } finally {
      Arrays.fill(password, (byte) 0);
    }
  }

  private static int indexOfNul(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        return i;
      }
    }
    return -1;
  }
}
