package org.whosent.query.trace;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.record.ClueType;
import org.whosent.record.Sketch;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.message.Headers;
import org.whosent.record.message.MendedHeader;
import org.whosent.record.message.OpenedMessage;
import org.whosent.record.message.PassedOn;
import org.whosent.record.message.ReceivedField;
import org.whosent.record.message.ReportedMessage;

/**
 * The ruling on one message, its shells taken off: by its identifiers, else by its text, else by
 * what is left of it. Belongs to one thread.
 */
final class MessageTracer {
  /** What Postfix, OpenSMTPD and Sendmail write of a program that called their sendmail. */
  private static final Pattern HANDED_IN =
      Pattern.compile("\\(\\w{1,40}, from userid [0-9]{1,12}\\)|^\\(from [^()\\s]{1,300}\\)\\s");

  /** As whom Exim runs: Debian's, the source's and Red Hat's, cPanel's and FreeBSD's, OpenBSD's. */
  private static final Set<String> EXIMS =
      Set.of("debian-exim", "exim", "mail", "mailnull", "_exim");

  /** Labels below labels that are looked at. */
  private static final int MAX_FORWARDS = 5;

  private final Ours ours;
  private final Judge judge;
  private final Candidates candidates;
  private final AlikeTexts alikeTexts;

  // The last message's: a foreign one is looked at twice.
  private ReportedMessage cluesOf;
  private Headers cluesWith;
  private Clues clues;

  MessageTracer(Ours ours, Judge judge, Candidates candidates, AlikeTexts alikeTexts) {
    this.ours = ours;
    this.judge = judge;
    this.candidates = candidates;
    this.alikeTexts = alikeTexts;
  }

  private Clues clues(ReportedMessage reported, Headers report) {
    if (!reported.equals(cluesOf) || report != cluesWith) {
      clues = Clues.of(reported, report, ours);
      cluesOf = reported;
      cluesWith = report;
    }
    return clues;
  }

  /**
   * By all that it says.
   *
   * @param report the fields of the report around it
   */
  Judge.Ruling message(ReportedMessage reported, Headers report) throws IOException {
    Judge.Ruling ruling = ruling(reported, report);
    return ruling.verdict() == Verdict.FOREIGN && !reported.message().hasReceivedHeader()
        ? tooLittle(
            "Outlook kept no internet header of it (a draft, a sent item, or mail within Exchange):"
                + " please ask for the message as it was received")
        : ruling;
  }

  private Judge.Ruling ruling(ReportedMessage reported, Headers report) throws IOException {
    Clues clues = clues(reported, report);
    boolean textOnly =
        reported.extent() == ReportedMessage.Extent.QUOTED
            && clues.messageId() == null
            && clues.received().isEmpty();
    if (textOnly) {
      return alike(clues);
    }
    Candidates.Found found = candidates.find(clues);
    Judge.Ruling ruling =
        judge.rule(found.candidates(), found.unknown(), !clues.isOutOfOrder(ours));
    if (ruling.verdict() == Verdict.FOREIGN && clues.cutInTrace()) {
      return tooLittle(
          "the header ends before From, Date and Message-ID: what is missing below may be ours");
    }
    if (ruling.verdict() == Verdict.FOREIGN && clues.quotedWithoutTrace()) {
      return tooLittle("no Received field and no text was pasted: what is missing may be ours");
    }
    if (ruling.verdict() == Verdict.IDENTIFIED
        && clues.quoted()
        && judge.isUnknownAbove(ruling.chosen(), found.unknown())) {
      return Judge.open(
          found.candidates(),
          Evidence.absent(
              Check.OTHER_FIELD,
              "a field of ours above has an ID that no record has, and may be another user's: in a"
                  + " quotation it may have been broken"));
    }
    if (ruling.verdict() == Verdict.IDENTIFIED
        && isSorted(clues, ruling.chosen())
        && anotherFitsAsWell(ruling.chosen(), found.candidates())) {
      return judge.withoutOrder(found.candidates());
    }
    boolean cleared =
        ruling.verdict() == Verdict.FOREIGN || ruling.verdict() == Verdict.CONTRADICTED;
    if (cleared && reported.message().isHeaderCut()) {
      return tooLittle(
          "the header is larger than what is read of one: its lower fields were not looked at");
    }
    if (ruling.verdict() == Verdict.CONTRADICTED
        && ruling.candidates().stream().anyMatch(c -> isSorted(clues, c))) {
      return judge.withoutOrder(ruling.candidates());
    }
    if (cleared && reported.message().headerEndsInMidst()) {
      ReportedMessage pasted = PassedOn.withoutIndents(reported.message()).orElse(null);
      Judge.Ruling again = pasted == null ? ruling : ruling(pasted, report);
      return Judge.open(
          again.chosen() == null ? again.candidates() : List.of(again.chosen()),
          Evidence.absent(
              Check.OTHER_FIELD,
              "a line that is no field ends the header in its midst, and what stands below it may"
                  + " be its sender's text: please ask for the header with its indents"));
    }
    if (ruling.verdict() == Verdict.FOREIGN && reported.extent() != ReportedMessage.Extent.QUOTED) {
      Optional<OpenedMessage> mended = MendedHeader.of(reported.message().asReceived());
      if (mended.isPresent()) {
        ReportedMessage.Extent extent =
            reported.message().isRendering() ? ReportedMessage.Extent.HEADER : reported.extent();
        Clues again = Clues.of(new ReportedMessage(mended.get(), extent), report, ours);
        Candidates.Found further = candidates.find(again);
        return judge.rule(further.candidates(), further.unknown());
      }
    }
    return ruling;
  }

