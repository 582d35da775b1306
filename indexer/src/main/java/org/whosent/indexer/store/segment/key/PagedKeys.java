package org.whosent.indexer.store.segment.key;

import org.whosent.indexer.store.bytes.Bytes;

/** Keys in pages of one size: of segments that lie by time. Not thread-safe. */
final class PagedKeys extends KeyPages {
  private final Bytes pages = new Bytes(1 << 12);
  private final Bytes firsts = new Bytes(256);
  private int inPage;
  private int pageCount;
  private long pageFirst;
  private long before;

  PagedKeys(KeyPlan plan) {
    super(plan, null);
  }

  @Override
  void put(long hash, int[] numbers, int have, boolean ofBlocks) {
    long place = list(numbers, have);
    int room = (KeyFormat.PAGE_BYTES - KeyFormat.PAGE_HEAD) * 8;
    int start = page.bits();
    encode(inPage == 0 ? 0 : hash - before, numbers, have, ofBlocks, place);
    if (inPage > 0 && page.bits() > room) {
      page.cut(start);
      closePage(hash);
      encode(0, numbers, have, ofBlocks, place);
    }
    if (inPage == 0) {
      pageFirst = hash;
    }
    inPage++;
    before = hash;
  }

  private void encode(long difference, int[] numbers, int have, boolean ofBlocks, long place) {
    page.rice(difference, plan.low());
    page.gamma(have);
    putNumbers(numbers, have, ofBlocks, place);
  }

  @Override
  void putFirst(int number, int of) {
    page.put(number, KeyFormat.ordinalBits(of));
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

  @Override
  byte[] finish() {
    closePage(1L << plan.kept());
    Bytes out = new Bytes(KeyFormat.HEAD_BYTES + pages.length + firsts.length + lists.length);
    new KeyHead(
            false,
            plan.kept(),
            plan.width(),
            plan.low(),
            plan.numbersAre(),
            0,
            0,
            plan.records(),
            pageCount,
            0,
            lists.length)
        .write(out);
    out.put(pages.array, 0, pages.length);
    out.put(firsts.array, 0, firsts.length);
    return out.put(lists.array, 0, lists.length).toArray();
  }
}
