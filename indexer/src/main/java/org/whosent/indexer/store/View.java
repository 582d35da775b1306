package org.whosent.indexer.store;

import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import org.whosent.record.ClueType;
import org.whosent.record.FailedLogin;
import org.whosent.record.SubmissionRecord;

/**
 * A look at the store as of one commit. Not thread-safe.
 *
 * <p>A day is opened when it is first needed. Where its files were purged or written anew by then,
 * that day and those not yet opened are seen as of a later commit.
 */
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

  /** The same for who needs no more than so much of each record, and may get more. */
  default Iterator<SubmissionRecord> search(RecordQuery query, Detail detail) throws IOException {
    return search(query);
  }

  /**
   * From now on a search also gives records whose client and subject are damaged, without these,
   * and that is among the {@link #warnings}. For who lists records: to who weighs them, a client
   * that is missing would speak against nobody.
   */
  default void showWhatIsLeft() {}

  /**
   * The failed logins that match, newest first. They are kept as long as the records of their day,
   * and those under hold longer. The iterator throws {@link java.io.UncheckedIOException}.
   */
  Iterator<FailedLogin> failedLogins(FailedLoginQuery query) throws IOException;

  /**
   * What the index covers, and what damage is known without reading it all. It looks whether all
   * files are there: who looks up one thing asks for it when there is something to say of it.
   */
  StoreStatus status() throws IOException;

  /** What was read: {@link StoreStatus#coverage} without looking after the files of every day. */
  default Coverage coverage() throws IOException {
    return status().coverage();
  }

  /** {@link StoreStatus#horizon} without looking after the files of every day. */
  default Instant horizon() throws IOException {
    return status().horizon();
  }

  /** The same after reading every byte and checking it; takes as long as that takes. */
  StoreStatus verify() throws IOException;

  /**
   * When a user was last erased: what is from before and not found may have been there; or null.
   */
  default Instant lastErasure() {
    return null;
  }

  /**
   * Before which time clients and subjects are masked, except under hold; null where none are. Who
   * asks for a client finds nothing of that time.
   */
  default Instant maskedBefore() {
    return null;
  }

  /**
   * Damage met while this view answered: one line each, with what to do. While it is empty, what
   * was not found is not there.
   */
  List<String> warnings();

  /**
   * Those of them that are of what is there and cannot be read, not of what a rebuild let go of.
   */
  default List<String> damage() {
    return warnings();
  }

  /** A value that a {@link Batch} left, or null. */
  String state(String name) throws IOException;
}
