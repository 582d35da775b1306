package org.whosent.indexer.store.segment;

import java.io.IOException;

/**
 * The records of a few blocks that have a clue: keys only tell the blocks. Where a block cannot be
 * read all of its records are given, so that whoever reads them is told. Not thread-safe.
 */
final class InBlocks implements Ordinals {
  /** What has the blocks. */
  interface Blocks {
    /** The block of that number, whatever the directory says of its records. */
    Block block(int number) throws IOException;

    /** The number of the first record of a block, of which there may be one more than there are. */
    int first(int number) throws IOException;
  }

  private final Blocks blocks;
  private final int[] numbers;
  private final Asked asked;
  private int at = -1;
  private Block block;
  private int next;
  private int end;

  /** Over blocks of these numbers, ascending. */
  InBlocks(Blocks blocks, int[] numbers, Asked asked) {
    this.blocks = blocks;
    this.numbers = numbers;
    this.asked = asked;
  }

  @Override
  public int next() throws IOException {
    while (true) {
      while (next < end) {
        int n = next++;
        if (block == null || block.records().has(n - block.first(), asked)) {
          return n;
        }
      }
      if (++at >= numbers.length) {
        at = numbers.length;
        return END;
      }
      try {
        block = blocks.block(numbers[at]);
        next = block.first();
        end = next + block.rows();
      } catch (IOException e) {
        block = null;
        next = blocks.first(numbers[at]);
        end = blocks.first(numbers[at] + 1);
        if (end <= next) {
          throw e;
        }
      }
    }
  }

  @Override
  public int most() {
    int left = end - next;
    return left + (numbers.length - 1 - Math.min(at, numbers.length - 1)) * KeyFormat.IN_BLOCK;
  }
}
