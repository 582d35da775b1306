package org.whosent.indexer.store.segment;

/**
 * How a segment is packed.
 *
 * @param level of zstd
 * @param rows records of a block
 * @param dictionary bytes of a dictionary that is trained on the first blocks; 0 for none
 * @param textIndex what people search by name is in a Lucene index and not among the hashed keys
 */
public record Compression(int level, int rows, int dictionary, boolean textIndex) {
  /** For days that still grow: quick. */
  public static final Compression OPEN = new Compression(1, 256, 0, false);

  /** For days that are done: small. */
  public static final Compression SEALED = new Compression(19, 128, 64 << 10, true);
}
