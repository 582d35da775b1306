package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;

/** Somebody holds all connections; users are to get through all the same. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FullServerTest {
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

  private static void expectCut(Dialogue client) throws IOException {
    try {
      client.expect("(closed)");
    } catch (SocketException e) {
      // closed with something unread
    }
  }

  private static void expectOpen(Dialogue client) throws IOException {
    client.send("NOOP").expect("250");
  }

  @Test
  void whoHasNotLoggedInForLongestYields() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "maxConnections: 4");
        Dialogue user = server.alice();
        Dialogue first = server.submission().expect("220");
        Dialogue second = server.submissions();
        Dialogue third = server.smtp().expect("220")) {
      // The second is a handshake that never comes.
      second.raw("\u0016\u0003\u0001");
      try (Dialogue late = server.alice()) {
        expectCut(first);
        expectOpen(third);
        try (Dialogue later = server.alice();
            Dialogue last = server.alice()) {
          // Which of the two came first is the scheduler's.
          expectCut(second);
          expectCut(third);
          for (Dialogue loggedIn : List.of(user, late, later, last)) {
            expectOpen(loggedIn);
          }
          for (Dialogue loggedIn : List.of(user, late, later, last)) {
            loggedIn.send("MAIL FROM:<>").expect("250");
          }
          try (Dialogue tooMuch = server.submission()) {
            tooMuch.expect("421 4.7.0").expect("(closed)");
          }
          expectOpen(user);
          last.send("RCPT TO:<a@b.example>").expect("250");
        }
      }
      String told = "all 4 connections are taken";
      assertEquals(2, server.log().split(told, -1).length, server.log());
    }
  }

  /** Or a user, or who has a user's password, could hold all places by doing nothing. */
  @Test
  void usersWithSeveralIdleConnectionsYieldWhereNoStrangerDoes() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "maxConnections: 3");
        Dialogue first = server.alice();
        Dialogue bob = server.submission().login("Bob Blank", "pass word");
        Dialogue second = server.alice();
        Dialogue stranger = server.submission().expect("220")) {
      first.expect("421 4.3.2").expect("(closed)");
      try (Dialogue another = server.submission().login("Bob Blank", "pass word")) {
        expectCut(stranger);
        try (Dialogue more = server.submission().login("Bob Blank", "pass word")) {
          bob.expect("421 4.3.2").expect("(closed)");
          expectOpen(second);
          expectOpen(another);
          expectOpen(more);
          another.send("MAIL FROM:<>").expect("250");
          try (Dialogue newcomer = server.submission().expect("220")) {
            more.expect("421 4.3.2").expect("(closed)");
            expectOpen(newcomer);
            expectOpen(second);
            another.send("RCPT TO:<a@b.example>").expect("250");
          }
        }
      }
    }
  }

  @Test
  void aMessageOnItsWayStays() throws Exception {
    try (TestServer server =
            new TestServer(directory, hop.uri(), "maxConnections: 1;unauthenticated: local");
        Dialogue mail = server.smtp()) {
      mail.expect("220").send("EHLO mx.example").expect("250");
      mail.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@example.org>").expect("250");
      try (Dialogue other = server.submission()) {
        other.expect("421 4.7.0").expect("(closed)");
      }
      mail.send("DATA").expect("354").raw("a: b\r\n");
      try (Dialogue other = server.submission()) {
        other.expect("421 4.7.0").expect("(closed)");
      }
      mail.raw("\r\nhello\r\n.\r\n").expect("250 2.0.0 Ok: queued as");
      try (Dialogue other = server.submission()) {
        other.expect("220");
        expectCut(mail);
      }
    }
  }

  /** A guesser is made to wait, and must not keep its place by that. */
  @Test
  void whoWaitsAfterAWrongPasswordYieldsAtOnce() throws Exception {
    try (TestServer server =
            new TestServer(
                directory,
                hop.uri(),
                "maxConnections: 1;authWithoutTls: [127.0.0.0/8];loginFailureDelayMillis: 60000");
        Dialogue guesser = server.submission()) {
      guesser.expect("220").send("EHLO guess.example").expect("250");
      guesser.send("AUTH PLAIN " + Dialogue.plain("", "alice@example.org", "wrong"));
      while (!server.log().contains("login failed")) {
        Thread.onSpinWait();
      }
      try (Dialogue user = userInFullServer(server)) {
        expectCut(guesser);
        expectOpen(user);
      }
    }
  }

  /** Somebody who guesses from everywhere must not hold all places while the guesses queue. */
  @Test
  void whoWaitsBehindOtherLoginsYields() throws Exception {
    Path socket = directory.resolve("auth");
    Files.writeString(directory.resolve("users"), "alice@example.org:*\n");
    List<Dialogue> guessers = new ArrayList<>();
    try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      silent.bind(UnixDomainSocketAddress.of(socket), 100);
      // Dovecot is asked by 64 at one time, and never answers: two more wait for their turn.
      try (TestServer server =
          new TestServer(
              directory,
              hop.uri(),
              "maxConnections: 66;drainSeconds: 0;authWithoutTls: [127.0.0.0/8];userStore: dovecot:"
                  + socket)) {
        for (int i = 0; i < 66; i++) {
          Dialogue guesser = server.submission();
          guessers.add(guesser);
          guesser.expect("220").send("EHLO guess.example").expect("250");
          guesser.send("AUTH PLAIN " + Dialogue.plain("", "alice@example.org", "wrong"));
        }
        try (Dialogue user = userInFullServer(server);
            Dialogue another = userInFullServer(server)) {
          expectOpen(user);
          expectOpen(another);
        }
        for (Dialogue guesser : guessers) {
          guesser.close();
        }
      }
    }
  }

  /** The other may not be waiting yet, and is not cut then. */
  private static Dialogue userInFullServer(TestServer server) throws IOException {
    while (true) {
      Dialogue user = server.submission();
      if (user.reply().startsWith("220")) {
        return user;
      }
      user.close();
    }
  }

  /** An office of many must not lose its newcomers to strangers with fewer connections each. */
  @Test
  void theNetworkWithMostStrangersYieldsFirst() throws Exception {
    try (TestServer server =
        new TestServer(directory, hop.uri(), "maxConnections: 4;proxyNetworks: [127.0.0.0/8]")) {
      List<Dialogue> held = new ArrayList<>();
      for (int client : List.of(1, 2, 3, 3)) {
        held.add(from(server, client).expect("220"));
      }
      Dialogue newcomer = from(server, 4).expect("220");
      expectCut(held.get(2));
      Dialogue another = from(server, 5).expect("220");
      expectCut(held.get(0));
      for (Dialogue left : List.of(held.get(1), held.get(3), newcomer, another)) {
        expectOpen(left);
        left.close();
      }
      assertTrue(server.log().contains("all 4 connections are taken"), server.log());
    }
  }

  private static Dialogue from(TestServer server, int client) throws IOException {
    return server.submission().raw("PROXY TCP4 192.0.2." + client + " 192.0.2.99 4000 587\r\n");
  }
}
