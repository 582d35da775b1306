package org.whosent.indexer.store.segment.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Random;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.store.bytes.Bytes;

/** A filter never says no of what it was made of, and mostly says no of all else. */
class BloomFilterTest {
  @Test
  void whatIsThereIsNeverDenied() throws IOException {
    for (int round = 0; round < 200; round++) {
      long seed = System.nanoTime();
      Random random = new Random(seed);
      int count = 1 + random.nextInt(round % 10 == 0 ? 50_000 : 300);
      // Also hashes that are alike, which SipHash does not give.
      int shift = random.nextInt(64);
      long[] hashes = random.longs(count + 5).map(hash -> hash >>> shift).toArray();
      BloomFilter made = BloomFilter.of(hashes, count);
      BloomFilter read = BloomFilter.read(made.write());
      for (int i = 0; i < count; i++) {
        assertTrue(made.mayHave(hashes[i]) && read.mayHave(hashes[i]), "seed " + seed + ", " + i);
      }
    }
  }

  @Test
  void fewOthersPass() {
    Random random = new Random(11);
    for (int count : new int[] {1000, 30_000, 1_000_000}) {
      long[] hashes = random.longs(count).toArray();
      BloomFilter filter = BloomFilter.of(hashes, count);
      assertEquals(
          (count * 6 + 511) / 512 * 64, filter.write().length, "six bits each, in whole lines");
      LongPredicate passes = filter::mayHave;
      double share = random.longs(200_000).filter(passes).count() / 200_000.0;
      assertTrue(share > 0.05 && share < 0.09, count + ": " + share);
      // Two that keys take for one, which keep the first bits of each, are two here.
      for (long differ : new long[] {1, 1L << 20, 1L << 31}) {
        long alike = 0;
        for (int i = 0; i < 1000; i++) {
          alike += filter.mayHave(hashes[i] ^ differ) ? 1 : 0;
        }
        assertTrue(alike < 200, count + ", " + Long.toHexString(differ) + ": " + alike);
      }
    }
  }

  /** What was written once is read for years. */
  @Test
  void theBytesStay() {
    long[] hashes = new Random(3).longs(1000).toArray();
    byte[] bytes = BloomFilter.of(hashes, hashes.length).write();
    assertEquals(-306925108, Bytes.crc(bytes, 0, bytes.length));
  }

  @Test
  void whatIsNoneIsRefused() {
    assertThrows(IOException.class, () -> BloomFilter.read(new byte[0]));
    assertThrows(IOException.class, () -> BloomFilter.read(new byte[72]));
  }
}
