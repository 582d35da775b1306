package org.whosent.indexer.store.segment.key;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Collects the keys of a segment; {@link KeyPages} writes them. Not thread-safe. Public for {@code
 * SegmentKeysWriter}.
 */
public final class KeyWriter {
  /** Bits of a digit of the sort. */
  private static final int DIGIT = 11;

  private static final int DIGIT_MASK = (1 << DIGIT) - 1;

  /** Fewer are sorted by comparing them. */
  private static final int FEW = 1 << 12;

  /** Entries of one array, half a megabyte. */
  private static final int MOST_OF_A_PART = 1 << 16;

  private final int mostBits;
  private final boolean runs;
  private int[] runFirsts = new int[16];
  private int[] runLengths = new int[16];
  private int runCount;
  private int[] blockFirsts;
  private int blockCount;
  private int[] blockOf;
  private boolean inBlocks;
  private final int[] few = new int[KeyFormat.FEW_BLOCKS];

  /**
   * A hash and a number each; before {@link #gather} those that are in none of the {@link #full}.
   */
  private long[] entries = new long[1 << 12];

  private int count;

  /** Entries that came before, so that neither to add nor to take over copies them. */
  private final List<Part> full = new ArrayList<>();

  private int inFull;

  /** Entries from the beginning of an array on. */
  private record Part(long[] entries, int count) {}

  /** How many blocks make a group, as a power of two, where numbers are of groups; else -1. */
  private int group = -1;

  private boolean ranged;
  private int[] numbers = new int[64];

  /** Keys of hashes. */
  public KeyWriter() {
    this(KeyFormat.HASH_BITS);
  }

  /** Keys of values of which only the first {@code mostBits} tell anything. */
  public KeyWriter(int mostBits) {
    this(mostBits, false);
  }

  /**
   * Says that where a clue is in few blocks its records' numbers are not told.
   *
   * @param firsts numbers of the blocks' first records
   * @param count how many blocks there are
   */
  public void inBlocks(int[] firsts, int count) {
    blockFirsts = firsts;
    blockCount = count;
    ranged = true;
  }

  /** The same, and says that not even the blocks are told, but groups of neighbouring ones. */
  public void inGroups(int[] firsts, int count) {
    inBlocks(firsts, count);
    group = KeyFormat.GROUP;
  }

  /** Says that a hash is to tell its page. */
  public void inRanges() {
    ranged = true;
  }

  private KeyWriter(int mostBits, boolean runs) {
    this.mostBits = mostBits;
    this.runs = runs;
    this.ranged = runs;
  }

  /** Keys of hashes that whole runs of neighbours have. */
  static KeyWriter ofRuns() {
    return new KeyWriter(KeyFormat.HASH_BITS, true); // of sealed segments alone
  }

  /**
   * Says that so many records have the clue of that hash, from one on. Runs come in their order,
   * and none meets another.
   */
  void addRun(long hash, int first, int length) {
    if (runCount == runFirsts.length) {
      runFirsts = Arrays.copyOf(runFirsts, runCount * 2);
      runLengths = Arrays.copyOf(runLengths, runCount * 2);
    }
    runFirsts[runCount] = first;
    runLengths[runCount++] = length;
    add(hash, first);
  }

  private int runLength(int first) {
    return runLengths[Arrays.binarySearch(runFirsts, 0, runCount, first)];
  }

  /** Says that a record has the clue of that hash. */
  public void add(long hash, int ordinal) {
    if (count == entries.length) {
      next();
    }
    entries[count++] = hash >>> KeyFormat.ORDINAL_BITS << KeyFormat.ORDINAL_BITS | ordinal;
  }

  private void next() {
    full.add(new Part(entries, count));
    inFull += count;
    entries = new long[Math.min(2 * entries.length, MOST_OF_A_PART)];
    count = 0;
  }

  /** How many it has been told. */
  public int count() {
    return inFull + count;
  }

  /**
   * Takes over what another has been told, runs excepted; that one is used up. The order of keys
   * does not matter.
   */
  public void addAll(KeyWriter other) {
    full.addAll(other.full);
    full.add(new Part(other.entries, other.count));
    inFull += other.count();
    other.entries = null;
  }

  /** Puts all entries into one array. */
  private void gather() {
    if (full.isEmpty()) {
      return;
    }
    full.add(new Part(entries, count));
    entries = new long[inFull + count];
    count = 0;
    for (Part part : full) {
      System.arraycopy(part.entries, 0, entries, count, part.count);
      count += part.count;
    }
    full.clear();
    inFull = 0;
  }

  /** All of it. */
  public byte[] finish(int numberOfRecords) {
    gather();
    blockOf = blockFirsts == null ? null : blocks(numberOfRecords);
    KeyPages out = pages(numberOfRecords);
    int shift = Long.SIZE - out.plan.kept();
    for (int i = 0; i < count; ) {
      long hash = entries[i] >>> shift;
      int have = 0;
      for (; i < count && entries[i] >>> shift == hash; i++) {
        if (have == numbers.length) {
          numbers = Arrays.copyOf(numbers, have * 2);
        }
        numbers[have++] = (int) (entries[i] & KeyFormat.MAX_RECORDS - 1);
      }
      have = few(sorted(have));
      out.put(hash, numbers, have, inBlocks);
    }
    return out.finish();
  }

