package org.whosent.record.outlook;

import java.io.IOException;

/** What may still be taken out of one file. Not thread-safe. */
final class Room {
  private final int most;
  private long left;

  Room(int most) {
    this.most = most;
    this.left = most;
  }

  /**
   * Takes so many bytes.
   *
   * @throws IOException when there is not so much left
   */
  void take(long bytes) throws IOException {
    left -= bytes;
    if (bytes < 0 || left < 0) {
      throw new IOException("there are more than %d bytes in it".formatted(most));
    }
  }
}
