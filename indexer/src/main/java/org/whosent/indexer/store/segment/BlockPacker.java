package org.whosent.indexer.store.segment;

import com.github.luben.zstd.ZstdCompressCtx;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Compresses blocks on several processors at a time: with the levels that sealing uses, two thirds
 * of its time are zstd's. What comes out hangs on the block alone, not on who packed it or when.
 * Not thread-safe.
 */
final class BlockPacker implements Closeable {
  /** More would hold the tables of more contexts in memory than they are quicker. */
  private static final int MOST_THREADS = 4;

  private final List<ZstdCompressCtx> contexts = new ArrayList<>();

  /** Of what was begun and not asked for. */
  private final List<FutureTask<Void>> tasks = new ArrayList<>();

  private byte[][] packed;

  BlockPacker(int level) {
    this(level, Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()));
  }

  BlockPacker(int level, int threads) {
    for (int i = 0; i < threads; i++) {
      contexts.add(context(level));
    }
  }

  /** A context for one thread that writes as files of segments have it: nothing but the data. */
  static ZstdCompressCtx context(int level) {
    return new ZstdCompressCtx()
        .setLevel(level)
        .setContentSize(false)
        .setChecksum(false)
        .setDictID(false);
  }

  /** For all blocks from now on. */
  void dictionary(byte[] dictionary) {
    contexts.forEach(context -> context.loadDict(dictionary));
  }

  /** Packs them, in their order, and waits for it: see {@link #start} and {@link #finish}. */
  byte[][] pack(List<byte[]> blocks) throws IOException {
    start(blocks);
    return finish();
  }

  /**
   * Begins to pack them, so that others are made meanwhile.
   *
   * @throws IllegalStateException when those before were not asked for
   */
  void start(List<byte[]> blocks) {
    if (packed != null) {
      throw new IllegalStateException("blocks before these were not asked for");
    }
    byte[][] into = new byte[blocks.size()][];
    packed = into;
    int threads = Math.min(contexts.size(), blocks.size());
    for (int t = 0; t < threads; t++) {
      int thread = t;
      FutureTask<Void> task = new FutureTask<>(() -> pack(blocks, into, thread, threads), null);
      tasks.add(task);
      Thread.ofPlatform().daemon().name("store-pack").start(task);
    }
  }

  /**
   * What was begun, in its order, when all of it is done; none when nothing was. An interrupt is
   * for whoever writes them: it stays set.
   *
   * @throws IOException when one could not be packed
   */
  byte[][] finish() throws IOException {
    byte[][] done = packed == null ? new byte[0][] : packed;
    packed = null;
    try {
      finish(tasks);
    } finally {
      tasks.clear();
    }
    return done;
  }

  /** Every so-manieth block, so that all threads have long and short ones. */
  private void pack(List<byte[]> blocks, byte[][] packed, int first, int step) {
    for (int i = first; i < packed.length; i += step) {
      packed[i] = contexts.get(first).compress(blocks.get(i));
    }
  }

  private static void finish(List<FutureTask<Void>> tasks) throws IOException {
    boolean interrupted = false;
    ExecutionException failed = null;
    for (FutureTask<Void> task : tasks) {
      while (true) {
        try {
          task.get();
          break;
        } catch (InterruptedException _) {
          interrupted = true;
        } catch (ExecutionException e) {
          failed = e;
          break;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failed != null) {
      throw new IOException("a block could not be packed: " + failed.getCause(), failed.getCause());
    }
  }

  @Override
  public void close() {
    try {
      finish(); // the contexts are the threads' until they are done, whatever became of it
    } catch (IOException _) {
      // nobody wants it any more
    }
    contexts.forEach(ZstdCompressCtx::close);
  }
}
