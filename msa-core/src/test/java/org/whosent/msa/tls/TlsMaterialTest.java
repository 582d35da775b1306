package org.whosent.msa.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
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
