package org.whosent.msa.auth;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.whosent.msa.auth.SaslExchange.BlockedException;
import org.whosent.msa.auth.SaslExchange.Gate;

/**
 * Turns at checking a password, of which few can be checked at one time. Thread-safe.
 *
 * <p>Those who wait are let in round by round, one from each neighbourhood in a round, and
 * newcomers with the next round: however many guesses come from one place, somebody elsewhere waits
 * for two of them at most, and nobody waits for ever. A neighbourhood is wider than what failures
 * are counted by, an IPv4 /24 or an IPv6 /48, since that much is easily one guesser's. What is
 * remembered is of those who wait, and goes with them. Known weak: guessers in very many
 * neighbourhoods.
 */
final class Turns {
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Duration patience;

  /** The round of the next who comes from there; absent where it is the one after the present. */
  private final Map<Neighbourhood, Long> next = new HashMap<>();

  private final PriorityQueue<Waiting> waiting =
      new PriorityQueue<>(
          Comparator.comparingLong((Waiting w) -> w.round).thenComparingLong(w -> w.number));

  private int free;
  private long round;
  private long numbers;

  private record Neighbourhood(boolean six, long bits) {
    static Neighbourhood of(InetAddress client) {
      ClientNetwork network = ClientNetwork.of(client);
      return new Neighbourhood(
          network.six(), network.bits() >> (client instanceof Inet6Address ? 16 : 8));
    }
  }

  /** One who waits; the permit is the turn. */
  private record Waiting(long round, long number, Semaphore turn) {}

  /**
   * All are free.
   *
   * @param atOneTime how many have a turn together
   * @param patience how long one is waited for
   */
  Turns(int atOneTime, Duration patience) {
    this.free = atOneTime;
    this.patience = patience;
  }

  /**
   * Waits for a turn. Whoever gets one calls {@link #end} when it is over.
   *
   * @param gate is told of the wait, and asked again after it
   * @throws BlockedException when the login was blocked meanwhile; there is no turn then, as with
   *     each exception
   * @throws InterruptedException when the client has gone
   * @throws IOException when it takes too long
   */
  void take(InetAddress client, String login, Gate gate)
      throws BlockedException, InterruptedException, IOException {
    Waiting mine = enqueue(Neighbourhood.of(client));
    if (mine == null) {
      return;
    }
    boolean taken = false;
    try {
      long since = System.nanoTime();
      do {
        gate.waiting();
        if (System.nanoTime() - since > patience.toNanos()) {
          throw new IOException("too many logins wait to be checked");
        }
      } while (!mine.turn.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS));
      gate.pass(login);
      taken = true;
    } finally {
      if (!taken) {
        leave(mine);
      }
    }
  }

  /** Null when there is a turn at once. */
  private synchronized Waiting enqueue(Neighbourhood from) {
    if (free > 0) {
      free--;
      return null;
    }
    Waiting mine = new Waiting(next.getOrDefault(from, round + 1), numbers++, new Semaphore(0));
    next.put(from, mine.round + 1);
    waiting.add(mine);
    return mine;
  }

  private synchronized void leave(Waiting gone) {
    if (!waiting.remove(gone)) {
      // Its turn had come.
      end();
    }
  }

  /** Gives the turn to the next. */
  synchronized void end() {
    Waiting first = waiting.poll();
    if (first == null) {
      free++;
      next.clear();
      return;
    }
    if (first.round > round) {
      round = first.round;
      next.values().removeIf(r -> r <= round + 1);
    }
    first.turn.release();
  }

  /** How many wait. */
  synchronized int size() {
    return waiting.size();
  }

  /** How many neighbourhoods are remembered. */
  synchronized int neighbourhoods() {
    return next.size();
  }
}
