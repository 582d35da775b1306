package org.whosent.indexer.log;

/** Shows what stands in a file behind the line that is read. */
@FunctionalInterface
public interface LookAhead {
  /** Of a log that cannot be looked at so: a pipe that stands still, one that is read backwards. */
  LookAhead NONE = _ -> null;

  /**
   * The bytes behind the line's line feed.
   *
   * @param most at most 32,768
   * @return so many, or fewer where the file ends for good; null where they are not there yet
   */
  byte[] behind(int most);
}