  /** Whether the fields of a whole message stand otherwise than servers write them. */
  private boolean isSorted(Clues clues, Candidate held) {
    return held.line() != Candidate.NO_LINE
        && (clues.hasSendersFieldAboveOurs(ours)
            || !held.matches(Check.HAND_OVER) && RouteChecks.hasHopOf(held.record(), clues));
  }

  /** Which of two that fit alike is the upper one only the order tells. */
  private static boolean anotherFitsAsWell(Candidate chosen, List<Candidate> candidates) {
    return candidates.stream()
        .anyMatch(
            other ->
                other.line() != Candidate.NO_LINE
                    && !other.who().equals(chosen.who())
                    && other.bound().compareTo(chosen.bound()) >= 0);
  }

  /** What would show whether it is ours is missing. */
  private static Judge.Ruling tooLittle(String what) {
    return new Judge.Ruling(
        Verdict.INCONCLUSIVE,
        null,
        null,
        List.of(Evidence.absent(Check.OTHER_FIELD, what)),
        List.of());
  }

  /**
   * The records whose content a text is, as it stands: what its sender quotes in it, a header too,
   * is his. Empty where it is nobody's.
   */
  Optional<Judge.Ruling> submittedText(OpenedMessage body) throws IOException {
    Clues of =
        Clues.of(new ReportedMessage(body, ReportedMessage.Extent.QUOTED), Headers.NONE, ours);
    List<Candidate> same =
        candidates.withDigestsOf(of).stream()
            .filter(c -> c.matches(Check.BODY_DIGEST) || c.matches(Check.TEXT_DIGEST))
            .toList();
    return same.isEmpty() ? Optional.empty() : Optional.of(judge.rule(same, List.of()));
  }

