package org.whosent.indexer.log.exim;

import java.time.Instant;
import org.whosent.indexer.log.MessageTable;
import org.whosent.indexer.log.reader.SetBackClock;

/** What is remembered of a message's arrival. Not thread-safe. */
final class EximOpening extends MessageTable.Entry {
  final Instant time;
  final String sender;

  /** Empty where it has none; null where that is too long to remember, or not known. */
  final String messageId;

  /** It may be one that a filter handed in again. */
  final boolean maybeReturned;

  /** In the order of the log, whatever the clock says. */
  final long number;

  /** Who it is of, where that is sure. */
  final String user;

  boolean completed;

  /** The last attempt that failed: no further line of the message is earlier. */
  SetBackClock.Mark deferred;

  /** The name in it, which waits for a line that confirms it; null where none does. */
  EximHeldNames.Held held;

  EximOpening(
      String id,
      Instant time,
      String sender,
      String messageId,
      boolean maybeReturned,
      long number,
      String user) {
    super("", id);
    this.time = time;
    this.sender = sender;
    this.messageId = messageId;
    this.maybeReturned = maybeReturned;
    this.number = number;
    this.user = user;
  }

  /** The time that counts for a line that is earlier than one before. */
  Instant notBefore(Instant line, SetBackClock clock) {
    return deferred == null ? SetBackClock.notBefore(time, line) : clock.after(deferred, line);
  }
}
