package org.whosent.indexer.store.segment;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import org.whosent.indexer.store.Detail;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Quota;
import org.whosent.indexer.store.segment.column.Anchors;
import org.whosent.indexer.store.segment.column.BlockTimes;
import org.whosent.indexer.store.segment.column.PrivateColumns;
import org.whosent.indexer.store.segment.column.RecordColumns;
import org.whosent.indexer.store.segment.key.KeyFilters;
import org.whosent.indexer.store.segment.key.KeyHashes;
import org.whosent.indexer.store.segment.key.SipHash;
import org.whosent.indexer.store.segment.text.TextIndexWriter;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/**
 * Makes a segment that lies by user of another one, without some of its records. To pack blocks is
 * most of the work of writing one: here only those that lose records are packed anew, the others
 * are copied. All else, keys and index, is made of the records that stay, as {@link SegmentWriter}
 * makes it. What had to be small may be a bit larger: blocks are not filled up again. One use; for
 * one thread.
 */
public final class SegmentCopy implements Closeable {
  private final Unpacker unpacker = new Unpacker();
  private final SegmentFile records;

  /** Null where it was dropped. */
  private final SegmentFile privates;

  /** Numbers of the records that are left out, and of the blocks that have any. */
  private final BitSet without;

  private final BitSet losing = new BitSet();

  private FileCopy recordsCopy;
  private FileCopy privateCopy;
  private TextIndexWriter text;
  private SegmentKeysWriter keys;
  private final RecordColumns columns = new RecordColumns(true);
  private final PrivateColumns privateColumns = new PrivateColumns(true);
  private final Bytes unpacked = new Bytes(1 << 16);
  private final Bytes raw = new Bytes(1 << 16);
  private int rows;
  private int blocks;
  private int sliceFirst;
  private long sliceNewest;
  private long newest = Long.MIN_VALUE;
  private long oldest = Long.MAX_VALUE;

  private SegmentCopy(Path directory, SegmentInfo info, BitSet without) throws IOException {
    this.without = without;
    Path recordsFile = SegmentFormat.recordsFile(directory, info.number());
    Path privateFile = SegmentFormat.privateFile(directory, info.number());
    Quota quota = new Quota();
    records =
        new SegmentFile(
            recordsFile, SegmentFormat.RECORDS_MAGIC, info.recordsBytes(), unpacker, quota);
    boolean sound = false;
    try {
      privates =
          info.privateBytes() < 0
              ? null
              : new SegmentFile(
                  privateFile, SegmentFormat.PRIVATE_MAGIC, info.privateBytes(), unpacker, quota);
      sound = true;
    } finally {
      if (!sound) {
        records.close();
      }
    }
  }

  /**
   * Writes such a segment and forces it to disk.
   *
   * @param directory of the segment that is read
   * @param without numbers of the records to be left out
   * @param to the directory of the new one; files of its number are overwritten
   * @return null where all of it is to be written anew: it lies by time, or is of an older format,
   *     or most of its blocks lose records, or the dictionary knows too much of them, or there is
   *     less memory than its keys need
   * @throws IOException when it is damaged; or when nothing can be written, which {@link
   *     java.nio.file.FileSystemException} says
   */
  public static SegmentInfo write(
      Path directory, SegmentInfo info, BitSet without, SipHash hash, Path to, int number)
      throws IOException {
    return write(directory, info, without, hash, to, number, KeyFilters.LEAST);
  }

  /** The same with filters from so many records on. */
  static SegmentInfo write(
      Path directory,
      SegmentInfo info,
      BitSet without,
      SipHash hash,
      Path to,
      int number,
      int filtered)
      throws IOException {
    try (SegmentCopy copy = new SegmentCopy(directory, info, without)) {
      return info.rows() <= SegmentWriter.MAX_ROWS
              && copy.isOfThisFormat()
              && copy.isMostlyWhole(info.rows())
          ? copy.write(hash, to, number, filtered)
          : null;
    }
  }

  private boolean isOfThisFormat() {
    return records.version() == SegmentFormat.VERSION
        && (privates == null || privates.version() == SegmentFormat.VERSION);
  }

  private boolean isMostlyWhole(int all) throws IOException {
    records.directory().check();
    if (privates != null) {
      privates.directory().check();
    }
    boolean same = privates == null || privates.blocks() == records.blocks();
    if (records.rows() != all || !same) {
      throw new IOException("it has " + records.rows() + " of " + all + " records");
    }
    for (int row = without.nextSetBit(0); row >= 0; row = without.nextSetBit(row + 1)) {
      losing.set(records.directory().of(row, all));
    }
    return 2 * losing.cardinality() <= records.blocks();
  }

