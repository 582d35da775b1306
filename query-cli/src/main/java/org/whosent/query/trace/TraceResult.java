package org.whosent.query.trace;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.whosent.record.SubmissionRecord;

/**
 * The answer for one reported message. Immutable.
 *
 * @param input as the user named it
 * @param kind its outer shape
 * @param verdict what tracing came to
 * @param user the authenticated identity; null unless identified
 * @param confidence null unless identified
 * @param record the record behind the verdict; null when there is none
 * @param evidence for and against
 * @param candidates best first; empty when identified
 * @param coverage tells what the index covers; where nobody asks, no day's files are looked after
 */
public record TraceResult(
    String input,
    Kind kind,
    Verdict verdict,
    String user,
    Confidence confidence,
    SubmissionRecord record,
    List<Evidence> evidence,
    List<Ranked> candidates,
    Supplier<CoverageNote> coverage) {
  /** RFC 6430 (not-spam), RFC 6591 (auth-failure), and drafts of RFC 5965. */
  private static final Set<String> NO_COMPLAINTS =
      Set.of("not-spam", "auth-failure", "opt-out", "opt-out-list", "dkim");

  /** More candidates are not listed. */
  public static final int MAX_CANDIDATES = 20;

  public TraceResult {
    evidence = List.copyOf(evidence);
    candidates = List.copyOf(candidates);
    if ((verdict == Verdict.IDENTIFIED) != (user != null)) {
      throw new IllegalArgumentException("a user is named when identified, and only then");
    }
  }

  /** The answer that a ruling gives. */
  static TraceResult of(
      String input, Kind kind, Judge.Ruling ruling, Supplier<CoverageNote> coverage) {
    SubmissionRecord record = ruling.chosen() == null ? null : ruling.chosen().submission();
    return new TraceResult(
        input,
        kind,
        ruling.verdict(),
        ruling.user(),
        ruling.confidence(),
        record,
        ruling.evidence(),
        ranked(ruling.candidates()),
        coverage);
  }

  /**
   * The candidates' submissions, as {@link #record} is one: the record of what our own filter
   * handed in again says that nobody had logged in. Each once, with the best that led to it.
   *
   * @param candidates best first
   */
  static List<Ranked> ranked(List<Candidate> candidates) {
    Map<SubmissionRecord, Ranked> ranked = new LinkedHashMap<>();
    for (Candidate each : candidates) {
      ranked.putIfAbsent(
          each.submission(), new Ranked(each.submission(), each.score(), each.evidence()));
    }
    return List.copyOf(ranked.values());
  }

  /** The records that the answer shows: the one behind the verdict, and the candidates'. */
  public Stream<SubmissionRecord> shown() {
    return Stream.concat(Stream.ofNullable(record), candidates.stream().map(Ranked::record));
  }

  /** The same answer to a report of this kind; one that is no complaint says so. */
  TraceResult ofReport(String feedbackType) {
    String type = feedbackType == null ? "" : feedbackType.strip().toLowerCase(Locale.ROOT);
    if (!NO_COMPLAINTS.contains(type)) {
      return this;
    }
    List<Evidence> all = new ArrayList<>(evidence);
    all.add(Evidence.absent(Check.FEEDBACK_TYPE, type + ": the report is no complaint"));
    return new TraceResult(
        input, kind, verdict, user, confidence, record, all, candidates, coverage);
  }

  /** False for a report that says it is none: the mail was wanted, or a signature failed. */
  public boolean isComplaint() {
    return evidence.stream().noneMatch(e -> e.check() == Check.FEEDBACK_TYPE);
  }

  /** True where the content is the one submitted, and this copy's way or Date is not. */
  boolean mayBeSentAgain() {
    return confidence == Confidence.STRONG
        && evidence.stream().anyMatch(e -> e.check() == Check.REPLAY);
  }

  /** Said of an ID that stands in a text. */
  static final String ID_IN_TEXT = "the ID stands in a text: nothing shows what was sent under it";

  /**
   * The same answer where nothing but a text says the ID, or has the header: no more than by its
   * header.
   *
   * @param why said in the answer
   */
  TraceResult asClaimed(String why) {
    if (verdict != Verdict.IDENTIFIED) {
      return this;
    }
    List<Evidence> all = new ArrayList<>(evidence);
    all.add(Evidence.absent(Check.REPLAY, why));
    return new TraceResult(
        input, kind, verdict, user, Confidence.BY_HEADER, record, all, candidates, coverage);
  }

  /** Said where there is no header of the message that is asked about. */
  static final String NO_HEADER =
      "no header of the message was given, and what was given leads to no record: ask for it as it"
          + " was received (.eml)";

  /** Said where there is no such message at all. */
  static final String NO_MESSAGE =
      "this is the mail to the abuse desk itself, and no message is attached to it or quoted in it"
          + " with its header: ask for that as it was received (.eml)";

  /** The same answer, where it is about a complaint that neither carries nor quotes a message. */
  TraceResult ofBareComplaint() {
    return verdict == Verdict.IDENTIFIED || verdict == Verdict.INCONCLUSIVE || lacksHeader()
        ? this
        : withNotes(Check.OTHER_FIELD, List.of(NO_MESSAGE));
  }

  /** True where whoever complains is to be asked for the message, or its header. */
  boolean lacksHeader() {
    return evidence.stream()
        .anyMatch(e -> e.detail().equals(NO_HEADER) || e.detail().equals(NO_MESSAGE));
  }

  /** The same records, of which none is named, for this reason. */
  TraceResult doubted(String why) {
    return doubted(List.of(why));
  }

  /** The same for several reasons. */
  TraceResult doubted(List<String> why) {
    if (verdict != Verdict.IDENTIFIED) {
      return this;
    }
    return new TraceResult(
        input,
        kind,
        Verdict.INCONCLUSIVE,
        null,
        null,
        null,
        why.stream().map(reason -> Evidence.absent(Check.OTHER_FIELD, reason)).toList(),
        List.of(new Ranked(record, 1, evidence)),
        coverage);
  }

  /** The same answer, which says more of the one who is named, if somebody is. */
  TraceResult noted(String what) {
    return verdict == Verdict.IDENTIFIED ? withNotes(Check.OTHER_FIELD, List.of(what)) : this;
  }

  /** The same answer, which also says that parts of the index could not be read. */
  TraceResult withDamage(List<String> damage) {
    return withNotes(Check.COVERAGE, damage);
  }

  /** The same answer, which also says what was not opened, where somebody is still to be named. */
  TraceResult withUnopened(List<String> attached) {
    return verdict == Verdict.IDENTIFIED ? this : withNotes(Check.UNOPENED, attached);
  }

  /** The same answer, where there may be more in it than was looked at: nobody is cleared by it. */
  TraceResult notCleared() {
    return verdict != Verdict.FOREIGN
        ? this
        : new TraceResult(
            input,
            kind,
            Verdict.INCONCLUSIVE,
            user,
            confidence,
            record,
            evidence,
            candidates,
            coverage);
  }

  private TraceResult withNotes(Check check, List<String> lines) {
    List<Evidence> all = new ArrayList<>(evidence);
    lines.forEach(line -> all.add(Evidence.absent(check, line)));
    return new TraceResult(
        input, kind, verdict, user, confidence, record, all, candidates, coverage);
  }

  /**
   * A record that may be the message's.
   *
   * @param record its submission
   * @param score for ranking, 0 to 1
   * @param evidence for and against
   */
  public record Ranked(SubmissionRecord record, double score, List<Evidence> evidence) {
    public Ranked {
      evidence = List.copyOf(evidence);
    }
  }
}
