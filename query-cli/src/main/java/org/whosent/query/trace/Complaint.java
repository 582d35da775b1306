package org.whosent.query.trace;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.message.PassedOn;
import org.whosent.record.message.Report;
import org.whosent.record.message.ReportedMessage;

/**
 * A mail that passes on others: whose word is what stands in its text, and whether that joins what
 * it carries to a user. Immutable but for what is ours; belongs to one thread.
 *
 * <p>The labels that a mail program writes above what it forwards repeat what the sender of that
 * message called himself: another user too. What stands below, a header or an ID, and what is
 * attached, may then be that user's, copied by the sender. One thing a sender does not choose: to
 * whom the other's message went. So where whoever complains was sent it, the answer stands; else
 * the record is a candidate. Known weakness: a message that went to both can be copied; and who
 * complains under another address, or for others, gets the weaker answer.
 */
final class Complaint {
  private static final String MAY_BE_ITS_ATTACHMENT =
      "the text passes on another message than the one attached, which may have had this one"
          + " attached: please ask for the message that the complaint is about, saved as .eml";

  private static final String BESIDE_ITS_LABELS =
      "the text quotes a message by labels, which its sender chooses and which may have had this"
          + " one attached, and this one was not sent to whoever complains: if the complaint is"
          + " about the one attached, trace it by itself";

  private static final String BELOW_LABELS =
      "the header stands in what the text quotes of another mail, whose sender may have copied it,"
          + " and its message was not sent to whoever complains: please ask for the message as"
          + " .eml";

  private static final String IN_ANOTHERS_TEXT =
      "the ID stands in a text, part of which the spam's sender may have written, and its message"
          + " was not sent to whoever complains: if it is he who says the ID, ask for it by itself";

  private static final String BESIDE_A_QUOTATION =
      "the ID stands beside a message that the text quotes without its header, and may be its"
          + " sender's: please ask for the header";

  private static final String IN_ANOTHERS_MAIL =
      "the header stands in what the text quotes of another mail, whose sender may have copied it:"
          + " if it is that mail's own header, trace it by itself, without what stands above";

  private static final String IN_LOOSE_TEXT =
      "the header stands in a text: if it is the spam's sender who wrote that text, he may have"
          + " copied it";

  private static final String BELOW_OTHER_TEXT =
      "it is the message quoted in the text that this user sent; what stands above its header"
          + " somebody else may have written";

  private static final String NOT_COMPLAINED_OF =
      "another mail carries it, which is no complaint to the abuse desk (`abuse` in site.yaml), and"
          + " whose sender may have put it there: if it is this one that somebody complains of,"
          + " trace it by itself";

  private static final String BEHIND_THE_FIRST =
      "a report of this form returns one message, and what stands behind it may be that one's text:"
          + " if it is reported too, trace it by itself";

  private static final String WRITERS_OWN =
      "a user of ours sent it to the abuse desk as well, with another message in it: if he"
          + " complains of that one, trace that one by itself";

  private final Report report;
  private final Ours ours;
  private final Delivery delivery;
  private final boolean attached;

  /**
   * What the text quotes beside those that are attached; null where it quotes none of another's.
   */
  private final ReportedMessage passedOn;

  /** What it answers, where it says whose that is. */
  private final ReportedMessage answered;

  Complaint(Report report, Ours ours) {
    this.report = report;
    this.ours = ours;
    this.delivery = Delivery.of(report.outer().headers());
    this.attached =
        report.inside().stream()
            .anyMatch(
                i -> i.extent() != ReportedMessage.Extent.QUOTED || i.message().isRendering());
    Optional<ReportedMessage> quoted = attached ? PassedOn.in(report) : Optional.empty();
    this.passedOn = anothers(quoted);
    boolean asked = attached || report.inside().stream().anyMatch(ReportedMessage::belowLabels);
    this.answered = asked && quoted.isEmpty() ? anothers(PassedOn.answered(report)) : null;
  }

  /** Whether it came to those who answer complaints. */
  boolean isToDesk() {
    return delivery.isToDesk(ours);
  }

  /**
   * What an answer that names the user of ours who sent it comes to, where the copy is the desk's:
   * he may complain, and have told others too. A complaint to the desk alone names nobody anyway.
   */
  TraceResult ofItsWriter(TraceResult result) {
    boolean toDeskAsWell =
        result.verdict() == Verdict.IDENTIFIED
            && !report.inside().isEmpty()
            && delivery.delivered().stream().anyMatch(ours::isAbuseDesk)
            && EnvelopeChecks.recipients(result.record()).stream().anyMatch(ours::isAbuseDesk);
    return toDeskAsWell ? result.doubted(WRITERS_OWN) : result;
  }

