package org.whosent.indexer.store.segment.column;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import org.whosent.indexer.store.bytes.BitWriter;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;
import org.whosent.indexer.store.bytes.Micros;

/**
 * Numbers of one field, one after the other; each may be null. Not thread-safe.
 *
 * <p>Written as a byte (low four bits: bytes a value; 0x80: there are nulls; 0x40: low bits are
 * apart), the least value as a signed varint, a byte a value for the nulls, and then the
 * differences from the least value, all least significant bytes first, then all next ones: equal
 * bytes lie together, and the value in any place is read without reading those before it.
 *
 * <p>In sealed segments (from format 4 on) low bits of the differences, in which nothing comes
 * again, may lie in the block's raw part, so many a value: no compressor makes them smaller, and
 * one that is told of them with the rest makes the rest larger. How many they are is a byte behind
 * the first; the bytes a value are of what is left.
 */
final class IntColumn implements Column {
  private static final int NULLS = 0x80;
  private static final int APART = 0x40;

  /** So many bits are read at once, wherever they begin. */
  private static final int MOST_APART = 56;

  /** With fewer values nothing is told by them. */
  private static final int LEAST = 16;

  private static final double LOG_2 = Math.log(2);

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private long[] values = new long[128];
  private byte[] absent = new byte[128];
  private int count;
  private boolean nulls;
  private long[] sorted = new long[0];
  private final BitWriter low = new BitWriter();

  void add(long value) {
    if (count == values.length) {
      grow();
    }
    values[count++] = value;
  }

  void addNull() {
    add(count == 0 ? 0 : values[count - 1]);
    nulls = true;
    absent[count - 1] = 1;
  }

  void addOrNull(Number value) {
    if (value == null) {
      addNull();
    } else {
      add(value.longValue());
    }
  }

  /**
   * Adds the microseconds to a time, which may be null, from another.
   *
   * @param since microseconds
   */
  void addSince(Instant time, long since) {
    if (time == null) {
      addNull();
    } else {
      add(Micros.of(time) - since);
    }
  }

  /** Apart, so that the compiler does not put it into everyone who adds. */
  private void grow() {
    int more = Math.multiplyExact(count, 2);
    values = Arrays.copyOf(values, more);
    absent = Arrays.copyOf(absent, more);
  }

  int count() {
    return count;
  }

  void clear() {
    if (nulls) {
      Arrays.fill(absent, 0, count, (byte) 0);
      nulls = false;
    }
    count = 0;
  }

  @Override
  public void drainTo(Bytes out, Bytes raw, boolean small) {
    write(out, small ? raw : null);
    clear();
  }

  /** Writes a column in which all values are this one. */
  static void constant(long value, Bytes out) {
    out.put(0).signed(value);
  }

  /** With all of it in the compressed part. */
  void write(Bytes out) {
    write(out, null);
  }

  /**
   * The same.
   *
   * @param raw takes bits that nothing makes smaller; null where all go into {@code out}
   */
  void write(Bytes out, Bytes raw) {
    long least = count == 0 ? 0 : values[0];
    long most = least;
    for (int i = 1; i < count; i++) {
      least = Math.min(least, values[i]);
      most = Math.max(most, values[i]);
    }
    int bits = 64 - Long.numberOfLeadingZeros(most - least);
    int apart = raw == null || count < LEAST || bits > MOST_APART ? 0 : apart(least, bits);
    int width = (bits - apart + 7) / 8;
    out.put(width | (nulls ? NULLS : 0) | (apart > 0 ? APART : 0));
    if (apart > 0) {
      out.put(apart);
    }
    out.signed(least);
    if (nulls) {
      out.put(absent, 0, count);
    }
    int at = out.take(width * count);
    for (int plane = 0; plane < width; plane++) {
      for (int i = 0; i < count; i++) {
        out.array[at + i] = (byte) (values[i] - least >>> (8 * plane + apart));
      }
      at += count;
    }
    if (apart > 0) {
      low.clear();
      for (int i = 0; i < count; i++) {
        low.put(values[i] - least, apart);
      }
      low.copyTo(raw);
    }
  }

