package org.whosent.indexer.store.segment.key;

import java.util.function.IntUnaryOperator;
import org.whosent.indexer.store.bytes.Bytes;

/**
 * Keys in pages that are for equal ranges of hashes: of segments that lie by user. Not thread-safe.
 */
final class RangedKeys extends KeyPages {
  private final Bytes pages = new Bytes(1 << 12);
  private final int[] places;
  private int open = -1;
  private long nextRange;
  private long before;

  RangedKeys(KeyPlan plan, IntUnaryOperator runLengths) {
    super(plan, runLengths);
    long bytes = plan.bits() / 8;
    // No more of them than hashes.
    long most = Math.min(1L << plan.kept(), KeyFormat.MAX_RECORDS);
    places = new int[(int) (bytes == 0 ? 0 : Math.min(most, bytes / KeyFormat.RANGED_PAGE + 1))];
  }

  @Override
  void put(long hash, int[] numbers, int have, boolean ofBlocks) {
    while (hash >= nextRange) {
      nextPage();
    }
    if (have > 1) {
      page.rice(0, plan.low());
      page.gamma(have - 1);
    }
    page.rice(hash - before, plan.low());
    putNumbers(numbers, have, ofBlocks, list(numbers, have));
    before = hash;
  }

  @Override
  void putFirst(int number, int of) {
    page.below(number, of);
  }

  private void nextPage() {
    closePage();
    open++;
    places[open] = pages.length;
    before = KeyFormat.rangeStart(open, places.length, plan.kept()) - 1;
    nextRange = KeyFormat.rangeStart(open + 1, places.length, plan.kept());
  }

  private void closePage() {
    if (open < 0) {
      return;
    }
    int start = pages.length;
    pages.number(open, 4);
    page.fillUp();
    page.copyTo(pages);
    pages.set(start, Bytes.crc(pages.array, start, pages.length));
    page.clear();
  }

  /** As distances from where they would be were all of one size, if those are short enough. */
  private int placeBytes() {
    for (int i = 0; i < places.length; i++) {
      int distance = places[i] - KeyFormat.evenly(i, places.length, pages.length);
      if (distance != (short) distance) {
        return 4;
      }
    }
    return 2;
  }

  @Override
  byte[] finish() {
    while (open < places.length - 1) {
      nextPage();
    }
    closePage();
    int placeBytes = placeBytes();
    Bytes out = new Bytes(64 + pages.length + places.length * placeBytes + lists.length);
    new KeyHead(
            true,
            plan.kept(),
            plan.width(),
            plan.low(),
            plan.numbersAre(),
            plan.group(),
            placeBytes,
            plan.records(),
            places.length,
            pages.length,
            lists.length)
        .write(out);
    out.put(pages.array, 0, pages.length);
    for (int i = 0; i < places.length; i++) {
      int even = placeBytes == 4 ? 0 : KeyFormat.evenly(i, places.length, pages.length);
      out.number(places[i] - even, placeBytes);
    }
    return out.put(lists.array, 0, lists.length).toArray();
  }
}
