package org.whosent.indexer.store.segment;

import java.util.Arrays;

/** Collects the keys of a segment and writes them as {@link KeyFormat} says. Not thread-safe. */
final class KeyWriter {
  /** Bits of a digit of the sort. */
  private static final int DIGIT = 11;

  private static final int DIGIT_MASK = (1 << DIGIT) - 1;

  /** Fewer are sorted by comparing them. */
  private static final int FEW = 1 << 12;

  private final int mostBits;
  private final boolean runs;
  private int[] runFirsts = new int[16];
  private int[] runLengths = new int[16];
  private int runCount;
  private int[] blockFirsts;
  private int blockCount;
  private boolean inBlocks;
  private final int[] few = new int[KeyFormat.FEW_BLOCKS];
  private long[] entries = new long[1 << 12];
  private int count;

  private final Bytes pages = new Bytes(1 << 12);
  private final Bytes firsts = new Bytes(256);
  private final Bytes lists = new Bytes(256);
  private final BitWriter page = new BitWriter();
  private int inPage;
  private int pageCount;
  private long pageFirst;
  private long before;
  private int records;
  private int width;
  private int low;
  private int[] numbers = new int[64];

  /** Keys of hashes. */
  KeyWriter() {
    this(KeyFormat.HASH_BITS);
  }

  /** Keys of values of which only the first {@code mostBits} tell anything. */
  KeyWriter(int mostBits) {
    this(mostBits, false);
  }

  /**
   * Says that where a clue is in few blocks its records' numbers are not told.
   *
   * @param firsts numbers of the blocks' first records
   * @param count how many blocks there are
   */
  void inBlocks(int[] firsts, int count) {
    blockFirsts = firsts;
    blockCount = count;
  }

  private KeyWriter(int mostBits, boolean runs) {
    this.mostBits = mostBits;
    this.runs = runs;
  }

