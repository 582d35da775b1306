package org.whosent.indexer.store.lucene;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.whosent.record.JournalCodec;
import org.whosent.record.SubmissionRecord;

/**
 * Reads a records file by location. Every block's checksum is verified when it is read. Not
 * thread-safe.
 */
final class BlockReader implements Closeable {
  private final Path file;
  private final FileChannel channel;
  private final BlockCache cache;
  private long length;

  /** Opens the file, of which the first {@code length} bytes count. */
  BlockReader(Path file, long length, BlockCache cache) throws IOException {
    this.file = file;
    this.cache = cache;
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    this.length = length;
  }

  /** The file has grown. */
  void length(long grown) {
    length = grown;
  }

  long length() {
    return length;
  }

  /** True when all that was committed is there. */
  boolean complete() throws IOException {
    return channel.size() >= length;
  }

  /**
   * The record at a location.
   *
   * @throws IOException when the block is damaged or nothing is there
   */
  SubmissionRecord record(long location) throws IOException {
    byte[] block = block(location >>> BlockFormat.SLOT_BITS);
    int slot = (int) (location & (1 << BlockFormat.SLOT_BITS) - 1);
    int from = 0;
    for (int i = 0; i < slot; i++) {
      from = lineEnd(block, from) + 1;
    }
    return JournalCodec.record(block, from, lineEnd(block, from) - from);
  }

  static int lineEnd(byte[] block, int from) throws IOException {
    for (int i = from; i < block.length; i++) {
      if (block[i] == '\n') {
        return i;
      }
    }
    throw new IOException("no such line in the block");
  }

  private byte[] block(long offset) throws IOException {
    byte[] cached = cache.get(this, offset);
    if (cached != null) {
      return cached;
    }
    BlockFormat.Head head = head(offset);
    byte[] block = head == null ? null : contents(offset, head);
    if (block == null) {
      throw new IOException("block at " + offset + " of " + file.getFileName());
    }
    cache.put(this, offset, block);
    return block;
  }

  /** The head at an offset, or null when there is none that is sound. */
  BlockFormat.Head head(long offset) throws IOException {
    if (offset < 0 || offset > length - BlockFormat.HEAD_BYTES) {
      return null;
    }
    BlockFormat.Head head = BlockFormat.read(read(offset, BlockFormat.HEAD_BYTES));
    return head == null || head.packedLength() > length - BlockFormat.HEAD_BYTES - offset
        ? null
        : head;
  }

  /** The block's lines, or null when it is damaged. */
  byte[] contents(long offset, BlockFormat.Head head) throws IOException {
    ByteBuffer packed = read(offset + BlockFormat.HEAD_BYTES, head.packedLength());
    if (packed.remaining() < head.packedLength() || !BlockFormat.sound(head, packed.array(), 0)) {
      return null;
    }
    byte[] block = new byte[head.rawLength()];
    try {
      long unpacked =
          Zstd.decompressByteArray(block, 0, block.length, packed.array(), 0, packed.limit());
      return unpacked == block.length ? block : null;
    } catch (ZstdException _) {
      return null;
    }
  }

  /** What can be read of so many bytes at an offset. */
  ByteBuffer read(long offset, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) >= 0) {
      // a read may be short
    }
    return buffer.flip();
  }

  @Override
  public void close() throws IOException {
    cache.forget(this);
    channel.close();
  }
}
