package org.whosent.indexer.ingest;

import java.util.Arrays;

/** The first line of a log, by which checkpoints know it again. Stateless. */
final class FirstLine {
  /** So many bytes of a file are looked at. */
  static final int LONGEST = 4096;

  private FirstLine() {}

  /**
   * The first line, cut at a bound; null while it is not there whole. With the lines of comment
   * before it, which are the same in every log of a server that begins its logs with some.
   *
   * @param head the first bytes of the file, without a byte order mark
   * @param complete nothing will be added to it
   */
  static byte[] of(byte[] head, boolean complete) {
    int start = 0;
    for (int i = 0; i < head.length; i++) {
      if (head[i] == '\n') {
        if (head[start] != '#') {
          return Arrays.copyOf(head, i);
        }
        start = i + 1;
      }
    }
    return head.length == 0 || head.length < LONGEST && !complete ? null : head;
  }
}
