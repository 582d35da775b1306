package org.whosent.indexer.store.bytes;

import java.util.Arrays;

/** Bits in the making, most significant first. Not thread-safe. Public for keys and columns. */
public final class BitWriter {
  /** A value that is put by itself has at most so many bits, so that a partial byte goes before. */
  private static final int MOST = 56;

  private static final java.lang.invoke.VarHandle LONGS =
      java.lang.invoke.MethodHandles.byteArrayViewVarHandle(
          long[].class, java.nio.ByteOrder.BIG_ENDIAN);

  /** Zero behind the last bit. */
  private byte[] array = new byte[256];

  private int bits;

  public int bits() {
    return bits;
  }

  public void clear() {
    Arrays.fill(array, 0, (bits + 7) / 8, (byte) 0);
    bits = 0;
  }

  /** Takes back all but the first {@code count} bits. */
  public void cut(int count) {
    int whole = (count + 7) / 8;
    Arrays.fill(array, whole, (bits + 7) / 8, (byte) 0);
    if ((count & 7) != 0) {
      array[whole - 1] &= (byte) (0xff << (8 - (count & 7)));
    }
    bits = count;
  }

  /** The low {@code count} bits of a value, 64 at most. */
  public void put(long value, int count) {
    if (count > MOST) {
      put(value >>> MOST, count - MOST);
      put(value, MOST);
      return;
    }
    if (count == 0) {
      return;
    }
    int at = bits >> 3;
    if (at + Long.BYTES > array.length) {
      array = Arrays.copyOf(array, array.length * 2);
    }
    long low = value & -1L >>> (Long.SIZE - count);
    long eight = (long) LONGS.get(array, at) | low << (Long.SIZE - count - (bits & 7));
    LONGS.set(array, at, eight);
    bits += count;
  }

  /** Rice code: the value shifted right in unary, ended by a zero, and its low bits. */
  public void rice(long value, int low) {
    long ones = value >>> low;
    while (ones > 0) {
      int part = (int) Math.min(ones, 32);
      put((1L << part) - 1, part);
      ones -= part;
    }
    put(0, 1);
    put(value, low);
  }

  /** Elias gamma code of a value of at least one. */
  public void gamma(int value) {
    int low = 31 - Integer.numberOfLeadingZeros(value);
    put(0, low);
    put(value, low + 1);
  }

  /**
   * Truncated binary code of a value below {@code of}: the first ones take a bit less than the
   * others, and none is lost where {@code of} is no power of two.
   */
  public void below(int value, int of) {
    int bits = 31 - Integer.numberOfLeadingZeros(of);
    int few = (2 << bits) - of;
    if (value < few) {
      put(value, bits);
    } else {
      put((long) value + few, bits + 1);
    }
  }

  /** Ends a byte with ones. */
  public void fillUp() {
    int rest = -bits & 7;
    put((1 << rest) - 1, rest);
  }

  public void copyTo(Bytes out) {
    out.put(array, 0, (bits + 7) / 8);
  }
}
