package org.whosent.indexer.log.postfix;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.text.Beginnings;
import org.whosent.record.SubmissionRecord;

/**
 * What ends a message whose content has come, before the queue manager has it: cleanup(8) or
 * smtpd(8) refuses it, or throws away what the client is told was taken. The queue file goes away
 * with the reply, and nothing comes any more. Behind the queue ID stand the daemon's own words, so
 * that no text of a client's begins so. Stateless.
 */
final class PostfixRefused {
  /** What cleanup writes of a message that the client is told was not taken. */
  private static final Beginnings BY_CLEANUP =
      new Beginnings(
          List.of(
              "milter-reject: END-OF-MESSAGE ",
              "reject: header ",
              "reject: mime-error ",
              "reject: mime-header ",
              "reject: nested-header ",
              "reject: body ",
              "reject: content "));

  /** The same by smtpd: smtpd_end_of_data_restrictions, smtpd_forbid_bare_newline. */
  private static final Beginnings BY_SMTPD = new Beginnings(List.of("reject: END-OF-MESSAGE "));

  /** What cleanup writes of a message that the client is told was taken, and is thrown away. */
  private static final Beginnings DISCARDED =
      new Beginnings(
          List.of(
              "milter-discard: END-OF-MESSAGE ",
              "discard: header ",
              "discard: mime-header ",
              "discard: nested-header ",
              "discard: body ",
              "discard: content "));

  private static final Beginnings DISCARDED_BY_SMTPD =
      new Beginnings(List.of("discard: END-OF-MESSAGE "));

  /** Of a client that had not said how large it is, or had said less. */
  private static final Pattern TOO_LARGE =
      Pattern.compile(
          "warning: ([0-9A-Za-z]{6,24}): (?:queue file size limit exceeded"
              + "|BDAT request from [^\\[\\], ]{1,255}\\[[^\\[\\], ]{1,255}]"
              + "(?::(?:[0-9]{1,5}|unknown))? exceeds message size limit)");

  private PostfixRefused() {}

  /**
   * Reads what stands behind a queue ID.
   *
   * @return false when it ends nothing
   */
  static boolean read(
      String text, PostfixTags.Tag tag, SubmissionRecord.Builder facts, FactSink sink) {
    boolean cleanup = tag.maybe(PostfixProgram.CLEANUP);
    boolean smtpd = tag.maybe(PostfixProgram.SMTPD);
    if (cleanup && BY_CLEANUP.begin(text) || smtpd && BY_SMTPD.begin(text)) {
      sink.refusal();
    } else if (cleanup && DISCARDED.begin(text) || smtpd && DISCARDED_BY_SMTPD.begin(text)) {
      PostfixEnvelope.discarded(text, facts);
    } else {
      return false;
    }
    facts.completed = facts.time;
    return true;
  }

  /**
   * The queue ID in {@code warning: QUEUEID: queue file size limit exceeded}, or in the same of a
   * chunk, of a message that is refused; null for any other text.
   */
  static String tooLarge(String message) {
    if (!message.startsWith("warning: ")) {
      return null;
    }
    Matcher matcher = TOO_LARGE.matcher(message);
    return matcher.matches() && QueueId.is(matcher.group(1)) ? matcher.group(1) : null;
  }
}
