package org.whosent.record.message;

import java.time.Instant;
import java.util.List;
import org.whosent.record.Sketch;
import org.whosent.record.SubmissionRecord;

/**
 * What a record keeps of a message's content. Immutable; null where the message has none.
 *
 * @param messageId the uppermost Message-ID, as written
 * @param headerFrom the uppermost From, decoded
 * @param subject the uppermost Subject, decoded
 * @param headerDate the uppermost Date, where it can be read
 * @param bodyDigest of the body in DKIM relaxed form, 32 hex digits; null for an empty body
 * @param textDigest of the decoded, folded text, 32 hex digits; null for a blank text
 * @param sketch of the same text; null for a short one
 * @param attachmentDigests of the first attachments' decoded content, 32 hex digits each
 * @param textLength characters of the folded text
 */
public record MessageDigests(
    String messageId,
    String headerFrom,
    String subject,
    Instant headerDate,
    String bodyDigest,
    String textDigest,
    Sketch sketch,
    List<String> attachmentDigests,
    int textLength) {

  public MessageDigests {
    attachmentDigests = List.copyOf(attachmentDigests);
  }

  /** Puts all of it into a record. A site that does not keep subjects changes that one after. */
  public void fill(SubmissionRecord.Builder record) {
    record.messageId = messageId;
    record.headerFrom = headerFrom;
    record.subject = subject;
    record.headerDate = headerDate;
    record.bodyDigest = bodyDigest;
    record.textDigest = textDigest;
    record.sketch = sketch == null ? null : sketch.toString();
    record.attachmentDigests = attachmentDigests;
  }
}
