package org.whosent.query.trace;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.whosent.record.ClueType;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * Whether one record is what a content filter made of another, where no line joins the two: all
 * that the log says of both must agree. Stateless.
 */
final class FilteredMail {
  /** Lines of one moment are logged in any order. */
  static final Duration SAME_MOMENT = Duration.ofSeconds(2);

  /** What a filter may add. */
  private static final long ADDED = 4096;

  private FilteredMail() {}

  /**
   * True when the filter that had {@code before} gave it back as {@code after}.
   *
   * @param isOurHop whether a next hop, as logged, is on our own hosts
   */
  static boolean gaveBack(
      SubmissionRecord before, SubmissionRecord after, Predicate<String> isOurHop) {
    return before.user() != null
        && before.host().equals(after.host())
        && !before.transactionId().equals(after.transactionId())
        && same(before.mailFrom(), after.mailFrom())
        && sameMessageId(before, after)
        && sameSize(before, after)
        && !after.time().isBefore(before.time().minus(SAME_MOMENT))
        && withFilterAt(before, after.time(), isOurHop).containsAll(addresses(after));
  }

  /**
   * For whom a filter of ours had it then. Not in a mailbox: its owner may put his delivery off as
   * long as he likes, with a copy in hand, and write to whoever else had got the message.
   */
  private static Set<String> withFilterAt(
      SubmissionRecord before, Instant time, Predicate<String> isOurHop) {
    return addresses(
        before.recipients().stream()
            .filter(
                recipient ->
                    isFilter(recipient.nextHop(), isOurHop)
                        && !Boolean.TRUE.equals(recipient.local())
                        && recipient.time() != null
                        && !time.isAfter(recipient.time().plus(SAME_MOMENT))));
  }

  /** A server on our own host, or a program: its name stands alone, without an address. */
  private static boolean isFilter(String nextHop, Predicate<String> isOurHop) {
    return nextHop != null
        && (isOurHop.test(nextHop) || nextHop.matches("[A-Za-z][A-Za-z0-9_-]{0,63}"));
  }

  private static boolean sameMessageId(SubmissionRecord one, SubmissionRecord two) {
    String first = one.messageId() == null ? "" : ClueType.MESSAGE_ID.fold(one.messageId());
    String second = two.messageId() == null ? "" : ClueType.MESSAGE_ID.fold(two.messageId());
    return first.equals(second);
  }

  private static boolean sameSize(SubmissionRecord before, SubmissionRecord after) {
    return before.size() != null
        && after.size() != null
        && after.size() >= before.size() - ADDED
        && after.size() <= before.size() + ADDED;
  }

  private static boolean same(String one, String two) {
    return one != null && two != null && Ours.fold(one).equals(Ours.fold(two));
  }

  private static Set<String> addresses(SubmissionRecord record) {
    return addresses(record.recipients().stream());
  }

  private static Set<String> addresses(Stream<Recipient> recipients) {
    return recipients.map(recipient -> Ours.fold(recipient.address())).collect(Collectors.toSet());
  }
}
