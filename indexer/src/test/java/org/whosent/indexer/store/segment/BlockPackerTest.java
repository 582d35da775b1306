package org.whosent.indexer.store.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdDecompressCtx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What comes out does not tell how many threads packed it, nor what they packed before. */
class BlockPackerTest {
  private static final byte[] DICTIONARY =
      "the invoice of the order for the meeting on holiday "
          .repeat(20)
          .getBytes(StandardCharsets.UTF_8);

  private static List<byte[]> blocks(Random random, int count) {
    List<byte[]> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] block = new byte[random.nextInt(20_000)];
      int from = random.nextInt(DICTIONARY.length);
      for (int k = 0; k < block.length; k++) {
        block[k] =
            random.nextInt(20) == 0
                ? (byte) random.nextInt(256)
                : DICTIONARY[(from + k) % DICTIONARY.length];
      }
      blocks.add(block);
    }
    return blocks;
  }

  /** While some are packed others are made; what is not asked for is let go of, and no sooner. */
  @Test
  void whatWasBegunComesInItsOrder() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    BlockPacker closed = new BlockPacker(9, 3);
    try (BlockPacker alone = new BlockPacker(9, 1);
        closed) {
      assertEquals(0, closed.finish().length);
      for (int round = 0; round < 3; round++) {
        List<byte[]> blocks = blocks(random, 40);
        closed.start(blocks);
        assertThrows(IllegalStateException.class, () -> closed.start(blocks));
        assertTrue(Arrays.deepEquals(alone.pack(blocks), closed.finish()), "seed " + seed);
        assertEquals(0, closed.finish().length);
      }
      closed.start(blocks(random, 40));
    }
    assertEquals(0, closed.finish().length);
  }

  @Test
  void threadsChangeNothingAndEachBlockStaysInItsPlace() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (BlockPacker alone = new BlockPacker(9, 1);
        BlockPacker three = new BlockPacker(9, 3);
        ZstdDecompressCtx reading = new ZstdDecompressCtx()) {
      alone.dictionary(DICTIONARY);
      three.dictionary(DICTIONARY);
      reading.loadDict(DICTIONARY);
      for (int count : new int[] {0, 1, 2, 3, 4, 64, 7}) {
        List<byte[]> blocks = blocks(random, count);
        byte[][] packed = three.pack(blocks);
        assertTrue(Arrays.deepEquals(alone.pack(blocks), packed), "seed " + seed);
        assertEquals(count, packed.length);
        for (int i = 0; i < count; i++) {
          byte[] block = blocks.get(i);
          assertArrayEquals(block, reading.decompress(packed[i], block.length), "seed " + seed);
        }
      }
    }
  }

  @Test
  void aFailureOfAnyThreadIsTold() {
    BlockPacker closed = new BlockPacker(3, 3);
    closed.close();
    List<byte[]> blocks = blocks(new Random(1), 5);
    assertThrows(Exception.class, () -> closed.pack(blocks));
    try (BlockPacker packer = new BlockPacker(3, 2)) {
      // The second block is the other thread's.
      List<byte[]> broken = Arrays.asList(new byte[10], null);
      IOException told = assertThrows(IOException.class, () -> packer.pack(broken));
      assertTrue(told.getCause() instanceof NullPointerException, told.toString());
    }
  }

  @Test
  void anInterruptStaysSetAndNothingIsLeftOut() throws IOException {
    try (BlockPacker packer = new BlockPacker(3, 2)) {
      List<byte[]> blocks = blocks(new Random(2), 10);
      byte[][] packed = packer.pack(blocks);
      Thread.currentThread().interrupt();
      byte[][] again = packer.pack(blocks);
      assertTrue(Thread.interrupted());
      assertTrue(Arrays.deepEquals(packed, again));
    }
  }
}
