package org.whosent.indexer.store.segment;

import java.io.IOException;

/** What is told of damage that is passed over. */
@FunctionalInterface
public interface Damage {
  /** Passes over nothing. */
  Damage REFUSED =
      damage -> {
        throw damage;
      };

  /**
   * Takes note of it.
   *
   * @throws IOException when it is not to be passed over
   */
  void tell(IOException damage) throws IOException;
}
