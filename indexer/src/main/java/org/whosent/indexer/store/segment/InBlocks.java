package org.whosent.indexer.store.segment;

import java.io.IOException;
import org.whosent.indexer.store.segment.column.Asked;
import org.whosent.indexer.store.segment.key.KeyFormat;
import org.whosent.indexer.store.segment.key.Ordinals;

/**
 * The records of some blocks that have a clue: keys only tell the blocks, or groups of them. Where
 * a block cannot be read all of its records are given, so that whoever reads them is told. Not
 * thread-safe.
 */
final class InBlocks implements Ordinals {
  /** What has the blocks. */
  interface Blocks {
    /** How many there are. */
    int count();

    /** False where a block need not be read to say that it has not what is asked for. */
    boolean mayHave(int number, Asked asked);

    /** The block of that number, whatever the directory says of its records. */
    Block block(int number) throws IOException;

    /** The number of the first record of a block, of which there may be one more than there are. */
    int first(int number) throws IOException;
  }

  private final Blocks blocks;
  private final Ordinals groups;
  private final int shift;
  private final Asked asked;

  /** Of the group: the next block, and the one behind the last. */
  private int at;

  private int last;
  private Block block;
  private int next;
  private int end;

  /**
   * Over groups of blocks of these numbers, ascending.
   *
   * @param shift a group has two to the power of this many blocks
   */
  InBlocks(Blocks blocks, Ordinals groups, int shift, Asked asked) {
    this.blocks = blocks;
    this.groups = groups;
    this.shift = shift;
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
      if (at == last) {
        int group = groups.next();
        if (group == END) {
          return END;
        }
        at = group << shift;
        last = Math.min(blocks.count(), at + (1 << shift));
      }
      int number = at++;
      if (!blocks.mayHave(number, asked)) {
        continue;
      }
      try {
        block = blocks.block(number);
        next = block.first();
        end = next + block.rows();
      } catch (IOException e) {
        block = null;
        next = blocks.first(number);
        end = blocks.first(number + 1);
        if (end <= next) {
          throw e;
        }
      }
    }
  }

  @Override
  public int most() {
    long left = ((long) groups.most() << shift) + last - at;
    return (int) Math.min(Integer.MAX_VALUE, end - next + left * KeyFormat.IN_BLOCK);
  }
}
