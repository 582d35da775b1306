package org.whosent.indexer.store.partition.manifest;

import org.whosent.indexer.store.segment.SegmentInfo;

/**
 * A segment as a manifest names it. Immutable. Public for all who read or write partitions.
 *
 * @param info its files
 * @param gone how many of its records are no longer current
 * @param goneVersion the version of the file that lists those; 0 when there are none
 */
public record Segment(SegmentInfo info, int gone, int goneVersion) {
  public Segment(SegmentInfo info) {
    this(info, 0, 0);
  }

  public int current() {
    return info.rows() - gone;
  }

  /** True when a record between two times, both included, may be in it. */
  public boolean overlaps(long from, long to) {
    return info.oldest() <= to && info.newest() >= from;
  }

  /** The same without the private file. */
  public Segment masked() {
    return new Segment(
        new SegmentInfo(
            info.number(),
            info.rows(),
            info.newest(),
            info.oldest(),
            info.recordsBytes(),
            -1,
            info.indexBytes()),
        gone,
        goneVersion);
  }
}
