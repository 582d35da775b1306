package org.whosent.indexer.store.lucene;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.whosent.record.BadLineException;
import org.whosent.record.JournalCodec;
import org.whosent.record.SubmissionRecord;

/**
 * Reads a whole records file in the order in which it was written. A damaged block is passed over:
 * the next sound one is looked for byte by byte, and the damage is counted. Stateless.
 *
 * <p>Known weakness: where a damaged block held the word that a copy is no longer current, that
 * copy counts as current again.
 */
final class BlockScan {
  private BlockScan() {}

  /** What takes the records. */
  interface Records {
    void take(SubmissionRecord record, byte[] json, boolean current) throws IOException;
  }

  /** What takes the lines. */
  private interface Lines {
    void take(long location, byte[] block, int from, int to) throws IOException;
  }

  /**
   * Gives every copy of every record, with whether it is the current one.
   *
   * @return how many damaged stretches were passed over
   */
  static int records(Path data, Partition partition, Records records) throws IOException {
    if (partition.recordsLength() == 0) {
      return 0;
    }
    try (BlockReader reader =
        new BlockReader(partition.recordsFile(data), partition.recordsLength(), new BlockCache())) {
      long[] removed = partition.stale() == 0 ? new long[0] : removed(reader);
      return lines(
          reader,
          (location, block, from, to) -> {
            if (block[from] != '-') {
              boolean current = Arrays.binarySearch(removed, location) < 0;
              records.take(
                  JournalCodec.record(block, from, to - from),
                  Arrays.copyOfRange(block, from, to),
                  current);
            }
          });
    } catch (NoSuchFileException _) {
      return 1;
    }
  }

  /** Counts damage only. */
  static int damage(Path data, Partition partition) throws IOException {
    if (partition.recordsLength() == 0) {
      return 0;
    }
    try (BlockReader reader =
        new BlockReader(partition.recordsFile(data), partition.recordsLength(), new BlockCache())) {
      return lines(reader, (location, block, from, to) -> {});
    } catch (NoSuchFileException _) {
      return 1;
    }
  }

  private static long[] removed(BlockReader reader) throws IOException {
    var found =
        new Object() {
          long[] locations = new long[1024];
          int count;
        };
    lines(
        reader,
        (_, block, from, to) -> {
          if (block[from] == '-') {
            if (found.count == found.locations.length) {
              found.locations = Arrays.copyOf(found.locations, found.count * 2);
            }
            found.locations[found.count++] =
                Long.parseLong(
                    new String(block, from + 1, to - from - 1, StandardCharsets.US_ASCII));
          }
        });
    long[] sorted = Arrays.copyOf(found.locations, found.count);
    Arrays.sort(sorted);
    return sorted;
  }

  private static int lines(BlockReader reader, Lines lines) throws IOException {
    int damaged = 0;
    long offset = 0;
    while (offset < reader.length()) {
      BlockFormat.Head head = reader.head(offset);
      byte[] block = head == null ? null : reader.contents(offset, head);
      if (block == null) {
        damaged++;
        offset = nextSound(reader, offset + 1);
        continue;
      }
      int slot = 0;
      for (int from = 0; from < block.length; slot++) {
        int to = BlockReader.lineEnd(block, from);
        try {
          lines.take(offset << BlockFormat.SLOT_BITS | slot, block, from, to);
        } catch (BadLineException | NumberFormatException _) {
          // The checksum was right, so a line of some other version or a bug of ours wrote this.
          damaged++;
        }
        from = to + 1;
      }
      offset += BlockFormat.HEAD_BYTES + head.packedLength();
    }
    return damaged;
  }

  private static long nextSound(BlockReader reader, long from) throws IOException {
    int window = 1 << 16;
    for (long start = from; start < reader.length(); start += window - 3) {
      ByteBuffer bytes = reader.read(start, window);
      for (int i = 0; i + 4 <= bytes.limit(); i++) {
        if (bytes.get(i) == (byte) (BlockFormat.MAGIC >>> 24)
            && bytes.getInt(i) == BlockFormat.MAGIC) {
          BlockFormat.Head head = reader.head(start + i);
          if (head != null && reader.contents(start + i, head) != null) {
            return start + i;
          }
        }
      }
    }
    return reader.length();
  }
}
