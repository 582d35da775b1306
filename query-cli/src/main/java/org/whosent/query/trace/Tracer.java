package org.whosent.query.trace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.whosent.indexer.store.View;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionKeys;
import org.whosent.record.dkim.DkimVerifier;
import org.whosent.record.message.Allowance;
import org.whosent.record.message.Carriers;
import org.whosent.record.message.Headers;
import org.whosent.record.message.OpenedMessage;
import org.whosent.record.message.PassedOn;
import org.whosent.record.message.Report;
import org.whosent.record.message.ReportedMessage;
import org.whosent.record.message.UnreadableMessageException;
import org.whosent.record.site.Site;

/**
 * Answers who submitted a message. Belongs to one thread, like the view it looks at; does not close
 * the view.
 *
 * <p>Shells are opened from outside: a report or a bounce always gives way to what it carries; a
 * message with another one in it is a forward only when the outer one is none of ours, since what a
 * message of ours attaches or quotes is no candidate.
 */
public final class Tracer {
  /** Results of one input. */
  private static final int MAX_RESULTS = 1000;

  /** Shells opened. */
  private static final int MAX_DEPTH = 8;

  private static final String TOO_DEEP =
      "more than %d messages one in another, of which the inner ones are not opened: save the"
              .formatted(MAX_DEPTH)
          + " innermost as .eml, and trace it";

  private static final String MORE_INSIDE =
      "more parts, texts or archives, or parts deeper in one another, than are opened: trace the"
          + " messages in it one by one, saved as .eml";

  /** Of what is carried in one input, archives unpacked, so many bytes for each of its own. */
  private static final int MAX_GROWTH = 20;

  /** And so many however small it is. */
  private static final long LEAST_CARRIED = 32 << 20;

  private static final long MOST_CARRIED = 256 << 20;

  private final View view;
  private final Ours ours;
  private final AskedTracer asked;
  private final MessageTracer messages;
  private final ReportFields reportFields;

  private Allowance allowance;

  /** Bytes that the present input may still carry. */
  private long mayCarry;

  /** Whether something that it carries was opened in part only. */
  private boolean mayHoldMore;

  /**
   * A tracer over the store as the view sees it.
   *
   * @param site what {@code site.yaml} says
   * @param keys the site's keys; may be empty
   * @param clock for the lag and for retention
   */
  public Tracer(View view, Site site, TransactionKeys keys, Clock clock) throws IOException {
    this(view, site, keys, clock, DkimVerifier.of(site.dkim().keys()));
  }

  /**
   * A tracer that verifies DKIM signatures with more keys than the site's.
   *
   * @param signatures whose signatures are ours, and where their keys are found
   */
  public Tracer(View view, Site site, TransactionKeys keys, Clock clock, DkimVerifier signatures)
      throws IOException {
    this.view = view;
    this.ours = new Ours(site, view, clock.instant(), signatures);
    Checks checks = new Checks(ours, keys);
    HandOvers handOvers = new HandOvers(view, ours);
    Judge judge = new Judge(ours, keys);
    Candidates candidates = new Candidates(view, ours, checks, handOvers);
    this.messages = new MessageTracer(ours, judge, candidates, new AlikeTexts(view));
    this.reportFields = new ReportFields(view, ours, judge, candidates);
    this.asked = new AskedTracer(view, ours, checks, judge, handOvers, candidates);
  }

  /**
   * Traces one input: one result per reported message in it, at least one.
   *
   * @throws UnreadableMessageException when the input cannot be read; the others can go on
   * @throws IOException when the store fails
   */
  public List<TraceResult> trace(TraceInput input) throws IOException {
    List<TraceResult> results = new ArrayList<>();
    results(input, results);
    // While a look met damage, what it did not find may be there: every answer says so.
    List<String> damage = view.warnings();
    if (!damage.isEmpty()) {
      results.replaceAll(result -> result.withDamage(damage));
    }
    return results;
  }

