package org.whosent.query.trace;

import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.whosent.indexer.ingest.input.RawLines;
import org.whosent.query.output.Counted;
import org.whosent.record.Origin;
import org.whosent.record.Printable;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.Times;

/**
 * A result in words, to be read and to be pasted into a ticket. Everything that strangers wrote is
 * made printable. Stateless.
 */
public final class TraceText {
  private static final int MAX_RECIPIENTS = 10;

  private static final List<Check> NEWS =
      List.of(Check.FEEDBACK_TYPE, Check.REPLAY, Check.OTHER_FIELD, Check.UNOPENED, Check.COVERAGE);

  /** What claims nothing. */
  private static final List<Kind> BARE =
      List.of(Kind.TRANSACTION_ID, Kind.QUEUE_ID, Kind.MESSAGE_ID);

  private TraceText() {}

  /** Several lines, each with its line ending. */
  public static String render(TraceResult result) {
    StringBuilder out = new StringBuilder();
    out.append(Printable.text(result.input()))
        .append(" (")
        .append(result.kind().word())
        .append("): ")
        .append(headline(result))
        .append('\n');
    if (result.record() != null) {
      record(result.record(), out);
    }
    evidence("  for it:", result.evidence(), Evidence.Result.MATCH, out);
    evidence("  against it:", result.evidence(), Evidence.Result.MISMATCH, out);
    notes(result, out);
    candidates(result, out);
    if (result.verdict() != Verdict.IDENTIFIED && result.verdict() != Verdict.UNAUTHENTICATED) {
      coverage(result.coverage().get(), out);
    }
    return out.toString();
  }

  /** The lines behind the record, as they stand in the log now. */
  public static String raw(List<RawLines.Raw> lines, int all) {
    StringBuilder out = new StringBuilder("  lines that the record was made of:\n");
    for (RawLines.Raw line : lines) {
      boolean gone = line.text() == null;
      out.append("    ")
          .append(Printable.text(gone ? line.source().file() : line.foundIn().toString()))
          .append(':')
          .append(line.source().offset())
          .append(gone ? ": " + whyGone(line.source().file()) : ", as it was read:")
          .append('\n');
      if (!gone) {
        out.append("      ").append(Printable.text(line.text(), 4000)).append('\n');
      }
    }
    if (all > lines.size()) {
      out.append("    and ").append(all - lines.size()).append(" more\n");
    }
    return out.toString();
  }

  private static String whyGone(String file) {
    return file.equals("-")
        ? "it came on standard input, which is not kept"
        : "source gone (deleted, unreadable, or changed since)";
  }

  private static String headline(TraceResult result) {
    return switch (result.verdict()) {
      case IDENTIFIED ->
          "submitted by %s (%s)"
              .formatted(
                  Printable.text(result.user()),
                  switch (result.confidence()) {
                    case CERTAIN -> "certain: ID and content match";
                    case STRONG ->
                        result.mayBeSentAgain()
                            ? "strong: the content is the one submitted; this copy may have been"
                                + " sent again"
                            : "strong: nothing speaks against it";
                    case BY_HEADER -> "strong by the header; the content could not be compared";
                  });
      case INCONCLUSIVE -> "INCONCLUSIVE: nobody can be named on this evidence";
      case CONTRADICTED ->
          "CONTRADICTED: carries an ID of ours, but is not the message submitted under it"
              + " (copied header or replay); the user of that ID is not to blame for this message";
      case FORGED -> "FORGED: claims an ID of ours that we never gave out";
      case EXPIRED -> "EXPIRED: ours, but from before what is kept";
      case UNAUTHENTICATED ->
          result.record() != null && result.record().localUser() != null
              ? "UNAUTHENTICATED: handed in by the local account "
                  + Printable.text(result.record().localUser())
              : "UNAUTHENTICATED: went through our server, but nobody had logged in";
      case NOT_FOUND ->
          BARE.contains(result.kind())
              ? "NOT FOUND: the index has no such record"
              : "NOT FOUND: claims to be ours, and the index has no such record";
      case FOREIGN -> "FOREIGN: nothing in it is ours";
    };
  }

