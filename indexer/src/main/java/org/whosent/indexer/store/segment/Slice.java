package org.whosent.indexer.store.segment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.whosent.indexer.store.segment.column.BlockTimes;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/**
 * Neighbours in time that wait to be written by user: those of one user lie together then, newest
 * first. A day of a large site has many of these, each as much as fits into memory at once. Not
 * thread-safe.
 */
final class Slice {
  /** So many records at most; fewer where there is little memory. */
  static final int MAX_ROWS = Math.clamp(Runtime.getRuntime().maxMemory() / 4096, 1 << 12, 1 << 16);

  /** Bytes after which it is full, about; fewer where there is little memory. */
  private static final long MAX_BYTES =
      Math.clamp(Runtime.getRuntime().maxMemory() / 8, 4 << 20, 96 << 20);

  /**
   * By authenticated user, or local user, and newest first; so that the same records make the same
   * bytes, whatever order those of one microsecond came in.
   */
  private static final Comparator<Row> BY_USER =
      Comparator.comparing(Row::user)
          .thenComparing(Row::localUser)
          .thenComparing(Comparator.comparingLong(Row::micros).reversed())
          .thenComparing(row -> row.record().transactionId());

  private final int most;
  private final List<Row> rows = new ArrayList<>();
  private long bytes;

  /**
   * A record that waits.
   *
   * @param user folded; empty for none
   * @param localUser folded; empty for none
   * @param micros its time
   */
  record Row(SubmissionRecord record, String user, String localUser, long micros) {}

  /**
   * An empty one.
   *
   * @param most records after which it is full
   */
  Slice(int most) {
    this.most = most;
  }

  /** Takes a record, not newer than the one before. */
  void add(SubmissionRecord record, long micros) {
    rows.add(
        new Row(record, first(ClueType.USER, record), first(ClueType.LOCAL_USER, record), micros));
    bytes += RecordWeight.of(record);
  }

  /** A record's first value of a clue, folded; empty where it has none. */
  static String first(ClueType type, SubmissionRecord record) {
    List<String> values = type.of(record);
    return values.isEmpty() ? "" : values.getFirst();
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Microseconds of its newest record. */
  long newest() {
    return rows.getFirst().micros;
  }

  /** True when it is to be written before a record of that time is added. */
  boolean isFull(long micros) {
    return !rows.isEmpty()
        && (rows.size() >= most
            || bytes >= MAX_BYTES
            || newest() - micros >= BlockTimes.MOST_SPAN
            || newest() - micros < 0);
  }

  /** Its records in their order; it is empty afterwards. */
  List<Row> take() {
    List<Row> sorted = new ArrayList<>(rows);
    sorted.sort(BY_USER);
    rows.clear();
    bytes = 0;
    return sorted;
  }
}