  private void results(TraceInput input, List<TraceResult> results) throws IOException {
    // No switch over types: the JVM would spin code for it, which a cold look-up waits for.
    if (input instanceof TraceInput.Asked text) {
      results.add(asked.trace(text));
    } else if (input instanceof TraceInput.Content content) {
      report(content.name(), content.content(), results);
    }
  }

  /** One message of a file, its shells opened. */
  private void report(String name, byte[] content, List<TraceResult> results) throws IOException {
    allowance = new Allowance();
    mayHoldMore = false;
    mayCarry = Math.min(MOST_CARRIED, LEAST_CARRIED + (long) MAX_GROWTH * content.length);
    Report report = Carriers.open(content, allowance);
    Kind kind =
        switch (report.shape()) {
          case ARF -> Kind.ARF;
          case DSN -> Kind.DSN;
          case HEADERS -> Kind.HEADERS;
          case MESSAGE, TEXT -> Kind.MESSAGE;
        };
    open(name, kind, report, 0, results);
    if (mayHoldMore || allowance.hasLeftOut()) {
      if (results.size() > 1) {
        // What was taken out of it may be identified, each of it.
        Judge.Ruling rest =
            new Judge.Ruling(Verdict.INCONCLUSIVE, null, null, List.of(), List.of());
        results.add(result(name, kind, rest));
      }
      results.replaceAll(result -> result.notCleared().withUnopened(List.of(MORE_INSIDE)));
    }
    if (results.stream().anyMatch(result -> result.verdict() != Verdict.IDENTIFIED)) {
      List<String> unopened = NotMail.attachedTo(report.shown());
      results.replaceAll(result -> result.withUnopened(unopened));
    }
  }

  private void open(String name, Kind kind, Report report, int depth, List<TraceResult> results)
      throws IOException {
    carry(report);
    switch (report.shape()) {
      case ARF, DSN -> carried(name, kind, report, depth, results);
      case HEADERS -> {
        ReportedMessage header =
            report.outer().hasReceivedHeader()
                ? new ReportedMessage(report.outer(), ReportedMessage.Extent.HEADER)
                : ReportedMessage.of(report.outer());
        Judge.Ruling ruling = messages.message(header, Headers.NONE);
        results.add(result(name, kind, messages.stripped(ruling, header, Headers.NONE)));
      }
      case TEXT -> text(name, kind, report, results);
      case MESSAGE -> forward(name, kind, report, depth, results);
    }
  }

  /**
   * A report or bounce. Whoever logs in can also send something of that form, with somebody else's
   * message in it: then that is what the complaint is about.
   */
  private void carried(String name, Kind kind, Report report, int depth, List<TraceResult> results)
      throws IOException {
    Judge.Ruling outer = messages.message(ReportedMessage.of(report.outer()), Headers.NONE);
    boolean bounce = report.shape() == Report.Shape.DSN;
    if (submitted(outer)
        || depth >= MAX_DEPTH
        || messages.isOfALostUser(outer, report.outer(), bounce)) {
      results.add(closed(name, kind, outer, report));
      return;
    }
    String type = report.fields().first("Feedback-Type").orElse(null);
    int before = results.size();
    if (report.inside().isEmpty()) {
      results.add(result(name, kind, reportFields.rule(report)).ofReport(type));
    }
    for (ReportedMessage inside : report.inside()) {
      Judge.Ruling ruling = messages.message(inside, report.fields());
      Report again = bounceOfOurs(ruling) ? Carriers.open(inside.message(), allowance) : null;
      if (again != null && again.shape() == Report.Shape.DSN && !again.inside().isEmpty()) {
        carry(again);
        // A bounce of our bounce (Postfix's copies to the postmaster): what that one returned.
        carried(name, kind, again, depth + 1, results);
      } else {
        Judge.Ruling best = messages.stripped(ruling, inside, report.fields());
        results.add(result(name, kind, best).ofReport(type));
      }
      bound(results);
    }
    List<TraceResult> own = results.subList(before, results.size());
    if (depth > 0 && !bounceOfOurs(outer)) {
      // What somebody sent to whoever complains, in the form of a report.
      own.replaceAll(Complaint::ofNoComplaint);
    }
    Complaint.ofReport(report, own);
  }

