package org.whosent.msa.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.auth.SaslExchange.BlockedException;
import org.whosent.msa.support.TestServer;
import org.whosent.record.Addresses;

/** Whoever guesses a thousand times at once is not waited for by others. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LoginTurnsTest {
  private static final SaslExchange.Gate OPEN = _ -> {};
  private static final InetAddress HERE = address("192.0.2.1");

  @TempDir Path directory;
  private final LoginTurns turns = new LoginTurns(1, Duration.ofMinutes(10));
  private final List<String> order = Collections.synchronizedList(new ArrayList<>());
  private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());

  private static InetAddress address(String text) {
    return Addresses.parse(text).orElseThrow();
  }

  /** Lets one wait, and comes back when it does. */
  private Thread enqueue(String client, String name, SaslExchange.Gate gate) throws Exception {
    int before = turns.size();
    Thread thread =
        Thread.startVirtualThread(
            () -> {
              try {
                turns.take(address(client), name, gate);
                order.add(name);
                turns.end();
              } catch (BlockedException e) {
                order.add(name + " blocked");
              } catch (InterruptedException | IOException e) {
                order.add(name + " gone");
              }
            });
    threads.add(thread);
    while (turns.size() == before) {
      Thread.sleep(1);
    }
    return thread;
  }

  private void awaitAll() throws Exception {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Test
  void somebodyElsewhereWaitsForTwoOfAnyPlaceAtMost() throws Exception {
    turns.take(HERE, "first", OPEN);
    for (int i = 0; i < 100; i++) {
      // Addresses of one /24, and networks of one /48.
      enqueue("198.51.100." + i % 256, "four", OPEN);
      enqueue("2001:db8:1:" + Integer.toHexString(i) + "::1", "six", OPEN);
    }
    enqueue("203.0.113.5", "user", OPEN);
    enqueue("2001:db8:2::1", "user", OPEN);
    enqueue("198.51.100.7", "neighbour", OPEN);
    turns.end();
    awaitAll();
    assertEquals(List.of("four", "six", "user", "user"), order.subList(0, 4));
    assertEquals(203, order.size());
    assertTrue(order.subList(200, 203).contains("neighbour"), order.subList(190, 203).toString());
    turns.take(HERE, "last", OPEN);
    assertEquals(0, turns.neighbourhoods());
  }

  /** Or newcomers from ever new places could keep an office's second user out for good. */
  @Test
  void newcomersDoNotOvertakeForEver() throws Exception {
    turns.take(HERE, "first", OPEN);
    enqueue("198.51.100.1", "one", OPEN);
    enqueue("198.51.100.2", "two", OPEN);
    enqueue("10.0.0.1", "new0", login -> anotherComes(1));
    turns.end();
    while (order.size() < 53) {
      Thread.sleep(1);
    }
    assertEquals(List.of("one", "new0", "two", "new1"), order.subList(0, 4));
  }

  private void anotherComes(int number) {
    try {
      if (number <= 50) {
        enqueue("10.0." + number + ".1", "new" + number, login -> anotherComes(number + 1));
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theBlockedAndTheGoneTakeNoTurnAway() throws Exception {
    turns.take(HERE, "first", OPEN);
    AtomicBoolean gone = new AtomicBoolean();
    enqueue(
        "198.51.100.1",
        "blocked",
        login -> {
          throw new BlockedException(login);
        });
    Thread leaver =
        enqueue(
            "198.51.100.2",
            "leaver",
            new SaslExchange.Gate() {
              @Override
              public void pass(String login) {}

              @Override
              public void waiting() throws InterruptedException {
                if (gone.get()) {
                  throw new InterruptedException();
                }
              }
            });
    enqueue("198.51.100.3", "third", OPEN);
    gone.set(true);
    leaver.join();
    assertEquals(List.of("leaver gone"), order);
    turns.end();
    awaitAll();
    // Whoever is blocked says so here after the turn has gone on.
    assertEquals(
        List.of("blocked blocked", "leaver gone", "third"), order.stream().sorted().toList());
    turns.take(HERE, "again", OPEN);
    turns.end();
  }

  @Test
  void whoWaitsTooLongIsToldSo() throws Exception {
    LoginTurns impatient = new LoginTurns(1, Duration.ZERO);
    impatient.take(HERE, "first", OPEN);
    assertThrows(IOException.class, () -> impatient.take(HERE, "second", OPEN));
    impatient.end();
    impatient.take(HERE, "third", OPEN);
  }

  /** Virtual threads are not preempted: a hash on each of their carriers would stop them all. */
  @Test
  void sessionsGoOnWhileHashesAreWorkedOut() throws Exception {
    Path file = directory.resolve("users");
    String slow = "$6$rounds=999999$salt$" + "x".repeat(86);
    Files.writeString(file, "alice:" + slow + "\n");
    UserDirectory users = new UserDirectory(file, Duration.ZERO, LoginSecret.random(), _ -> {});
    int all = Runtime.getRuntime().availableProcessors();
    AtomicInteger done = new AtomicInteger();
    List<Thread> guessers = new ArrayList<>();
    for (int i = 0; i < all; i++) {
      guessers.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  users.authenticate("alice", new byte[] {'x'}, LoginOrigins.HERE, OPEN);
                } catch (IOException | InterruptedException | BlockedException e) {
                  throw new AssertionError(e);
                }
                done.incrementAndGet();
              }));
    }
    while (users.hashed() < all) {
      Thread.sleep(1);
    }
    AtomicInteger doneBefore = new AtomicInteger(-1);
    Thread.startVirtualThread(() -> doneBefore.set(done.get())).join();
    assertEquals(0, doneBefore.get());
    for (Thread guesser : guessers) {
      guesser.join();
    }
  }

  /** Or each of a thousand guesses would cost a hash, though all but a few are refused unseen. */
  @Test
  void whoIsBlockedWhileWaitingIsNotHashed() throws Exception {
    Path file = directory.resolve("users");
    Files.writeString(file, "alice:" + TestServer.hash("secret") + "\n");
    UserDirectory users = new UserDirectory(file, Duration.ZERO, LoginSecret.random(), _ -> {});
    int all = Runtime.getRuntime().availableProcessors();
    for (int i = 0; i < all; i++) {
      users.turns().take(HERE, "others", OPEN);
    }
    AtomicReference<Exception> end = new AtomicReference<>();
    Thread guesser =
        Thread.startVirtualThread(
            () -> {
              try {
                users.authenticate(
                    "alice",
                    new byte[] {'x'},
                    LoginOrigins.HERE,
                    login -> {
                      throw new BlockedException(login);
                    });
              } catch (IOException | InterruptedException | BlockedException e) {
                end.set(e);
              }
            });
    while (users.turns().size() == 0) {
      Thread.sleep(1);
    }
    for (int i = 0; i < all; i++) {
      users.turns().end();
    }
    guesser.join();
    assertInstanceOf(BlockedException.class, end.get());
    assertEquals(0, users.hashed());
  }
}
