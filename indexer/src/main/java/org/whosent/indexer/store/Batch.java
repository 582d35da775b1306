package org.whosent.indexer.store;

import java.io.IOException;
import java.time.Instant;
import org.whosent.record.FailedLogin;
import org.whosent.record.JsonIn;
import org.whosent.record.SubmissionRecord;

/**
 * A set of changes that become visible and durable together. Holds the writer's lock from {@link
 * RecordStore#begin} to {@link #close}. Not thread-safe.
 */
public interface Batch extends AutoCloseable {

  /**
   * Adds facts. When a record of the same transaction is there ({@link
   * SubmissionRecord#sameTransaction}), in this batch or before, the two are merged, so that adding
   * twice is adding once and order does not matter. Facts from before the purge horizon and of
   * erased users are dropped, and so are those that would join a record while a nearer one with
   * that ID may be in what is damaged.
   *
   * @return false when they were dropped
   */
  boolean add(SubmissionRecord facts) throws IOException;

  /**
   * The same for facts whose texts are {@link org.whosent.record.WellFormed}, as the caller knows:
   * to look at each character of a million records costs something.
   */
  default boolean addWellFormed(SubmissionRecord facts) throws IOException {
    return add(facts);
  }

  /**
   * Adds a failed login; one of the same {@link FailedLogin#key} is there once. Those from before
   * the purge horizon, and those with the name of an erased user, are dropped. A store may bound
   * how many it keeps of a day: whoever guesses passwords must not fill the disk.
   *
   * @return false when it was dropped
   */
  boolean add(FailedLogin login) throws IOException;

  /** Characters of a {@link #state} at most, and of its name. */
  int LONGEST_STATE = JsonIn.MAX_TEXT;

  int LONGEST_NAME = 1000;

  /**
   * Leaves a value under a name (a source's checkpoint, say); null removes it.
   *
   * @throws IllegalArgumentException when one is longer than {@link #LONGEST_STATE} or {@link
   *     #LONGEST_NAME}
   */
  void state(String name, String value);

  /** The value under that name, as this batch sees it, or null. */
  String state(String name);

  /**
   * Until when an earlier purge or mask keeps facts out, see {@link RecordStore#closedUntil}; null
   * before the first.
   */
  default Instant closedUntil() {
    return null;
  }

  /** Says that the logs of a host were read over this span. */
  void covered(Coverage.Span span);

  /** Says that the log of a host lacks lines of this span, see {@link Coverage#dropped}. */
  void dropped(Coverage.Span span);

  /** Makes all of it durable and visible; the batch can go on and commit again. */
  void commit() throws IOException;

  /** Ends the batch; what was not committed is forgotten. */
  @Override
  void close() throws IOException;
}
