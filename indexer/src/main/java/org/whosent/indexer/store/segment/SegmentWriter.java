package org.whosent.indexer.store.segment;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Micros;
import org.whosent.indexer.store.segment.column.BlockTimes;
import org.whosent.indexer.store.segment.column.PrivateColumns;
import org.whosent.indexer.store.segment.column.RecordColumns;
import org.whosent.indexer.store.segment.key.KeyFilters;
import org.whosent.indexer.store.segment.key.KeyFormat;
import org.whosent.indexer.store.segment.key.KeyHashes;
import org.whosent.indexer.store.segment.key.SipHash;
import org.whosent.indexer.store.segment.text.TextIndexWriter;
import org.whosent.record.SubmissionRecord;

/**
 * Writes a segment: it is given records newest first, each once. The files count for nothing until
 * a manifest names them. Not thread-safe.
 */
public final class SegmentWriter implements Closeable {
  /** Records after which a segment should be ended, so that its keys fit into memory. */
  public static final int MAX_ROWS =
      Math.clamp(Runtime.getRuntime().maxMemory() / 768, 1 << 16, KeyFormat.MAX_RECORDS / 2);

  /**
   * After what a segment should be ended, and from where on it has filters.
   *
   * @param rows records
   * @param bytes of either file: one is mapped as one piece
   * @param keys of all clues: some records have thousands, and all keys are in memory twice when
   *     they are sorted
   * @param filtered records of a segment that has {@link KeyFilters}
   */
  record Bounds(int rows, long bytes, long keys, int filtered) {
    static final Bounds USUAL = new Bounds(MAX_ROWS, 1L << 30, 32L * MAX_ROWS, KeyFilters.LEAST);
  }

  private final Bounds bounds;

  /**
   * So many blocks that lie by time can be packed by themselves: columns learn from block to block.
   */
  static final int STRETCH = 16;

  private final int number;
  private final Compression compression;
  private final BlockFile recordsFile;
  private final BlockFile privateFile;
  private RecordColumns records;
  private PrivateColumns privates;
  private final SegmentKeysWriter keys;
  private final TextIndexWriter text;
  private final Bytes unpacked = new Bytes(1 << 16);
  private final Bytes raw = new Bytes(1 << 16);

  /** Records that wait for their order, where they lie by user; null where they lie by time. */
  private final Slice slice;

  /** Of the records of a block that lies by user. */
  private long[] blockMicros = new long[64];

  private int sliceFirst;
  private long sliceNewest;
  private int added;
  private int rows;
  private int blockFirst;
  private int blocks;
  private long blockBytes;
  private long blockNewest;
  private long newest;
  private long oldest;

  /** Begins a segment, of which there must be no files. */
  public SegmentWriter(Path directory, int number, Compression compression, SipHash hash)
      throws IOException {
    this(directory, number, compression, hash, Bounds.USUAL);
  }

  /** The same with other bounds. */
  SegmentWriter(Path directory, int number, Compression compression, SipHash hash, Bounds bounds)
      throws IOException {
    this.bounds = bounds;
    this.number = number;
    this.compression = compression;
    this.keys = new SegmentKeysWriter(new KeyHashes(hash), compression.sealed());
    this.records = new RecordColumns(compression.sealed());
    this.privates = new PrivateColumns(compression.sealed());
    this.slice = compression.sealed() ? new Slice(compression.slice()) : null;
    this.recordsFile =
        new BlockFile(
            SegmentFormat.recordsFile(directory, number), SegmentFormat.RECORDS_MAGIC, compression);
    try {
      this.privateFile =
          new BlockFile(
              SegmentFormat.privateFile(directory, number),
              SegmentFormat.PRIVATE_MAGIC,
              compression);
    } catch (IOException | RuntimeException e) {
      recordsFile.close();
      throw e;
    }
    try {
      this.text =
          compression.sealed()
              ? new TextIndexWriter(
                  SegmentFormat.indexFile(directory, number),
                  SegmentFormat.indexBuilding(directory, number),
                  TextClues.ALL)
              : null;
    } catch (IOException | RuntimeException e) {
      recordsFile.close();
      privateFile.close();
      throw e;
    }
  }

  /** Packs some neighbouring blocks of a segment at a time, see {@link #part}. */
  private SegmentWriter(SegmentWriter whole) {
    bounds = whole.bounds;
    number = whole.number;
    compression = whole.compression;
    keys = whole.keys.part();
    records = new RecordColumns(false);
    privates = new PrivateColumns(false);
    slice = null;
    recordsFile = new BlockFile(SegmentFormat.RECORDS_MAGIC, compression);
    privateFile = new BlockFile(SegmentFormat.PRIVATE_MAGIC, compression);
    text = null;
  }

  /**
   * Packs blocks of this segment, which lies by time, on another thread: {@link #begin}, {@link
   * #add} and {@link #end} for each stretch; then this takes its keys.
   */
  SegmentWriter part() {
    if (slice != null) {
      throw new IllegalStateException("slices are packed as a whole");
    }
    return new SegmentWriter(this);
  }

  /** The next record of this part is the segment's with that number; a stretch begins there. */
  void begin(int row) {
    rows = row;
    blockFirst = row;
    blocks = 0;
    added = 0;
  }

