package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;

/** Clients that are slow, many, large or still there when the server goes. */
class LimitsTest {
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

  @Test
  void silentClientsHear421() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "commandTimeout: 1s")) {
      try (Dialogue client = server.submission()) {
        // At once: what comes after the end would be reset, and the 421 with it.
        client.raw("EHLO unfinish").expect("220").expect("421 4.4.2").expect("(closed)");
      }
      try (Dialogue client = server.submissions()) {
        // Nothing of a handshake ever comes.
        String reply = client.reply();
        assertTrue(reply.startsWith("421") || reply.equals("(closed)"), reply);
      }
      assertEquals(0, server.submissionRecords().size());
    }
    try (TestServer server = new TestServer(directory, hop.uri(), "dataTimeout: 1s");
        Dialogue client = server.alice()) {
      client.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
      client.raw("DATA\r\nSubject: half a message\r\n").expect("354").expect("421 4.4.2");
      client.expect("(closed)");
      assertTrue(hop.mails.isEmpty());
      assertEquals(0, server.submissionRecords().size());
    }
  }

  @Test
  void slowClientsAreCutThoughTheyNeverStop() throws Exception {
    try (TestServer server =
        new TestServer(directory, hop.uri(), "minDataRate: 2000;dataRateWindow: 1s")) {
      for (String start : List.of("DATA", "BDAT 1000000 LAST")) {
        try (Dialogue client = server.alice()) {
          client.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
          client.send(start);
          if (start.equals("DATA")) {
            client.expect("354");
          }
          CountDownLatch cut = new CountDownLatch(1);
          Thread drip =
              Thread.startVirtualThread(
                  () -> {
                    try {
                      while (cut.getCount() > 0) {
                        client.raw("x");
                        cut.await(20, TimeUnit.MILLISECONDS);
                      }
                    } catch (IOException | InterruptedException e) {
                      // cut while it talked
                    }
                  });
          try {
            String reply = client.reply();
            assertTrue(reply.startsWith("421 4.4.2") || reply.equals("(closed)"), reply);
          } catch (SocketException e) {
            // as hard as that
          }
          cut.countDown();
          drip.join();
        }
      }
      assertTrue(hop.mails.isEmpty());
      assertEquals(0, server.submissionRecords().size());
    }
  }

  /** Each transaction holds a connection to the next hop, for which others may be waiting. */
  @Test
  void commandsThatDoNothingDoNotHoldATransactionForEver() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "commandTimeout: 5s")) {
      for (boolean again : List.of(false, true)) {
        String reply = "250";
        try (Dialogue client = server.alice()) {
          client.send("MAIL FROM:<>").expect("250");
          while (reply.startsWith("250")) {
            Thread.sleep(400);
            reply = client.send(again ? "RSET" : "NOOP").reply();
            if (again && reply.startsWith("250")) {
              reply = client.send("MAIL FROM:<>").reply();
            }
          }
        } catch (SocketException e) {
          reply = "(closed)";
        }
        assertTrue(reply.startsWith("421 4.4.2") || reply.equals("(closed)"), reply);
      }
    }
  }

  /** Or each chunk, however small, would begin the time anew. */
  @Test
  void slowClientsAreCutBetweenChunksToo() throws Exception {
    try (TestServer server =
        new TestServer(directory, hop.uri(), "minDataRate: 2000;dataRateWindow: 2s")) {
      try (Dialogue client = server.alice()) {
        client.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
        String reply = "250";
        int chunks = 0;
        try {
          while (reply.startsWith("250") && chunks++ < 30) {
            reply = client.raw("BDAT 1024\r\n" + "a: b\r\n".repeat(170) + "a:\r\n").reply();
            Thread.sleep(900);
          }
        } catch (SocketException e) {
          reply = "(closed)";
        }
        assertTrue(reply.startsWith("421 4.4.2") || reply.equals("(closed)"), reply);
      }
      assertEquals(0, server.submissionRecords().size());
    }
  }

  @Test
  void dataThatBreakOffAreNoMessage() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "")) {
      try (Dialogue client = server.alice()) {
        client.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
        client.send("DATA").expect("354").raw("Subject: x\r\n\r\nbody\r\n.\r");
      }
      assertEquals(0, server.submissionRecords().size());
      assertTrue(hop.mails.isEmpty());
    }
  }

  @Test
  void tooManyConnections() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "maxConnectionsPerAddress: 2");
        Dialogue one = server.submission().expect("220");
        Dialogue two = server.smtp().expect("220")) {
      try (Dialogue three = server.submission()) {
        three.expect("421 4.7.0").expect("(closed)");
      }
      one.send("QUIT").expect("221").expect("(closed)");
      two.send("NOOP").expect("250");
      // The place is free once the server has noticed; it counts before it closes no more.
      String reply;
      do {
        try (Dialogue three = server.submission()) {
          reply = three.reply();
        }
      } while (reply.startsWith("421"));
      assertTrue(reply.startsWith("220"), reply);
    }
  }

  @Test
  void tooManyErrors() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "maxErrors: 3");
        Dialogue client = server.submission()) {
      client.expect("220").send("A", "B", "C", "NOOP");
      client.expect("500").expect("500").expect("500").expect("421 4.7.0").expect("(closed)");
    }
  }

  @Test
  void deadRecipientsAreNoErrors() throws Exception {
    hop.answers = line -> line.startsWith("RCPT TO:<gone") ? "550 5.1.1 unknown" : null;
    try (TestServer server = new TestServer(directory, hop.uri(), "maxErrors: 3");
        Dialogue client = server.alice()) {
      client.send("MAIL FROM:<>").expect("250");
      for (int i = 0; i < 10; i++) {
        client.send("RCPT TO:<gone" + i + "@b.example>").expect("550 5.1.1");
      }
      client.send("RCPT TO:<a@b.example>").expect("250").send("DATA").expect("354");
      client.send("a: b", "", ".").expect("250");
    }
  }

  @Test
  void largeMessagesLeaveNoFile() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue client = server.alice()) {
      String line = "0123456789".repeat(7) + "\r\n";
      client.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
      client.send("DATA").expect("354");
      client.raw("a: b\r\n\r\n" + line.repeat(10_000) + ".\r\n").expect("250");
      assertTrue(hop.mails.getFirst().content().endsWith(line.repeat(10_000)));
      try (Stream<Path> left = Files.list(directory.resolve("data").resolve("spool"))) {
        assertEquals(List.of(), left.toList());
      }
      assertEquals(8 + 72 * 10_000L, server.submissionRecords().getFirst().size());
    }
  }

  @Test
  void drainEndsIdleSessionsAndWaitsForTransactions() throws Exception {
    CountDownLatch dot = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    hop.onFinalDot =
        () -> {
          dot.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    try (TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue idle = server.alice();
        Dialogue clear = server.smtp().expect("220");
        Dialogue busy = server.alice()) {
      busy.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
      busy.send("DATA").expect("354").send("a: b", "", ".");
      dot.await();
      Thread closing = Thread.startVirtualThread(server::close);
      idle.expect("421 4.3.2").expect("(closed)");
      clear.expect("421 4.3.2").expect("(closed)");
      go.countDown();
      busy.expect("250 2.0.0 Ok: queued as").expect("421 4.3.2").expect("(closed)");
      closing.join();
      assertEquals(0, server.server().sessionCount());
    }
  }

  @Test
  void sessionsThatDoNotEndAreCut() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "drainSeconds: 0");
        Dialogue open = server.alice()) {
      open.send("MAIL FROM:<>").expect("250");
      server.server().close();
      assertEquals(0, server.server().sessionCount());
    }
  }
}
