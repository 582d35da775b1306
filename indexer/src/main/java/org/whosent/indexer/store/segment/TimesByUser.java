package org.whosent.indexer.store.segment;

import java.io.IOException;
import org.whosent.indexer.store.segment.column.BlockTimes;
import org.whosent.indexer.store.segment.key.Ordinals;
import org.whosent.record.ClueType;

/**
 * When the records of a segment that lies by user came. A slice is sorted by user, then by local
 * user, and newest first ({@link Slice}): so where the first and the last of some neighbours have
 * the same of both, all between have, and lie newest first. Not thread-safe.
 */
final class TimesByUser implements NewestFirst.Times {
  /**
   * With fewer blocks between the first record and the last, to read the times of all of them is
   * less work than to unpack the last one.
   */
  static final int FAR = 8;

  private final SegmentReader segment;
  private final BlockDirectory directory;
  private final Damage damaged;

  /**
   * Of a segment.
   *
   * @param damaged is told of records that are passed over
   */
  TimesByUser(SegmentReader segment, BlockDirectory directory, Damage damaged) {
    this.segment = segment;
    this.directory = directory;
    this.damaged = damaged;
  }

  @Override
  public BlockTimes of(int ordinal) throws IOException {
    return segment.times(ordinal);
  }

  @Override
  public void damaged(int ordinal, IOException e) throws IOException {
    damaged.tell(e);
  }

  @Override
  public boolean inOrder(int first, int end, int following) {
    try {
      if (following != Ordinals.END && !otherSlice(first, following)) {
        return false;
      }
      return end - first == 1 || ofOneName(first, end - 1);
    } catch (IOException _) {
      return false; // whoever asks for the times will say so
    }
  }

  /**
   * The directory has the newest time of a block's slice. What it says counts for nothing here
   * before all of it was checked.
   */
  private boolean otherSlice(int one, int other) throws IOException {
    return directory.isSound()
        && directory.newest(segment.blockOf(one)) != directory.newest(segment.blockOf(other));
  }

  private boolean ofOneName(int first, int last) throws IOException {
    int blocks = segment.blockOf(last) - segment.blockOf(first);
    if (blocks > 0 && blocks < FAR) {
      return false;
    }
    Block lastIn = segment.block(last);
    Block firstIn = segment.block(first); // last of all: it is read from next
    if (firstIn.slice() != lastIn.slice()) {
      return false;
    }
    String[] one = firstIn.names(first);
    String[] other = lastIn.names(last);
    return same(ClueType.USER, one[0], other[0]) && same(ClueType.LOCAL_USER, one[1], other[1]);
  }

  private static boolean same(ClueType type, String one, String other) {
    if (one == null || other == null) {
      return one == other;
    }
    return one.equals(other) || type.fold(one).equals(type.fold(other));
  }
}
