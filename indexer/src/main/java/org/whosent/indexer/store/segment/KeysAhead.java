package org.whosent.indexer.store.segment;

import java.util.ArrayList;
import java.util.List;
import org.whosent.record.ClueType;

/**
 * Has the processor fetch the keys of many segments before the first of them is asked. Among a
 * hundred million records the keys of thirty days are in none of its caches, and whoever asks one
 * day after the other waits for memory twice in each: for where a page begins, and for the page.
 * Asked for all at once, these waits overlap. Reads bytes and believes none of them.
 *
 * <p>Only once pages that are on disk are no longer read one by one ({@link FromDisk}): a process
 * that asks one question must not have the kernel read more than it needs. Not thread-safe.
 */
public final class KeysAhead {
  private final List<SegmentReader> segments;

  /** What was read: without it the compiler would leave the reading out. */
  private int read;

  /** Of these segments, which must stay open as long as this is used. */
  public KeysAhead(List<SegmentReader> segments) {
    this.segments = new ArrayList<>(segments);
  }

  /** Has what a question for a clue will read of the keys on its way. */
  public void fetch(ClueType type, String folded) {
    if (segments.size() < 2 || !SegmentKeys.amongAll(type)) {
      return;
    }
    SegmentReader first = segments.getFirst();
    if (first.readsByPlaces()) {
      return;
    }
    long hash = first.hash(type, folded);
    // Two loops without a condition that hangs on what is read: no read has to wait for another.
    int sum = 0;
    for (int i = 0; i < segments.size(); i++) {
      sum += segments.get(i).keys().fetchPlace(hash);
    }
    for (int i = 0; i < segments.size(); i++) {
      sum += segments.get(i).keys().fetchPage(hash);
    }
    read += sum;
  }

  /** Some number that hangs on all that was read. */
  int read() {
    return read;
  }
}
