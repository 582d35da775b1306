package org.whosent.indexer.ingest;

import java.io.IOException;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.RecordStore;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/**
 * The store's batch with what is on its way into it. Records, checkpoints and coverage become
 * durable together, in {@link #commit}, which also gives up the writer's lock so that a purge may
 * take its turn; the next use takes it again. When the store fails, everything since the last
 * commit is forgotten and will be read again. Not thread-safe.
 */
final class IngestBatch implements AutoCloseable {
  /** Lines between two commits: some seconds' work. */
  static final long LINES = 250_000;

  private final RecordStore store;
  private final long linesPerCommit;
  private final OpenTransactions open = new OpenTransactions();
  private final Spans spans = new Spans();
  private Batch batch;
  private boolean changed;
  private long lines;

  IngestBatch(RecordStore store, long linesPerCommit) {
    this.store = store;
    this.linesPerCommit = linesPerCommit;
  }

  /** The batch, begun when there is none. */
  Batch batch() throws IOException {
    if (batch == null) {
      batch = store.begin();
    }
    return batch;
  }

  /** Says that there is something to commit besides records: a checkpoint, a span. */
  void changed() {
    changed = true;
  }

  void add(SubmissionRecord facts, SourceLine line) throws IOException {
    changed = true;
    open.add(facts, line, batch());
  }

  Spans spans() {
    return spans;
  }

  /** Counts a line; true when it is time to commit. */
  boolean lineRead() {
    return ++lines >= linesPerCommit;
  }

  /** Makes everything durable and visible; where nothing is new it only gives up the lock. */
  void commit(Tally tally) throws IOException {
    lines = 0;
    if (batch == null) {
      return;
    }
    try (Batch ending = batch) {
      if (changed) {
        open.flush(ending);
        spans.flush(ending);
        ending.commit();
        tally.dropped += open.takeDropped();
      }
    } finally {
      batch = null;
      changed = false;
      open.clear();
    }
  }

  /** Forgets what was not committed and gives up the lock. */
  @Override
  public void close() throws IOException {
    open.clear();
    changed = false;
    if (batch != null) {
      Batch ending = batch;
      batch = null;
      ending.close();
    }
  }
}
