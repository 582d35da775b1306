package org.whosent.benchmarks.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.whosent.record.SubmissionRecord;

/**
 * One way to keep the records and to be asked for them. Called by one thread, in this order: {@link
 * #missing}, {@link #ingest}, questions, {@link #export}, {@link #purge}, {@link #drop}, {@link
 * #close}. What it answers is compared with what the others answered, so none is measured doing
 * less.
 */
interface Peer extends AutoCloseable {
  /** As the tables have it. */
  String name();

  /** Null when it can run here; else one line: what to install. */
  default String missing() {
    return null;
  }

  /** Starts what must run before the clock does. */
  default void start() throws Exception {}

  /**
   * Keeps all records, with the indexes that the questions need; returns when they are on disk.
   *
   * @return false when it has nothing to ingest, since another peer wrote its files
   */
  boolean ingest(Journals journals) throws Exception;

  /** Processor time of other processes that work for it, in nanoseconds. */
  default long serverCpu() throws IOException {
    return 0;
  }

  /** All that it has on disk, its indexes too. */
  long bytes() throws Exception;

  /**
   * Its files or directory, which are read once before the questions, or null when there is nothing
   * to be read. What was written minutes ago may have left the memory: some kernels page out what
   * nobody maps. Questions are to meet every peer's files in memory, as far as there is room.
   */
  default Path files() {
    return null;
  }

  /** Whether it can be asked this. */
  default boolean answers(Question question) {
    return true;
  }

  /** The transaction IDs of the whole records found, newest first, no more than 20. */
  List<String> find(Question question, SubmissionRecord asked) throws Exception;

  /**
   * All of one user's records, newest first, streamed.
   *
   * @return how many; -1 when it cannot
   */
  long export(String user, Export to) throws Exception;

  /** Whether a day is to be deleted at all. */
  default boolean purges() {
    return true;
  }

  /**
   * Deletes what is older.
   *
   * @return false when it can only drop parts
   */
  boolean purge(Instant before) throws Exception;

  /**
   * Deletes what is older by dropping a whole part.
   *
   * @return false when it has no parts
   */
  default boolean drop(Instant before) throws Exception {
    return false;
  }

  @Override
  void close() throws Exception;
}
