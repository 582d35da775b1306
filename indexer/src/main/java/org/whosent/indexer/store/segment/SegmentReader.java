package org.whosent.indexer.store.segment;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.whosent.indexer.store.Detail;
import org.whosent.indexer.store.segment.column.Asked;
import org.whosent.indexer.store.segment.column.BlockTimes;
import org.whosent.indexer.store.segment.key.KeyHashes;
import org.whosent.indexer.store.segment.key.KeyReader;
import org.whosent.indexer.store.segment.key.OrdinalSet;
import org.whosent.indexer.store.segment.key.Ordinals;
import org.whosent.indexer.store.segment.key.SipHash;
import org.whosent.indexer.store.segment.text.TextIndexReader;
import org.whosent.record.ClueType;
import org.whosent.record.Network;
import org.whosent.record.SubmissionRecord;

/**
 * Reads a segment. An {@link IOException} says that its files are damaged, save {@link
 * java.nio.file.NoSuchFileException}: they are gone. Not thread-safe.
 */
public final class SegmentReader implements Closeable {
  private final SegmentInfo info;
  private final SipHash hash;
  private final KeyHashes hashes;
  private final BlockCache cache;
  private final SegmentFile records;
  private final SegmentFile privates;
  private final PrivateBlocks privateBlocks;
  private final SegmentKeys keys;
  private final Path directory;
  private TextIndexReader text;
  private boolean directoryChecked;

  /** The block that was asked for last, and which records it says it has. */
  private int lastBlock;

  private int lastFirst;
  private int lastRows;
  private int blocksRead;

  /** Opens what {@link SegmentWriter#finish} told. */
  public SegmentReader(Path directory, SegmentInfo info, SipHash hash, BlockCache cache)
      throws IOException {
    this.info = info;
    this.directory = directory;
    this.hash = hash;
    this.hashes = new KeyHashes(hash);
    this.cache = cache;
    this.records =
        new SegmentFile(
            SegmentFormat.recordsFile(directory, info.number()),
            SegmentFormat.RECORDS_MAGIC,
            info.recordsBytes(),
            cache.unpacker(),
            cache.quota());
    SegmentFile second = null;
    boolean sound = false;
    try {
      second = privates();
      if (records.rows() != info.rows() || second != null && second.rows() != info.rows()) {
        throw new IOException("it has " + records.rows() + " of " + info.rows() + " records");
      }
      sound = true;
    } finally {
      if (!sound) {
        close(second);
        records
            .close(); // whoever looks at damage again and again would have it open ever more often
      }
    }
    this.privates = second;
    this.privateBlocks = new PrivateBlocks(second);
    this.keys = new SegmentKeys(records, privates);
    cache.opened();
  }

  /** The file of what may be dropped, or null when it was. */
  private SegmentFile privates() throws IOException {
    return info.privateBytes() < 0
        ? null
        : new SegmentFile(
            SegmentFormat.privateFile(directory, info.number()),
            SegmentFormat.PRIVATE_MAGIC,
            info.privateBytes(),
            cache.unpacker(),
            cache.quota());
  }

  private static void close(SegmentFile file) {
    if (file != null) {
      file.close();
    }
  }

  /** The record of that number. */
  public SubmissionRecord record(int ordinal) throws IOException {
    return record(ordinal, Detail.WHOLE);
  }

  /** The same with as much of it as is wanted. */
  public SubmissionRecord record(int ordinal, Detail detail) throws IOException {
    return block(ordinal).record(ordinal, detail);
  }

  /** Microseconds of the record of that number. */
  public long micros(int ordinal) throws IOException {
    if (byUser()) {
      BlockTimes times = times(ordinal);
      return times.micros(ordinal - times.first());
    }
    Block block = block(ordinal);
    return block.records().micros(ordinal - block.first());
  }

  /** True when numbers go by user, slice by slice, and not by time. */
  public boolean byUser() {
    return records.version() > SegmentFormat.BY_TIME_VERSION;
  }

