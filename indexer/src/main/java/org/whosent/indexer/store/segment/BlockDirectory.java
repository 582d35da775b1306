package org.whosent.indexer.store.segment;

import java.io.Closeable;
import java.io.IOException;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Quota;
import org.whosent.indexer.store.bytes.SegmentBytes;

/**
 * Where the blocks of a segment's file are. Entries are read when they are asked for; all of them
 * are kept, where the {@link Quota} lets them, once some were asked for {@value #OFTEN} times. Not
 * thread-safe.
 */
final class BlockDirectory implements Closeable {
  /** Whoever asks more often goes on to do so. */
  static final int OFTEN = 16;

  /** Entries that are read together by who searches. */
  private static final int SOME = 64;

  /** So often a search guesses; then it halves: a damaged directory leads it anywhere. */
  private static final int GUESSES = 8;

  private final SegmentBytes file;
  private final SegmentFoot foot;
  private final int entryBytes;
  private final Quota quota;

  /** Entries of neighbours, and the block that the first of them is of. */
  private byte[] held;

  private int first;
  private int count;

  /** Bytes of all entries where they are kept, else 0. */
  private int kept;

  private int asked;

  /** Whether all entries are kept and their checksum is right. */
  private boolean sound;

  /**
   * Of a file.
   *
   * @param magic of it
   */
  BlockDirectory(SegmentBytes file, int magic, SegmentFoot foot, Quota quota) {
    this.file = file;
    this.foot = foot;
    this.quota = quota;
    entryBytes =
        magic == SegmentFormat.RECORDS_MAGIC
            ? SegmentFormat.RECORDS_ENTRY
            : SegmentFormat.PRIVATE_ENTRY;
    held = new byte[SOME * entryBytes];
  }

  /** Where in what is held the entry of a block is; so many from it on are held. */
  private int entry(int block, int entries) throws IOException {
    if (block < 0 || block >= foot.blocks()) {
      throw new IOException("a block beyond its end");
    }
    if (block < first || block + entries > first + count) {
      if (!keepIfOften()) {
        hold(block, entries);
      }
    }
    return (block - first) * entryBytes;
  }

  /** Reads entries from a block's on. */
  private void hold(int block, int entries) throws IOException {
    count = 0;
    file.read(foot.directory() + (long) block * entryBytes, held, 0, entries * entryBytes);
    first = block;
    count = entries;
  }

  /** Counts that entries were asked for which are not held; whether all are kept now. */
  private boolean keepIfOften() throws IOException {
    return asked < OFTEN && ++asked == OFTEN && keep();
  }

  private boolean keep() throws IOException {
    long bytes = (long) foot.blocks() * entryBytes;
    if (bytes > Integer.MAX_VALUE || !quota.keepTable((int) bytes)) {
      return false;
    }
    kept = (int) bytes;
    count = 0;
    held = file.copy(foot.directory(), kept);
    sound = isSound(held);
    first = 0;
    count = foot.blocks();
    return true;
  }

  /**
   * The block that has a record, if what is here is right. Blocks have about as many records each,
   * so it is sought where it would be if they had, and mostly found among the entries around that.
   *
   * @param ordinal the record's number
   * @param rows of all blocks
   */
  int of(int ordinal, int rows) throws IOException {
    int low = 0; // its first record is not after the one sought
    int high = foot.blocks() - 1; // that of the next one is
    long from = 0;
    long to = rows;
    for (int step = 0; low < high; step++) {
      long guess = low + (ordinal - from) * (high - low + 1) / Math.max(1, to - from);
      int middle = step < GUESSES ? Math.clamp(guess, low + 1, high) : (low + high + 1) >>> 1;
      if ((middle < first || middle >= first + count) && !keepIfOften()) {
        int start = Math.clamp(middle - SOME / 2, 0, Math.max(0, foot.blocks() - SOME));
        hold(start, Math.min(SOME, foot.blocks() - start));
      }
      int number = first(middle);
      if (number <= ordinal) {
        low = middle;
        from = number;
      } else {
        high = middle - 1;
        to = number;
      }
    }
    return low;
  }

  private long number(int at) {
    return (long) Bytes.integer(held, at) << 32 | Bytes.integer(held, at + 4) & 0xffff_ffffL;
  }

  /** Where a block begins. */
  long offset(int block) throws IOException {
    return number(entry(block, entries(block)));
  }

  /** How many bytes a block has, if what is here is right; less than none if it is not. */
  long length(int block) throws IOException {
    int entries = entries(block);
    int at = entry(block, entries);
    return (entries == 1 ? foot.directory() : number(at + entryBytes)) - number(at);
  }

  private int entries(int block) {
    return block + 1 == foot.blocks() ? 1 : 2;
  }

  /** The number of a block's first record. */
  int first(int block) throws IOException {
    int at = entry(block, 1); // what is held may be another afterwards
    return Bytes.integer(held, at + 8);
  }

  /** The newest microsecond of a block's records. */
  long newest(int block) throws IOException {
    return number(entry(block, 1) + 12);
  }

  private boolean isSound(byte[] entries) {
    return Bytes.crc(entries, 0, entries.length) == foot.directoryCrc();
  }

  /** True where what is asked of it is known to be right: it is kept, and was checked. */
  boolean isSound() {
    return sound;
  }

  /** Compares the checksum of all of it. */
  void check() throws IOException {
    if (!isSound(file.copy(foot.directory(), Math.multiplyExact(foot.blocks(), entryBytes)))) {
      throw new IOException("its directory is damaged");
    }
  }

  @Override
  public void close() {
    quota.dropTable(kept);
    kept = 0;
    sound = false;
    count = 0;
  }
}
