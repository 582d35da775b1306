package org.whosent.msa.tls;

import java.math.BigInteger;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.interfaces.XECKey;
import java.security.interfaces.XECPrivateKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import javax.crypto.KeyAgreementSpi;
import javax.crypto.SecretKey;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * Agrees on a secret by X25519 (RFC 7748 section 6.1). Made and called by the JDK. Not thread-safe.
 */
public final class X25519Agreement extends KeyAgreementSpi {
  private static final BigInteger PRIME =
      BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));

  private byte[] scalar;
  private byte[] secret;

  @Override
  protected void engineInit(Key key, SecureRandom random) throws InvalidKeyException {
    secret = null;
    if (!(key instanceof XECPrivateKey mine) || !isX25519(mine)) {
      // The JDK asks its own next.
      throw new InvalidKeyException("not a private key for X25519");
    }
    scalar =
        mine.getScalar()
            .filter(octets -> octets.length == X25519.SCALAR_SIZE)
            .orElseThrow(() -> new InvalidKeyException("no scalar to be had of the private key"));
  }

  @Override
  protected void engineInit(Key key, AlgorithmParameterSpec parameters, SecureRandom random)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    if (parameters != null) {
      throw new InvalidAlgorithmParameterException("X25519 has no parameters");
    }
    engineInit(key, random);
  }

  /**
   * The one and last step.
   *
   * @throws InvalidKeyException for a point of small order, which makes a secret that everybody
   *     knows (RFC 7748 section 6.1, RFC 8446 section 7.4.2)
   */
  @Override
  protected Key engineDoPhase(Key key, boolean last) throws InvalidKeyException {
    if (scalar == null || secret != null || !last) {
      throw new IllegalStateException("X25519 is one step after the private key");
    }
    if (!(key instanceof XECPublicKey theirs) || !isX25519(theirs)) {
      throw new InvalidKeyException("not a public key for X25519");
    }
    byte[] agreed = new byte[X25519.POINT_SIZE];
    if (!X25519.calculateAgreement(scalar, 0, octets(theirs.getU().mod(PRIME)), 0, agreed, 0)) {
      throw new InvalidKeyException("a point of small order");
    }
    secret = agreed;
    return null;
  }

  @Override
  protected byte[] engineGenerateSecret() {
    if (secret == null) {
      throw new IllegalStateException("nothing is agreed on yet");
    }
    byte[] agreed = secret;
    secret = null;
    return agreed;
  }

  @Override
  protected int engineGenerateSecret(byte[] into, int offset) throws ShortBufferException {
    if (into.length - offset < X25519.POINT_SIZE) {
      throw new ShortBufferException("32 octets are needed");
    }
    System.arraycopy(engineGenerateSecret(), 0, into, offset, X25519.POINT_SIZE);
    return X25519.POINT_SIZE;
  }

  @Override
  protected SecretKey engineGenerateSecret(String algorithm) throws NoSuchAlgorithmException {
    if (algorithm == null) {
      throw new NoSuchAlgorithmException("no algorithm is named");
    }
    byte[] agreed = engineGenerateSecret();
    try {
      return new SecretKeySpec(agreed, algorithm);
    } finally {
      Arrays.fill(agreed, (byte) 0);
    }
  }

  private static boolean isX25519(XECKey key) {
    return key.getParams() instanceof NamedParameterSpec named
        && named.getName().equalsIgnoreCase(NamedParameterSpec.X25519.getName());
  }

  /** RFC 7748 section 5: least octet first. */
  private static byte[] octets(BigInteger number) {
    byte[] octets = new byte[X25519.POINT_SIZE];
    byte[] reversed = number.toByteArray();
    for (int i = 0; i < Math.min(octets.length, reversed.length); i++) {
      octets[i] = reversed[reversed.length - 1 - i];
    }
    return octets;
  }
}
