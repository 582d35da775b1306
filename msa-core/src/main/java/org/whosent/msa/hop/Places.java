package org.whosent.msa.hop;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Places for messages on their way to the hops. Thread-safe.
 *
 * <p>The last eighth is for those who have none. Of the others, whoever holds as many as are free
 * gets no other: one user alone gets half of these, another half of what is left then. How long a
 * message holds its place is up to the client, within minutes, so turns alone would be no help to
 * those who wait. Known weak: users in great number, 33 for 200 places, can hold all of them
 * together.
 */
final class Places {
  private final Map<Object, Integer> held = new HashMap<>();
  private final Set<Waiting> waiting = new LinkedHashSet<>();
  private final int forNewcomers;
  private int free;

  private record Waiting(Object who, CountDownLatch place) {}

  /** All are free. */
  Places(int most) {
    this.free = most;
    this.forNewcomers = most / 8;
  }

  /**
   * Waits for a place. Whoever gets one calls {@link #leave} when it is needed no more.
   *
   * @param who all who share have in common, with {@code equals}
   * @return false when there was none in time
   */
  boolean take(Object who, Duration patience) {
    Waiting mine;
    synchronized (this) {
      if (give(who)) {
        return true;
      }
      mine = new Waiting(who, new CountDownLatch(1));
      waiting.add(mine);
    }
    try {
      mine.place.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (this) {
      // Gone from there: it was given, in the last moment maybe.
      return !waiting.remove(mine);
    }
  }

  private boolean give(Object who) {
    int mine = held.getOrDefault(who, 0);
    if (mine == 0 ? free == 0 : mine >= free - forNewcomers) {
      return false;
    }
    held.put(who, mine + 1);
    free--;
    return true;
  }

  /** Gives it to whoever has waited longest, of those who may have one more. */
  synchronized void leave(Object who) {
    held.computeIfPresent(who, (_, mine) -> mine == 1 ? null : mine - 1);
    free++;
    for (Iterator<Waiting> all = waiting.iterator(); free > 0 && all.hasNext(); ) {
      Waiting next = all.next();
      if (give(next.who)) {
        all.remove();
        next.place.countDown();
      }
    }
  }

  /** How many wait. */
  synchronized int waiting() {
    return waiting.size();
  }
}