  /** The times of the block that has a record. */
  BlockTimes times(int ordinal) throws IOException {
    int number = blockOf(ordinal);
    // Whose block was searched has its times at hand.
    Block block = cache.get(this, number);
    BlockTimes times = block == null ? records.times(number) : block.times();
    if (!times.has(ordinal)) {
      throw new IOException("its directory is damaged");
    }
    return times;
  }

  /**
   * Puts numbers of records in the order of time, newest first, and leaves out those outside a
   * span. Where numbers go by time they stay as they are, the span is left to the caller.
   *
   * @param ascending what {@link #find} gave
   * @param since microseconds, not before
   * @param until microseconds, before
   * @param damaged is told of records that are passed over
   */
  public Ordinals newestFirst(Ordinals ascending, long since, long until, Damage damaged) {
    if (!byUser()) {
      return ascending;
    }
    TimesByUser times = new TimesByUser(this, records.directory(), damaged);
    return new NewestFirst(ascending, times, since, until);
  }

  /** How many blocks were unpacked so far. */
  public int blocksRead() {
    return blocksRead;
  }

  /** Bytes in memory of the block that has a record, by the number of its records. */
  public int weight(int ordinal) throws IOException {
    Block block = block(ordinal);
    return block.bytes() / block.rows();
  }

  /** The block that has a record. */
  Block block(int ordinal) throws IOException {
    Block block = numbered(blockOf(ordinal));
    if (ordinal < block.first() || ordinal >= block.first() + block.rows()) {
      throw new IOException("its directory is damaged");
    }
    return block;
  }

  private Block numbered(int number) throws IOException {
    Block block = cache.get(this, number);
    if (block == null) {
      block = read(number);
      cache.put(this, number, block);
    }
    lastBlock = number;
    lastFirst = block.first();
    lastRows = block.rows();
    return block;
  }

  Block read(int number) throws IOException {
    blocksRead++;
    SegmentFile.Contents main = records.block(number);
    return Block.of(main, privateBlocks.block(number), records.version());
  }

  /** See {@link PrivateBlocks#passOver}. */
  public void passOverPrivates(Damage damaged) {
    privateBlocks.passOver(damaged);
  }

  /** The number of the block that has a record. */
  int blockOf(int ordinal) throws IOException {
    if (ordinal < 0 || ordinal >= info.rows()) {
      throw new IOException("record " + ordinal + " of " + info.rows());
    }
    if (ordinal >= lastFirst && ordinal < lastFirst + lastRows) {
      return lastBlock; // what was found in a block is read from there
    }
    return records.directory().of(ordinal, info.rows());
  }

  /** Opens what {@link #find} needs for such a clue: afterwards it opens no file. */
  public void prepare(ClueType type) throws IOException {
    if (isText(type)) {
      text();
    }
  }

  private boolean isText(ClueType type) {
    return info.indexBytes() > 0 && TextClues.of(records.version()).contains(type);
  }

  /** Numbers of the records that may have a clue, ascending; null when none has. */
  public Ordinals find(ClueType type, String folded) throws IOException {
    if (isText(type)) {
      return text().find(type, folded);
    }
    if (type == ClueType.SKETCH && records.version() > SegmentFormat.FIRST_VERSION) {
      return inBlocks(keys.findAnchor(KeyHashes.anchor(folded)), type, folded);
    }
    if (byUser() && TextClues.BY_RUNS.contains(type)) {
      return byRuns(type, folded);
    }
    return find(type, folded, hash(type, folded));
  }

  /** The hash of a clue, which is the same in all segments of a store. */
  long hash(ClueType type, String folded) {
    return cache.hash(hash, hashes, type, folded);
  }

  private Ordinals byRuns(ClueType type, String folded) throws IOException {
    Ordinals found = keys.findRuns(type, hash(type, folded));
    if (type != ClueType.MAIL_FROM) {
      return found;
    }
    // Where the sender is the user there is no other key.
    Ordinals theirs = keys.findRuns(ClueType.USER, hash(ClueType.USER, folded));
    return found == null ? theirs : theirs == null ? found : Ordinals.any(found, theirs);
  }

