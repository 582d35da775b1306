package org.whosent.query.trace;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.message.HeaderField;
import org.whosent.record.message.OpenedMessage;
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
      "the header stands below labels, where the sender of what is quoted may have copied it, and"
          + " its message was not sent to whoever complains: please ask for the message as .eml";

  private static final String IN_ANOTHERS_TEXT =
      "the ID stands in a text, part of which the spam's sender may have written, and its message"
          + " was not sent to whoever complains: if it is he who says the ID, ask for it by itself";

  private static final String BESIDE_A_QUOTATION =
      "the ID stands beside a message that the text quotes without its header, and may be its"
          + " sender's: please ask for the header";

  private final Report report;
  private final Ours ours;
  private final ReportedMessage passedOn;

  Complaint(Report report, Ours ours) {
    this.report = report;
    this.ours = ours;
    this.passedOn = passedOn();
  }

  /** Whether it is addressed to those who answer complaints. */
  boolean isToDesk() {
    Set<String> addresses = new LinkedHashSet<>();
    for (HeaderField field : report.outer().headers().fields()) {
      if (field.is("To")
          || field.is("Cc")
          || field.is("Delivered-To")
          || field.is("X-Original-To")) {
        Clues.addresses(field.value(), addresses);
      }
    }
    return addresses.stream().anyMatch(ours::isAbuseDesk);
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
    return inside.belowLabels() ? unlessSentTo(result, BELOW_LABELS) : result;
  }

  /** The same of IDs in its text. */
  TraceResult claimed(TraceResult result) {
    return unlessSentTo(result.asClaimed(), IN_ANOTHERS_TEXT);
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
    Set<String> writers = new LinkedHashSet<>();
    for (String name : new String[] {"From", "Sender", "Reply-To"}) {
      report.outer().headers().all(name).forEach(value -> Clues.addresses(value, writers));
    }
    Set<String> recipients =
        EnvelopeChecks.recipients(record).stream()
            .map(Complaint::withoutDetail)
            .collect(Collectors.toSet());
    return writers.stream().map(Complaint::withoutDetail).anyMatch(recipients::contains);
  }

  /** {@code user+detail@domain} is delivered to {@code user} (RFC 5233). */
  private static String withoutDetail(String address) {
    int plus = address.indexOf('+');
    int at = address.lastIndexOf('@');
    return plus > 0 && plus < at ? address.substring(0, plus) + address.substring(at) : address;
  }

  /**
   * The message that the text quotes beside those that are attached; null where it quotes none, or
   * one of the desk's own, which it answers.
   */
  private ReportedMessage passedOn() {
    boolean attached =
        report.inside().stream()
            .anyMatch(
                i -> i.extent() != ReportedMessage.Extent.QUOTED || i.message().isRendering());
    ReportedMessage quoted = attached ? PassedOn.in(report).orElse(null) : null;
    if (quoted == null) {
      return null;
    }
    Set<String> from = new LinkedHashSet<>();
    OpenedMessage message = quoted.message();
    message.decoded("From").ifPresent(value -> Clues.addresses(value, from));
    return from.stream().anyMatch(ours::isAbuseDesk) ? null : quoted;
  }
}
