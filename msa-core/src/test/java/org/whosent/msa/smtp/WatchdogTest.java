package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchdogTest {
  @Test
  void goesOnWhenWhatElseItRunsFails() throws Exception {
    CountDownLatch runs = new CountDownLatch(2);
    try (Watchdog watchdog = new Watchdog()) {
      watchdog.start(
          () -> {
            runs.countDown();
            throw new IllegalStateException("a failure that the test wants");
          });
      assertTrue(runs.await(60, TimeUnit.SECONDS), "no connection would be cut any more");
    }
  }
}
