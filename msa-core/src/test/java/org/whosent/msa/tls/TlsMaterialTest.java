package org.whosent.msa.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates and keys: made by us, and by openssl where it is installed. */
class TlsMaterialTest {
  @TempDir Path directory;
  private final List<String> log = new ArrayList<>();

  @Test
  void selfSignedIsMadeOnceAndSaid() throws Exception {
    Path certificate = directory.resolve("tls").resolve("cert.pem");
    Path key = directory.resolve("tls").resolve("key.pem");
    assertNotNull(TlsMaterial.server(certificate, key, "msa.example.org", log::add));
    assertEquals(1, log.size());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
    String made = Files.readString(certificate);
    assertNotNull(TlsMaterial.server(certificate, key, "msa.example.org", log::add));
    assertEquals(made, Files.readString(certificate));
    assertEquals(1, log.size());
    Files.delete(key);
    assertThrows(IOException.class, () -> TlsMaterial.server(certificate, key, "x", log::add));
  }

  @Test
  void whatMailClientsWillRefuseIsSaid() throws Exception {
    Instant now = Instant.now();
    assertEquals(List.of(), told(now, 1, "msa.example.org", "msa.example.org"));
    assertEquals(List.of(), told(now, 1, "*.EXAMPLE.org", "msa.example.org"));
    assertSaid("does not name msa.example.org", told(now, 1, "*.org", "msa.example.org"));
    assertSaid("does not name example.org", told(now, 1, "*.example.org", "example.org"));
    assertSaid("does not name a.b.example.org", told(now, 1, "*.example.org", "a.b.example.org"));
    assertSaid("does not name msa.example.org", told(now, 1, null, "msa.example.org"));
    assertSaid("has expired", told(now.minus(Duration.ofDays(3)), 1, "a.example", "a.example"));
    assertSaid(
        "is not valid before", told(now.plus(Duration.ofDays(3)), 1, "a.example", "a.example"));
  }

  private static void assertSaid(String what, List<String> lines) {
    assertEquals(1, lines.size(), lines::toString);
    assertTrue(lines.getFirst().contains(what), lines::toString);
  }

  /** What the log says of a certificate for a name, or for none, valid for days from a time on. */
  private List<String> told(Instant from, int days, String name, String hostname) throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    X500Name subject = new X500Name("CN=" + hostname);
    var builder =
        new JcaX509v3CertificateBuilder(
            subject,
            BigInteger.ONE,
            Date.from(from),
            Date.from(from.plus(Duration.ofDays(days))),
            subject,
            pair.getPublic());
    if (name != null) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.dNSName, name)));
    }
    Path certificate = directory.resolve("a.pem");
    Path key = directory.resolve("b.pem");
    write(
        certificate,
        builder.build(new JcaContentSignerBuilder("Ed25519").build(pair.getPrivate())));
    write(key, new JcaPKCS8Generator(pair.getPrivate(), null));
    List<String> lines = new ArrayList<>();
    TlsMaterial.server(certificate, key, hostname, lines::add);
    return lines;
  }

  private static void write(Path file, Object what) throws IOException {
    try (JcaPEMWriter writer = new JcaPEMWriter(Files.newBufferedWriter(file))) {
      writer.writeObject(what);
    }
  }

  @Test
  void noClientRenegotiates() throws Exception {
    SSLContext server =
        TlsMaterial.server(
            directory.resolve("c.pem"), directory.resolve("k.pem"), "localhost", log::add);
    try (ServerSocket listener =
            server
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        SSLSocket client =
            (SSLSocket)
                TlsMaterial.trustingClient()
                    .getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), listener.getLocalPort())) {
      client.setEnabledProtocols(new String[] {"TLSv1.2"});
      CompletableFuture<IOException> end = new CompletableFuture<>();
      Thread.startVirtualThread(
          () -> {
            try (Socket session = listener.accept()) {
              session.getInputStream().transferTo(session.getOutputStream());
              end.complete(null);
            } catch (IOException e) {
              end.complete(e);
            }
          });
      client.getOutputStream().write('a');
      assertEquals('a', client.getInputStream().read());
      assertThrows(
          IOException.class,
          () -> {
            client.startHandshake();
            client.getOutputStream().write('b');
            client.getInputStream().read();
          });
      assertInstanceOf(SSLException.class, end.get());
    }
  }

  @Test
  void keysOfEveryKind() throws Exception {
    assumeTrue(run("openssl", "version") == 0, "SKIPPED: openssl is not installed");
    String[][] kinds = {
      {"openssl", "genrsa", "-traditional", "-out", "key.pem", "2048"},
      {"openssl", "genrsa", "-out", "key.pem", "2048"},
      {"openssl", "ecparam", "-name", "prime256v1", "-genkey", "-out", "key.pem"},
      {"openssl", "genpkey", "-algorithm", "ED25519", "-out", "key.pem"},
    };
    for (String[] kind : kinds) {
      assertEquals(0, run(kind), String.join(" ", kind));
      assertEquals(
          0,
          run(
              "openssl",
              "req",
              "-x509",
              "-new",
              "-key",
              "key.pem",
              "-subj",
              "/CN=x",
              "-days",
              "30",
              "-out",
              "cert.pem"));
      Path key = directory.resolve("key.pem");
      assertNotNull(
          TlsMaterial.server(directory.resolve("cert.pem"), key, "x", log::add),
          String.join(" ", kind));
    }
    Path other = directory.resolve("other.pem");
    assertEquals(
        0, run("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-out", "other.pem"));
    assertRefused(other, "is not that of");
    assertEquals(
        0, run("openssl", "genrsa", "-aes128", "-passout", "pass:x", "-out", "other.pem", "2048"));
    assertRefused(other, "encrypted");
    Files.writeString(other, "nothing");
    assertRefused(other, "no PRIVATE KEY");
    Files.writeString(other, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    assertRefused(other, "not PEM");
  }

  private void assertRefused(Path key, String why) {
    IOException e =
        assertThrows(
            IOException.class,
            () -> TlsMaterial.server(directory.resolve("cert.pem"), key, "x", log::add));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  private int run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
          .directory(directory.toFile())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1;
    }
  }
}
