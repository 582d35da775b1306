package org.whosent.indexer.store.bytes;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Bytes in the making, big-endian. Not thread-safe. Public for all that is written, fields
 * included, by columns and keys.
 */
public final class Bytes {
  public byte[] array;
  public int length;

  public Bytes(int capacity) {
    array = new byte[capacity];
  }

  public void clear() {
    length = 0;
  }

  private void room(int more) {
    if (length + more > array.length) {
      array = Arrays.copyOf(array, Math.max(length + more, array.length * 2));
    }
  }

  /** Makes room for bytes that the caller writes; where they begin. */
  public int take(int count) {
    room(count);
    length += count;
    return length - count;
  }

  public Bytes put(int value) {
    room(1);
    array[length++] = (byte) value;
    return this;
  }

  public Bytes put(byte[] from, int offset, int count) {
    room(count);
    System.arraycopy(from, offset, array, length, count);
    length += count;
    return this;
  }

  public Bytes put(byte[] from) {
    return put(from, 0, from.length);
  }

  /** A text in UTF-8. */
  @SuppressWarnings("deprecation") // the copy of low bytes is what ASCII texts are, unchecked
  public Bytes put(String text) {
    int all = 0;
    for (int i = 0; i < text.length(); i++) {
      all |= text.charAt(i); // no way out of this loop: so the compiler takes many at a time
    }
    if (all >= 0x80) {
      return put(text.getBytes(StandardCharsets.UTF_8));
    }
    int at = take(text.length());
    text.getBytes(0, text.length(), array, at);
    return this;
  }

  /** The low {@code count} bytes of a value, most significant first. */
  public Bytes number(long value, int count) {
    room(count);
    for (int i = count - 1; i >= 0; i--) {
      array[length++] = (byte) (value >>> (8 * i));
    }
    return this;
  }

  /** Overwrites four bytes that are there, most significant first. */
  public void set(int at, int value) {
    set(array, at, value);
  }

  /** The same in an array. */
  public static void set(byte[] array, int at, int value) {
    for (int i = 0; i < 4; i++) {
      array[at + i] = (byte) (value >>> (24 - 8 * i));
    }
  }

  /** Seven bits a byte, least significant first, the high bit where more follows. */
  public Bytes varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      put((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    return put((int) rest);
  }

  /** A varint of a number that may be negative and is mostly small. */
  public Bytes signed(long value) {
    return varint(value << 1 ^ value >> 63);
  }

  public byte[] toArray() {
    return Arrays.copyOf(array, length);
  }

  /** The number that four bytes are. */
  public static int integer(byte[] bytes, int at) {
    return bytes[at] << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | bytes[at + 3] & 0xff;
  }

  /** CRC-32C of bytes from a place up to another. */
  public static int crc(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }
}
