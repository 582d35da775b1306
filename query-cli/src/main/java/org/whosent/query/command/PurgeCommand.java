package org.whosent.query.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.whosent.indexer.ingest.Ingest;
import org.whosent.indexer.store.PurgeReceipt;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.ExitStatus;
import org.whosent.query.OperatorException;
import org.whosent.query.access.AccessLog;
import org.whosent.query.access.Look;
import org.whosent.query.output.Counted;
import org.whosent.query.output.ResultWriter;
import org.whosent.record.JsonOut;
import org.whosent.record.Times;
import org.whosent.record.settings.Settings;
import org.whosent.record.site.Privacy;
import org.whosent.record.site.Site;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code whosent purge}: forgets what is older than the retention. */
@Command(
    name = "purge",
    description = "Delete every day that is older than the retention, and its journals.",
    footer = {
      "",
      "Records under hold are kept. Whole UTC days are deleted, so a record lives up to a day"
          + " longer",
      "than the retention says. What was purged does not come back when its logs are read again."
          + " The",
      "access log has a retention of its own, accessLogRetention in site.yaml. With maskAfter in",
      "site.yaml, records that old lose client and subject before they are deleted, and journals"
          + " of",
      "that age are deleted if the index has read them.",
      "Exit status: 0 done, 2 an error, or a day that cannot be read and was left as it is.",
      "",
      "Examples:",
      "  whosent purge --dry-run",
      "  whosent purge --retention 30d"
    })
public final class PurgeCommand implements Callable<Integer> {
  enum Output {
    text,
    json
  }

  @Mixin private DataOption data;
  @Mixin private AccessOption access;

  @Option(
      names = "--retention",
      paramLabel = "SPAN",
      description = "How long records are kept, such as 30d. Default: as site.yaml says, else 30d.")
  private String retention;

  @Option(
      names = "--allow-short-retention",
      description = "Permit a --retention below 7d, though complaints may come later.")
  private boolean allowShortRetention;

  @Option(
      names = "--clock-was-ahead",
      description =
          "An earlier purge or erasure ran while the clock was ahead: let 'whosent index' read"
              + " again what that keeps out.")
  private boolean clockWasAhead;

  @Option(names = "--dry-run", description = "Only say what would be deleted.")
  private boolean dryRun;

  @Option(names = "--output", paramLabel = "text|json", description = "Default: text.")
  private Output output = Output.text;

  @Override
  public Integer call() throws Exception {
    Path directory = data.existing();
    Site site = Site.read(directory);
    Duration span = retention(site);
    Callable<Integer> purge =
        () -> access.housekeeping(directory, look -> purge(directory, site, span, look));
    return dryRun ? purge.call() : Reserve.with(directory, purge);
  }

  private int purge(Path directory, Site site, Duration span, Look look) throws Exception {
    Instant now = Instant.now();
    Instant before = now.minus(span);
    PurgeReceipt receipt;
    JournalFiles.Purged journals;
    Masked masked = Masked.NONE;
    List<String> left = new ArrayList<>();
    try (RecordStore store = PartitionedRecordStore.open(directory)) {
      Warnings.print(store);
      if (clockWasAhead) {
        reopen(store, now, before, site.privacy().maskAfter());
      }
      List<Path> ended = JournalFiles.ended(directory, before);
      // Before anything goes: afterwards the horizon would keep the index from reading it.
      try (View view = store.view()) {
        Path needed = JournalFiles.neededByHold(ended, store, view);
        while (needed != null && !view.damage().isEmpty()) {
          ended.remove(needed);
          left.add(
              needed
                  + ": stays, since it has records under hold that may be in what cannot be read of"
                  + " the index");
          needed = JournalFiles.neededByHold(ended, store, view);
        }
        if (needed != null) {
          throw new OperatorException(
              needed
                  + ": has records under hold that are not in the index; nothing was purged. Run"
                  + " 'whosent index' on it first");
        }
      }
      receipt = store.purge(before, dryRun, access.caseNumber());
      journals = JournalFiles.delete(ended, dryRun);
      if (site.privacy().maskAfter() != null) {
        Instant maskBefore = now.minus(site.privacy().maskAfter());
        int gone = masked(directory, store, maskBefore, ended);
        int days = dryRun ? store.maskable(maskBefore, before) : store.mask(maskBefore);
        masked = new Masked(days, gone);
      }
      left.addAll(store.passedOver());
    }
    int accessDays =
        new AccessLog(directory).purge(now.minus(site.privacy().accessLogRetention()), dryRun);
    look.shown(receipt.records());
    try (ResultWriter out = ResultWriter.standardOutput()) {
      switch (output) {
        case text -> out.line(text(receipt, journals, masked, accessDays, before));
        case json -> out.line(json(receipt, journals, masked, accessDays, before));
      }
    }
    left.forEach(day -> System.err.println("whosent purge: " + day));
    return left.isEmpty() ? ExitStatus.DONE : ExitStatus.ERROR;
  }