  /** Keys of hashes that whole runs of neighbours have. */
  static KeyWriter ofRuns() {
    return new KeyWriter(KeyFormat.HASH_BITS, true);
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
  void add(long hash, int ordinal) {
    if (count == entries.length) {
      entries = Arrays.copyOf(entries, count * 2);
    }
    entries[count++] = hash >>> KeyFormat.ORDINAL_BITS << KeyFormat.ORDINAL_BITS | ordinal;
  }

  /** Adds what another has been told, runs excepted; the order of keys does not matter. */
  void addAll(KeyWriter other) {
    if (entries.length < count + other.count) {
      entries = Arrays.copyOf(entries, count + other.count);
    }
    System.arraycopy(other.entries, 0, entries, count, other.count);
    count += other.count;
  }

  /** All of it. */
  byte[] finish(int numberOfRecords) {
    records = numberOfRecords;
    width = KeyFormat.ordinalBits(records);
    int kept =
        Math.min(mostBits, 32 - Integer.numberOfLeadingZeros(Math.max(1, count)) + spareBits());
    int shift = 64 - kept;
    sort(shift);
    int different = 0;
    for (int i = 0; i < count; i++) {
      if (i == 0 || entries[i] >>> shift != entries[i - 1] >>> shift) {
        different++;
      }
    }
    low = KeyFormat.low((1L << kept) / Math.max(1, different));
    for (int i = 0; i < count; ) {
      long hash = entries[i] >>> shift;
      int have = 0;
      for (; i < count && entries[i] >>> shift == hash; i++) {
        if (have == numbers.length) {
          numbers = Arrays.copyOf(numbers, have * 2);
        }
        numbers[have++] = (int) (entries[i] & KeyFormat.MAX_RECORDS - 1);
      }
      put(hash, few(sorted(have)));
    }
    closePage(1L << kept);
    Bytes out = new Bytes(KeyFormat.HEAD_BYTES + pages.length + firsts.length + lists.length);
    out.number(KeyFormat.MAGIC, 4).put(kept).put(width).put(low).put(numbersAre());
    out.number(records, 4).number(pageCount, 4).number(lists.length, 8);
    out.number(KeyFormat.crc(out.array, 0, out.length), 4);
    out.put(pages.array, 0, pages.length);
    out.put(firsts.array, 0, firsts.length);
    return out.put(lists.array, 0, lists.length).toArray();
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
    return runs ? KeyFormat.RUNS : blockFirsts == null ? 0 : KeyFormat.BLOCKS;
  }

  /** Puts blocks in the place of records where they are few; says how many numbers there are. */
  private int few(int have) {
    inBlocks = false;
    if (blockFirsts == null) {
      return have;
    }
    int different = 0;
    for (int i = 0; i < have; i++) {
      int block = block(numbers[i]);
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

  private int block(int ordinal) {
    int place = Arrays.binarySearch(blockFirsts, 0, blockCount, ordinal);
    return place < 0 ? -place - 2 : place;
  }

  private void put(long hash, int have) {
    long place = have > KeyFormat.INLINE ? list(have) : 0;
    int room = (KeyFormat.PAGE_BYTES - KeyFormat.PAGE_HEAD) * 8;
    int start = page.bits();
    encode(inPage == 0 ? 0 : hash - before, have, place);
    if (inPage > 0 && page.bits() > room) {
      page.cut(start);
      closePage(hash);
      encode(0, have, place);
    }
    if (inPage == 0) {
      pageFirst = hash;
    }
    inPage++;
    before = hash;
  }

  private void encode(long difference, int have, long place) {
    page.rice(difference, low);
    page.gamma(have);
    if (have > KeyFormat.INLINE) {
      page.put(place, KeyFormat.LIST_BITS);
      return;
    }
    int gapLow = KeyFormat.gapLow(inBlocks ? blockCount : records, have);
    page.put(numbers[0], inBlocks ? KeyFormat.ordinalBits(blockCount) : width);
    runLength(page, 0);
    for (int i = 1; i < have; i++) {
      page.rice(numbers[i] - numbers[i - 1] - 1, gapLow);
      runLength(page, i);
    }
  }

  private void runLength(BitWriter out, int i) {
    if (runs) {
      out.gamma(runLength(numbers[i]));
    }
  }

  private long list(int have) {
    long place = lists.length;
    BitWriter gaps = new BitWriter();
    Bytes packed = new Bytes(1024);
    for (int from = 0; from < have; from += KeyFormat.CHUNK) {
      int to = Math.min(have, from + KeyFormat.CHUNK);
      gaps.clear();
      int chunkLow = KeyFormat.gapLow(numbers[to - 1] - numbers[from], to - from);
      runLength(gaps, from);
      for (int i = from + 1; i < to; i++) {
        gaps.rice(numbers[i] - numbers[i - 1] - 1, chunkLow);
        runLength(gaps, i);
      }
      packed.clear();
      gaps.copyTo(packed);
      int start = lists.length;
      lists.number(0, 4).number(numbers[from], 4).number(to - from, 2).put(chunkLow);
      lists.number(packed.length, 2).put(packed.array, 0, packed.length);
      seal(lists, start);
    }
    return place;
  }

  private void closePage(long next) {
    if (inPage == 0) {
      return;
    }
    int start = pages.length;
    pages.number(0, 4).number(inPage, 2);
    pages.number(pageFirst, KeyFormat.HASH_BYTES).number(next, KeyFormat.HASH_BYTES);
    page.copyTo(pages);
    pages.put(new byte[start + KeyFormat.PAGE_BYTES - pages.length]);
    seal(pages, start);
    firsts.number(pageFirst, KeyFormat.HASH_BYTES);
    pageCount++;
    page.clear();
    inPage = 0;
  }

  private static void seal(Bytes bytes, int start) {
    int crc = KeyFormat.crc(bytes.array, start + 4, bytes.length);
    for (int i = 0; i < 4; i++) {
      bytes.array[start + i] = (byte) (crc >>> (24 - 8 * i));
    }
  }
}