  /**
   * Archives in messages in archives unpack to more than there is memory, and time, for.
   *
   * @throws UnreadableMessageException when they do
   */
  private void carry(Report report) throws UnreadableMessageException {
    mayHoldMore |= report.mayHoldMore();
    for (ReportedMessage inside : report.inside()) {
      mayCarry -= inside.message().source().length;
    }
    if (mayCarry < 0) {
      throw new UnreadableMessageException(
          "the messages packed in it unpack to too much; trace them one by one");
    }
  }

  /** One result a message; whoever packs messages into messages gets one clear refusal. */
  private static void bound(List<TraceResult> results) throws UnreadableMessageException {
    if (results.size() > MAX_RESULTS) {
      throw new UnreadableMessageException(
          "more than %d messages in one; trace its parts one by one".formatted(MAX_RESULTS));
    }
  }

  /**
   * A complaint came in over our own server: its record may not be there yet, since complaints are
   * younger than the index, and if it is there it names nobody.
   */
  private static boolean cameIn(Judge.Ruling ruling) {
    return ruling.verdict() == Verdict.NOT_FOUND
        || (ruling.verdict() == Verdict.UNAUTHENTICATED
            && ruling.chosen().submission().origin() == Origin.UNAUTHENTICATED);
  }

  /** The answer for a message that is not opened, though there may be others in it. */
  private TraceResult closed(String name, Kind kind, Judge.Ruling ruling, Report report) {
    TraceResult result = result(name, kind, ruling);
    return ruling.verdict() == Verdict.FOREIGN && !report.inside().isEmpty()
        ? result.withUnopened(List.of(TOO_DEEP))
        : result;
  }

  /** Whether somebody of ours submitted this, for certain or by what is known. */
  private static boolean submitted(Judge.Ruling ruling) {
    if (ruling.chosen() != null) {
      SubmissionRecord record = ruling.chosen().submission();
      return record.user() != null
          || record.origin() == Origin.AUTHENTICATED
          || record.origin() == Origin.LOCAL;
    }
    return ruling.candidates().stream()
        .anyMatch(c -> c.bound() != Candidate.Bound.REFUTED && c.submission().user() != null);
  }

  private static boolean bounceOfOurs(Judge.Ruling ruling) {
    return ruling.chosen() != null && ruling.chosen().submission().origin() == Origin.INTERNAL;
  }

  /** A message that may be a forward: only when it is none of ours itself. */
  private void forward(String name, Kind kind, Report report, int depth, List<TraceResult> results)
      throws IOException {
    Judge.Ruling outer = messages.message(ReportedMessage.withBody(report.outer()), Headers.NONE);
    Complaint complaint = new Complaint(report, ours);
    boolean toDesk = complaint.isToDesk();
    boolean nobodys = outer.verdict() == Verdict.FOREIGN || saysTooLittle(report.outer(), outer);
    boolean came = toDesk && cameIn(outer) && !messages.isOfALostUser(outer, report.outer(), false);
    if (depth >= MAX_DEPTH || !(nobodys || came)) {
      results.add(complaint.ofItsWriter(closed(name, kind, outer, report)));
      return;
    }
    if (report.inside().isEmpty()) {
      OpenedMessage shown = report.shown();
      TraceResult inText =
          toDesk
              ? asked.inText(name, shown.text(), allowance).map(complaint::claimed).orElse(null)
              : null;
      if (inText == null && toDesk) {
        byte[] text = shown.text().getBytes(StandardCharsets.UTF_8);
        Judge.Ruling likeness = messages.body(OpenedMessage.ofBody(text));
        if (likeness.candidates().isEmpty()) {
          likeness = messages.attachments(shown);
        }
        ReportedMessage answered = PassedOn.answered(report).orElse(null);
        if (likeness.candidates().isEmpty() && answered != null) {
          likeness = messages.byLabels(outer, answered);
        }
        inText = likeness.candidates().isEmpty() ? null : result(name, kind, likeness);
      }
      ReportedMessage whole = ReportedMessage.withBody(report.outer());
      if (inText == null) {
        inText = result(name, kind, messages.stripped(outer, whole, Headers.NONE));
        inText = toDesk ? inText.ofBareComplaint() : inText;
      }
      results.add(inText);
      return;
    }
    for (ReportedMessage inside : report.inside()) {
      int before = results.size();
      if (inside.extent() == ReportedMessage.Extent.WHOLE || inside.message().isRendering()) {
        inner(name, kind, inside, depth + 1, results);
      } else {
        Judge.Ruling ruling = messages.message(inside, Headers.NONE);
        TraceResult claimed =
            toDesk && MessageTracer.isByLabelsOnly(inside, ruling)
                ? claimed(name, report.shown().text())
                : null;
        results.add(
            claimed != null ? claimed : result(name, kind, messages.byLabels(ruling, inside)));
      }
      // A draft, or what Outlook packs attachments into, nobody sent to whoever complains.
      boolean complains = toDesk && depth == 0 || !report.outer().hasReceivedHeader();
      results
          .subList(before, results.size())
          .replaceAll(
              r ->
                  complains
                      ? complaint.weighed(inside, r)
                      : complaint.unlessToDesk(depth == 0 ? inside : null, r));
      bound(results);
    }
  }

