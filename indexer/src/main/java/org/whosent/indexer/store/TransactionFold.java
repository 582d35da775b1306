package org.whosent.indexer.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/**
 * Which stored records new facts belong to, and what becomes of them: one rule for every store.
 *
 * <p>Known weakness: where a queue ID was used again within the longest queue lifetime, and the
 * lines are read newest first, facts without an opening join the only record that is there. A fact
 * once joined is not taken apart again.
 *
 * @param record the facts and all that was known
 * @param replaced the stored records that went into it, in no order
 */
public record TransactionFold(SubmissionRecord record, List<SubmissionRecord> replaced) {

  /**
   * Folds facts into what is stored.
   *
   * @param existing every stored record that has one of these {@link #ids} as its transaction ID or
   *     goes on under it, within {@link #reach}
   */
  public static TransactionFold of(List<SubmissionRecord> existing, SubmissionRecord facts) {
    if (existing.isEmpty()) {
      return new TransactionFold(facts, List.of()); // so it is with nearly all of a million
    }
    List<SubmissionRecord> rest = new ArrayList<>(existing);
    List<SubmissionRecord> replaced = new ArrayList<>();
    SubmissionRecord merged = facts;
    while (true) {
      SubmissionRecord nearest = nearest(rest, merged);
      if (nearest == null) {
        return new TransactionFold(merged, List.copyOf(replaced));
      }
      // Facts may show that two stored records are one: go on until nothing more joins.
      rest.remove(nearest);
      replaced.add(nearest);
      merged = merged.merge(nearest);
    }
  }

  /** By which IDs records are found that these facts may belong to. */
  public static List<String> ids(SubmissionRecord facts) {
    if (facts.continuations().isEmpty()) {
      return List.of(facts.transactionId());
    }
    List<String> ids = new ArrayList<>(facts.continuationIds());
    ids.add(facts.transactionId());
    return ids.stream().distinct().toList();
  }

  /** How long before these facts the record may begin that they belong to. */
  public static Duration reach(SubmissionRecord facts) {
    // What a filter or a local command handed in may be a part of an older transaction.
    boolean opening =
        facts.origin() != null && facts.origin() != Origin.LOCAL && !facts.isHandedBack();
    return opening ? SubmissionRecord.SAME_INSTANT : SubmissionRecord.LONGEST_TRANSACTION;
  }

  /** The closest in time; of two equally close the earlier, since an opening comes first. */
  private static SubmissionRecord nearest(List<SubmissionRecord> records, SubmissionRecord facts) {
    return records.stream()
        .filter(facts::sameTransaction)
        .min(
            Comparator.<SubmissionRecord, Duration>comparing(
                    r -> Duration.between(r.time(), facts.time()).abs())
                .thenComparing(SubmissionRecord::time))
        .orElse(null);
  }
}
