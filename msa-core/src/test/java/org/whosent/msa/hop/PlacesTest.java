package org.whosent.msa.hop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever has many places gets no other before those who have none. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PlacesTest {
  private static final Duration LONG = Duration.ofMinutes(10);
  private final Places places = new Places(8);

  private int takeAll(String who) {
    int taken = 0;
    while (places.take(who, Duration.ZERO)) {
      taken++;
    }
    return taken;
  }

  /** Lets one wait, and comes back when it does. */
  private CompletableFuture<Boolean> enqueue(String who) throws InterruptedException {
    int before = places.waiting();
    CompletableFuture<Boolean> place = new CompletableFuture<>();
    Thread.startVirtualThread(() -> place.complete(places.take(who, LONG)));
    while (places.waiting() == before) {
      Thread.sleep(1);
    }
    return place;
  }

  @Test
  void halfOfWhatIsLeft() {
    assertEquals(4, takeAll("alice"));
    assertEquals(2, takeAll("bob"));
    assertEquals(1, takeAll("carol"));
    assertEquals(1, takeAll("dave"));
    assertEquals(0, takeAll("erin"));
    for (int i = 0; i < 4; i++) {
      places.leave("alice");
    }
    assertEquals(2, takeAll("alice"));
    assertEquals(1, takeAll("erin"));
  }

  /** Few who take all they can leave some for those who have none. */
  @Test
  void theLastEighthIsForThoseWhoHaveNone() {
    Places all = new Places(200);
    int users = 0;
    int free = 200;
    while (free > 25) {
      String who = "greedy" + users++;
      while (all.take(who, Duration.ZERO)) {
        free--;
      }
    }
    assertEquals(8, users);
    for (int i = 0; i < 25; i++) {
      assertTrue(all.take("user" + i, Duration.ZERO), "of 25: " + i);
      assertFalse(all.take("user" + i, Duration.ZERO), "of 25: " + i);
    }
    assertFalse(all.take("late", Duration.ZERO));
  }

  @Test
  void whatComesFreeGoesToThoseWhoHaveLess() throws Exception {
    List.of("alice", "bob", "carol", "dave").forEach(this::takeAll);
    CompletableFuture<Boolean> alice = enqueue("alice");
    CompletableFuture<Boolean> bob = enqueue("bob");
    CompletableFuture<Boolean> erin = enqueue("erin");
    CompletableFuture<Boolean> again = enqueue("erin");
    places.leave("alice");
    assertTrue(erin.get());
    assertEquals(3, places.waiting());
    places.leave("bob");
    // Each of them has one, and one is free, which is for somebody who has none.
    assertEquals(3, places.waiting());
    places.leave("carol");
    assertEquals(3, places.waiting());
    places.leave("dave");
    // Bob was first, of those with fewer than are free beside that one.
    assertTrue(bob.get());
    assertEquals(2, places.waiting());
    places.leave("alice");
    assertTrue(again.get());
    assertEquals(1, places.waiting());
    places.leave("bob");
    assertEquals(1, places.waiting());
    places.leave("bob");
    assertTrue(alice.get());
    assertEquals(0, places.waiting());
  }

  @Test
  void whoGaveUpHasNone() throws Exception {
    List.of("alice", "bob", "carol", "dave").forEach(this::takeAll);
    assertFalse(places.take("erin", Duration.ofMillis(1)));
    CompletableFuture<List<Boolean>> gone = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          Thread.currentThread().interrupt();
          boolean taken = places.take("erin", LONG);
          gone.complete(List.of(taken, Thread.currentThread().isInterrupted()));
        });
    assertEquals(List.of(false, true), gone.get());
    assertEquals(0, places.waiting());
    places.leave("dave");
    assertEquals(1, takeAll("frank"));
  }

  /** Whatever happens at the same time, no place is lost and none given twice. */
  @Test
  void countedRightUnderLoad() throws Exception {
    AtomicInteger inUse = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 2000; i++) {
        String who = "user" + i % 7;
        Duration patience = i % 3 == 0 ? Duration.ofNanos(100_000) : LONG;
        threads.submit(
            () -> {
              if (places.take(who, patience)) {
                most.accumulateAndGet(inUse.incrementAndGet(), Math::max);
                Thread.yield();
                inUse.decrementAndGet();
                places.leave(who);
              }
            });
      }
    }
    assertTrue(most.get() <= 8, "in use: " + most);
    assertEquals(0, places.waiting());
    assertEquals(4, takeAll("alice"));
  }
}
