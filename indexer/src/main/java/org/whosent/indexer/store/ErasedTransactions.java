package org.whosent.indexer.store;

import java.util.LinkedHashMap;
import java.util.Map;
import org.whosent.record.SubmissionRecord;

/**
 * The transactions whose opening a batch dropped because the user was erased: their later lines do
 * not name the user, or are from after that, yet are as much about that person. Keeps the newest
 * {@value #MAX}; lives as long as its batch, so later lines read by another batch are not
 * recognised. Not thread-safe.
 */
public final class ErasedTransactions {
  private static final int MAX = 50_000;

  private final Map<String, SubmissionRecord> dropped =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SubmissionRecord> eldest) {
          return size() > MAX;
        }
      };

  /** Remembers facts that were dropped. */
  public void add(SubmissionRecord facts) {
    TransactionFold.ids(facts).forEach(id -> dropped.put(id, facts));
  }

  /** Whether these facts, which name no user or the same, are about such a transaction. */
  public boolean includes(SubmissionRecord facts) {
    SubmissionRecord opening = dropped.get(facts.transactionId());
    boolean theirs =
        opening != null
            && (facts.user() == null || facts.user().equals(opening.user()))
            && opening.sameTransaction(facts);
    if (theirs && !facts.continuations().isEmpty()) {
      add(opening.merge(facts)); // now known: what comes under these IDs is theirs, too
    }
    return theirs;
  }
}
