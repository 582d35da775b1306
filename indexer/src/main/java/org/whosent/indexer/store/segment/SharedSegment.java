package org.whosent.indexer.store.segment;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.whosent.indexer.store.segment.key.SipHash;

/**
 * One segment of an open day that several threads write: each calls {@link #write}, packs one
 * stretch of blocks after the other, and whoever has packed the last one ends the segment. The
 * files are byte for byte what one {@link SegmentWriter} makes of the same records, however many
 * threads there are: where blocks begin hangs on the records alone, stretches are put into the file
 * in their order, and keys are sorted. A stretch that is packed before its turn waits in memory.
 *
 * <p>After a failure nothing is claimed any more and nothing is ended. To be closed by who ends it,
 * or, after a failure, when all threads are done. Thread-safe.
 */
public final class SharedSegment implements Closeable {
  private final Path directory;
  private final int number;
  private final SipHash hash;

  // Guarded by this. What lies between the numbers of one stretch is its claimant's.
  private List<Weighed> newestFirst;
  private int[] firsts;
  private int claimed;
  private int written;
  private boolean failed;
  private SegmentWriter whole;
  private final List<SegmentWriter> parts = new ArrayList<>();
  private SegmentWriter.Stretch[] early;

  /**
   * Begins a segment, of which there must be no files when somebody writes.
   *
   * @param records in any order, each once; the list is emptied, so that memory becomes free
   * @throws IllegalArgumentException when there are none, or more than {@link
   *     SegmentWriter#MAX_ROWS}
   */
  public SharedSegment(Path directory, int number, SipHash hash, List<Weighed> records) {
    if (records.isEmpty() || records.size() > SegmentWriter.MAX_ROWS) {
      throw new IllegalArgumentException(records.size() + " records");
    }
    this.directory = directory;
    this.number = number;
    this.hash = hash;
    this.newestFirst = records;
  }

  /**
   * Takes part in writing until there is nothing left to begin.
   *
   * @return what was written, to the one thread that ends it; null to all others
   */
  public SegmentInfo write() throws IOException {
    int stretch = claim();
    if (stretch < 0) {
      return null;
    }
    boolean done = false;
    try {
      SegmentInfo info = isAlone() ? writeAlone() : write(stretch);
      done = true;
      return info;
    } finally {
      if (!done) {
        fail();
      }
    }
  }

  private synchronized boolean isAlone() {
    return firsts.length == 2;
  }

  private synchronized void fail() {
    failed = true;
  }

  private SegmentInfo writeAlone() throws IOException {
    for (int i = 0; i < newestFirst.size(); i++) {
      Weighed each = newestFirst.set(i, null);
      whole.add(each.record(), each.weight());
    }
    return whole.finish();
  }

  private SegmentInfo write(int first) throws IOException {
    try (SegmentWriter part = part()) {
      for (int stretch = first; stretch >= 0; stretch = claim()) {
        part.begin(firsts[stretch]);
        for (int i = firsts[stretch]; i < firsts[stretch + 1]; i++) {
          Weighed each = newestFirst.set(i, null);
          part.add(each.record(), each.weight());
        }
        if (put(stretch, part.end())) {
          parts.forEach(whole::addKeys); // all have packed their last stretch
          return whole.finish();
        }
      }
      return null;
    }
  }

  /** The next stretch; -1 when there is none. The first one opens the files. */
  private synchronized int claim() throws IOException {
    if (failed) {
      return -1;
    }
    if (firsts == null) {
      // They came nearly in the order of time: turned round first, there is little to sort.
      List<Weighed> sorted = new ArrayList<>(newestFirst.reversed());
      newestFirst.clear();
      newestFirst = sorted;
      sorted.sort(Comparator.comparingLong(Weighed::micros).reversed());
      firsts = stretches(sorted);
      early = new SegmentWriter.Stretch[firsts.length - 1];
      failed = true;
      whole = new SegmentWriter(directory, number, Compression.OPEN, hash);
      failed = false;
    }
    return claimed == firsts.length - 1 ? -1 : claimed++;
  }

  /** Where stretches begin, and the end. */
  private static int[] stretches(List<Weighed> records) {
    int[] firsts = new int[16];
    int count = 1;
    int blocks = 0;
    int rows = 0;
    long blockBytes = 0;
    for (int i = 0; i < records.size(); i++) {
      rows++;
      blockBytes += records.get(i).weight();
      boolean last = i == records.size() - 1;
      if (!last && !SegmentWriter.isFull(Compression.OPEN, rows, blockBytes)) {
        continue;
      }
      rows = 0;
      blockBytes = 0;
      if (last || ++blocks == SegmentWriter.STRETCH) {
        if (count == firsts.length) {
          firsts = Arrays.copyOf(firsts, count * 2);
        }
        firsts[count++] = i + 1;
        blocks = 0;
      }
    }
    return Arrays.copyOf(firsts, count);
  }

  private synchronized SegmentWriter part() {
    SegmentWriter part = whole.part();
    parts.add(part);
    return part;
  }

  /** Puts a stretch into the files, or by until those before it are there; true after the last. */
  private synchronized boolean put(int stretch, SegmentWriter.Stretch packed) throws IOException {
    early[stretch] = packed;
    while (written < early.length && early[written] != null) {
      whole.add(early[written]);
      early[written++] = null;
    }
    return written == early.length && !failed;
  }

  /** Lets go of files and memory; whoever comes later finds nothing to do. */
  @Override
  public synchronized void close() throws IOException {
    failed = true;
    newestFirst = null;
    parts.clear();
    early = null;
    SegmentWriter closing = whole;
    whole = null;
    if (closing != null) {
      closing.close();
    }
  }
}
