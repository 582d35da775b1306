package org.whosent.record.dkim;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A public key as it stands, or stood, in the DNS. Immutable.
 *
 * @param domain of the signatures' {@code d=}, lower case
 * @param selector of their {@code s=}, lower case
 * @param key RSA or Ed25519
 */
public record DkimKey(String domain, String selector, PublicKey key) {
  /** RFC 8301 section 3.2: what is signed with less is not signed. */
  private static final int LEAST_RSA_BITS = 1024;

  /** Longer keys only cost time. */
  private static final int MOST_RSA_BITS = 8192;

  /** RFC 8410: what stands before the 32 octets of an Ed25519 key in a SubjectPublicKeyInfo. */
  private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  /** The same for an RSA key of PKCS#1, but for two lengths. */
  private static final byte[] RSA_ALGORITHM =
      HexFormat.of().parseHex("300d06092a864886f70d0101010500");

  private static final Pattern PEM =
      Pattern.compile("-----BEGIN PUBLIC KEY-----(.*)-----END PUBLIC KEY-----", Pattern.DOTALL);

  public DkimKey {
    domain = domain.toLowerCase(Locale.ROOT);
    selector = selector.toLowerCase(Locale.ROOT);
  }

  /** Whether it is an Ed25519 key (RFC 8463), else RSA. */
  boolean isEd25519() {
    return !(key instanceof RSAPublicKey);
  }

  /**
   * Reads a key.
   *
   * @param text the TXT record ({@code v=DKIM1; k=rsa; p=…}), or a PEM block {@code PUBLIC KEY}
   * @throws IllegalArgumentException when it is neither; the message is one line for the operator
   */
  public static DkimKey parse(String domain, String selector, String text) {
    var pem = PEM.matcher(text);
    if (pem.find()) {
      return new DkimKey(domain, selector, spki(base64(pem.group(1))));
    }
    Map<String, String> tags =
        TagList.parse(text.replaceAll("\"", ""))
            .filter(list -> list.containsKey("p"))
            .orElseThrow(
                () -> new IllegalArgumentException("neither a DKIM TXT record nor a PEM key"));
    if (!tags.getOrDefault("v", "DKIM1").equals("DKIM1")) {
      throw new IllegalArgumentException("a TXT record of version " + tags.get("v"));
    }
    byte[] bytes = base64(tags.get("p"));
    if (bytes.length == 0) {
      throw new IllegalArgumentException("the key was withdrawn (p= is empty)");
    }
    return switch (tags.getOrDefault("k", "rsa")) {
      case "rsa" -> new DkimKey(domain, selector, rsa(bytes));
      case "ed25519" -> new DkimKey(domain, selector, ed25519(bytes));
      default -> throw new IllegalArgumentException("a key of type " + tags.get("k"));
    };
  }

  private static byte[] base64(String text) {
    try {
      return Base64.getDecoder().decode(TagList.packed(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the key is not base64", e);
    }
  }

  /** RFC 6376 writes a SubjectPublicKeyInfo, and some write the bare key inside it. */
  private static PublicKey rsa(byte[] bytes) {
    try {
      return spki(bytes);
    } catch (IllegalArgumentException e) {
      if (bytes.length > 2000) {
        throw e;
      }
      byte[] bits = tagged(0x03, new byte[] {0}, bytes);
      return spki(tagged(0x30, RSA_ALGORITHM, bits));
    }
  }

  private static byte[] tagged(int tag, byte[] first, byte[] second) {
    int length = first.length + second.length;
    byte[] out = new byte[4 + length];
    out[0] = (byte) tag;
    out[1] = (byte) 0x82;
    out[2] = (byte) (length >> 8);
    out[3] = (byte) length;
    System.arraycopy(first, 0, out, 4, first.length);
    System.arraycopy(second, 0, out, 4 + first.length, second.length);
    return out;
  }

  private static PublicKey ed25519(byte[] bytes) {
    if (bytes.length != 32) {
      throw new IllegalArgumentException("an Ed25519 key has 32 octets, not " + bytes.length);
    }
    byte[] spki = new byte[ED25519_PREFIX.length + 32];
    System.arraycopy(ED25519_PREFIX, 0, spki, 0, ED25519_PREFIX.length);
    System.arraycopy(bytes, 0, spki, ED25519_PREFIX.length, 32);
    return spki(spki);
  }

  private static PublicKey spki(byte[] bytes) {
    X509EncodedKeySpec spec = new X509EncodedKeySpec(bytes);
    for (String algorithm : new String[] {"RSA", "Ed25519"}) {
      try {
        PublicKey key = KeyFactory.getInstance(algorithm).generatePublic(spec);
        if (key instanceof RSAPublicKey rsa) {
          int bits = rsa.getModulus().bitLength();
          if (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS) {
            throw new IllegalArgumentException(
                "an RSA key of %d bits; %d to %d are taken"
                    .formatted(bits, LEAST_RSA_BITS, MOST_RSA_BITS));
          }
        }
        return key;
      } catch (GeneralSecurityException e) {
        continue; // of the other kind, or of none
      }
    }
    throw new IllegalArgumentException("not an RSA or Ed25519 public key");
  }
}