  /** Sorts the entries; says how they are to be written. */
  private KeyPages pages(int records) {
    int kept =
        Math.min(mostBits, 32 - Integer.numberOfLeadingZeros(Math.max(1, count)) + spareBits());
    int shift = Long.SIZE - kept;
    sort(shift);
    int inline = KeyFormat.inline(numbersAre());
    int different = 0;
    long more = 0;
    for (int i = 0; i < count; ) {
      int first = i;
      long hash = entries[i] >>> shift;
      while (i < count && entries[i] >>> shift == hash) {
        i++;
      }
      different++;
      more += Math.min(i - first - 1, inline);
    }
    int low = KeyFormat.low((1L << kept) / Math.max(1, different));
    int blocks = group < 0 ? blockCount : blockCount + (1 << group) - 1 >> group;
    int of = blockFirsts == null ? records : blocks;
    int gap = KeyFormat.gapLow(of, (int) (1 + more / Math.max(1, different))) + 2;
    long bits = different * (low + 2L + KeyFormat.ordinalBits(of)) + more * gap;
    KeyPages.KeyPlan plan =
        new KeyPages.KeyPlan(kept, low, numbersAre(), Math.max(0, group), records, blocks, bits);
    return ranged ? new RangedKeys(plan, this::runLength) : new PagedKeys(plan);
  }

  /**
   * Puts the entries in the order of their hashes, of which only the bits from {@code shift} on
   * tell; numbers of one hash stay in the order in which they came. By digits from the least to the
   * greatest: there are dozens of keys a record, and their hashes are spread evenly.
   */
  private void sort(int shift) {
    if (count < FEW) {
      sortFew(shift);
      return;
    }
    long[] from = entries;
    long[] to = new long[count];
    int[] places = new int[1 << DIGIT];
    for (int low = shift; low < Long.SIZE; low += DIGIT) {
      Arrays.fill(places, 0);
      for (int i = 0; i < count; i++) {
        places[(int) (from[i] >>> low) & DIGIT_MASK]++;
      }
      int place = 0;
      for (int i = 0; i < places.length; i++) {
        int here = places[i];
        places[i] = place;
        place += here;
      }
      for (int i = 0; i < count; i++) {
        long each = from[i];
        to[places[(int) (each >>> low) & DIGIT_MASK]++] = each;
      }
      long[] other = from;
      from = to;
      to = other.length < count ? new long[count] : other;
    }
    entries = from;
  }

  private void sortFew(int shift) {
    for (int i = 0; i < count; i++) {
      // Unsigned order: with the sign bit turned, signed order is just that. What is cut off tells
      // nothing, so numbers alone decide there.
      entries[i] = entries[i] >>> shift << shift | entries[i] & KeyFormat.MAX_RECORDS - 1;
      entries[i] ^= Long.MIN_VALUE;
    }
    Arrays.sort(entries, 0, count);
    for (int i = 0; i < count; i++) {
      entries[i] ^= Long.MIN_VALUE;
    }
  }

  /** Hashes that became one by being cut, and a clue twice in a record, leave numbers to order. */
  private int sorted(int have) {
    if (have == 1) {
      return 1;
    }
    Arrays.sort(numbers, 0, have);
    int kept = 1;
    for (int i = 1; i < have; i++) {
      if (numbers[i] != numbers[kept - 1]) {
        numbers[kept++] = numbers[i];
      }
    }
    return kept;
  }

  private int spareBits() {
    return blockFirsts == null ? KeyFormat.SPARE_BITS : KeyFormat.SPARE_BITS_IN_BLOCKS;
  }

  private int numbersAre() {
    if (runs) {
      return KeyFormat.RUNS;
    }
    return blockFirsts == null ? 0 : group < 0 ? KeyFormat.BLOCKS : KeyFormat.GROUPS;
  }

  /** Puts blocks in the place of records where they are few; says how many numbers there are. */
  private int few(int have) {
    inBlocks = false;
    if (blockFirsts == null) {
      return have;
    }
    if (group >= 0) {
      inBlocks = true;
      return groups(have);
    }
    int different = 0;
    for (int i = 0; i < have; i++) {
      int block = blockOf[numbers[i]];
      if (different == 0 || few[different - 1] != block) {
        if (different == few.length) {
          return have;
        }
        few[different++] = block;
      }
    }
    System.arraycopy(few, 0, numbers, 0, different);
    inBlocks = true;
    return different;
  }

  private int groups(int have) {
    int different = 0;
    for (int i = 0; i < have; i++) {
      int of = blockOf[numbers[i]] >> group;
      if (different == 0 || numbers[different - 1] != of) {
        numbers[different++] = of;
      }
    }
    return different;
  }

  /** The block of each record: every key asks for it, and to search would be half of the work. */
  private int[] blocks(int records) {
    int[] blocks = new int[records];
    for (int b = 0; b < blockCount; b++) {
      int end = b + 1 == blockCount ? records : blockFirsts[b + 1];
      Arrays.fill(blocks, blockFirsts[b], end, b);
    }
    return blocks;
  }
}
