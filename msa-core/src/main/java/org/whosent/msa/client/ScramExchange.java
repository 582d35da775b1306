package org.whosent.msa.client;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), with the channel binding {@code
 * tls-exporter} (RFC 9266) or none. Not thread-safe.
 *
 * <p>The password never leaves this object, and the server is believed only when it proves that it
 * knows the password's verifier. Weak: of SASLprep (RFC 4013) only the normalisation is done, which
 * is all that ordinary passwords need.
 */
final class ScramExchange implements ClientMechanism.Exchange {
  /** What a server may ask of us: beyond it, a login would be a way to keep the client busy. */
  private static final int MAX_ITERATIONS = 1_000_000;

  private static final int MIN_ITERATIONS = 4096; // RFC 7677 section 4

  private final Credentials credentials;
  private final String gs2Header;
  private final byte[] binding;
  private final String nonce;
  private String firstBare;
  private byte[] serverSignature;
  private boolean complete;

  private ScramExchange(Credentials credentials, String gs2Header, byte[] binding) {
    this.credentials = credentials;
    this.gs2Header = gs2Header;
    this.binding = binding;
    byte[] random = new byte[18];
    new SecureRandom().nextBytes(random);
    nonce = Base64.getEncoder().encodeToString(random);
  }

  static ScramExchange unbound(Credentials credentials) {
    return new ScramExchange(credentials, "n,,", new byte[0]);
  }

  static ScramExchange bound(Credentials credentials, SmtpClient client) {
    try {
      return new ScramExchange(credentials, "p=tls-exporter,,", exported(client.tls()));
    } catch (SSLException e) {
      throw new IllegalStateException("canBind is asked before", e);
    }
  }

  /**
   * RFC 9266 section 2: TLS 1.3, or 1.2 with the extended master secret, which a JDK insists on.
   */
  static boolean canBind(SmtpClient client) {
    try {
      return client.tls() != null && exported(client.tls()) != null;
    } catch (SSLException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static byte[] exported(SSLSession session) throws SSLException {
    return session instanceof ExtendedSSLSession extended
        ? extended.exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32)
        : null;
  }

  @Override
  public byte[] initial() {
    firstBare = "n=" + ClientMechanism.saslName(prepared(credentials.user())) + ",r=" + nonce;
    return (gs2Header + firstBare).getBytes(StandardCharsets.UTF_8);
  }

  private static String prepared(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC);
  }

  @Override
  public byte[] answer(byte[] challenge) throws LoginException {
    String message = new String(challenge, StandardCharsets.UTF_8);
    Map<Character, String> values = values(message);
    if (serverSignature == null) {
      return proof(message, values);
    }
    if (!complete && values.containsKey('v')) {
      complete = MessageDigest.isEqual(serverSignature, decode(values.get('v')));
      if (complete) {
        return new byte[0];
      }
      throw new LoginException("SCRAM: the server does not know the password it asks for");
    }
    throw new LoginException("SCRAM: the server refuses: " + values.getOrDefault('e', "no reason"));
  }

  private byte[] proof(String serverFirst, Map<Character, String> values) throws LoginException {
    String both = values.getOrDefault('r', "");
    if (values.containsKey('m') || !both.startsWith(nonce) || both.length() == nonce.length()) {
      throw new LoginException("SCRAM: the server's first message is not an answer to ours");
    }
    int iterations;
    try {
      iterations = Integer.parseInt(values.getOrDefault('i', ""));
    } catch (NumberFormatException e) {
      throw new LoginException("SCRAM: the server names no iteration count");
    }
    if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
      throw new LoginException("SCRAM: " + iterations + " iterations are out of bounds");
    }
    byte[] header = gs2Header.getBytes(StandardCharsets.UTF_8);
    byte[] channel = java.util.Arrays.copyOf(header, header.length + binding.length);
    System.arraycopy(binding, 0, channel, header.length, binding.length);
    String withoutProof = "c=" + ClientMechanism.base64(channel) + ",r=" + both;
    String authMessage = firstBare + "," + serverFirst + "," + withoutProof;
    try {
      PBEKeySpec spec =
          new PBEKeySpec(
              prepared(credentials.secret()).toCharArray(),
              decode(values.getOrDefault('s', "")),
              iterations,
              256);
      byte[] salted =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
      spec.clearPassword();
      byte[] clientKey = hmac(salted, "Client Key");
      byte[] storedKey = MessageDigest.getInstance("SHA-256").digest(clientKey);
      byte[] clientSignature = hmac(storedKey, authMessage);
      for (int i = 0; i < clientKey.length; i++) {
        clientKey[i] ^= clientSignature[i];
      }
      serverSignature = hmac(hmac(salted, "Server Key"), authMessage);
      return (withoutProof + ",p=" + ClientMechanism.base64(clientKey))
          .getBytes(StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new LoginException("SCRAM: the server names no salt");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has PBKDF2 with HMAC-SHA-256", e);
    }
  }

  @Override
  public boolean isComplete() {
    return complete;
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] decode(String base64) throws LoginException {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new LoginException("SCRAM: the server's message is not base64 where it must be");
    }
  }

  private static Map<Character, String> values(String message) {
    Map<Character, String> values = new HashMap<>();
    for (String part : message.split(",")) {
      if (part.length() >= 2 && part.charAt(1) == '=') {
        values.putIfAbsent(part.charAt(0), part.substring(2));
      }
    }
    return values;
  }
}
