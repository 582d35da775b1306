package org.whosent.msa.tls;

import java.io.IOException;
import java.io.Reader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;

/**
 * Makes TLS contexts. Stateless, thread-safe.
 *
 * <p>Versions and ciphers are the JDK's, which has TLS 1.2 and 1.3 enabled and nothing older. No
 * client may renegotiate: with TLS 1.2 it could ask for handshake after handshake in one read of
 * ours, and never say a command that is counted.
 */
public final class TlsMaterial {
  private static final long MAX_FILE_BYTES = 1 << 20;

  static {
    // For the whole process; the JDK looks once, at its first handshake.
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
  }

  private TlsMaterial() {}

  /**
   * The server's context. Where neither file is there, both are made, self-signed, and the log says
   * so.
   *
   * @throws IOException when the files cannot be used; the message is for the operator
   */
  public static SSLContext server(Path certificate, Path key, String hostname, Consumer<String> log)
      throws IOException {
    // What we may not look at is there: reading it says why not.
    boolean hasCertificate = !Files.notExists(certificate);
    boolean hasKey = !Files.notExists(key);
    if (hasCertificate != hasKey) {
      throw new IOException(
          "tls: %s is there and %s is not; give both, or neither to have them made"
              .formatted(hasCertificate ? certificate : key, hasCertificate ? key : certificate));
    }
    if (!hasCertificate) {
      SelfSigned.make(certificate, key, hostname);
      log.accept(
          "tls: made a self-signed certificate for %s in %s; mail clients will not trust it"
              .formatted(hostname, certificate));
    }
    List<X509Certificate> chain = chain(certificate);
    PrivateKey privateKey = privateKey(key);
    if (!belong(chain.getFirst().getPublicKey(), privateKey)) {
      throw new IOException(
          "tls: the key in %s is not that of the first certificate in %s"
              .formatted(key, certificate));
    }
    tellUnfit(chain.getFirst(), certificate, hostname, log);
    try {
      char[] nothing = new char[0];
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, nothing);
      store.setKeyEntry("msa", privateKey, nothing, chain.toArray(X509Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, nothing);
      return context(keys.getKeyManagers(), null);
    } catch (GeneralSecurityException e) {
      throw new IOException("tls: " + certificate + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** What mail clients will refuse it for, of what can be known here. */
  private static void tellUnfit(
      X509Certificate certificate, Path file, String hostname, Consumer<String> log)
      throws IOException {
    Date now = new Date();
    if (certificate.getNotAfter().before(now)) {
      log.accept("tls: the certificate in " + file + " has expired");
    }
    if (certificate.getNotBefore().after(now)) {
      log.accept(
          "tls: the certificate in %s is not valid before %s; is the clock right?"
              .formatted(file, certificate.getNotBefore().toInstant()));
    }
    try {
      if (!CertificateNames.contain(certificate, hostname)) {
        log.accept(
            "tls: the certificate in %s does not name %s; mail clients that connect to that name will refuse it"
                .formatted(file, hostname));
      }
    } catch (CertificateParsingException e) {
      throw new IOException("tls: " + file + ": " + e.getMessage(), e);
    }
  }

  /** A client's context that asks for a certificate that the JDK's trust store vouches for. */
  public static SSLContext verifyingClient() {
    return context(null, null);
  }

  /**
   * A client's context that asks for a certificate that one of those in a file vouches for.
   *
   * @throws IOException when the file cannot be used; the message is for the operator
   */
  public static SSLContext verifyingClient(Path authorities) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (X509Certificate certificate : chain(authorities)) {
        store.setCertificateEntry("ca-" + store.size(), certificate);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      return context(null, trust.getTrustManagers());
    } catch (GeneralSecurityException e) {
      throw new IOException("tls: " + authorities + " cannot be used: " + e.getMessage(), e);
    }
  }

  /**
   * A client's context that takes any certificate: for opportunistic TLS (RFC 7435), which keeps
   * out listeners and nobody who stands in between.
   */
  public static SSLContext trustingClient() {
    return context(null, new TrustManager[] {new TrustAll()});
  }

  private static SSLContext context(javax.net.ssl.KeyManager[] keys, TrustManager[] trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, trust, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  private static List<Object> read(Path file) throws IOException {
    if (Files.size(file) > MAX_FILE_BYTES) {
      throw new IOException("tls: " + file + " is larger than 1 MiB; this is no PEM file");
    }
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
        PEMParser parser = new PEMParser(reader)) {
      List<Object> objects = new ArrayList<>();
      Object object;
      while ((object = parser.readObject()) != null) {
        objects.add(object);
      }
      return objects;
    } catch (PEMException | IllegalArgumentException | IllegalStateException e) {
      throw new IOException("tls: " + file + " is not PEM: " + e.getMessage(), e);
    }
  }

  private static List<X509Certificate> chain(Path file) throws IOException {
    List<X509Certificate> chain = new ArrayList<>();
    JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
    for (Object object : read(file)) {
      if (object instanceof X509CertificateHolder holder) {
        try {
          chain.add(converter.getCertificate(holder));
        } catch (GeneralSecurityException e) {
          throw new IOException("tls: " + file + ": " + e.getMessage(), e);
        }
      }
    }
    if (chain.isEmpty()) {
      throw new IOException("tls: " + file + ": no CERTIFICATE in it");
    }
    return chain;
  }

  /** PKCS#8, PKCS#1 and SEC 1 keys, in clear. */
  private static PrivateKey privateKey(Path file) throws IOException {
    JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
    for (Object object : read(file)) {
      switch (object) {
        case PrivateKeyInfo info -> {
          return converter.getPrivateKey(info);
        }
        case PEMKeyPair pair -> {
          return converter.getPrivateKey(pair.getPrivateKeyInfo());
        }
        case PEMEncryptedKeyPair _, PKCS8EncryptedPrivateKeyInfo _ ->
            throw new IOException(
                "tls: %s is encrypted; remove the passphrase: openssl pkey -in %s"
                    .formatted(file, file));
        default -> {
          // EC PARAMETERS and certificates may stand before the key
        }
      }
    }
    throw new IOException("tls: " + file + ": no PRIVATE KEY in it");
  }

  private static boolean belong(PublicKey publicKey, PrivateKey privateKey) throws IOException {
    String algorithm =
        switch (publicKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          case "RSASSA-PSS" -> null; // has parameters that a quick check cannot guess
          default -> publicKey.getAlgorithm();
        };
    if (algorithm == null) {
      return true;
    }
    try {
      byte[] text = "whosent".getBytes(StandardCharsets.US_ASCII);
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(privateKey);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(text);
      return signature.verify(signed);
    } catch (java.security.InvalidKeyException | java.security.SignatureException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IOException("tls: unusable key: " + e.getMessage(), e);
    }
  }

  private static final class TrustAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
