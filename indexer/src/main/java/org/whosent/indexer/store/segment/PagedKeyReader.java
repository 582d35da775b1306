package org.whosent.indexer.store.segment;

import java.io.IOException;

/** Keys in pages of one size: of segments that lie by time, and of all until format 4. */
final class PagedKeyReader extends KeyReader {
  private final int kept;
  private final int low;
  private final int pages;
  private final int firsts;
  private final byte[] page = new byte[KeyFormat.PAGE_BYTES];

  PagedKeyReader(MappedFile.Keys in, KeyHead head, int blocks) {
    super(in, head, blocks, (int) head.beforeLists());
    kept = head.kept();
    low = head.low();
    pages = head.pages();
    firsts = KeyFormat.HEAD_BYTES + pages * KeyFormat.PAGE_BYTES;
  }

  @Override
  long firstNumber(int of) throws IOException {
    return bits.get(KeyFormat.ordinalBits(of));
  }

  private long first(int pageNumber) {
    int at = firsts + pageNumber * KeyFormat.HASH_BYTES;
    return (keys.getInt(at) & 0xffff_ffffL) << 8 | keys.get(at + 4) & 0xff;
  }

  @Override
  int fetchPlace(long hash64) {
    return 0; // it takes many reads to find a page, each of which hangs on the one before
  }

  @Override
  int fetchPage(long hash64) {
    return 0;
  }

  @Override
  Ordinals find(long hash64) throws IOException {
    if (pages == 0) {
      return null;
    }
    long hash = hash64 >>> (64 - kept);
    // Hashes are spread evenly: the page is the one that is guessed or a few away, and what is
    // compared on the way to it lies in a line or two of the processor's cache.
    int from = Math.min(pages - 1, (int) ((double) hash / (1L << kept) * pages));
    int to;
    int step = 1;
    in.place(firsts + from * KeyFormat.HASH_BYTES, KeyFormat.HASH_BYTES);
    if (first(from) <= hash) {
      while (step < pages - from && first(from + step) <= hash) {
        from += step;
        step *= 2;
      }
      to = Math.min(pages - 1, from + step - 1);
    } else {
      to = Math.max(0, from - 1);
      from = to;
      while (from > 0 && first(from) > hash) {
        to = from - 1;
        step *= 2;
        from = Math.max(0, from - step);
      }
    }
    while (from < to) {
      int middle = (from + to + 1) >>> 1;
      if (first(middle) <= hash) {
        from = middle;
      } else {
        to = middle - 1;
      }
    }
    return find(from, hash);
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
    in.place(at, KeyFormat.PAGE_BYTES);
    keys.get(at, page);
    int crc = (page[0] << 24) | (page[1] & 0xff) << 16 | (page[2] & 0xff) << 8 | page[3] & 0xff;
    if (crc != KeyFormat.crc(page, 4, KeyFormat.PAGE_BYTES)) {
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

  @Override
  void verify() throws IOException {
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
