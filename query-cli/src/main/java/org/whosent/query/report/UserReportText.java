package org.whosent.query.report;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.whosent.query.output.Counted;
import org.whosent.record.JsonOut;
import org.whosent.record.Printable;
import org.whosent.record.Times;

/** A user's report as text with a small plot, as JSON, and the recipients as rows. Stateless. */
public final class UserReportText {
  /** The header row of the recipients' table. */
  public static final List<String> COLUMNS =
      List.of("recipient", "messages", "first", "last", "outcome");

  private static final int SHOWN = 10;
  private static final int MAX_DAYS = 92;
  private static final String BARS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";

  private UserReportText() {}

  /** Lines for people. */
  public static List<String> lines(UserReport report, FailedLoginSummary failed) {
    List<String> out = new ArrayList<>();
    UserReport.Span all = report.submissions();
    out.add(
        "%s: %s, %s to %s"
            .formatted(
                Printable.text(report.user()),
                Counted.of(all.count(), "submission"),
                Times.format(all.first()),
                Times.format(all.last())));
    plot(report.hours(), out);
    spans("networks", report.networks(), out);
    spans("clients", report.clients(), out);
    List<UserReport.Named<UserReport.Span>> fresh = report.newNetworks();
    String masked =
        report.placeless() == 0
            ? ""
            : " (without a client address, masked or not logged: %s)"
                .formatted(Counted.of(report.placeless(), "submission"));
    out.add(
        fresh.isEmpty()
            ? (report.tellsNewNetworks()
                    ? "no network is new"
                    : "which networks are new cannot be told: no two records with a client's"
                        + " address are a day apart")
                + masked
            : "networks that no earlier record shows, by first use" + masked + ":");
    fresh.stream()
        .limit(SHOWN)
        .forEach(
            named ->
                out.add(
                    "  %s  first with %s at %s, %s"
                        .formatted(
                            Printable.text(named.name()),
                            Printable.text(named.value().firstId()),
                            Times.format(named.value().first()),
                            Counted.of(named.value().count(), "submission"))));
    more(fresh.size(), out);
    out.addAll(failed.lines(report));
    out.add(
        "recipients: %d in %s; deliveries: %s"
            .formatted(
                report.recipients().size(),
                Counted.of(report.domains().size(), "domain"),
                report.outcomes().entrySet().stream()
                    .map(entry -> entry.getValue() + " " + entry.getKey())
                    .collect(Collectors.joining(", "))));
    report.domains().stream()
        .limit(SHOWN)
        .forEach(
            named ->
                out.add(
                    "  %7d  in %s".formatted(named.value(), Printable.text(named.name(), 255))));
    more(report.domains().size(), out);
    return out;
  }

  /** A line a day, a column an hour (UTC); the tallest bar is the busiest hour. */
  private static void plot(Map<Instant, Long> hours, List<String> out) {
    long most = hours.values().stream().mapToLong(Long::longValue).max().orElse(1);
    TreeMap<LocalDate, long[]> days = new TreeMap<>();
    hours.forEach(
        (hour, count) -> {
          var time = hour.atOffset(ZoneOffset.UTC);
          days.computeIfAbsent(time.toLocalDate(), _ -> new long[24])[time.getHour()] = count;
        });
    out.add(
        "submissions by hour (UTC), at most %d in one hour; on the right, by day:".formatted(most));
    out.add("              0     6     12    18");
    int left = Math.max(0, days.size() - MAX_DAYS);
    if (left > 0) {
      out.add("  (%s left out)".formatted(Counted.of(left, "earlier day")));
    }
    days.entrySet().stream()
        .skip(left)
        .forEach(
            day -> {
              StringBuilder bars = new StringBuilder();
              long sum = 0;
              for (long count : day.getValue()) {
                sum += count;
                bars.append(
                    count == 0 ? '.' : BARS.charAt((int) ((count * BARS.length() - 1) / most)));
              }
              out.add("  %s  %s  %d".formatted(day.getKey(), bars, sum));
            });
  }

  private static void spans(
      String title, List<UserReport.Named<UserReport.Span>> spans, List<String> out) {
    out.add(title + ": " + spans.size() + " (submissions from each, first to last)");
    spans.stream()
        .limit(SHOWN)
        .forEach(
            named ->
                out.add(
                    "  %7d  %s  %s to %s"
                        .formatted(
                            named.value().count(),
                            Printable.text(named.name()),
                            Times.format(named.value().first()),
                            Times.format(named.value().last()))));
    more(spans.size(), out);
  }

  private static void more(int all, List<String> out) {
    if (all > SHOWN) {
      out.add("  and " + (all - SHOWN) + " more");
    }
  }

  /** The recipients, to be told. */
  public static List<String> row(UserReport.Named<UserReport.Sent> recipient) {
    UserReport.Sent sent = recipient.value();
    return List.of(
        recipient.name(),
        Long.toString(sent.span().count()),
        Times.format(sent.span().first()),
        Times.format(sent.span().last()),
        sent.outcome() == null ? "" : sent.outcome().word());
  }

  /** One JSON object with all but the single recipients. */
  public static String json(UserReport report, FailedLoginSummary failed) {
    return JsonOut.object(
        true,
        out -> {
          out.text("user", report.user());
          out.number("submissions", report.submissions().count());
          out.time("first", report.submissions().first());
          out.time("last", report.submissions().last());
          out.objects(
              "hours",
              report.hours().entrySet().stream()
                  .map(
                      entry ->
                          (JsonOut.Fields)
                              hour -> {
                                hour.time("hour", entry.getKey());
                                hour.number("submissions", entry.getValue());
                              })
                  .toList());
          out.objects("networks", spans(report.networks()));
          out.objects("clients", spans(report.clients()));
          out.objects("newNetworks", spans(report.newNetworks()));
          // Else an empty list would say that none is new where that cannot be told.
          out.flag("newNetworksKnown", report.tellsNewNetworks());
          failed.json(out);
          out.number("recipients", (long) report.recipients().size());
          out.objects(
              "outcomes",
              report.outcomes().entrySet().stream()
                  .map(
                      entry ->
                          (JsonOut.Fields)
                              outcome -> {
                                outcome.text("outcome", entry.getKey());
                                outcome.number("deliveries", entry.getValue());
                              })
                  .toList());
        });
  }

  private static List<JsonOut.Fields> spans(List<UserReport.Named<UserReport.Span>> spans) {
    return spans.stream()
        .map(
            named ->
                (JsonOut.Fields)
                    out -> {
                      out.text("name", named.name());
                      out.number("submissions", named.value().count());
                      out.time("first", named.value().first());
                      out.time("last", named.value().last());
                      out.text("firstTransactionId", named.value().firstId());
                    })
        .toList();
  }
}
