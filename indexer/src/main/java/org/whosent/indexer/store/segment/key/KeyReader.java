package org.whosent.indexer.store.segment.key;

import java.io.IOException;
import org.whosent.indexer.store.bytes.BitReader;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;

/**
 * Looks hashes up in the keys of a segment. What it reads is checked each time, so that neither an
 * answer nor its absence comes from damaged bytes. Not thread-safe. Public for {@code SegmentKeys}.
 */
public abstract sealed class KeyReader permits PagedKeyReader, RangedKeyReader {
  final KeyBytes keys;

  /** What their head says, see {@link KeyFormat}. */
  final KeyHead head;

  /** Where the lists begin. */
  final int lists;

  final BitReader bits = new BitReader();

  /** How many blocks there are, or groups of them. */
  final int blocks;

  KeyReader(KeyBytes keys, KeyHead head, int blocks, int lists) {
    this.keys = keys;
    this.head = head;
    this.lists = lists;
    this.blocks = blocks;
  }

  /**
   * Over the bytes that {@link KeyWriter#finish} made.
   *
   * @throws IOException when the head is damaged
   */
  public static KeyReader open(KeyBytes in) throws IOException {
    return open(in, true, 0);
  }

  /**
   * The same.
   *
   * @param alone nothing comes after these keys; else {@link #length} says where that begins
   * @param blocks how many blocks the segment has
   */
  public static KeyReader open(KeyBytes in, boolean alone, int blocks) throws IOException {
    KeyHead head = KeyHead.read(in, alone);
    return head.ranged()
        ? new RangedKeyReader(in, head, blocks)
        : new PagedKeyReader(in, head, blocks);
  }

  /** Bytes that it takes. */
  public final int length() {
    return lists + (int) head.listBytes();
  }

  /** The records that have a clue of this hash, or null when none has. */
  public abstract Ordinals find(long hash64) throws IOException;

  /** Reads and checks every page and every list. */
  public abstract void verify() throws IOException;

  /** The first number of a hash, which is below {@code of}. */
  abstract long firstNumber(int of) throws IOException;

  /** Numbers stand in a list where they are more. */
  final int inline() {
    return KeyFormat.inline(head.numbersAre());
  }

  /** Whether so many numbers are of blocks, or of groups of them. */
  final boolean ofBlocks(int have) {
    return switch (head.numbersAre()) {
      case KeyFormat.BLOCKS -> have <= KeyFormat.FEW_BLOCKS;
      case KeyFormat.GROUPS -> true;
      default -> false;
    };
  }

  final boolean runs() {
    return head.numbersAre() == KeyFormat.RUNS;
  }

  /** Passes over the numbers of a hash. */
  final void pass(int have) throws IOException {
    if (have > inline()) {
      bits.get(KeyFormat.LIST_BITS);
      return;
    }
    int of = ofBlocks(have) ? blocks : head.records();
    firstNumber(of);
    passRunLength();
    int gapLow = have == 1 ? 0 : KeyFormat.gapLow(of, have);
    for (int i = 1; i < have; i++) {
      bits.rice(gapLow);
      passRunLength();
    }
  }

  private void passRunLength() throws IOException {
    if (runs()) {
      bits.gamma();
    }
  }

  /** The numbers of a hash, of which there are so many. */
  final Ordinals numbers(int have) throws IOException {
    boolean ofBlocks = ofBlocks(have);
    int of = ofBlocks ? blocks : head.records();
    if (have > inline()) {
      Listed list = new Listed(bits.get(KeyFormat.LIST_BITS), have, of);
      return ofBlocks
          ? new InGroups(list, head.group())
          : runs() ? new AllOfRuns(list, null) : list;
    }
    int[] numbers = new int[have];
    int[] lengths = runs() ? new int[have] : null;
    long at = firstNumber(of);
    int gapLow = KeyFormat.gapLow(of, have);
    for (int i = 0; i < have; i++) {
      at += i == 0 ? 0 : bits.rice(gapLow) + 1;
      if (at >= of) {
        throw new IOException("a key beyond the records");
      }
      numbers[i] = (int) at;
      if (runs()) {
        lengths[i] = bits.gamma();
      }
    }
    Ordinals all = Ordinals.of(numbers, have);
    return ofBlocks ? new InGroups(all, head.group()) : runs() ? new AllOfRuns(all, lengths) : all;
  }

