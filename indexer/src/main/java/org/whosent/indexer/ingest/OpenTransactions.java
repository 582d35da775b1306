package org.whosent.indexer.ingest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.whosent.indexer.log.MessageTable;
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

  /**
   * So many more are completed before one is handed on: late lines still find it. With eight times
   * as many none of it is in the processor's caches any more by then, and all of it is looked at.
   */
  private static final int COMPLETED = 256;

  /** What takes the pieces. */
  interface Store {
    /** Takes one; false when it is not kept. */
    boolean take(SubmissionRecord piece);
  }

  /** A piece, and what is told when it was counted as a record and is not kept. */
  private static final class Open {
    private final GrowingRecord record;
    private Runnable counted;

    Open(GrowingRecord record) {
      this.record = record;
    }

    void opened(Runnable notKept) {
      Runnable before = counted;
      counted =
          before == null
              ? notKept
              : () -> {
                before.run();
                notKept.run();
              };
    }
  }

  /** All transactions of one ID on one host. */
  private static final class Entry extends MessageTable.Entry {
    private final List<Open> records = new ArrayList<>(1);

    Entry(String host, String id) {
      super(host, id);
    }
  }

  private final Store store;

  /** The one that was asked for longest ago is the oldest. */
  private final MessageTable<Entry> byId = new MessageTable<>();

  private final Deque<Entry> completed = new ArrayDeque<>();
  private int transactions;
  private int parts;

  /**
   * Knows no transaction yet.
   *
   * @param store takes the pieces
   */
  OpenTransactions(Store store) {
    this.store = store;
  }

  /**
   * Adds one line's facts; may hand older transactions on.
   *
   * @return false when the line's place is not kept
   */
  boolean add(SubmissionRecord facts, SourceLine line) {
    return add(facts.toBuilder(), line, null);
  }

  /**
   * The same; the builder is this object's from now on.
   *
   * @param notKept of a line that opens a transaction, which counts as a record: is run when the
   *     store does not keep it. Else null
   */
  boolean add(SubmissionRecord.Builder facts, SourceLine line, Runnable notKept) {
    facts.time = Times.cut(facts.time);
    boolean completes = facts.completed != null;
    Entry entry = entry(facts.host, facts.transactionId);
    Open piece = sameTransaction(entry.records, facts);
    int before = 0;
    if (piece == null) {
      piece = begin(entry.records, facts);
    } else {
      before = 1 + piece.record.parts();
      piece.record.add(facts);
    }
    if (notKept != null) {
      piece.opened(notKept);
    }
    GrowingRecord open = piece.record;
    boolean placed = open.lines() < MOST_LINES;
    if (placed) {
      open.add(line);
    }
    parts += 1 + open.parts() - before;
    if (open.recipients() > MOST_RECIPIENTS) {
      handOn(byId.remove(entry.host, entry.id));
    }
    if (completes) {
      complete(entry);
    }
    while (transactions > MOST_TRANSACTIONS || parts > MOST_PARTS) {
      handOn(byId.removeOldest());
    }
    return placed;
  }

  private Entry entry(String host, String id) {
    Entry entry = byId.get(host, id);
    if (entry == null) {
      entry = new Entry(host, id);
      byId.add(entry);
    } else {
      byId.renew(entry);
    }
    return entry;
  }

  private static Open sameTransaction(List<Open> candidates, SubmissionRecord.Builder facts) {
    for (int i = candidates.size() - 1; i >= 0; i--) {
      if (candidates.get(i).record.sameTransaction(facts)) {
        return candidates.get(i);
      }
    }
    return null;
  }

  private Open begin(List<Open> candidates, SubmissionRecord.Builder facts) {
    if (candidates.size() == MOST_OF_AN_ID) {
      handOn(candidates.removeFirst());
    }
    Open open = new Open(new GrowingRecord(facts));
    candidates.add(open);
    transactions++;
    return open;
  }

  private void complete(Entry entry) {
    completed.add(entry);
    if (completed.size() > COMPLETED) {
      Entry first = completed.remove();
      handOn(byId.remove(first.host, first.id)); // it, or what has come after it
    }
  }

  private void handOn(Entry entry) {
    if (entry != null) {
      for (int i = 0; i < entry.records.size(); i++) {
        handOn(entry.records.get(i));
      }
      entry.records.clear();
    }
  }

  private void handOn(Open open) {
    transactions--;
    parts -= 1 + open.record.parts();
    if (!store.take(open.record.record()) && open.counted != null) {
      open.counted.run();
    }
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
