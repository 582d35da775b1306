package org.whosent.indexer.store.segment.text;

import org.apache.lucene.util.BytesRef;

/** Folded values as terms, for writer and reader alike. Stateless. */
final class Terms {
  /** Longer values share a term with those that begin alike: the record decides. */
  static final int MAX_BYTES = 1000;

  private Terms() {}

  static BytesRef of(String folded) {
    BytesRef term = new BytesRef(folded);
    term.length = Math.min(term.length, MAX_BYTES);
    return term;
  }
}