  /**
   * How many low bits are best kept apart: what is left of the values is reckoned as its entropy,
   * and its different values once in full.
   */
  private int apart(long least, int bits) {
    if (bits < 2) {
      return 0;
    }
    if (sorted.length < count) {
      sorted = new long[values.length];
    }
    for (int i = 0; i < count; i++) {
      sorted[i] = values[i] - least;
    }
    Arrays.sort(sorted, 0, count);
    int best = 0;
    double leastCost = Double.MAX_VALUE;
    for (int cut = 0; cut <= bits; cut = cut + 2 > bits && cut < bits ? bits : cut + 2) {
      double cost = (double) count * cut;
      int from = 0;
      for (int i = 1; i <= count; i++) {
        if (i == count || sorted[i] >>> cut != sorted[from] >>> cut) {
          int same = i - from;
          cost += bits - cut + (same == count ? 0 : same * Math.log((double) count / same) / LOG_2);
          from = i;
        }
      }
      if (cost < leastCost) {
        leastCost = cost;
        best = cut;
      }
    }
    return best;
  }

  /** The column as it is read. Not thread-safe. */
  static final class Reader {
    private final byte[] array;
    private final int count;
    private final int width;
    private final long least;
    private final int absent;
    private final int planes;
    private final byte[] raw;
    private final int apart;
    private final long rawBits;

    /** Of a column that has nothing in the raw part. */
    Reader(Cursor in, int count) throws IOException {
      this(in, new byte[0], count);
    }

    Reader(Cursor in, byte[] raw, int count) throws IOException {
      int head = in.next();
      this.array = in.array;
      this.count = count;
      this.width = head & 0xf;
      this.apart = (head & APART) == 0 ? 0 : in.next();
      if (width > 8 || (head & 0x30) != 0 || apart > MOST_APART) {
        throw new IOException("no column of numbers");
      }
      this.least = in.signed();
      this.absent = (head & NULLS) == 0 ? -1 : in.skip(count);
      this.planes = in.skip((long) width * count);
      this.raw = raw;
      this.rawBits = 8L * in.rawAt;
      long bytes = ((long) apart * count + 7) / 8;
      if (apart > 0 && bytes > raw.length - in.rawAt) {
        throw new IOException("numbers beyond the end");
      }
      in.rawAt += (int) bytes;
    }

    boolean isNull(int i) {
      return absent >= 0 && array[absent + i] != 0;
    }

    long get(int i) {
      long value = 0;
      for (int plane = width - 1; plane >= 0; plane--) {
        value = value << 8 | array[planes + plane * count + i] & 0xff;
      }
      return apart == 0 ? least + value : least + (value << apart | low(i));
    }

    /** The time that is so many microseconds from another, or null. */
    Instant time(int i, long since) {
      return isNull(i) ? null : Micros.time(since + get(i));
    }

    private long low(int i) {
      long bit = rawBits + (long) i * apart;
      int at = (int) (bit >>> 3);
      if (at <= raw.length - Long.BYTES) {
        return (long) LONGS.get(raw, at) << (bit & 7) >>> (Long.SIZE - apart);
      }
      long eight = 0;
      for (int k = 0; k < Long.BYTES; k++) {
        eight = eight << 8 | (at + k < raw.length ? raw[at + k] & 0xff : 0);
      }
      return eight << (bit & 7) >>> (Long.SIZE - apart);
    }

    /** A value that counts or points to something, of which there are {@code most}. */
    int index(int i, int most) throws IOException {
      long value = get(i);
      if (value < 0 || value > most) {
        throw new IOException("a count of " + value);
      }
      return (int) value;
    }

    /**
     * The sum of the first values, each of which counts something: where the next one's begin.
     *
     * @param to how many of them
     * @param most that the sum can be
     */
    int sum(int to, int most) throws IOException {
      if (width > 1 || apart > 0) {
        long sum = 0;
        for (int i = 0; i < to; i++) {
          sum += index(i, most);
        }
        return checked(sum, most);
      }
      // Nearly all columns of counts: no byte a value, or one, and a loop that has nothing to
      // check.
      long sum = least < 0 || least > most ? -1 : least * to;
      if (sum >= 0 && width == 1) {
        for (int i = planes; i < planes + to; i++) {
          sum += array[i] & 0xff;
        }
      }
      return checked(sum, most);
    }

    private static int checked(long sum, int most) throws IOException {
      if (sum < 0 || sum > most) {
        throw new IOException("counts that make " + sum);
      }
      return (int) sum;
    }

    /** True when all values are the same, and none is null. */
    boolean isConstant() {
      return width == 0 && absent < 0 && apart == 0;
    }

    int count() {
      return count;
    }
  }
}
