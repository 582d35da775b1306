package org.whosent.indexer.store.segment;

import com.github.luben.zstd.ZstdDictDecompress;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.TreeMap;

/**
 * One file of a segment as it is read. What is read of it is checked each time. Not thread-safe.
 *
 * <p>It is mapped and not unmapped before the garbage collector comes by: no file that is written
 * is ever cut or written again, so a mapping stays good, also where the file was deleted.
 */
final class MappedFile implements Closeable {
  private final MappedByteBuffer bytes;
  private final Path file;

  /** Null where all of the file is read one after the other. */
  private final FromDisk fromDisk;

  private final int version;
  private final int entryBytes;
  private final SegmentFoot foot;
  private final int blocks;
  private final byte[] head = new byte[SegmentFormat.BLOCK_HEAD];
  private byte[] packed = new byte[0];

  /** Offsets of the sound blocks by number, where the directory cannot be trusted. */
  private final TreeMap<Integer, Long> found;

  private final Unpacker unpacker;

  /** Null where there is none, or it was not needed yet. */
  private ZstdDictDecompress dictionary;

  private boolean dictionaryChecked;

  private boolean directoryPlaced;

  /** The block that was read last. */
  private int before = -1;

  /** What a block has in it. */
  record Contents(SegmentFormat.Head head, byte[] unpacked, byte[] raw) {}

