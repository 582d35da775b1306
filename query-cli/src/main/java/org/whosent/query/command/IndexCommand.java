package org.whosent.query.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.whosent.indexer.ingest.FileReport;
import org.whosent.indexer.ingest.Ingest;
import org.whosent.indexer.ingest.IngestOptions;
import org.whosent.indexer.ingest.IngestReport;
import org.whosent.indexer.ingest.SiteCheck;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.formats.LogSources;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.ExitStatus;
import org.whosent.query.OperatorException;
import org.whosent.query.output.SafeText;
import org.whosent.record.settings.SettingsException;
import org.whosent.record.site.Site;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whosent index}: reads journals and logs into the index. */
@Command(
    name = "index",
    description = "Read journals and mail logs, plain or compressed, into the index.",
    footer = {
      "",
      "Indexing a file again, under any name, changes nothing; with another --host it is refused.",
      "A file that has grown is read from where it ended before, and before a live log what was",
      "rotated away since then. One line for each file on standard error says what was read.",
      "Exit status: 0 everything was read, 2 something was not, or a signal ended a run without",
      "--follow.",
      "",
      "Examples:",
      "  whosent index --host mail.example.com /var/log/mail.log",
      "  whosent index --follow /var/log/mail.log"
    })
public final class IndexCommand implements Callable<Integer> {
  @Mixin private DataOption data;

  @Parameters(
      arity = "1..*",
      paramLabel = "PATH",
      description =
          "Files and directories, plain or packed by gzip, bzip2, xz or zstd; - is standard input.")
  private List<String> paths;

