package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import org.whosent.record.message.MessageDigester;

/** What the server takes out of a message and puts into it. */
class RepairTest {
  @TempDir Path directory;
  private FakeHop hop;

  @BeforeEach
  void start() throws IOException {
    hop = new FakeHop();
    Files.writeString(
        directory.resolve("users"),
        "Alice@example.org:%s:from=sales@example.org\ncarol:%s\n"
            .formatted(TestServer.hash("secret"), TestServer.hash("secret")));
  }

  @AfterEach
  void stop() throws IOException {
    hop.close();
  }

  private String send(Dialogue client, String message) throws IOException {
    client.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
    client.send("DATA").expect("354").raw(message + "\r\n.\r\n").expect("250");
    return hop.mails.getLast().content();
  }

  @Test
  void blindCopiesAreNotSeen() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue alice = server.alice()) {
      for (String hidden :
          List.of(
              "Bcc: hidden@x.example\r\n",
              "BCC : a@x.example,\r\n\thidden@x.example,\r\n hidden2@x.example\r\n",
              "Resent-Bcc: hidden@x.example\r\nbcc:\r\n hidden@x.example\r\n",
              "Bcc: " + "hidden@x.example, ".repeat(3000) + "x@x.example\r\n")) {
        for (String rest : List.of("To: a@b.example\r\nSubject: x\r\n", "")) {
          for (String order : List.of(hidden + rest, rest + hidden)) {
            String content = send(alice, order + "\r\nBcc: body stays\r\n hidden");
            assertFalse(content.contains("hidden@"), content);
            assertTrue(content.endsWith("\r\n\r\nBcc: body stays\r\n hidden\r\n"), content);
            assertEquals(rest.isEmpty(), !content.contains("\r\nTo: a@b.example\r\nSubject: x"));
          }
        }
      }
      // What the record digests is what was sent.
      String sent = hop.mails.getLast().content();
      assertEquals(
          MessageDigester.digest(
                  new ByteArrayInputStream(sent.getBytes(StandardCharsets.ISO_8859_1)))
              .bodyDigest(),
          server.submissionRecords().getLast().bodyDigest());
    }
  }

  @Test
  void senderWhereFromIsAnother() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue alice = server.alice();
        Dialogue carol = server.submission().login("carol", "secret")) {
      for (String own :
          List.of("alice@EXAMPLE.org", "Sales <sales@example.org>", "not\"an address")) {
        assertFalse(send(alice, "From: " + own + "\r\n").contains("Sender:"), own);
      }
      assertFalse(send(alice, "Subject: no From\r\n").contains("Sender:"));
      for (String other : List.of("ceo@example.org", "sales@example.org, ceo@example.org")) {
        String content = send(alice, "From: " + other + "\r\n");
        assertTrue(content.contains("\r\nSender: Alice@example.org\r\n"), content);
      }
      String list = send(alice, "From: ceo@example.org\r\nSender: list@example.org\r\n");
      assertFalse(list.contains("Alice"), list);
      assertFalse(send(carol, "From: ceo@example.org\r\n").contains("Sender:"));
    }
    try (TestServer server = new TestServer(directory, hop.uri(), "addSender: false");
        Dialogue alice = server.alice()) {
      assertFalse(send(alice, "From: ceo@example.org\r\n").contains("Sender:"));
    }
  }

  @Test
  void whereComplaintsGoAndUnderWhichId() throws Exception {
    String setting = "feedbackAddress: fbl@example.org";
    try (TestServer server = new TestServer(directory, hop.uri(), setting);
        Dialogue alice = server.alice()) {
      String content = send(alice, "From: alice@example.org\r\n");
      String id = content.replaceFirst("(?s).*? id ([0-9A-Z]{26}).*", "$1");
      String fields =
          "\r\nCFBL-Address: fbl@example.org; report=arf\r\nCFBL-Feedback-ID: " + id + "\r\n";
      assertTrue(content.contains(fields), content);
      // A sender who runs a loop of his own is left alone.
      String own = send(alice, "From: alice@example.org\r\nCFBL-Address: mine@example.org\r\n");
      assertFalse(own.contains("fbl@example.org"), own);
      assertFalse(own.contains("CFBL-Feedback-ID"), own);
      assertEquals(id, server.submissionRecords().getFirst().transactionId());
    }
    try (TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue alice = server.alice()) {
      assertFalse(send(alice, "From: alice@example.org\r\n").contains("CFBL"));
    }
  }

  /** A report of RFC 9477 need not have more of a message than this field. */
  @Test
  void aTransactionIdThatWasCopiedFromAnotherMessageDoesNotLeadComplaintsThere() throws Exception {
    for (String setting : List.of("feedbackAddress: fbl@example.org", "")) {
      try (TestServer server = new TestServer(directory, hop.uri(), setting);
          Dialogue alice = server.alice();
          Dialogue carol = server.submission().login("carol", "secret")) {
        send(alice, "From: alice@example.org\r\n");
        String id = hop.mails.getLast().content().replaceFirst("(?s).*? id (\\S{26}).*", "$1");
        for (String copied :
            List.of(
                id,
                id.toLowerCase(java.util.Locale.ROOT),
                "\r\n\t" + id.substring(0, 9) + "\r\n " + id.substring(9) + " ",
                id.substring(0, 9) + ("\r\n" + " ".repeat(900)).repeat(3) + id.substring(9))) {
          for (String rest : List.of("Bcc: h@x.example\r\nSubject: x\r\n", "")) {
            String field = "CFBL-Feedback-ID: " + copied + "\r\n";
            for (String header : List.of(field + rest, rest + field, field + rest + field)) {
              String content = send(carol, "From: alice@example.org\r\n" + header);
              assertFalse(content.replaceAll("\\s+", "").toUpperCase().contains(id), content);
              assertEquals(
                  setting.isEmpty() ? 0 : 1, content.split("CFBL-Feedback-ID").length - 1, content);
              assertEquals(!rest.isEmpty(), content.contains("Subject: x\r\n"), content);
            }
          }
        }
        String own = "CFBL-Feedback-ID: campaign-7:" + id + "\r\n";
        assertTrue(send(carol, "Subject: x\r\n" + own).endsWith("Subject: x\r\n" + own + "\r\n"));
      }
    }
  }

  @Test
  void hundredsOfReceivedFieldsAreALoop() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue alice = server.alice()) {
      send(alice, "Received: x\r\n".repeat(100));
      alice.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
      alice.send("DATA").expect("354").raw("Received: x\r\n".repeat(101) + "\r\n.\r\n");
      alice.expect("554 5.4.6");
    }
  }

  @Test
  void cuttingLeavesTheRestAsItIs() throws Exception {
    for (long seed : new long[] {3, System.nanoTime()}) {
      Random random = new Random(seed);
      for (int i = 0; i < 300; i++) {
        StringBuilder whole = new StringBuilder();
        StringBuilder kept = new StringBuilder();
        for (int field = random.nextInt(12); field > 0; field--) {
          boolean blind = random.nextInt(3) == 0;
          StringBuilder text = new StringBuilder(blind ? "bCc:" : "X-Y:");
          for (int lines = random.nextInt(4); lines > 0; lines--) {
            text.append("v".repeat(random.nextInt(300))).append("\r\n ");
          }
          text.append("z\r\n");
          whole.append(text);
          kept.append(blind ? "" : text);
        }
        String body = random.nextBoolean() ? "\r\nBcc: x\r\n" : "";
        byte[] bytes = (whole + body).getBytes(StandardCharsets.US_ASCII);
        HeaderScan scan = HeaderScan.of(new ByteArrayInputStream(bytes), 1 << 20);
        byte[] cut = new CuttingStream(new ByteArrayInputStream(bytes), scan.cuts()).readAllBytes();
        assertEquals(kept + body, new String(cut, StandardCharsets.US_ASCII), "seed " + seed);
      }
    }
  }
}
