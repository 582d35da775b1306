package org.whosent.indexer.store.segment.key;

/**
 * The keys of a segment: which records have a clue, by its hash. Collected by {@link KeyWriter},
 * written by {@link KeyPages}, read by {@link KeyReader}. There are two forms of them: in pages for
 * equal ranges of hashes, in segments that lie by user from format 5 on; in pages of one size, in
 * all others. Stateless.
 *
 * <h2>Ranges</h2>
 *
 * <p>A head of {@value #RANGED_HEAD_BYTES} bytes: {@code WsK2}; bits of a hash that are kept (h);
 * bits of a record's number (w); low bits of the Rice code of differences between hashes (k); what
 * numbers are: 0, 1, 2 or 3, see below; how many blocks are a group, as a power of two; bytes of a
 * page's place; bytes of all pages (4); records (4); pages (4); bytes of lists (8); CRC-32C of the
 * head. Then the pages, one after the other, some {@value #RANGED_PAGE} bytes each; the place of
 * each page (2 bytes: how far it begins from where it would were all of one size; or 4 bytes: where
 * it begins); and the lists.
 *
 * <p>Of n pages the p-th answers for the hashes x with p = x * n >> h, rounded down: so the hash
 * tells the page, and a look-up reads one place and one page. A page: CRC-32C of its number (4
 * bytes) and of what follows; and bits: for every hash its difference from the one before, or from
 * the one before its range (Rice code, k), and the number of the record that has it. Where there
 * are more numbers, a difference of 0 stands before, and how many more they are (Elias gamma): most
 * hashes have one, and those take a bit less for it. The first number is in truncated binary code,
 * then come the gaps, less one, in Rice code. Ones fill up the last byte.
 *
 * <h2>Pages of one size</h2>
 *
 * <p>A head of 28 bytes: {@code WsK1}; bits of a hash that are kept (h); bits of a record's number
 * (w); low bits of the Rice code of differences between hashes (k); what numbers are; records (4
 * bytes); pages (4); bytes of lists (8); CRC-32C of the head. Then the pages of {@value
 * #PAGE_BYTES} bytes each, the first hash of each page (5 bytes), and the lists.
 *
 * <p>A page: CRC-32C of what follows, how many hashes (2 bytes), its first hash and the next page's
 * first (5 each), and bits: for every hash its difference from the one before (Rice code, k), how
 * many records have it (Elias gamma), and their numbers: the first in as many bits as the greatest
 * needs, then the gaps as above. A page answers for all hashes from its first to the next page's
 * first, so that a look-up that finds nothing has been checked as well as one that finds.
 *
 * <h2>Numbers</h2>
 *
 * <p>More than {@value #INLINE} numbers ({@value #INLINE_GROUPS} of groups) stand in a list, the
 * place of which, 40 bits, stands in their stead.
 *
 * <p>A list: chunks of up to {@value #CHUNK} numbers: CRC-32C of what follows, the first number (4
 * bytes), how many (2), low bits of their Rice code (1), bytes (2), and the gaps, less one.
 *
 * <p>What numbers are: 0, of records; 1, of runs, where records of one clue lie together: a number
 * is that of the first record, and is followed by how many they are (Elias gamma), in lists too; 2,
 * of blocks, in as few bits as those need, where a clue is in {@value #FEW_BLOCKS} of them at most,
 * else of records, of which there are more then; 3, of groups of neighbouring blocks, however many.
 * A block has to be unpacked anyway, and six bits less for each of sixteen keys are a twentieth of
 * all that is kept.
 *
 * <p>The anchors of sketches have keys of their own, in which 19 bits stand for a hash: the place,
 * 0 to 7, and the value, 16 bits. Their numbers are of blocks where those of the other keys are
 * (until format 4 of a segment), then of groups: {@code Anchors} says of a block that it has none
 * without its being unpacked.
 *
 * <p>Two clues whose hashes agree in h bits are one: some 2^-8 of all questions meet a record that
 * is not asked for (2^-5 where numbers are of blocks), so the record decides. Public for the bounds
 * that segments and columns share with the keys.
 */
public final class KeyFormat {
  static final int MAGIC = 0x57734b31;
  static final int HEAD_BYTES = 28;
  static final int RANGED_MAGIC = 0x57734b32;
  static final int RANGED_HEAD_BYTES = 34;
  static final int PAGE_BYTES = 1024;
  static final int PAGE_HEAD = 16;
  static final int HASH_BYTES = 5;
  static final int HASH_BITS = 40;
  public static final int ORDINAL_BITS = 24;
  public static final int MAX_RECORDS = 1 << ORDINAL_BITS;
  static final int INLINE = 32;
  static final int LIST_BITS = 40;
  static final int CHUNK = 512;
  static final int CHUNK_HEAD = 13;

  /** In the head: numbers are of runs. */
  static final int RUNS = 1;

  /** In the head: numbers are of blocks where they are few. */
  static final int BLOCKS = 2;

  /** In the head: numbers are of groups of blocks. */
  static final int GROUPS = 3;

  /** Bytes of a page that is for a range of hashes, about. */
  static final int RANGED_PAGE = 256;

  /** The same of {@link #INLINE} where numbers are of groups of blocks, of which there are few. */
  static final int INLINE_GROUPS = 128;

  /**
   * A group has two to the power of this many blocks: an anchor is looked for in each of them,
   * which takes less than to unpack one.
   */
  static final int GROUP = 3;

  /** So many blocks at most are few. */
  static final int FEW_BLOCKS = 4;

  /** Records of a block, about. */
  public static final int IN_BLOCK = 80;

  /**
   * Bits of an anchor of a sketch: its place and its value. They are as random as hashes and have
   * keys of their own, in which nothing is spared beyond them.
   */
  public static final int ANCHOR_BITS = 19;

  /** Beyond what tells the hashes of a segment apart. */
  static final int SPARE_BITS = 8;

  /**
   * The same where most numbers are of blocks: of 30 days' segments one then has a block in vain
   * for two of three questions, and a record takes three bytes less.
   */
  static final int SPARE_BITS_IN_BLOCKS = 5;

  private KeyFormat() {}

  /** Low bits of the Rice code for numbers of this mean. */
  static int low(long mean) {
    return mean < 2 ? 0 : 63 - Long.numberOfLeadingZeros(mean * 45 / 64 + 1);
  }

  /** The same for the gaps of {@code count} numbers below {@code records}. */
  static int gapLow(int records, int count) {
    return low(records / Math.max(1, count));
  }

  /** Bits that a number below {@code records} takes. */
  static int ordinalBits(int records) {
    return Math.max(1, 32 - Integer.numberOfLeadingZeros(Math.max(1, records - 1)));
  }

  /** More numbers than that stand in a list. */
  static int inline(int numbersAre) {
    return numbersAre == GROUPS ? INLINE_GROUPS : INLINE;
  }

  /** Where a page would begin were all of one size. */
  static int evenly(int page, int pages, int pageBytes) {
    return (int) ((long) page * pageBytes / pages);
  }

  /** The first hash of the range that a page is for. */
  static long rangeStart(int page, int pages, int kept) {
    return (((long) page << kept) + pages - 1) / pages;
  }
}