  /**
   * Opens what {@link BlockFile} wrote.
   *
   * @param length that it must have
   * @param unpacker is not closed with it
   * @param fromDisk has what is read of the file in memory before; null where all of it is read
   * @throws java.nio.file.NoSuchFileException when it is not there
   * @throws IOException when it is damaged
   */
  MappedFile(Path file, int magic, long length, Unpacker unpacker, FromDisk fromDisk)
      throws IOException {
    this.unpacker = unpacker;
    this.file = file;
    this.fromDisk = fromDisk;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() != length
          || length < FileHead.BYTES + SegmentFoot.BYTES
          || length > Integer.MAX_VALUE) {
        throw new IOException("it is not as long as it was");
      }
      bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, length);
    }
    place(length - SegmentFoot.BYTES, SegmentFoot.BYTES);
    place(0, FileHead.BYTES);
    foot = SegmentFoot.read(copy((int) length - SegmentFoot.BYTES, SegmentFoot.BYTES));
    blocks = foot.blocks();
    entryBytes =
        magic == SegmentFormat.RECORDS_MAGIC
            ? SegmentFormat.RECORDS_ENTRY
            : SegmentFormat.PRIVATE_ENTRY;
    version = FileHead.version(copy(0, FileHead.BYTES), magic, foot.version());
    found = null;
  }

  /** What can be read of a file whose end or directory is damaged. */
  private MappedFile(Path file, Unpacker unpacker) throws IOException {
    this.unpacker = unpacker;
    this.file = file;
    this.fromDisk = null;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long length = Math.min(channel.size(), Integer.MAX_VALUE);
      bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, length);
    }
    // Damage of it comes out with the dictionary, without which no block can be unpacked.
    version = bytes.capacity() < FileHead.BYTES ? 0 : bytes.getInt(4);
    foot = SegmentFoot.NONE;
    entryBytes = 0;
    found = new TreeMap<>();
    long at = nextSound(0);
    while (at >= 0) {
      bytes.get((int) at, head);
      SegmentFormat.Head block = SegmentFormat.Head.read(head, 0);
      found.put(block.number(), at);
      at = nextSound(at + block.length()); // texts in it may look like blocks
    }
    blocks = found.isEmpty() ? 0 : found.lastKey() + 1;
  }

  /** The file, by its blocks alone where the rest is damaged; says nothing of what is lost. */
  static MappedFile salvage(Path file, int magic, long length, Unpacker unpacker)
      throws IOException {
    try {
      MappedFile sound = new MappedFile(file, magic, length, unpacker, null);
      sound.checkDirectory();
      return sound;
    } catch (NoSuchFileException | ClosedChannelException e) {
      throw e;
    } catch (IOException _) {
      return new MappedFile(file, unpacker);
    }
  }

  /** Has some bytes in memory before they are touched. */
  private void place(long from, int length) {
    if (fromDisk != null && from <= Integer.MAX_VALUE) {
      fromDisk.place(file, bytes, (int) from, length);
    }
  }

  private byte[] copy(int from, int length) throws IOException {
    if (from < 0 || length < 0 || length > bytes.capacity() - from) {
      throw new IOException("beyond its end");
    }
    byte[] copy = new byte[length];
    bytes.get(from, copy);
    return copy;
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

  /** All keys, to be read where they lie. */
  Keys keys() throws IOException {
    int at = (int) foot.keysAt();
    int length = foot.keysLength();
    if (at < 0 || length < 0 || length > bytes.capacity() - at) {
      throw new IOException("keys beyond its end");
    }
    return new Keys(bytes.slice(at, length), file, bytes, at, fromDisk);
  }

  /**
   * Bytes of keys, and how they come into memory.
   *
   * @param bytes the keys
   * @param at where they begin in the mapped file
   */
  record Keys(ByteBuffer bytes, Path file, MappedByteBuffer mapped, int at, FromDisk fromDisk) {
    /** Keys that are in memory. */
    Keys(ByteBuffer bytes) {
      this(bytes, null, null, 0, null);
    }

    /** Has some of them in memory before they are touched. */
    void place(int from, int length) {
      if (fromDisk != null) {
        fromDisk.place(file, mapped, at + from, length);
      }
    }

    /** Those from a place on. */
    Keys from(int from) {
      int length = bytes.capacity() - from;
      return new Keys(bytes.slice(from, length), file, mapped, at + from, fromDisk);
    }
  }

  byte[] clients() throws IOException {
    byte[] clients = copy((int) foot.clientsAt(), foot.clientsLength());
    if (KeyFormat.crc(clients, 0, clients.length) != foot.clientsCrc()) {
      throw new IOException("the list of clients is damaged");
    }
    return clients;
  }

  private int entry(int block) throws IOException {
    long at = foot.directory() + (long) block * entryBytes;
    if (block < 0 || block >= blocks || at < 0 || at > bytes.capacity() - entryBytes) {
      throw new IOException("a block beyond its end");
    }
    return (int) at;
  }

  long offset(int block) throws IOException {
    int at = entry(block);
    place(at, Long.BYTES);
    return bytes.getLong(at);
  }

  int first(int block) throws IOException {
    return bytes.getInt(entry(block) + 8);
  }

  long newest(int block) throws IOException {
    return bytes.getLong(entry(block) + 12);
  }

  /** Has the directory in memory before it is searched: it is small, and touched here and there. */
  void placeDirectory() {
    if (!directoryPlaced) {
      directoryPlaced = true;
      place(foot.directory(), (int) Math.min(Integer.MAX_VALUE, (long) blocks * entryBytes));
    }
  }

  /** Compares the directory's checksum. */
  void checkDirectory() throws IOException {
    byte[] all =
        copy(
            (int) Math.min(foot.directory(), Integer.MAX_VALUE),
            Math.multiplyExact(blocks, entryBytes));
    if (KeyFormat.crc(all, 0, all.length) != foot.directoryCrc()) {
      throw new IOException("its directory is damaged");
    }
  }

  /**
   * The times of a block's records, where they are apart, without the rest of it.
   *
   * @throws IOException when they are damaged
   */
  BlockTimes times(int number) throws IOException {
    SegmentFormat.Head of = head(number);
    return times(of, rawAt(of, offset(number)));
  }

  private BlockTimes times(SegmentFormat.Head of, int at) throws IOException {
    byte[] start = copy(at, Math.min(BlockTimes.HEAD_BYTES, of.raw()));
    if (start.length < BlockTimes.HEAD_BYTES) {
      throw new IOException("a block without times");
    }
    int length = BlockTimes.length(start, 0, of.rows());
    byte[] all = copy(at, Math.min(length, of.raw()));
    return BlockTimes.read(of.number(), of.first(), of.rows(), all, 0);
  }

  /**
   * The anchors of a block's sketches, where they are apart, without the rest of it.
   *
   * @throws IOException when they are damaged
   */
  Anchors anchors(int number) throws IOException {
    SegmentFormat.Head of = head(number);
    int at = rawAt(of, offset(number));
    byte[] start = copy(at, Math.min(BlockTimes.HEAD_BYTES, of.raw()));
    if (start.length < BlockTimes.HEAD_BYTES) {
      throw new IOException("a block without times");
    }
    int times = BlockTimes.length(start, 0, of.rows());
    byte[] count = copy(at + times, Math.clamp(of.raw() - times, 0, Anchors.HEAD_BYTES));
    int length = Anchors.length(count, 0, of.raw() - times);
    return Anchors.read(number, of.first(), copy(at + times, length), 0);
  }

  private SegmentFormat.Head head(int number) throws IOException {
    long offset = offset(number);
    if (offset < 0 || offset > bytes.capacity() - SegmentFormat.BLOCK_HEAD) {
      throw new IOException("a block beyond its end");
    }
    bring(number, offset);
    bytes.get((int) offset, head);
    SegmentFormat.Head read = SegmentFormat.Head.read(head, 0);
    if (read == null || read.length() > bytes.capacity() - offset || read.number() != number) {
      throw new IOException("block " + number + " is damaged");
    }
    return read;
  }

  private static int rawAt(SegmentFormat.Head of, long offset) {
    return (int) offset + SegmentFormat.BLOCK_HEAD + of.packed();
  }

  /** Has a block in memory; where one comes after the other the kernel reads ahead by itself. */
  private void bring(int number, long offset) throws IOException {
    boolean next = number == before + 1 || number == before;
    before = number;
    if (fromDisk == null || next || offset < 0 || offset > bytes.capacity()) {
      return;
    }
    long end = number + 1 < blocks ? offset(number + 1) : foot.directory();
    if (end > offset && end <= bytes.capacity()) {
      fromDisk.block(file, bytes, (int) offset, (int) (end - offset));
    }
  }

  /** Unpacks a block and checks that it is the one. */
  Contents block(int number) throws IOException {
    Contents contents;
    if (found == null) {
      long offset = offset(number);
      bring(number, offset);
      contents = at(offset);
    } else {
      contents = at(found.getOrDefault(number, Long.MAX_VALUE));
    }
    if (contents == null || contents.head.number() != number) {
      throw new IOException("block " + number + " is damaged");
    }
    return contents;
  }

  /** The block at an offset, or null when there is none that is sound. */
  Contents at(long offset) throws IOException {
    if (offset < 0 || offset > bytes.capacity() - SegmentFormat.BLOCK_HEAD) {
      return null;
    }
    long start = System.nanoTime();
    bytes.get((int) offset, head);
    SegmentFormat.Head found = SegmentFormat.Head.read(head, 0);
    if (found == null || found.length() > bytes.capacity() - offset) {
      return null;
    }
    // Copied and not read in place by zstd: a disk that fails would end the process there.
    int packedAt = (int) offset + SegmentFormat.BLOCK_HEAD;
    if (packed.length < found.packed()) {
      packed = new byte[found.packed()];
    }
    bytes.get(packedAt, packed, 0, found.packed());
    byte[] raw = copy(packedAt + found.packed(), found.raw());
    if (fromDisk != null) {
      fromDisk.took(System.nanoTime() - start);
    }
    if (SegmentFormat.crc(head, packed, found.packed(), raw) != found.crc()) {
      return null;
    }
    byte[] unpacked = new byte[found.unpacked()];
    return unpacker.unpack(packed, found.packed(), unpacked, dictionary())
        ? new Contents(found, unpacked, raw)
        : null;
  }

  private ZstdDictDecompress dictionary() throws IOException {
    if (!dictionaryChecked) {
      byte[] start = copy(0, FileHead.BYTES);
      int length = FileHead.dictionaryLength(start);
      place(0, FileHead.BYTES + length);
      byte[] learnt = FileHead.dictionary(start, copy(FileHead.BYTES, length));
      dictionary = learnt.length > 0 ? new ZstdDictDecompress(learnt) : null;
      dictionaryChecked = true;
    }
    return dictionary;
  }

  /** The offset of the next sound block from here on, or -1. */
  private long nextSound(long from) throws IOException {
    for (long at = Math.max(0, from); at <= bytes.capacity() - SegmentFormat.BLOCK_HEAD; at++) {
      if (bytes.get((int) at) == (byte) (SegmentFormat.BLOCK_MAGIC >>> 24)
          && bytes.getInt((int) at) == SegmentFormat.BLOCK_MAGIC
          && at(at) != null) {
        return at;
      }
    }
    return -1;
  }

  @Override
  public void close() {
    if (dictionary != null) {
      unpacker.forget(dictionary);
      dictionary.close();
      dictionary = null;
    }
    dictionaryChecked = false;
  }
}
