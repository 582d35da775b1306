package org.whosent.indexer.store.segment;

import org.whosent.indexer.store.bytes.Micros;
import org.whosent.record.SubmissionRecord;

/**
 * A record, its {@link RecordWeight}, which takes a look at each of its texts, and its time: what
 * is asked of sixty thousand that wait, without a look at each of them again. Immutable.
 *
 * @param record any
 * @param weight as it was reckoned for that very record
 * @param micros its time
 */
public record Weighed(SubmissionRecord record, int weight, long micros) {
  /** With the weight that was reckoned for it. */
  public Weighed(SubmissionRecord record, int weight) {
    this(record, weight, Micros.of(record.time()));
  }

  /** Reckons it. */
  public static Weighed of(SubmissionRecord record) {
    return new Weighed(record, RecordWeight.of(record));
  }
}
