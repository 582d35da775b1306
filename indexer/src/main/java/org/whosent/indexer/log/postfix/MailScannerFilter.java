package org.whosent.indexer.log.postfix;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.FactSink;
import org.whosent.record.SubmissionRecord;

/**
 * MailScanner takes messages out of the queue {@code hold}, where {@code header_checks} put them,
 * and writes what it lets pass into new queue files: {@code Requeue: ID.KEY to NEWID} (its {@code
 * Postfix.pm} and {@code PFDiskStore.pm}). No daemon says so, and the next line of the new ID is
 * qmgr's.
 *
 * <p>Whose message it is depends on this line alone. So it is believed only of one that a client or
 * an account opened, that qmgr has not seen, and of a new ID that is no other message's. Not
 * thread-safe.
 */
final class MailScannerFilter {
  /** Under which it logs. */
  static final String PROGRAM = "MailScanner";

  private static final Pattern LINE =
      Pattern.compile("Requeue: ([0-9A-Za-z]{6,24})(?:\\.[0-9A-F]{5})? to ([0-9A-Za-z]{6,24})");

  private final PostfixMessages messages;
  private final PostfixParts parts;

  MailScannerFilter(PostfixMessages messages, PostfixParts parts) {
    this.messages = messages;
    this.parts = parts;
  }

  /** Reads one of its lines; false when it says nothing of use. */
  boolean read(String text, Instant time, FactSink sink) {
    Matcher line = LINE.matcher(text);
    if (!line.matches() || !QueueId.is(line.group(1)) || !QueueId.is(line.group(2))) {
      return false;
    }
    PostfixMessages.Message first = messages.message(line.group(1));
    PostfixMessages.Message other = messages.message(line.group(2));
    boolean certain =
        first != null
            && first.isCleaned()
            && !first.isQueued()
            && !first.isRemoved()
            && (other == null || other.isRemoved());
    if (!certain) {
      return false;
    }
    PostfixMessages.Message second = messages.open(first.by, line.group(2), first.instance, time);
    second.isPartOf(first.id);
    second.fileBefore = first.id;
    second.instanceBefore = first.instance;
    SubmissionRecord.Builder facts = PostfixParts.of(first);
    parts.goesOn(first.id, second, facts);
    sink.facts(facts);
    return true;
  }
}
