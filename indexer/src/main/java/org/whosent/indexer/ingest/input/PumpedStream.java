package org.whosent.indexer.ingest.input;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A stream that may stand still: standard input behind {@code tail -F}, a pipe. A thread of its own
 * reads ahead, bounded, so that the reader can do something meanwhile ({@link Pause}: what was read
 * so far becomes visible) and can be stopped; then the stream ends. The thread itself stays in its
 * read until there is something, and keeps no program alive.
 *
 * <p>For one reading thread.
 */
public final class PumpedStream extends BulkStream {
  /** What to do while there is nothing to read. */
  public interface Pause {
    /** Called every {@link #PATIENCE_MILLIS} without input. */
    void nothingToRead() throws IOException;
  }

  static final long PATIENCE_MILLIS = 200;

  private static final int CHUNK = 1 << 16;
  private static final byte[] END = new byte[0];

  private final BlockingQueue<byte[]> chunks = new ArrayBlockingQueue<>(16);
  private final BooleanSupplier stopped;
  private final Pause pause;
  private volatile IOException failure;
  private byte[] chunk = new byte[0];
  private int at;
  private boolean ended;

  /**
   * Begins to read.
   *
   * @param stopped whether it is to end before the stream does
   */
  public PumpedStream(InputStream in, BooleanSupplier stopped, Pause pause) {
    this.stopped = stopped;
    this.pause = pause;
    Thread.ofPlatform().daemon().name("whosent-input").start(() -> pump(in));
  }

  private void pump(InputStream in) {
    try {
      byte[] buffer = new byte[CHUNK];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (read > 0) {
          chunks.put(Arrays.copyOf(buffer, read));
        }
      }
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException | Error e) {
      failure = new IOException(e); // else it would look like the stream's end
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      try {
        chunks.put(END);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits a little for input; true when there is none yet. */
  boolean pausing() {
    return !ended && at == chunk.length && !take();
  }

  private boolean take() {
    byte[] next;
    try {
      next = chunks.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    if (next == null) {
      return false;
    }
    chunk = next;
    at = 0;
    ended = next == END;
    return true;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    while (at == chunk.length) {
      if (ended || stopped.getAsBoolean()) {
        if (ended && failure != null) {
          throw failure;
        }
        return -1;
      }
      if (!take()) {
        pause.nothingToRead();
      }
    }
    int count = Math.min(length, chunk.length - at);
    System.arraycopy(chunk, at, into, offset, count);
    at += count;
    return count;
  }
}
