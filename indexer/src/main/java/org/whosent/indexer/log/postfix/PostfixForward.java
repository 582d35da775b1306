package org.whosent.indexer.log.postfix;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.record.Continuation;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * What local(8) made of a message whose addressee is an alias or has a {@code .forward} file: a new
 * one in its own queue, with the same content, {@code status=sent (forwarded as QUEUEID)}. The
 * words are Postfix's and the whole reply, and nobody hands that one in. Stateless.
 */
final class PostfixForward {
  private static final String FORWARDED = "forwarded as ";
  private static final String DELAYS = ", delays=";

  /** The last of the four is how long the agent was at it. */
  private static final Pattern AT_IT =
      Pattern.compile(", delays=[0-9.]{1,12}/[0-9.]{1,12}/[0-9.]{1,12}/([0-9.]{1,7}), ");

  private static final Duration LONGEST = Duration.ofHours(1);

  private PostfixForward() {}

  /** True for a delivery that is another message in our queue. */
  static boolean is(Recipient recipient) {
    return recipient.outcome() == Outcome.DELIVERED
        && "local".equals(recipient.nextHop())
        && recipient.nextHopId() != null
        && QueueId.is(recipient.nextHopId())
        && recipient.reply().equals(FORWARDED + recipient.nextHopId());
  }

  /**
   * Says that the message went on as that one.
   *
   * @param line the delivery's, with its time
   */
  static void goesOn(Recipient recipient, String line, SubmissionRecord.Builder facts) {
    String id = recipient.nextHopId();
    Instant begun = facts.time.minus(atIt(line));
    facts.aliases = List.of(id);
    facts.continuations = List.of(new Continuation(id, begun, facts.instance, null).text());
  }

  /** The agent wrote the new message meanwhile: its first line is no earlier. */
  private static Duration atIt(String line) {
    int at = line.lastIndexOf(DELAYS); // an address before it may hold anything
    Matcher matcher = AT_IT.matcher(line);
    if (at < 0 || !matcher.find(at) || matcher.start() != at) {
      return Duration.ZERO; // Postfix before 2.3
    }
    try {
      double seconds = Double.parseDouble(matcher.group(1)) * 1.05; // two digits of it are logged
      Duration atIt = Duration.ofMillis((long) (seconds * 1000));
      return atIt.compareTo(LONGEST) > 0 ? LONGEST : atIt;
    } catch (NumberFormatException e) {
      return Duration.ZERO;
    }
  }
}
