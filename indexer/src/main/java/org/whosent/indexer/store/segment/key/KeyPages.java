package org.whosent.indexer.store.segment.key;

import java.util.function.IntUnaryOperator;
import org.whosent.indexer.store.bytes.BitWriter;
import org.whosent.indexer.store.bytes.Bytes;

/**
 * Keys on their way into bytes, hash by hash in ascending order: see {@link KeyFormat}. Not
 * thread-safe.
 */
abstract sealed class KeyPages permits PagedKeys, RangedKeys {
  final KeyPlan plan;
  final BitWriter page = new BitWriter();
  final Bytes lists = new Bytes(256);
  private final IntUnaryOperator runLengths;

  /**
   * What is known before the first hash is put.
   *
   * @param kept bits of a hash
   * @param low of the Rice code of differences
   * @param numbersAre what numbers are
   * @param group a group has two to the power of this many blocks
   * @param records of the segment
   * @param blocks of it, or groups of them
   * @param bits that all hashes and numbers take, about
   */
  record KeyPlan(int kept, int low, int numbersAre, int group, int records, int blocks, long bits) {
    int width() {
      return KeyFormat.ordinalBits(records);
    }
  }

  /** Of which numbers may begin runs of so many records. */
  KeyPages(KeyPlan plan, IntUnaryOperator runLengths) {
    this.plan = plan;
    this.runLengths = runLengths;
  }

  /**
   * Puts the next hash, which is greater than the one before.
   *
   * @param numbers ascending
   * @param have how many they are
   * @param ofBlocks they are of blocks, or groups of them, and not of records
   */
  abstract void put(long hash, int[] numbers, int have, boolean ofBlocks);

  /** Puts the first number of a hash, which is below {@code of}. */
  abstract void putFirst(int number, int of);

  /** All of it. */
  abstract byte[] finish();

  final int inline() {
    return KeyFormat.inline(plan.numbersAre);
  }

  /** Puts the place of numbers that stand in a list, or else the numbers. */
  final void putNumbers(int[] numbers, int have, boolean ofBlocks, long place) {
    if (have > inline()) {
      page.put(place, KeyFormat.LIST_BITS);
      return;
    }
    int of = ofBlocks ? plan.blocks : plan.records;
    int gapLow = KeyFormat.gapLow(of, have);
    putFirst(numbers[0], of);
    runLength(page, numbers[0]);
    for (int i = 1; i < have; i++) {
      page.rice(numbers[i] - numbers[i - 1] - 1, gapLow);
      runLength(page, numbers[i]);
    }
  }

  private void runLength(BitWriter out, int first) {
    if (plan.numbersAre == KeyFormat.RUNS) {
      out.gamma(runLengths.applyAsInt(first));
    }
  }

  /** Puts a list where numbers are to stand in one; says where it is. */
  final long list(int[] numbers, int have) {
    if (have <= inline()) {
      return 0;
    }
    long place = lists.length;
    BitWriter gaps = new BitWriter();
    Bytes packed = new Bytes(1024);
    for (int from = 0; from < have; from += KeyFormat.CHUNK) {
      int to = Math.min(have, from + KeyFormat.CHUNK);
      gaps.clear();
      int chunkLow = KeyFormat.gapLow(numbers[to - 1] - numbers[from], to - from);
      runLength(gaps, numbers[from]);
      for (int i = from + 1; i < to; i++) {
        gaps.rice(numbers[i] - numbers[i - 1] - 1, chunkLow);
        runLength(gaps, numbers[i]);
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

  /** Puts the checksum of what follows the four bytes at {@code start} there. */
  static void seal(Bytes bytes, int start) {
    bytes.set(start, Bytes.crc(bytes.array, start + 4, bytes.length));
  }
}
