package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.whosent.msa.support.Dialogue.plain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/** Port 25 without a login: local recipients where the operator says so, a relay never. */
class UnauthenticatedTest {
  /** Ways in which relays were opened before. */
  private static final List<String> RELAYING =
      List.of(
          "victim@far.example",
          "victim%far.example@example.org",
          "victim%far.example%example.org@example.org",
          "far.example!victim@example.org",
          "\"victim@far.example\"@example.org",
          "\"victim%far.example\"@example.org",
          "\"far.example!victim\"@example.org",
          "\"victim\\@far.example\"@example.org",
          "@example.org:victim@far.example",
          "@example.org,@far.example:victim@far.example",
          "@example.org:victim%far.example@example.org",
          "victim@[127.0.0.1]",
          "victim@[192.0.2.1]",
          "victim@[IPv6:2001:db8::1]",
          "alice@sub.example.org",
          "alice@example.org.far.example",
          "alice@notexample.org",
          "\"alice@example.org\"@far.example");

  /** No address at all; another server might still make one of it. */
  private static final List<String> MALFORMED =
      List.of(
          "victim@far.example@example.org",
          "victim@far.example,alice@example.org",
          "alice@example.org>,<victim@far.example",
          "alice@example.org.",
          "@example.org",
          "victim\u0000@example.org",
          "j\u00fcrgen@example.org",
          "\"j\u00fcrgen@far.example\"@example.org",
          "victim@far.example @example.org",
          "\"alice\"\"@far.example\"@example.org");

  @TempDir Path directory;
  private FakeHop hop;

  @BeforeEach
  void start() throws IOException {
    hop = new FakeHop();
  }

  @AfterEach
  void stop() throws IOException {
    hop.close();
  }

  private static Dialogue mail(Dialogue client) throws IOException {
    client.expect("220").send("EHLO mx.far.example").expect("250");
    return client.send("MAIL FROM:<someone@far.example>").expect("250");
  }

