package org.whosent.indexer.store.segment;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;

/**
 * The blocks of what may be dropped before the rest: client and subject. Who only lists records may
 * do without those that are damaged; who judges by them, or writes records anew, must not. Not
 * thread-safe.
 */
final class PrivateBlocks {
  private final SegmentFile file;
  private Damage passedOver;

  /**
   * Passes over nothing.
   *
   * @param file null where it was dropped
   */
  PrivateBlocks(SegmentFile file) {
    this.file = file;
  }

  /** From now on a damaged block is as if it was dropped, and told. */
  void passOver(Damage damaged) {
    passedOver = damaged;
  }

  /** The block of that number; null where it was dropped, or is passed over. */
  SegmentFile.Contents block(int number) throws IOException {
    if (file == null) {
      return null;
    }
    try {
      return file.block(number);
    } catch (ClosedChannelException | NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      if (passedOver == null) {
        throw e;
      }
      passedOver.tell(
          new IOException("client and subject of some records are lost: " + e.getMessage(), e));
      return null;
    }
  }
}
