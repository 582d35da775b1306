package org.whosent.indexer.store.segment;

import java.io.IOException;
import java.util.Arrays;
import org.whosent.indexer.store.segment.column.BlockTimes;
import org.whosent.indexer.store.segment.key.KeyFormat;
import org.whosent.indexer.store.segment.key.Ordinals;
import org.whosent.indexer.store.segment.key.Runs;

/**
 * Numbers of records of a segment that lies by user, put in the order of time: slice by slice,
 * since all of a slice is not older than what is in the next. Those outside a span are left out.
 * Records of one microsecond stay in the order of their numbers. A run that is the only one of its
 * slice and lies newest first is given as it is: nobody asks for its times. Not thread-safe.
 */
final class NewestFirst implements Ordinals {
  /** What has the times. */
  interface Times {
    /** Of the block that has a record. */
    BlockTimes of(int ordinal) throws IOException;

    /** What is damaged is told and its records passed over. */
    void damaged(int ordinal, IOException e) throws IOException;

    /**
     * Whether records of one slice that are neighbours are known to lie newest first already, and
     * that is less work to know than their times. What is damaged is in no order.
     *
     * @param end what is behind the last one
     * @param following a number that is wanted too and is to come after all of these, or {@link
     *     Ordinals#END}: false unless it is known to be in another slice
     */
    boolean inOrder(int first, int end, int following) throws IOException;
  }

  /** Numbers of records take so many bits. */
  private static final int ORDINAL_BITS = KeyFormat.ORDINAL_BITS;

  private final Ordinals ascending;

  /** The same where they come in runs and none is left out, else null. */
  private final Runs runs;

  private final Times times;
  private final long since;
  private final long until;
  private long[] micros = new long[16];
  private int[] numbers = new int[16];
  private int have;
  private int at;

  /** So many of the next numbers come as they are. */
  private int asTheyAre;

  /** The first number of the next slice, and the times of its block; -1 and null for none. */
  private int waiting = -1;

  private BlockTimes waitingIn;

  private boolean over;

  /**
   * Over numbers in ascending order.
   *
   * @param since microseconds, not before
   * @param until microseconds, before
   */
  NewestFirst(Ordinals ascending, Times times, long since, long until) {
    this.ascending = ascending;
    boolean all = since == Long.MIN_VALUE && until == Long.MAX_VALUE;
    this.runs = all && ascending instanceof Runs r ? r : null;
    this.times = times;
    this.since = since;
    this.until = until;
  }

  @Override
  public int next() throws IOException {
    while (at == have) {
      if (asTheyAre > 0) {
        asTheyAre--;
        return ascending.next();
      }
      if (over) {
        return END;
      }
      slice();
    }
    return numbers[at++];
  }

  /** Takes all that there is of the next slice. */
  private void slice() throws IOException {
    have = 0;
    at = 0;
    int slice = -1;
    boolean older = false;
    BlockTimes block = waitingIn;
    boolean sorted = true;
    int n = waiting >= 0 ? waiting : ascending.next();
    waiting = -1;
    waitingIn = null;
    if (runs != null && n != END && times.inOrder(n, runs.end(), runs.following())) {
      asTheyAre = runs.end() - n - 1;
      put(0, n);
      return;
    }
    for (; n != END; n = ascending.next()) {
      if (block == null || !block.has(n)) {
        try {
          block = times.of(n);
        } catch (IOException e) {
          times.damaged(n, e);
          continue;
        }
      }
      if (slice < 0) {
        slice = block.slice();
      } else if (block.slice() != slice) {
        waiting = n;
        waitingIn = block;
        break;
      }
      long time = block.micros(n - block.first());
      older |= time < since;
      if (time >= since && time < until) {
        sorted &= have == 0 || micros[have - 1] >= time;
        put(time, n);
      }
    }
    over = n == END || older; // what is in the next slices is older still
    if (!sorted) {
      sort();
    }
  }

  private void put(long time, int number) {
    if (have == numbers.length) {
      numbers = Arrays.copyOf(numbers, have * 2);
      micros = Arrays.copyOf(micros, have * 2);
    }
    micros[have] = time;
    numbers[have++] = number;
  }

  private void sort() {
    long newest = Long.MIN_VALUE;
    for (int i = 0; i < have; i++) {
      newest = Math.max(newest, micros[i]);
    }
    // A slice spans less than what the remaining bits of a long hold.
    for (int i = 0; i < have; i++) {
      micros[i] = newest - micros[i] << ORDINAL_BITS | numbers[i];
    }
    Arrays.sort(micros, 0, have);
    for (int i = 0; i < have; i++) {
      numbers[i] = (int) micros[i] & KeyFormat.MAX_RECORDS - 1;
    }
  }

  @Override
  public int most() {
    return ascending.most() + have - at + (waiting >= 0 ? 1 : 0);
  }
}
