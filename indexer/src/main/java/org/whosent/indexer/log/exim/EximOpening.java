package org.whosent.indexer.log.exim;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.whosent.indexer.log.MessageTable;
import org.whosent.indexer.log.reader.SetBackClock;
import org.whosent.record.Continuation;

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

  /** In bytes; null where it is not known. */
  Long size;

  /** What a program called it that was trusted to (-oMr); null where none handed it in. */
  String calledBy;

  /** Those that such a program seems to have made of it; no delivery to a program has said so. */
  final List<EximOpening> again = new ArrayList<>(0);

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

  /**
   * That another message went on as this one.
   *
   * @param transport which took it there
   */
  String continuation(String transport) {
    return new Continuation(id, time, null, transport).text();
  }
}
