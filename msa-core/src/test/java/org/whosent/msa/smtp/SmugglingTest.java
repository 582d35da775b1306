package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;

/** Messages within messages, and octets that have no business in mail. */
class SmugglingTest {
  private static final List<String> FALSE_ENDS =
      List.of(
          "\n.\n",
          "\n.\r\n",
          "\r\n.\n",
          "\r.\r",
          "\r.\r\n",
          "\r\n.\r",
          "\n.\r",
          "\r\n\n.\r\n",
          "\r\n.\r\r\n",
          "\r\r\n.\r\n\n",
          "\r\n.\r.\r\n");

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

  private static Dialogue data(Dialogue client) throws IOException {
    return client
        .send("MAIL FROM:<alice@example.org>")
        .expect("250")
        .send("RCPT TO:<victim@b.example>")
        .expect("250")
        .send("DATA")
        .expect("354");
  }

  @Test
  void falseEndsOfDataAreRefusedWhole() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "")) {
      for (String end : FALSE_ENDS) {
        if (end.equals("\r\r\n.\r\n\n")) {
          continue; // has a true end in it: see below
        }
        try (Dialogue client = server.alice()) {
          data(client)
              .raw("Subject: one\r\n\r\nbody" + end + "MAIL FROM:<admin@example.org>\r\n")
              .raw("RCPT TO:<victim@b.example>\r\nDATA\r\nSubject: two\r\n\r\nevil\r\n.\r\n")
              .expect("550 5.5.2")
              .send("NOOP")
              .expect("250");
        }
      }
      assertTrue(hop.mails.isEmpty(), "smuggled: " + hop.mails);
      assertEquals(0, server.submissionRecords().size());
    }
  }

  @Test
  void normalizedTheyAreContentAndNothingElse() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "bareNewline: normalize")) {
      try (Dialogue client = server.alice()) {
        for (String end : List.of("\n.\n", "\n.\r\n", "\r.\r\n", "\r\n.\rX", "\r\n.\nX")) {
          data(client).raw("Subject: one\r\n\r\nbody" + end + "QUIT\r\n.\r\n").expect("250");
        }
      }
      assertEquals(5, hop.mails.size());
      for (FakeHop.Mail mail : hop.mails) {
        assertTrue(mail.content().endsWith("QUIT\r\n"), mail.content());
      }
      assertTrue(hop.mails.get(0).content().endsWith("body\r\n.\r\nQUIT\r\n"));
      assertTrue(hop.mails.get(1).content().endsWith("body\r\n.\r\nQUIT\r\n"));
    }
  }

  @Test
  void bareNewlinesInCommandsEndTheSession() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "")) {
      for (String line : List.of("NOOP\n", "NOOP\rRSET\r\n", "NOOP\r\r\n", "\n", "NOOP\n\r\n")) {
        try (Dialogue client = server.alice()) {
          client.raw(line).expect("521 5.5.2").expect("(closed)");
        }
      }
    }
  }

  @Test
  void nulAndLength() throws Exception {
    try (TestServer server =
        new TestServer(
            directory,
            hop.uri(),
            "maxLineBytes: 1000;maxMessageBytes: 5000;maxHeaderBytes: 2000")) {
      try (Dialogue client = server.alice()) {
        client.raw("NOOP a\0b\r\n").expect("500 5.5.2");
        client.send("NOOP " + "x".repeat(5000)).expect("500 5.5.2 line too long");
        client.send("NOOP " + "x".repeat(50_000)).expect("500 5.5.2 line too long");
        client.send("NOOP").expect("250");
        data(client).raw("a: b\r\n\r\n\0\r\n.\r\n").expect("550 5.6.0");
        data(client).raw("a: b\r\n\r\n" + "x".repeat(998) + "\r\n.\r\n").expect("250");
        data(client).raw("a: b\r\n\r\n" + "x".repeat(999) + "\r\n.\r\n").expect("550 5.6.0");
        data(client).raw("a: b\r\n\r\n" + "0123456\r\n".repeat(560) + ".\r\n").expect("552 5.3.4");
        data(client).raw("a: 0123456789\r\n".repeat(200) + "\r\n.\r\n").expect("552 5.3.4");
        data(client).raw("Received: x\r\n".repeat(101) + "\r\n.\r\n").expect("554 5.4.6");
        data(client).raw("a: b\r\n\r\nfine\r\n.\r\n").expect("250");
      }
      assertEquals(2, server.submissionRecords().size());
    }
  }

  @Test
  void eightBitNeedsAHopThatTakesIt() throws Exception {
    hop.extensions = List.of("SIZE 300");
    try (TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue client = server.alice()) {
      data(client).raw("a: b\r\n\r\n\u00e9\r\n.\r\n").expect("554 5.6.3");
      data(client).raw("a: b\r\n\r\n" + "x\r\n".repeat(100) + ".\r\n").expect("552 5.3.4");
      client.send("MAIL FROM:<> SIZE=301").expect("552 5.3.4");
      data(client).raw("a: b\r\n\r\ne\r\n.\r\n").expect("250");
      assertTrue(hop.commands.stream().noneMatch(c -> c.contains("BODY")));
    }
  }
}
