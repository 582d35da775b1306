package org.whosent.benchmarks.store;

import java.nio.file.Path;
import org.whosent.record.SubmissionRecord;

/** The journals of a run, whose records all peers get. */
interface Journals {

  /** What takes a record that is whole. */
  interface Taking {
    void take(SubmissionRecord record) throws Exception;
  }

  /** Where they lie. */
  Path directory();

  /** Reads all of them, in the order of time. */
  void read(Taking taking) throws Exception;
}
