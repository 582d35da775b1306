package org.whosent.indexer.ingest;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.whosent.indexer.store.Batch;
import org.whosent.record.GrowingRecord;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.Times;

/**
 * Joins the facts of a transaction on their way to the store, so that the store sees one piece
 * instead of one a line. Only an economy: {@link Batch#add} joins whatever comes separately, by the
 * same {@link SubmissionRecord#sameTransaction}. So a transaction is handed on a while after it was
 * completed, so is what falls out of the bounds, and before every commit all is.
 *
 * <p>A record rests on at most {@link #MOST_LINES} lines of one piece; further lines' facts count,
 * their place in the file is not kept. Not thread-safe.
 */
final class OpenTransactions {
  /** Lines whose place is kept with one piece of a record. */
  static final int MOST_LINES = 64;

  /** Fewer where the heap is small: each takes a kilobyte or so. */
  static final int MOST_TRANSACTIONS =
      Math.clamp(Runtime.getRuntime().maxMemory() / 8192, 4_000, 50_000);

  static final int MOST_PARTS = 10 * MOST_TRANSACTIONS;
  private static final int MOST_RECIPIENTS = 2_000;

  /** An ID that is used more often than that between two commits is nobody's queue ID. */
  private static final int MOST_OF_AN_ID = 16;

  /** So many more are completed before one is handed on: late lines still find it. */
  private static final int COMPLETED = 2_000;

  private final Consumer<SubmissionRecord> store;
  private final TransactionTable byId = new TransactionTable();
  private final Deque<TransactionTable.Entry> completed = new ArrayDeque<>();
  private int transactions;
  private int parts;

  /**
   * Knows no transaction yet.
   *
   * @param store takes the pieces
   */
  OpenTransactions(Consumer<SubmissionRecord> store) {
    this.store = store;
  }

  /**
   * Adds one line's facts; may hand older transactions on.
   *
   * @return false when the line's place is not kept
   */
  boolean add(SubmissionRecord facts, SourceLine line) {
    return add(facts.toBuilder(), line);
  }

  /** The same; the builder is this object's from now on. */
  boolean add(SubmissionRecord.Builder facts, SourceLine line) {
    facts.time = Times.cut(facts.time);
    boolean completes = facts.completed != null;
    TransactionTable.Entry entry = byId.get(facts.host, facts.transactionId);
    GrowingRecord open = sameTransaction(entry.records, facts);
    int before = 0;
    if (open == null) {
      open = begin(entry.records, facts);
    } else {
      before = 1 + open.parts();
      open.add(facts);
    }
    boolean placed = open.lines() < MOST_LINES;
    if (placed) {
      open.add(line);
    }
    parts += 1 + open.parts() - before;
    if (open.recipients() > MOST_RECIPIENTS) {
      handOn(byId.remove(entry.host, entry.transactionId));
    }
    if (completes) {
      complete(entry);
    }
    while (transactions > MOST_TRANSACTIONS || parts > MOST_PARTS) {
      handOn(byId.removeOldest());
    }
    return placed;
  }

  private static GrowingRecord sameTransaction(
      List<GrowingRecord> candidates, SubmissionRecord.Builder facts) {
    for (int i = candidates.size() - 1; i >= 0; i--) {
      if (candidates.get(i).sameTransaction(facts)) {
        return candidates.get(i);
      }
    }
    return null;
  }

  private GrowingRecord begin(List<GrowingRecord> candidates, SubmissionRecord.Builder facts) {
    if (candidates.size() == MOST_OF_AN_ID) {
      handOn(candidates.removeFirst());
    }
    GrowingRecord open = new GrowingRecord(facts);
    candidates.add(open);
    transactions++;
    return open;
  }

  private void complete(TransactionTable.Entry entry) {
    completed.add(entry);
    if (completed.size() > COMPLETED) {
      TransactionTable.Entry first = completed.remove();
      handOn(byId.remove(first.host, first.transactionId)); // it, or what has come after it
    }
  }

  private void handOn(TransactionTable.Entry entry) {
    if (entry != null) {
      for (int i = 0; i < entry.records.size(); i++) {
        handOn(entry.records.get(i));
      }
      entry.records.clear();
    }
  }

  private void handOn(GrowingRecord open) {
    transactions--;
    parts -= 1 + open.parts();
    store.accept(open.record());
  }

  /** Hands everything on. */
  void flush() {
    byId.forEach(this::handOn);
    clear();
  }

  /** Forgets everything: the batch failed. */
  void clear() {
    byId.clear();
    completed.clear();
    transactions = 0;
    parts = 0;
  }

  /** For tests: what is held, in transactions and in parts of them. */
  int[] held() {
    return new int[] {transactions, parts, completed.size()};
  }
}