  @Option(
      names = "--format",
      paramLabel = "auto|NAME",
      description = "Default: auto, recognised by content. A wrong name lists the formats.")
  private String format = "auto";

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description =
          "The name after 'by' in the Received fields of these logs' server. It is kept in"
              + " site.yaml.")
  private String host;

  @Option(
      names = "--timezone",
      paramLabel = "[HOST=]ZONE",
      description =
          "The zone of time stamps without one, such as Europe/Berlin. With HOST= only for that"
              + " host's lines; may be repeated. Default: as site.yaml says, else this machine's.")
  private List<String> zones = List.of();

  @Option(
      names = "--year",
      paramLabel = "YYYY",
      description =
          "The year of the first line, if time stamps have none. Default: by the file's age.")
  private Integer year;

  @Option(
      names = "--follow",
      description =
          "Keep reading what is added, until SIGTERM; with - alone, until it ends. What was read is"
              + " said then; meanwhile 'whosent status' shows it.")
  private boolean follow;

  @Option(
      names = "--quiet",
      description =
          "Say nothing of files of which all was read, as cron would mail it; what is wrong is"
              + " said.")
  private boolean quiet;

  @Override
  public Integer call() throws Exception {
    if (paths.contains("")) {
      // It would be the working directory.
      throw new OperatorException("an empty name, as of a variable that is not set; name a log");
    }
    Path directory = data.directory();
    Site site = Site.read(directory);
    IngestOptions options = zoned(source(), hostName(), checkedYear());
    int status;
    warnOfOtherZones(site, options);
    try (RecordStore store = PartitionedRecordStore.open(directory)) {
      Warnings.print(store);
      Ingest ingest = new Ingest(store, site, options, System.in, System.err);
      try (Termination termination = new Termination(ingest::stop)) {
        ingest.keepSite(learnt -> remember(directory, learnt));
        if (quiet) {
          ingest.quiet();
        }
        IngestReport report = follow ? ingest.follow(paths) : ingest.run(paths);
        status = status(report);
        termination.endsWith(status);
        warnOfNothing(report);
        warnOfForgottenHost(report);
        warnOfFormat(report);
        warnOfSeveralHosts(report.site());
        try (View view = store.view()) {
          for (String finding : SiteCheck.of(report.site(), view)) {
            System.err.println("whosent index: check: " + SafeText.forTerminal(finding));
          }
        }
      }
    }
    return status;
  }

  /**
   * A script that deletes what was indexed must not take a run that was stopped for a whole one.
   */
  private int status(IngestReport report) {
    boolean cut = report.interrupted() && !follow;
    if (cut) {
      System.err.println(
          "whosent index: stopped by a signal, perhaps before everything was read; what was read is"
              + " stored, and the same command continues from there");
    }
    return cut || report.failed() ? ExitStatus.ERROR : ExitStatus.DONE;
  }

  /**
   * Adds to what stands there by now: who follows for weeks must not undo what was written since.
   */
  private static boolean remember(Path directory, Site learnt) throws IOException {
    if (!Files.isDirectory(directory)) {
      return false; // nothing was stored: the log that was named is not there, or not there yet
    }
    Site now;
    try {
      now = Site.read(directory);
    } catch (SettingsException e) {
      e.lines().forEach(line -> System.err.println("whosent index: " + SafeText.forTerminal(line)));
      System.err.println("whosent index: so the hosts of --host are not remembered there");
      return true;
    }
    Site more = now.withHostsOf(learnt);
    if (!more.equals(now)) {
      more.writeHosts(directory);
    }
    return true;
  }

  /** Of a directory without a file there is no line that says how much was read. */
  private void warnOfNothing(IngestReport report) {
    if (report.files().isEmpty() && !report.interrupted() && !follow) {
      System.err.println(
          "whosent index: warning: nothing was read: there is no file in "
              + SafeText.forTerminal(String.join(", ", paths)));
    }
  }

  /** A service that is started without the option would not know the name. */
  private void warnOfForgottenHost(IngestReport report) {
    boolean known =
        report.site().hosts().stream().anyMatch(each -> each.name().equalsIgnoreCase(host));
    if (host != null && !known && !report.failed()) {
      System.err.println(
          "whosent index: warning: no log was read as of --host "
              + host
              + ", so it is not remembered; give it again, or list it in site.yaml");
    }
  }

  /** What is named is not recognised by content: only this shows that it is the wrong name. */
  private void warnOfFormat(IngestReport report) {
    for (FileReport each : report.files()) {
      if (!format.equals("auto") && each.lines() > 0 && each.foreign() == each.lines()) {
        System.err.printf(
            "whosent index: warning: %s: no line is of %s; without --format it is recognised by"
                + " content%n",
            SafeText.forTerminal(each.file()), format);
      }
    }
  }

  /** One server may have had two names; of two, only one writes this after {@code by}. */
  private void warnOfSeveralHosts(Site site) {
    for (Site.Host each : site.hosts()) {
      if (each.name().equalsIgnoreCase(host) && each.logs().size() > 1) {
        System.err.println(
            "whosent index: warning: --host "
                + host
                + " was given for lines from several hosts ("
                + SafeText.forTerminal(String.join(", ", each.logs()))
                + "); if those are different servers, list each in site.yaml and index into a new"
                + " --data without --host");
      }
    }
  }

  private LogSource source() throws OperatorException {
    if (format.equals("auto")) {
      return null;
    }
    return LogSources.named(format)
        .orElseThrow(
            () ->
                new OperatorException(
                    "--format: '"
                        + SafeText.forTerminal(format)
                        + "' is none of auto, "
                        + String.join(
                            ", ", LogSources.ALL.stream().map(LogSource::name).toList())));
  }

  private String hostName() throws OperatorException {
    if (host != null && !host.matches("[A-Za-z0-9._-]{1,255}")) {
      throw new OperatorException("--host: '" + SafeText.forTerminal(host) + "' is no host name");
    }
    return host;
  }

  private IngestOptions zoned(LogSource source, String name, Integer firstYear)
      throws OperatorException {
    ZoneId others = null;
    Map<String, ZoneId> byHost = new TreeMap<>();
    for (String each : zones) {
      int equals = each.indexOf('=');
      ZoneId zone = zone(each.substring(equals + 1));
      if (equals < 0) {
        if (others != null && !others.equals(zone)) {
          throw new OperatorException(
              "--timezone: both " + others + " and " + zone + "; of one host's lines: HOST=ZONE");
        }
        others = zone;
        continue;
      }
      String of = each.substring(0, equals);
      if (!of.matches("[A-Za-z0-9._:-]{1,255}")) {
        throw new OperatorException(
            "--timezone: '" + SafeText.forTerminal(of) + "' is no host name");
      }
      ZoneId before = byHost.put(of.toLowerCase(Locale.ROOT), zone);
      if (before != null && !before.equals(zone)) {
        throw new OperatorException(
            "--timezone: " + of + " is said to be in " + before + " and in " + zone);
      }
    }
    return new IngestOptions(
        source, name, others == null ? ZoneId.systemDefault() : others, byHost, firstYear);
  }

  private static ZoneId zone(String text) throws OperatorException {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw new OperatorException(
          "--timezone: '"
              + SafeText.forTerminal(text)
              + "' is no zone such as Europe/Berlin or +02:00",
          e);
    }
  }

  /** What is typed now holds now; a later run without it would read the same lines otherwise. */
  private static void warnOfOtherZones(Site site, IngestOptions options) {
    options
        .zones()
        .forEach(
            (host, zone) -> {
              String name = site.nameOfLogHost(host);
              for (Site.Host each : site.hosts()) {
                if (each.name().equalsIgnoreCase(name)
                    && each.zone() != null
                    && !each.zone().equals(zone)) {
                  System.err.printf(
                      "whosent index: warning: --timezone says that %s is in %s, site.yaml that %s"
                          + " is in %s; this run goes by --timezone%n",
                      host, zone, SafeText.forTerminal(each.name()), each.zone());
                }
              }
            });
  }

  private Integer checkedYear() throws OperatorException {
    if (year != null && (year < 1980 || year > 9998)) {
      throw new OperatorException("--year: expected four digits, found " + year);
    }
    return year;
  }
}
