package org.whosent.indexer.store.segment;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDictTrainer;
import com.github.luben.zstd.ZstdException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.StoreFiles;

/** One file of a segment as it is written: blocks, then what is given as tail. Not thread-safe. */
final class BlockFile implements Closeable {
  private static final int BUFFER = 1 << 20;

  /** Blocks that wait for a dictionary: those of users with any name, where they lie by name. */
  static final int WAITING = 1024;

  /** No more bytes of them wait: blocks may be large, and memory small. */
  private static final long WAITING_BYTES =
      Math.clamp(Runtime.getRuntime().maxMemory() / 16, 4 << 20, 96 << 20);

  /** As many of them, evenly spread, it is trained on. */
  private static final int SAMPLES = 200;

  /** Once there is a dictionary, so many are packed together. */
  private static final int TOGETHER = 64;

  /** With fewer there is nothing to learn. */
  private static final int LEAST_SAMPLES = 24;

  /** This and its name; null where blocks are packed for another file. */
  private final FileChannel channel;

  private final Path file;
  private final int magic;
  private final Compression compression;

  /** For blocks that are packed as they come; null where they wait for a dictionary. */
  private final ZstdCompressCtx zstd;

  /** For blocks that are packed together; null where they are packed as they come. */
  private final BlockPacker packer;

  private final Bytes directory = new Bytes(1024);
  private final Bytes block = new Bytes(1 << 14);
  private byte[] packed = new byte[0];
  private final List<Waiting> waiting = new ArrayList<>();

  /** Those that are being packed. */
  private final List<Waiting> packing = new ArrayList<>();

  private long waitingBytes;
  private boolean trained;
  private ByteBuffer buffer;
  private long length;
  private int blocks;

  /** Blocks that another file is going to take; null where this is a file itself. */
  private List<Packed> apart;

  /** A block that was packed apart from its file. */
  record Packed(byte[] bytes, int unpacked, byte[] raw, int first, int rows, long newest) {}

  /** A block that waits for the dictionary, or to be packed with others. */
  private record Waiting(byte[] unpacked, byte[] raw, int first, int rows, long newest) {}

  BlockFile(Path file, int magic, Compression compression) throws IOException {
    this(file, magic, compression, compression.dictionary() > 0 ? null : new byte[0]);
  }

  /**
   * The same.
   *
   * @param dictionary which may be empty; null where it is to be trained on the first blocks
   */
  BlockFile(Path file, int magic, Compression compression, byte[] dictionary) throws IOException {
    this.file = file;
    this.magic = magic;
    this.compression = compression;
    this.channel = StoreFiles.create(file);
    this.buffer = ByteBuffer.allocate(BUFFER);
    if (dictionary == null) {
      zstd = null;
      packer = new BlockPacker(compression.level());
    } else {
      zstd = BlockPacker.context(compression.level());
      packer = null;
      head(dictionary);
    }
  }

  /**
   * Packs blocks of a file that lies elsewhere, without a dictionary: {@link #take} has them.
   *
   * @param magic the file's
   */
  BlockFile(int magic, Compression compression) {
    this.magic = magic;
    this.compression = compression;
    channel = null;
    file = null;
    zstd = BlockPacker.context(compression.level());
    packer = null;
    buffer = null;
    apart = new ArrayList<>();
  }

  /** What was packed apart since it was asked for last. */
  List<Packed> take() {
    List<Packed> taken = apart;
    apart = new ArrayList<>();
    return taken;
  }

  /** Adds a block that was packed apart. */
  void add(Packed block) throws IOException {
    put(
        block.bytes,
        block.bytes.length,
        block.unpacked,
        block.raw,
        block.raw.length,
        block.first,
        block.rows,
        block.newest);
  }

  private void head(byte[] dictionary) throws IOException {
    Bytes head = FileHead.write(magic, compression, dictionary);
    write(head.array, head.length);
    if (dictionary.length > 0 && packer == null) {
      zstd.loadDict(dictionary);
    } else if (dictionary.length > 0) {
      packer.dictionary(dictionary);
    }
  }

  /** Adds a block. */
  void add(Bytes unpacked, Bytes raw, int first, int rows, long newest) throws IOException {
    if (unpacked.length > SegmentFormat.MAX_BLOCK || raw.length > SegmentFormat.MAX_BLOCK) {
      throw new IOException("a block of " + unpacked.length + " and " + raw.length + " bytes");
    }
    if (packer == null) {
      int bound = (int) Zstd.compressBound(unpacked.length);
      if (packed.length < bound) {
        packed = new byte[bound];
      }
      int packedLength =
          zstd.compressByteArray(packed, 0, packed.length, unpacked.array, 0, unpacked.length);
      if (apart != null) {
        byte[] bytes = Arrays.copyOf(packed, packedLength);
        apart.add(new Packed(bytes, unpacked.length, raw.toArray(), first, rows, newest));
      } else {
        put(packed, packedLength, unpacked.length, raw.array, raw.length, first, rows, newest);
      }
      return;
    }
    waiting.add(new Waiting(unpacked.toArray(), raw.toArray(), first, rows, newest));
    waitingBytes += unpacked.length + raw.length;
    if (waiting.size() >= (trained ? TOGETHER : WAITING) || waitingBytes >= WAITING_BYTES) {
      packWaiting();
    }
  }

