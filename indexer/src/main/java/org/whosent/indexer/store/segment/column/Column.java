package org.whosent.indexer.store.segment.column;

import org.whosent.indexer.store.bytes.Bytes;

/** What all records of a block have of one field, or of some that belong together. */
interface Column {
  /**
   * Writes it and starts anew.
   *
   * @param out takes what a compressor makes smaller
   * @param raw takes what none does
   * @param small as small as can be, as in sealed segments
   */
  void drainTo(Bytes out, Bytes raw, boolean small);
}
