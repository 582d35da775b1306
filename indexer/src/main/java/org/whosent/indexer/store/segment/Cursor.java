package org.whosent.indexer.store.segment;

import java.io.IOException;

/** Reads what {@link Bytes} wrote, within bounds. Not thread-safe. */
final class Cursor {
  final byte[] array;
  int at;

  /** Where the next column's incompressible bytes begin in the block's raw part. */
  int rawAt;

  Cursor(byte[] array) {
    this.array = array;
  }

  int next() throws IOException {
    if (at >= array.length) {
      throw new IOException("it ends early");
    }
    return array[at++] & 0xff;
  }

  long number(int count) throws IOException {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value = value << 8 | next();
    }
    return value;
  }

  long varint() throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = next();
      value |= (long) (b & 0x7f) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw new IOException("a number without end");
  }

  long signed() throws IOException {
    long value = varint();
    return value >>> 1 ^ -(value & 1);
  }

  /** A length or count, which cannot be more than {@code most}. */
  int count(long most) throws IOException {
    long value = varint();
    if (value < 0 || value > most) {
      throw new IOException("a count of " + value);
    }
    return (int) value;
  }

  /** Passes over bytes; says where they begin. */
  int skip(long bytes) throws IOException {
    if (bytes < 0 || bytes > array.length - at) {
      throw new IOException("it ends early");
    }
    int from = at;
    at += (int) bytes;
    return from;
  }
}