  /** A message that another one carries: in its turn a shell, unless enough was looked at. */
  private void inner(
      String name, Kind kind, ReportedMessage inside, int depth, List<TraceResult> results)
      throws IOException {
    if (!allowance.isSpent()) {
      open(name, kind, Carriers.open(inside.message(), allowance), depth, results);
      return;
    }
    mayHoldMore = true;
    Judge.Ruling ruling = messages.message(inside, Headers.NONE);
    results.add(result(name, kind, messages.stripped(ruling, inside, Headers.NONE)));
  }

  /**
   * What IDs in such a text lead to: candidates, since who sent what it quotes wrote most of it.
   */
  private TraceResult claimed(String name, String text) throws IOException {
    return asked.inText(name, text, allowance).map(Complaint::besideQuotation).orElse(null);
  }

  /** A rendering without a header that leads to no record: what it carries may. */
  private static boolean saysTooLittle(OpenedMessage message, Judge.Ruling ruling) {
    return !message.hasReceivedHeader()
        && ruling.verdict() == Verdict.INCONCLUSIVE
        && ruling.chosen() == null
        && ruling.candidates().isEmpty();
  }

  private void text(String name, Kind kind, Report report, List<TraceResult> results)
      throws IOException {
    if (!report.inside().isEmpty()) {
      Judge.Ruling submitted = messages.submittedText(report.outer()).orElse(null);
      if (submitted != null) {
        results.add(result(name, kind, submitted));
        return;
      }
      for (ReportedMessage inside : report.inside()) {
        Judge.Ruling ruling = messages.message(inside, Headers.NONE);
        TraceResult claimed =
            MessageTracer.isByLabelsOnly(inside, ruling) ? claimed(name, report.text()) : null;
        results.add(
            claimed != null
                ? claimed
                : Complaint.inLooseText(
                    report.text(), inside, result(name, kind, messages.byLabels(ruling, inside))));
      }
      return;
    }
    TraceResult inText = asked.inText(name, report.text(), allowance).orElse(null);
    if (inText == null) {
      results.add(result(name, kind, messages.body(report.outer())));
    } else {
      // A text is what somebody wrote, or whose spam he pasted: no more than in a complaint's mail.
      results.add(
          PassedOn.isIn(report.text())
              ? Complaint.besideQuotation(inText)
              : inText.asClaimed(TraceResult.ID_IN_TEXT));
    }
  }

  private TraceResult result(String name, Kind kind, Judge.Ruling ruling) {
    return TraceResult.of(name, kind, ruling, ours::coverage);
  }
}
