package org.whosent.indexer.store.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Quota;
import org.whosent.indexer.store.bytes.SegmentBytes;
import org.whosent.indexer.store.bytes.SpentQuota;

/** A block is found by the number of a record, however many records blocks have. */
class BlockDirectoryTest {

  @TempDir Path directory;

  /** Entries of blocks that begin with these records, behind some bytes that are something else. */
  private Path write(int[] firsts) throws IOException {
    Bytes bytes = new Bytes(64);
    bytes.put(new byte[10]);
    for (int i = 0; i < firsts.length; i++) {
      bytes.number(1000L * i, 8).number(firsts[i], 4).number(-5L * i, 8);
    }
    return Files.write(directory.resolve("directory"), bytes.toArray());
  }

  private static BlockDirectory open(SegmentBytes bytes, int blocks, Quota quota) {
    SegmentFoot foot = new SegmentFoot(10, blocks, 0, 0, 0, 0, 0, 0, 0, 0);
    return new BlockDirectory(bytes, SegmentFormat.RECORDS_MAGIC, foot, quota);
  }

  private static int[] firsts(Random random, int blocks) {
    int[] firsts = new int[blocks];
    int skewed = random.nextInt(3);
    for (int i = 1; i < blocks; i++) {
      int rows =
          skewed == 0 ? 80 : skewed == 1 ? 1 + random.nextInt(200) : i < blocks / 2 ? 1 : 900;
      firsts[i] = firsts[i - 1] + rows;
    }
    return firsts;
  }

  @Test
  void everyRecordsBlockIsFound() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      String say = "seed " + seed + ", round " + round;
      int blocks = 1 + random.nextInt(random.nextBoolean() ? 5 : 4000);
      int[] firsts = firsts(random, blocks);
      int rows = firsts[blocks - 1] + 1 + random.nextInt(80);
      Path file = write(firsts);
      Quota quota = round % 2 == 0 ? new Quota() : SpentQuota.spent();
      try (SegmentBytes bytes = new SegmentBytes(file, -1, quota);
          BlockDirectory sought = open(bytes, blocks, quota)) {
        for (int i = 0; i < 200; i++) {
          int block = random.nextInt(blocks);
          int last = (block + 1 < blocks ? firsts[block + 1] : rows) - 1;
          int ordinal = firsts[block] + random.nextInt(last - firsts[block] + 1);
          assertEquals(block, sought.of(ordinal, rows), say);
          assertEquals(firsts[block], sought.first(block), say);
          assertEquals(1000L * block, sought.offset(block), say);
          assertEquals(-5L * block, sought.newest(block), say);
          assertEquals(block + 1 < blocks ? 1000 : 10 - 1000L * block, sought.length(block), say);
        }
        assertThrows(IOException.class, () -> sought.offset(-1));
        assertThrows(IOException.class, () -> sought.length(blocks));
        assertThrows(IOException.class, () -> sought.first(Integer.MAX_VALUE));
      }
    }
  }

  /** Whoever goes on to seek has all of it in memory, and gives that back in the end. */
  @Test
  void ofOneThatIsSoughtOftenAllIsKept() throws IOException {
    int blocks = 4000;
    int[] firsts = new int[blocks];
    for (int i = 0; i < blocks; i++) {
      firsts[i] = i * 80;
    }
    Path file = write(firsts);
    Quota quota = new Quota();
    int all = (int) Quota.TABLES;
    try (SegmentBytes bytes = new SegmentBytes(file, -1, quota)) {
      BlockDirectory sought = open(bytes, blocks, quota);
      for (int i = 0; i < BlockDirectory.OFTEN; i++) {
        assertTrue(quota.keepTable(all), "nothing is kept yet");
        quota.dropTable(all);
        assertEquals(i * 200, sought.of(i * 200 * 80 + 5, blocks * 80));
      }
      assertFalse(quota.keepTable(all - blocks * SegmentFormat.RECORDS_ENTRY + 1));
      for (int i = 0; i < blocks; i++) {
        assertEquals(i, sought.of(i * 80 + 79, blocks * 80));
      }
      sought.close();
      assertTrue(quota.keepTable(all));
    }
  }

  /** Whoever reads the block that is named finds out; the search must only come to an end. */
  @Test
  void damageLeadsSomewhere() throws IOException {
    Random random = new Random(4);
    for (int round = 0; round < 60; round++) {
      int blocks = 1 + random.nextInt(4000);
      int[] firsts = random.ints(blocks).toArray();
      Path file = write(firsts);
      try (SegmentBytes bytes = new SegmentBytes(file, -1, new Quota());
          BlockDirectory damaged = open(bytes, blocks, new Quota())) {
        for (int i = 0; i < 100; i++) {
          int rows = 1 + random.nextInt(Integer.MAX_VALUE);
          int found = damaged.of(random.nextInt(rows), rows);
          assertTrue(found >= 0 && found < blocks);
        }
      }
    }
  }

  @Test
  void oneThatLiesBeyondItsFileIsTold() throws IOException {
    Path file = write(new int[] {0, 80});
    try (SegmentBytes bytes = new SegmentBytes(file, -1, new Quota())) {
      for (long at : new long[] {-1, 11, 1000, 1L << 36, Long.MAX_VALUE}) {
        SegmentFoot foot = new SegmentFoot(at, 2, 160, 0, 0, 0, 0, 0, 0, 0);
        BlockDirectory beyond =
            new BlockDirectory(bytes, SegmentFormat.RECORDS_MAGIC, foot, new Quota());
        assertThrows(IOException.class, () -> beyond.first(at < 0 ? 0 : 1));
        assertThrows(IOException.class, beyond::check);
      }
    }
  }
}
