package org.whosent.query.trace;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.whosent.record.Addresses;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.Times;
import org.whosent.record.TransactionId;
import org.whosent.record.TransactionKeys;
import org.whosent.record.message.ReceivedField;

/**
 * Holds one record against all that a message says, check by check; the rules are {@link Check}'s
 * rows. Stateless but for what is ours; thread-safe.
 */
final class Checks {
  /** One clock wrote both; slow clients keep a transaction open for long. */
  static final Duration SAME_LINE = Duration.ofHours(1);

  private final Ours ours;
  private final TransactionKeys keys;
  private final RouteChecks route;

  Checks(Ours ours, TransactionKeys keys) {
    this.ours = ours;
    this.keys = keys;
    this.route = new RouteChecks(ours);
  }

  /**
   * All checks.
   *
   * @param submission where the message came into our servers
   * @param line the Received field that is the record's, or {@link Candidate#NO_LINE}
   */
  Candidate hold(SubmissionRecord record, SubmissionRecord submission, int line, Clues clues) {
    List<Evidence> evidence = new ArrayList<>();
    ReceivedField own = line == Candidate.NO_LINE ? null : clues.received().get(line);
    if (own != null) {
      identifier(own, evidence);
      evidence.add(client(own, record));
    }
    Evidence messageId = messageId(clues, record, line);
    List<Evidence> way = new ArrayList<>();
    route.check(record, line, clues, way);
    if (own != null) {
      evidence.add(time(own, record, isMatch(messageId) || way.stream().anyMatch(Checks::joins)));
    }
    reportedId(record, clues, evidence);
    evidence.addAll(way);
    evidence.add(messageId);
    SignatureCheck.check(clues, record, ours.signs(), evidence);
    feedbackId(clues, record, evidence);
    envelopeId(clues, record, evidence);
    ContentChecks.check(clues, record, evidence);
    SizeCheck.check(clues, record, line, evidence);
    EnvelopeChecks.check(clues, record, evidence);
    if (!submission.equals(record)) {
      evidence.add(
          Evidence.match(
              Check.OTHER_FIELD,
              "handed on by our own server, where it was submitted under ID %s"
                  .formatted(submission.transactionId())));
    }
    double likeness = ContentChecks.likeness(clues, record);
    Candidate held =
        new Candidate(record, submission, line, evidence, Candidate.Bound.NAMED, likeness);
    Candidate.Bound bound = Binding.of(held, clues, strangersHop(clues));
    return new Candidate(record, submission, line, evidence, bound, likeness);
  }

  /** Whether a server that is not ours says that it had the message. */
  private boolean strangersHop(Clues clues) {
    return clues.received().stream()
        .map(ReceivedField::by)
        .anyMatch(by -> by != null && !ours.isOurs(by) && !isLocalhost(by));
  }

  /** A content filter on our own host writes this. */
  private static boolean isLocalhost(String by) {
    return by.equalsIgnoreCase("localhost") || by.equalsIgnoreCase("localhost.localdomain");
  }

  private void identifier(ReceivedField own, List<Evidence> evidence) {
    evidence.add(
        Evidence.match(
            Check.TRANSACTION_ID, "ID %s by %s, Received field".formatted(own.id(), own.by())));
    TransactionId.parse(own.id()).ifPresent(id -> evidence.add(tag(id)));
  }

  Evidence tag(TransactionId id) {
    return switch (keys.check(id)) {
      case GENUINE -> Evidence.match(Check.TAG, "made with our key");
      case FORGED -> Evidence.mismatch(Check.TAG, "not made with our key of that time");
      case UNVERIFIABLE -> Evidence.absent(Check.TAG, "no key for its time and node is at hand");
    };
  }

  private void reportedId(SubmissionRecord record, Clues clues, List<Evidence> evidence) {
    String id = clues.report().first("X-Postfix-Queue-ID").orElse(null);
    String host = clues.report().first("Reporting-MTA").map(Clues::typed).orElse(null);
    if (id == null || host == null || !ours.isHostOf(record, host)) {
      return;
    }
    String folded = ClueType.TRANSACTION_ID.fold(id);
    boolean same = ClueType.TRANSACTION_ID.of(record).contains(folded);
    String detail = "the bounce by %s says %s".formatted(host, id);
    evidence.add(
        same
            ? Evidence.match(Check.REPORTED_ID, detail)
            : Evidence.absent(Check.REPORTED_ID, detail));
  }

  /** Said only where there is one: hardly any message has it. */
  private void feedbackId(Clues clues, SubmissionRecord record, List<Evidence> evidence) {
    String id = clues.feedbackId();
    if (id == null) {
      return;
    }
    boolean same = ClueType.TRANSACTION_ID.of(record).contains(ClueType.TRANSACTION_ID.fold(id));
    boolean genuine =
        same
            && TransactionId.parse(id).map(keys::check).orElse(null)
                != TransactionKeys.Check.FORGED;
    evidence.add(
        genuine ? Evidence.match(Check.FEEDBACK_ID, id) : Evidence.absent(Check.FEEDBACK_ID, id));
  }

