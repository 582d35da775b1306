package org.whosent.indexer.log;

/**
 * What a line turned out to be. "Not a log line" and "a log line we do not know" are two things.
 */
public enum LineKind {
  /** It gave facts. */
  USED,
  /** It is of the format and known to say nothing that a record keeps. */
  KNOWN,
  /** A log line of some other program in the same file: passed over. */
  FOREIGN,
  /** A line of the format's own program that was not understood. */
  UNKNOWN,
  /** No log line at all. */
  NOT_A_LOG,
  /** What it is will show behind it: nothing is taken, and it is to be read again. */
  UNDECIDED
}
