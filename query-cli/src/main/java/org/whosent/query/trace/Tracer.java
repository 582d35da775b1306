package org.whosent.query.trace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.View;
import org.whosent.record.ClueType;
import org.whosent.record.Origin;
import org.whosent.record.Sketch;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.Times;
import org.whosent.record.TransactionId;
import org.whosent.record.TransactionKeys;
import org.whosent.record.dkim.DkimVerifier;
import org.whosent.record.message.Carriers;
import org.whosent.record.message.HeaderField;
import org.whosent.record.message.Headers;
import org.whosent.record.message.MailDate;
import org.whosent.record.message.MendedHeader;
import org.whosent.record.message.MessageDigests;
import org.whosent.record.message.OpenedMessage;
import org.whosent.record.message.ReceivedField;
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
  /** Records looked at for one identifier. */
  private static final int MAX_RECORDS = 50;

  /** A report's Arrival-Date is its own server's, which may have got the message late. */
  private static final Duration REPORTED_WITHIN = Duration.ofDays(2);

  /** Results of one input. */
  private static final int MAX_RESULTS = 1000;

  /** Shells opened. */
  private static final int MAX_DEPTH = 8;

  private final View view;
  private final Ours ours;
  private final Checks checks;
  private final Judge judge;
  private final HandOvers handOvers;
  private final AskedTracer asked;
  private final AlikeTexts alikeTexts;

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
    this.ours = new Ours(site, view.status(), clock.instant(), signatures);
    this.checks = new Checks(ours, keys);
    this.judge = new Judge(ours, keys);
    this.handOvers = new HandOvers(view, ours);
    this.alikeTexts = new AlikeTexts(view);
    this.asked = new AskedTracer(view, ours, checks, judge, handOvers);
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
    return damage.isEmpty()
        ? results
        : results.stream().map(result -> result.withDamage(damage)).toList();
  }

  private void results(TraceInput input, List<TraceResult> results) throws IOException {
    // No switch over types: the JVM would spin code for it, which a cold look-up waits for.
    if (input instanceof TraceInput.Asked text) {
      results.add(
          text.kind() == Kind.RECEIVED
              ? received(text)
              : asked.trace(text.name(), text.kind(), text.text()));
    } else if (input instanceof TraceInput.Content content) {
      report(content.name(), content.content(), results);
    }
  }

  private TraceResult received(TraceInput.Asked input) throws IOException {
    ReceivedField field = ReceivedField.parse(input.text());
    if (field.id() == null) {
      return result(
          input.name(),
          Kind.RECEIVED,
          new Judge.Ruling(Verdict.FOREIGN, null, null, List.of(), List.of()));
    }
    Found found = find(Clues.ofReceived(field));
    List<Candidate> alive =
        found.candidates.stream().filter(c -> c.bound() != Candidate.Bound.REFUTED).toList();
    long users = alive.stream().map(Candidate::who).distinct().count();
    if (users == 1) {
      // The field was asked for as it stands: the answer is who submitted under its ID.
      Candidate chosen = Judge.ranked(alive).getFirst();
      return result(
          input.name(),
          Kind.RECEIVED,
          Judge.origin(chosen, Confidence.STRONG, chosen.evidence(), alive));
    }
    return result(input.name(), Kind.RECEIVED, judge.rule(found.candidates, found.unknown));
  }

  /** One message of a file, its shells opened. */
  private void report(String name, byte[] content, List<TraceResult> results) throws IOException {
    Report report = Carriers.open(content);
    Kind kind =
        switch (report.shape()) {
          case ARF -> Kind.ARF;
          case DSN -> Kind.DSN;
          case HEADERS -> Kind.HEADERS;
          case MESSAGE, TEXT -> Kind.MESSAGE;
        };
    open(name, kind, report, 0, results);
  }

  private void open(String name, Kind kind, Report report, int depth, List<TraceResult> results)
      throws IOException {
    switch (report.shape()) {
      case ARF, DSN -> carried(name, kind, report, depth, results);
      case HEADERS ->
          results.add(
              result(
                  name,
                  kind,
                  message(
                      new ReportedMessage(report.outer(), ReportedMessage.Extent.HEADER),
                      Headers.NONE)));
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
    Judge.Ruling outer = message(ReportedMessage.of(report.outer()), Headers.NONE);
    if (submitted(outer) || depth >= MAX_DEPTH) {
      results.add(result(name, kind, outer));
      return;
    }
    String type = report.fields().first("Feedback-Type").orElse(null);
    if (report.inside().isEmpty()) {
      results.add(result(name, kind, withoutOriginal(report)).ofReport(type));
    }
    for (ReportedMessage inside : report.inside()) {
      Judge.Ruling ruling = message(inside, report.fields());
      Report again = bounceOfOurs(ruling) ? Carriers.open(inside.message().source()) : null;
      if (again != null && again.shape() == Report.Shape.DSN && !again.inside().isEmpty()) {
        // A bounce of our bounce (Postfix's copies to the postmaster): what that one returned.
        carried(name, kind, again, depth + 1, results);
      } else {
        Judge.Ruling best = stripped(ruling, inside, report.fields());
        results.add(result(name, kind, best).ofReport(type));
      }
      bound(results);
    }
  }

  /**
   * One result a message; whoever packs messages into messages gets one clear refusal.
   *
   * @throws UnreadableMessageException when there are too many
   */
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

  /** Whether somebody of ours submitted this, for certain or by what is known. */
  private static boolean submitted(Judge.Ruling ruling) {
    if (ruling.chosen() != null) {
      Origin origin = ruling.chosen().submission().origin();
      return origin == Origin.AUTHENTICATED || origin == Origin.LOCAL;
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
    Judge.Ruling outer =
        message(new ReportedMessage(report.outer(), ReportedMessage.Extent.WHOLE), Headers.NONE);
    boolean toDesk = addressedToAbuseDesk(report.outer());
    if (depth >= MAX_DEPTH || !(outer.verdict() == Verdict.FOREIGN || toDesk && cameIn(outer))) {
      results.add(result(name, kind, outer));
      return;
    }
    if (report.inside().isEmpty()) {
      TraceResult inText =
          toDesk
              ? asked.inText(name, report.outer().text()).map(TraceResult::asClaimed).orElse(null)
              : null;
      if (inText == null && toDesk) {
        Judge.Ruling likeness = bare(OpenedMessage.ofBody(utf8(report.outer().text())));
        if (likeness.candidates().isEmpty()) {
          Clues clues =
              Clues.of(
                  new ReportedMessage(report.outer(), ReportedMessage.Extent.QUOTED),
                  Headers.NONE,
                  ours);
          likeness = judge.rule(sameAttachments(clues), List.of());
        }
        inText = likeness.candidates().isEmpty() ? null : result(name, kind, likeness);
      }
      ReportedMessage whole = new ReportedMessage(report.outer(), ReportedMessage.Extent.WHOLE);
      results.add(
          inText != null ? inText : result(name, kind, stripped(outer, whole, Headers.NONE)));
      return;
    }
    for (ReportedMessage inside : report.inside()) {
      if (inside.extent() == ReportedMessage.Extent.WHOLE) {
        open(name, kind, Carriers.open(inside.message().source()), depth + 1, results);
      } else {
        results.add(result(name, kind, message(inside, Headers.NONE)));
      }
      bound(results);
    }
  }

  private void text(String name, Kind kind, Report report, List<TraceResult> results)
      throws IOException {
    for (ReportedMessage inside : report.inside()) {
      results.add(result(name, kind, message(inside, Headers.NONE)));
    }
    if (!report.inside().isEmpty()) {
      return;
    }
    TraceResult inText = asked.inText(name, report.text()).orElse(null);
    if (inText == null) {
      results.add(result(name, kind, bare(report.outer())));
    } else {
      results.add(inText);
    }
  }

  /** Nothing but a body: its text may be one that was submitted, or hold one. */
  private Judge.Ruling bare(OpenedMessage body) throws IOException {
    return alike(
        Clues.of(new ReportedMessage(body, ReportedMessage.Extent.QUOTED), Headers.NONE, ours));
  }

  /** By the digests of the text, else by its likeness. */
  private Judge.Ruling alike(Clues clues) throws IOException {
    Found found = find(clues);
    if (!found.candidates.isEmpty() || clues.digests() == null) {
      return judge.rule(found.candidates, found.unknown);
    }
    if (clues.digests().sketch() == null) {
      return judge.rule(sameAttachments(clues), found.unknown);
    }
    Sketch sketch = clues.digests().sketch();
    Instant when = clues.date() != null ? clues.date() : arrival(clues.report()).orElse(null);
    AlikeTexts.Near near = null;
    if (when != null) {
      near = alikeTexts.nearest(sketch, when.minus(REPORTED_WITHIN), when.plus(REPORTED_WITHIN));
    }
    if (near == null || near.records().isEmpty()) {
      // Nothing of that time, or none is known: dates are wrong, and spam's on purpose.
      near = alikeTexts.nearest(sketch, null, null);
    }
    List<Candidate> candidates = new ArrayList<>();
    for (SubmissionRecord record : near.records()) {
      if (!ours.isForAbuseDesk(record)) {
        candidates.add(checks.hold(record, handOvers.submission(record), Candidate.NO_LINE, clues));
      }
    }
    if (candidates.isEmpty()) {
      candidates = sameAttachments(clues);
    }
    Judge.Ruling ruling = judge.rule(candidates, List.of());
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

  /** Who sent a file that the message has attached: candidates and no more. */
  private List<Candidate> sameAttachments(Clues clues) throws IOException {
    Map<String, SubmissionRecord> records = new LinkedHashMap<>();
    for (String digest : clues.digests().attachmentDigests()) {
      add(records, view.find(ClueType.ATTACHMENT, digest, MAX_RECORDS));
    }
    List<Candidate> candidates = new ArrayList<>();
    for (SubmissionRecord record : records.values()) {
      if (!ours.isForAbuseDesk(record)) {
        candidates.add(checks.hold(record, handOvers.submission(record), Candidate.NO_LINE, clues));
      }
    }
    return candidates;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private boolean addressedToAbuseDesk(OpenedMessage message) {
    Set<String> addresses = new LinkedHashSet<>();
    for (HeaderField field : message.headers().fields()) {
      if (field.is("To")
          || field.is("Cc")
          || field.is("Delivered-To")
          || field.is("X-Original-To")) {
        Clues.addresses(field.value(), addresses);
      }
    }
    return addresses.stream().anyMatch(ours::isAbuseDesk);
  }

  private Judge.Ruling message(ReportedMessage reported, Headers report) throws IOException {
    Clues clues = Clues.of(reported, report, ours);
    boolean textOnly =
        reported.extent() == ReportedMessage.Extent.QUOTED
            && clues.messageId() == null
            && clues.received().isEmpty();
    if (textOnly) {
      return alike(clues);
    }
    Found found = find(clues);
    Judge.Ruling ruling = judge.rule(found.candidates, found.unknown);
    if (ruling.verdict() == Verdict.FOREIGN && reported.extent() != ReportedMessage.Extent.QUOTED) {
      Optional<OpenedMessage> mended = MendedHeader.of(reported.message());
      if (mended.isPresent()) {
        Clues again = Clues.of(new ReportedMessage(mended.get(), reported.extent()), report, ours);
        Found further = find(again);
        return judge.rule(further.candidates, further.unknown);
      }
    }
    return ruling;
  }

  /**
   * A message from which every trace field is gone, and whose Message-ID our log does not have
   * (OpenSMTPD logs none): who sent something from that address to that recipient just when it was
   * written. Candidates and no more. Where any server's field is left the message came another way.
   */
  private Judge.Ruling stripped(Judge.Ruling ruling, ReportedMessage reported, Headers report)
      throws IOException {
    if (ruling.verdict() != Verdict.FOREIGN || reported.extent() == ReportedMessage.Extent.QUOTED) {
      return ruling;
    }
    Clues clues = Clues.of(reported, report, ours);
    String sender =
        clues.mailFrom() == null || clues.mailFrom().isEmpty()
            ? clues.headerFrom()
            : clues.mailFrom();
    if (!clues.received().isEmpty() || clues.date() == null || sender == null) {
      return ruling;
    }
    RecordQuery query =
        new RecordQuery(
            Map.of(ClueType.MAIL_FROM, sender),
            null,
            clues.date().minus(EnvelopeChecks.PROMPT),
            clues.date().plus(EnvelopeChecks.PROMPT));
    List<Candidate> candidates = new ArrayList<>();
    Iterator<SubmissionRecord> found = view.search(query);
    for (int n = 0; n < MAX_RECORDS && found.hasNext(); n++) {
      SubmissionRecord record = found.next();
      Candidate held = checks.hold(record, handOvers.submission(record), Candidate.NO_LINE, clues);
      if (held.bound() != Candidate.Bound.REFUTED
          && (held.matches(Check.RECIPIENT) || held.matches(Check.ADDRESSEE))) {
        candidates.add(held);
      }
    }
    return candidates.isEmpty() ? ruling : judge.rule(candidates, List.of());
  }

  /** A report whose original is missing: what its own fields say of it. */
  private Judge.Ruling withoutOriginal(Report report) throws IOException {
    Headers fields = report.fields();
    String id = fields.first("X-Postfix-Queue-ID").orElse(null);
    String host = fields.first("Reporting-MTA").map(Clues::typed).orElse(null);
    if (id == null || host == null || !ours.isOurs(host)) {
      return circumstantial(fields);
    }
    // The report stands in for our Received field: who reports says under which ID we had it.
    ReceivedField stated =
        new ReceivedField(
            null,
            List.of(),
            List.of(),
            host,
            null,
            id.strip(),
            null,
            fields.first("Arrival-Date").flatMap(MailDate::parse).orElse(null));
    Clues clues = Clues.ofReport(fields, stated);
    Found found = find(clues);
    return judge.rule(found.candidates, found.unknown);
  }

  /**
   * A report that says neither the ID nor the message, but whose mail it was, to whom, and when:
   * the records that fit, none of which is named.
   */
  private Judge.Ruling circumstantial(Headers fields) throws IOException {
    Clues clues =
        Clues.ofReport(
            fields, new ReceivedField(null, List.of(), List.of(), null, null, null, null, null));
    Map<String, SubmissionRecord> records = new LinkedHashMap<>();
    String envelopeId = clues.envelopeId();
    if (envelopeId != null) {
      add(records, view.find(ClueType.ENVELOPE_ID, envelopeId, MAX_RECORDS));
      if (TransactionId.parse(envelopeId).isPresent()) {
        add(records, view.find(ClueType.TRANSACTION_ID, envelopeId, MAX_RECORDS));
      }
    }
    for (String id : fields.all("X-Postfix-Queue-ID")) {
      // A next hop's bounce: under this ID it got the message from us.
      add(records, view.find(ClueType.NEXT_HOP_ID, id.strip(), MAX_RECORDS));
    }
    Optional<Instant> arrived = arrival(fields);
    String sender = clues.mailFrom();
    if (records.isEmpty() && arrived.isPresent() && sender != null && !sender.isEmpty()) {
      Instant when = arrived.get();
      RecordQuery query =
          new RecordQuery(
              Map.of(ClueType.MAIL_FROM, sender),
              null,
              when.minus(REPORTED_WITHIN),
              when.plus(REPORTED_WITHIN));
      Iterator<SubmissionRecord> found = view.search(query);
      while (found.hasNext() && records.size() < MAX_RECORDS) {
        SubmissionRecord record = found.next();
        if (clues.delivered().isEmpty() || EnvelopeChecks.recipientFits(clues, record)) {
          records.put(key(record), record);
        }
      }
    }
    List<Candidate> candidates = new ArrayList<>();
    for (SubmissionRecord record : records.values()) {
      candidates.add(checks.hold(record, handOvers.submission(record), Candidate.NO_LINE, clues));
    }
    return judge.rule(candidates, List.of());
  }

  /** When the reporter got it: RFC 5965 section 3.2, RFC 3464 section 2.2.5. */
  private static Optional<Instant> arrival(Headers report) {
    return report
        .first("Arrival-Date")
        .or(() -> report.first("Received-Date"))
        .flatMap(Tracer::reportedTime);
  }

  /** RFC 5322's form, or RFC 3339's as XARF has it. */
  private static Optional<Instant> reportedTime(String text) {
    Optional<Instant> mail = MailDate.parse(text);
    if (mail.isPresent()) {
      return mail;
    }
    try {
      return Optional.of(Times.parse(text));
    } catch (java.time.DateTimeException e) {
      return Optional.empty();
    }
  }

  private record Found(List<Candidate> candidates, List<Judge.Unknown> unknown) {}

  /** Every record that an identifier or a digest leads to, held against the message. */
  private Found find(Clues clues) throws IOException {
    Map<String, SubmissionRecord> records = new LinkedHashMap<>();
    Map<String, Integer> lines = new LinkedHashMap<>();
    List<Judge.Unknown> unknown = new ArrayList<>();
    for (int line = 0; line < clues.received().size(); line++) {
      ReceivedField field = clues.received().get(line);
      if (field.id() == null || !ours.isOurs(field.by())) {
        continue;
      }
      boolean any = false;
      for (SubmissionRecord record : view.find(ClueType.TRANSACTION_ID, field.id(), MAX_RECORDS)) {
        if (ours.isHostOf(record, field.by())) {
          any = true;
          records.putIfAbsent(key(record), record);
          lines.putIfAbsent(key(record), line);
        }
      }
      if (!any) {
        unknown.add(new Judge.Unknown(line, field));
      }
    }
    for (ReceivedField field : clues.received()) {
      if (field.id() != null && !ours.isOurs(field.by()) && ours.cameFromUs(field)) {
        add(records, view.find(ClueType.NEXT_HOP_ID, field.id(), MAX_RECORDS));
      }
    }
    if (clues.messageId() != null && !ClueType.MESSAGE_ID.fold(clues.messageId()).isEmpty()) {
      add(records, view.find(ClueType.MESSAGE_ID, clues.messageId(), MAX_RECORDS));
    }
    if (clues.feedbackId() != null) {
      add(records, view.find(ClueType.TRANSACTION_ID, clues.feedbackId(), MAX_RECORDS));
    }
    MessageDigests digests = clues.digests();
    if (digests != null && records.isEmpty()) {
      if (digests.bodyDigest() != null) {
        add(records, view.find(ClueType.BODY_DIGEST, digests.bodyDigest(), MAX_RECORDS));
      }
      if (digests.textDigest() != null) {
        add(records, view.find(ClueType.TEXT_DIGEST, digests.textDigest(), MAX_RECORDS));
      }
    }
    if (clues.envelopeId() != null && records.isEmpty()) {
      // Last: whoever makes up a bounce writes there what he likes.
      add(records, view.find(ClueType.ENVELOPE_ID, clues.envelopeId(), MAX_RECORDS));
    }
    List<Candidate> candidates = new ArrayList<>();
    for (Map.Entry<String, SubmissionRecord> entry : records.entrySet()) {
      if (!ours.isForAbuseDesk(entry.getValue())) {
        int line = lines.getOrDefault(entry.getKey(), Candidate.NO_LINE);
        SubmissionRecord record = entry.getValue();
        candidates.add(checks.hold(record, handOvers.submission(record), line, clues));
      }
    }
    return new Found(candidates, unknown);
  }

  private static void add(Map<String, SubmissionRecord> records, List<SubmissionRecord> found) {
    found.forEach(record -> records.putIfAbsent(key(record), record));
  }

  static String key(SubmissionRecord record) {
    return record.host()
        + ' '
        + record.instance()
        + ' '
        + record.transactionId()
        + ' '
        + record.time();
  }

  private TraceResult result(String name, Kind kind, Judge.Ruling ruling) {
    SubmissionRecord record = ruling.chosen() == null ? null : ruling.chosen().submission();
    List<TraceResult.Ranked> ranked =
        ruling.candidates().stream()
            .map(c -> new TraceResult.Ranked(c.record(), c.score(), c.evidence()))
            .collect(Collectors.toList());
    return new TraceResult(
        name,
        kind,
        ruling.verdict(),
        ruling.user(),
        ruling.confidence(),
        record,
        ruling.evidence(),
        ranked,
        ours.coverage());
  }
}
