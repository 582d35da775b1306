package org.whosent.indexer.log.exim;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.MessageTable;
import org.whosent.record.Recipient;

/** The arrivals that are remembered of one log. Bounded. Not thread-safe. */
final class EximOpenings {
  /** Messages that may still come back from a filter. */
  private static final int REMEMBERED = 20_000;

  /** Longer senders and Message-IDs are not remembered. */
  private static final int REMEMBERED_LENGTH = 256;

  /** Of messages in the queue with one Message-ID or none; more are not looked at. */
  private static final int SAME_MESSAGE_ID = 100;

  /** What a filter adds; where no Message-ID tells, the size must be the same but for that. */
  private static final long ADDED = 4096;

  private final Forgotten forgotten;
  private final EximHeldNames heldNames;
  private final MessageTable<EximOpening> byId = new MessageTable<>();
  private long arrived;

  /** The last one of which the sender or the Message-ID is not known. */
  private long unclear;

  /** Of those in the queue; null before a program has handed one in again. */
  private Map<String, List<EximOpening>> byMessageId;

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
    unclear = isClear(opening) ? unclear : arrived;
    gone(byId.put(opening));
    index(opening);
    if (byId.size() > REMEMBERED) {
      EximOpening oldest = byId.removeOldest();
      gone(oldest);
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

  /**
   * A program of this machine handed the message in. If Exim trusts it (trusted_users), it may say
   * how it got it ({@code exim -oMr spam-scanned -bS}, {@code P=spam-scanned}), as filters do that
   * a pipe transport calls; what others say so is ignored (4.96). It is what that transport was
   * given, if of all that is known to be in the queue one message only has its sender and
   * Message-ID (or none, and its size). What the same filter gave back before is not given to it
   * again.
   *
   * @param protocol as logged; {@code local} and the like of whoever is not trusted
   */
  void handedIn(EximOpening second, String protocol) {
    if (protocol == null || protocol.startsWith("local")) {
      return;
    }
    second.calledBy = protocol;
    if (!isClear(second)) {
      return;
    }
    if (byMessageId == null) {
      byMessageId = new HashMap<>();
      byId.forEach(this::index);
    }
    List<EximOpening> same = byMessageId.getOrDefault(second.messageId, List.of());
    if (same.size() > SAME_MESSAGE_ID) {
      return;
    }
    EximOpening only = namedByExim(second);
    for (EximOpening first : same) {
      boolean another = first == second || protocol.equals(first.calledBy);
      if (another || !first.sender.equals(second.sender)) {
        continue;
      }
      if (only != null) {
        return;
      }
      only = first;
    }
    boolean told = !second.messageId.isEmpty() || isOfOneSize(only, second);
    if (only != null && told && only.number > unclear) {
      only.again.add(second);
    }
  }

  /**
   * The one without a Message-ID that Exim gave its own: {@code EQUEUEID@host}; null for others.
   */
  private EximOpening namedByExim(EximOpening second) {
    int at = second.messageId.indexOf('@');
    String id =
        at > 2 && second.messageId.startsWith("<E") ? second.messageId.substring(2, at) : "";
    EximOpening first = EximId.is(id) ? get(id) : null;
    boolean named =
        first != null
            && !first.completed
            && "".equals(first.messageId)
            && second.sender.equals(first.sender);
    return named ? first : null;
  }

  private static boolean isOfOneSize(EximOpening first, EximOpening second) {
    return first != null
        && first.size != null
        && second.size != null
        && Math.abs(first.size - second.size) <= ADDED;
  }

  /** A message has left the queue. */
  void completed(EximOpening opening) {
    opening.completed = true;
    gone(opening);
  }

  /** What programs made of a message that one of them has taken by now; once each. */
  List<EximOpening> madeOf(String id) {
    EximOpening first = byMessageId == null ? null : get(id);
    if (first == null || first.again.isEmpty()) {
      return List.of();
    }
    List<EximOpening> made = List.copyOf(first.again);
    first.again.clear();
    return made;
  }

  private static boolean isClear(EximOpening opening) {
    return opening.sender != null && opening.messageId != null;
  }

  private void index(EximOpening opening) {
    if (byMessageId != null && isClear(opening) && !opening.completed) {
      byMessageId.computeIfAbsent(opening.messageId, _ -> new ArrayList<>(1)).add(opening);
    }
  }

  private void gone(EximOpening opening) {
    List<EximOpening> same =
        opening == null || byMessageId == null || !isClear(opening)
            ? null
            : byMessageId.get(opening.messageId);
    if (same != null && same.remove(opening) && same.isEmpty()) {
      byMessageId.remove(opening.messageId);
    }
  }
}
