package org.whosent.indexer.store.segment;

import java.io.IOException;

/** Where the entries of each row's list lie in the columns of entries. Immutable. */
final class Lists {
  /** More entries than that are in no block: a record's lists are bounded, and so are its rows. */
  private static final int MOST = 64 << 20;

  private final int[] starts;

  /** Reads a column of counts. */
  Lists(Cursor in, int rows) throws IOException {
    IntColumn.Reader counts = new IntColumn.Reader(in, rows);
    starts = new int[rows + 1];
    for (int i = 0; i < rows; i++) {
      starts[i + 1] = starts[i] + counts.index(i, MOST - starts[i]);
    }
  }

  int from(int row) {
    return starts[row];
  }

  int to(int row) {
    return starts[row + 1];
  }

  int total() {
    return starts[starts.length - 1];
  }
}
