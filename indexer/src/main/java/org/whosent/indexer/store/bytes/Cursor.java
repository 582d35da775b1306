package org.whosent.indexer.store.bytes;

import java.io.IOException;

/**
 * Reads what {@link Bytes} wrote, within bounds. Not thread-safe. Public for all that reads what
 * was written so.
 */
public final class Cursor {
  public final byte[] array;
  public int at;

  /** Where the next column's incompressible bytes begin in the block's raw part. */
  public int rawAt;

  public Cursor(byte[] array) {
    this.array = array;
  }

  public int next() throws IOException {
    if (at >= array.length) {
      throw new IOException("it ends early");
    }
    return array[at++] & 0xff;
  }

  public long number(int count) throws IOException {
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

  public long signed() throws IOException {
    long value = varint();
    return value >>> 1 ^ -(value & 1);
  }

  /** A length or count, which cannot be more than {@code most}. */
  public int count(long most) throws IOException {
    long value = varint();
    if (value < 0 || value > most) {
      throw new IOException("a count of " + value);
    }
    return (int) value;
  }

  /** Passes over bytes; says where they begin. */
  public int skip(long bytes) throws IOException {
    if (bytes < 0 || bytes > array.length - at) {
      throw new IOException("it ends early");
    }
    int from = at;
    at += (int) bytes;
    return from;
  }
}
