package org.whosent.indexer.store.segment;

import com.github.luben.zstd.ZstdDictDecompress;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Quota;
import org.whosent.indexer.store.bytes.SegmentBytes;
import org.whosent.indexer.store.segment.column.Anchors;
import org.whosent.indexer.store.segment.column.BlockTimes;
import org.whosent.indexer.store.segment.key.KeyBytes;

/**
 * One file of a segment as it is read. What is read of it is checked each time. Not thread-safe.
 */
final class SegmentFile implements Closeable {
  /**
   * So much is read of a block whose length nobody knows, or of which only the times are wanted.
   */
  private static final int GUESS = 1 << 11;

  /** So much is searched for blocks at once, and so much where some of it cannot be read. */
  private static final int WINDOW = 1 << 16;

  private static final int SECTOR = 512;

  private final SegmentBytes bytes;
  private final Quota quota;
  private final int version;
  private final SegmentFoot foot;
  private final BlockDirectory directory;
  private final int blocks;
  private byte[] block = new byte[0];
  private KeyBytes keys;

  /** Offsets of the sound blocks by number, where the directory cannot be trusted; else null. */
  private final TreeMap<Integer, Long> found;

  private final Unpacker unpacker;

  /** Null where there is none, or it was not needed yet. */
  private ZstdDictDecompress dictionary;

  private boolean dictionaryChecked;

  /** What a block has in it. */
  record Contents(SegmentFormat.Head head, byte[] unpacked, byte[] raw) {}

  /**
   * Opens what {@link BlockFile} wrote.
   *
   * @param length that it must have
   * @param unpacker is not closed with it
   * @param quota of the view
   * @throws java.nio.file.NoSuchFileException when it is not there
   * @throws IOException when it is damaged
   */
  SegmentFile(Path file, int magic, long length, Unpacker unpacker, Quota quota)
      throws IOException {
    this.unpacker = unpacker;
    this.quota = quota;
    bytes = new SegmentBytes(file, length, quota);
    boolean sound = false;
    try {
      byte[] end = bytes.copy(length - SegmentFoot.BYTES, SegmentFoot.BYTES);
      foot = SegmentFoot.read(end);
      version = FileHead.version(bytes.copy(0, FileHead.BYTES), magic, foot.version());
      sound = true;
    } finally {
      if (!sound) {
        bytes.close();
      }
    }
    blocks = foot.blocks();
    directory = new BlockDirectory(bytes, magic, foot, quota);
    found = null;
  }

  /** What can be read of a file whose end or directory is damaged. */
  private SegmentFile(Path file, Unpacker unpacker) throws IOException {
    this.unpacker = unpacker;
    this.quota = new Quota();
    this.foot = SegmentFoot.NONE;
    this.directory = null;
    bytes = new SegmentBytes(file, -1, quota);
    boolean sound = false;
    try {
      // Damage of it comes out with the dictionary, without which no block can be unpacked.
      version =
          bytes.length() < FileHead.BYTES ? 0 : Bytes.integer(bytes.copy(0, FileHead.BYTES), 4);
      found = new TreeMap<>();
      long at = nextSound(0);
      while (at >= 0) {
        SegmentFormat.Head head = SegmentFormat.Head.read(block, 0);
        found.put(head.number(), at);
        at = nextSound(at + head.length()); // texts in it may look like blocks
      }
      sound = true;
    } finally {
      if (!sound) {
        close();
      }
    }
    blocks = found.isEmpty() ? 0 : found.lastKey() + 1;
  }

  /** The file, by its blocks alone where the rest is damaged; says nothing of what is lost. */
  static SegmentFile salvage(Path file, int magic, long length, Unpacker unpacker)
      throws IOException {
    SegmentFile sound = null;
    try {
      sound = new SegmentFile(file, magic, length, unpacker, new Quota());
      sound.directory.check();
      return sound;
    } catch (NoSuchFileException | ClosedChannelException e) {
      throw e;
    } catch (IOException _) {
      if (sound != null) {
        sound.close();
      }
      return new SegmentFile(file, unpacker);
    }
  }

