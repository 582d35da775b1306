package org.whosent.indexer.store.segment;

/**
 * How a segment is packed. A look-up unpacks a whole block for one record: half the records a block
 * are half of that time, and some 4 bytes more a record. Both sizes were chosen by measurement.
 *
 * @param level of zstd
 * @param rows records of a block
 * @param dictionary bytes of a dictionary that is trained on the first blocks; 0 for none
 * @param textIndex what people search by name is in a Lucene index and not among the hashed keys
 */
public record Compression(int level, int rows, int dictionary, boolean textIndex) {
  /** For days that still grow: quick. */
  public static final Compression OPEN = new Compression(1, 128, 0, false);

  /** For days that are done: small. */
  public static final Compression SEALED = new Compression(19, 64, 64 << 10, true);
}
