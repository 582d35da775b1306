package org.whosent.record;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Under which other queue ID of the same host a message went on: behind a content filter that took
 * it from the server and gave it back, or in another instance. Immutable.
 *
 * <p>Only a log source makes one, and only where our own server's lines prove it: what is said of
 * the second transaction is then said of the first, and so of the first one's user. An ID may be
 * used again, so the time at which the second transaction was opened is part of it.
 *
 * <p>In a record it is one text, {@code QUEUEID TIME INSTANCE NEXTHOP}, with {@code -} for what is
 * not known, and when the second transaction is completed another, {@code QUEUEID TIME end}.
 *
 * @param transactionId of the second transaction
 * @param opened when its first line was logged
 * @param instance its instance, or null
 * @param nextHop as the first transaction's deliveries name the filter; null where the queue ID in
 *     its reply tells them
 */
public record Continuation(String transactionId, Instant opened, String instance, String nextHop) {
  private static final int LONGEST = 2000;

  /** How the text ends that says when it was completed. */
  static final String END = " end";

  /** The text that stands in a record when the second transaction is completed. */
  static String end(String transactionId, Instant completed) {
    return word(transactionId) + ' ' + Times.format(completed) + END;
  }

  /** True when one of these texts says that the second transaction was completed before then. */
  boolean endedBefore(Instant time, List<String> texts) {
    String start = transactionId + ' ';
    for (String text : texts) {
      if (text.startsWith(start) && text.endsWith(END)) {
        try {
          Instant end = Times.parse(text.substring(start.length(), text.length() - END.length()));
          if (!end.isBefore(opened) && time.isAfter(end.plus(SubmissionRecord.SAME_INSTANT))) {
            return true;
          }
        } catch (DateTimeException e) {
          continue; // not ours
        }
      }
    }
    return false;
  }

  /** The text that stands in a record. */
  public String text() {
    return word(transactionId)
        + ' '
        + Times.format(opened)
        + ' '
        + word(instance)
        + ' '
        + word(nextHop);
  }

  /** What such a text says; empty for any other. */
  static Optional<Continuation> parse(String text) {
    String[] words = text.length() > LONGEST ? new String[0] : text.split(" ", -1);
    if (words.length != 4 || words[0].equals("-")) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Continuation(words[0], Times.parse(words[1]), known(words[2]), known(words[3])));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /**
   * True when these are facts of the second transaction. Facts that name another user, or open it
   * at another time, are not: whoever logged in speaks for himself. The same user, or as whom he
   * acts, is named where the first server told the second one who it is (XCLIENT).
   *
   * @param first the first transaction's, which goes on so
   */
  boolean covers(SubmissionRecord facts, SubmissionRecord first) {
    if (!facts.transactionId().equals(transactionId)
        || facts.user() != null
            && !facts.user().equals(first.user())
            && !facts.user().equals(first.authorizationId())
        || instance != null && facts.instance() != null && !instance.equals(facts.instance())) {
      return false;
    }
    Duration after = Duration.between(opened, facts.time());
    if (after.compareTo(SubmissionRecord.SAME_INSTANT.negated()) < 0) {
      return false;
    }
    return facts.origin() == null
        ? after.compareTo(SubmissionRecord.LONGEST_TRANSACTION) <= 0
        : (facts.origin() == Origin.UNAUTHENTICATED
                || facts.origin() == Origin.LOCAL
                || facts.user() != null)
            && after.compareTo(SubmissionRecord.SAME_INSTANT) <= 0;
  }

  /** True for a delivery to the filter: what became of the recipient is logged behind it. */
  boolean took(Recipient recipient) {
    return recipient.outcome() == Outcome.DELIVERED
        && (transactionId.equals(recipient.nextHopId())
            || nextHop != null && nextHop.equals(recipient.nextHop()));
  }

  private static String word(String text) {
    return text == null || text.isEmpty() || text.indexOf(' ') >= 0 ? "-" : text;
  }

  private static String known(String word) {
    return word.equals("-") ? null : word;
  }
}