  private static void record(SubmissionRecord record, StringBuilder out) {
    line(out, "transaction", record.transactionId() + " on " + record.host());
    line(out, "accepted", Times.format(record.time()));
    line(out, "user", record.user());
    line(out, "local account", record.localUser());
    line(
        out,
        "client",
        record.client() == null
            ? null
            : record.client()
                + (record.clientPort() == null ? "" : ", port " + record.clientPort())
                + (record.helo() == null ? "" : ", calls itself " + record.helo()));
    line(out, "sender", record.mailFrom() == null ? null : "<" + record.mailFrom() + ">");
    if (!record.recipients().isEmpty()) {
      StringJoiner recipients = new StringJoiner(" ");
      List<String> all = record.recipients().stream().map(Recipient::address).distinct().toList();
      all.stream().limit(MAX_RECIPIENTS).forEach(recipients::add);
      if (all.size() > MAX_RECIPIENTS) {
        recipients.add("and %d more".formatted(all.size() - MAX_RECIPIENTS));
      }
      line(out, "recipients", recipients.toString());
    }
    line(out, "message-id", record.messageId());
    line(out, "envelope-id", record.envelopeId());
    line(out, "subject", record.subject());
    // Bytes, not lines; and no "logged in", which may be what nobody did.
    line(
        out,
        "log line",
        record.provenance().isEmpty()
            ? null
            : record.provenance().getFirst().file()
                + ", byte "
                + record.provenance().getFirst().offset());
  }

  private static void evidence(
      String title, List<Evidence> evidence, Evidence.Result result, StringBuilder out) {
    List<Evidence> some = evidence.stream().filter(e -> e.result() == result).toList();
    if (!some.isEmpty()) {
      out.append(title).append('\n');
      some.forEach(
          e ->
              out.append("    ")
                  .append(e.check().word())
                  .append(": ")
                  .append(Printable.text(e.detail(), 300))
                  .append('\n'));
    }
  }

  /** Of what is absent only what is news: other fields, coverage, content; the rest in one line. */
  private static void notes(TraceResult result, StringBuilder out) {
    List<Evidence> absent =
        result.evidence().stream().filter(e -> e.result() == Evidence.Result.ABSENT).toList();
    absent.stream()
        .filter(e -> NEWS.contains(e.check()))
        .forEach(e -> line(out, "note", e.detail()));
    String words =
        absent.stream()
            .filter(e -> !NEWS.contains(e.check()))
            .map(e -> e.check().word())
            .distinct()
            .collect(Collectors.joining(", "));
    line(out, "not known", words.isEmpty() ? null : words);
  }

  private static void candidates(TraceResult result, StringBuilder out) {
    if (result.candidates().isEmpty()) {
      return;
    }
    out.append("  records looked at, best first (none of them is an accusation):\n");
    for (TraceResult.Ranked ranked : result.candidates()) {
      String against =
          ranked.evidence().stream()
              .filter(e -> e.check().against() && e.result() == Evidence.Result.MISMATCH)
              .map(e -> e.check().word() + ": " + e.detail())
              .collect(Collectors.joining("; "));
      out.append("    ")
          .append(
              Printable.text(
                  "%s  %s  %s  score %s"
                      .formatted(
                          ranked.record().transactionId(),
                          Times.format(ranked.record().time()),
                          who(ranked.record()),
                          ranked.score())))
          .append(against.isEmpty() ? "" : "  against it: " + Printable.text(against))
          .append('\n');
    }
  }

  private static String who(SubmissionRecord record) {
    if (record.user() != null) {
      return record.user();
    }
    if (record.localUser() != null) {
      return "local account " + record.localUser();
    }
    return record.origin() == null
        ? "who logged in was not read"
        : record.origin() == Origin.AUTHENTICATED
            ? "somebody who had logged in"
            : "nobody logged in";
  }

  private static void coverage(CoverageNote coverage, StringBuilder out) {
    if (coverage.from() == null) {
      line(out, "index", "empty: no log was read yet, or all of it is purged");
      return;
    }
    line(
        out,
        "index covers",
        "%s to %s, hosts %s, last line %s ago"
            .formatted(
                Times.format(coverage.from()),
                Times.format(coverage.until()),
                String.join(" ", coverage.hosts()),
                Counted.of(Duration.ofSeconds(coverage.lagSeconds()))));
    coverage.gaps().stream()
        .limit(MAX_RECIPIENTS)
        .forEach(
            gap ->
                line(
                    out,
                    "gap",
                    "%s to %s%s: %s"
                        .formatted(
                            Times.format(gap.from()),
                            Times.format(gap.until()),
                            gap.host() == null ? "" : " on " + gap.host(),
                            gap.reason())));
    int more = coverage.gaps().size() - MAX_RECIPIENTS;
    line(out, "gaps", more > 0 ? more + " more: --output json has all" : null);
  }

  private static void line(StringBuilder out, String name, String value) {
    if (value != null) {
      out.append("  ").append(name).append(": ").append(Printable.text(value, 300)).append('\n');
    }
  }
}
