package org.whosent.indexer.store.segment;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What is told of damage that is passed over. */
@FunctionalInterface
public interface Damage {
  /** Passes over nothing. */
  Damage REFUSED =
      damage -> {
        throw damage;
      };

  /**
   * Whether a file may not or cannot be opened, though it is there: its owner, its mode, or too
   * many that are open. What is in it is not lost, so it is not to be passed over by who writes a
   * day anew: that would lose it.
   */
  static boolean isShut(Throwable failure) {
    return failure instanceof FileSystemException && !(failure instanceof NoSuchFileException);
  }

  /**
   * Throws what is no damage: a file that is {@linkplain #isShut shut}, or an interrupt, which
   * closes channels.
   */
  static void check(IOException failure) throws IOException {
    if (failure instanceof ClosedChannelException || isShut(failure)) {
      throw failure;
    }
  }

  /**
   * Takes note of it.
   *
   * @throws IOException when it is not to be passed over
   */
  void tell(IOException damage) throws IOException;
}
