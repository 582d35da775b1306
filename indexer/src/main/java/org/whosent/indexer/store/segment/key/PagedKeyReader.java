package org.whosent.indexer.store.segment.key;

import java.io.IOException;
import org.whosent.indexer.store.bytes.Bytes;

/** Keys in pages of one size: of segments that lie by time, and of all until format 4. */
final class PagedKeyReader extends KeyReader {
  /** First hashes that are read together: the page that is sought is near the one guessed. */
  private static final int SOME = 64;

  private final int kept;
  private final int low;
  private final int pages;
  private final int firsts;
  private final byte[] page = new byte[KeyFormat.PAGE_BYTES];

  /** First hashes of the pages from one on, up to another. */
  private byte[] some = new byte[SOME * KeyFormat.HASH_BYTES];

  private int from;
  private int to;

  PagedKeyReader(KeyBytes keys, KeyHead head, int blocks) {
    super(keys, head, blocks, (int) head.beforeLists());
    kept = head.kept();
    low = head.low();
    pages = head.pages();
    firsts = KeyFormat.HEAD_BYTES + pages * KeyFormat.PAGE_BYTES;
  }

  @Override
  long firstNumber(int of) throws IOException {
    return bits.get(KeyFormat.ordinalBits(of));
  }

  private long first(int pageNumber) throws IOException {
    if (pageNumber < from || pageNumber >= to) {
      read(pageNumber - SOME / 4, SOME);
    }
    int at = (pageNumber - from) * KeyFormat.HASH_BYTES;
    return (Bytes.integer(some, at) & 0xffff_ffffL) << 8 | some[at + 4] & 0xff;
  }

  /** Reads first hashes of so many pages from one on, or of all, where these are kept. */
  private void read(int pageNumber, int count) throws IOException {
    byte[] all = keys.table(firsts, pages * KeyFormat.HASH_BYTES);
    if (all != null) {
      some = all;
      from = 0;
      to = pages;
      return;
    }
    from = 0;
    to = 0;
    int first = Math.max(0, pageNumber);
    int have = Math.min(count, pages - first);
    keys.read(firsts + first * KeyFormat.HASH_BYTES, some, 0, have * KeyFormat.HASH_BYTES);
    from = first;
    to = first + have;
  }

  public @Override Ordinals find(long hash64) throws IOException {
    if (pages == 0) {
      return null;
    }
    long hash = hash64 >>> (64 - kept);
    // Hashes are spread evenly: the page is the one that is guessed or a few away, and what is
    // compared on the way to it lies in a line or two of the processor's cache.
    int least = Math.min(pages - 1, (int) ((double) hash / (1L << kept) * pages));
    int most;
    int step = 1;
    if (first(least) <= hash) {
      while (step < pages - least && first(least + step) <= hash) {
        least += step;
        step *= 2;
      }
      most = Math.min(pages - 1, least + step - 1);
    } else {
      most = Math.max(0, least - 1);
      least = most;
      while (least > 0 && first(least) > hash) {
        most = least - 1;
        step *= 2;
        least = Math.max(0, least - step);
      }
    }
    while (least < most) {
      int middle = (least + most + 1) >>> 1;
      if (first(middle) <= hash) {
        least = middle;
      } else {
        most = middle - 1;
      }
    }
    return find(least, hash);
  }

  private Ordinals find(int pageNumber, long hash) throws IOException {
    int count = read(pageNumber);
    long current = number(6);
    long next = number(6 + KeyFormat.HASH_BYTES);
    if (hash < current && pageNumber == 0) {
      return null;
    }
    if (hash < current || hash >= next) {
      throw new IOException("the list of key pages is damaged");
    }
    int one = KeyFormat.ordinalBits(ofBlocks(1) ? blocks : head.records());
    boolean runs = runs();
    for (int i = 0; i < count; i++) {
      // Most have one number: then all there is of a hash is in one look at the bits.
      current = bits.passWhile(current, hash, low, one, runs, count - i);
      i += bits.passed();
      if (i == count) {
        return null;
      }
      current += bits.rice(low);
      int have = bits.gamma();
      if (current == hash) {
        return numbers(have);
      }
      if (current > hash) {
        return null;
      }
      pass(have);
    }
    return null;
  }

  /** Reads and checks a page; says how many hashes are in it. */
  private int read(int pageNumber) throws IOException {
    int at = KeyFormat.HEAD_BYTES + pageNumber * KeyFormat.PAGE_BYTES;
    keys.read(at, page, 0, KeyFormat.PAGE_BYTES);
    int crc = (page[0] << 24) | (page[1] & 0xff) << 16 | (page[2] & 0xff) << 8 | page[3] & 0xff;
    if (crc != Bytes.crc(page, 4, KeyFormat.PAGE_BYTES)) {
      throw new IOException("key page " + pageNumber + " is damaged");
    }
    bits.set(page, KeyFormat.PAGE_HEAD, KeyFormat.PAGE_BYTES);
    return (page[4] & 0xff) << 8 | page[5] & 0xff;
  }

  private long number(int at) {
    long value = 0;
    for (int i = 0; i < KeyFormat.HASH_BYTES; i++) {
      value = value << 8 | page[at + i] & 0xff;
    }
    return value;
  }

  public @Override void verify() throws IOException {
    long expected = -1;
    for (int i = 0; i < pages; i++) {
      int count = read(i);
      if (number(6) != first(i) || expected >= 0 && number(6) != expected) {
        throw new IOException("the list of key pages is damaged");
      }
      expected = number(6 + KeyFormat.HASH_BYTES);
      for (int k = 0; k < count; k++) {
        bits.rice(low);
        int have = bits.gamma();
        verifyNumbers(have);
      }
    }
    if (pages > 0 && expected != 1L << kept) {
      throw new IOException("key pages are missing");
    }
  }
}
