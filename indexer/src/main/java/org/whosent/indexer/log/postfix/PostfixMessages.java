package org.whosent.indexer.log.postfix;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.MessageTable;
import org.whosent.indexer.log.reader.MessageTimes;
import org.whosent.indexer.log.reader.NextHopReply;
import org.whosent.indexer.log.reader.SetBackClock;
import org.whosent.record.Continuation;
import org.whosent.record.IdHash;

/**
 * What the last lines said of the messages in the queue: enough to see which of them came back from
 * a content filter, and as what.
 *
 * <p>Every join here puts one message's lines under another's user, so none rests on a Message-ID
 * alone, which anybody can copy:
 *
 * <ul>
 *   <li>{@link #behindRelay}: our delivery agent handed the message to a relay on this host, whose
 *       reply names a queue ID that this very log opened meanwhile for a client on this host that
 *       did not log in; and the Message-IDs do not differ.
 *   <li>{@link #behindProxy}: our smtpd handed a message to its before-queue filter and passes on a
 *       reply that names such a queue ID.
 *   <li>{@link #behindPipe}: pipe(8) leaves no ID. While it had the message, or at once after, an
 *       account of the system (no person's) handed in one with the same sender and Message-ID, and
 *       of all messages that were in the queue by then just one user's had these.
 * </ul>
 *
 * <p>Bounded: of too many messages the ones opened first are forgotten, and with them what would
 * have been joined. Not thread-safe.
 */
final class PostfixMessages {
  private static final int MESSAGES = 50_000;
  private static final int SAME_MESSAGE_ID = 32;
  private static final int COMPARED = 300; // smtp(8) breaks longer texts, and the log cuts them

  /** From RCPT to the reply to the final dot; a login heard of before is another session's. */
  private static final Duration TRANSACTION = Duration.ofHours(1);

  /** pickup(8) finds a file when it is told, or at its next look a minute later. */
  private static final Duration PICKUP = Duration.ofSeconds(65);

  /** A message since its opening line. */
  static final class Message extends MessageTable.Entry {
    /** The name after {@code by} of the machine that it is on. */
    final String by;

    final String instance;
    final Instant opened;

    /** A client opened it, of whom the log says all: what a Dovecot in front asks for. */
    boolean ofClient;

    /** Who logged in at Postfix, or null. */
    String user;

    /** A client on this host opened it and did not log in. */
    boolean handedBack;

    /** Of the client for whom that one says it speaks (XFORWARD), or null. */
    String origAddress;

    /** An account of the system, not of a person, handed it in. */
    boolean systemAccount;

    /** The queue file that this one was made of, and the instance it was in, or null. */
    String fileBefore;

    String instanceBefore;

    /** The service that its pipe(8) line names, or null. */
    String pipe;

    String messageId;
    String sender;
    private Instant header;
    private Instant piped;
    private Instant removed;
    private SetBackClock.Mark deferred;
    private boolean hasPart; // one came back behind pipe(8)

    /** How often the clock had been set back when it was opened. */
    private int steps;

    private String first;

    Message(String machine, String host, String id, String instance, Instant opened) {
      super(machine, id);
      this.by = host;
      this.instance = instance;
      this.opened = opened;
    }

    Continuation continuation(String nextHop) {
      return new Continuation(id, opened, instance, nextHop);
    }

    /** Opened in a session that had begun, and before the reply to it. */
    private boolean isBetween(SetBackClock.Mark begun, Instant time) {
      return (!opened.isBefore(begun.time()) || isOpenedAtMail(begun.time()))
          && Duration.between(begun.time(), time).compareTo(TRANSACTION) < 0
          && isWithin(opened, time);
    }

    /** Where queue files are opened at MAIL, smtpd says only then who it is. */
    private boolean isOpenedAtMail(Instant begun) {
      return !opened.isBefore(begun.minus(SetBackClock.DISORDER))
          && isCleaned()
          && !header.isBefore(begun);
    }

    /** The queue manager has it. */
    void sender(String address) {
      sender = compared(address);
    }

    boolean isQueued() {
      return sender != null;
    }

    boolean isCleaned() {
      return header != null;
    }

    void removed(Instant time) {
      removed = time;
    }