  /** Reads all of a list: every chunk is checked when it is read. */
  final void verifyNumbers(int have) throws IOException {
    if (have <= inline()) {
      numbers(have);
      return;
    }
    int of = ofBlocks(have) ? blocks : head.records();
    Ordinals list = new Listed(bits.get(KeyFormat.LIST_BITS), have, of);
    while (list.next() != Ordinals.END) {
      // until its end
    }
  }

  /**
   * Not numbers of records but of groups of neighbouring blocks, ascending.
   *
   * @param groups their numbers
   * @param shift a group has two to the power of this many blocks
   */
  public record InGroups(Ordinals groups, int shift) implements Ordinals {
    @Override
    public int next() {
      throw new IllegalStateException("these are blocks");
    }

    @Override
    public int most() {
      return groups.most();
    }
  }

  /** All numbers of some runs. */
  private final class AllOfRuns implements Runs {
    private final Ordinals firsts;
    private final int[] lengths;

    /** The run that is given now. */
    private int left;

    private long at;

    /** The run behind it, once that was looked at; its first number may be {@link #END}. */
    private int following;

    private int followingLength;
    private boolean looked;
    private int runs;

    AllOfRuns(Ordinals firsts, int[] lengths) {
      this.firsts = firsts;
      this.lengths = lengths;
    }

    @Override
    public int next() throws IOException {
      if (left == 0) {
        if (following() == END) {
          return END;
        }
        looked = false;
        left = followingLength;
        at = following;
      }
      left--;
      if (at >= head.records()) {
        throw new IOException("a key beyond the records");
      }
      return (int) at++;
    }

    @Override
    public int end() {
      return (int) Math.min(head.records(), at + left);
    }

    @Override
    public int following() throws IOException {
      if (!looked) {
        following = firsts.next();
        if (following != END) {
          followingLength = lengths == null ? ((Listed) firsts).length : lengths[runs++];
        }
        looked = true;
      }
      return following;
    }

    @Override
    public int most() {
      if (lengths == null) {
        return head.records(); // nobody counts so long a list
      }
      long most = left + (looked && following != END ? followingLength : 0);
      for (int i = runs; i < lengths.length; i++) {
        most += lengths[i];
      }
      return (int) Math.min(head.records(), most);
    }
  }

  /** A long list, read chunk by chunk. */
  private final class Listed implements Ordinals {
    /** Of the run that begins with the number given last. */
    private int length;

    private final BitReader gaps = new BitReader();
    private final int of;
    private long at;
    private int left;
    private int inChunk;
    private int low;
    private long number;

    Listed(long place, int count, int of) {
      at = place;
      left = count;
      this.of = of;
    }

    @Override
    public int next() throws IOException {
      if (left == 0) {
        return END;
      }
      left--;
      if (inChunk == 0) {
        chunk();
      } else {
        number += gaps.rice(low) + 1;
      }
      inChunk--;
      if (runs()) {
        length = gaps.gamma();
      }
      if (number >= of) {
        throw new IOException("a key beyond the records");
      }
      return (int) number;
    }

    private void chunk() throws IOException {
      if (at < 0 || at > head.listBytes() - KeyFormat.CHUNK_HEAD) {
        throw new IOException("a list beyond the keys");
      }
      int from = lists + (int) at;
      Cursor start = new Cursor(keys.copy(from, KeyFormat.CHUNK_HEAD));
      int crc = (int) start.number(4);
      number = start.number(4);
      inChunk = (int) start.number(2);
      low = start.next();
      int bytes = (int) start.number(2);
      if (bytes > head.listBytes() - at - KeyFormat.CHUNK_HEAD) {
        throw new IOException("a list beyond the keys");
      }
      byte[] chunk = keys.copy(from + 4, KeyFormat.CHUNK_HEAD - 4 + bytes);
      if (crc != Bytes.crc(chunk, 0, chunk.length) || inChunk == 0) {
        throw new IOException("a list of keys is damaged");
      }
      gaps.set(chunk, KeyFormat.CHUNK_HEAD - 4, chunk.length);
      at += KeyFormat.CHUNK_HEAD + bytes;
    }

    @Override
    public int most() {
      return left;
    }
  }
}
