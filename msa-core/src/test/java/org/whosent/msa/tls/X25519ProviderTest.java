package org.whosent.msa.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.Test;

/** Beside the JDK's own, and an example of RFC 7748. */
class X25519ProviderTest {
  private static final BigInteger PRIME =
      BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));

  private final Provider ours = new X25519Provider();
  private final Provider jdks = Security.getProvider("SunEC");

  private static byte[] agree(Provider provider, PrivateKey mine, PublicKey theirs)
      throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance("XDH", provider);
    agreement.init(mine);
    agreement.doPhase(theirs, true);
    return agreement.generateSecret("TlsPremasterSecret").getEncoded();
  }

  private static PrivateKey scalar(String hex) throws GeneralSecurityException {
    return KeyFactory.getInstance("XDH")
        .generatePrivate(
            new XECPrivateKeySpec(NamedParameterSpec.X25519, HexFormat.of().parseHex(hex)));
  }

  private static PublicKey point(BigInteger u) throws GeneralSecurityException {
    return KeyFactory.getInstance("XDH")
        .generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, u));
  }

  private static PublicKey point(String hex) throws GeneralSecurityException {
    byte[] octets = HexFormat.of().parseHex(hex);
    byte[] reversed = new byte[octets.length];
    for (int i = 0; i < octets.length; i++) {
      reversed[i] = octets[octets.length - 1 - i];
    }
    return point(new BigInteger(1, reversed));
  }

  @Test
  void exampleOfRfc7748() throws Exception {
    // Section 5.2
    byte[] secret =
        agree(
            ours,
            scalar("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
            point("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"));
    assertEquals(
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
        HexFormat.of().formatHex(secret));
  }

  @Test
  void bothSidesAgreeWhicheverOfThemIsTheJdk() throws Exception {
    for (int i = 0; i < 200; i++) {
      KeyPair one = pair(ours);
      KeyPair other = pair(i % 2 == 0 ? jdks : ours);
      byte[] secret = agree(jdks, other.getPrivate(), one.getPublic());
      assertEquals(32, secret.length);
      assertArrayEquals(secret, agree(ours, one.getPrivate(), other.getPublic()));
      assertArrayEquals(secret, agree(ours, other.getPrivate(), one.getPublic()));
      assertArrayEquals(secret, agree(jdks, one.getPrivate(), other.getPublic()));
    }
  }

  private static KeyPair pair(Provider provider) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("XDH", provider);
    generator.initialize(NamedParameterSpec.X25519);
    return generator.generateKeyPair();
  }

  @Test
  void noTwoKeysAreTheSame() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("X25519", ours);
    BigInteger first = ((XECPublicKey) generator.generateKeyPair().getPublic()).getU();
    assertNotEquals(first, ((XECPublicKey) generator.generateKeyPair().getPublic()).getU());
  }

  @Test
  void aPointOfSmallOrderMakesNoSecret() throws Exception {
    PrivateKey mine = pair(jdks).getPrivate();
    List<BigInteger> small =
        List.of(
            BigInteger.ZERO,
            BigInteger.ONE,
            PRIME.subtract(BigInteger.ONE),
            PRIME,
            PRIME.add(BigInteger.ONE));
    for (BigInteger u : small) {
      assertThrows(InvalidKeyException.class, () -> agree(ours, mine, point(u)), u.toString());
      assertThrows(InvalidKeyException.class, () -> agree(jdks, mine, point(u)), u.toString());
    }
    for (String order8 :
        List.of(
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")) {
      assertThrows(InvalidKeyException.class, () -> agree(ours, mine, point(order8)), order8);
    }
  }

  @Test
  void whatItCannotDoTheJdkDoes() throws Exception {
    KeyPair x448 = KeyPairGenerator.getInstance("X448").generateKeyPair();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("XDH", ours);
    assertThrows(
        InvalidAlgorithmParameterException.class,
        () -> generator.initialize(NamedParameterSpec.X448));
    KeyAgreement agreement = KeyAgreement.getInstance("XDH", ours);
    assertThrows(InvalidKeyException.class, () -> agreement.init(x448.getPrivate()));
    agreement.init(pair(ours).getPrivate());
    assertThrows(InvalidKeyException.class, () -> agreement.doPhase(x448.getPublic(), true));
    assertThrows(IllegalStateException.class, agreement::generateSecret);
    X25519Provider.install();
    try {
      X25519Provider.install();
      assertEquals(X25519Provider.NAME, Security.getProviders()[0].getName());
      assertEquals(
          X25519Provider.NAME, KeyPairGenerator.getInstance("XDH").getProvider().getName());
      KeyPairGenerator any = KeyPairGenerator.getInstance("XDH");
      any.initialize(NamedParameterSpec.X448);
      KeyPair made = any.generateKeyPair();
      KeyAgreement both = KeyAgreement.getInstance("XDH");
      both.init(made.getPrivate());
      both.doPhase(x448.getPublic(), true);
      assertEquals(56, both.generateSecret().length);
      assertArrayEquals(
          agree(jdks, x448.getPrivate(), made.getPublic()),
          agree(jdks, made.getPrivate(), x448.getPublic()));
    } finally {
      Security.removeProvider(X25519Provider.NAME);
    }
  }
}
