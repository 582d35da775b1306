package org.whosent.msa.hop;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.whosent.msa.client.SmtpClient;

/**
 * Cuts hops that do not read what we write, which no read timeout notices. Thread-safe.
 *
 * <p>One for all messages: a timer for each would wake two threads for every message.
 */
final class SendingGuard {
  private static final long PERIOD_MILLIS = 1000;

  private final Map<SmtpClient, Long> untilNanos = new ConcurrentHashMap<>();
  private final AtomicBoolean watching = new AtomicBoolean();

  /** Aborts the connection about a second after that time, unless it is removed before. */
  void add(SmtpClient client, long until) {
    untilNanos.put(client, until);
    watch();
  }

  void remove(SmtpClient client) {
    untilNanos.remove(client);
  }

  private void watch() {
    if (watching.compareAndSet(false, true)) {
      Thread.ofVirtual().name("msa-sending-guard").start(this::run);
    }
  }

  /** Runs while any message is being sent. */
  private void run() {
    try {
      do {
        Thread.sleep(PERIOD_MILLIS);
        long now = System.nanoTime();
        untilNanos.forEach(
            (client, until) -> {
              if (now - until > 0) {
                client.abort();
              }
            });
      } while (!untilNanos.isEmpty());
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the guard", e);
    }
    watching.set(false);
    if (!untilNanos.isEmpty()) {
      // It came after the last look.
      watch();
    }
  }
}
