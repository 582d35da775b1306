package org.whosent.indexer.ingest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.whosent.indexer.store.Batch;
import org.whosent.record.GrowingRecord;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

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

  static final int MOST_TRANSACTIONS = 50_000;
  static final int MOST_PARTS = 500_000;
  private static final int MOST_RECIPIENTS = 2_000;

  /** An ID that is used more often than that between two commits is nobody's queue ID. */
  private static final int MOST_OF_AN_ID = 16;

  /** So many more are completed before one is handed on: late lines still find it. */
  private static final int COMPLETED = 2_000;

  private record Key(String host, String transactionId) {}

  private final Consumer<SubmissionRecord> store;
  private final LinkedHashMap<Key, List<GrowingRecord>> byId =
      new LinkedHashMap<>(1024, 0.75f, true);
  private final Deque<Key> completed = new ArrayDeque<>();
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
    Key key = new Key(facts.host(), facts.transactionId());
    List<GrowingRecord> candidates = byId.get(key);
    if (candidates == null) {
      candidates = new ArrayList<>(1);
      byId.put(key, candidates);
    }
    GrowingRecord open = null;
    for (int i = candidates.size() - 1; i >= 0 && open == null; i--) {
      if (candidates.get(i).sameTransaction(facts)) {
        open = candidates.get(i);
      }
    }
    if (open == null) {
      if (candidates.size() == MOST_OF_AN_ID) {
        handOn(candidates.removeFirst());
      }
      open = new GrowingRecord(facts);
      candidates.add(open);
      transactions++;
      parts += 1 + open.parts();
    } else {
      int before = open.parts();
      open.add(facts);
      parts += open.parts() - before;
    }
    boolean placed = open.lines() < MOST_LINES;
    if (placed) {
      open.add(line);
      parts++;
    }
    if (open.recipients() > MOST_RECIPIENTS) {
      handOn(byId.remove(key));
    }
    if (facts.completed() != null) {
      completed.add(key);
      if (completed.size() > COMPLETED) {
        handOn(byId.remove(completed.remove()));
      }
    }
    while (transactions > MOST_TRANSACTIONS || parts > MOST_PARTS) {
      Iterator<List<GrowingRecord>> eldest = byId.values().iterator();
      List<GrowingRecord> opens = eldest.next();
      eldest.remove();
      handOn(opens);
    }
    return placed;
  }

  private void handOn(List<GrowingRecord> opens) {
    if (opens != null) {
      opens.forEach(this::handOn);
    }
  }

  private void handOn(GrowingRecord open) {
    transactions--;
    parts -= 1 + open.parts();
    store.accept(open.record());
  }

  /** Hands everything on. */
  void flush() {
    for (Map.Entry<Key, List<GrowingRecord>> entry : byId.entrySet()) {
      handOn(entry.getValue());
    }
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