  private void packWaiting() throws IOException {
    if (!trained) {
      trained = true;
      head(waiting.size() < LEAST_SAMPLES ? new byte[0] : dictionary(waiting));
    }
    putPacked();
    packing.addAll(waiting);
    waiting.clear();
    waitingBytes = 0;
    packer.start(packing.stream().map(Waiting::unpacked).toList());
  }

  /** Puts the blocks that others packed while the next ones were made. */
  private void putPacked() throws IOException {
    byte[][] all = packer.finish();
    for (int i = 0; i < all.length; i++) {
      Waiting w = packing.get(i);
      put(all[i], all[i].length, w.unpacked.length, w.raw, w.raw.length, w.first, w.rows, w.newest);
    }
    packing.clear();
  }

  private byte[] dictionary(List<Waiting> samples) {
    List<Waiting> some = new ArrayList<>();
    int count = Math.min(samples.size(), SAMPLES);
    for (int i = 0; i < count; i++) {
      some.add(samples.get((int) ((long) i * samples.size() / count)));
    }
    int bytes = some.stream().mapToInt(w -> w.unpacked.length).sum();
    ZstdDictTrainer trainer = new ZstdDictTrainer(bytes, compression.dictionary());
    for (Waiting w : some) {
      trainer.addSample(w.unpacked);
    }
    try {
      return trainer.trainSamples();
    } catch (ZstdException _) {
      return new byte[0]; // too much alike to learn from: then there is nothing to gain either
    }
  }

  private void put(
      byte[] bytes,
      int packedLength,
      int unpackedLength,
      byte[] raw,
      int rawLength,
      int first,
      int rows,
      long newest)
      throws IOException {
    directory.number(length, 8);
    if (magic == SegmentFormat.RECORDS_MAGIC) {
      directory.number(first, 4).number(newest, 8);
    }
    block.clear();
    block.number(SegmentFormat.BLOCK_MAGIC, 4).number(blocks++, 4).number(first, 4);
    block.number(rows, 4).number(packedLength, 4).number(unpackedLength, 4).number(rawLength, 4);
    block.number(0, 4).put(bytes, 0, packedLength).put(raw, 0, rawLength);
    int crc = SegmentFormat.crc(block.array, block.length);
    for (int i = 0; i < 4; i++) {
      block.array[SegmentFormat.BLOCK_HEAD - 4 + i] = (byte) (crc >>> (24 - 8 * i));
    }
    write(block.array, block.length);
  }

  private void write(byte[] bytes, int count) throws IOException {
    for (int at = 0; at < count; ) {
      int part = Math.min(count - at, buffer.remaining());
      buffer.put(bytes, at, part);
      at += part;
      if (!buffer.hasRemaining()) {
        flush();
      }
    }
    length += count;
  }

  private void flush() throws IOException {
    StoreFiles.writeFully(channel, file, buffer.flip());
    buffer.clear();
  }

  /** Bytes so far, but for blocks that wait or are being packed. */
  long length() {
    return length;
  }

  /** Writes directory, parts and foot, and forces all to disk; returns the file's length. */
  long finish(int rows, byte[] keys, byte[] clients) throws IOException {
    if (packer != null) {
      packWaiting();
      putPacked();
    }
    long directoryAt = length;
    write(directory.array, directory.length);
    long keysAt = length;
    write(keys, keys.length);
    long clientsAt = length;
    write(clients, clients.length);
    Bytes foot =
        new SegmentFoot(
                directoryAt,
                blocks,
                rows,
                Bytes.crc(directory.array, 0, directory.length),
                keysAt,
                keys.length,
                clientsAt,
                clients.length,
                Bytes.crc(clients, 0, clients.length),
                compression.sealed() ? compression.version() : 0)
            .write();
    write(foot.array, foot.length);
    flush();
    StoreFiles.force(channel, file);
    return length;
  }

  @Override
  public void close() throws IOException {
    buffer = null;
    if (zstd != null) {
      zstd.close();
    }
    if (packer != null) {
      packer.close();
    }
    if (channel != null) {
      channel.close();
    }
  }
}
