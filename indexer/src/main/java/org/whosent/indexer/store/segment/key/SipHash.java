package org.whosent.indexer.store.segment.key;

/**
 * SipHash-2-4 (Aumasson, Bernstein 2012): whoever does not know the key cannot make values whose
 * hashes meet, so senders cannot make look-ups slow. Immutable, thread-safe.
 */
public final class SipHash {
  /** Bytes of a key. */
  public static final int KEY_BYTES = 16;

  private final long k0;
  private final long k1;

  /** With a key of {@value #KEY_BYTES} bytes. */
  public SipHash(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("a key of " + key.length + " bytes");
    }
    k0 = little(key, 0, 8);
    k1 = little(key, 8, 8);
  }

  private static long little(byte[] bytes, int from, int count) {
    long value = 0;
    for (int i = count - 1; i >= 0; i--) {
      value = value << 8 | bytes[from + i] & 0xff;
    }
    return value;
  }

  private static long last(byte[] bytes, int from, int count) {
    return from + Long.BYTES <= bytes.length
        ? (long) LONGS.get(bytes, from) & (1L << 8 * count) - 1
        : little(bytes, from, count);
  }

  private static final java.lang.invoke.VarHandle LONGS =
      java.lang.invoke.MethodHandles.byteArrayViewVarHandle(
          long[].class, java.nio.ByteOrder.LITTLE_ENDIAN);

  /** The hash of the first {@code length} bytes. */
  public long of(byte[] bytes, int length) {
    long v0 = k0 ^ 0x736f6d6570736575L;
    long v1 = k1 ^ 0x646f72616e646f6dL;
    long v2 = k0 ^ 0x6c7967656e657261L;
    long v3 = k1 ^ 0x7465646279746573L;
    int whole = length & ~7;
    for (int at = 0; at <= whole; at += 8) {
      long m =
          at < whole
              ? (long) LONGS.get(bytes, at)
              : last(bytes, at, length - at) | (long) length << 56;
      v3 ^= m;
      for (int round = 0; round < 2; round++) {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
      }
      v0 ^= m;
    }
    v2 ^= 0xff;
    for (int round = 0; round < 4; round++) {
      v0 += v1;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v3;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 += v3;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 += v1;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v2 = Long.rotateLeft(v2, 32);
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }
}
