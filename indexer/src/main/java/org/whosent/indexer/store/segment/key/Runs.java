package org.whosent.indexer.store.segment.key;

import java.io.IOException;

/**
 * Numbers of records that come in runs of neighbours: where records lie by user, those of a name
 * within a slice are one. Not thread-safe. Public for {@code NewestFirst}.
 */
public interface Runs extends Ordinals {
  /** What is behind the last number of the run of which {@link #next} gave a number last. */
  int end();

  /**
   * The first number of the run behind that one, or {@link #END}; {@link #next} goes on as if not
   * asked.
   */
  int following() throws IOException;
}
