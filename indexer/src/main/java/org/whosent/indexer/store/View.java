package org.whosent.indexer.store;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/** A look at the store as of one commit. Not thread-safe. */
public interface View extends Closeable {

  /**
   * The records that have this clue, newest first, at most {@code limit}.
   *
   * @param value as it was found; it is folded here
   */
  List<SubmissionRecord> find(ClueType type, String value, int limit) throws IOException;

  /**
   * All records that match, newest first; read as one goes, in bounded memory. The iterator throws
   * {@link java.io.UncheckedIOException}.
   */
  Iterator<SubmissionRecord> search(RecordQuery query) throws IOException;

  /** What the index covers and how sound it is. */
  StoreStatus status() throws IOException;

  /** A value that a {@link Batch} left, or null. */
  String state(String name) throws IOException;
}
