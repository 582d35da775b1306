package org.whosent.msa.journal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.whosent.record.IoReason;
import org.whosent.record.JournalCodec;
import org.whosent.record.JournalEntry;

/**
 * Appends entries to the journal. Thread-safe; one thread writes.
 *
 * <p>Group commit: whatever waits when a write begins goes out with one write and one force, so
 * that the cost of a force is shared by all connections that wait for it. {@link #append} returns
 * when the entry is on disk, {@link #appendLazily} at once; lazy entries reach the disk with the
 * next force, at the latest after a second.
 *
 * <p>When a write fails (a full disk), the half-written batch is cut off again and its entries
 * fail. When a force fails, nothing is known of the file any more, and a second force on it may
 * falsely succeed (the kernel drops the pages and forgets the error): the file is abandoned and the
 * next entry begins a new one. Entries of a failed batch may be found in the journal nevertheless;
 * they are records of messages that were refused with 452, and no mail is without its record.
 */
public final class Journal implements AutoCloseable {
  private static final int QUEUE = 8192;
  private static final int MAX_BATCH = 1024;
  private static final Duration LAZY = Duration.ofSeconds(1);

  private record Waiting(byte[] line, CompletableFuture<Void> durable) {}

  /** Ends the writer's wait and is not written. */
  private static final Waiting WAKE = new Waiting(new byte[0], null);

  private final JournalSequence sequence;
  private final InstantSource clock;
  private final String host;
  private final Duration heartbeat;
  private final Consumer<String> log;
  private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(QUEUE);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread writer;
  private boolean unforced;
  private boolean failing;
  private long lastLineNanos;
  private long unforcedSinceNanos;

  private Journal(
      JournalSequence sequence,
      InstantSource clock,
      String host,
      Duration heartbeat,
      Consumer<String> log) {
    this.sequence = sequence;
    this.clock = clock;
    this.host = host;
    this.heartbeat = heartbeat;
    this.log = log;
    this.writer = Thread.ofPlatform().name("msa-journal").unstarted(this::write);
  }

  /**
   * Opens the journal for appending: ends what a crash left unfinished, begins a new file and
   * writes a first heartbeat. The caller holds the data directory's lock.
   *
   * @param directory made when absent
   * @param maxFileBytes a new file is begun when one is larger
   * @param log gets a line when writing fails and when it works again
   * @throws IOException when no file can be written
   */
  public static Journal open(
      Path directory,
      JournalFiles files,
      InstantSource clock,
      String host,
      Duration heartbeat,
      long maxFileBytes,
      Consumer<String> log)
      throws IOException {
    JournalSequence sequence = JournalSequence.open(directory, files, clock, maxFileBytes, log);
    Journal journal = new Journal(sequence, clock, host, heartbeat, log);
    journal.writer.start();
    try {
      journal.append(new JournalEntry.Heartbeat(clock.instant(), host));
    } catch (IOException e) {
      journal.close();
      throw e;
    }
    return journal;
  }

