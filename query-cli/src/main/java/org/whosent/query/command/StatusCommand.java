package org.whosent.query.command;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.whosent.indexer.ingest.LogStatus;
import org.whosent.indexer.ingest.SiteCheck;
import org.whosent.indexer.store.Coverage;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.StoreStatus;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.ExitStatus;
import org.whosent.query.output.Counted;
import org.whosent.query.output.ResultWriter;
import org.whosent.query.output.SafeText;
import org.whosent.record.JsonOut;
import org.whosent.record.Times;
import org.whosent.record.site.Site;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code whosent status}: what the index covers and how sound it is. */
@Command(
    name = "status",
    description =
        "Show what the index holds, covers and lacks, as far as is known without reading all of"
            + " it.",
    footer = {
      "",
      "Exit status: 0 sound, 1 nothing is indexed, 2 an error, damage, an overdue purge, or an"
          + " earlier",
      "purge or erasure by a clock that was ahead.",
      "",
      "Examples:",
      "  whosent status",
      "  whosent status --output json"
    })
public final class StatusCommand implements Callable<Integer> {
  enum Output {
    text,
    json
  }

  @Mixin private DataOption data;

  @Option(names = "--output", paramLabel = "text|json", description = "Default: text.")
  private Output output = Output.text;

  @Override
  public Integer call() throws Exception {
    return report(data.existing(), output, false);
  }

  /** Writes the report; {@code verify} reads every byte first. */
  static int report(Path directory, Output output, boolean verify) throws Exception {
    Site site = Site.read(directory);
    StoreStatus status;
    List<LogStatus> logs;
    List<String> findings;
    List<String> warnings;
    OverduePurge overdue;
    Instant closed;
    Instant erased;
    try (RecordStore store = PartitionedRecordStore.open(directory);
        View view = store.view()) {
      status = verify ? view.verify() : view.status();
      logs = LogStatus.of(view);
      findings = SiteCheck.of(site, view);
      warnings = view.warnings();
      closed = store.closedUntil();
      erased = store.erasedAhead(Instant.now());
      overdue =
          verify ? null : OverduePurge.of(store, view, status, directory, site, Instant.now());
    }
    long records = status.days().stream().mapToLong(StoreStatus.Day::records).sum();
    boolean damaged = status.days().stream().anyMatch(day -> day.damage() != null);
    try (ResultWriter out = ResultWriter.standardOutput()) {
      if (output == Output.json) {
        out.line(json(status, site, records, overdue, logs, findings));
      } else {
        text(status, site, records, logs, findings, out);
        if (verify && !damaged && status.damage() == null && warnings.isEmpty()) {
          out.line("verified   all of it was read, and nothing is damaged");
        }
      }
    }
    if (overdue != null) {
      System.err.println("whosent status: " + overdue.words());
    }
    boolean ahead = closed != null && closed.isAfter(Instant.now());
    if (ahead) {
      System.err.println(
          "whosent "
              + (verify ? "verify" : "status")
              + ": a purge or mask keeps out what is older than "
              + time(closed)
              + ", which is ahead of this machine's clock, so 'whosent index' reads nothing; put"
              + " the clock right, or if it was wrong then, run 'whosent purge --clock-was-ahead'");
    }
    if (erased != null) {
      System.err.println(
          "whosent "
              + (verify ? "verify" : "status")
              + ": what an erased user sends is kept out until "
              + time(erased)
              + ", since the clock was ahead when they were erased, or the stamp of a record of"
              + " theirs; run 'whosent purge --clock-was-ahead'");
    }
    if (status.damage() != null) {
      System.err.println("whosent " + (verify ? "verify: " : "status: ") + status.damage());
    }
    warnings.forEach(
        warning -> System.err.println("whosent " + (verify ? "verify: " : "status: ") + warning));
    boolean fault = ahead || erased != null;
    return damaged || status.damage() != null || fault || overdue != null || !warnings.isEmpty()
        ? ExitStatus.ERROR
        : records == 0 ? ExitStatus.NOT_FOUND : ExitStatus.DONE;
  }

  private static String json(
      StoreStatus status,
      Site site,
      long records,
      OverduePurge overdue,
      List<LogStatus> logs,
      List<String> findings) {
    return JsonOut.object(
        true,
        json -> {
          json.number("records", records);
          json.number("bytes", status.days().stream().mapToLong(StoreStatus.Day::bytes).sum());
          json.time("lastCommit", status.lastCommit());
          json.time("horizon", status.horizon());
          json.number("retentionSeconds", site.retention().toSeconds());
          json.time("purgeOverdueSince", overdue == null ? null : overdue.since());
          json.objects("hosts", spans(status.coverage().spans()));
          json.objects("dropped", spans(status.coverage().dropped()));
          Instant now = Instant.now();
          json.objects(
              "sources",
              logs.stream()
                  .map(
                      log ->
                          (JsonOut.Fields)
                              each -> {
                                log.fields(each);
                                each.number("lagSeconds", lagSeconds(log, now));
                              })
                  .toList());
          json.texts("findings", findings);
          json.text("damage", status.damage());
          json.objects(
              "days",
              status.days().stream()
                  .map(
                      day ->
                          (JsonOut.Fields)
                              each -> {
                                each.text("day", day.day() == null ? null : day.day().toString());
                                each.number("records", day.records());
                                each.number("bytes", day.bytes());
                                each.text("damage", day.damage());
                              })
                  .toList());
        });
  }

