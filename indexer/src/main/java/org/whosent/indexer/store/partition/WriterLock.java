package org.whosent.indexer.store.partition;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.whosent.indexer.store.segment.StoreFiles;

/**
 * The right to write a data directory: one holder across threads and processes; others wait.
 * Between processes it is the operating system's lock on the file {@code lock}, which dies with its
 * process (on network file systems only as far as those keep POSIX locks); between threads a lock
 * in memory, since the system's belongs to the process as a whole. Closed by the thread that took
 * it.
 */
final class WriterLock implements Closeable {
  private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final ReentrantLock threads;
  private final FileChannel channel;

  private WriterLock(ReentrantLock threads, FileChannel channel) {
    this.threads = threads;
    this.channel = channel;
  }

  /**
   * Takes it, waiting.
   *
   * @throws IllegalStateException when this thread has it already: it would wait for itself
   */
  static WriterLock take(Path data) throws IOException {
    StoreFiles.createDirectories(data);
    ReentrantLock threads =
        THREADS.computeIfAbsent(data.toRealPath(), _ -> new ReentrantLock(true));
    if (threads.isHeldByCurrentThread()) {
      throw new IllegalStateException("this thread is writing to " + data + " already");
    }
    threads.lock();
    FileChannel channel = null;
    try {
      channel =
          StoreFiles.open(
              data.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.lock();
      return new WriterLock(threads, channel);
    } catch (IOException | RuntimeException e) {
      if (channel != null) {
        channel.close();
      }
      threads.unlock();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      threads.unlock();
    }
  }
}
