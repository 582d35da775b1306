package org.whosent.indexer.log;

/** Shows what stands in a file behind the line that is read. */
@FunctionalInterface
public interface LookAhead {
  /** Of a log that cannot be looked at so: a pipe, one that is read backwards. */
  LookAhead NONE = most -> null;

  /**
   * The bytes behind the line's line feed.
   *
   * @param most at most 32,768
   * @return so many, fewer where the file ends at the moment; null where that cannot be known, or
   *     where the end may lie within what is being written in one piece
   */
  byte[] behind(int most);
}