  private void reopen(RecordStore store, Instant now, Instant before, Duration maskAfter)
      throws IOException, OperatorException {
    if (dryRun) {
      throw new OperatorException(
          "--clock-was-ahead changes what is kept out; leave out --dry-run");
    }
    Instant closed = store.closedUntil();
    if (closed != null && closed.isAfter(now)) {
      Ingest.readAgain(store);
    }
    boolean any = store.reopen(now, before, maskAfter == null ? null : now.minus(maskAfter));
    System.err.println(
        any
            ? "whosent purge: what is not older than the retention may be indexed again; read the"
                + " logs of that time once more"
            : "whosent purge: no earlier purge or erasure is ahead of this machine's clock");
  }

  /** What was masked, or would be: days of the index, and journal files, which go. */
  private record Masked(int days, int journals) {
    static final Masked NONE = new Masked(0, 0);
  }

  /**
   * The journals say what the index must not say any longer. One that the index has wholly read is
   * not needed; one that it has not is kept, and said.
   *
   * @param purged those that are gone for their age, or would be
   * @return how many went, or would
   */
  private int masked(Path directory, RecordStore store, Instant before, List<Path> purged)
      throws IOException {
    List<Path> gone = new ArrayList<>();
    try (View view = store.view()) {
      List<Path> segments = JournalFiles.ended(directory, before);
      segments.removeAll(purged);
      for (Path segment : segments) {
        if (JournalFiles.isIndexed(segment, store, view)) {
          gone.add(segment);
        } else {
          System.err.println(
              "whosent purge: "
                  + segment
                  + ": not masked, since it has entries that are not in the index; run 'whosent"
                  + " index' on it first");
        }
      }
    }
    return JournalFiles.delete(gone, dryRun).files();
  }

  private String text(
      PurgeReceipt receipt,
      JournalFiles.Purged journals,
      Masked masked,
      int accessDays,
      Instant before) {
    return "%s %s%s, %s, %s (%s) from before %s; %s kept under hold%s%s"
        .formatted(
            dryRun ? "would purge" : "purged",
            Counted.of(receipt.days(), "day"),
            receipt.dates().isEmpty() ? "" : " (" + String.join(", ", receipt.dates()) + ")",
            Counted.of(receipt.records(), "record"),
            Counted.of(journals.files(), "journal file"),
            Counted.of(receipt.bytes() + journals.bytes(), "byte"),
            Times.format(before),
            Counted.of(receipt.held(), "record"),
            masked.days == 0 && masked.journals == 0
                ? ""
                : "; %s and %s %s"
                    .formatted(
                        Counted.of(masked.days, "day"),
                        Counted.of(masked.journals, "journal file"),
                        dryRun ? "would be masked" : "masked"),
            accessDays == 0 ? "" : "; " + Counted.of(accessDays, "day") + " of the access log");
  }

  private String json(
      PurgeReceipt receipt,
      JournalFiles.Purged journals,
      Masked masked,
      int accessDays,
      Instant before) {
    return JsonOut.object(
        true,
        json -> {
          json.time("time", receipt.time());
          json.flag("dryRun", dryRun);
          json.time("before", before);
          json.number("days", receipt.days());
          json.texts("dates", receipt.dates());
          json.number("records", receipt.records());
          json.number("held", receipt.held());
          json.number("journalFiles", journals.files());
          json.number("maskedDays", masked.days);
          json.number("maskedJournalFiles", masked.journals);
          json.number("accessLogDays", accessDays);
          json.number("bytes", receipt.bytes() + journals.bytes());
        });
  }

  private Duration retention(Site site) throws OperatorException {
    if (retention == null) {
      return site.retention();
    }
    Duration span =
        Settings.parseSpan(retention)
            .orElseThrow(
                () ->
                    new OperatorException(
                        "--retention: '" + retention + "' is no span such as 30d or 12w"));
    if (span.isZero()) {
      throw new OperatorException(
          "--retention: 0 would forget everything; say how long, such as 30d");
    }
    if (Privacy.isShort(span) && !allowShortRetention && !site.privacy().allowShortRetention()) {
      throw new OperatorException(
          "--retention: "
              + retention
              + " is shorter than 7d, within which complaints still come; if it must be, add"
              + " --allow-short-retention");
    }
    return span;
  }
}
