package org.whosent.indexer.ingest;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import org.whosent.indexer.store.RecordStore;
import org.whosent.record.IoReason;

/**
 * Compacts the days of the store that still grow, now and then beside a follower: that runs as long
 * as they do. A run that ends leaves it to whoever seals, who has time. What was read is in the
 * store whatever becomes of it, so when it fails that is told once, and no more. For one thread.
 */
final class Compacting implements AutoCloseable {
  /** So long a follower reads between the ends of two looks; a look alone takes a millisecond. */
  static final Duration PAUSE = Duration.ofMinutes(5);

  /** Who seals takes days that ended so long ago, unless told otherwise. */
  private static final Duration GROWING = Duration.ofDays(1);

  private final RecordStore store;
  private final BooleanSupplier stopped;
  private final PrintStream err;
  private final Duration pause;
  private FutureTask<Void> running;
  private volatile boolean closed;
  private volatile long next;

  /** The running thread's; and that of who waits for it. */
  private String told;

  /**
   * Nothing yet.
   *
   * @param stopped whether to leave it for another time
   * @param pause before the first time, and after each
   */
  Compacting(RecordStore store, BooleanSupplier stopped, PrintStream err, Duration pause) {
    this.store = store;
    this.stopped = stopped;
    this.err = err;
    this.pause = pause;
    this.next = System.nanoTime() + pause.toNanos();
  }

  /** What the store asks while it is at it. */
  boolean isStopped() {
    return closed || stopped.getAsBoolean();
  }

  private void now() {
    try {
      store.compact(Instant.now().minus(GROWING), this::isStopped);
    } catch (IOException e) {
      String problem = "whosent index: what is indexed was not compacted: " + IoReason.withFile(e);
      if (!problem.equals(told)) {
        err.println(problem);
      }
      told = problem;
    }
  }

  /** Starts it on a thread of its own if none is at it and it is time. */
  void whenDue() {
    if (System.nanoTime() - next < 0 || running != null && !running.isDone()) {
      return;
    }
    await();
    running =
        new FutureTask<>(
            () -> {
              now();
              next = System.nanoTime() + pause.toNanos();
              return null;
            });
    Thread thread = new Thread(running, "whosent-compact");
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits for the thread; a bug in it is thrown. */
  private void await() {
    boolean interrupted = false;
    while (running != null) {
      try {
        running.get();
        running = null;
      } catch (InterruptedException _) {
        interrupted = true;
      } catch (ExecutionException e) {
        running = null;
        throw new IllegalStateException("compacting failed", e.getCause());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops it; what it has begun counts for nothing. */
  @Override
  public void close() {
    closed = true;
    await();
  }
}
