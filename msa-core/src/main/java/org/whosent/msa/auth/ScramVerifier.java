package org.whosent.msa.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a server holds to check SCRAM-SHA-256 (RFC 5802 section 3, RFC 7677): nothing that would let
 * its thief log in without guessing the password. Immutable; the arrays are not to be changed.
 *
 * <p>As text it is {@code ITERATIONS,SALT,STOREDKEY,SERVERKEY} with base64, which is what Dovecot
 * writes behind {@code {SCRAM-SHA-256}}. Known weak: PBKDF2 is cheaper to guess against than the
 * argon2id beside it, so who steals the file guesses here; hence the many iterations.
 */
public record ScramVerifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
  /**
   * RFC 7677 section 4 wants 4096 at least; a phone still does these in a fraction of a second.
   * Cyrus SASL, by which Postfix and many mail programs log in, refuses a single one more.
   */
  private static final int NEW_ITERATIONS = 65_536;

  /** An imported verifier may have less than ours, but what the RFC wants. */
  private static final int MIN_ITERATIONS = 4096;

  /** The client's work, not ours; beyond this many refuse, and rightly. */
  private static final int MAX_ITERATIONS = 10_000_000;

  static final int KEY_LENGTH = 32;
  private static final int NEW_SALT_LENGTH = 16;
  private static final String BASE64 = "([A-Za-z0-9+/]{8,120}={0,2})";
  private static final Pattern TEXT =
      Pattern.compile("([0-9]{4,8})," + BASE64 + "," + BASE64 + "," + BASE64);
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The parameters that a client is told, beside the salt itself. */
  record Shape(int iterations, int saltLength) {
    static final Shape NEW = new Shape(NEW_ITERATIONS, NEW_SALT_LENGTH);
  }

  /**
   * Makes one with a fresh salt.
   *
   * @return empty when SASLprep forbids the password: no client could ask with it
   */
  static Optional<ScramVerifier> make(char[] password) {
    byte[] salt = new byte[NEW_SALT_LENGTH];
    RANDOM.nextBytes(salt);
    return Saslprep.stored(password).map(prepared -> of(prepared, salt, NEW_ITERATIONS));
  }

  /** RFC 5802 section 3, from a prepared password. */
  static ScramVerifier of(String prepared, byte[] salt, int iterations) {
    PBEKeySpec spec = new PBEKeySpec(prepared.toCharArray(), salt, iterations, KEY_LENGTH * 8);
    try {
      byte[] salted =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
      return new ScramVerifier(
          iterations, salt, sha256(hmac(salted, "Client Key")), hmac(salted, "Server Key"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has PBKDF2WithHmacSHA256", e);
    } finally {
      spec.clearPassword();
    }
  }

  /**
   * One that nobody has, for a name that is nobody's: the same each time for a name and a secret,
   * so that asking twice tells no more than asking once.
   */
  static ScramVerifier madeUp(byte[] secret, String name, Shape shape) {
    // When the shape chosen for a name changes so does the salt, as with a real new password.
    String seed = "salt " + shape.iterations + " " + name;
    byte[] random = hmac(secret, seed);
    byte[] salt = new byte[shape.saltLength];
    for (int i = 0; i < salt.length; i++) {
      if (i > 0 && i % random.length == 0) {
        random = hmac(secret, i + " " + seed);
      }
      salt[i] = random[i % random.length];
    }
    return new ScramVerifier(
        shape.iterations, salt, hmac(secret, "stored key " + name), hmac(secret, "server " + name));
  }

  /**
   * Reads the text.
   *
   * @throws IllegalArgumentException with what is wrong with it, not with the text
   */
  static ScramVerifier parse(String text) {
    Matcher m = TEXT.matcher(text);
    IllegalArgumentException wrong =
        new IllegalArgumentException(
            "scram-sha-256 is ITERATIONS,SALT,STOREDKEY,SERVERKEY, with %d to %d iterations"
                .formatted(MIN_ITERATIONS, MAX_ITERATIONS));
    if (!m.matches()) {
      throw wrong;
    }
    try {
      Base64.Decoder base64 = Base64.getDecoder();
      ScramVerifier verifier =
          new ScramVerifier(
              Integer.parseInt(m.group(1)),
              base64.decode(m.group(2)),
              base64.decode(m.group(3)),
              base64.decode(m.group(4)));
      if (verifier.iterations < MIN_ITERATIONS
          || verifier.iterations > MAX_ITERATIONS
          || verifier.storedKey.length != KEY_LENGTH
          || verifier.serverKey.length != KEY_LENGTH) {
        throw wrong;
      }
      return verifier;
    } catch (IllegalArgumentException e) {
      throw wrong;
    }
  }

  /** For the user file. */
  String text() {
    Base64.Encoder base64 = Base64.getEncoder();
    return iterations
        + ","
        + base64.encodeToString(salt)
        + ","
        + base64.encodeToString(storedKey)
        + ","
        + base64.encodeToString(serverKey);
  }

  Shape shape() {
    return new Shape(iterations, salt.length);
  }

  /** True when the proof was made with the password that this verifier is of. */
  boolean proves(byte[] proof, String authMessage) {
    if (proof.length != KEY_LENGTH) {
      return false;
    }
    byte[] clientKey = hmac(storedKey, authMessage);
    for (int i = 0; i < clientKey.length; i++) {
      clientKey[i] ^= proof[i];
    }
    return MessageDigest.isEqual(sha256(clientKey), storedKey);
  }

  /** What shows the client that we hold the verifier. */
  byte[] serverSignature(String authMessage) {
    return hmac(serverKey, authMessage);
  }

  static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Without the keys. */
  @Override
  public String toString() {
    return "ScramVerifier[" + iterations + "]";
  }
}
