package org.whosent.indexer.store.segment;

import java.util.zip.CRC32C;

/**
 * The keys of a segment: which records have a clue, by its hash. Written by {@link KeyWriter}, read
 * by {@link KeyReader}. Stateless.
 *
 * <p>A head of 28 bytes: {@code WsK1}; bits of a hash that are kept (h); bits of a record's number
 * (w); low bits of the Rice code of differences between hashes (k); what numbers are: 0, 1 or 2,
 * see below; records (4 bytes); pages (4); bytes of lists (8); CRC-32C of the head. Then the pages
 * of {@value #PAGE_BYTES} bytes each, the first hash of each page (5 bytes), and the lists.
 *
 * <p>A page: CRC-32C of what follows, how many hashes (2 bytes), its first hash and the next page's
 * first (5 each), and bits: for every hash its difference from the one before (Rice code, k), how
 * many records have it (Elias gamma), and their numbers: the first in w bits, then the gaps, less
 * one, in Rice code. More than {@value #INLINE} numbers stand in a list, the place of which, 40
 * bits, stands in their stead. A page answers for all hashes from its first to the next page's
 * first, so that a look-up that finds nothing has been checked as well as one that finds.
 *
 * <p>A list: chunks of up to {@value #CHUNK} numbers: CRC-32C of what follows, the first number (4
 * bytes), how many (2), low bits of their Rice code (1), bytes (2), and the gaps, less one.
 *
 * <p>What numbers are: 0, of records; 1, of runs, where records of one clue lie together: a number
 * is that of the first record, and is followed by how many they are (Elias gamma), in lists too; 2,
 * of blocks, in as few bits as those need, where a clue is in {@value #FEW_BLOCKS} of them at most,
 * else of records, of which there are more then. A block has to be unpacked anyway, and six bits
 * less for each of sixteen keys are a twentieth of all that is kept.
 *
 * <p>The anchors of sketches have keys of their own, in which 19 bits stand for a hash: the place,
 * 0 to 7, and the value, 16 bits.
 *
 * <p>Two clues whose hashes agree in h bits are one: some 2^-8 of all questions meet a record that
 * is not asked for, so the record decides.
 */
final class KeyFormat {
  static final int MAGIC = 0x57734b31;
  static final int HEAD_BYTES = 28;
  static final int PAGE_BYTES = 1024;
  static final int PAGE_HEAD = 16;
  static final int HASH_BYTES = 5;
  static final int HASH_BITS = 40;
  static final int ORDINAL_BITS = 24;
  static final int MAX_RECORDS = 1 << ORDINAL_BITS;
  static final int INLINE = 32;
  static final int LIST_BITS = 40;
  static final int CHUNK = 512;
  static final int CHUNK_HEAD = 13;

  /** In the head: numbers are of runs. */
  static final int RUNS = 1;

  /** In the head: numbers are of blocks where they are few. */
  static final int BLOCKS = 2;

  /** So many blocks at most are few. */
  static final int FEW_BLOCKS = 4;

  /** Records of a block, about. */
  static final int IN_BLOCK = 96;

  /**
   * Bits of an anchor of a sketch: its place and its value. They are as random as hashes and have
   * keys of their own, in which nothing is spared beyond them.
   */
  static final int ANCHOR_BITS = 19;

  /** Beyond what tells the hashes of a segment apart. */
  static final int SPARE_BITS = 8;

  /**
   * The same where most numbers are of blocks: of 30 days' segments one then has a block in vain
   * for two of three questions, and a record takes three bytes less.
   */
  static final int SPARE_BITS_IN_BLOCKS = 5;

  private KeyFormat() {}

  static int crc(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }

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
}
