package org.whosent.benchmarks.store;

import java.nio.charset.StandardCharsets;
import org.whosent.indexer.store.segment.key.SipHash;

/** Ten bits a value, seven hashes of one: one value in a hundred is said to be there in error. */
final class BloomFilter {
  private static final int BITS = 10;
  private static final int HASHES = 7;

  private final long[] words;
  private final SipHash hash;

  BloomFilter(int values, SipHash hash) {
    this.words = new long[(values * BITS + 63) / 64];
    this.hash = hash;
  }

  void add(String value) {
    visit(value, true);
  }

  boolean mayHave(String value) {
    return visit(value, false);
  }

  long bytes() {
    return 8L * words.length;
  }

  private boolean visit(String value, boolean set) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    long both = hash.of(bytes, bytes.length);
    int step = (int) (both >>> 32) | 1;
    int at = (int) both;
    for (int i = 0; i < HASHES; i++, at += step) {
      int bit = Integer.remainderUnsigned(at, words.length * 64);
      if (set) {
        words[bit >>> 6] |= 1L << bit;
      } else if ((words[bit >>> 6] & 1L << bit) == 0) {
        return false;
      }
    }
    return true;
  }
}
