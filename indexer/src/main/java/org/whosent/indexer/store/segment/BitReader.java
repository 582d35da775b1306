package org.whosent.indexer.store.segment;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads what {@link BitWriter} wrote, eight bytes at a time, within bounds. Not thread-safe. */
final class BitReader {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** Bits that are there wherever in a byte one begins. */
  static final int AT_ONCE = 57;

  private byte[] array;
  private long at;
  private long end;

  /** Goes to a place: both in bytes. */
  void set(byte[] bytes, int from, int to) {
    array = bytes;
    at = from * 8L;
    end = to * 8L;
  }

  /**
   * The next bits, which stay there, at the top: at least {@value #AT_ONCE} of them, zeros beyond
   * the array.
   */
  long peek() {
    int from = (int) (at >> 3);
    long bits;
    if (from <= array.length - Long.BYTES) {
      bits = (long) LONGS.get(array, from);
    } else {
      bits = 0;
      for (int i = 0; i < Long.BYTES; i++) {
        bits = bits << 8 | (from + i < array.length ? array[from + i] & 0xff : 0);
      }
    }
    return bits << (at & 7);
  }

  /** Passes over bits. */
  void skip(int count) throws IOException {
    if (count > end - at) {
      throw new IOException("it ends early");
    }
    at += count;
  }

  /** A number of so many bits, at most {@value #AT_ONCE}. */
  long get(int count) throws IOException {
    if (count > end - at || count > AT_ONCE) {
      throw new IOException("it ends early");
    }
    if (count == 0) {
      return 0;
    }
    long value = peek() >>> (Long.SIZE - count);
    at += count;
    return value;
  }

  long rice(int low) throws IOException {
    long ones = 0;
    while (true) {
      int run = Math.min(AT_ONCE, Long.numberOfLeadingZeros(~peek()));
      if (run >= end - at) {
        throw new IOException("it ends early");
      }
      ones += run;
      at += run;
      if (run < AT_ONCE) {
        at++;
        return ones << low | get(low);
      }
    }
  }

  int gamma() throws IOException {
    int low = Long.numberOfLeadingZeros(peek() | 1);
    if (low >= end - at) {
      throw new IOException("it ends early");
    }
    if (low > 30) {
      throw new IOException("a count without end");
    }
    at += low + 1;
    return (int) (1L << low | get(low));
  }
}
