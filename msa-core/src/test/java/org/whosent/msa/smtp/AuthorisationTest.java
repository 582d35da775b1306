package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.MessageAnalyser;
import org.whosent.msa.MsaServer;
import org.whosent.msa.journal.JournalFiles;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;
import org.whosent.record.JournalEntry;

/** Users who may do less than everything, and try more. */
class AuthorisationTest {
  @TempDir Path directory;
  private FakeHop hop;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-23T10:00:00Z"));

  @BeforeEach
  void start() throws IOException {
    hop = new FakeHop();
  }

  @AfterEach
  void stop() throws IOException {
    hop.close();
  }

  private TestServer server(String settings, String more) throws IOException {
    String hash = TestServer.hash("secret");
    Files.writeString(
        directory.resolve("users"),
        "alice@example.org:%s%s\ncarol:%s\n".formatted(hash, settings, hash));
    return new TestServer(
        directory,
        hop.uri(),
        more,
        new MsaServer.Parts(MessageAnalyser.NONE, JournalFiles.DISK, now::get));
  }

  private static void send(Dialogue client, String... header) throws IOException {
    client.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
    client.send("DATA").expect("354").send(header).send("", ".");
  }

  @Test
  void listedSendersOnly() throws Exception {
    try (TestServer server = server(":from=sales@example.org,@lists.example.org", "");
        Dialogue alice = server.alice()) {
      for (String own :
          List.of(
              "alice@example.org",
              "ALICE@Example.ORG",
              "Sales@example.org",
              "anything@lists.example.org",
              "@relay.example:alice@example.org",
              "")) {
        alice.send("MAIL FROM:<" + own + ">").expect("250").send("RSET").expect("250");
      }
      for (String foreign :
          List.of(
              "carol@example.org",
              "alice@example.com",
              "x@sub.lists.example.org",
              "alice@example.org.example.com",
              "\"alice@example.org\"@evil.example",
              "alice@[127.0.0.1]",
              "x@lists.example.org.evil.example",
              "@lists.example.org:ceo@example.org",
              "x@evillists.example.org")) {
        alice.send("MAIL FROM:<" + foreign + ">").expect("550 5.7.1");
        alice.send("RCPT TO:<a@b.example>").expect("503");
      }
      // carol has no list and 'senders' is any
      try (Dialogue carol = server.submission().login("carol", "secret")) {
        carol.send("MAIL FROM:<whoever@elsewhere.example>").expect("250");
      }
      List<JournalEntry> refusals =
          server.journal().stream().filter(JournalEntry.Refusal.class::isInstance).toList();
      assertEquals(9, refusals.size());
      JournalEntry.Refusal first = (JournalEntry.Refusal) refusals.getFirst();
      assertEquals("alice@example.org", first.user());
      assertEquals("carol@example.org", first.mailFrom());
    }
  }

  @Test
  void ownSendersOnly() throws Exception {
    try (TestServer server = server(":from=*", "senders: own");
        Dialogue alice = server.alice();
        Dialogue carol = server.submission().login("carol", "secret")) {
      alice.send("MAIL FROM:<whoever@elsewhere.example>").expect("250");
      carol.send("MAIL FROM:<alice@example.org>").expect("550 5.7.1");
      carol.send("MAIL FROM:<carol@elsewhere.example>").expect("550 5.7.1");
      carol.send("MAIL FROM:<Carol@example.org>").expect("250");
    }
  }

  @Test
  void headerFrom() throws Exception {
    try (TestServer server = server("", "senders: own;checkHeaderFrom: true");
        Dialogue alice = server.alice()) {
      send(alice, "From: Alice <alice@example.org>");
      alice.expect("250");
      send(alice, "Subject: x", "From:", " \"Doe, A\" (me) <Alice@example.org>", "To: x@y");
      alice.expect("250");
      for (String foreign :
          List.of(
              "From: carol@example.org",
              "Subject: no From at all",
              "From: alice@example.org, carol@example.org",
              "From: alice@example.org\r\nFrom: carol@example.org",
              "From: alice@example.org\r\n \r\nFROM : carol@example.org",
              "From: alice@example.org\r\nno field\r\nFrom: carol@example.org",
              "From: carol@example.org <alice@example.org>",
              "From: Staff: alice@example.org;",
              "From:")) {
        send(alice, foreign.split("\r\n"));
        alice.expect("550 5.7.1");
      }
      assertEquals(2, hop.mails.size());
      assertEquals(2, server.submissionRecords().size());
    }
  }

