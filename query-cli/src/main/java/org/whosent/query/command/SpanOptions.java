package org.whosent.query.command;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.whosent.indexer.store.Coverage;
import org.whosent.indexer.store.View;
import org.whosent.query.OperatorException;
import org.whosent.record.Times;
import org.whosent.record.settings.Settings;
import picocli.CommandLine.Option;

/** From when, and until when; either may be left open. */
public final class SpanOptions {
  @Option(
      names = "--since",
      paramLabel = "T",
      description =
          "From this time on: an RFC 3339 time, a date (UTC), or a span back from now (36h, 7d).")
  private String since;

  @Option(names = "--until", paramLabel = "T", description = "Before this time, in the same forms.")
  private String until;

  /** True when neither is given. */
  boolean isEmpty() {
    return since == null && until == null;
  }

  /**
   * Not before this; null where it is open.
   *
   * @throws OperatorException when it cannot be read
   */
  Instant since(Instant now) throws OperatorException {
    return time("--since", since, now);
  }

  /**
   * Before this; null where it is open.
   *
   * @throws OperatorException when it cannot be read, or nothing can lie before it
   */
  Instant until(Instant now) throws OperatorException {
    Instant from = since(now);
    Instant to = time("--until", until, now);
    if (from != null && to != null && !from.isBefore(to)) {
      throw new OperatorException(
          "--until: %s is not after --since %s, so nothing lies between them"
              .formatted(Times.format(to), Times.format(from)));
    }
    return to;
  }

  /**
   * Where nothing was found: a line when that time is purged, or no log of it was read. Who hears
   * nothing takes it for nobody.
   *
   * @throws OperatorException when the span cannot be read
   */
  void explainUncovered(String command, View view) throws IOException, OperatorException {
    Instant now = Instant.now();
    Instant from = since(now);
    Instant to = until(now);
    Instant horizon = view.horizon();
    boolean wholly = horizon != null && to != null && !to.isAfter(horizon);
    if (wholly || horizon != null && from != null && from.isBefore(horizon)) {
      say(
          command,
          "what is from before %s is purged, except under hold".formatted(Times.format(horizon)));
    }
    if (wholly) {
      return;
    }
    List<Coverage.Span> spans = view.coverage().spans();
    if (spans.isEmpty()) {
      if (view.status().days().isEmpty()) {
        say(command, "the index is empty: no log was read yet, or all of it is purged");
      }
      return;
    }
    Instant first = Instant.MAX;
    Instant last = Instant.MIN;
    for (Coverage.Span span : spans) {
      if ((to == null || span.from().isBefore(to))
          && (from == null || !span.until().isBefore(from))) {
        return;
      }
      first = first.isBefore(span.from()) ? first : span.from();
      last = last.isAfter(span.until()) ? last : span.until();
    }
    say(
        command,
        "no log of that time was read; those that were reach from %s to %s, see 'whosent status'"
            .formatted(Times.format(first), Times.format(last)));
  }

  private static void say(String command, String line) {
    System.err.println("whosent " + command + ": " + line);
  }

  private static Instant time(String option, String text, Instant now) throws OperatorException {
    if (text == null) {
      return null;
    }
    Duration span = Settings.parseSpan(text).orElse(null);
    if (span != null) {
      return now.minus(span);
    }
    try {
      if (text.length() == 10) {
        return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
      }
      return Times.typed(text);
    } catch (DateTimeException e) {
      throw new OperatorException(
          option
              + ": '"
              + text
              + "' is no time: expected one with its zone (2026-11-23T15:00:00Z, or +01:00 in place"
              + " of Z), a date (2026-11-23, in UTC), or a span back from now (36h, 7d)",
          e);
    }
  }
}
