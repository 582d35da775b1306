package org.whosent.indexer.ingest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.RecordStore;
import org.whosent.record.FailedLogin;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/**
 * What is on its way into the store. Records, checkpoints and coverage become durable together, at
 * a commit, which also gives up the writer's lock so that a purge may take its turn; the next use
 * takes it again. When the store fails, everything since the last commit is forgotten and will be
 * read again. The writing itself happens on another thread ({@link StoreWriter}). Not thread-safe.
 */
final class IngestBatch implements AutoCloseable {
  /**
   * Lines between two commits: ten seconds' work at most. Commits that are nearer to each other
   * make small segments, and merging those cost a fifth of all processor time.
   */
  static final long LINES = 1_000_000;

  private static final int CHUNK = 512;

  private final StoreWriter writer;
  private final long linesPerCommit;
  private final OpenTransactions open = new OpenTransactions(this::handOn);
  private final Spans spans = new Spans();
  private List<SubmissionRecord> chunk = new ArrayList<>(CHUNK);
  private List<FailedLogin> logins = new ArrayList<>();
  private List<Consumer<Batch>> changes = new ArrayList<>();
  private boolean changed;
  private long lines;

  IngestBatch(RecordStore store, long linesPerCommit) {
    this.writer = new StoreWriter(store);
    this.linesPerCommit = linesPerCommit;
  }

  /**
   * What the store knows, with all that was committed: before the first line of a file.
   *
   * @throws IOException when the store failed
   */
  <T> T ask(Function<Batch, T> question) throws IOException {
    return writer.ask(question);
  }

  /** A change to be made with the next commit, besides the records: a checkpoint, say. */
  void change(Consumer<Batch> change) {
    changes.add(change);
    changed = true;
  }

  /** See {@link OpenTransactions#add}. */
  boolean add(SubmissionRecord.Builder facts, SourceLine line) {
    changed = true;
    return open.add(facts, line);
  }

  void add(FailedLogin login) {
    logins.add(login);
    changed = true;
    if (logins.size() == CHUNK) {
      handOnLogins();
    }
  }

  private void handOnLogins() {
    if (!logins.isEmpty()) {
      writer.addLogins(logins);
      logins = new ArrayList<>(CHUNK);
    }
  }

  private void handOn(SubmissionRecord record) {
    chunk.add(record);
    if (chunk.size() == CHUNK) {
      handOnChunk();
    }
  }

  private void handOnChunk() {
    if (!chunk.isEmpty()) {
      writer.add(chunk);
      chunk = new ArrayList<>(CHUNK);
    }
  }

  Spans spans() {
    return spans;
  }

  /** Counts a line; true when it is time to commit. */
  boolean lineRead() {
    return ++lines >= linesPerCommit;
  }

  /**
   * Starts to make everything durable and visible, and does not wait for it.
   *
   * @throws IOException when the store failed at something earlier
   */
  void commitSoon() throws IOException {
    lines = 0;
    if (!changed) {
      return;
    }
    open.flush();
    handOnChunk();
    handOnLogins();
    List<Consumer<Batch>> last = changes;
    changes = new ArrayList<>();
    spans.flush(span -> last.add(batch -> batch.covered(span)));
    changed = false;
    writer.commit(batch -> last.forEach(change -> change.accept(batch)));
  }

  /**
   * Makes everything durable and visible; where nothing is new it only gives up the lock.
   *
   * @throws IOException when the store failed: nothing since the last commit is in it
   */
  void commit(Tally tally) throws IOException {
    try {
      boolean nothing = !changed;
      commitSoon();
      writer.settle();
      tally.dropped += writer.takeDropped();
      if (nothing) {
        writer.close();
      }
    } catch (IOException | RuntimeException | Error e) {
      forget();
      throw e;
    }
  }

  private void forget() {
    open.clear();
    chunk.clear();
    logins.clear();
    changes.clear();
    changed = false;
  }

  /** Forgets what was not committed and gives up the lock. */
  @Override
  public void close() throws IOException {
    forget();
    writer.close();
  }
}
