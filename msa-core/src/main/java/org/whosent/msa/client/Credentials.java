package org.whosent.msa.client;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * What a client logs in with. Immutable. Never shown: {@link #toString} leaves the secret out.
 *
 * @param user the authentication identity
 * @param secret a password, or for OAuth a bearer token
 */
public record Credentials(String user, String secret) {
  public Credentials {
    Objects.requireNonNull(user);
    Objects.requireNonNull(secret);
    if (user.isEmpty() || user.indexOf('\0') >= 0 || secret.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a login is not empty and has no NUL");
    }
  }

  byte[] userBytes() {
    return user.getBytes(StandardCharsets.UTF_8);
  }

  byte[] secretBytes() {
    return secret.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "Credentials[" + user + "]";
  }
}
