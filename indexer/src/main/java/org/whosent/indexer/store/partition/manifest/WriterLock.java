package org.whosent.indexer.store.partition.manifest;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.whosent.indexer.store.bytes.StoreFiles;

/**
 * The right to write a data directory: one holder across threads and processes; others wait.
 * Between processes it is the operating system's lock on the file {@code lock}, which dies with its
 * process (on network file systems only as far as those keep POSIX locks); between threads a lock
 * in memory, since the system's belongs to the process as a whole. Closed by the thread that took
 * it.
 *
 * <p>Some delete a lock that they take for left over. Then somebody else may lock a new file of
 * that name and write, too: so {@link #refuseLost} is asked before anything is put in place, and
 * whoever waited for the old file waits for the new one. Between that question and what follows a
 * lock may still go: then of two who write a segment of one number the second finds its files
 * there, and fails. What is known to be weak: two who write a manifest in the same milliseconds, of
 * which one is lost.
 *
 * <p>A second lock, on {@code sealing.lock}, is held by whoever packs a day or forgets something,
 * and is always taken before the first. Public for batches, {@code Renewal} and the store.
 */
public final class WriterLock implements Closeable {
  private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  /** The identities of the files that are locked, by the threads' locks. */
  private static final Map<ReentrantLock, Object> LOCKED = new ConcurrentHashMap<>();

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
  public static WriterLock take(Path data) throws IOException {
    return take(data, "lock");
  }

  /**
   * Takes the right to seal or to forget, waiting.
   *
   * @throws IllegalStateException when this thread is writing or has it already
   */
  public static WriterLock ofSealing(Path data) throws IOException {
    StoreFiles.createData(data);
    refuseTwice(data, threads(data, "lock"));
    return take(data, "sealing.lock");
  }

  /**
   * The same, or null when somebody has it.
   *
   * @throws IllegalStateException when this thread is writing or has it already
   */
  public static WriterLock ofSealingIfFree(Path data) throws IOException {
    StoreFiles.createData(data);
    refuseTwice(data, threads(data, "lock"));
    return take(data, "sealing.lock", false);
  }

  private static ReentrantLock threads(Path data, String name) throws IOException {
    return THREADS.computeIfAbsent(data.toRealPath().resolve(name), _ -> new ReentrantLock(true));
  }

  private static void refuseTwice(Path data, ReentrantLock threads) {
    if (threads.isHeldByCurrentThread()) {
      throw new IllegalStateException("this thread is writing to " + data + " already");
    }
  }

  private static WriterLock take(Path data, String name) throws IOException {
    return take(data, name, true);
  }

  /** Waits, or gives null when it is not free. */
  private static WriterLock take(Path data, String name, boolean waits) throws IOException {
    StoreFiles.createData(data);
    ReentrantLock threads = threads(data, name);
    refuseTwice(data, threads);
    if (waits) {
      threads.lock();
    } else if (!threads.tryLock()) {
      return null;
    }
    FileChannel channel = null;
    try {
      for (Path file = data.resolve(name); ; channel.close()) {
        channel = StoreFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        Object opened = identity(file);
        if (waits) {
          channel.lock();
        } else if (channel.tryLock() == null) {
          channel.close();
          threads.unlock();
          return null;
        }
        if (opened.equals(identity(file))) {
          LOCKED.put(threads, opened);
          return new WriterLock(threads, channel);
        }
      }
    } catch (IOException | RuntimeException e) {
      try {
        if (channel != null) {
          channel.close();
        }
      } finally {
        threads.unlock();
      }
      if (e instanceof IOException failed) {
        // A file system without locks says so, and not of which file.
        throw StoreFiles.named(data.resolve(name), failed);
      }
      throw e;
    }
  }

  /** What tells a file from others that had or have its name; all alike where there is no such. */
  private static Object identity(Path file) throws IOException {
    try {
      Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      return key == null ? "" : key;
    } catch (NoSuchFileException _) {
      return new Object(); // none is like it
    }
  }

  /**
   * To be asked before anything takes its place by right of the locks that this thread has.
   *
   * @throws IOException when one of their files was deleted or replaced, so that somebody else may
   *     be writing
   */
  public static void refuseLost(Path data) throws IOException {
    for (String name : List.of("lock", "sealing.lock")) {
      Path file = data.resolve(name);
      ReentrantLock threads = threads(data, name);
      if (threads.isHeldByCurrentThread() && !identity(file).equals(LOCKED.get(threads))) {
        throw new IOException(
            file
                + ": was deleted or replaced while it was locked, so that somebody else may be"
                + " writing; nothing was changed. It never needs to be deleted: a lock ends with"
                + " its process. Do this again");
      }
    }
  }

  @Override
  public void close() throws IOException {
    LOCKED.remove(threads);
    try {
      channel.close();
    } finally {
      threads.unlock();
    }
  }
}
