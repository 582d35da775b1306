package org.whosent.indexer.ingest;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.function.Consumer;
import java.util.function.Function;
import org.whosent.indexer.ingest.input.Hashes;
import org.whosent.indexer.ingest.input.LineInput;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.RecordStore;
import org.whosent.record.JournalEntry;
import org.whosent.record.SubmissionRecord;

/**
 * What is on its way into the store. Records, checkpoints and coverage become durable together, at
 * a commit, which also gives up the writer's lock so that a purge may take its turn; the next use
 * takes it again. When the store fails, everything since the last commit is forgotten and will be
 * read again. What lines said is joined ({@link Joining}) and written on another thread ({@link
 * StoreWriter}). Belongs to the reading thread.
 */
final class IngestBatch implements AutoCloseable {
  /** Lines between two commits, at least: of some formats, a second's work. */
  static final long LINES = 1_000_000;

  /**
   * And so much time, after which lines have been read that a killed run would read again. Commits
   * that are nearer to each other make small segments, and merging those cost a fifth of all
   * processor time; nothing else is done while one waits for the disk.
   */
  static final Duration TIME = Duration.ofSeconds(5);

  /** The clock is asked after so many more lines. */
  private static final long LINES_A_LOOK = 1 << 14;

  /** As many as wait for the storing thread: else it is ever new memory, to be cleared first. */
  private static final int SPARE = StoreWriter.WAITING + 2;

  private final StoreWriter writer;
  private final long linesPerCommit;
  private final Duration timePerCommit;

  /** The storing thread's, while there is one. */
  private final Joining joining = new Joining();

  private final Hashes hashes = new Hashes();

  private final Spans spans = new Spans();

  /** What was read and is not handed on yet, or null. */
  private ReadFacts read;

  /** Room that is used again, for the bytes of lines; the one used last first. */
  private final BlockingDeque<byte[]> spare = new LinkedBlockingDeque<>(SPARE);

  /** Something was handed on since all was flushed. */
  private boolean unflushed;

  private List<Consumer<Batch>> changes = new ArrayList<>();
  private boolean changed;
  private long lines;
  private long dueLines;
  private long begun = System.nanoTime();
  private long commits;
  private Tally tally;

  /** {@link Checkpoint#forgotten} when the file was first asked about; -1 before that. */
  private int forgotten;

  /**
   * Nothing yet.
   *
   * @param linesPerCommit so many lines at least, see {@link #lineRead}
   * @param timePerCommit and so much time
   */
  IngestBatch(RecordStore store, long linesPerCommit, Duration timePerCommit) {
    this.writer = new StoreWriter(store, this::forget);
    this.linesPerCommit = linesPerCommit;
    this.timePerCommit = timePerCommit;
    this.dueLines = linesPerCommit;
  }

  /**
   * What the store knows, with all that was read so far: before the first line of a file.
   *
   * @throws IOException when the store failed
   */
  <T> T ask(Function<Batch, T> question) throws IOException {
    handOn(); // a change may count what becomes of it
    List<Consumer<Batch>> news = takeChanges();
    return writer.ask(
        batch -> {
          news.forEach(change -> change.accept(batch));
          forgotten = forgotten < 0 ? Checkpoint.forgotten(batch) : forgotten;
          return question.apply(batch);
        });
  }

  private List<Consumer<Batch>> takeChanges() {
    List<Consumer<Batch>> taken = changes;
    changes = new ArrayList<>();
    return taken;
  }

  /** From now on this file is read: what the store does not take is counted there. */
  void begin(Tally file) throws IOException {
    handOn();
    tally = file;
    forgotten = -1;
  }

  /**
   * The file that was begun ends here. It is not committed: many small files make one commit.
   *
   * @return the number of the commit that makes it durable, see {@link #isDurable}
   * @throws IOException when the store failed at something earlier
   */
  long end() throws IOException {
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

  /**
   * The same for how far the file that was begun is read. It is not said where all was to be read
   * again since the file was asked about: what came before that would never be read.
   */
  void checkpoint(Consumer<Batch> change) {
    int begun = forgotten;
    change(
        batch -> {
          if (Checkpoint.forgotten(batch) == begun) {
            change.accept(batch);
          }
        });
  }

  /**
   * Adds facts of the line that stands in the input; the builder is given away.
   *
   * @param name of the file, as the records are to name it
   * @param count takes what becomes of them, on the storing thread; null where that counts when the
   *     line is read again
   */
  void add(SubmissionRecord.Builder facts, String name, LineInput in, LogCounts.Count count) {
    changed = true;
    read(name).add(facts, in, count);
  }

  /** Adds the failed login that the line in the input tells of. */
  void add(JournalEntry.LoginFailure failure, String name, LineInput in) {
    changed = true;
    read(name).add(failure, in);
  }

  private ReadFacts read(String name) {
    if (read == null) {
      byte[] room = spare.pollFirst();
      read = new ReadFacts(name, tally, room == null ? ReadFacts.room() : room);
    }
    return read;
  }

  private void handOn() throws IOException {
    if (read != null) {
      ReadFacts joined = read;
      read = null;
      unflushed = true;
      if (writer.isBehind()) {
        joined.hash(hashes);
      }
      writer.write(
          batch -> {
            joining.join(joined, batch);
            byte[] room = joined.roomAgain();
            if (room != null) {
              spare.offerFirst(room);
            }
          });
    }
  }

  Spans spans() {
    return spans;
  }

  /**
   * Counts a line; true when it is time to commit.
   *
   * @throws IOException when the store failed at something earlier
   */
  boolean lineRead() throws IOException {
    if (read != null && read.isFull()) {
      handOn();
    }
    if (++lines < dueLines) {
      return false;
    }
    if (System.nanoTime() - begun >= timePerCommit.toNanos()) {
      return true;
    }
    dueLines = lines + LINES_A_LOOK;
    return false;
  }

  /**
   * Starts to make everything durable and visible, and does not wait for it.
   *
   * @throws IOException when the store failed at something earlier
   */
  void commitSoon() throws IOException {
    lines = 0;
    dueLines = linesPerCommit;
    begun = System.nanoTime();
    if (!changed) {
      return;
    }
    handOnAll();
    List<Consumer<Batch>> last = takeChanges();
    changed = false;
    writer.commit(batch -> last.forEach(change -> change.accept(batch)));
    commits++;
  }

  private void handOnAll() throws IOException {
    handOn();
    if (unflushed) {
      unflushed = false;
      Tally file = tally;
      writer.write(batch -> joining.flush(file, batch));
    }
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
    boolean nothing = !changed;
    commitSoon();
    writer.settle();
    if (nothing) {
      writer.close();
    }
  }

  /** Forgets what was not committed and gives up the lock. */
  @Override
  public void close() throws IOException {
    writer.close();
  }

  private void forget() {
    read = null;
    unflushed = false;
    changes.clear();
    changed = false;
    joining.forget();
  }
}
