package org.whosent.indexer.store.partition.reading;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import org.whosent.indexer.store.Detail;
import org.whosent.indexer.store.segment.Damage;
import org.whosent.indexer.store.segment.key.Ordinals;
import org.whosent.record.SubmissionRecord;

/**
 * Reads records of one segment in the order that is asked for. Where that is not the order in which
 * they lie, neighbours are in many blocks: so more and more of what comes next is read at a time,
 * block by block, and no block is unpacked for each of its records again. A user's records lie
 * together, and are read one by one. What is damaged is told and passed over. Not thread-safe.
 */
final class Ahead {
  /** So many are read one by one: most who ask want no more, and their blocks stay at hand. */
  private static final int ONE_BY_ONE = 32;

  /** So many at a time at most. */
  private static final int MOST = 1 << 13;

  /** Bytes at a time, about; if they turn out to be more, fewer are read at a time. */
  private static final long MOST_BYTES = 24 << 20;

  /** More are read at a time when one in so many needed a block that was not there. */
  private static final int SELDOM = 16;

  private final PartitionReader.Part part;
  private final Ordinals ordinals;
  private final Detail detail;
  private final Damage damaged;
  private int atOnce = 1;
  private int taken;

  /** What was taken of the numbers. */
  private int[] numbers = new int[16];

  private int have;
  private int at;

  /**
   * The records of those from {@link #at} up to {@link #readTo}; null where one was passed over.
   */
  private SubmissionRecord[] records = new SubmissionRecord[16];

  private int readTo;

  /** Over the numbers of a segment's records; those that are not current are left out. */
  Ahead(PartitionReader.Part part, Ordinals ordinals, Detail detail, Damage damaged) {
    this.part = part;
    this.ordinals = ordinals;
    this.detail = detail;
    this.damaged = damaged;
  }

  /** The next record, or null at the end. */
  SubmissionRecord next() throws IOException {
    while (true) {
      while (at < readTo) {
        SubmissionRecord record = records[at];
        records[at++] = null;
        if (record != null) {
          return record;
        }
      }
      if (at == have && !take()) {
        return null;
      }
      read();
    }
  }

  /** Takes the next numbers; false at the end. */
  private boolean take() throws IOException {
    have = 0;
    at = 0;
    readTo = 0;
    if (numbers.length < atOnce) {
      numbers = new int[atOnce];
      records = new SubmissionRecord[atOnce];
    }
    while (have < atOnce) {
      int n = ordinals.next();
      if (n == Ordinals.END) {
        break;
      }
      if (part.current(n)) {
        numbers[have++] = n;
      }
    }
    taken += have;
    return have > 0;
  }

  /** Reads the records of the next numbers, as many as may be at a time. */
  private void read() throws IOException {
    while (true) {
      int count = Math.min(atOnce, have - at);
      long[] inPlace = new long[count];
      for (int i = 0; i < count; i++) {
        inPlace[i] = (long) numbers[at + i] << 32 | at + i;
      }
      Arrays.sort(inPlace);
      int blocksBefore = part.reader().blocksRead();
      long bytes = 0;
      for (int i = 0; i < count && (bytes <= MOST_BYTES || count == 1); i++) {
        int place = (int) inPlace[i];
        records[place] = record(numbers[place]);
        bytes += records[place] == null ? 0 : part.reader().weight(numbers[place]);
      }
      if (bytes > MOST_BYTES && count > 1) {
        Arrays.fill(records, at, at + count, null);
        atOnce = count / 2;
        continue;
      }
      readTo = at + count;
      int blocks = part.reader().blocksRead() - blocksBefore;
      if (taken >= ONE_BY_ONE && blocks * SELDOM > count && bytes * 2 <= MOST_BYTES) {
        atOnce = Math.min(MOST, atOnce * 2);
      }
      return;
    }
  }

  private SubmissionRecord record(int number) throws IOException {
    try {
      return part.reader().record(number, detail);
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      damaged.tell(e); // one block; the segment's others still can be read
      return null;
    }
  }
}
