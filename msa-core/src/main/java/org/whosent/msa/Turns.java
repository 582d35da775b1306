package org.whosent.msa;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Turns at something that few can do at one time. Thread-safe.
 *
 * <p>Those who wait are let in round by round, one from each place in a round, and newcomers with
 * the next round: however many come from one place, somebody from elsewhere waits for two of them
 * at most, and nobody waits for ever. What is remembered is of those who wait, and goes with them.
 */
public final class Turns {
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Duration patience;

  /** The round of the next who comes from there; absent where it is the one after the present. */
  private final Map<Object, Long> next = new HashMap<>();

  private final PriorityQueue<Waiting> waiting =
      new PriorityQueue<>(
          Comparator.comparingLong((Waiting w) -> w.round).thenComparingLong(w -> w.number));

  private int free;
  private long round;
  private long numbers;

  /** One who waits; the permit is the turn. */
  private record Waiting(long round, long number, Semaphore turn) {}

  /** Who waits for a turn. */
  @FunctionalInterface
  public interface Patient {
    /**
     * Told when others come first, at the beginning of the wait and every second of it.
     *
     * @throws InterruptedException when nobody waits any more for what the turn is for
     */
    void waiting() throws InterruptedException;
  }

  /**
   * All are free.
   *
   * @param atOneTime how many have a turn together
   * @param patience how long one is waited for
   */
  public Turns(int atOneTime, Duration patience) {
    this.free = atOneTime;
    this.patience = patience;
  }

  /**
   * Waits for a turn. Whoever gets one calls {@link #end} when it is over.
   *
   * @param place what all who share one turn in a round have in common, with {@code equals}
   * @return true when others came first
   * @throws InterruptedException when the patient has gone; there is no turn then, as with each
   *     exception
   * @throws IOException when it takes too long
   */
  public boolean take(Object place, Patient patient) throws InterruptedException, IOException {
    Waiting mine = enqueue(place);
    if (mine == null) {
      return false;
    }
    boolean taken = false;
    try {
      long since = System.nanoTime();
      do {
        patient.waiting();
        if (System.nanoTime() - since > patience.toNanos()) {
          throw new IOException("too many wait for their turn");
        }
      } while (!mine.turn.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS));
      taken = true;
    } finally {
      if (!taken) {
        leave(mine);
      }
    }
    return true;
  }

  /** Null when there is a turn at once. */
  private synchronized Waiting enqueue(Object place) {
    if (free > 0) {
      free--;
      return null;
    }
    Waiting mine = new Waiting(next.getOrDefault(place, round + 1), numbers++, new Semaphore(0));
    next.put(place, mine.round + 1);
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
  public synchronized void end() {
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
  public synchronized int size() {
    return waiting.size();
  }

  /** How many places are remembered. */
  public synchronized int places() {
    return next.size();
  }
}
