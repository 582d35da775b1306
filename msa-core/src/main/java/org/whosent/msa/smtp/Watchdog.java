package org.whosent.msa.smtp;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Cuts connections whose time is over, every second. Thread-safe; one daemon thread. */
final class Watchdog implements AutoCloseable {
  private static final long PERIOD_MILLIS = 1000;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private volatile Runnable also = () -> {};
  private final Thread thread =
      Thread.ofPlatform().daemon().name("msa-watchdog").unstarted(this::watch);

  /**
   * @param also what else is to be done every second; must neither block nor fail
   */
  void start(Runnable also) {
    this.also = also;
    thread.start();
  }

  void add(Connection connection) {
    connections.add(connection);
  }

  void remove(Connection connection) {
    connections.remove(connection);
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(PERIOD_MILLIS);
        long now = System.nanoTime();
        connections.forEach(connection -> connection.cutIfOverdue(now));
        alsoRun();
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  /** Whatever comes of it, connections are still to be cut when their time is over. */
  private void alsoRun() {
    try {
      also.run();
    } catch (RuntimeException | OutOfMemoryError e) {
      e.printStackTrace();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
