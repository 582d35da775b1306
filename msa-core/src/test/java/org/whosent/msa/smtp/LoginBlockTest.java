package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.whosent.msa.support.Dialogue.plain;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.MessageAnalyser;
import org.whosent.msa.MsaServer;
import org.whosent.msa.journal.JournalFiles;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.Repository;
import org.whosent.msa.support.TestServer;
import org.whosent.record.JournalEntry;

/** Guessers hear the same whether they guess at users or at nobody, and then nothing for a time. */
class LoginBlockTest {
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

  private TestServer server(String more) throws IOException {
    return new TestServer(
        directory,
        hop.uri(),
        more,
        new MsaServer.Parts(MessageAnalyser.NONE, JournalFiles.DISK, now::get));
  }

  /** As SECURITY.md gives it, fail2ban's {@code <HOST>} as a group. */
  private static Pattern fail2ban() throws IOException {
    for (String line : Files.readAllLines(Repository.root().resolve("SECURITY.md"))) {
      if (line.startsWith("failregex = ")) {
        return Pattern.compile(
            line.substring("failregex = ".length()).replace("<HOST>", "(?<host>\\S+)"));
      }
    }
    throw new AssertionError("SECURITY.md has no failregex");
  }

  private static String attempt(TestServer server, String user, String password)
      throws IOException {
    try (Dialogue client = server.submission().startTls()) {
      return client.send("AUTH PLAIN " + plain("", user, password)).reply();
    }
  }

  @Test
  void usersAndOthersAreBlockedAlike() throws Exception {
    try (TestServer server =
        server("maxLoginFailuresPerAccount: 2;maxLoginFailuresPerNetwork: 99")) {
      for (String name : List.of("alice@example.org", "nobody at all")) {
        assertTrue(attempt(server, name, "wrong").startsWith("535 5.7.8"));
        assertTrue(attempt(server, name, "wrong").startsWith("535 5.7.8"));
        assertTrue(attempt(server, name, "wrong").startsWith("454 4.7.0"));
        // Not even the right one: the answer would tell.
        assertTrue(attempt(server, name, "secret").startsWith("454 4.7.0"));
      }
      assertTrue(attempt(server, "bob blank", "pass word").startsWith("235"));
      now.set(now.get().plusSeconds(601));
      assertTrue(attempt(server, "alice@example.org", "secret").startsWith("235"));
      List<JournalEntry> journal = server.journal();
      assertEquals(2, journal.stream().filter(JournalEntry.Refusal.class::isInstance).count());
      assertEquals(
          4,
          journal.stream()
              .filter(e -> e instanceof JournalEntry.LoginFailure f && f.reason().equals("blocked"))
              .count());
    }
  }

  /** A client whose owner typed an alias must not lock out the owner's other clients. */
  @Test
  void theRightSecretWithAnothersNameIsNoGuess() throws Exception {
    try (TestServer server = server("maxLoginFailuresPerAccount: 2")) {
      for (int i = 0; i < 4; i++) {
        try (Dialogue client = server.submission().startTls()) {
          client.send("AUTH PLAIN " + plain("bob blank", "alice@example.org", "secret"));
          client.expect("535 5.7.8");
        }
      }
      assertTrue(attempt(server, "alice@example.org", "secret").startsWith("235"));
    }
  }

  /** Checks passwords as Dovecot does: one is right, and it takes its time to say so. */
  private static void checkSlowly(
      ServerSocketChannel listening, CountDownLatch asked, CountDownLatch answer)
      throws IOException {
    while (true) {
      SocketChannel client = listening.accept();
      Thread.startVirtualThread(
          () -> {
            try (client;
                BufferedReader in =
                    new BufferedReader(Channels.newReader(client, StandardCharsets.US_ASCII))) {
              client.write(
                  ByteBuffer.wrap(
                      "VERSION\t1\t1\nMECH\tPLAIN\nDONE\n".getBytes(StandardCharsets.US_ASCII)));
              String line = in.readLine();
              while (line != null && !line.startsWith("AUTH\t")) {
                line = in.readLine();
              }
              boolean right =
                  line != null && line.endsWith("resp=" + plain("", "alice@example.org", "right"));
              if (right) {
                asked.countDown();
                answer.await();
              }
              String said = right ? "OK\t1\tuser=alice@example.org\n" : "FAIL\t1\n";
              client.write(ByteBuffer.wrap(said.getBytes(StandardCharsets.US_ASCII)));
            } catch (IOException | InterruptedException e) {
              // its client has gone
            }
          });
    }
  }