    boolean isRemoved() {
      return removed != null;
    }

    /** Nothing that was opened then can be a part of it any more. */
    private boolean isGone(Instant then) {
      return removed != null && removed.plus(PICKUP).isBefore(then);
    }

    /** An attempt to deliver it failed: the next one is no earlier. */
    void deferred(SetBackClock.Mark attempt) {
      boolean later = deferred == null || attempt.time().isAfter(deferred.time());
      deferred = later ? attempt : deferred;
    }

    /** Says that it is a part of that message; once for all. */
    boolean isPartOf(String firstId) {
      if (first == null) {
        first = firstId;
      }
      return first.equals(firstId);
    }

    /** True on the first of cleanup's lines, within the time that a message takes to come in. */
    boolean cleaned(Instant time) {
      boolean first = !isCleaned();
      header = first ? time : header;
      return first && Duration.between(opened, time).compareTo(NextHopReply.LONGEST_WAIT) < 0;
    }
  }

  /** A Message-ID on a machine. Clients choose it. */
  private record Key(String host, String id) {
    @Override
    public int hashCode() {
      return 31 * host.hashCode() + IdHash.of(id);
    }
  }

  /** Part of a message behind pipe(8). */
  record Part(Message first, Message second) {}

  private final MessageTable<Message> byId = new MessageTable<>();

  /** Whose line is being read. */
  private String machine = "";

  /** Of use behind pipe(8) only: null until a message goes there, which on most hosts none does. */
  private Map<Key, List<Message>> byMessageId;

  private final MessageTimes ownMail;
  private final Forgotten forgotten;
  private final BooleanSupplier behindDovecot;
  private final SetBackClock setBack;

  /**
   * Knows no message yet.
   *
   * @param behindDovecot true once the log has shown a Dovecot that asks for what clients opened
   * @param setBack is told of every line before this is
   */
  PostfixMessages(Forgotten forgotten, BooleanSupplier behindDovecot, SetBackClock setBack) {
    this.forgotten = forgotten;
    this.behindDovecot = behindDovecot;
    this.setBack = setBack;
    this.ownMail = new MessageTimes(forgotten);
  }

  /** All that is asked and said from now on is of messages on that machine. */
  void at(String queue) {
    machine = queue;
  }

  /** The clock that is told of every line. */
  SetBackClock setBack() {
    return setBack;
  }

  String machine() {
    return machine;
  }

  Message open(String host, String id, String instance, Instant time) {
    Message message = new Message(machine, host, id, instance, time);
    message.steps = setBack.steps();
    Message before = byId.put(message);
    if (before != null) {
      forget(before);
    }
    if (byId.size() > MESSAGES) {
      Message oldest = byId.removeOldest();
      boolean asked = oldest.ofClient && oldest.user == null && behindDovecot.getAsBoolean();
      if (oldest.removed == null || asked) {
        forgotten.lastHeard(oldest.opened);
      }
      forget(oldest);
    }
    return message;
  }

  /** The message, or null when its opening line was not seen. */
  Message message(String id) {
    return byId.get(machine, id);
  }

  /** When a line of a message was, where it stands behind a later one: see {@link SetBackClock}. */
  Instant notBeforeOpening(String id, Instant time) {
    Message message = message(id);
    if (message == null) {
      return ownMail.of(machine + ' ' + id, time);
    }
    if (message.removed != null) {
      return time;
    }
    return message.deferred == null
        ? SetBackClock.notBefore(message.opened, time)
        : setBack.after(message.deferred, time);
  }

  /** cleanup's line of a message that nobody handed in, a bounce: nothing stands before it. */
  void beginsWithoutOpening(String id, Instant time) {
    ownMail.mayOpen(machine + ' ' + id, time);
  }

  /** Nothing more comes of a message that nobody handed in. */
  void removedWithoutOpening(String id) {
    ownMail.over(machine + ' ' + id);
  }

  void messageId(Message message, String messageId) {
    if (message.messageId != null) {
      return;
    }
    message.messageId = compared(messageId);
    if (byMessageId != null) {
      index(message);
    }
  }

  private static String compared(String text) {
    return text.substring(0, Math.min(COMPARED, text.length()));
  }

