package org.whosent.indexer.store.segment;

import java.util.Arrays;
import org.whosent.indexer.store.bytes.Bytes;

/**
 * What of a dictionary stands only in blocks that lose records: those were among the blocks that it
 * was trained on then, and it would keep some of their bytes. Not thread-safe.
 *
 * <p>For each place of the dictionary the longest text is sought that begins there and is in one of
 * these blocks too. If no other block has all of it, it goes: whoever unpacks with what is left
 * must look whether it was wanted.
 */
final class Traces {
  /** Fewer bytes tell nothing, and are found anywhere. */
  private static final int LEAST = 4;

  /** So many bytes a dictionary of zstd has at most before its texts: tables of frequencies. */
  private static final int TABLES = 256;

  private static final int BUCKET_BITS = 16;

  /** So many bytes are compared at most: texts that repeat themselves meet in as many places. */
  private static final long MOST_COMPARED = 1L << 29;

  private final byte[] dictionary;

  /** How long the text is that begins at each place and is not known to be in another block. */
  private final int[] lost;

  /** The first place with four bytes of that hash, and the next one of each place; -1 for none. */
  private final int[] places = new int[1 << BUCKET_BITS];

  private final int[] next;
  private boolean looking;
  private long compared;

  Traces(byte[] dictionary) {
    this.dictionary = dictionary;
    this.lost = new int[dictionary.length];
    this.next = new int[dictionary.length];
    chain(0);
  }

  /** Makes the lists of the places with so much to lose. */
  private void chain(int least) {
    Arrays.fill(places, -1);
    for (int p = dictionary.length - LEAST; p >= 0; p--) {
      if (lost[p] >= least) {
        int bucket = bucket(dictionary, p);
        next[p] = places[bucket];
        places[bucket] = p;
      }
    }
  }

  /** Whether more may be compared. */
  private boolean isLeft() {
    return compared < MOST_COMPARED;
  }

  private static int bucket(byte[] bytes, int at) {
    return Bytes.integer(bytes, at) * 0x9E37_79B1 >>> (Integer.SIZE - BUCKET_BITS);
  }

  /** Takes a block that loses records, as it was. All of these come first. */
  void losing(byte[] block) {
    for (int at = 0; at <= block.length - LEAST; at++) {
      for (int p = places[bucket(block, at)]; p >= 0 && isLeft(); p = next[p]) {
        int same = same(p, dictionary.length, block, at);
        lost[p] = same < LEAST ? lost[p] : Math.max(lost[p], same);
      }
    }
  }

  /** Takes a block that stays as it is; false when there is nothing left to look for in others. */
  boolean staying(byte[] block) {
    if (!looking) {
      looking = true;
      chain(LEAST);
    }
    boolean found = false;
    for (int at = 0; at <= block.length - LEAST; at++) {
      for (int p = places[bucket(block, at)]; p >= 0 && isLeft(); p = next[p]) {
        if (lost[p] > 0 && same(p, p + lost[p], block, at) == lost[p]) {
          lost[p] = 0;
          found = true;
        }
      }
    }
    if (found) {
      chain(LEAST);
    }
    return isLeft() && Arrays.stream(lost).anyMatch(length -> length > 0);
  }

  /** How many bytes are the same from a place of the dictionary on, up to another. */
  private int same(int from, int to, byte[] block, int at) {
    int end = Math.min(to, from + block.length - at);
    int p = from;
    while (p < end && dictionary[p] == block[at + p - from]) {
      p++;
    }
    compared += p - from + 1;
    return p - from;
  }

  /**
   * The dictionary with zeros in place of what goes; itself when nothing does. Null when that
   * cannot be told, or is where its tables are.
   */
  byte[] removed() {
    if (!isLeft()) {
      return null;
    }
    byte[] rest = dictionary.clone();
    for (int p = 0; p < lost.length; p++) {
      if (lost[p] > 0 && p < TABLES) {
        return null;
      }
      Arrays.fill(rest, p, p + lost[p], (byte) 0);
    }
    return Arrays.equals(rest, dictionary) ? dictionary : rest;
  }
}
