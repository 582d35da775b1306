package org.whosent.indexer.store.segment;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import org.whosent.indexer.store.Detail;
import org.whosent.record.SubmissionRecord;

/**
 * Reads a whole segment in its order, newest first, keys left aside. A damaged block is passed over
 * and counted; the others still come, also where the file's end or directory is damaged. Where only
 * the private part of a block is damaged its records come without it, and that is damage too. Not
 * thread-safe.
 */
public final class SegmentScan implements Closeable {
  private final MappedFile records;
  private final MappedFile privates;
  private final int blocks;
  private Block block;
  private final int rows;
  private int blockNumber = -1;
  private int rowsSeen;
  private int row;
  private int damaged;

  /** From the start; files that are not there count as damage. */
  public SegmentScan(Path directory, SegmentInfo info) throws IOException {
    records =
        open(
            SegmentFormat.recordsFile(directory, info.number()),
            SegmentFormat.RECORDS_MAGIC,
            info.recordsBytes());
    privates =
        info.privateBytes() < 0
            ? null
            : open(
                SegmentFormat.privateFile(directory, info.number()),
                SegmentFormat.PRIVATE_MAGIC,
                info.privateBytes());
    rows = info.rows();
    blocks = records == null ? 0 : records.blocks();
  }

  private MappedFile open(Path file, int magic, long length) throws IOException {
    try {
      return MappedFile.salvage(file, magic, length);
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException _) {
      // Not there, or its head or dictionary is damaged, without which no block can be unpacked.
      damaged++;
      return null;
    }
  }

  /** The number of the record that {@link #next} gave last. */
  public int ordinal() {
    return block.first() + row;
  }

  /** How many stretches were passed over so far. */
  public int damaged() {
    return damaged;
  }

  /** The next record, or null at the end. */
  public SubmissionRecord next() {
    while (true) {
      row++;
      while (block == null || row >= block.rows()) {
        if (++blockNumber >= blocks) {
          // Where the directory is lost, the last blocks may be missing without a trace.
          damaged += rowsSeen < rows && damaged == 0 ? 1 : 0;
          return null;
        }
        block = load();
        rowsSeen += block == null ? 0 : block.rows();
        row = 0;
      }
      try {
        return block.record(ordinal(), Detail.WHOLE);
      } catch (IOException _) {
        damaged++;
      }
    }
  }

  private Block load() {
    MappedFile.Contents main;
    try {
      main = records.block(blockNumber);
    } catch (IOException _) {
      damaged++;
      return null;
    }
    try {
      if (privates != null) {
        return SegmentReader.block(main, privates.block(blockNumber));
      }
    } catch (IOException _) {
      damaged++;
    }
    try {
      return SegmentReader.block(main, null);
    } catch (IOException _) {
      damaged++;
      return null;
    }
  }

  @Override
  public void close() {
    if (records != null) {
      records.close();
    }
    if (privates != null) {
      privates.close();
    }
  }
}
