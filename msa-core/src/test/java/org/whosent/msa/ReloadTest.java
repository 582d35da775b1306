package org.whosent.msa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;

/** A configuration that changes while the server runs. */
class ReloadTest {
  @TempDir Path directory;

  private MsaConfiguration configuration(String hop, String more) throws Exception {
    return MsaConfiguration.parse(
        directory.resolve("msa.yaml"), TestServer.configuration(hop) + more);
  }

  private static Certificate certificate(Dialogue client) throws Exception {
    return ((SSLSocket) client.socket()).getSession().getPeerCertificates()[0];
  }

  @Test
  void certificateRulesAndHop() throws Exception {
    try (FakeHop first = new FakeHop();
        FakeHop second = new FakeHop();
        TestServer server = new TestServer(directory, first.uri(), "");
        Dialogue old = server.alice()) {
      Certificate before = certificate(old);
      Path tls = directory.resolve("data").resolve("tls");
      Files.delete(tls.resolve("certificate.pem"));
      Files.delete(tls.resolve("key.pem"));
      server.server().reload(configuration(second.uri(), "senders: own\n"));
      try (Dialogue fresh = server.alice()) {
        assertNotEquals(before, certificate(fresh));
        fresh.send("MAIL FROM:<whoever@elsewhere.example>").expect("550 5.7.1");
        fresh.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
        fresh.send("DATA").expect("354").send("a: b", "", ".").expect("250");
      }
      assertEquals(1, second.mails.size());
      // Who was there goes on as before.
      old.send("MAIL FROM:<whoever@elsewhere.example>").expect("250");
      old.send("RCPT TO:<a@b.example>").expect("250");
      old.send("DATA").expect("354").send("a: b", "", ".").expect("250");
      assertEquals(1, first.mails.size());
      assertEquals(2, server.submissionRecords().size());
    }
  }

  @Test
  void whatCannotBeUsedChangesNothing() throws Exception {
    try (FakeHop hop = new FakeHop();
        TestServer server = new TestServer(directory, hop.uri(), "")) {
      String sameHop = hop.uri();
      MsaConfiguration noUsers =
          MsaConfiguration.parse(
              directory.resolve("msa.yaml"),
              TestServer.configuration(sameHop).replace("users: users", "users: nowhere"));
      assertThrows(IOException.class, () -> server.server().reload(noUsers));
      MsaConfiguration renamed =
          MsaConfiguration.parse(
              directory.resolve("msa.yaml"),
              TestServer.configuration(sameHop).replace("msa.example.org", "other.example"));
      IOException refusal = assertThrows(IOException.class, () -> server.server().reload(renamed));
      assertTrue(refusal.getMessage().startsWith("hostname: cannot be changed"));
      Files.delete(directory.resolve("data").resolve("tls").resolve("key.pem"));
      MsaConfiguration same = configuration(sameHop, "");
      assertThrows(IOException.class, () -> server.server().reload(same));
      try (Dialogue alice = server.alice()) {
        alice.send("MAIL FROM:<whoever@elsewhere.example>").expect("250");
      }
    }
  }
}
