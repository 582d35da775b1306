package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import org.whosent.record.SubmissionRecord;
import org.whosent.record.message.MessageDigester;

/** RFC 3030: messages in chunks, and octets that are never commands. */
class ChunkingTest {
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

  private static Dialogue envelope(Dialogue client) throws IOException {
    return client
        .send("MAIL FROM:<alice@example.org>")
        .expect("250")
        .send("RCPT TO:<a@b.example>")
        .expect("250");
  }

  private static String chunk(String octets, String last) {
    return "BDAT " + octets.length() + last + "\r\n" + octets;
  }

  /** What stands in the hop's message from the client's first field on. */
  private static String sent(FakeHop.Mail mail, String from) {
    int at = mail.content().indexOf(from);
    assertTrue(at >= 0, mail.content());
    return mail.content().substring(at);
  }

  @Test
  void chunksOfEverySizeMakeOneMessage() throws Exception {
    String message = "Subject: x\r\nMessage-ID: <1@x>\r\n\r\n.\r\n..\r\nend\r\n.\r\n";
    try (TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue client = server.alice()) {
      for (int size = 1; size <= message.length(); size++) {
        envelope(client);
        for (int at = 0; at < message.length(); at += size) {
          String octets = message.substring(at, Math.min(message.length(), at + size));
          client.raw(chunk(octets, "")).expect("250 2.0.0 " + octets.length() + " octets");
        }
        client.send("BDAT 0 LAST").expect("250 2.0.0 Ok: queued as ");
      }
      assertEquals(message.length(), hop.mails.size());
      for (FakeHop.Mail mail : hop.mails) {
        assertEquals(message, sent(mail, "Subject"));
      }
      assertEquals(message.length(), server.submissionRecords().getFirst().size());
    }
  }

  @Test
  void pipelinedWithCommandsThatOctetsLookLike() throws Exception {
    String evil = "a: b\r\n\r\n.\r\nQUIT\r\nMAIL FROM:<evil@example.org>\r\nBDAT 3 LAST\r\n";
    try (TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue client = server.alice()) {
      client.raw(
          "MAIL FROM:<alice@example.org>\r\nRCPT TO:<a@b.example>\r\n"
              + chunk(evil, " LAST")
              + "NOOP\r\nMAIL FROM:<>\r\nRCPT TO:<c@d.example>\r\n"
              + chunk("a: c\r\n\r\n", "")
              + chunk(evil, " last"));
      client.expect("250 2.1.0").expect("250 2.1.5").expect("250 2.0.0 Ok: queued");
      client.expect("250 2.0.0 OK").expect("250 2.1.0").expect("250 2.1.5");
      client.expect("250 2.0.0 8 octets").expect("250 2.0.0 Ok: queued");
      assertEquals(2, hop.mails.size());
      assertEquals(evil, sent(hop.mails.get(0), "a: b"));
      assertEquals("a: c\r\n\r\n" + evil, sent(hop.mails.get(1), "a: c"));
      // Digests are those of the octets sent, however they came and went.
      for (SubmissionRecord record : server.submissionRecords()) {
        String content = hop.mails.get(record.mailFrom().isEmpty() ? 1 : 0).content();
        SubmissionRecord.Builder again = new SubmissionRecord.Builder();
        MessageDigester.digest(
                new ByteArrayInputStream(content.getBytes(StandardCharsets.ISO_8859_1)))
            .fill(again);
        assertEquals(again.bodyDigest, record.bodyDigest());
        assertEquals(again.textDigest, record.textDigest());
      }
    }
  }

  @Test
  void refusedChunksAreReadAndForgotten() throws Exception {
    String evil = "QUIT\r\nMAIL FROM:<evil@example.org>\r\n";
    try (TestServer server = new TestServer(directory, hop.uri(), "maxErrors: 30")) {
      try (Dialogue client = server.submission()) {
        client.expect("220").raw(chunk(evil, " LAST")).expect("503 5.5.1");
        client.send("EHLO client.example").expect("250");
        client.raw(chunk(evil, "") + chunk(evil, "LAST")).expect("530").expect("501 5.5.4");
        client.expect("(closed)");
      }
      try (Dialogue client = server.alice()) {
        client.raw(chunk(evil, " LAST")).expect("503 5.5.1 say MAIL");
        client.raw("MAIL FROM:<nonsense\r\n" + chunk(evil, " LAST") + "NOOP\r\n");
        client.expect("501").expect("503").expect("250");
        hop.answers = line -> line.startsWith("RCPT TO:<gone") ? "550 5.1.1 no" : null;
        client.raw("MAIL FROM:<>\r\nRCPT TO:<gone@b.example>\r\n" + chunk(evil, " LAST"));
        client.expect("250").expect("550").expect("554 5.5.1 no valid recipients");
        client.send("RCPT TO:<a@b.example>").expect("250");
        // A fault in one chunk is the end of the message; what was sent after it goes nowhere.
        client.raw(chunk("a: b\r\n\r\n\0", "") + chunk(evil, "") + chunk(evil, " LAST"));
        client.expect("550 5.6.0").expect("503").expect("503").send("NOOP").expect("250");
      }
      assertTrue(hop.mails.isEmpty());
      assertEquals(0, server.submissionRecords().size());
    }
  }

