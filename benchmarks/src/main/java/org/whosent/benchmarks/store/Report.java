package org.whosent.benchmarks.store;

import java.util.List;
import java.util.Locale;

/** Prints what was measured as tables of Markdown. */
final class Report {
  private Report() {}

  /** A row {@code parsing} for what it takes to read the records alone, or null. */
  static void print(List<Result> results, String parsing) {
    System.out.println(
        """

        | | records/s into it, parsing included | µs of a processor a record | bytes/record | \
        rows/s of an export | ms to delete a day | ms to drop a day |
        |---|---|---|---|---|---|---|\
        """);
    if (parsing != null) {
      System.out.println(parsing);
    }
    for (Result r : results) {
      System.out.println(costs(r));
    }
    StringBuilder head = new StringBuilder("\n| p50, p99 in µs |");
    StringBuilder rule = new StringBuilder("|---|");
    for (Question question : Question.values()) {
      head.append(' ').append(question.title).append(" |");
      rule.append("---|");
    }
    System.out.println(head.append('\n').append(rule));
    for (Result r : results) {
      System.out.println(looks(r));
    }
  }

  /** The same to standard error, for who waits for the next one. */
  static void sofar(Result r) {
    System.err.println(costs(r) + '\n' + looks(r));
  }

  private static String costs(Result r) {
    return "| %s | %s | %s | %s | %s | %s | %s |"
        .formatted(
            r.name,
            number(r.ingestRate, 0),
            number(r.cpuMicros, 1),
            number(r.bytes, 1),
            number(r.exportRate, 0),
            number(r.purgeMillis, 1),
            number(r.dropMillis, 1));
  }

  private static String looks(Result r) {
    StringBuilder row = new StringBuilder("| ").append(r.name).append(" |");
    for (Question question : Question.values()) {
      double[] look = r.looks.get(question);
      row.append(' ')
          .append(look == null ? "–" : number(look[0], 0) + ", " + number(look[1], 0))
          .append(" |");
    }
    return row.toString();
  }

  static String number(double value, int digits) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%,." + digits + "f", value);
  }
}