  @Test
  void localRecipientsOnly() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "unauthenticated: local");
        Dialogue client = server.smtp()) {
      mail(client);
      for (String address : RELAYING) {
        client.send("RCPT TO:<" + address + ">").expect("550 5.7.1 relaying needs a login");
      }
      client.send("DATA").expect("554");
      client.send("RCPT TO:<@mx.far.example:alice@EXAMPLE.org>").expect("250");
      client.send("RCPT TO:<postmaster>").expect("250");
      client.send("DATA").expect("354").send("Subject: x", "", "body", ".").expect("250");
      assertEquals(List.of("alice@EXAMPLE.org", "postmaster"), hop.mails.getFirst().to());
      String content = hop.mails.getFirst().content();
      assertTrue(content.contains(" with ESMTP id "), content);
      assertFalse(content.contains("Message-ID:"), "RFC 5321 section 6.4: not ours to repair");
      assertEquals(
          2, hop.commands.stream().filter(c -> c.startsWith("RCPT")).count(), "the hop was asked");
      SubmissionRecord record = server.submissionRecords().getFirst();
      assertEquals(Origin.UNAUTHENTICATED, record.origin());
      assertNull(record.user());
      assertNull(record.mechanism());
      assertEquals("smtp", record.service());
      assertEquals(true, record.recipients().getFirst().local());
    }
  }

  @Test
  void malformedRecipientsReachNobody() throws Exception {
    for (String address : MALFORMED) {
      try (TestServer server = new TestServer(directory, hop.uri(), "unauthenticated: local");
          Dialogue client = mail(server.smtp())) {
        String reply = client.send("RCPT TO:<" + address + ">").reply();
        assertTrue(reply.startsWith("5"), address + " got " + reply);
      }
    }
    assertTrue(hop.commands.stream().noneMatch(c -> c.startsWith("RCPT")), hop.commands.toString());
  }

  @Test
  void otherPortsAndTheDefaultNeedALogin() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "unauthenticated: local")) {
      try (Dialogue client = server.submission().startTls()) {
        client.send("MAIL FROM:<>").expect("530 5.7.0");
      }
      try (Dialogue client = server.submissions().handshake()) {
        client.expect("220").send("EHLO x").expect("250").send("MAIL FROM:<>").expect("530 5.7.0");
        client.send("RCPT TO:<alice@example.org>").expect("530");
      }
      // After a login port 25 is as any other.
      try (Dialogue client = server.smtp().login("alice@example.org", "secret")) {
        client.send("MAIL FROM:<>").expect("250");
        client.send("RCPT TO:<victim@far.example>").expect("250");
      }
      // And by HELO too, with the name that RFC 3848 has for it.
      try (Dialogue client = server.smtp().expect("220").send("HELO old.example").expect("250")) {
        client.send("MAIL FROM:<>").expect("250").send("RCPT TO:<alice@example.org>").expect("250");
        client.send("DATA").expect("354").send("a: b", "", ".").expect("250");
        assertTrue(hop.mails.getLast().content().contains(" with SMTP id "));
      }
    }
    try (TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue client = server.smtp()) {
      client.expect("220").send("EHLO x").expect("250");
      client.send("MAIL FROM:<someone@far.example>").expect("530 5.7.0");
    }
  }

  @Test
  void unknownLocalRecipients() throws Exception {
    Path map = directory.resolve("recipients");
    Files.writeString(map, "# ours\nAlice@example.org  1\n@lists.example.org OK\nno-address\n");
    String more = "unauthenticated: local;localRecipients: recipients";
    try (TestServer server = new TestServer(directory, hop.uri(), more);
        Dialogue stranger = mail(server.smtp());
        Dialogue alice = server.alice().send("MAIL FROM:<>").expect("250")) {
      assertTrue(server.log().contains("recipients:4: expected address"), server.log());
      for (Dialogue client : List.of(stranger, alice)) {
        client.send("RCPT TO:<ALICE@example.org>").expect("250");
        client.send("RCPT TO:<bob@example.org>").expect("550 5.1.1");
        client.send("RCPT TO:<Postmaster@example.org>").expect("250");
      }
      alice.send("RCPT TO:<anybody@far.example>").expect("250");
      Files.writeString(map, "bob@example.org\n");
      stranger.send("RCPT TO:<bob@example.org>").expect("250");
      stranger.send("RCPT TO:<alice@example.org>").expect("550 5.1.1");
      Files.delete(map);
      stranger.send("RCPT TO:<bob@example.org>").expect("451 4.3.0");
      String said = "localRecipients: " + map + ": no such file\n";
      assertTrue(server.log().contains(said), server.log());
    }
    IOException mistake =
        assertThrows(IOException.class, () -> new TestServer(directory, hop.uri(), more));
    assertEquals("localRecipients: " + map + ": no such file", mistake.getMessage());
  }

  @Test
  void passwordsInClearFromNamedNetworksOnly() throws Exception {
    try (TestServer server =
        new TestServer(directory, hop.uri(), "authWithoutTls: [10.0.0.0/8, '::1']")) {
      try (Dialogue client = server.submission().expect("220").send("EHLO x").expect("250")) {
        assertFalse(client.transcript().contains("AUTH"), client.transcript());
        client.send("AUTH PLAIN " + plain("", "alice@example.org", "secret")).expect("538");
      }
    }
    try (TestServer server = new TestServer(directory, hop.uri(), "authWithoutTls: [127.0.0.1]")) {
      try (Dialogue client = server.submission().expect("220").send("EHLO x").expect("250")) {
        assertTrue(client.transcript().contains("AUTH PLAIN"), client.transcript());
        assertTrue(client.transcript().contains("STARTTLS"), client.transcript());
        client.send("MAIL FROM:<>").expect("530 5.7.0 authentication");
        client.send("AUTH PLAIN " + plain("", "alice@example.org", "secret")).expect("235");
        client.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
        client.send("DATA").expect("354").send("a: b", "", ".").expect("250");
      }
      try (Dialogue client = server.submission().expect("220").send("EHLO x").expect("250")) {
        // RFC 3207 section 4.2: nothing that was said in clear counts under TLS.
        client.send("AUTH PLAIN " + plain("", "alice@example.org", "secret")).expect("235");
        client.send("STARTTLS").expect("220").handshake().send("EHLO x").expect("250");
        client.send("MAIL FROM:<>").expect("530 5.7.0");
        client.send("AUTH PLAIN " + plain("", "alice@example.org", "secret")).expect("235");
      }
      assertEquals("ESMTPA", server.submissionRecords().getFirst().protocol());
      assertNull(server.submissionRecords().getFirst().tlsVersion());
    }
  }

  @Test
  void mangledRecipientsAreNeverRelayed() throws Exception {
    String[] pieces = {
      "victim",
      "far.example",
      "example.org",
      "alice",
      "@",
      "%",
      "!",
      ":",
      ",",
      "\"",
      "\\",
      "<",
      ">",
      "[127.0.0.1]",
      "[",
      "]",
      ".",
      "(c)",
      "\u00fc",
      "+",
      " ",
      "@example.org",
      "%00",
      "=40",
    };
    for (long seed : new long[] {11, System.nanoTime()}) {
      Random random = new Random(seed);
      FakeHop listening = new FakeHop();
      try (listening;
          TestServer server =
              new TestServer(
                  directory, listening.uri(), "unauthenticated: local;maxRecipients: 10000")) {
        for (int session = 0; session < 40; session++) {
          try (Dialogue client = mail(server.smtp())) {
            for (int i = 0; i < 15; i++) {
              StringBuilder address = new StringBuilder();
              for (int n = 1 + random.nextInt(8); n > 0; n--) {
                address.append(pieces[random.nextInt(pieces.length)]);
              }
              boolean ends = random.nextInt(3) > 0;
              client.send("RCPT TO:<" + address + (ends ? "@example.org" : "") + ">").expect("");
            }
          }
        }
      }
      for (String command : listening.commands) {
        if (command.startsWith("RCPT")) {
          assertTrue(
              command.matches("(?i)RCPT TO:<(\"[^@%!:]*\"|[^@%!:<>\"]+)@example\\.org>"),
              "seed " + seed + " relayed: " + command);
        }
      }
      assertTrue(listening.commands.stream().anyMatch(c -> c.startsWith("RCPT")), "seed " + seed);
    }
  }
}
