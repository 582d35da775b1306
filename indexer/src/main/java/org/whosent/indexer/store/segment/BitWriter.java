package org.whosent.indexer.store.segment;

import java.util.Arrays;

/** Bits in the making, most significant first. Not thread-safe. */
final class BitWriter {
  private byte[] array = new byte[256];
  private int bits;

  int bits() {
    return bits;
  }

  void clear() {
    Arrays.fill(array, 0, (bits + 7) / 8, (byte) 0);
    bits = 0;
  }

  /** The low {@code count} bits of a value. */
  void put(long value, int count) {
    while (bits + count > array.length * 8) {
      array = Arrays.copyOf(array, array.length * 2);
    }
    for (int i = count; i > 0; ) {
      int free = 8 - (bits & 7);
      int part = Math.min(free, i);
      int chunk = (int) (value >>> (i - part)) & (1 << part) - 1;
      array[bits >> 3] |= (byte) (chunk << (free - part));
      bits += part;
      i -= part;
    }
  }

  /** Rice code: the value shifted right in unary, ended by a zero, and its low bits. */
  void rice(long value, int low) {
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
  void gamma(int value) {
    int low = 31 - Integer.numberOfLeadingZeros(value);
    put(0, low);
    put(value, low + 1);
  }

  /** Adds all bits of another. */
  void put(BitWriter other) {
    for (int at = 0; at < other.bits; at += 8) {
      int count = Math.min(8, other.bits - at);
      put((other.array[at >> 3] & 0xff) >>> (8 - count), count);
    }
  }

  void copyTo(Bytes out) {
    out.put(array, 0, (bits + 7) / 8);
  }
}