  @Test
  void manyRefusedChunksAreOneError() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "maxErrors: 3");
        Dialogue client = server.alice()) {
      for (int i = 0; i < 10; i++) {
        client.raw(chunk("x", ""));
      }
      for (int i = 0; i < 10; i++) {
        client.expect("503");
      }
      client.send("NOOP").expect("250");
      client.raw(chunk("x", "")).expect("503").send("XYZ").expect("500").expect("421 4.7.0");
    }
  }

  @Test
  void whereNobodyKnowsTheLengthTheConnectionEnds() throws Exception {
    List<String> unknown =
        List.of(
            "BDAT",
            "BDAT x",
            "BDAT -1",
            "BDAT +1 LAST",
            "BDAT 1 FIRST",
            "BDAT 0x10",
            "BDAT 99999999999999999999",
            "BDAT \0 5",
            "BDAT\0 5",
            "BDAT\t5",
            "bdat\t5 LAST",
            "BDAT\u000b5",
            "BDAT\u00a05",
            "BDAT5",
            " BDAT 5",
            "\t \tBDAT 5 LAST",
            "\0BDAT 5",
            "\u00a0\u0001BDAT 5",
            " ".repeat(20) + "BDAT\0 5",
            "BDAT 5\u000b",
            "BDAT 5\u001f LAST",
            "BDAT " + "0".repeat(5000) + "1",
            "BDAT " + "0".repeat(20_000) + "1");
    try (TestServer server = new TestServer(directory, hop.uri(), "")) {
      for (String line : unknown) {
        try (Dialogue client = server.alice()) {
          client.send(line).expect("501 5.5.4").expect("(closed)");
        }
        try (Dialogue client = envelope(server.alice())) {
          client.send(line).expect("501 5.5.4").expect("(closed)");
        }
      }
    }
  }

  @Test
  void linesAreHeldToTheSameRulesAcrossChunks() throws Exception {
    try (TestServer server =
        new TestServer(directory, hop.uri(), "maxLineBytes: 1000;maxMessageBytes: 5000")) {
      try (Dialogue client = server.alice()) {
        String head = "a: b\r\n\r\n";
        // CR in one chunk and LF in the next are one line end; anything else is bare.
        envelope(client).raw(chunk(head + "x\r", "")).expect("250");
        client.raw(chunk("\ny\r\n", " LAST")).expect("250 2.0.0 Ok");
        envelope(client).raw(chunk(head + "x\r", "")).expect("250");
        client.raw(chunk("y\r\n", " LAST")).expect("550 5.5.2");
        envelope(client).raw(chunk(head + "x\r", " LAST")).expect("550 5.5.2");
        envelope(client).raw(chunk(head + "x\r", "")).expect("250");
        client.raw(chunk("", " LAST")).expect("550 5.5.2");
        envelope(client).raw(chunk(head + "\n.\r\n", " LAST")).expect("550 5.5.2");
        envelope(client).raw(chunk(head + "x".repeat(600), "")).expect("250");
        client.raw(chunk("x".repeat(399), "")).expect("550 5.6.0");
        String line = "0123456789\r\n";
        envelope(client).raw(chunk(head + line.repeat(300), "")).expect("250");
        client.raw(chunk(line.repeat(300), "")).expect("552 5.3.4");
        client.send("BDAT 0 LAST").expect("503");
        // Not worth reading to stay in step.
        envelope(client).send("BDAT 10001 LAST").expect("552 5.3.4").expect("(closed)");
      }
      assertEquals(1, hop.mails.size());
      assertEquals("a: b\r\n\r\nx\r\ny\r\n", sent(hop.mails.getFirst(), "a: b"));
    }
  }

  @Test
  void bareNewlinesMadeWholeAcrossChunks() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "bareNewline: normalize");
        Dialogue client = server.alice()) {
      envelope(client).raw(chunk("a: b\n\nx\r", "")).expect("250");
      client.raw(chunk("y\n\r", "")).expect("250");
      client.raw(chunk("\nz\r", " LAST")).expect("250");
      assertEquals("a: b\r\n\r\nx\r\ny\r\n\r\nz\r\n", sent(hop.mails.getFirst(), "a: b"));
    }
  }

  @Test
  void aLastLineWithoutEndGetsOne() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue client = server.alice()) {
      envelope(client).raw(chunk("a: b\r\n\r\nno end", " LAST")).expect("250");
      envelope(client).raw(chunk("a: c", " LAST")).expect("250");
      envelope(client).raw(chunk("", " LAST")).expect("250");
      assertTrue(hop.mails.get(0).content().endsWith("no end\r\n"));
      assertTrue(hop.mails.get(1).content().endsWith("a: c\r\n"));
      assertEquals(3, hop.mails.size());
    }
  }

  @Test
  void orderOfCommands() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue client = server.alice()) {
      envelope(client).raw(chunk("a: b\r\n", "")).expect("250");
      client.send("DATA").expect("503 5.5.1").send("RCPT TO:<x@b.example>").expect("503 5.5.1");
      client.send("MAIL FROM:<>").expect("503").send("NOOP").expect("250");
      client.raw(chunk("\r\nbody\r\n", " LAST")).expect("250 2.0.0 Ok");
      envelope(client).raw(chunk("a: b\r\n", "")).expect("250").send("RSET").expect("250");
      client.raw(chunk("\r\nbody\r\n", " LAST")).expect("503");
      envelope(client).raw(chunk("a: b\r\n", "")).expect("250").send("EHLO again").expect("250");
      client.raw(chunk("\r\nbody\r\n", " LAST")).expect("503");
      assertEquals(1, hop.mails.size());
    }
  }

  @Test
  void manySmallChunksOfOneLargeMessage() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue client = server.alice()) {
      envelope(client).raw(chunk("a: b\r\n\r\n", "")).expect("250");
      String octets = "0123456789abcd\r\n".repeat(64);
      for (int i = 0; i < 1000; i++) {
        client.raw(chunk(octets, "")).expect("250");
      }
      client.send("BDAT 0 LAST").expect("250 2.0.0 Ok");
      assertTrue(hop.mails.getFirst().content().endsWith("\r\n\r\n" + octets.repeat(1000)));
      // Chunks that carry nothing are a game.
      envelope(client);
      String reply;
      int played = 0;
      do {
        client.send("BDAT 0");
        reply = client.reply();
        played++;
      } while (reply.startsWith("250"));
      assertTrue(reply.startsWith("421") && played < 400, reply + played);
    }
  }

  @Test
  void binaryWhereTheHopHasIt() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue client = server.alice()) {
      assertFalse(client.transcript().contains("BINARYMIME"));
      client.send("MAIL FROM:<> BODY=BINARYMIME").expect("554 5.6.3");
    }
    hop.extensions = List.of("8BITMIME", "CHUNKING", "BINARYMIME");
    try (TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue client = server.alice()) {
      assertTrue(client.transcript().contains("BINARYMIME"), client.transcript());
      byte[] body = new byte[100_000];
      new Random(1).nextBytes(body);
      String octets =
          "Subject: x\r\n\r\n" + new String(body, StandardCharsets.ISO_8859_1) + "\r\n.\r\nno end";
      client.send("MAIL FROM:<alice@example.org> BODY=binarymime").expect("250");
      client.send("RCPT TO:<a@b.example>").expect("250").send("DATA").expect("503 5.5.1");
      client.raw(chunk(octets.substring(0, 50_000), "")).expect("250");
      client.raw(chunk(octets.substring(50_000), " LAST")).expect("250 2.0.0 Ok");
      assertEquals(octets, sent(hop.mails.getFirst(), "Subject"));
      // The header is lines all the same: it must read alike to everybody.
      for (String header : List.of("a: b\nBcc: c\r\n\r\n", "a: \0\r\n\r\n", "a: b\r\r\n\r\n")) {
        client.send("MAIL FROM:<> BODY=BINARYMIME").expect("250");
        client.send("RCPT TO:<a@b.example>").expect("250");
        client.raw(chunk(header + "body", " LAST")).expect("550 5.");
      }
      assertEquals(1, hop.mails.size());
      assertEquals(octets.length(), server.submissionRecords().getFirst().size());
    }
  }

  @Test
  void chunksThatBreakOffAreNoMessage() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "")) {
      try (Dialogue client = envelope(server.alice())) {
        client.raw("BDAT 100 LAST\r\na: b\r\n\r\nhalf of it\r\n");
      }
      try (Dialogue client = envelope(server.alice())) {
        client.raw(chunk("a: b\r\n\r\nall but the last\r\n", "")).expect("250");
        client.send("QUIT").expect("221");
      }
      assertEquals(0, server.submissionRecords().size());
      assertTrue(hop.mails.isEmpty());
    }
  }
}
