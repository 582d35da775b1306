package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchdogTest {
  @Test
  void goesOnWhenWhatElseItRunsFails() throws Exception {
    assertGoesOn(
        () -> {
          throw new IllegalStateException("a failure that the test wants");
        });
  }

  /** Others have it too then, and end; that is when connections must be cut. */
  @Test
  void goesOnWhenThereIsNoMemory() throws Exception {
    assertGoesOn(
        () -> {
          throw new OutOfMemoryError("a lack that the test wants");
        });
  }

  private static void assertGoesOn(Runnable also) throws Exception {
    CountDownLatch runs = new CountDownLatch(2);
    try (Watchdog watchdog = new Watchdog()) {
      watchdog.start(
          () -> {
            runs.countDown();
            also.run();
          });
      assertTrue(runs.await(300, TimeUnit.SECONDS), "no connection would be cut any more");
    }
  }
}
