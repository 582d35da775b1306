package org.whosent.indexer.store.partition.login;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.whosent.indexer.store.bytes.StoreFiles;
import org.whosent.record.BadLineException;
import org.whosent.record.FailedLogin;
import org.whosent.record.JournalCodec;

/**
 * One day's failed logins: blocks one after the other, each a head of 16 bytes, a zlib stream, and
 * a tail of 8. Big-endian: {@code WsL1}, unpacked length, packed length, CRC-32C of those twelve
 * bytes and the stream; and behind it the packed length again and {@code 1LsW}, so that the end of
 * the file shows without reading the rest whether the last writer was done. Unpacked, a block is
 * lines that end in LF, each as {@link JournalCodec#encodeFailedLogin} writes it.
 *
 * <p>Only ever appended to, under the writer's lock. What a crash left of a block ends before its
 * head says, or in zeros: that is cut off by the next writer, and is the end for readers. A last
 * block that was written to its end and is damaged stays, as any other does. Stateless. Public for
 * {@code LoginChange}.
 */
public final class LoginFile {
  /** No more is added to a longer file: some two million of them. */
  static final long LONGEST = 64L << 20;

  static final int MOST_OF_A_BLOCK = 4096;

  private static final int MAGIC = 0x57734c31;
  private static final int END = 0x314c7357;
  private static final int HEAD = 16;
  private static final int TAIL = 8;
  private static final int LARGEST_BLOCK = 32 << 20;

  /** A block with so many bytes of lines takes no more: one may be of some more megabytes. */
  private static final int FULL_BLOCK = 8 << 20;

  private LoginFile() {}

  /** As many blocks as it takes: readers take no larger ones. */
  private static byte[] blocks(List<FailedLogin> logins) {
    ByteArrayOutputStream blocks = new ByteArrayOutputStream();
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    int count = 0;
    for (FailedLogin login : logins) {
      lines.writeBytes(JournalCodec.encodeFailedLogin(login));
      lines.write('\n');
      if (++count == MOST_OF_A_BLOCK || lines.size() >= FULL_BLOCK) {
        blocks.writeBytes(block(lines.toByteArray()));
        lines.reset();
        count = 0;
      }
    }
    if (lines.size() > 0) {
      blocks.writeBytes(block(lines.toByteArray()));
    }
    return blocks.toByteArray();
  }

  private static byte[] block(byte[] raw) {
    byte[] packed = new byte[raw.length + raw.length / 8 + 64];
    int length;
    try (Deflater deflater = new Deflater()) {
      deflater.setInput(raw);
      deflater.finish();
      length = deflater.deflate(packed);
      if (!deflater.finished()) {
        throw new IllegalStateException("zlib does not grow its input so much");
      }
    }
    ByteBuffer out = ByteBuffer.allocate(HEAD + length + TAIL);
    out.putInt(MAGIC).putInt(raw.length).putInt(length);
    out.putInt(crc(raw.length, packed, 0, length)).put(packed, 0, length);
    return out.putInt(length).putInt(END).array();
  }