  /** Said only where both have one: hardly any client gives it. */
  private static void envelopeId(Clues clues, SubmissionRecord record, List<Evidence> evidence) {
    String id = clues.envelopeId();
    if (id == null || record.envelopeId() == null) {
      return;
    }
    evidence.add(
        id.equals(ClueType.ENVELOPE_ID.fold(record.envelopeId()))
            ? Evidence.match(Check.ENVELOPE_ID, id)
            : Evidence.absent(
                Check.ENVELOPE_ID,
                "the bounce says %s, the record %s".formatted(id, record.envelopeId())));
  }

  private static Evidence client(ReceivedField own, SubmissionRecord record) {
    String id = ClueType.TRANSACTION_ID.fold(own.id());
    // What a content filter handed back names the filter as its client.
    boolean first =
        id.equals(record.transactionId()) && !record.continuationIds().contains(own.id());
    if (!first || record.client() == null || own.addresses().isEmpty()) {
      return Evidence.absent(Check.CLIENT, "not said");
    }
    String client = Addresses.canonical(record.client());
    return own.addresses().contains(client)
        ? Evidence.match(Check.CLIENT, client)
        : Evidence.mismatch(
            Check.CLIENT,
            "the field says %s, the record %s"
                .formatted(String.join(" ", own.addresses()), client));
  }

  private static boolean isMatch(Evidence evidence) {
    return evidence.result() == Evidence.Result.MATCH;
  }

  private static boolean joins(Evidence evidence) {
    return evidence.check() == Check.HAND_OVER && isMatch(evidence);
  }

  /**
   * @param sameMessage whether something else than the ID shows that the field is the record's
   */
  private static Evidence time(ReceivedField own, SubmissionRecord record, boolean sameMessage) {
    if (own.date() == null) {
      return Evidence.absent(Check.TIME, "the field has no time");
    }
    boolean near = near(own.date(), record.time(), SAME_LINE);
    String both =
        "the field says %s, the record %s"
            .formatted(Times.format(own.date()), Times.format(record.time()));
    // Postfix writes the time of MAIL and logs that of RCPT, others that of the end.
    boolean slow =
        sameMessage && !ContentChecks.recorded(record) || SizeCheck.isLoggedAtItsEnd(record);
    if (!near && slow && isWithinADay(own.date(), record.time())) {
      return Evidence.absent(Check.TIME, both + ", as of a client that takes hours");
    }
    return near ? Evidence.match(Check.TIME, both) : Evidence.mismatch(Check.TIME, both);
  }

  /** A client that sends a line now and then keeps a transaction open for as long as it likes. */
  private static boolean isWithinADay(Instant begun, Instant ended) {
    return !begun.isAfter(ended) && near(begun, ended, Duration.ofDays(1));
  }

  static boolean near(Instant one, Instant two, Duration tolerance) {
    return Duration.between(one, two).abs().compareTo(tolerance) <= 0;
  }

  private static Evidence messageId(Clues clues, SubmissionRecord record, int line) {
    if (record.messageId() != null && !record.messageId().isEmpty()) {
      List<String> all = clues.messageIdsBelow(line);
      for (int i = 0; i < all.size(); i++) {
        String id = all.get(i);
        if (!id.equals(clues.messageId())
            && LoggedMessageId.compare(id, record.messageId()) == LoggedMessageId.Says.SAME) {
          // Of two a sender may have copied one; so the other is no match, and speaks not against.
          return i == 0
              ? Evidence.match(Check.MESSAGE_ID, id)
              : Evidence.absent(Check.MESSAGE_ID, "the message has several, one the record's");
        }
      }
    }
    if (RelaysMessageId.isOf(record, clues.messageId())) {
      return Evidence.match(
          Check.MESSAGE_ID,
          clues.messageId() + ", which our next hop put in place of the record's");
    }
    if (clues.messageId() == null || record.messageId() == null || record.messageId().isEmpty()) {
      return Evidence.absent(
          Check.MESSAGE_ID,
          clues.messageId() == null ? "the message has none" : "the record has none");
    }
    String both =
        "the message has %s, the record %s".formatted(clues.messageId(), record.messageId());
    return switch (LoggedMessageId.compare(clues.messageId(), record.messageId())) {
      case SAME -> Evidence.match(Check.MESSAGE_ID, clues.messageId());
      case TOO_LITTLE -> Evidence.absent(Check.MESSAGE_ID, both + ", which says too little");
      case OTHER -> Evidence.mismatch(Check.MESSAGE_ID, both);
    };
  }
}
