package org.whosent.query.command;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
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
          "Not before: an RFC 3339 time, a date (UTC), or a span back from now (36h, 7d).")
  private String since;

  @Option(names = "--until", paramLabel = "T", description = "Before: the same forms.")
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
              + "' is no time: expected 2026-11-23T15:00:00Z, 2026-11-23, or a span"
              + " such as 36h or 7d",
          e);
    }
  }
}
