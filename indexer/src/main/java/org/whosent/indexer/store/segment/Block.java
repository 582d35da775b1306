package org.whosent.indexer.store.segment;

import java.io.IOException;
import org.whosent.indexer.store.Detail;
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

  /** The number of the first record of its slice; 0 where records lie by time. */
  int slice() {
    return times == null ? 0 : times.slice();
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
