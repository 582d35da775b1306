package org.whosent.indexer.store.bytes;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The bytes of one file of a segment. No file that is written is ever cut or written again, and one
 * that was deleted can be read until it is closed. Not thread-safe.
 *
 * <p>They are read by positioned reads, {@code pread}, and not out of a mapping. Whoever touches a
 * page of a mapping that is not in memory has the kernel read all that lies around it; one that is
 * in memory but not mapped yet takes a fault, one of tens of gigabytes a walk through page tables
 * that no cache has. And a disk that fails ends a process that reads a mapping, where a read says
 * so. Only where a view has {@link Quota#FILES} files open is the next one mapped: of a file that
 * was deleted nothing else is left. Public for segments and their keys.
 */
public final class SegmentBytes implements Closeable {
  /**
   * Bytes of one read: the JDK copies them through memory of its own, which each thread keeps as
   * large as it was ever wanted.
   */
  private static final int PART = 1 << 18;

  private final Path file;
  private FileChannel channel;

  /** Null where the channel is open. */
  private final MappedByteBuffer mapped;

  private final int length;

  private final Quota quota;

  private boolean closed;

  /**
   * Opens a file.
   *
   * @param length that it must have; -1 for any, of which no more than 2 GiB are read
   * @param quota of the view
   * @throws java.nio.file.NoSuchFileException when it is not there
   * @throws IOException when it has another length
   */
  public SegmentBytes(Path file, long length, Quota quota) throws IOException {
    FileChannel opened = FileChannel.open(file, StandardOpenOption.READ);
    MappedByteBuffer map = null;
    boolean done = false;
    try {
      long size = opened.size();
      if (length >= 0 && (size != length || length > Integer.MAX_VALUE)) {
        throw new IOException("it is not as long as it was");
      }
      this.length = (int) Math.min(size, Integer.MAX_VALUE);
      if (!quota.openFile()) {
        map = opened.map(FileChannel.MapMode.READ_ONLY, 0, this.length);
      }
      done = true;
    } finally {
      if (!done || map != null) {
        opened.close();
      }
    }
    this.file = file;
    this.channel = opened;
    this.mapped = map;
    this.quota = quota;
  }

  public int length() {
    return length;
  }

  /**
   * Copies bytes.
   *
   * @throws IOException when they are not all in the file
   */
  public void read(long at, byte[] into, int from, int count) throws IOException {
    check(at, count);
    if (mapped != null) {
      mapped.get((int) at, into, from, count);
      return;
    }
    for (int done = 0; done < count; ) {
      ByteBuffer part = ByteBuffer.wrap(into, from + done, Math.min(PART, count - done));
      int read = read(part, at + done);
      if (read <= 0) {
        throw new IOException("beyond its end");
      }
      done += read;
    }
  }

  /** An interrupt closes the channel. It was meant for the thread and is no damage of the file. */
  private int read(ByteBuffer part, long at) throws IOException {
    try {
      return channel.read(part, at);
    } catch (ClosedByInterruptException _) {
      boolean again = Thread.interrupted();
      try {
        channel = FileChannel.open(file, StandardOpenOption.READ);
        return channel.read(part, at);
      } finally {
        if (again) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  /** The same as an array of their own. */
  public byte[] copy(long at, int count) throws IOException {
    check(at, count);
    byte[] copy = new byte[count];
    read(at, copy, 0, count);
    return copy;
  }

  /** Maps bytes, for those who read them again and again. */
  public ByteBuffer map(int at, int count) throws IOException {
    check(at, count);
    return mapped != null
        ? mapped.slice(at, count)
        : channel.map(FileChannel.MapMode.READ_ONLY, at, count);
  }

  private void check(long at, int count) throws IOException {
    if (at < 0 || count < 0 || at > length - count) {
      throw new IOException("beyond its end");
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (mapped != null) {
      return; // the garbage collector unmaps it
    }
    quota.closeFile();
    try {
      channel.close();
    } catch (IOException _) {
      // It was only read.
    }
  }
}
