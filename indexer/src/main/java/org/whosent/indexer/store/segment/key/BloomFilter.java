package org.whosent.indexer.store.segment.key;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Says of most hashes that are not among those it was made of that they are not, with one look at a
 * line of the processor's cache: all bits of a hash are in one line (Putze, Sanders and Singler,
 * "Cache-, Hash- and Space-Efficient Bloom Filters", 2007). With {@value #BITS} bits a hash some 6
 * of 100 others pass. Hashes are {@link SipHash}'s, whose key nobody outside knows, so that nobody
 * chooses which. Immutable.
 */
final class BloomFilter {
  /** Bytes of a line. */
  static final int LINE_BYTES = 64;

  /** Bits of all lines for each hash. */
  static final int BITS = 6;

  /** Bits that are set for a hash: what lets the fewest others pass with so many bits. */
  private static final int PROBES = 4;

  private static final int WORDS = LINE_BYTES / Long.BYTES;
  private static final int LINE_BITS = 9;

  /** Spreads a hash over other bits than those that tell the line (golden ratio). */
  private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

  private final long[] words;

  private BloomFilter(long[] words) {
    this.words = words;
  }

  /** Of the first so many hashes. */
  static BloomFilter of(long[] hashes, int count) {
    int lines = Math.toIntExact((count * (long) BITS + 8 * LINE_BYTES - 1) / (8 * LINE_BYTES));
    BloomFilter filter = new BloomFilter(new long[lines * WORDS]);
    for (int i = 0; i < count; i++) {
      filter.add(hashes[i]);
    }
    return filter;
  }

  /**
   * Of the bytes that {@link #write} gave.
   *
   * @throws IOException when they are no lines
   */
  static BloomFilter read(byte[] bytes) throws IOException {
    if (bytes.length == 0 || bytes.length % LINE_BYTES != 0) {
      throw new IOException("a filter of " + bytes.length + " bytes");
    }
    long[] words = new long[bytes.length / Long.BYTES];
    ByteBuffer.wrap(bytes).asLongBuffer().get(words);
    return new BloomFilter(words);
  }

  /** Its lines, word by word. */
  byte[] write() {
    ByteBuffer bytes = ByteBuffer.allocate(words.length * Long.BYTES);
    bytes.asLongBuffer().put(words);
    return bytes.array();
  }

  private int line(long hash) {
    return (int) ((hash & 0xffff_ffffL) * (words.length / WORDS) >>> Integer.SIZE) * WORDS;
  }

  private void add(long hash) {
    int line = line(hash);
    long bits = hash * SPREAD;
    for (int i = 0; i < PROBES; i++) {
      int bit = (int) (bits >>> Long.SIZE - LINE_BITS);
      words[line + (bit >>> 6)] |= 1L << bit;
      bits <<= LINE_BITS;
    }
  }

  /** False only of a hash that is not among them. */
  boolean mayHave(long hash) {
    int line = line(hash);
    long bits = hash * SPREAD;
    for (int i = 0; i < PROBES; i++) {
      int bit = (int) (bits >>> Long.SIZE - LINE_BITS);
      if ((words[line + (bit >>> 6)] & 1L << bit) == 0) {
        return false;
      }
      bits <<= LINE_BITS;
    }
    return true;
  }
}
