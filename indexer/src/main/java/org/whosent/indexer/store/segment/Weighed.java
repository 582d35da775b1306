package org.whosent.indexer.store.segment;

import org.whosent.record.SubmissionRecord;

/**
 * A record and its {@link RecordWeight}, which takes a look at each of its texts. Immutable.
 *
 * @param record any
 * @param weight as it was reckoned for that very record
 */
public record Weighed(SubmissionRecord record, int weight) {
  /** Reckons it. */
  public static Weighed of(SubmissionRecord record) {
    return new Weighed(record, RecordWeight.of(record));
  }
}
