package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.whosent.msa.support.Dialogue.plain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.auth.UserFile;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;
import org.whosent.record.JournalEntry;

/** What the operator takes away is gone at once, from sessions that are open too. */
class SuspensionTest {
  @TempDir Path directory;
  private FakeHop hop;
  private TestServer server;
  private UserFile users;

  @BeforeEach
  void start() throws IOException {
    hop = new FakeHop();
    server = new TestServer(directory, hop.uri(), "");
    users = new UserFile(directory.resolve("users"));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    hop.close();
  }

  @Test
  void nextCommandIsTheLast() throws Exception {
    try (Dialogue alice = server.alice();
        Dialogue bob = server.submission().login("bob blank", "pass word")) {
      alice.send("MAIL FROM:<>").expect("250");
      bob.send("NOOP").expect("250");
      users.suspend("alice@EXAMPLE.org");
      alice.send("RCPT TO:<a@b.example>").expect("421 4.7.0").expect("(closed)");
      bob.send("MAIL FROM:<>").expect("250");
    }
    try (Dialogue alice = server.submission().startTls()) {
      alice.send("AUTH PLAIN " + plain("", "alice@example.org", "secret")).expect("535 5.7.8");
      users.resume("alice@example.org");
      alice.send("AUTH PLAIN " + plain("", "alice@example.org", "secret")).expect("235");
    }
    assertTrue(server.log().contains("session cut client=127.0.0.1"), server.log());
    assertEquals(
        1, server.journal().stream().filter(JournalEntry.Refusal.class::isInstance).count());
  }

  @Test
  void idleSessionIsCut() throws Exception {
    try (Dialogue alice = server.alice()) {
      users.suspend("alice@example.org");
      // Without another word from the client.
      alice.expect("421 4.7.0").expect("(closed)");
      assertTrue(
          server.log().lines().anyMatch(l -> l.contains("session cut") && l.contains("Alice@")),
          server.log());
    }
  }

  @Test
  void messageUnderWayIsNotTaken() throws Exception {
    try (Dialogue alice = server.alice()) {
      alice.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
      alice.send("DATA").expect("354").send("a: b", "", "body");
      users.suspend("alice@example.org");
      alice.send(".").expect("421 4.7.0").expect("(closed)");
    }
    assertTrue(hop.mails.isEmpty());
    assertTrue(server.submissionRecords().isEmpty());
  }

  @Test
  void anotherPasswordAnotherLogin() throws Exception {
    try (Dialogue thief = server.alice()) {
      users.setPassword("alice@example.org", "changed".toCharArray());
      thief.send("MAIL FROM:<>").expect("421 4.7.0");
    }
  }

  @Test
  void aUserWhoIsGoneOrAFileThatIs() throws Exception {
    Path file = directory.resolve("users");
    String all = Files.readString(file);
    try (Dialogue alice = server.alice()) {
      Files.writeString(file, all.substring(all.indexOf('\n') + 1));
      alice.send("MAIL FROM:<>").expect("421 4.7.0");
    }
    Files.writeString(file, all);
    try (Dialogue alice = server.alice()) {
      Files.delete(file);
      alice.send("MAIL FROM:<>").expect("421 4.3.0");
      Files.writeString(file, all);
    }
    server.alice().close();
  }

  @Test
  void newLimitsHoldAtOnce() throws Exception {
    Path file = directory.resolve("users");
    try (Dialogue alice = server.alice()) {
      alice.send("MAIL FROM:<any@where.example>").expect("250").send("RSET").expect("250");
      String all = Files.readString(file);
      Files.writeString(file, all.replaceFirst("\n", ":from=alice@example.org\n"));
      alice.send("MAIL FROM:<any@where.example>").expect("550 5.7.1");
    }
  }
}