  /** Keys may tell no more than some blocks: then it is looked for among their records. */
  private Ordinals inBlocks(Ordinals found, ClueType type, String folded) {
    return found instanceof KeyReader.InGroups in
        ? new InBlocks(blocks, in.groups(), in.shift(), new Asked(type, folded))
        : found;
  }

  private final InBlocks.Blocks blocks =
      new InBlocks.Blocks() {
        @Override
        public Block block(int number) throws IOException {
          return numbered(number);
        }

        @Override
        public int count() {
          return records.blocks();
        }

        @Override
        public boolean mayHave(int number, Asked asked) {
          if (asked.type != ClueType.SKETCH
              || records.version() <= SegmentFormat.NUMERALS_VERSION
              || cache.get(SegmentReader.this, number) != null) {
            return true;
          }
          try {
            return asked.mayBeAnchorIn(records.anchors(number));
          } catch (IOException _) {
            return true; // whoever reads the block will say so
          }
        }

        @Override
        public int first(int number) throws IOException {
          int first = number < records.blocks() ? records.directory().first(number) : info.rows();
          if (first < 0 || first > info.rows()) {
            throw new IOException("its directory is damaged");
          }
          return first;
        }
      };

  /** The Lucene index is only loaded when it is asked: a look-up of an ID does without. */
  private TextIndexReader text() throws IOException {
    if (text == null) {
      Path file = SegmentFormat.indexFile(directory, info.number());
      text = new TextIndexReader(file, info.indexBytes(), info.rows());
    }
    return text;
  }

  /**
   * The same where the hash is known already, for a clue that is neither in the Lucene index of
   * sealed segments nor an anchor of a sketch: an ID, Message-ID, digest, or the client.
   */
  public Ordinals find(ClueType type, String folded, long hash) throws IOException {
    return type == ClueType.CLIENT
        ? keys.findClient(hash)
        : inBlocks(keys.find(type, hash), type, folded);
  }

  /** Numbers of the records whose client may lie in a network; null when none does. */
  public Ordinals clients(Network network) throws IOException {
    if (privates == null) {
      return null;
    }
    // A set: two clients whose hashes were cut to one have each other's records.
    OrdinalSet all = new OrdinalSet();
    ClientList clients = new ClientList(privates.clients());
    for (String client = clients.next(); client != null; client = clients.next()) {
      if (network.contains(client)) {
        all.addAll(find(ClueType.CLIENT, client));
      }
    }
    return all.ascending();
  }

  /**
   * The number from which on records may be older than a time: all before are of that time or
   * newer, up to a block.
   *
   * @param micros no record at or after this time is wanted
   */
  public int firstBefore(long micros) throws IOException {
    if (info.newest() < micros) {
      return 0;
    }
    if (!directoryChecked) {
      records.directory().check();
      directoryChecked = true;
    }
    int from = 0;
    int to = records.blocks() - 1;
    while (from < to) {
      int middle = (from + to + 1) >>> 1;
      if (records.directory().newest(middle) >= micros) {
        from = middle;
      } else {
        to = middle - 1;
      }
    }
    // By user: from there on, some of a slice are newer, all of those before are.
    return byUser() ? records.times(from).slice() : records.directory().first(from);
  }

  /**
   * Reads and checks every byte.
   *
   * @throws IOException naming the first thing that is wrong
   */
  public void verify() throws IOException {
    records.directory().check();
    if (privates != null) {
      privates.directory().check();
      privates.clients();
    }
    keys.verify();
    if (info.indexBytes() > 0) {
      text().verify();
    }
    int expected = 0;
    for (int i = 0; i < records.blocks(); i++) {
      Block block = read(i);
      if (block.first() != expected) {
        throw new IOException("block " + i + " is not the one");
      }
      expected += block.rows();
    }
    if (expected != info.rows()) {
      throw new IOException("it has " + expected + " of " + info.rows() + " records");
    }
  }

  @Override
  public void close() throws IOException {
    records.close();
    close(privates);
    cache.forget(this);
    if (text != null) {
      text.close();
    }
  }
}
