package org.whosent.indexer.store.segment.column;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.whosent.indexer.store.bytes.BitWriter;
import org.whosent.indexer.store.bytes.Bytes;

/**
 * The times of the records of a block whose rows are not in the order of time. They begin the
 * block's raw part and have a checksum of their own, so that hits are put in order without
 * unpacking their blocks. Not thread-safe.
 *
 * <p>CRC-32C of the block's number, of the number of its first record and of what follows; the
 * number of the first record of the slice that the block belongs to (4 bytes); the microsecond of
 * its oldest record (8); bits of a difference (1); and the records' differences from that, in so
 * many bits each. Public for who writes, reads and orders blocks.
 */
public final class BlockTimes {
  public static final int HEAD_BYTES = 17;

  /** Differences are less than that: a slice is ended before. */
  public static final long MOST_SPAN = 1L << 39;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final int first;
  private final int rows;
  private final int slice;
  private final long oldest;
  private final int width;

  /** The bits, and room for eight bytes wherever in them one begins to read. */
  private final byte[] bits;

  private BlockTimes(int first, int rows, byte[] array, int from, int width, byte[] bits) {
    this.first = first;
    this.rows = rows;
    this.slice = Bytes.integer(array, from + 4);
    this.oldest = (long) LONGS.get(array, from + 8);
    this.width = width;
    this.bits = bits;
  }

  /** Puts the times of a block's records. */
  public static void write(Bytes raw, int number, int first, int slice, long[] micros, int rows) {
    long oldest = micros[0];
    long newest = micros[0];
    for (int i = 1; i < rows; i++) {
      oldest = Math.min(oldest, micros[i]);
      newest = Math.max(newest, micros[i]);
    }
    int width = Long.SIZE - Long.numberOfLeadingZeros(newest - oldest);
    int start = raw.length;
    raw.number(0, 4).number(slice, 4).number(oldest, 8).put(width);
    BitWriter out = new BitWriter();
    for (int i = 0; i < rows; i++) {
      out.put(micros[i] - oldest, width);
    }
    out.copyTo(raw);
    raw.set(start, crc(number, first, raw.array, start, raw.length));
  }

  private static int crc(int number, int first, byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    byte[] place = new byte[8];
    LONGS.set(place, 0, (long) number << 32 | first);
    crc.update(place, 0, place.length);
    crc.update(bytes, from + 4, to - from - 4);
    return (int) crc.getValue();
  }

  /** Gives the times that a raw part begins with another place; says how many bytes they take. */
  public static int move(byte[] raw, int rows, int number, int first, int slice)
      throws IOException {
    int length = length(raw, 0, rows);
    Bytes.set(raw, 4, slice);
    Bytes.set(raw, 0, crc(number, first, raw, 0, length));
    return length;
  }

  /** Bytes of all of it where the head is at {@code from}. */
  public static int length(byte[] bytes, int from, int rows) throws IOException {
    int width = bytes[from + 16] & 0xff;
    if (width > 39) {
      throw new IOException("the times of a block are damaged");
    }
    return HEAD_BYTES + (int) (((long) rows * width + 7) >>> 3);
  }

  /**
   * Reads and checks them.
   *
   * @param number of the block
   * @param first number of its first record
   * @param bytes where they are
   * @param from where in it they begin
   * @throws IOException when they are damaged
   */
  public static BlockTimes read(int number, int first, int rows, byte[] bytes, int from)
      throws IOException {
    if (from > bytes.length - HEAD_BYTES) {
      throw new IOException("a block without times");
    }
    int length = length(bytes, from, rows);
    if (length > bytes.length - from
        || crc(number, first, bytes, from, from + length) != Bytes.integer(bytes, from)) {
      throw new IOException("the times of a block are damaged");
    }
    byte[] bits = new byte[length - HEAD_BYTES + Long.BYTES];
    System.arraycopy(bytes, from + HEAD_BYTES, bits, 0, length - HEAD_BYTES);
    return new BlockTimes(first, rows, bytes, from, bytes[from + 16] & 0xff, bits);
  }

  public int first() {
    return first;
  }

  /** The number of the first record of the slice. */
  public int slice() {
    return slice;
  }

  public boolean has(int ordinal) {
    return ordinal >= first && ordinal < first + rows;
  }

  /** Microseconds of the record in a row of the block. */
  public long micros(int row) {
    if (width == 0) {
      return oldest;
    }
    long at = (long) row * width;
    long eight = (long) LONGS.get(bits, (int) (at >>> 3));
    return oldest + (eight << (at & 7) >>> (Long.SIZE - width));
  }

  /** Bytes that they take in the block's raw part. */
  public int length() {
    return HEAD_BYTES + bits.length - Long.BYTES;
  }
}
