package org.whosent.query.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.whosent.indexer.ingest.input.RawLines;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.ExitStatus;
import org.whosent.query.OperatorException;
import org.whosent.query.access.Look;
import org.whosent.query.dns.DnsKeys;
import org.whosent.query.output.Progress;
import org.whosent.query.output.RecordCsv;
import org.whosent.query.output.ResultWriter;
import org.whosent.query.output.SafeText;
import org.whosent.query.trace.InputReader;
import org.whosent.query.trace.TraceCsv;
import org.whosent.query.trace.TraceExternal;
import org.whosent.query.trace.TraceInput;
import org.whosent.query.trace.TraceJson;
import org.whosent.query.trace.TraceResult;
import org.whosent.query.trace.TraceText;
import org.whosent.query.trace.Tracer;
import org.whosent.query.trace.UserSummary;
import org.whosent.query.trace.Verdict;
import org.whosent.record.TransactionKeys;
import org.whosent.record.dkim.DkimVerifier;
import org.whosent.record.message.UnreadableMessageException;
import org.whosent.record.site.Site;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whosent trace}: names the user, with the evidence. */
@Command(
    name = "trace",
    description = "Name the authenticated user who sent a message, with the evidence.",
    footer = {
      "",
      "INPUT is a file (message, header block, ARF report, bounce, mbox and others), a directory"
          + " of",
      "them, - for standard input, or the text itself: a transaction ID, a queue ID, a"
          + " <message-id>,",
      "or a 'Received:' line. An argument that names an existing path is that file.",
      "Exit status: 0 every input was identified, 1 at least one was not, 2 an error.",
      "",
      "Examples:",
      "  whosent trace --evidence complaint.eml",
      "  whosent trace --case 4711 4jY9Sc3VmzzbyS5",
      "  whosent trace --group-by user complaints"
    })
public final class TraceCommand implements Callable<Integer> {
  enum Output {
    text,
    json,
    csv
  }

  private static final int MAX_NAMES_SAID = 3;

  @Mixin private DataOption data;
  @Mixin private AccessOption access;

  @Option(
      names = "--output",
      paramLabel = "text|json|csv",
      description = "json: one object a line, one for each reported message. Default: text.")
  private Output output = Output.text;

  @Option(
      names = "--external",
      description = "Write an answer to the complainant that reveals nothing about any user.")
  private boolean external;

  @Option(
      names = "--dns",
      description =
          "Ask the DNS for the keys of all domains under dkim in site.yaml. Without it only for"
              + " those with 'dns: true'.")
  private boolean dns;

  @Option(
      names = "--evidence",
      description =
          "Also show the log or journal lines that the record was made of, each checked against the"
              + " hash kept of it.")
  private boolean evidence;

  enum Grouping {
    user
  }

  @Option(
      names = "--group-by",
      paramLabel = "user",
      description =
          "Instead of the results, one line for each user and verdict: complaints, submissions,"
              + " first and last, clients, recipients.")
  private Grouping groupBy;

  @Parameters(
      arity = "1..*",
      paramLabel = "INPUT",
      description = "What is to be traced: see below.")
  private List<String> inputs;

  /** As Picocli makes it. */
  public TraceCommand() {}

  /** With these options and no others. */
  TraceCommand(DataOption data, AccessOption access, Output output, List<String> inputs) {
    this.data = data;
    this.access = access;
    this.output = output;
    this.inputs = List.copyOf(inputs);
  }

  @Override
  public Integer call() throws Exception {
    checkOptions();
    Path directory = data.existing();
    Site site = Site.read(directory);
    return access.look(directory, site, look -> trace(directory, site, look));
  }

  private int trace(Path directory, Site site, Look look) throws Exception {
    TransactionKeys keys = TransactionKeys.read(directory.resolve("keys"));
    try (RecordStore store = PartitionedRecordStore.open(directory);
        View view = store.view();
        ResultWriter out = ResultWriter.standardOutput();
        Progress progress = Progress.standardError(groupBy != null)) {
      DkimVerifier signatures = DkimVerifier.of(site.dkim().keys());
      Set<String> asked = asked(site);
      DnsKeys dnsKeys = null;
      if (!asked.isEmpty()) { // else the JDK's resolver is not even loaded
        dnsKeys = new DnsKeys();
        signatures = DkimVerifier.of(site.dkim().keys(), asked, dnsKeys);
      }
      Tracer tracer = new Tracer(view, site, keys, Clock.systemUTC(), signatures);
      Run run = new Run(tracer, out, progress, look);
      InputReader reader = new InputReader(System.in);
      for (String input : inputs) {
        try {
          reader.read(input, run);
        } catch (IllegalArgumentException e) {
          throw new OperatorException(e.getMessage(), e);
        }
      }
      progress.close();
      run.finish();
      out.flush();
      boolean partial = Warnings.print(view);
      if (dnsKeys != null) {
        unasked(dnsKeys.unasked());
      }
      // What was not found may be in what could not be read; what was found was.
      return partial && run.status == ExitStatus.NOT_FOUND ? ExitStatus.ERROR : run.status;
    }
  }