  /**
   * What an answer for what it carries comes to, where it is no complaint: somebody sent it to
   * somebody else, who complains of it or hands it in.
   */
  static TraceResult ofNoComplaint(TraceResult result) {
    return result.doubted(NOT_COMPLAINED_OF);
  }

  /**
   * What the answers for a report come to. Who knows which boundary a reporter writes can write it
   * into his text, and below it another user's message: that one would stand behind his own.
   *
   * @param results in the order of the messages; some are replaced
   */
  static void ofReport(Report report, List<TraceResult> results) {
    if (report.isOfOneMessage() && results.size() > 1) {
      String first = results.getFirst().user();
      results.replaceAll(r -> Objects.equals(r.user(), first) ? r : r.doubted(BEHIND_THE_FIRST));
    }
  }

  /**
   * The same of a mail that may have come to a desk that is not known.
   *
   * @param inside what it carries; null for a mail that is itself carried by another one
   */
  TraceResult unlessToDesk(ReportedMessage inside, TraceResult result) {
    List<String> why = new ArrayList<>(List.of(NOT_COMPLAINED_OF));
    if (inside != null && weighed(inside, result).verdict() == Verdict.IDENTIFIED) {
      delivery.advice(ours).ifPresent(why::add);
    }
    return result.doubted(why);
  }

  /** What an answer for a message that it carries comes to, seen with the text beside it. */
  TraceResult weighed(ReportedMessage inside, TraceResult result) {
    if (passedOn != null) {
      if (!PassedOn.isSame(passedOn.message(), inside.message())) {
        return result.doubted(MAY_BE_ITS_ATTACHMENT);
      }
      boolean labels = passedOn.belowLabels() || !PassedOn.hasIdentifier(passedOn.message());
      return labels ? unlessSentTo(result, BESIDE_ITS_LABELS) : result;
    }
    if (answered != null && (attached || inside.belowLabels())) {
      boolean theirs = PassedOn.isSame(answered.message(), inside.message());
      return theirs || writers().containsAll(from(answered))
          ? unlessSentTo(result, attached ? BESIDE_ITS_LABELS : BELOW_LABELS)
          : result.doubted(attached ? MAY_BE_ITS_ATTACHMENT : IN_ANOTHERS_MAIL);
    }
    return inside.belowLabels() ? unlessSentTo(result, BELOW_LABELS) : result;
  }

  /**
   * The same in a text without a mail around it, of which nobody knows who wrote it: below labels,
   * or an attribution, it is he whom they speak of.
   */
  static TraceResult inLooseText(String text, ReportedMessage inside, TraceResult result) {
    if (inside.belowLabels()) {
      return result.doubted(IN_ANOTHERS_MAIL);
    }
    if (result.confidence() == Confidence.BY_HEADER) {
      return result.asClaimed(IN_LOOSE_TEXT);
    }
    return PassedOn.hasTextAboveHeader(text) ? result.noted(BELOW_OTHER_TEXT) : result;
  }

  /** The same of IDs in its text. */
  TraceResult claimed(TraceResult result) {
    return unlessSentTo(result.asClaimed(TraceResult.ID_IN_TEXT), IN_ANOTHERS_TEXT);
  }

  /**
   * What IDs beside a quotation by labels lead to: candidates, since who sent what is quoted wrote
   * most of such a text.
   */
  static TraceResult besideQuotation(TraceResult result) {
    return result.doubted(BESIDE_A_QUOTATION);
  }

  private TraceResult unlessSentTo(TraceResult result, String why) {
    return result.verdict() == Verdict.IDENTIFIED && !wasSentTo(result.record())
        ? result.doubted(why)
        : result;
  }

  /** Whether an address of whoever wrote the complaint is a recipient of the record's. */
  private boolean wasSentTo(SubmissionRecord record) {
    Set<String> recipients =
        EnvelopeChecks.recipients(record).stream()
            .map(MailAddresses::withoutDetail)
            .collect(Collectors.toSet());
    return writers().stream().map(MailAddresses::withoutDetail).anyMatch(recipients::contains);
  }

  private Set<String> writers() {
    Set<String> writers = new LinkedHashSet<>();
    for (String name : new String[] {"From", "Sender", "Reply-To"}) {
      report.outer().headers().all(name).forEach(value -> Clues.addresses(value, writers));
    }
    return writers;
  }

  /** Unless it is one of the desk's own, which is answered. */
  private ReportedMessage anothers(Optional<ReportedMessage> quoted) {
    return quoted.filter(q -> from(q).stream().noneMatch(ours::isAbuseDesk)).orElse(null);
  }

  private static Set<String> from(ReportedMessage quoted) {
    Set<String> from = new LinkedHashSet<>();
    quoted.message().decoded("From").ifPresent(value -> Clues.addresses(value, from));
    return from;
  }
}