  /** Without a name where all hosts may be meant. */
  private static List<JsonOut.Fields> spans(List<Coverage.Span> spans) {
    return spans.stream()
        .map(
            span ->
                (JsonOut.Fields)
                    each -> {
                      each.text("host", span.host().isEmpty() ? null : span.host());
                      each.time("from", span.from());
                      each.time("until", span.until());
                    })
        .toList();
  }

  private static void text(
      StoreStatus status,
      Site site,
      long records,
      List<LogStatus> logs,
      List<String> findings,
      ResultWriter out) {
    out.line("records    " + records + " in " + Counted.of(status.days().size(), "day"));
    out.line("committed  " + time(status.lastCommit()));
    out.line(
        "retention  "
            + retention(site.retention())
            + "; "
            + (status.horizon() == null
                ? "nothing was purged yet"
                : "purged until " + Times.format(status.horizon())));
    List<Coverage.Span> spans = status.coverage().spans();
    for (int i = 0; i < spans.size(); i++) {
      Coverage.Span span = spans.get(i);
      boolean sameHost = i > 0 && spans.get(i - 1).host().equals(span.host());
      String gap =
          sameHost
              ? "   after a gap of "
                  + Counted.of(Duration.between(spans.get(i - 1).until(), span.from()))
              : "";
      out.line(
          "covered    "
              + SafeText.forTerminal(span.host())
              + "  "
              + Times.format(span.from())
              + " to "
              + Times.format(span.until())
              + gap);
    }
    dropped(status.coverage().dropped(), out);
    Instant now = Instant.now();
    for (LogStatus log : logs) {
      out.line(
          "read       %s  %s of %s  %s to %s, %s, %s, %d not understood%s, lag %s"
              .formatted(
                  SafeText.forTerminal(log.source()),
                  log.format(),
                  SafeText.forTerminal(log.host()),
                  Times.format(log.first()),
                  Times.format(log.last()),
                  Counted.of(log.lines(), "line"),
                  Counted.of(log.records(), "record"),
                  log.unknown(),
                  givenUp(log),
                  Counted.of(Duration.ofSeconds(lagSeconds(log, now)))));
    }
    findings.forEach(finding -> out.line("check      " + SafeText.forTerminal(finding)));
    for (StoreStatus.Day day : status.days()) {
      out.line(
          "day        "
              + (day.day() == null ? "held      " : day.day())
              + "  "
              + Counted.of(day.records(), "record")
              + ", "
              + Counted.of(day.bytes(), "byte")
              + (day.damage() == null ? "" : "   DAMAGED: " + SafeText.forTerminal(day.damage())));
    }
  }

  /** A line a host: bursts of mail may have made a thousand of them. */
  private static void dropped(List<Coverage.Span> spans, ResultWriter out) {
    for (int first = 0, end; first < spans.size(); first = end) {
      String host = spans.get(first).host();
      end = first;
      while (end < spans.size() && spans.get(end).host().equals(host)) {
        end++;
      }
      out.line(
          "dropped    %s  %s to %s: the log daemon says that it left lines out, %s"
              .formatted(
                  host.isEmpty() ? "all hosts" : SafeText.forTerminal(host),
                  Times.format(spans.get(first).from()),
                  Times.format(spans.get(end - 1).until()),
                  Counted.of(end - first, "time")));
    }
  }

  private static String givenUp(LogStatus log) {
    String forgotten =
        log.forgotten() == 0
            ? ""
            : ", " + log.forgotten() + " unfinished sessions and messages forgotten";
    return log.unplaced() == 0
        ? forgotten
        : forgotten + ", " + log.unplaced() + " lines' places not kept";
  }

  /** How long ago the last line was written that was read; a clock ahead of ours is none. */
  private static long lagSeconds(LogStatus log, Instant now) {
    return Math.max(0, Duration.between(log.last(), now).toSeconds());
  }

  private static String retention(Duration span) {
    return span.equals(Duration.ofDays(span.toDays()))
        ? Counted.of(span.toDays(), "day")
        : Counted.of(span.toHours(), "hour");
  }

  private static String time(Instant time) {
    return time == null ? "never" : Times.format(time);
  }
}