  @Test
  void messagesInAnHourAndADay() throws Exception {
    try (TestServer server = server(":maxPerHour=2:maxPerDay=3", "");
        Dialogue alice = server.alice()) {
      send(alice, "a: b");
      alice.expect("250");
      send(alice, "a: b");
      alice.expect("250").send("MAIL FROM:<>").expect("451 4.7.1 more than 2 messages in an hour");
      now.set(now.get().plusSeconds(66 * 60));
      send(alice, "a: b");
      alice.expect("250").send("MAIL FROM:<>").expect("451 4.7.1 more than 3 messages in a day");
      now.set(now.get().plusSeconds(24 * 3600));
      send(alice, "a: b");
      alice.expect("250");
    }
  }

  @Test
  void recipientsInADayAcrossARestart() throws Exception {
    try (TestServer server = server(":maxRecipientsPerDay=3", "");
        Dialogue alice = server.alice()) {
      alice.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
      alice.send("RCPT TO:<a@b.example>").expect("250").send("RCPT TO:<b@b.example>").expect("250");
      alice.send("DATA").expect("354").send("a: b", "", ".").expect("250");
      // What the hop puts off does not count: it must be sent again.
      hop.answers = line -> line.equals(".") ? "451 4.3.0 later" : null;
      alice.send("MAIL FROM:<>").expect("250").send("RCPT TO:<c@b.example>").expect("250");
      alice.send("DATA").expect("354").send("a: b", "", ".").expect("451");
      hop.answers = _ -> null;
    }
    try (TestServer server = server(":maxRecipientsPerDay=3", "");
        Dialogue alice = server.alice()) {
      assertTrue(server.log().contains("1 messages of the last day are counted"), server.log());
      alice.send("MAIL FROM:<>").expect("250").send("RCPT TO:<c@b.example>").expect("250");
      alice.send("RCPT TO:<d@b.example>").expect("450 4.7.1 more than 3 recipients in a day");
      alice.send("DATA").expect("354").send("a: b", "", ".").expect("250");
      alice.send("MAIL FROM:<>").expect("451 4.7.1");
    }
  }

  @Test
  void whatTheHopPutsOffMaySoonBeSentAgain() throws Exception {
    try (TestServer server = server(":maxPerHour=1", "");
        Dialogue alice = server.alice()) {
      hop.answers = line -> line.equals(".") ? "451 4.3.0 later" : null;
      for (int i = 0; i < 3; i++) {
        send(alice, "a: b");
        alice.expect("451 4.3.0");
      }
      // What it refuses for good counts: a guesser of addresses has no more tries than others.
      hop.answers = line -> line.equals(".") ? "554 5.7.1 no" : null;
      send(alice, "a: b");
      alice.expect("554").send("MAIL FROM:<>").expect("451 4.7.1");
    }
  }

  @Test
  void manyConnectionsShareOneAllowance() throws Exception {
    try (TestServer server = server("", "userLimits: {maxPerHour: 1}");
        Dialogue one = server.alice();
        Dialogue two = server.alice()) {
      for (Dialogue client : List.of(one, two)) {
        client.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
        client.send("DATA").expect("354");
      }
      one.send("a: b", "", ".").expect("250");
      two.send("a: b", "", ".").expect("451 4.7.1");
      assertEquals(1, server.submissionRecords().size());
      assertEquals(1, hop.mails.size());
    }
  }

  @Test
  void messageSize() throws Exception {
    try (TestServer server = server(":maxMessageBytes=20", "");
        Dialogue alice = server.alice()) {
      alice.send("EHLO x").reply();
      assertTrue(alice.transcript().contains("SIZE 20\n"), alice.transcript());
      alice.send("MAIL FROM:<> SIZE=21").expect("552 5.3.4");
      send(alice, "Subject: 0123456789012");
      alice.expect("552 5.3.4");
    }
  }

  @Test
  void aLimitThatCannotBeReadLetsNobodyIn() throws Exception {
    try (TestServer server = server(":maxPerHour=many", "")) {
      Dialogue alice = server.submission().startTls();
      alice.send("AUTH PLAIN " + Dialogue.plain("", "alice@example.org", "secret")).expect("535");
      assertTrue(server.log().contains("users:1: maxPerHour is a whole number"), server.log());
    }
  }
}
