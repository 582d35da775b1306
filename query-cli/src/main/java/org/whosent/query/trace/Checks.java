package org.whosent.query.trace;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.whosent.record.Addresses;
import org.whosent.record.ClueType;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.Sketch;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.Times;
import org.whosent.record.TransactionId;
import org.whosent.record.TransactionKeys;
import org.whosent.record.message.MessageDigests;
import org.whosent.record.message.ReceivedField;

/**
 * Holds one record against all that a message says, check by check; the rules are {@link Check}'s
 * rows. Stateless but for what is ours; thread-safe.
 */
final class Checks {
  /** One clock wrote both; slow clients keep a transaction open for long. */
  private static final Duration SAME_LINE = Duration.ofHours(1);

  private static final Duration SAME_DATE = Duration.ofDays(2);

  /** From here on two texts count as one with additions. */
  private static final double SIMILAR = 0.5;

  private static final double CONTAINED = 0.75;

  /** Below this, whole content counts as other content. */
  private static final double DISSIMILAR = 0.25;

  private final Ours ours;
  private final TransactionKeys keys;

  Checks(Ours ours, TransactionKeys keys) {
    this.ours = ours;
    this.keys = keys;
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
      identifier(own, record, evidence);
      evidence.add(client(own, record));
      evidence.add(time(own, record));
    }
    reportedId(record, clues, evidence);
    handOver(record, line, clues, evidence);
    evidence.add(messageId(clues, record));
    content(clues, record, evidence);
    evidence.add(size(clues, record, line));
    Set<String> recipients = recipients(record);
    evidence.add(oneOf(Check.RECIPIENT, clues.delivered(), recipients, "delivered to "));
    evidence.add(oneOf(Check.ADDRESSEE, clues.addressees(), recipients, "addressed to "));
    evidence.add(mailFrom(clues, record));
    evidence.add(headerFrom(clues, record));
    evidence.add(date(clues, record));
    evidence.add(subject(clues, record));
    if (!submission.equals(record)) {
      evidence.add(
          Evidence.match(
              Check.OTHER_FIELD,
              "handed on by our own server, where it was submitted under ID %s"
                  .formatted(submission.transactionId())));
    }
    Candidate held = new Candidate(record, submission, line, evidence, Candidate.Bound.NAMED);
    return new Candidate(record, submission, line, evidence, bound(held, clues));
  }

  /** How the evidence joins the message to the record. */
  private static Candidate.Bound bound(Candidate held, Clues clues) {
    boolean content = held.matches(Check.BODY_DIGEST) || held.matches(Check.TEXT_DIGEST);
    Optional<Evidence> against = held.against();
    if (against.isPresent() && !(content && against.get().check() == Check.ROUTE)) {
      return Candidate.Bound.REFUTED;
    }
    if (content && named(held)) {
      return Candidate.Bound.CONTENT;
    }
    SubmissionRecord record = held.record();
    boolean couldCompare =
        clues.wholeContent() && (record.textDigest() != null || record.bodyDigest() != null);
    if (couldCompare && !held.matches(Check.SIMILARITY)) {
      return Candidate.Bound.NAMED; // the content is here and is not the one submitted
    }
    if (named(held) && (held.matches(Check.HAND_OVER) || held.matches(Check.SIMILARITY))) {
      return Candidate.Bound.JOINED;
    }
    boolean envelope = held.matches(Check.RECIPIENT);
    boolean sender = held.matches(Check.MAIL_FROM) || held.matches(Check.HEADER_FROM);
    boolean anyRecipient =
        envelope || (clues.delivered().isEmpty() && held.matches(Check.ADDRESSEE));
    if (held.line() != Candidate.NO_LINE) {
      // Where nothing of the envelope came with the message, the Date must do.
      boolean bare = clues.delivered().isEmpty() && clues.mailFrom() == null;
      boolean support =
          envelope
              || sender
              || held.matches(Check.ADDRESSEE)
              || held.matches(Check.SIZE)
              || (bare && held.matches(Check.DATE));
      if (held.matches(Check.MESSAGE_ID) && support) {
        return Candidate.Bound.CONSISTENT;
      }
      boolean noMessageId = record.messageId() == null || record.messageId().isEmpty();
      boolean known =
          (noMessageId && held.matches(Check.SIZE))
              || held.matches(Check.REPORTED_ID)
              || clues.cutInTrace();
      return known && envelope && sender ? Candidate.Bound.CONSISTENT : Candidate.Bound.NAMED;
    }
    // No field of ours: the Message-ID must be joined by everything that the envelope says.
    return held.matches(Check.MESSAGE_ID)
            && anyRecipient
            && sender
            && (clues.date() == null || held.matches(Check.DATE))
            && clues.received().stream().noneMatch(field -> field.by() != null)
        ? Candidate.Bound.CONSISTENT
        : Candidate.Bound.NAMED;
  }

  private static boolean named(Candidate held) {
    return held.matches(Check.TRANSACTION_ID)
        || held.matches(Check.NEXT_HOP_ID)
        || held.matches(Check.MESSAGE_ID);
  }

  private void identifier(ReceivedField own, SubmissionRecord record, List<Evidence> evidence) {
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

  private static Evidence client(ReceivedField own, SubmissionRecord record) {
    boolean first = ClueType.TRANSACTION_ID.fold(own.id()).equals(record.transactionId());
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

  private static Evidence time(ReceivedField own, SubmissionRecord record) {
    if (own.date() == null) {
      return Evidence.absent(Check.TIME, "the field has no time");
    }
    boolean near = near(own.date(), record.time(), SAME_LINE);
    String both =
        "the field says %s, the record %s"
            .formatted(Times.format(own.date()), Times.format(record.time()));
    return near ? Evidence.match(Check.TIME, both) : Evidence.mismatch(Check.TIME, both);
  }

  private static boolean near(Instant one, Instant two, Duration tolerance) {
    return Duration.between(one, two).abs().compareTo(tolerance) <= 0;
  }

  /** The next hop's ID above our field, or in any field that names us where ours is gone. */
  private void handOver(SubmissionRecord record, int line, Clues clues, List<Evidence> evidence) {
    Set<String> given = new LinkedHashSet<>();
    boolean allKnown = true;
    for (Recipient recipient : record.recipients()) {
      if (recipient.nextHopId() != null) {
        given.add(recipient.nextHopId());
      } else if (recipient.outcome() != Outcome.BOUNCED && recipient.outcome() != Outcome.EXPIRED) {
        allKnown = false;
      }
    }
    if (line == Candidate.NO_LINE) {
      for (ReceivedField field : clues.received()) {
        if (field.id() != null && given.contains(field.id()) && ours.cameFromUs(field)) {
          evidence.add(
              Evidence.match(
                  Check.NEXT_HOP_ID,
                  "ID %s by %s is what our next hop replied".formatted(field.id(), field.by())));
          return;
        }
      }
      return;
    }
    if (line == 0) {
      evidence.add(Evidence.absent(Check.HAND_OVER, "no Received field above ours"));
      return;
    }
    ReceivedField above = clues.received().get(line - 1);
    String id = above.id();
    if (id != null && (given.contains(id) || replied(record, id))) {
      boolean later =
          above.date() == null || !above.date().isBefore(record.time().minus(SAME_LINE));
      if (later) {
        evidence.add(
            Evidence.match(
                Check.HAND_OVER,
                "ID %s by %s above our field is what our next hop replied"
                    .formatted(id, above.by())));
        return;
      }
    }
    evidence.add(
        Evidence.absent(
            Check.HAND_OVER,
            given.isEmpty()
                ? "our log has no ID from the next hop"
                : "the field above ours has no ID of a next hop"));
    evidence.add(route(record, above, given, allKnown));
  }

  /** Some servers reply with their ID in the midst of a sentence that nobody parses. */
  private static boolean replied(SubmissionRecord record, String id) {
    return id.length() >= 10
        && record.recipients().stream()
            .anyMatch(
                recipient ->
                    recipient.outcome() == Outcome.DELIVERED
                        && recipient.reply() != null
                        && word(recipient.reply(), id));
  }

  private static boolean word(String text, String word) {
    int at = text.indexOf(word);
    int end = at + word.length();
    return at >= 0
        && (at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1)))
        && (end == text.length() || !Character.isLetterOrDigit(text.charAt(end)));
  }

  private Evidence route(
      SubmissionRecord record, ReceivedField above, Set<String> given, boolean allKnown) {
    if (ours.isOurs(above.by())) {
      return Evidence.absent(Check.ROUTE, "the field above is by a server of ours too");
    }
    if (!ours.cameFromUs(above)) {
      if (above.fromName() == null && above.addresses().isEmpty()) {
        return Evidence.absent(Check.ROUTE, "the field above does not say from where");
      }
      if (withinOneHost(above)) {
        return Evidence.absent(
            Check.ROUTE, "the field above is of a hop within %s".formatted(above.by()));
      }
      return Evidence.mismatch(
          Check.ROUTE,
          "the field above ours says that %s got it from %s".formatted(above.by(), from(above)));
    }
    boolean sameKind =
        above.id() != null && given.stream().anyMatch(id -> shape(id).equals(shape(above.id())));
    if (allKnown && sameKind && !given.contains(above.id())) {
      return Evidence.mismatch(
          Check.ROUTE,
          "%s got it under ID %s; our log has %s"
              .formatted(above.by(), above.id(), String.join(" ", given)));
    }
    return Evidence.match(Check.ROUTE, "%s got it from %s".formatted(above.by(), from(above)));
  }

  /** A list manager or filter handing a message back to its own server: no hop between hosts. */
  private static boolean withinOneHost(ReceivedField field) {
    return !field.addresses().isEmpty()
        && field.addresses().stream()
            .allMatch(
                address ->
                    Addresses.parse(address)
                        .map(java.net.InetAddress::isLoopbackAddress)
                        .orElse(false));
  }

  private static String from(ReceivedField field) {
    return field.fromName() + " " + field.addresses();
  }

  /** IDs of one server look alike: length, and where letters, digits and signs stand, roughly. */
  private static String shape(String id) {
    boolean hex = id.matches("[0-9A-F]+");
    return id.length() + (hex ? "hex" : id.replaceAll("[0-9A-Za-z]", "x"));
  }

  private static Evidence messageId(Clues clues, SubmissionRecord record) {
    if (clues.messageId() == null || record.messageId() == null || record.messageId().isEmpty()) {
      return Evidence.absent(
          Check.MESSAGE_ID,
          clues.messageId() == null ? "the message has none" : "the record has none");
    }
    String here = ClueType.MESSAGE_ID.fold(clues.messageId());
    String there = ClueType.MESSAGE_ID.fold(record.messageId());
    return here.equals(there)
        ? Evidence.match(Check.MESSAGE_ID, clues.messageId())
        : Evidence.mismatch(
            Check.MESSAGE_ID,
            "the message has %s, the record %s".formatted(clues.messageId(), record.messageId()));
  }

  private static void content(Clues clues, SubmissionRecord record, List<Evidence> evidence) {
    MessageDigests digests = clues.digests();
    if (digests == null) {
      String why = "no content to compare";
      evidence.add(Evidence.absent(Check.BODY_DIGEST, why));
      evidence.add(Evidence.absent(Check.TEXT_DIGEST, why));
      return;
    }
    evidence.add(
        digest(Check.BODY_DIGEST, digests.bodyDigest(), record.bodyDigest(), clues.wholeContent()));
    evidence.add(
        digest(Check.TEXT_DIGEST, digests.textDigest(), record.textDigest(), clues.wholeContent()));
    Optional<Sketch> there = Sketch.parse(record.sketch());
    if (there.isEmpty() || digests.sketch() == null) {
      evidence.add(Evidence.absent(Check.SIMILARITY, "too short, or not recorded"));
      return;
    }
    double similarity = there.get().similarity(digests.sketch());
    double containment = there.get().containment(digests.sketch());
    String detail =
        String.format(Locale.ROOT, "similarity %.2f, containment %.2f", similarity, containment);
    evidence.add(
        similarity >= SIMILAR || containment >= CONTAINED
            ? Evidence.match(Check.SIMILARITY, detail)
            : clues.wholeContent() && containment < DISSIMILAR
                ? Evidence.mismatch(Check.SIMILARITY, detail)
                : Evidence.absent(Check.SIMILARITY, detail));
  }

  private static Evidence digest(Check check, String here, String there, boolean whole) {
    if (here == null || there == null) {
      return Evidence.absent(check, there == null ? "not recorded" : "nothing to digest");
    }
    return here.equals(there)
        ? Evidence.match(check, here)
        : whole
            ? Evidence.mismatch(check, "differs")
            : Evidence.absent(check, "differs; the message is not complete");
  }

  private static Evidence size(Clues clues, SubmissionRecord record, int line) {
    if (!clues.wholeContent() || record.size() == null) {
      return Evidence.absent(
          Check.SIZE, record.size() == null ? "not recorded" : "the message is not complete");
    }
    long here =
        line == Candidate.NO_LINE
            ? clues.message().sizeWithCrlf()
            : clues.message().sizeFromReceived(line);
    String both = "%d octets, the record %d".formatted(here, record.size());
    long apart = Math.abs(here - record.size());
    if (apart <= 100 + record.size() / 50) {
      return Evidence.match(Check.SIZE, both);
    }
    return here > 2 * record.size() + (16 << 10)
        ? Evidence.mismatch(Check.SIZE, both)
        : Evidence.absent(Check.SIZE, both);
  }

  private static Set<String> recipients(SubmissionRecord record) {
    Set<String> all = new LinkedHashSet<>();
    for (Recipient recipient : record.recipients()) {
      all.add(Ours.fold(recipient.address()));
      if (recipient.finalAddress() != null) {
        all.add(Ours.fold(recipient.finalAddress()));
      }
    }
    return all;
  }

  private static Evidence oneOf(Check check, Set<String> here, Set<String> there, String words) {
    if (here.isEmpty() || there.isEmpty()) {
      return Evidence.absent(check, "not said");
    }
    for (String address : here) {
      if (there.contains(address)) {
        return Evidence.match(check, words + address);
      }
    }
    return Evidence.absent(check, words + here.iterator().next() + ", not in the record");
  }

  private static Evidence mailFrom(Clues clues, SubmissionRecord record) {
    if (clues.mailFrom() == null || record.mailFrom() == null) {
      return Evidence.absent(Check.MAIL_FROM, "not said");
    }
    boolean same = Ours.fold(clues.mailFrom()).equals(Ours.fold(record.mailFrom()));
    String detail = "<" + clues.mailFrom() + ">";
    return same
        ? Evidence.match(Check.MAIL_FROM, detail)
        : Evidence.absent(Check.MAIL_FROM, detail + ", the record <" + record.mailFrom() + ">");
  }

  private static Evidence headerFrom(Clues clues, SubmissionRecord record) {
    if (clues.headerFrom() == null) {
      return Evidence.absent(Check.HEADER_FROM, "not said");
    }
    Set<String> there = new LinkedHashSet<>();
    if (record.headerFrom() != null) {
      Clues.addresses(record.headerFrom(), there);
    } else if (record.mailFrom() != null) {
      there.add(Ours.fold(record.mailFrom()));
    }
    return there.contains(clues.headerFrom())
        ? Evidence.match(Check.HEADER_FROM, clues.headerFrom())
        : Evidence.absent(Check.HEADER_FROM, clues.headerFrom() + ", the record " + there);
  }

  private static Evidence date(Clues clues, SubmissionRecord record) {
    if (clues.date() == null) {
      return Evidence.absent(Check.DATE, "not said");
    }
    String detail = Times.format(clues.date());
    return near(clues.date(), record.time(), SAME_DATE)
        ? Evidence.match(Check.DATE, detail)
        : Evidence.absent(Check.DATE, detail + ", the record " + Times.format(record.time()));
  }

  private static Evidence subject(Clues clues, SubmissionRecord record) {
    if (clues.subject() == null || record.subject() == null) {
      return Evidence.absent(Check.SUBJECT, record.subject() == null ? "not recorded" : "none");
    }
    String here = plain(clues.subject());
    String there = plain(record.subject());
    return !there.isEmpty() && (here.equals(there) || here.endsWith(there))
        ? Evidence.match(Check.SUBJECT, clues.subject())
        : Evidence.absent(
            Check.SUBJECT, Objects.toString(clues.subject()) + ", the record " + record.subject());
  }

  private static String plain(String subject) {
    return subject.replaceAll("\\s+", "").toLowerCase(Locale.ROOT);
  }
}
