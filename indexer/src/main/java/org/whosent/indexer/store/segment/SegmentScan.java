package org.whosent.indexer.store.segment;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.whosent.indexer.store.Detail;
import org.whosent.record.SubmissionRecord;

/**
 * Reads a whole segment, newest first, keys left aside. Where records lie by user, the blocks of a
 * slice are in memory at a time. A damaged block is passed over and counted; the others still come,
 * also where the file's end or directory is damaged. Where only the private part of a block is
 * damaged its records come without it, and that is damage too. Not thread-safe.
 */
public final class SegmentScan implements Closeable {
  private final SegmentFile records;
  private final SegmentFile privates;
  private final int blocks;
  private final int rows;
  private int blockNumber;
  private int rowsSeen;

  /** Blocks that belong together: those of a slice, or one. */
  private final List<Block> blocksHere = new ArrayList<>();

  /** The first one of what comes after those; null when it was not read yet. */
  private Block ahead;

  /** The order of their records: the block in the list, and the number of the record. */
  private long[] order = new long[0];

  private int count;
  private int at;
  private int ordinal;
  private int damaged;

  private final Unpacker unpacker = new Unpacker();

  /**
   * From the start; files that are not there count as damage.
   *
   * @throws java.nio.file.FileSystemException when a file cannot be opened: nothing of it is lost
   */
  public SegmentScan(Path directory, SegmentInfo info) throws IOException {
    records =
        open(
            SegmentFormat.recordsFile(directory, info.number()),
            SegmentFormat.RECORDS_MAGIC,
            info.recordsBytes());
    try {
      privates =
          info.privateBytes() < 0
              ? null
              : open(
                  SegmentFormat.privateFile(directory, info.number()),
                  SegmentFormat.PRIVATE_MAGIC,
                  info.privateBytes());
    } catch (IOException e) {
      close(records);
      throw e;
    }
    rows = info.rows();
    blocks = records == null ? 0 : records.blocks();
  }

  private SegmentFile open(Path file, int magic, long length) throws IOException {
    try {
      return SegmentFile.salvage(file, magic, length, unpacker);
    } catch (IOException e) {
      Damage.check(e);
      // Not there, or its head or dictionary is damaged, without which no block can be unpacked.
      damaged++;
      return null;
    }
  }

  /** The number of the record that {@link #next} gave last. */
  public int ordinal() {
    return ordinal;
  }

  /** How many stretches were passed over so far. */
  public int damaged() {
    return damaged;
  }

  /** The next record, or null at the end. */
  public SubmissionRecord next() {
    while (true) {
      while (at == count) {
        if (!nextBlocks()) {
          // Where the directory is lost, the last blocks may be missing without a trace.
          damaged += rowsSeen < rows && damaged == 0 ? 1 : 0;
          return null;
        }
      }
      Block block = blocksHere.get((int) (order[at] >>> 32));
      ordinal = (int) order[at];
      at++;
      try {
        return block.record(ordinal, Detail.WHOLE);
      } catch (IOException _) {
        damaged++;
      }
    }
  }

  /** Reads the blocks that belong together and puts their records in order; false at the end. */
  private boolean nextBlocks() {
    blocksHere.clear();
    count = 0;
    at = 0;
    while (blockNumber < blocks || ahead != null) {
      Block block = ahead;
      ahead = null;
      if (block == null) {
        block = load(blockNumber++);
        rowsSeen += block == null ? 0 : block.rows();
      }
      if (block == null) {
        continue;
      }
      boolean apart = !block.records().timesApart() || block.slice() != slice();
      if (!blocksHere.isEmpty() && apart) {
        ahead = block;
        break;
      }
      blocksHere.add(block);
    }
    order();
    return !blocksHere.isEmpty();
  }

  private int slice() {
    return blocksHere.isEmpty() ? -1 : blocksHere.getFirst().slice();
  }

  private void order() {
    int all = blocksHere.stream().mapToInt(Block::rows).sum();
    order = order.length < all ? new long[all] : order;
    long[] micros = new long[all];
    boolean sorted = true;
    for (int b = 0; b < blocksHere.size(); b++) {
      Block block = blocksHere.get(b);
      for (int row = 0; row < block.rows(); row++) {
        micros[count] = block.records().micros(row);
        sorted &= count == 0 || micros[count - 1] >= micros[count];
        order[count++] = (long) b << 32 | block.first() + row;
      }
    }
    if (!sorted) {
      Integer[] places = new Integer[count];
      java.util.Arrays.setAll(places, i -> i);
      java.util.Arrays.sort(places, (a, b) -> Long.compare(micros[b], micros[a])); // stable
      long[] before = order.clone();
      for (int i = 0; i < count; i++) {
        order[i] = before[places[i]];
      }
    }
  }

  private Block load(int number) {
    SegmentFile.Contents main;
    try {
      main = records.block(number);
    } catch (IOException _) {
      damaged++;
      return null;
    }
    try {
      if (privates != null) {
        return Block.of(main, privates.block(number), records.version());
      }
    } catch (IOException _) {
      damaged++;
    }
    try {
      return Block.of(main, null, records.version());
    } catch (IOException _) {
      damaged++;
      return null;
    }
  }

  @Override
  public void close() {
    close(records);
    close(privates);
  }

  private void close(SegmentFile file) {
    if (file != null) {
      file.close();
    }
    unpacker.close(); // it may be used again
  }
}
