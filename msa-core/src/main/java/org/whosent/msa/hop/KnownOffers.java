package org.whosent.msa.hop;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;

/**
 * What each hop listed when it was last greeted, so that our own greeting promises nothing that
 * cannot go on. Thread-safe.
 *
 * <p>Every connection that is made for mail keeps this fresh. Where nothing is known yet, or it is
 * old, the hops are asked in passing: one question at a time to each, whoever waits for the answer,
 * and no more than one in a while to a hop that does not answer. A hop that never answered has no
 * voice: nothing can go there, and when it comes back its first connection speaks for it.
 */
final class KnownOffers {
  /** How long a client may wait for its greeting because of this. */
  static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final Duration FRESH = Duration.ofMinutes(10);
  private static final Duration PAUSE = Duration.ofSeconds(30);

  private final Offer[] offers;
  private final long[] sinceNanos;
  private final IntConsumer ask;
  private CompletableFuture<Void> asking;
  private boolean asked;
  private long askedNanos;

  /**
   * Nothing is known yet.
   *
   * @param ask connects to that hop, so that {@link #note} is called; never fails, and ends within
   *     {@link #PATIENCE}
   */
  KnownOffers(int count, IntConsumer ask) {
    this.offers = new Offer[count];
    this.sinceNanos = new long[count];
    this.ask = ask;
  }

  synchronized void note(int index, Offer offer) {
    offers[index] = offer;
    sinceNanos[index] = System.nanoTime();
  }

  /** What all hops have that ever answered. */
  Offer common() {
    CompletableFuture<Void> answer = askIfNeeded();
    if (answer != null) {
      try {
        answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException | ExecutionException e) {
        // then it is not known
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    synchronized (this) {
      Offer common = null;
      for (Offer offer : offers) {
        if (offer != null) {
          common = common == null ? offer : common.and(offer);
        }
      }
      return common == null ? Offer.NOTHING : common;
    }
  }

  /** The answer to wait for, or null when there is something to say already or nobody to ask. */
  private synchronized CompletableFuture<Void> askIfNeeded() {
    long now = System.nanoTime();
    boolean none = true;
    boolean due = false;
    for (int i = 0; i < offers.length; i++) {
      none &= offers[i] == null;
      due |= offers[i] == null || now - sinceNanos[i] > FRESH.toNanos();
    }
    if (due && asking == null && !(asked && now - askedNanos < PAUSE.toNanos())) {
      asked = true;
      askedNanos = now;
      CompletableFuture<?>[] each = new CompletableFuture<?>[offers.length];
      for (int i = 0; i < offers.length; i++) {
        int index = i;
        each[i] = new CompletableFuture<>();
        Thread.ofVirtual()
            .name("msa-hop-asking")
            .start(
                () -> {
                  try {
                    ask.accept(index);
                  } finally {
                    each[index].complete(null);
                  }
                });
      }
      CompletableFuture<Void> all = CompletableFuture.allOf(each);
      asking = all;
      all.thenRun(this::answered);
    }
    return none ? asking : null;
  }

  private synchronized void answered() {
    asking = null;
  }
}