  /**
   * Whether a message that was not found, or is none of the one found, was handed in by somebody
   * who had logged in, or on our own host, as our own fields say: then it is what he sent, and what
   * it carries is not asked about. A complaint of a user of ours to the desk is another matter.
   *
   * @param bounce whether it has the form of one: Exim hands its own in like a local user
   */
  boolean isOfALostUser(Judge.Ruling ruling, OpenedMessage message, boolean bounce) {
    boolean lost =
        switch (ruling.verdict()) {
          case NOT_FOUND, EXPIRED -> true;
          case CONTRADICTED -> ruling.candidates().stream().anyMatch(Rivals::isSpoilt);
          default -> false;
        };
    if (!lost) {
      return false;
    }
    Clues clues = clues(new ReportedMessage(message, ReportedMessage.Extent.WHOLE), Headers.NONE);
    if (clues.delivered().stream().anyMatch(ours::isAbuseDesk)) {
      return false;
    }
    List<String> raw = message.headers().all("Received");
    for (int line = 0; line < clues.received().size(); line++) {
      ReceivedField field = clues.received().get(line);
      if (field.id() == null || !ours.isOurs(field.by())) {
        continue;
      }
      if (field.recipient() != null && ours.isAbuseDesk(field.recipient())) {
        return false;
      }
      if (field.isAuthenticated()
          || HANDED_IN.matcher(raw.get(line)).find()
          || "local".equalsIgnoreCase(field.with()) && !(bounce && isExims(field))) {
        return true;
      }
      if (!field.isFromLoopback()) {
        return false; // else a content filter, or a program on the host that has a queue of its own
      }
    }
    return false;
  }

  /**
   * Whether Exim itself handed it in: it runs as a user of its own, whose name it writes there, and
   * lets no other user say another name than his.
   */
  private static boolean isExims(ReceivedField field) {
    return field.fromName() != null && EXIMS.contains(field.fromName().toLowerCase(Locale.ROOT));
  }

  /** Whether a message is quoted by labels, which hold no ID, and leads to no record. */
  static boolean isByLabelsOnly(ReportedMessage quoted, Judge.Ruling ruling) {
    return ruling.verdict() == Verdict.FOREIGN
        && quoted.extent() == ReportedMessage.Extent.QUOTED
        && !quoted.message().headers().has("Received")
        && !quoted.message().headers().has("Message-ID");
  }

  /**
   * What labels alone lead to, where the text leads to nothing: who sent from that address to that
   * recipient around the date that they say, or lately where they say none that can be read.
   * Candidates and no more: labels are written by whoever is asked about, and dates without a zone.
   *
   * @param ruling what the text led to
   */
  Judge.Ruling byLabels(Judge.Ruling ruling, ReportedMessage quoted) throws IOException {
    Judge.Ruling found = ruling;
    ReportedMessage of = quoted;
    for (int i = 0; i < MAX_FORWARDS && of != null && isByLabelsOnly(of, found); i++) {
      found = bySenderAndRecipient(ruling, of);
      of = PassedOn.within(of).orElse(null);
    }
    return withoutHeader(found);
  }

  /** That nothing is ours in what has no header says nothing of the message: this is said. */
  private static Judge.Ruling withoutHeader(Judge.Ruling ruling) {
    if (ruling.verdict() != Verdict.FOREIGN) {
      return ruling;
    }
    List<Evidence> evidence = new ArrayList<>(ruling.evidence());
    evidence.add(Evidence.absent(Check.OTHER_FIELD, TraceResult.NO_HEADER));
    return new Judge.Ruling(Verdict.FOREIGN, null, null, evidence, List.of());
  }

  private Judge.Ruling bySenderAndRecipient(Judge.Ruling ruling, ReportedMessage quoted)
      throws IOException {
    Clues clues = clues(quoted, Headers.NONE);
    String sender = clues.headerFrom();
    if (sender == null || ours.isAbuseDesk(sender)) {
      return ruling; // what the desk answered is not complained about
    }
    Instant from = clues.date() == null ? null : clues.date().minus(ReportFields.REPORTED_WITHIN);
    Instant until = clues.date() == null ? null : clues.date().plus(ReportFields.REPORTED_WITHIN);
    Map<String, SubmissionRecord> records = new LinkedHashMap<>();
    for (String to : clues.addressees().stream().limit(ReportFields.MAX_RECIPIENTS).toList()) {
      Map<ClueType, String> envelope = Map.of(ClueType.MAIL_FROM, sender, ClueType.RECIPIENT, to);
      records.putAll(candidates.search(RecordQuery.of(envelope, null, from, until)));
    }
    List<Candidate> held = candidates.held(records.values(), clues);
    return held.isEmpty() ? ruling : judge.rule(held, List.of());
  }