  @Test
  void guessesAtTheSameTimeAreNoMoreThanOneAfterTheOther() throws Exception {
    Path socket = directory.resolve("auth");
    Files.writeString(directory.resolve("users"), "alice@example.org:*:from=@example.org\n");
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listening.bind(UnixDomainSocketAddress.of(socket));
      Thread.startVirtualThread(
          () -> {
            try {
              checkSlowly(listening, asked, answer);
            } catch (IOException e) {
              // closed at the end
            }
          });
      try (TestServer server =
              server("maxLoginFailuresPerAccount: 2;userStore: dovecot:" + socket);
          Dialogue early = server.submission().startTls()) {
        early.send("AUTH PLAIN " + plain("", "alice@example.org", "right"));
        assertTrue(asked.await(300, TimeUnit.SECONDS));
        assertTrue(attempt(server, "alice@example.org", "wrong").startsWith("535 5.7.8"));
        assertTrue(attempt(server, "alice@example.org", "wrong").startsWith("535 5.7.8"));
        answer.countDown();
        early.expect("454 4.7.0").expect("(closed)");
        now.set(now.get().plusSeconds(601));
        assertTrue(attempt(server, "alice@example.org", "right").startsWith("235"));
      }
    }
  }

  @Test
  void aNetworkThatGuessesManyNames() throws Exception {
    try (TestServer server = server("maxLoginFailuresPerNetwork: 3");
        Dialogue bob = server.submission().login("bob blank", "pass word")) {
      for (int i = 0; i < 3; i++) {
        assertTrue(attempt(server, "name" + i, "wrong").startsWith("535"));
      }
      try (Dialogue client = server.submission().startTls()) {
        client.send("AUTH PLAIN " + plain("", "alice@example.org", "secret")).expect("454 4.7.0");
        client.expect("(closed)");
      }
      // Who is logged in stays.
      bob.send("MAIL FROM:<>").expect("250");
      assertTrue(server.log().contains("login blocked client=127.0.0.1 port="), server.log());
      assertTrue(server.log().contains(" scope=network seconds=600 user="), server.log());
    }
    try (TestServer server =
        server("maxLoginFailuresPerNetwork: 3;loginBlockExempt: [127.0.0.0/8]")) {
      for (int i = 0; i < 9; i++) {
        assertTrue(attempt(server, "name" + i, "wrong").startsWith("535"));
      }
      assertTrue(attempt(server, "alice@example.org", "secret").startsWith("235"));
    }
  }

  @Test
  void fail2banFindsTheClientAndNobodyElse() throws Exception {
    try (TestServer server = server("maxLoginFailuresPerAccount: 2")) {
      String evil =
          "x whosent-msa: login failed client=192.0.2.66 port=1 service=smtp \n"
              + "whosent-msa: login failed client=192.0.2.66 port=1 service=smtp reason=\"";
      attempt(server, evil, "wrong");
      attempt(server, evil, "wrong");
      int found = 0;
      Pattern fail2ban = fail2ban();
      for (String line : server.log().split("\n")) {
        for (String prefix : List.of("", "host whosent[123]: ")) {
          Matcher matcher = fail2ban.matcher(prefix + line);
          if (matcher.find()) {
            found++;
            assertEquals("127.0.0.1", matcher.group("host"), line);
          }
        }
      }
      assertEquals(2 * 3, found, server.log());
      assertFalse(server.log().contains("wrong\""));
    }
  }
}