  /** The domains of which the DNS may be asked. An entry that does nothing is a mistake: said. */
  private Set<String> asked(Site site) {
    if (dns) {
      return Set.copyOf(site.dkim().domains());
    }
    for (String domain : site.dkim().withoutKey()) {
      System.err.println(
          "whosent trace: site.yaml: dkim: "
              + SafeText.forTerminal(domain)
              + " has no key, and the DNS is not asked: give it a selector and a key, or say"
              + " 'dns: true' there, or --dns");
    }
    return Set.copyOf(site.dkim().dns());
  }

  private static void unasked(List<String> names) {
    names.stream()
        .limit(MAX_NAMES_SAID)
        .forEach(
            line ->
                System.err.println(
                    "whosent trace: DNS: "
                        + SafeText.forTerminal(line)
                        + "; its signatures count as absent"));
    if (names.size() > MAX_NAMES_SAID) {
      System.err.println(
          "whosent trace: DNS: and %d more".formatted(names.size() - MAX_NAMES_SAID));
    }
  }

  /** What was asked for, for comparison. */
  List<Object> options() {
    return Arrays.asList(
        data.named(), access.caseNumber(), output, external, evidence, dns, groupBy, inputs);
  }

  private void checkOptions() throws OperatorException {
    if (external && (evidence || groupBy != null || output != Output.text)) {
      throw new OperatorException(
          "--external writes an answer to the complainant; it cannot be combined with --evidence,"
              + " --group-by or --output");
    }
    if (evidence && (output == Output.csv || groupBy != null)) {
      throw new OperatorException(
          "--evidence needs --output text or json, and cannot be combined with --group-by");
    }
  }

  /** Traces what the reader finds; one bad input costs one line, and the rest go on. */
  private final class Run implements InputReader.Sink {
    private final Tracer tracer;
    private final ResultWriter out;
    private final RecordCsv csv;
    private final Progress progress;
    private final Look look;
    private final UserSummary summary = groupBy == null ? null : new UserSummary();
    private long results;
    private int status = ExitStatus.DONE;

    Run(Tracer tracer, ResultWriter out, Progress progress, Look look) {
      this.tracer = tracer;
      this.out = out;
      this.progress = progress;
      this.look = look;
      List<String> columns = groupBy == null ? TraceCsv.COLUMNS : UserSummary.COLUMNS;
      this.csv = output == Output.csv ? new RecordCsv(out, columns) : null;
    }

    void finish() {
      if (results == 0 && status == ExitStatus.DONE) {
        System.err.println("whosent trace: there is no message in what was given");
        status = ExitStatus.NOT_FOUND;
      }
      if (summary == null) {
        return;
      }
      switch (output) {
        case text -> summary.text().forEach(out::line);
        case json -> summary.json().forEach(out::line);
        case csv -> summary.rows().forEach(csv::row);
      }
    }

    @Override
    public void input(TraceInput input) throws IOException {
      List<TraceResult> traced;
      try {
        traced = tracer.trace(input);
      } catch (UnreadableMessageException e) {
        unreadable(input.name(), e.getMessage());
        return;
      } catch (OutOfMemoryError | StackOverflowError e) {
        // Made to take more than there is: it must not keep the others from being traced.
        unreadable(input.name(), InputReader.NO_MEMORY);
        return;
      }
      for (TraceResult result : traced) {
        if (result.verdict() != Verdict.IDENTIFIED) {
          status = Math.max(status, ExitStatus.NOT_FOUND);
        }
        result.shown().forEach(look::shown);
        write(result);
        progress.say(++results, "traced");
      }
      // Whoever pipes complaints in one by one waits for each answer.
      out.flush();
    }

    private void write(TraceResult result) {
      if (summary != null) {
        summary.add(result);
        return;
      }
      List<RawLines.Raw> raw =
          !evidence
              ? null
              : result.record() == null ? List.of() : RawLines.read(result.record().provenance());
      switch (output) {
        case text -> {
          if (results > 0) {
            out.line("");
          }
          String text = external ? TraceExternal.render(result) : TraceText.render(result);
          text.lines().forEach(out::line);
          if (raw != null && result.record() != null) {
            TraceText.raw(raw, result.record().provenance().size()).lines().forEach(out::line);
          }
        }
        case json -> out.line(TraceJson.line(result, raw));
        case csv -> csv.row(TraceCsv.row(result));
      }
    }

    @Override
    public void unreadable(String name, String reason) {
      status = ExitStatus.ERROR;
      System.err.println(
          "whosent trace: " + SafeText.forTerminal(name) + ": " + SafeText.forTerminal(reason));
    }
  }
}
