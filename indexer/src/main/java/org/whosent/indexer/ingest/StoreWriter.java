package org.whosent.indexer.ingest;

import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.RecordStore;
import org.whosent.record.Times;

/**
 * The thread that stores, to which the store's batch belongs and whatever is done between reading
 * and the batch, while the next lines are read on another.
 *
 * <p>The first failure ends all work: what is handed in after it is passed over, until it has been
 * thrown to whoever hands in. Nothing of what was not committed is kept then. Memory is bounded by
 * the queue.
 *
 * <p>For one reading thread.
 */
final class StoreWriter implements AutoCloseable {
  /** Pieces of work; while a commit is waited for, reading goes on for so long. */
  static final int WAITING = 16;

  private interface Work {
    void run() throws IOException;
  }

  /** Something to be done with the store's batch, on this thread. */
  interface Writing {
    /**
     * Does it.
     *
     * @throws IOException when the store fails
     */
    void into(Batch batch) throws IOException;
  }

  /** Ends the thread, failed or not. */
  private static final Work END = () -> {};

  private final RecordStore store;
  private final Runnable forget;
  private final BlockingQueue<Work> queue = new ArrayBlockingQueue<>(WAITING);
  private Thread thread;

  /** The writing thread's. */
  private Batch batch;

  // Guarded by this.
  private int unfinished;
  private Throwable failure;
  private long commits;

  /**
   * Without a thread until there is something to do.
   *
   * @param forget is called by the reading thread when this one has ended, so that nothing is kept
   *     that belonged to what was not committed
   */
  StoreWriter(RecordStore store, Runnable forget) {
    this.store = store;
    this.forget = forget;
  }

  /**
   * What the batch answers after all that was handed in before; it is begun when there is none.
   *
   * @throws IOException when the store failed
   */
  <T> T ask(Function<Batch, T> question) throws IOException {
    AtomicReference<T> answer = new AtomicReference<>();
    submit(() -> answer.set(question.apply(begun())));
    settle();
    return answer.get();
  }

  private Batch begun() throws IOException {
    if (batch == null) {
      Batch next = store.begin();
      try {
        refuseAhead(next.closedUntil());
      } catch (IOException e) {
        try (next) {
          throw e;
        }
      }
      batch = next;
    }
    return batch;
  }

  /** By a purge that ran while the clock was ahead, all that comes would be dropped as old. */
  private static void refuseAhead(Instant closed) throws IOException {
    if (closed != null && closed.isAfter(Instant.now())) {
      throw new IOException(
          "a purge or mask keeps out what is older than "
              + Times.format(closed)
              + ", which is ahead of this machine's clock, so nothing is read; put the clock right,"
              + " or if it was wrong then, run 'whosent purge --clock-was-ahead'");
    }
  }

  /** True when so much waits for this thread that the other one would soon wait for it. */
  boolean isBehind() {
    return queue.size() >= WAITING / 2;
  }

  /**
   * Does this, soon, after all that was handed in before.
   *
   * @throws IOException when the store failed at something earlier
   */
  void write(Writing writing) throws IOException {
    throwFailure();
    submit(() -> writing.into(begun()));
  }

  /**
   * Makes durable what was added, soon, and gives up the writer's lock.
   *
   * @param last what else the batch gets, on the writing thread
   * @throws IOException when the store failed at something earlier
   */
  void commit(Writing last) throws IOException {
    throwFailure();
    submit(
        () -> {
          try (Batch ending = begun()) {
            batch = null;
            last.into(ending);
            ending.commit();
          }
          committed();
        });
  }

  private synchronized void committed() {
    commits++;
  }

  /** How many commits are done. */
  synchronized long commits() {
    return commits;
  }

  private void submit(Work work) {
    synchronized (this) {
      unfinished++;
    }
    if (thread == null) {
      thread = Thread.ofPlatform().daemon().name("whosent-store").start(this::work);
    }
    uninterrupted(
        () -> {
          queue.put(work);
          return true;
        });
  }

  private void work() {
    for (Work next = uninterrupted(queue::take); next != END; next = uninterrupted(queue::take)) {
      Throwable thrown = null;
      if (failed() == null) {
        try {
          next.run();
        } catch (IOException | RuntimeException | Error e) {
          thrown = e;
        }
      }
      finished(thrown);
    }
    Throwable thrown = null;
    try (Batch ending = batch) {
      batch = null;
    } catch (IOException | RuntimeException | Error e) {
      thrown = e;
    }
    finished(thrown);
  }

  private synchronized Throwable failed() {
    return failure;
  }

  private synchronized void finished(Throwable thrown) {
    failure = failure == null ? thrown : failure;
    unfinished--;
    notifyAll();
  }

  private interface Waiting<T> {
    T get() throws InterruptedException;
  }

  /** Nobody interrupts these threads; whoever does must not tear a commit. */
  private static <T> T uninterrupted(Waiting<T> waiting) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return waiting.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Waits until all is done.
   *
   * @throws IOException when the store failed: nothing since the last commit is in it
   */
  void settle() throws IOException {
    waitForWork();
    throwFailure();
  }

  private void waitForWork() {
    uninterrupted(
        () -> {
          synchronized (this) {
            while (unfinished > 0) {
              wait();
            }
          }
          return true;
        });
  }

  private void throwFailure() throws IOException {
    Throwable thrown = failed();
    if (thrown != null) {
      end();
      rethrow(thrown);
    }
  }

  private static void rethrow(Throwable thrown) throws IOException {
    switch (thrown) {
      case null -> {}
      case IOException io -> throw io;
      case RuntimeException bug -> throw bug;
      case Error error -> throw error;
      default -> throw new IllegalStateException(thrown);
    }
  }

  /** Ends the thread; what was not committed is forgotten. */
  private Throwable end() {
    if (thread != null) {
      submit(END);
      waitForWork();
      thread = null;
    }
    forget.run();
    synchronized (this) {
      Throwable thrown = failure;
      failure = null;
      return thrown;
    }
  }

  /**
   * Forgets what was not committed and gives up the lock.
   *
   * @throws IOException when the store failed meanwhile
   */
  @Override
  public void close() throws IOException {
    rethrow(end());
  }
}