  private void index(Message message) {
    if (message.messageId == null) {
      return;
    }
    List<Message> same =
        byMessageId.computeIfAbsent(
            new Key(message.host, message.messageId), _ -> new ArrayList<>(2));
    same.add(message);
    if (same.size() % SAME_MESSAGE_ID == 0) {
      same.removeIf(each -> each.isGone(message.opened)); // a sender may use one for all he sends
    }
  }

  private void forget(Message message) {
    if (byMessageId != null && message.messageId != null) {
      Key key = new Key(message.host, message.messageId);
      List<Message> same = byMessageId.get(key);
      if (same != null && same.remove(message) && same.isEmpty()) {
        byMessageId.remove(key);
      }
    }
  }

  /** What our message became behind a relay on this host that named this ID; or null. */
  Message behindRelay(String id, String replyId, Instant time) {
    Message first = message(id);
    Message second = message(replyId);
    boolean certain =
        first != null
            && second != null
            && first != second
            && second.handedBack
            && !second.opened.isBefore(first.opened)
            && isWithin(second.opened, time)
            && (first.messageId == null || first.messageId.equals(second.messageId));
    return certain && second.isPartOf(id) ? second : null;
  }

  /** What a session's message became behind the before-queue filter that named this ID; or null. */
  Message behindProxy(String replyId, SetBackClock.Mark begun, Instant time) {
    Message second = message(replyId);
    boolean certain =
        second != null
            && second.handedBack
            && (second.isBetween(begun, time) || isBetweenOverStep(second, begun, time));
    return certain && second.isPartOf("") ? second : null;
  }

  /** The reply came soon after the client, and the clock was set back between the two. */
  private boolean isBetweenOverStep(Message second, SetBackClock.Mark begun, Instant time) {
    return setBack.wasSetBack(begun, time, SetBackClock.SOON)
        && (second.steps == begun.steps()
            ? !second.opened.isBefore(begun.time())
            : second.steps > begun.steps()
                && !second.opened.isAfter(time.plus(SetBackClock.DISORDER)));
  }

  private static boolean isWithin(Instant opened, Instant time) {
    return Duration.between(opened, time).compareTo(NextHopReply.LONGEST_WAIT) < 0
        && !opened.isAfter(time.plus(SetBackClock.DISORDER));
  }

  /** Takes note that pipe(8) delivered a message to a command. */
  void piped(Message message, String relay, Instant time) {
    if (byMessageId == null) {
      byMessageId = new HashMap<>();
      byId.forEach(this::index);
    }
    message.pipe = relay;
    message.piped = time;
  }

  /** The parts that a message has to do with, now that something new is known of it. */
  List<Part> behindPipe(Message message) {
    List<Message> same =
        byMessageId == null || message.messageId == null
            ? List.of()
            : byMessageId.getOrDefault(new Key(message.host, message.messageId), List.of());
    if (same.size() < 2 || same.size() > SAME_MESSAGE_ID) {
      return List.of();
    }
    List<Part> parts = new ArrayList<>(1);
    for (Message second : same) {
      Message first = second.systemAccount && second.sender != null ? before(second, same) : null;
      if (first != null && second.first == null && second.isPartOf(first.id)) {
        first.hasPart = true;
        parts.add(new Part(first, second));
      }
    }
    return parts;
  }

  /** What the second can be a part of, of one user's the next without one; null where unclear. */
  private static Message before(Message second, List<Message> same) {
    Message only = null;
    for (Message first : same) {
      boolean another = first.sender != null && !first.sender.equals(second.sender);
      if (first.systemAccount
          || first.isGone(second.opened)
          || another
          || first.opened.isAfter(second.opened.plus(SetBackClock.DISORDER))) {
        continue;
      }
      if (only != null && (only.user == null || !only.user.equals(first.user))) {
        return null;
      }
      only = only == null || only.hasPart ? first : only;
    }
    boolean certain =
        only != null
            && only.piped != null
            && second.sender.equals(only.sender)
            && !second.opened.isAfter(only.piped.plus(PICKUP))
            && !second.opened.isBefore(only.opened);
    return certain ? only : null;
  }
}
