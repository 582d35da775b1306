package org.whosent.indexer.store.segment;

/**
 * How a segment is packed. A look-up unpacks a whole block for one record: half the records a block
 * are half of that time, and some 4 bytes more a record. Both sizes were chosen by measurement.
 *
 * @param level of zstd
 * @param rows records of a block
 * @param dictionary bytes of a dictionary that is trained on the first blocks; 0 for none
 * @param slice records of a slice: within one they lie by user, and what people search by name is
 *     in a Lucene index; 0 where all lie newest first, and all is among the hashed keys
 */
public record Compression(int level, int rows, int dictionary, int slice) {
  /** For days that still grow: quick. */
  public static final Compression OPEN = new Compression(1, 64, 0, 0);

  /** For days that are done: small. */
  public static final Compression SEALED = new Compression(19, 80, 64 << 10, Slice.MAX_ROWS);

  /**
   * For the larger segments of days that still grow: they lie by user, as in days that are done,
   * and are packed in a hurry, since sealing writes them once more.
   */
  public static final Compression COMPACTED = new Compression(3, 80, 0, Slice.MAX_ROWS);

  /** Whether records lie by user. */
  public boolean sealed() {
    return slice > 0;
  }

  /** Of the files' format. */
  int version() {
    return sealed() ? SegmentFormat.VERSION : SegmentFormat.BY_TIME_VERSION;
  }
}