  /**
   * Appends an entry and returns when it is on disk.
   *
   * @throws JournalException when it is not, or not surely
   */
  public void append(JournalEntry entry) throws JournalException {
    CompletableFuture<Void> durable = new CompletableFuture<>();
    enqueue(new Waiting(JournalCodec.encode(entry), durable));
    boolean interrupted = false;
    try {
      while (true) {
        try {
          durable.get();
          return;
        } catch (InterruptedException e) {
          // The entry may be written whatever we do; only the writer can say.
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw new JournalException("journal: " + reason(e.getCause()), e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Appends an entry soon. When that fails it is lost, and the log says that writing fails. */
  public void appendLazily(JournalEntry entry) {
    try {
      enqueue(new Waiting(JournalCodec.encode(entry), null));
    } catch (JournalException e) {
      log.accept(e.getMessage());
    }
  }

  private void enqueue(Waiting waiting) throws JournalException {
    // What may wait need not wait here: who is interrupted, as sessions are that are cut when the
    // server ends, still has to say what became of a message.
    boolean queued = waiting.durable == null && !closed.get() && queue.offer(waiting);
    try {
      while (!closed.get() && !queued) {
        queued = queue.offer(waiting, 100, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!queued) {
      throw new JournalException("journal: closed", null);
    }
    if (closed.get() && !writer.isAlive() && queue.remove(waiting)) {
      // It slipped in after the writer's last look.
      throw new JournalException("journal: closed", null);
    }
  }

  private void write() {
    lastLineNanos = System.nanoTime();
    List<Waiting> batch = new ArrayList<>(MAX_BATCH + 1);
    while (true) {
      batch.clear();
      boolean last = false;
      try {
        take(batch);
        last = closed.get() && batch.isEmpty() && queue.isEmpty();
        if (last || batch.isEmpty() && silent()) {
          batch.add(
              new Waiting(
                  JournalCodec.encode(new JournalEntry.Heartbeat(clock.instant(), host)), null));
        }
        commit(batch, last);
      } catch (RuntimeException | Error e) {
        // Our own bug, or no memory: nobody may wait for ever, as for a thread that has ended, and
        // nobody may believe that it was written.
        batch.forEach(w -> fail(w, e));
        log.accept("journal: " + e);
      }
      if (last) {
        sequence.close();
        return;
      }
    }
  }

  private void take(List<Waiting> batch) {
    try {
      Waiting first = queue.poll(pause().toMillis(), TimeUnit.MILLISECONDS);
      if (first != null) {
        batch.add(first);
        queue.drainTo(batch, MAX_BATCH - 1);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the writer", e);
    }
    batch.remove(WAKE);
  }

  private Duration pause() {
    if (closed.get()) {
      return Duration.ZERO;
    }
    return heartbeat.compareTo(LAZY) < 0 ? heartbeat : LAZY;
  }

  private boolean silent() {
    return System.nanoTime() - lastLineNanos >= heartbeat.toNanos();
  }

  private void commit(List<Waiting> batch, boolean last) {
    boolean mustForce =
        last
            || batch.isEmpty()
            || batch.stream().anyMatch(w -> w.durable != null)
            || System.nanoTime() - unforcedSinceNanos > LAZY.toNanos();
    try {
      if (!batch.isEmpty()) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream(batch.size() * 1024);
        for (Waiting waiting : batch) {
          lines.writeBytes(waiting.line);
          lines.write('\n');
        }
        sequence.append(ByteBuffer.wrap(lines.toByteArray()));
        lastLineNanos = System.nanoTime();
        if (!unforced) {
          unforced = true;
          unforcedSinceNanos = lastLineNanos;
        }
      }
      if (mustForce && unforced) {
        sequence.force();
        unforced = false;
      }
      if (failing) {
        failing = false;
        log.accept("journal: writing works again");
      }
    } catch (IOException e) {
      unforced = false;
      if (!failing) {
        failing = true;
        log.accept("journal: cannot be written, mail is refused: " + reason(e));
      }
      batch.forEach(w -> fail(w, e));
      return;
    }
    for (Waiting waiting : batch) {
      if (waiting.durable != null) {
        waiting.durable.complete(null);
      }
    }
  }

  private static void fail(Waiting waiting, Throwable e) {
    if (waiting.durable != null) {
      waiting.durable.completeExceptionally(e);
    }
  }

  /** Writes what is queued and a last heartbeat, forces it and closes the file. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      // No interrupt: it would close the file under a write that is going on (FileChannel).
      // When the queue is full the writer is awake anyway.
      boolean _ = queue.offer(WAKE);
    }
    boolean interrupted = false;
    while (writer.isAlive()) {
      try {
        writer.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    queue.forEach(w -> fail(w, new IOException("closed")));
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static String reason(Throwable cause) {
    return cause instanceof IOException failed ? IoReason.withFile(failed) : cause.toString();
  }
}