  /** {@link #STRETCH} blocks, or the last ones: their records are as many, and of that time. */
  record Stretch(
      List<BlockFile.Packed> records,
      List<BlockFile.Packed> privates,
      int count,
      long newest,
      long oldest) {}

  /** The stretch that was begun ends here, and a block. */
  Stretch end() throws IOException {
    closeBlock();
    return new Stretch(recordsFile.take(), privateFile.take(), added, newest, oldest);
  }

  /** Adds the next stretch, which a part has packed. */
  void add(Stretch stretch) throws IOException {
    if (added == 0) {
      newest = stretch.newest;
    } else if (stretch.newest > oldest) {
      throw new IllegalArgumentException("records out of order");
    }
    oldest = stretch.oldest;
    for (BlockFile.Packed block : stretch.records) {
      recordsFile.add(block);
    }
    for (BlockFile.Packed block : stretch.privates) {
      privateFile.add(block);
    }
    added += stretch.count;
    rows += stretch.count;
    blockFirst += stretch.count;
  }

  /** Adds the keys of all that a part has packed; the part is used up. */
  void addKeys(SegmentWriter part) {
    keys.addAll(part.keys);
  }

  /**
   * Adds a record, not newer than the one before.
   *
   * @throws IllegalArgumentException when it is newer
   */
  public void add(SubmissionRecord record) throws IOException {
    add(record, slice == null ? RecordWeight.of(record) : 0);
  }

  /** The same for a record whose weight is known. */
  void add(SubmissionRecord record, int weight) throws IOException {
    long micros = Micros.of(record.time());
    if (added == 0) {
      newest = micros;
    } else if (micros > oldest) {
      throw new IllegalArgumentException("records out of order");
    }
    oldest = micros;
    added++;
    if (slice == null) {
      write(record, micros, weight);
      return;
    }
    if (slice.isFull(micros)) {
      writeSlice();
    }
    slice.add(record, micros);
  }

  /** Blocks end where slices do. */
  private void writeSlice() throws IOException {
    if (slice.isEmpty()) {
      return;
    }
    sliceFirst = rows;
    sliceNewest = slice.newest();
    for (Slice.Row row : slice.take()) {
      keys.addNames(row, rows);
      write(row.record(), row.micros(), RecordWeight.of(row.record()));
    }
    keys.endSlice(rows);
    closeBlock();
  }

  private void write(SubmissionRecord record, long micros, int weight) throws IOException {
    if (records.rows() == 0) {
      blockNewest = slice == null ? micros : sliceNewest;
    }
    if (slice != null) {
      if (records.rows() == blockMicros.length) {
        blockMicros = Arrays.copyOf(blockMicros, blockMicros.length * 2);
      }
      blockMicros[records.rows()] = micros;
    }
    records.add(record);
    privates.add(record);
    if (text != null) {
      text.add(record);
    }
    keys.add(record, rows);
    rows++;
    blockBytes += weight;
    if (isFull(compression, records.rows(), blockBytes)) {
      closeBlock();
    }
  }

  /** Whether a block of so many records ends behind them. */
  static boolean isFull(Compression compression, int rows, long bytes) {
    return rows >= compression.rows() || bytes >= SegmentFormat.FULL_BLOCK;
  }

  private void closeBlock() throws IOException {
    int count = records.rows();
    if (count == 0) {
      return;
    }
    unpacked.clear();
    raw.clear();
    if (slice != null) {
      BlockTimes.write(raw, blocks, blockFirst, sliceFirst, blockMicros, count);
      keys.block(blocks, blockFirst);
      records.writeAnchors(raw, blocks, blockFirst);
    }
    blocks++;
    records.write(unpacked, raw);
    recordsFile.add(unpacked, raw, blockFirst, count, blockNewest);
    unpacked.clear();
    raw.clear();
    privates.write(unpacked, raw);
    privateFile.add(unpacked, raw, blockFirst, count, blockNewest);
    blockFirst += count;
    blockBytes = 0;
    if (slice == null && blocks % STRETCH == 0) {
      records = new RecordColumns(false);
      privates = new PrivateColumns(false);
    }
  }

  /** Records so far. */
  public int rows() {
    return added;
  }

  /** True when it should be ended and another begun. */
  public boolean full() {
    return added >= bounds.rows
        || recordsFile.length() >= bounds.bytes
        || privateFile.length() >= bounds.bytes
        || keys.count() >= bounds.keys;
  }

  /** Ends the segment and forces it to disk. */
  public SegmentInfo finish() throws IOException {
    if (added == 0) {
      throw new IllegalStateException("a segment without records");
    }
    if (slice != null) {
      writeSlice();
    }
    closeBlock();
    long recordsBytes =
        recordsFile.finish(rows, keys.finish(rows, blocks, rows >= bounds.filtered), new byte[0]);
    byte[] clients = ClientList.write(keys.clients());
    long privateBytes = privateFile.finish(rows, keys.finishClients(rows), clients);
    long indexBytes = text == null ? 0 : text.finish();
    return new SegmentInfo(number, rows, newest, oldest, recordsBytes, privateBytes, indexBytes);
  }

  @Override
  public void close() throws IOException {
    try (recordsFile;
        privateFile) {
      if (text != null) {
        text.close();
      }
    }
  }
}
