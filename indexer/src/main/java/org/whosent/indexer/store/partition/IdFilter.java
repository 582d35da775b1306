package org.whosent.indexer.store.partition;

/**
 * Says of most IDs that are not in a set that they are not, without a way to the set's entries all
 * over the memory: one bit for each ID, among a million. With as many IDs as wait to be written at
 * most, one ID in sixteen is looked for in vain. Not thread-safe.
 */
final class IdFilter {
  private static final int LOG_BITS = 20;

  /** 2^32 divided by the golden ratio: hashes that are near to each other come to lie apart. */
  private static final int SPREAD = 0x9e3779b9;

  private final long[] bits = new long[1 << LOG_BITS - 6];

  /** The ID is in the set from now on. */
  void add(String id) {
    int bit = bit(id);
    bits[bit >>> 6] |= 1L << bit;
  }

  /** False when the ID was never added. */
  boolean mayHave(String id) {
    int bit = bit(id);
    return (bits[bit >>> 6] & 1L << bit) != 0;
  }

  private static int bit(String id) {
    return id.hashCode() * SPREAD >>> Integer.SIZE - LOG_BITS;
  }
}
