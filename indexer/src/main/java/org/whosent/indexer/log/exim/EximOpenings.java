package org.whosent.indexer.log.exim;

import java.time.Instant;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.MessageTable;
import org.whosent.record.Recipient;

/** The arrivals that are remembered of one log. Bounded. Not thread-safe. */
final class EximOpenings {
  /** Messages that may still come back from a filter. */
  private static final int REMEMBERED = 20_000;

  /** Longer senders and Message-IDs are not remembered. */
  private static final int REMEMBERED_LENGTH = 256;

  private final Forgotten forgotten;
  private final EximHeldNames heldNames;
  private final MessageTable<EximOpening> byId = new MessageTable<>();
  private long arrived;

  EximOpenings(Forgotten forgotten, EximHeldNames heldNames) {
    this.forgotten = forgotten;
    this.heldNames = heldNames;
  }

  /** That message's; null where it is not known. */
  EximOpening get(String id) {
    return byId.get("", id); // one server wrote the log, or IDs of several do not meet
  }

  /**
   * A message has arrived.
   *
   * @param messageId empty where it has none; null where that is not known
   * @param maybeReturned it may be one that a filter handed in again
   * @param user who it is of, where that is sure; or null
   */
  EximOpening add(
      String id,
      Instant time,
      String sender,
      String messageId,
      boolean maybeReturned,
      String user) {
    EximOpening opening =
        new EximOpening(
            id, time, shortOnly(sender), shortOnly(messageId), maybeReturned, ++arrived, user);
    byId.put(opening);
    if (byId.size() > REMEMBERED) {
      EximOpening oldest = byId.removeOldest();
      heldNames.forgotten(oldest.time);
      if (!oldest.completed) {
        forgotten.lastHeard(oldest.time);
      }
    }
    return opening;
  }

  private static String shortOnly(String text) {
    return text == null || text.length() > REMEMBERED_LENGTH ? null : text;
  }

  /**
   * The message that a delivery made of another, which a content filter on this machine has handed
   * in again: all of it is in our own log. It came over loopback without a login, with the same
   * sender and Message-ID (or none, as the first), and the delivery over loopback was answered with
   * its ID. Null where it made none. Asks first what most deliveries to others answer: looking up
   * is what costs.
   */
  EximOpening cameBack(String id, Recipient recipient) {
    // By the address: a stranger's server may be called "x[127.0.0.1]".
    boolean toLoopback = recipient.local() == null;
    if (!EximId.is(recipient.nextHopId()) || !toLoopback) {
      return null;
    }
    EximOpening two = get(recipient.nextHopId());
    if (two == null || !two.maybeReturned || two.id.equals(id)) {
      return null;
    }
    EximOpening one = get(id);
    boolean same =
        one != null
            && one.messageId != null
            && one.messageId.equals(two.messageId)
            && one.sender != null
            && one.sender.equals(two.sender)
            && two.number > one.number;
    return same ? two : null;
  }
}
