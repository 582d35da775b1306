package org.whosent.indexer.store.segment.key;

import java.io.IOException;
import org.whosent.indexer.store.bytes.Bytes;

/**
 * Keys in pages that are for equal ranges of hashes: a hash alone tells its page, and where that
 * begins stands in one place. A page is four or five lines of a processor's cache. Of segments that
 * lie by user, from format 5 on.
 */
final class RangedKeyReader extends KeyReader {
  private final int kept;
  private final int low;
  private final int pages;
  private final int pageBytes;
  private final int places;
  private final int placeBytes;

  /** Where each page begins; null where that is read when it is wanted. */
  private byte[] table;

  /** The same of two pages. */
  private final byte[] two = new byte[2 * Integer.BYTES];

  /** A page behind its number, and room for eight bytes wherever in it one begins to read. */
  private byte[] page = new byte[4 + 2 * KeyFormat.RANGED_PAGE];

  private int start;
  private int end;

  /** Numbers of the hash whose {@link #difference} was read last. */
  private int have;

  RangedKeyReader(KeyBytes keys, KeyHead head, int blocks) throws IOException {
    super(keys, head, groups(blocks, head.group()), (int) head.beforeLists());
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

  /** Where a page begins, of which what says so stands at some place of these bytes. */
  private int place(int pageNumber, byte[] bytes, int at) {
    return placeBytes == 4
        ? Bytes.integer(bytes, at)
        : KeyFormat.evenly(pageNumber, pages, pageBytes)
            + (short) (bytes[at] << 8 | bytes[at + 1] & 0xff);
  }

  private int pageOf(long hash) {
    return (int) (hash * pages >>> kept);
  }

  public @Override Ordinals find(long hash64) throws IOException {
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
    if (table == null) {
      table = keys.table(places, pages * placeBytes);
    }
    boolean last = pageNumber + 1 == pages;
    byte[] bytes = table == null ? two : table;
    int at = table == null ? 0 : pageNumber * placeBytes;
    if (table == null) {
      keys.read(places + pageNumber * placeBytes, two, 0, last ? placeBytes : 2 * placeBytes);
    }
    int from = place(pageNumber, bytes, at);
    int length = (last ? pageBytes : place(pageNumber + 1, bytes, at + placeBytes)) - from;
    if (from < 0 || length < 4 || length > pageBytes - from) {
      throw new IOException("the list of key pages is damaged");
    }
    if (page.length < length + Long.BYTES) {
      page = new byte[length + Long.BYTES];
    }
    keys.read(head.length() + from, page, 0, length);
    int crc = Bytes.integer(page, 0);
    for (int i = 0; i < 4; i++) {
      page[i] = (byte) (pageNumber >>> (24 - 8 * i));
    }
    if (crc != Bytes.crc(page, 0, length)) {
      throw new IOException("key page " + pageNumber + " is damaged");
    }
    bits.set(page, 4, length);
    start = from;
    end = length;
  }

  public @Override void verify() throws IOException {
    int at = 0;
    for (int i = 0; i < pages; i++) {
      read(i);
      if (start != at) {
        throw new IOException("the list of key pages is damaged");
      }
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