  /** Nothing but a body: its text may be one that was submitted, or hold one. */
  Judge.Ruling body(OpenedMessage body) throws IOException {
    return withoutHeader(
        alike(
            Clues.of(
                new ReportedMessage(body, ReportedMessage.Extent.QUOTED), Headers.NONE, ours)));
  }

  /** The records that have the attachments of such a body: candidates and no more. */
  Judge.Ruling attachments(OpenedMessage body) throws IOException {
    Clues of =
        Clues.of(new ReportedMessage(body, ReportedMessage.Extent.QUOTED), Headers.NONE, ours);
    return judge.rule(of.content() ? candidates.withAttachmentsOf(of) : List.of(), List.of());
  }

  /** By the digests of the text, else by its likeness. */
  private Judge.Ruling alike(Clues clues) throws IOException {
    Candidates.Found found = candidates.find(clues);
    if (!found.candidates().isEmpty() || !clues.content()) {
      return judge.rule(found.candidates(), found.unknown());
    }
    if (clues.digests().sketch() == null) {
      return judge.rule(candidates.withAttachmentsOf(clues), found.unknown());
    }
    Sketch sketch = clues.digests().sketch();
    Instant when =
        clues.date() != null ? clues.date() : ReportFields.arrival(clues.report()).orElse(null);
    AlikeTexts.Near near = null;
    if (when != null) {
      near =
          alikeTexts.nearest(
              sketch,
              when.minus(ReportFields.REPORTED_WITHIN),
              when.plus(ReportFields.REPORTED_WITHIN));
    }
    if (near == null || near.records().isEmpty()) {
      // Nothing of that time, or none is known: dates are wrong, and spam's on purpose.
      near = alikeTexts.nearest(sketch, null, null);
    }
    List<Candidate> held = candidates.held(near.records(), clues);
    if (held.isEmpty()) {
      held = candidates.withAttachmentsOf(clues);
    }
    Judge.Ruling ruling = judge.rule(held, List.of());
    if (!near.cut()) {
      return ruling;
    }
    List<Evidence> evidence = new ArrayList<>(ruling.evidence());
    evidence.add(
        Evidence.absent(
            Check.COVERAGE,
            "parts of the text stand in very many messages; of each part's, the newest %d were compared"
                .formatted(AlikeTexts.MAX_OF_ONE)));
    return new Judge.Ruling(
        ruling.verdict(), ruling.chosen(), ruling.confidence(), evidence, ruling.candidates());
  }

  /**
   * A message from which every trace field is gone, and whose Message-ID our log does not have
   * (OpenSMTPD logs none): who sent something from that address to that recipient just when it was
   * written. Candidates and no more. Where any server's field is left the message came another way.
   */
  Judge.Ruling stripped(Judge.Ruling ruling, ReportedMessage reported, Headers report)
      throws IOException {
    if (ruling.verdict() != Verdict.FOREIGN || reported.extent() == ReportedMessage.Extent.QUOTED) {
      return ruling;
    }
    Clues clues = clues(reported, report);
    if (!clues.received().isEmpty()) {
      return ruling;
    }
    Judge.Ruling nothing = clues.messageId() == null ? withoutHeader(ruling) : ruling;
    String sender =
        clues.mailFrom() == null || clues.mailFrom().isEmpty()
            ? clues.headerFrom()
            : clues.mailFrom();
    if (clues.date() == null || sender == null) {
      return nothing;
    }
    RecordQuery query =
        RecordQuery.of(
            Map.of(ClueType.MAIL_FROM, sender),
            null,
            clues.date().minus(EnvelopeChecks.PROMPT),
            clues.date().plus(EnvelopeChecks.PROMPT));
    List<Candidate> fitting = new ArrayList<>();
    for (SubmissionRecord record : candidates.search(query).values()) {
      Candidate held = candidates.hold(record, clues);
      if (held.bound() != Candidate.Bound.REFUTED
          && (held.matches(Check.RECIPIENT) || held.matches(Check.ADDRESSEE))) {
        fitting.add(held);
      }
    }
    return fitting.isEmpty() ? nothing : judge.rule(fitting, List.of());
  }
}