  int version() {
    return version;
  }

  int rows() {
    return foot.rows();
  }

  int blocks() {
    return blocks;
  }

  /** All keys, which are closed with this. */
  KeyBytes keys() throws IOException {
    if (keys == null) {
      long at = foot.keysAt();
      int length = foot.keysLength();
      if (at < 0 || length < 0 || at > bytes.length() - length) {
        throw new IOException("keys beyond its end");
      }
      keys = new KeyBytes(bytes, (int) at, length, quota);
    }
    return keys;
  }

  byte[] clients() throws IOException {
    byte[] clients = bytes.copy(foot.clientsAt(), foot.clientsLength());
    if (Bytes.crc(clients, 0, clients.length) != foot.clientsCrc()) {
      throw new IOException("the list of clients is damaged");
    }
    return clients;
  }

  BlockDirectory directory() {
    return directory;
  }

  /**
   * The times of a block's records, where they are apart, without the rest of it.
   *
   * @throws IOException when they are damaged
   */
  BlockTimes times(int number) throws IOException {
    Raw raw = new Raw(number);
    byte[] all = raw.read(timesLength(raw));
    return BlockTimes.read(number, raw.head.first(), raw.head.rows(), all, 0);
  }

  private static int timesLength(Raw raw) throws IOException {
    if (raw.head.raw() < BlockTimes.HEAD_BYTES) {
      throw new IOException("a block without times");
    }
    return BlockTimes.length(raw.read(BlockTimes.HEAD_BYTES), 0, raw.head.rows());
  }

  /**
   * The anchors of a block's sketches, where they are apart, without the rest of it.
   *
   * @throws IOException when they are damaged
   */
  Anchors anchors(int number) throws IOException {
    Raw raw = new Raw(number);
    int times = timesLength(raw);
    int rest = Math.max(0, raw.head.raw() - times);
    byte[] start = raw.read(times + Math.min(rest, Anchors.HEAD_BYTES));
    int length = Anchors.length(start, times, rest);
    return Anchors.read(number, raw.head.first(), raw.read(times + length), times);
  }

  /**
   * The head of a block, and the start of its raw part as far as it was wanted. What comes before
   * that is small as a rule, so one read has both.
   */
  private final class Raw {
    final SegmentFormat.Head head;
    private final long at;
    private byte[] start;

    Raw(int number) throws IOException {
      long offset = directory.offset(number);
      long length = Math.min(directory.length(number), bytes.length() - offset);
      byte[] front = bytes.copy(offset, Math.clamp(length, SegmentFormat.BLOCK_HEAD, GUESS));
      head = SegmentFormat.Head.read(front, 0);
      if (head == null || head.length() > bytes.length() - offset || head.number() != number) {
        throw new IOException("block " + number + " is damaged");
      }
      int before = SegmentFormat.BLOCK_HEAD + head.packed();
      at = offset + before;
      int end = Math.min(front.length, head.length());
      start = before < end ? Arrays.copyOfRange(front, before, end) : new byte[0];
    }

    /** At least so many bytes of it, if there are as many. */
    byte[] read(int length) throws IOException {
      int most = Math.min(head.raw(), length);
      if (start.length < most) {
        start = bytes.copy(at, most);
      }
      return start;
    }
  }

  /** Unpacks a block and checks that it is the one. */
  Contents block(int number) throws IOException {
    Contents contents =
        found == null
            ? at(directory.offset(number), directory.length(number))
            : at(found.getOrDefault(number, Long.MAX_VALUE), GUESS);
    if (contents == null || contents.head.number() != number) {
      throw new IOException("block " + number + " is damaged");
    }
    return contents;
  }

