package org.whosent.indexer.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.whosent.indexer.ingest.input.Hashes;
import org.whosent.indexer.store.Batch;
import org.whosent.record.FailedLogin;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/**
 * Joins what lines said into records and adds those to the store, on the store's thread: reading
 * the lines is enough for one thread. Lines that the other has not hashed are hashed here. In the
 * order in which they were read, so that the records, and the files of the store, are what one
 * thread would make of them.
 *
 * <p>Belongs to the storing thread; {@link #forget} is for after its end.
 */
final class Joining {
  private final OpenTransactions open = new OpenTransactions(this::handOn);
  private final Hashes hashes = new Hashes();

  /** Where records are handed on to, and who counts those that are not taken. */
  private Batch into;

  private Tally tally;

  /**
   * Joins what was read; adds what is complete, or more than is kept here.
   *
   * @throws IOException when the store fails; nothing may be joined then before {@link #forget}
   */
  void join(ReadFacts read, Batch batch) throws IOException {
    into = batch;
    tally = read.tally();
    ReadFacts.Said before = null;
    SourceLine source = null;
    try {
      for (ReadFacts.Said said : read.said()) {
        if (!said.isOfLine(before)) {
          source = read.source(said, hashes);
        }
        before = said;
        if (said.facts() == null) {
          taken(batch.add(new FailedLogin(said.failure(), source)));
        } else if (!open.add(said.facts(), source, notKept(said))) {
          unplaced(said);
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause(); // the store's, out of handOn
    }
  }

  /**
   * Adds all that is still kept here.
   *
   * @param file whose end is reached, or which is read when there is a commit
   * @throws IOException as {@link #join}
   */
  void flush(Tally file, Batch batch) throws IOException {
    into = batch;
    tally = file;
    try {
      open.flush();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void unplaced(ReadFacts.Said said) {
    if (said.count() != null) {
      tally.unplaced.incrementAndGet();
      said.count().unplaced();
    }
  }

  /** Of a line that counts as a record, see {@link LogCounts#facts}. */
  private Runnable notKept(ReadFacts.Said said) {
    if (said.facts().origin == null || said.count() == null) {
      return null;
    }
    Tally file = tally;
    LogCounts.Count count = said.count();
    return () -> {
      count.notKept();
      file.notKept.incrementAndGet();
    };
  }

  private boolean handOn(SubmissionRecord record) {
    try {
      return taken(into.addWellFormed(record)); // as ReadFacts made them
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean taken(boolean added) {
    if (!added) {
      tally.dropped.incrementAndGet();
    }
    return added;
  }

  /** Forgets what is kept here: nothing of it was committed. */
  void forget() {
    open.clear();
    into = null;
    tally = null;
  }
}