  private SegmentInfo write(SipHash hash, Path to, int number, int filtered) throws IOException {
    byte[] dictionary = FileCopy.dictionary(records, losing);
    byte[] other = privates == null ? new byte[0] : FileCopy.dictionary(privates, losing);
    if (dictionary == null || other == null) {
      return null;
    }
    keys = new SegmentKeysWriter(new KeyHashes(hash), true);
    recordsCopy =
        new FileCopy(
            records,
            dictionary,
            SegmentFormat.recordsFile(to, number),
            SegmentFormat.RECORDS_MAGIC);
    if (privates != null) {
      privateCopy =
          new FileCopy(
              privates, other, SegmentFormat.privateFile(to, number), SegmentFormat.PRIVATE_MAGIC);
    }
    text =
        new TextIndexWriter(
            SegmentFormat.indexFile(to, number),
            SegmentFormat.indexBuilding(to, number),
            TextClues.ALL);
    for (int block = 0; block < records.blocks(); ) {
      int end = beginSlice(block);
      for (; block < end; block++) {
        copy(block);
      }
      keys.endSlice(rows);
      if (keys.count() > SegmentWriter.Bounds.USUAL.keys()) {
        return null;
      }
    }
    if (rows != records.rows() - without.cardinality()) {
      throw new IOException("it has other records than it says");
    }
    byte[] all = keys.finish(rows, blocks, rows >= filtered);
    long recordsBytes = recordsCopy.finish(rows, all, new byte[0]);
    long privateBytes = -1;
    if (privateCopy != null) {
      byte[] clients = ClientList.write(keys.clients());
      privateBytes = privateCopy.finish(rows, keys.finishClients(rows), clients);
    }
    long indexBytes = text.finish();
    return new SegmentInfo(number, rows, newest, oldest, recordsBytes, privateBytes, indexBytes);
  }

  /** The slice that begins with a block: when the newest of what stays of it is; where it ends. */
  private int beginSlice(int first) throws IOException {
    sliceFirst = rows;
    sliceNewest = Long.MIN_VALUE;
    BlockTimes times = records.times(first);
    int slice = times.slice();
    int block = first;
    while (times.slice() == slice) {
      int next = nextRow(block);
      for (int row = times.first(); row < next; row++) {
        if (!without.get(row)) {
          sliceNewest = Math.max(sliceNewest, times.micros(row - times.first()));
        }
      }
      if (++block == records.blocks()) {
        break;
      }
      times = records.times(block);
    }
    newest = Math.max(newest, sliceNewest);
    return block;
  }

  /** The number of the first record behind a block. */
  private int nextRow(int block) throws IOException {
    boolean last = block + 1 == records.blocks();
    return last ? records.rows() : records.directory().first(block + 1);
  }

  private void copy(int number) throws IOException {
    SegmentFile.Contents main = recordsCopy.read(number);
    SegmentFile.Contents second = privateCopy == null ? null : privateCopy.read(number);
    Block block = Block.of(main, second, SegmentFormat.VERSION);
    boolean anew = losing.get(number);
    int first = rows;
    long[] micros = new long[block.rows()];
    for (int row = block.first(); row < block.first() + block.rows(); row++) {
      if (without.get(row)) {
        continue;
      }
      SubmissionRecord record = block.record(row, Detail.WHOLE);
      long time = block.times().micros(row - block.first());
      oldest = Math.min(oldest, time);
      micros[rows - first] = time;
      if (anew) {
        columns.add(record);
        privateColumns.add(record);
      }
      index(record, time);
    }
    if (rows == first) {
      return;
    }
    keys.block(blocks, first);
    if (anew) {
      pack(first, micros);
    } else {
      int length = BlockTimes.move(main.raw(), block.rows(), blocks, first, sliceFirst);
      Anchors.move(main.raw(), length, blocks, first);
      recordsCopy.copy(main, first, sliceNewest);
      if (second != null) {
        privateCopy.copy(second, first, sliceNewest);
      }
    }
    blocks++;
  }

  /** The next record's clues. */
  private void index(SubmissionRecord record, long micros) throws IOException {
    String user = Slice.first(ClueType.USER, record);
    String localUser = Slice.first(ClueType.LOCAL_USER, record);
    keys.addNames(new Slice.Row(record, user, localUser, micros), rows);
    keys.add(record, rows);
    text.add(record);
    rows++;
  }

  /** Packs what stays of a block. */
  private void pack(int first, long[] micros) throws IOException {
    int count = rows - first;
    unpacked.clear();
    raw.clear();
    BlockTimes.write(raw, blocks, first, sliceFirst, micros, count);
    columns.writeAnchors(raw, blocks, first);
    columns.write(unpacked, raw);
    recordsCopy.add(unpacked, raw, first, count, sliceNewest);
    unpacked.clear();
    raw.clear();
    privateColumns.write(unpacked, raw);
    if (privateCopy != null) {
      privateCopy.add(unpacked, raw, first, count, sliceNewest);
    }
  }

  @Override
  public void close() throws IOException {
    try (unpacker;
        records;
        privates;
        FileCopy _ = recordsCopy;
        FileCopy _ = privateCopy;
        TextIndexWriter _ = text) {
      // in the opposite order, each whatever becomes of the others
    }
  }
}
