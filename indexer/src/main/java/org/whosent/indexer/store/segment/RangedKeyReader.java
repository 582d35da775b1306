package org.whosent.indexer.store.segment;

import java.io.IOException;

/**
 * Keys in pages that are for equal ranges of hashes: a hash alone tells its page, and where that
 * begins stands in one place. A page is four or five lines of a processor's cache. Of segments that
 * lie by user, from format 5 on.
 */
final class RangedKeyReader extends KeyReader {
  /** Bytes of a line of a processor's cache. */
  private static final int LINE = 64;

  private final int kept;
  private final int low;
  private final int pages;
  private final int pageBytes;
  private final int places;
  private final int placeBytes;

  /** A page behind its number, and room for eight bytes wherever in it one begins to read. */
  private byte[] page = new byte[4 + 2 * KeyFormat.RANGED_PAGE];

  private int end;

  /** Numbers of the hash whose {@link #difference} was read last. */
  private int have;

  RangedKeyReader(MappedFile.Keys in, KeyHead head, int blocks) throws IOException {
    super(in, head, groups(blocks, head.group()), (int) head.beforeLists());
    kept = head.kept();
    low = head.low();
    pages = head.pages();
    pageBytes = head.pageBytes();
    places = head.length() + pageBytes;
    placeBytes = head.placeBytes();
    if (kept < 1
        || kept > KeyFormat.HASH_BITS
        || head.records() < 1
        || placeBytes != 2 && placeBytes != 4) {
      throw new IOException("keys that cannot be read");
    }
  }

  private static int groups(int blocks, int shift) {
    return (int) ((long) blocks + (1L << shift) - 1 >>> shift);
  }

  @Override
  long firstNumber(int of) throws IOException {
    return bits.below(of);
  }

  /** Where a page begins, and the one before the first after all ends. */
  private int place(int pageNumber) {
    if (pageNumber == pages) {
      return pageBytes;
    }
    int at = places + pageNumber * placeBytes;
    return placeBytes == 4
        ? keys.getInt(at)
        : KeyFormat.evenly(pageNumber, pages, pageBytes) + keys.getShort(at);
  }

  private int pageOf(long hash) {
    return (int) (hash * pages >>> kept);
  }

  @Override
  int fetchPlace(long hash64) {
    return pages == 0 ? 0 : place(pageOf(hash64 >>> (Long.SIZE - kept)));
  }

  @Override
  int fetchPage(long hash64) {
    int from = head.length() + fetchPlace(hash64);
    int last = keys.capacity() - 1;
    if (pages == 0 || from < 0 || from > last) {
      return 0; // whoever reads it will say so
    }
    int sum = 0;
    for (int i = 0; i < KeyFormat.RANGED_PAGE; i += LINE) {
      sum += keys.get(Math.min(from + i, last));
    }
    return sum;
  }

  @Override
  Ordinals find(long hash64) throws IOException {
    if (pages == 0) {
      return null;
    }
    long hash = hash64 >>> (Long.SIZE - kept);
    int pageNumber = pageOf(hash);
    read(pageNumber);
    int of = ofBlocks(1) ? blocks : head.records();
    boolean runs = runs();
    long current = KeyFormat.rangeStart(pageNumber, pages, kept) - 1;
    while (true) {
      // Most have one number: then all there is of a hash is in one look at the bits.
      current = bits.passSingles(current, hash, low, of, runs);
      if (bits.atEnd()) {
        return null;
      }
      current += difference();
      if (current >= hash) {
        return current == hash ? numbers(have) : null;
      }
      pass(have);
    }
  }

  /** Reads how far the next hash is from the one before, and how many numbers it has. */
  private long difference() throws IOException {
    have = 1;
    long difference = bits.rice(low);
    if (difference == 0) {
      have = severalOf();
      difference = bits.rice(low);
    }
    return difference;
  }

  private int severalOf() throws IOException {
    int have = bits.gamma() + 1;
    if (have < 2) {
      throw new IOException("a count without end");
    }
    return have;
  }

  /** Reads and checks a page. */
  private void read(int pageNumber) throws IOException {
    in.place(places + pageNumber * placeBytes, pageNumber + 1 == pages ? 1 : 2 * placeBytes);
    int from = place(pageNumber);
    int length = place(pageNumber + 1) - from;
    if (from < 0 || length < 4 || length > pageBytes - from) {
      throw new IOException("the list of key pages is damaged");
    }
    in.place(head.length() + from, length);
    if (page.length < length + Long.BYTES) {
      page = new byte[length + Long.BYTES];
    }
    keys.get(head.length() + from, page, 0, length);
    int crc = SegmentFormat.integer(page, 0);
    for (int i = 0; i < 4; i++) {
      page[i] = (byte) (pageNumber >>> (24 - 8 * i));
    }
    if (crc != KeyFormat.crc(page, 0, length)) {
      throw new IOException("key page " + pageNumber + " is damaged");
    }
    bits.set(page, 4, length);
    end = length;
  }

  @Override
  void verify() throws IOException {
    int at = 0;
    for (int i = 0; i < pages; i++) {
      if (place(i) != at) {
        throw new IOException("the list of key pages is damaged");
      }
      read(i);
      at += end;
      long current = KeyFormat.rangeStart(i, pages, kept) - 1;
      long below = KeyFormat.rangeStart(i + 1, pages, kept);
      while (!bits.atEnd()) {
        long difference = difference();
        current += difference;
        if (difference == 0 || current >= below) {
          throw new IOException("key page " + i + " is damaged");
        }
        verifyNumbers(have);
      }
    }
    if (at != pageBytes) {
      throw new IOException("key pages are missing");
    }
  }
}
