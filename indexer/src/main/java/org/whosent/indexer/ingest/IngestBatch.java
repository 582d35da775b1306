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

  /** Recipients and lines, and one for each record: some hundreds of what records mostly are. */
  private static final int PARTS = 8 * CHUNK;

  private final StoreWriter writer;
  private final long linesPerCommit;
  private final OpenTransactions open = new OpenTransactions(this::handOn);
  private final Spans spans = new Spans();
  private List<SubmissionRecord> chunk = new ArrayList<>(CHUNK);
  private int parts;
  private List<FailedLogin> logins = new ArrayList<>();
  private List<Consumer<Batch>> changes = new ArrayList<>();
  private boolean changed;
  private long lines;
  private long commits;
  private Tally tally;

  IngestBatch(RecordStore store, long linesPerCommit) {
    this.writer = new StoreWriter(store);
    this.linesPerCommit = linesPerCommit;
  }

  /**
   * What the store knows, with all that was read so far: before the first line of a file.
   *
   * @throws IOException when the store failed
   */
  <T> T ask(Function<Batch, T> question) throws IOException {
    List<Consumer<Batch>> news = takeChanges();
    return writer.ask(
        batch -> {
          news.forEach(change -> change.accept(batch));
          return question.apply(batch);
        });
  }

  private List<Consumer<Batch>> takeChanges() {
    List<Consumer<Batch>> taken = changes;
    changes = new ArrayList<>();
    return taken;
  }

  /** From now on this file is read: what the store does not take is counted there. */
  void begin(Tally file) {
    tally = file;
  }

  /**
   * The file that was begun ends here. It is not committed: many small files make one commit.
   *
   * @return the number of the commit that makes it durable, see {@link #isDurable}
   */
  long end() {
    handOnAll();
    return changed ? commits + 1 : commits;
  }

  /** True when the commit of that number is done. */
  boolean isDurable(long commit) {
    return writer.commits() >= commit;
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
      writer.addLogins(logins, tally.dropped);
      logins = new ArrayList<>(CHUNK);
    }
  }

  private void handOn(SubmissionRecord record) {
    chunk.add(record);
    parts += 1 + record.recipients().size() + record.provenance().size();
    if (chunk.size() == CHUNK || parts >= PARTS) {
      handOnChunk();
    }
  }

  private void handOnChunk() {
    if (!chunk.isEmpty()) {
      writer.add(chunk, tally.dropped);
      chunk = new ArrayList<>(CHUNK);
      parts = 0;
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
    handOnAll();
    List<Consumer<Batch>> last = takeChanges();
    changed = false;
    writer.commit(batch -> last.forEach(change -> change.accept(batch)));
    commits++;
  }

  private void handOnAll() {
    open.flush();
    handOnChunk();
    handOnLogins();
    if (changed) {
      spans.flush(span -> changes.add(batch -> batch.covered(span)));
    }
  }

  /**
   * Makes everything durable and visible; where nothing is new it only gives up the lock.
   *
   * @throws IOException when the store failed: nothing since the last commit is in it
   */
  void commit() throws IOException {
    try {
      boolean nothing = !changed;
      commitSoon();
      writer.settle();
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
    parts = 0;
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
