package org.whosent.indexer.store.partition.renewal;

import java.io.IOException;

/**
 * What some work rests on is not as it was: it has to begin again. Public for the store and who
 * forgets.
 */
public final class StaleException extends IOException {
  public StaleException(String message) {
    super(message);
  }

  /** Others were faster. */
  static StaleException stale() {
    return new StaleException("others change the store faster than it can be read; try again");
  }
}
