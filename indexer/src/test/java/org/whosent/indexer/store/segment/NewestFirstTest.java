package org.whosent.indexer.store.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.segment.column.BlockTimes;
import org.whosent.indexer.store.segment.key.Ordinals;

class NewestFirstTest {
  /** Of a segment; counts how often times are asked for. */
  private static final class Counted implements NewestFirst.Times {
    final List<BlockTimes> blocks;
    int asked;

    Counted(List<BlockTimes> blocks) {
      this.blocks = blocks;
    }

    @Override
    public BlockTimes of(int ordinal) {
      asked++;
      return blocks.stream().filter(b -> b.has(ordinal)).findFirst().orElseThrow();
    }

    @Override
    public void damaged(int ordinal, IOException e) throws IOException {
      throw e;
    }

    @Override
    public boolean inOrder(int first, int end, int following) {
      throw new AssertionError("these are no runs");
    }
  }

  private static final class Listed implements Ordinals {
    private final List<Integer> numbers;
    private int at;

    Listed(List<Integer> numbers) {
      this.numbers = numbers;
    }

    @Override
    public int next() {
      return at == numbers.size() ? END : numbers.get(at++);
    }

    @Override
    public int most() {
      return numbers.size() - at;
    }
  }

  /**
   * Made-up slices, the newest first, of a few blocks each: any numbers of them come in the order
   * of time, and no block is asked for its times twice.
   */
  @Test
  void anyNumbersComeNewestFirstAndEachBlockIsAskedForItsTimesOnce() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<BlockTimes> blocks = new ArrayList<>();
      List<Long> micros = new ArrayList<>();
      long newest = 1_000_000_000L;
      for (int slice = 0; slice < 1 + random.nextInt(6); slice++) {
        int sliceFirst = micros.size();
        for (int block = 0; block < 1 + random.nextInt(3); block++) {
          long[] times = new long[1 + random.nextInt(5)];
          for (int i = 0; i < times.length; i++) {
            times[i] = newest - random.nextInt(1000);
          }
          int first = micros.size();
          Bytes raw = new Bytes(64);
          BlockTimes.write(raw, blocks.size(), first, sliceFirst, times, times.length);
          blocks.add(BlockTimes.read(blocks.size(), first, times.length, raw.toArray(), 0));
          for (long time : times) {
            micros.add(time);
          }
        }
        newest -= 1000;
      }
      List<Integer> wanted = new ArrayList<>();
      for (int n = 0; n < micros.size(); n++) {
        if (random.nextInt(3) > 0) {
          wanted.add(n);
        }
      }
      Counted times = new Counted(blocks);
      NewestFirst sorted =
          new NewestFirst(new Listed(wanted), times, Long.MIN_VALUE, Long.MAX_VALUE);
      List<Integer> expected = new ArrayList<>(wanted);
      expected.sort(Comparator.comparing((Integer n) -> -micros.get(n)));
      for (int n : expected) {
        assertEquals(n, sorted.next(), "seed " + seed + ", round " + round);
      }
      assertEquals(Ordinals.END, sorted.next());
      assertTrue(times.asked <= blocks.size(), "seed " + seed + ": " + times.asked);
    }
  }
}
