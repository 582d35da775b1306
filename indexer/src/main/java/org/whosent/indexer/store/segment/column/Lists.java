package org.whosent.indexer.store.segment.column;

import java.io.IOException;
import org.whosent.indexer.store.bytes.Cursor;

/**
 * Where the entries of each row's list lie in the columns of entries. Who asks for one row has the
 * counts before it added up; who asks for more gets them all at once. Not thread-safe.
 */
final class Lists {
  /** More entries than that are in no block: a record's lists are bounded, and so are its rows. */
  private static final int MOST = 64 << 20;

  private final IntColumn.Reader counts;
  private final int rows;
  private final int total;
  private int[] starts;
  private int askedBefore = -1;

  /** Reads a column of counts. */
  Lists(Cursor in, byte[] raw, int rows) throws IOException {
    this(new IntColumn.Reader(in, raw, rows), rows);
  }

  /** Of a column that was read. */
  Lists(IntColumn.Reader counts, int rows) throws IOException {
    this.counts = counts;
    this.rows = rows;
    total = counts.sum(rows, MOST);
  }

  int from(int row) throws IOException {
    if (starts != null) {
      return starts[row];
    }
    if (counts.isConstant() || askedBefore < 0 || askedBefore == row) {
      askedBefore = row;
      return counts.sum(row, MOST);
    }
    int[] all = new int[rows];
    for (int i = 1; i < rows; i++) {
      all[i] = all[i - 1] + counts.index(i - 1, MOST - all[i - 1]);
    }
    starts = all;
    return all[row];
  }

  int to(int row) throws IOException {
    return from(row) + counts.index(row, MOST);
  }

  /** How many of the first rows have an entry. */
  int notEmptyBefore(int row) {
    if (counts.isConstant()) {
      return rows == 0 || counts.get(0) == 0 ? 0 : row;
    }
    int some = 0;
    for (int i = 0; i < row; i++) {
      some += counts.get(i) == 0 ? 0 : 1;
    }
    return some;
  }

  /** How many rows have an entry. */
  int notEmpty() {
    return notEmptyBefore(rows);
  }

  int total() {
    return total;
  }
}