  private static int crc(int rawLength, byte[] packed, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(12).putInt(MAGIC).putInt(rawLength).putInt(length).flip());
    crc.update(packed, offset, length);
    return (int) crc.getValue();
  }

  /** Appends a block, or several where they are long, and forces them to disk. */
  static void append(Path file, List<FailedLogin> logins) throws IOException {
    try (FileChannel channel =
        StoreFiles.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long end = channel.size();
      if (!endsWhole(channel, end)) {
        long whole = wholeLength(channel);
        if (!endsWritten(channel, whole, end)) {
          end = whole;
          channel.truncate(end);
        }
      }
      channel.position(end);
      StoreFiles.writeFully(channel, file, ByteBuffer.wrap(blocks(logins)));
      StoreFiles.force(channel, file);
    }
  }

  /** Puts these in the place of what is there. */
  public static void replace(Path file, List<FailedLogin> logins) throws IOException {
    StoreFiles.replace(file, blocks(logins));
  }

  private static boolean endsWhole(FileChannel channel, long end) throws IOException {
    if (end == 0) {
      return true;
    }
    ByteBuffer tail = ByteBuffer.allocate(TAIL);
    if (end < HEAD + TAIL || read(channel, tail, end - TAIL) < TAIL) {
      return false;
    }
    long start = end - TAIL - tail.getInt() - HEAD;
    return tail.getInt() == END && start >= 0 && blockAt(channel, start) != null;
  }

  /**
   * Whether a writer was done with what begins at a place and is damaged: the length in its head or
   * the mark at its end says so, and one flipped bit spares either. Pages that a power failure lost
   * are zeros.
   */
  private static boolean endsWritten(FileChannel channel, long start, long size)
      throws IOException {
    ByteBuffer head = ByteBuffer.allocate(HEAD);
    ByteBuffer end = ByteBuffer.allocate(Integer.BYTES);
    if (read(channel, head, start) < HEAD || read(channel, end, size - Integer.BYTES) < 4) {
      return false;
    }
    int last = end.getInt();
    int length = head.getInt(2 * Integer.BYTES);
    boolean reachesEnd = length > 0 && length <= size - start - HEAD - TAIL;
    return last == END || (last & 0xff) != 0 && reachesEnd;
  }

  private static int read(FileChannel channel, ByteBuffer into, long at) throws IOException {
    long position = at;
    while (into.hasRemaining()) {
      int read = channel.read(into, position);
      if (read < 0) {
        break;
      }
      position += read;
    }
    into.flip();
    return into.remaining();
  }

  /** A block's lines, and where it ends. */
  private record Block(byte[] lines, long end) {}

  /** The block that stands there whole, or null. */
  private static Block blockAt(FileChannel channel, long start) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(HEAD);
    if (read(channel, head, start) < HEAD || head.getInt() != MAGIC) {
      return null;
    }
    int rawLength = head.getInt();
    int length = head.getInt();
    int crc = head.getInt();
    if (rawLength <= 0 || rawLength > LARGEST_BLOCK || length <= 0 || length > LARGEST_BLOCK) {
      return null;
    }
    ByteBuffer rest = ByteBuffer.allocate(length + TAIL);
    if (read(channel, rest, start + HEAD) < length + TAIL
        || crc(rawLength, rest.array(), 0, length) != crc
        || rest.getInt(length) != length
        || rest.getInt(length + Integer.BYTES) != END) {
      return null;
    }
    byte[] lines = new byte[rawLength];
    try (Inflater inflater = new Inflater()) {
      inflater.setInput(rest.array(), 0, length);
      if (inflater.inflate(lines) != rawLength) {
        return null;
      }
    } catch (DataFormatException e) {
      return null;
    }
    return new Block(lines, start + HEAD + length + TAIL);
  }

  /** Where the last whole block ends: what is behind it was torn, what is before it stays. */
  private static long wholeLength(FileChannel channel) throws IOException {
    long size = channel.size();
    long end = 0;
    for (long at = 0; at < size; ) {
      Block block = blockAt(channel, at);
      if (block == null) {
        at = nextMagic(channel, at + 1, size);
      } else {
        at = block.end;
        end = at;
      }
    }
    return end;
  }

  /**
   * Reads all there is; a file that is not there (any more) has none.
   *
   * @return false when something between two blocks, or at the end, is damaged
   */
  public static boolean read(Path file, Consumer<FailedLogin> to) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      boolean whole = true;
      for (long at = 0; at < size; ) {
        Block block = blockAt(channel, at);
        if (block == null) {
          whole = false;
          at = nextMagic(channel, at + 1, size);
        } else {
          whole &= lines(block.lines, to);
          at = block.end;
        }
      }
      return whole;
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      throw StoreFiles.named(file, e);
    }
  }

  /**
   * Whether nothing is wrong with a file but that its last writer was not done: no checkpoint
   * counts what that left.
   */
  public static boolean isTorn(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long at = 0;
      for (Block block = blockAt(channel, at); block != null; block = blockAt(channel, at)) {
        at = block.end;
      }
      long size = channel.size();
      return at < size && at == wholeLength(channel) && !endsWritten(channel, at, size);
    } catch (IOException e) {
      throw StoreFiles.named(file, e);
    }
  }

  private static long nextMagic(FileChannel channel, long from, long size) throws IOException {
    ByteBuffer window = ByteBuffer.allocate(1 << 16);
    for (long at = from; at < size; at += window.capacity() - Integer.BYTES + 1) {
      int length = read(channel, window.clear(), at);
      for (int i = 0; i + Integer.BYTES <= length; i++) {
        if (window.getInt(i) == MAGIC) {
          return at + i;
        }
      }
    }
    return size;
  }

  private static boolean lines(byte[] lines, Consumer<FailedLogin> to) {
    boolean whole = true;
    int from = 0;
    for (int i = 0; i < lines.length; i++) {
      if (lines[i] == '\n') {
        try {
          to.accept(JournalCodec.failedLogin(Arrays.copyOfRange(lines, from, i)));
        } catch (BadLineException e) {
          whole = false;
        }
        from = i + 1;
      }
    }
    return whole;
  }
}
