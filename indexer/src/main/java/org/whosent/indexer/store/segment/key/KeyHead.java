package org.whosent.indexer.store.segment.key;

import java.io.IOException;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;

/**
 * The head of a segment's keys, as {@link KeyFormat} says. Immutable.
 *
 * @param ranged pages are for equal ranges of hashes; else they are of equal size
 * @param kept bits of a hash that are kept
 * @param width bits of a record's number
 * @param low low bits of the Rice code of differences between hashes
 * @param numbersAre what numbers are
 * @param group a group has two to the power of this many blocks
 * @param placeBytes bytes that say where a page begins
 * @param records of the segment
 * @param pages how many there are
 * @param pageBytes bytes of all pages
 * @param listBytes bytes of all lists
 */
record KeyHead(
    boolean ranged,
    int kept,
    int width,
    int low,
    int numbersAre,
    int group,
    int placeBytes,
    int records,
    int pages,
    int pageBytes,
    long listBytes) {
  /** Puts it. */
  void write(Bytes out) {
    int start = out.length;
    out.number(ranged ? KeyFormat.RANGED_MAGIC : KeyFormat.MAGIC, 4);
    out.put(kept).put(width).put(low).put(numbersAre);
    if (ranged) {
      out.put(group).put(placeBytes).number(pageBytes, 4);
    }
    out.number(records, 4).number(pages, 4).number(listBytes, 8);
    out.number(Bytes.crc(out.array, start, out.length), 4);
  }

  /** Bytes that it takes. */
  int length() {
    return ranged ? KeyFormat.RANGED_HEAD_BYTES : KeyFormat.HEAD_BYTES;
  }

  /** Bytes of all before the lists. */
  long beforeLists() {
    long places =
        (long) pages * (ranged ? placeBytes : KeyFormat.PAGE_BYTES + KeyFormat.HASH_BYTES);
    return length() + pageBytes + places;
  }

  /**
   * Reads and checks it.
   *
   * @param alone nothing comes after these keys
   * @throws IOException when it is damaged
   */
  static KeyHead read(KeyBytes keys, boolean alone) throws IOException {
    int capacity = keys.length();
    if (capacity < KeyFormat.HEAD_BYTES) {
      throw new IOException("keys without a head");
    }
    int most = Math.min(capacity, KeyFormat.RANGED_HEAD_BYTES);
    byte[] bytes = keys.copy(0, most);
    int magic = Bytes.integer(bytes, 0);
    boolean ranged = magic == KeyFormat.RANGED_MAGIC;
    if (!ranged && magic != KeyFormat.MAGIC) {
      throw new IOException("no keys");
    }
    int length = ranged ? KeyFormat.RANGED_HEAD_BYTES : KeyFormat.HEAD_BYTES;
    if (most < length || Bytes.integer(bytes, length - 4) != Bytes.crc(bytes, 0, length - 4)) {
      throw new IOException("the head of the keys is damaged");
    }
    Cursor in = new Cursor(bytes);
    in.at = 4;
    int kept = in.next();
    int width = in.next();
    int low = in.next();
    int numbersAre = in.next();
    int group = ranged ? in.next() : 0;
    int placeBytes = ranged ? in.next() : 0;
    int pageBytes = ranged ? (int) in.number(4) : 0;
    KeyHead head =
        new KeyHead(
            ranged,
            kept,
            width,
            low,
            numbersAre,
            group,
            placeBytes,
            (int) in.number(4),
            (int) in.number(4),
            pageBytes,
            in.number(8));
    long all = head.beforeLists() + head.listBytes;
    if (head.pages < 0
        || head.pageBytes < 0
        || head.listBytes < 0
        || (alone ? all != capacity : all > capacity)) {
      throw new IOException("the keys are cut short");
    }
    return head;
  }
}
