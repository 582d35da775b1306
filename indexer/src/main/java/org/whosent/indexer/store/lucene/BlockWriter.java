package org.whosent.indexer.store.lucene;

import com.github.luben.zstd.ZstdCompressCtx;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Appends to a records file. Lines are JSON records, or {@code -LOCATION} saying that the copy
 * there is no longer current. Not thread-safe.
 */
final class BlockWriter implements Closeable {
  private static final int LEVEL = 3;

  private final FileChannel channel;
  private final ZstdCompressCtx zstd = new ZstdCompressCtx().setLevel(LEVEL);
  private byte[] raw = new byte[BlockFormat.TARGET_BYTES * 2];
  private int rawLength;
  private int slots;
  private long length;

  /** Opens or makes the file; what lies beyond {@code length} was never committed and goes. */
  BlockWriter(Path file, long length) throws IOException {
    this.channel =
        StoreFiles.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
    this.length = length;
    try {
      if (channel.size() < length) {
        throw new IOException(file + " is shorter than was committed");
      }
      channel.truncate(length);
      channel.position(length);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** Adds a record; says where it will be found. */
  long add(byte[] json) throws IOException {
    long location = length << BlockFormat.SLOT_BITS | slots;
    line(json);
    return location;
  }

  /** Says that the copy at a location is no longer current. */
  void remove(long location) throws IOException {
    line(("-" + location).getBytes(StandardCharsets.US_ASCII));
  }

  private void line(byte[] bytes) throws IOException {
    if (rawLength + bytes.length + 1 > raw.length) {
      raw = Arrays.copyOf(raw, rawLength + bytes.length + 1);
    }
    System.arraycopy(bytes, 0, raw, rawLength, bytes.length);
    rawLength += bytes.length;
    raw[rawLength++] = '\n';
    slots++;
    if (rawLength >= BlockFormat.TARGET_BYTES) {
      flush();
    }
  }

  /** Writes what is pending as a block; returns the file's length. */
  long flush() throws IOException {
    if (rawLength > 0) {
      byte[] packed = zstd.compress(raw.length == rawLength ? raw : Arrays.copyOf(raw, rawLength));
      ByteBuffer block = ByteBuffer.allocate(BlockFormat.HEAD_BYTES + packed.length);
      BlockFormat.write(block, rawLength, packed, packed.length);
      block.put(packed).flip();
      StoreFiles.writeFully(channel, block);
      length += BlockFormat.HEAD_BYTES + packed.length;
      rawLength = 0;
      slots = 0;
      if (raw.length > BlockFormat.TARGET_BYTES * 2) {
        raw = new byte[BlockFormat.TARGET_BYTES * 2];
      }
    }
    return length;
  }

  /** Forces everything to disk; returns the file's length. */
  long commit() throws IOException {
    long flushed = flush();
    channel.force(true);
    return flushed;
  }

  @Override
  public void close() throws IOException {
    zstd.close();
    channel.close();
  }
}