  /**
   * The block at an offset, or null when there is none that is sound.
   *
   * @param guess how many bytes it has, probably
   */
  private Contents at(long offset, long guess) throws IOException {
    SegmentFormat.Head head = load(offset, guess);
    if (head == null) {
      return null;
    }
    byte[] unpacked = new byte[head.unpacked()];
    int rawAt = SegmentFormat.BLOCK_HEAD + head.packed();
    return unpacker.unpack(block, SegmentFormat.BLOCK_HEAD, head.packed(), unpacked, dictionary())
        ? new Contents(head, unpacked, Arrays.copyOfRange(block, rawAt, head.length()))
        : null;
  }

  /** Reads the bytes of a block; gives its head, or null when they are not sound. */
  private SegmentFormat.Head load(long offset, long guess) throws IOException {
    if (offset < 0 || offset > bytes.length() - SegmentFormat.BLOCK_HEAD) {
      return null;
    }
    int left = bytes.length() - (int) offset;
    int read = Math.clamp(guess, SegmentFormat.BLOCK_HEAD, left);
    bring(offset, 0, read);
    SegmentFormat.Head head = SegmentFormat.Head.read(block, 0);
    if (head == null || head.length() > left) {
      return null;
    }
    if (head.length() > read) {
      bring(offset, read, head.length());
    }
    return SegmentFormat.crc(block, head.length()) == head.crc() ? head : null;
  }

  /** Reads the bytes of a block between two places of it. */
  private void bring(long offset, int from, int to) throws IOException {
    if (block.length < to) {
      block = Arrays.copyOf(block, to);
    }
    bytes.read(offset + from, block, from, to - from);
  }

  /** What the blocks' packing was trained to know, or nothing. */
  byte[] learnt() throws IOException {
    byte[] start = bytes.copy(0, FileHead.BYTES);
    int length = FileHead.dictionaryLength(start);
    return FileHead.dictionary(start, bytes.copy(FileHead.BYTES, length));
  }

  /** The zstd frame of the block that was unpacked last. */
  byte[] frame(Contents last) {
    int from = SegmentFormat.BLOCK_HEAD;
    return Arrays.copyOfRange(block, from, from + last.head.packed());
  }

  private ZstdDictDecompress dictionary() throws IOException {
    if (!dictionaryChecked) {
      byte[] learnt = learnt();
      dictionary = learnt.length > 0 ? new ZstdDictDecompress(learnt) : null;
      dictionaryChecked = true;
    }
    return dictionary;
  }

  /** The offset of the next sound block from here on, or -1; what cannot be read is passed over. */
  private long nextSound(long from) throws IOException {
    byte[] some = new byte[WINDOW];
    int most = WINDOW;
    for (long start = from; start <= bytes.length() - SegmentFormat.BLOCK_HEAD; ) {
      int have = (int) Math.min(most, bytes.length() - start);
      try {
        bytes.read(start, some, 0, have);
      } catch (ClosedChannelException e) {
        throw e;
      } catch (IOException _) {
        start += most == SECTOR ? SECTOR : 0;
        most = SECTOR;
        continue;
      }
      for (int i = 0; i <= have - SegmentFormat.BLOCK_HEAD; i++) {
        if (some[i] == (byte) (SegmentFormat.BLOCK_MAGIC >>> 24)
            && Bytes.integer(some, i) == SegmentFormat.BLOCK_MAGIC
            && isSound(start + i)) {
          return start + i;
        }
      }
      // A head may lie across two of these.
      start += Math.max(1, have - (SegmentFormat.BLOCK_HEAD - 1));
      most = WINDOW;
    }
    return -1;
  }

  private boolean isSound(long offset) throws IOException {
    try {
      if (load(offset, GUESS) == null) {
        return false;
      }
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException _) {
      return false;
    }
    return at(offset, GUESS) != null; // what is wrong with the dictionary is wrong with the file
  }

  @Override
  public void close() {
    if (dictionary != null) {
      unpacker.forget(dictionary);
      dictionary.close();
      dictionary = null;
    }
    dictionaryChecked = false;
    if (directory != null) {
      directory.close();
    }
    if (keys != null) {
      keys.close();
    }
    bytes.close();
  }
}
