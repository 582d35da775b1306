package org.whosent.query.trace;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.dkim.VerifiedSignature;
import org.whosent.record.message.MailDate;

/**
 * DKIM signatures of ours held against the record. A signature shows that our server had this
 * content; of whom it had it, only what it covers can say: the From, when it was made, and the
 * Message-ID, or in its place the Date and an addressee. Fields that are not signed, or stand above
 * the signed ones, are not looked at. Stateless.
 */
final class SignatureCheck {
  /** Clocks of our own hosts. */
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static final Duration SKEW = Duration.ofMinutes(10);

  /**
   * Some servers sign when they send, and mail may wait in a queue for so long (RFC 5321, 4.5.4).
   */
  private static final Duration QUEUED = Duration.ofDays(5);

  private SignatureCheck() {}

  /**
   * Adds what it comes to; nothing where no domain is known to be ours.
   *
   * @param expected whether the site names domains whose signatures are ours
   */
  static void check(
      Clues clues, SubmissionRecord record, boolean expected, List<Evidence> evidence) {
    if (!expected || clues.message() == null) {
      return;
    }
    String why = "no signature of ours verifies";
    for (VerifiedSignature signature : clues.signatures()) {
      why = against(signature, record);
      if (why == null) {
        evidence.add(
            Evidence.match(
                Check.SIGNATURE,
                "signed by %s, selector %s: %s, From%s"
                    .formatted(
                        signature.domain(),
                        signature.selector(),
                        signature.signed("message-id").isPresent() ? "Message-ID" : "Date",
                        signature.body() == VerifiedSignature.Body.MATCHES
                            ? " and the content"
                            : "; the content is not here")));
        return;
      }
    }
    evidence.add(Evidence.absent(Check.SIGNATURE, why));
  }

  /** Whether a signature that fits the record covers its Message-ID. */
  static boolean coversMessageId(Clues clues, SubmissionRecord record) {
    return clues.signatures().stream()
        .anyMatch(
            signature ->
                signature.signed("message-id").isPresent() && against(signature, record) == null);
  }

  /** Whether a signature that fits the record covers the body that was submitted. */
  static boolean signsBodyOf(Clues clues, SubmissionRecord record) {
    return record.bodyDigest() != null
        && clues.signatures().stream()
            .anyMatch(
                signature ->
                    signature.bodyDigest().filter(record.bodyDigest()::equals).isPresent()
                        && against(signature, record) == null);
  }

  /** Why the signature says nothing of this record; null when it does. */
  private static String against(VerifiedSignature signature, SubmissionRecord record) {
    Set<String> from = new LinkedHashSet<>();
    Clues.addresses(signature.signed("from").orElse(""), from);
    if (from.stream().noneMatch(EnvelopeChecks.from(record)::contains)) {
      return "our signature covers another From";
    }
    Instant made =
        signature.made() != null
            ? signature.made()
            : signature.signed("date").flatMap(MailDate::parse).orElse(null);
    if (made == null) {
      return "our signature has no time";
    }
    if (made.isBefore(record.time().minus(SKEW)) || made.isAfter(record.time().plus(QUEUED))) {
      return "our signature was made at another time";
    }
    return signature.signed("message-id").isPresent()
        ? messageId(signature, record)
        : dateAndAddressee(signature, record);
  }

  private static String messageId(VerifiedSignature signature, SubmissionRecord record) {
    // To the letter: one written otherwise stands otherwise in the log, and may be another user's.
    String signed = withoutBrackets(signature.signed("message-id").orElse(""));
    boolean same =
        !signed.isEmpty()
            && record.messageId() != null
            && withoutBrackets(record.messageId()).equals(signed);
    return same ? null : "our signature covers another Message-ID";
  }

  /** Exim logs it without. */
  private static String withoutBrackets(String messageId) {
    String plain = messageId.strip();
    return plain.startsWith("<") && plain.endsWith(">")
        ? plain.substring(1, plain.length() - 1)
        : plain;
  }

  /** Many signers leave the Message-ID out: then it is the Date, and to whom it was addressed. */
  private static String dateAndAddressee(VerifiedSignature signature, SubmissionRecord record) {
    Instant date = signature.signed("date").flatMap(MailDate::parse).orElse(null);
    boolean prompt = date != null && Checks.near(date, record.time(), EnvelopeChecks.PROMPT);
    boolean other =
        record.headerDate() != null
            && !Checks.near(date == null ? Instant.EPOCH : date, record.headerDate(), SECOND);
    if (!prompt || other) {
      return "our signature covers neither its Message-ID nor its Date";
    }
    Set<String> to = new LinkedHashSet<>();
    Clues.addresses(signature.signed("to").orElse(""), to);
    return to.isEmpty() || to.stream().anyMatch(EnvelopeChecks.recipients(record)::contains)
        ? null
        : "our signature covers another addressee";
  }
}
