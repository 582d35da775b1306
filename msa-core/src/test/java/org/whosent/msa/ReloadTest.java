package org.whosent.msa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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

  private String check(MsaConfiguration changed) throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    MsaServer.check(changed, new PrintStream(said, true, StandardCharsets.UTF_8));
    return said.toString(StandardCharsets.UTF_8);
  }

  /** A check before a reload must not promise what the reload then refuses. */
  @Test
  void aCheckSaysWhatOnlyARestartTakesOver() throws Exception {
    try (FakeHop hop = new FakeHop();
        FakeHop other = new FakeHop()) {
      MsaConfiguration renamed =
          MsaConfiguration.parse(
              directory.resolve("msa.yaml"),
              TestServer.configuration(hop.uri()).replace("msa.example.org", "other.example")
                  + "node: 3\n");
      String needed = ": the server that runs has another; it needs a restart, not a reload";
      try (TestServer server = new TestServer(directory, hop.uri(), "")) {
        String said = check(configuration(other.uri(), "senders: own\n"));
        assertFalse(said.contains(needed), said);
        said = check(renamed);
        assertTrue(said.contains("hostname" + needed), said);
        assertTrue(said.contains("node" + needed), said);
        assertFalse(said.contains("listeners" + needed), said);
        // It took nothing from the server.
        server.server().reload(configuration(other.uri(), "senders: own\n"));
      }
      assertFalse(check(renamed).contains(needed), "no server runs");
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
