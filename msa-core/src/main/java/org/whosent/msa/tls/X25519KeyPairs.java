package org.whosent.msa.tls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidParameterException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGeneratorSpi;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** Makes X25519 key pairs (RFC 7748 section 6.1). Made and called by the JDK. Not thread-safe. */
public final class X25519KeyPairs extends KeyPairGeneratorSpi {
  private static final int BITS = 255;

  private SecureRandom random;

  @Override
  public void initialize(int keyBits, SecureRandom source) {
    if (keyBits != BITS) {
      throw new InvalidParameterException("X25519 has keys of 255 bits");
    }
    random = source;
  }

  /**
   * Takes X25519 only.
   *
   * @throws InvalidAlgorithmParameterException for X448, so that the JDK's is asked
   */
  @Override
  public void initialize(AlgorithmParameterSpec parameters, SecureRandom source)
      throws InvalidAlgorithmParameterException {
    if (!(parameters instanceof NamedParameterSpec named)
        || !named.getName().equalsIgnoreCase(NamedParameterSpec.X25519.getName())) {
      throw new InvalidAlgorithmParameterException("not X25519");
    }
    random = source;
  }

  @Override
  public KeyPair generateKeyPair() {
    byte[] scalar = new byte[X25519.SCALAR_SIZE];
    byte[] point = new byte[X25519.POINT_SIZE];
    X25519.generatePrivateKey(random == null ? new SecureRandom() : random, scalar);
    X25519.generatePublicKey(scalar, 0, point, 0);
    try {
      KeyFactory keys = KeyFactory.getInstance("XDH");
      return new KeyPair(
          keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, number(point))),
          keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar)));
    } catch (GeneralSecurityException e) {
      throw new ProviderException("the JDK has no keys for X25519", e);
    } finally {
      Arrays.fill(scalar, (byte) 0);
    }
  }

  /** RFC 7748 section 5: least octet first. */
  private static BigInteger number(byte[] octets) {
    byte[] reversed = new byte[octets.length];
    for (int i = 0; i < octets.length; i++) {
      reversed[i] = octets[octets.length - 1 - i];
    }
    return new BigInteger(1, reversed);
  }
}
