package org.whosent.indexer.log;

import java.time.Instant;

/**
 * Reads one file's lines in their order. Keeps what lies between lines (which process speaks TLS,
 * which year it is), bounded, and nothing that a record must not lose: when the reader of a file
 * starts in its middle, the lines before are shown to it again.
 *
 * <p>Belongs to one thread.
 */
public interface LogReader {

  /**
   * Reads one line and gives the sink what it says. Never throws for what a line contains: lines
   * are written by spammers.
   *
   * @param line without line ending; the bytes of it that count are {@code line[0..length)}
   */
  LineKind read(byte[] line, int length, FactSink sink);

  /** What is read next stands in the midst of a log: what goes before it is not known. */
  default void inTheMidst() {}

  /**
   * Shows the first bytes of the file that is read next, from wherever: they may say what its
   * columns are.
   */
  default void beginning(byte[] head) {}

  /**
   * How to look at what stands behind the line that is read, from now on; none by itself, and then
   * no line is {@link LineKind#UNDECIDED}.
   */
  default void lookAhead(LookAhead ahead) {}

  /**
   * A reader for an undecided line and those behind it, which are all read again later. It gives
   * what they say whatever will stand behind them, and remembers nothing for this one.
   */
  default LogReader meanwhile() {
    throw new IllegalStateException("no line is undecided");
  }

  /**
   * Why lines were not understood that the operator can have written otherwise, in one line; null
   * when there is nothing to say. Said once.
   */
  default String problem() {
    return null;
  }

  /** The time of the last log line, or null: stands in the file's checkpoint. */
  Instant lastTime();

  /** Sets what {@link #lastTime} returns, before the first line after a checkpoint. */
  void lastTime(Instant time);

  /** The file was last written at this time; matters for stamps without a year. */
  void fileTime(Instant time);
}
