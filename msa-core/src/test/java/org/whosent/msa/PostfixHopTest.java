package org.whosent.msa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whosent.fixtures.peer.Peers;
import org.whosent.fixtures.peer.PostfixPeer;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.TestServer;
import org.whosent.record.JournalEntry;
import org.whosent.record.Outcome;
import org.whosent.record.SubmissionRecord;

/** A real Postfix as next hop, where one is installed: what it is told of the client. */
class PostfixHopTest {
  /** The client as a load balancer names it: on loopback all have one address. */
  private static final String CLIENT = "198.51.100.7";

  /** Short and open to all: Postfix works there as a user of its own. */
  private Path directory;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(PostfixPeer.missing() == null, "SKIPPED: " + PostfixPeer.missing());
    directory = Files.createTempDirectory("who");
  }

  @AfterEach
  void stop() throws Exception {
    if (directory != null) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** Submits a message through a Postfix with these settings; says what that logged. */
  private void submit(String main, String more, String... log) throws Exception {
    int port = Peers.freePorts(1).getFirst();
    Path home = Files.createDirectories(directory.resolve("msa"));
    try (PostfixPeer postfix =
        new PostfixPeer(
            directory.resolve("postfix"),
            "default_transport = discard:\nrelay_transport = discard:\n" + main,
            "127.0.0.1:"
                + port
                + " inet n - n - - smtpd\n"
                + " -o mynetworks=127.0.0.0/8,198.51.100.7/32\n"
                + " -o smtpd_relay_restrictions=permit_mynetworks,reject\n"
                + " -o smtpd_recipient_restrictions=permit\n",
            List.of(port))) {
      String settings = "proxyNetworks: [127.0.0.0/8]\n" + more;
      try (TestServer server = new TestServer(home, "smtp://127.0.0.1:" + port, settings)) {
        try (Dialogue client = server.submission()) {
          client.send("PROXY TCP4 " + CLIENT + " 192.0.2.1 4711 587");
          client.login("alice@example.org", "secret");
          client.send("MAIL FROM:<alice@example.org>").expect("250");
          client.send("RCPT TO:<a@b.example>").expect("250").send("DATA").expect("354");
          client.send("Subject: x", "", "text", ".").expect("250 2.0.0");
        } catch (IOException e) {
          throw new IOException(server.log() + postfix.log(), e);
        }
        List<JournalEntry> journal = server.journal();
        SubmissionRecord record = server.submissionRecords().getFirst();
        assertEquals(CLIENT, record.client());
        JournalEntry.Outcome outcome =
            (JournalEntry.Outcome)
                journal.stream().filter(JournalEntry.Outcome.class::isInstance).findFirst().get();
        assertEquals(Outcome.DELIVERED, outcome.recipients().getFirst().outcome());
        String queueId = outcome.recipients().getFirst().nextHopId();
        for (String expected : log) {
          await(postfix, queueId + ": " + expected);
        }
      }
    }
  }

  private static void await(PostfixPeer postfix, String expected) throws Exception {
    for (int i = 0; i < 1200 && !postfix.log().contains(expected); i++) {
      Thread.sleep(50);
    }
    assertTrue(postfix.log().contains(expected), () -> expected + " is not in:\n" + log(postfix));
  }

  private static String log(PostfixPeer postfix) {
    try {
      return postfix.log();
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void xforwardPutsOurClientIntoItsLog() throws Exception {
    submit(
        "smtpd_authorized_xforward_hosts = 127.0.0.0/8\n",
        "",
        "client=localhost[127.0.0.1], orig_client=unknown[" + CLIENT + "]");
  }

  @Test
  void xclientMakesOurClientAndLoginItsOwn() throws Exception {
    submit(
        "smtpd_authorized_xclient_hosts = 127.0.0.0/8\n",
        "forwardClient: xclient\n",
        "client=unknown[" + CLIENT + "], sasl_method=XCLIENT, sasl_username=Alice@example.org");
  }

  @Test
  void whoIsNotAuthorisedIsToldNothing() throws Exception {
    submit("", "", "client=localhost[127.0.0.1]\n");
  }
}
