package org.whosent.query.trace;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.message.ReceivedField;

/**
 * The Message-ID that Amazon SES puts in place of the sender's: the ID with which it replied, at a
 * name of its own. It takes our Received fields away as well, so that nothing else leads to the
 * record. Taken from Amazon's documentation and public mail. Stateless.
 */
final class RelaysMessageId {
  private static final Pattern MADE =
      Pattern.compile(
          "<?([0-9a-f]{16}-[0-9a-f-]{36}-[0-9]{6})@[a-z0-9-]{1,60}\\.amazonses\\.com>?");

  /**
   * Nobody else can have such a name, while all who rent a machine there have another under
   * amazonaws.com. What stands behind an address is the word of whoever has that address.
   */
  private static final Pattern NEXT_HOP =
      Pattern.compile(
          "(?i)(?:[a-z0-9-]{1,80}\\.)?email-smtp(?:-fips)?\\.[a-z0-9-]{1,40}(?:\\.vpce)?\\.amazonaws"
              + "\\.com\\.?(?:\\[.{0,100})?",
          Pattern.DOTALL);

  private static final String FROM = ".amazonses.com";

  private RelaysMessageId() {}

  /** The ID of the reply; empty for another Message-ID. */
  static Optional<String> replyId(String messageId) {
    if (messageId == null) {
      return Optional.empty();
    }
    Matcher made = MADE.matcher(messageId.strip());
    return made.matches() ? Optional.of(made.group(1)) : Optional.empty();
  }

  /** Whether it was made of the relay's reply to the record's message. */
  static boolean isOf(SubmissionRecord record, String messageId) {
    String id = replyId(messageId).orElse(null);
    return id != null
        && record.recipients().stream()
            .anyMatch(
                recipient ->
                    id.equals(recipient.nextHopId())
                        && recipient.nextHop() != null
                        && NEXT_HOP.matcher(recipient.nextHop()).matches());
  }

  /** Whether a server says that it got the message from the relay. */
  static boolean cameFromRelay(List<ReceivedField> received) {
    return received.stream()
        .flatMap(field -> field.fromNames().stream())
        .anyMatch(name -> name.endsWith(FROM));
  }
}
