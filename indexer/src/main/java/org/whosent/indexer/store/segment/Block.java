package org.whosent.indexer.store.segment;

import java.io.IOException;
import org.whosent.indexer.store.Detail;
import org.whosent.indexer.store.segment.column.Anchors;
import org.whosent.indexer.store.segment.column.BlockTimes;
import org.whosent.indexer.store.segment.column.PrivateColumns;
import org.whosent.indexer.store.segment.column.RecordColumns;
import org.whosent.record.SubmissionRecord;

/**
 * A block of records, unpacked.
 *
 * @param first the number of its first record
 * @param rows how many there are
 * @param times of its records, where they lie by user; else null
 * @param records their columns
 * @param privates the columns that may have been dropped, or null
 * @param bytes that it takes in memory
 */
record Block(
    int first,
    int rows,
    BlockTimes times,
    RecordColumns.Reader records,
    PrivateColumns.Reader privates,
    int bytes) {
  /**
   * Of what its two files have.
   *
   * @param second what is in the private file, or null where that was dropped
   * @param version of the file's format
   * @throws IOException when it cannot be read
   */
  static Block of(SegmentFile.Contents main, SegmentFile.Contents second, int version)
      throws IOException {
    SegmentFormat.Head head = main.head();
    boolean belongs =
        second == null
            || second.head().first() == head.first() && second.head().rows() == head.rows();
    if (!belongs) {
      throw new IOException("its two files do not belong together");
    }
    BlockTimes times =
        version > SegmentFormat.BY_TIME_VERSION
            ? BlockTimes.read(head.number(), head.first(), head.rows(), main.raw(), 0)
            : null;
    Anchors anchors =
        version > SegmentFormat.NUMERALS_VERSION
            ? Anchors.read(head.number(), head.first(), main.raw(), times.length())
            : null;
    boolean linesApart = version > SegmentFormat.BY_USER_VERSION;
    try {
      return new Block(
          head.first(),
          head.rows(),
          times,
          new RecordColumns.Reader(
              main.unpacked(), main.raw(), head.rows(), times, anchors, linesApart),
          second == null
              ? null
              : new PrivateColumns.Reader(second.unpacked(), second.raw(), head.rows()),
          main.unpacked().length
              + main.raw().length
              + (second == null ? 0 : second.unpacked().length)
              + 100 * head.rows());
    } catch (RuntimeException e) {
      throw new IOException("a block that cannot be read", e);
    }
  }

  /** The number of the first record of its slice; 0 where records lie by time. */
  int slice() {
    return times == null ? 0 : times.slice();
  }

  /** The user of a record and its local user, as given; each is null where it has none. */
  String[] names(int ordinal) throws IOException {
    int row = ordinal - first;
    try {
      return new String[] {records.user(row), records.localUser(row)};
    } catch (RuntimeException e) {
      throw new IOException("a record that cannot be read", e);
    }
  }

  SubmissionRecord record(int ordinal, Detail detail) throws IOException {
    SubmissionRecord.Builder builder = new SubmissionRecord.Builder();
    int row = ordinal - first;
    try {
      if (detail == Detail.COLUMNS) {
        records.readColumns(row, builder);
      } else {
        records.read(row, builder);
      }
      if (privates != null && detail == Detail.COLUMNS) {
        privates.readColumns(row, builder);
      } else if (privates != null) {
        privates.read(row, builder);
      }
      return builder.build();
    } catch (RuntimeException e) {
      // The checksum was right, so some other program or a bug of ours wrote this.
      throw new IOException("a record that cannot be read", e);
    }
  }
}
