package org.whosent.indexer.log.postfix;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.record.Continuation;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * Says of messages that they are parts of one: of what a content filter gave back, of what went on
 * under another queue ID, of what another instance of Postfix listens for. {@link PostfixMessages}
 * knows which are; this makes the facts of it. Not thread-safe.
 */
final class PostfixParts {
  private static final Pattern LOOPBACK_RELAY =
      Pattern.compile("[^\\[\\]]{0,255}\\[(?:127\\.[0-9.]{5,11}|::1)](?::[0-9]{1,5})?");

  /** How often a message is put into a new queue file at most. */
  private static final int REQUEUED = 20;

  private static final String VIA = "delivered via ";

  private final PostfixMessages messages;
  private final ProxmoxFilter proxmox;
  private final AmavisFilter amavis;

  PostfixParts(PostfixMessages messages, ProxmoxFilter proxmox, AmavisFilter amavis) {
    this.messages = messages;
    this.proxmox = proxmox;
    this.amavis = amavis;
  }

  /** This one is known to be the rest of the way of that message in our queue. */
  void goesOn(String firstId, PostfixMessages.Message second, SubmissionRecord.Builder facts) {
    PostfixMessages.Message first = messages.message(firstId);
    facts.instance = first == null ? null : first.instance;
    facts.transactionId = firstId;
    facts.aliases = List.of(second.id);
    facts.continuations = List.of(second.continuation(null).text());
  }

  /** cleanup's first line; under another instance's name when only the listener has its own. */
  void cleaned(SubmissionRecord.Builder facts, FactSink sink) {
    PostfixMessages.Message message = messages.message(facts.transactionId);
    if (message == null) {
      messages.beginsWithoutOpening(facts.transactionId, facts.time);
      return;
    }
    boolean first = message.cleaned(facts.time);
    if (facts.messageId != null) {
      messages.messageId(message, facts.messageId);
    }
    if (first
        && message.instance != null
        && facts.instance != null
        && !message.instance.equals(facts.instance)) {
      SubmissionRecord.Builder listener = of(message);
      listener.continuations =
          List.of(new Continuation(facts.transactionId, facts.time, facts.instance, null).text());
      sink.facts(listener);
    }
  }

  /** Facts that are about that message: in its name, at its time. */
  static SubmissionRecord.Builder of(PostfixMessages.Message message) {
    SubmissionRecord.Builder facts =
        SubmissionRecord.Builder.of(message.opened, message.by, message.id);
    facts.instance = message.instance;
    return facts;
  }

  /** The parts that are known now of a message that a command may have given back. */
  void behindPipe(PostfixMessages.Message message, FactSink sink) {
    for (PostfixMessages.Part part : messages.behindPipe(message)) {
      SubmissionRecord.Builder facts = of(part.first());
      facts.aliases = List.of(part.second().id);
      facts.continuations = List.of(part.second().continuation(part.first().pipe).text());
      sink.facts(facts);
    }
  }

  /**
   * A message is done: with it those whose queue files it was made of (postsuper -r, MailScanner),
   * of whose end nothing else tells.
   */
  void removed(PostfixMessages.Message message, Instant time, FactSink sink) {
    PostfixMessages.Message at = message;
    for (int i = 0; i < REQUEUED && at != null && at.fileBefore != null; i++) {
      SubmissionRecord.Builder before = SubmissionRecord.Builder.of(time, at.by, at.fileBefore);
      before.instance = at.instanceBefore;
      before.completed = time;
      sink.facts(before);
      at = messages.message(at.fileBefore);
    }
  }

  /**
   * A delivery: was this the hand-over to a content filter of ours, or to another message in our
   * queue?
   *
   * @param line the delivery's, with its time, behind the queue ID
   */
  void handedOver(
      Recipient recipient,
      LineBytes line,
      int rest,
      SubmissionRecord.Builder facts,
      FactSink sink) {
    String id = facts.transactionId;
    if (PostfixForward.is(recipient)) {
      if (messages.message(recipient.nextHopId()) == null) { // nobody hands that one in
        PostfixForward.goesOn(recipient, line.text(rest, line.end()), facts);
      }
      return;
    }
    String relay = recipient.nextHop();
    String replyId = recipient.nextHopId();
    if (relay == null) {
      return;
    }
    if (isLoopback(relay)) {
      List<String> named =
          replyId == null
              ? proxmox.queueIds(messages.machine(), recipient.reply())
              : List.of(replyId);
      List<PostfixMessages.Message> seconds = new ArrayList<>(1);
      for (String each : named) {
        PostfixMessages.Message second =
            QueueId.is(each) ? messages.behindRelay(id, each, facts.time) : null;
        if (second != null) {
          seconds.add(second);
          for (PostfixMessages.Message other : partedFrom(second)) {
            if (messages.behindRelay(id, other.id, facts.time) != null) {
              seconds.add(other);
            }
          }
        }
      }
      facts.aliases = seconds.stream().map(second -> second.id).toList();
      facts.continuations =
          seconds.stream().map(second -> second.continuation(null).text()).toList();
    } else if (isPiped(recipient.reply(), relay)) {
      PostfixMessages.Message message = messages.message(id);
      if (message != null) {
        messages.piped(message, relay, facts.time);
        behindPipe(message, sink);
      }
    }
  }

  /** What a filter made of a message beside that one, which is what its reply named. */
  List<PostfixMessages.Message> partedFrom(PostfixMessages.Message named) {
    return amavis.others(messages.machine(), named.id).stream()
        .map(messages::message)
        .filter(other -> other != null && areTwins(named, other))
        .toList();
  }

  /** Nothing in the log tells against both being made of one message. */
  private static boolean areTwins(PostfixMessages.Message named, PostfixMessages.Message other) {
    return other.handedBack
        && (named.sender == null || other.sender == null || named.sender.equals(other.sender))
        && Objects.equals(named.origAddress, other.origAddress)
        && Objects.equals(givenMessageId(named), givenMessageId(other));
  }

  /** Null where our cleanup made one, {@code <TIME.QUEUEID@HOST>}, for a message without. */
  private static String givenMessageId(PostfixMessages.Message message) {
    String id = message.messageId;
    return id != null && id.contains("." + message.id + "@") ? null : id;
  }

  private static boolean isLoopback(String relay) {
    return (relay.contains("[127.") || relay.contains("[::1]"))
        && LOOPBACK_RELAY.matcher(relay).matches();
  }

  /** {@code delivered via RELAY service}: pipe(8) gave it to a command. */
  private static boolean isPiped(String reply, String relay) {
    int at = VIA.length();
    return reply.startsWith(VIA)
        && reply.startsWith(relay, at)
        && reply.startsWith(" service", at + relay.length());
  }
}
