package org.whosent.query.command;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.whosent.indexer.store.Detail;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.ExitStatus;
import org.whosent.query.OperatorException;
import org.whosent.query.access.Look;
import org.whosent.query.output.RecordCsv;
import org.whosent.query.output.RecordText;
import org.whosent.query.output.ResultWriter;
import org.whosent.query.output.SafeText;
import org.whosent.record.IoReason;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code whosent export}: all records that meet the filters, streamed. */
@Command(
    name = "export",
    description = "Write all records that meet all the filters, newest first.",
    footer = {
      "",
      "A file given with --to appears under its name only once it is complete; a device or pipe is",
      "written to directly.",
      "Exit status: 0 something was found, 1 nothing was, 2 an error, or part of the index is"
          + " damaged.",
      "",
      "Examples:",
      "  whosent export --user alice@example.org --to alice.csv",
      "  whosent export --recipient @example.net --since 7d --output json"
    })
public final class ExportCommand implements Callable<Integer> {
  enum Output {
    csv,
    json
  }

  @Mixin private DataOption data;
  @Mixin private FilterOptions filters;
  @Mixin private AccessOption access;

  @Option(
      names = "--output",
      paramLabel = "csv|json",
      description = "CSV (RFC 4180, safe in spreadsheets) or one JSON object a line. Default: csv.")
  private Output output = Output.csv;

  private static final Pattern EXPORTS = Pattern.compile(".*\\.(?:csv|json)", Pattern.DOTALL);

  @Option(names = "--to", paramLabel = "FILE", description = "Default, and -: standard output.")
  private Path to;

  @Override
  public Integer call() throws Exception {
    RecordQuery query = filters.query(Instant.now());
    Path directory = data.existing();
    checkTarget(directory);
    return access.look(directory, Site.read(directory), look -> export(directory, query, look));
  }

  private int export(Path directory, RecordQuery query, Look look) throws Exception {
    long found;
    boolean partial;
    try (RecordStore store = PartitionedRecordStore.open(directory);
        View view = store.view()) {
      view.showWhatIsLeft();
      if (to == null) {
        try (ResultWriter out = ResultWriter.standardOutput()) {
          found = write(view.search(query, detail()), out, look);
        }
      } else {
        found = writeFile(view.search(query, detail()), look);
      }
      partial = Warnings.print(view);
      filters.explainMasked("export", view);
      System.err.println("whosent export: " + found + (found == 1 ? " record" : " records"));
      if (found == 0) {
        filters.explainNothing("export", view);
      }
    }
    if (partial) {
      return ExitStatus.ERROR;
    }
    return found > 0 ? ExitStatus.DONE : ExitStatus.NOT_FOUND;
  }

  private long writeFile(Iterator<SubmissionRecord> records, Look look) throws Exception {
    if (isStream(to)) {
      try (ResultWriter out =
          new ResultWriter(new FileOutputStream(to.toFile(), true), to.toString())) {
        return write(records, out, look);
      }
    }
    Path target = Files.isRegularFile(to) ? to.toRealPath() : to; // a link stays one
    // Of a name of its own: another export to the same file must not go on in this one.
    String own = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    Path temporary = target.resolveSibling(target.getFileName() + "." + own + ".part");
    try (Unfinished unfinished = new Unfinished(temporary);
        FileChannel channel =
            FileChannel.open(
                temporary,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                // What is exported is personal data: for the exporting user only.
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------")))) {
      ResultWriter out = new ResultWriter(Channels.newOutputStream(channel), to.toString());
      long found = write(records, out, look);
      try {
        channel.force(true);
      } catch (IOException e) {
        throw new IOException("cannot write " + to + ": " + IoReason.of(e), e);
      }
      out.close();
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return found;
    }
  }

  /** Personal data in a file that nobody looks for: it goes with a failure, and with a signal. */
  private static final class Unfinished implements AutoCloseable {
    private final Path file;
    private final Thread hook = new Thread(this::delete, "unfinished-export");

    Unfinished(Path file) {
      this.file = file;
      Runtime.getRuntime().addShutdownHook(hook);
    }

    private void delete() {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        System.err.println("whosent export: " + file + " is left: " + IoReason.of(e));
      }
    }

    /** When it is finished it has another name. */
    @Override
    public void close() {
      delete();
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException _) {
        // a signal came: the hook finds nothing
      }
    }
  }

  private void checkTarget(Path directory) throws Exception {
    if (to != null && to.toString().equals("-")) {
      to = null;
    }
    if (to == null) {
      return;
    }
    OddNames.refuse(to);
    if (to.toString().isEmpty()) {
      throw new OperatorException("--to: an empty name; name a file");
    }
    if (Files.isDirectory(to)) {
      throw new OperatorException("--to: " + to + " is a directory; name a file");
    }
    Path parent = to.toAbsolutePath().getParent();
    if (!Files.isDirectory(parent)) {
      throw new OperatorException("--to: " + parent + " is no directory; make it first");
    }
    if (isStream(to)) {
      return;
    }
    Path ours = directory.toRealPath();
    Path real =
        Files.isRegularFile(to) ? to.toRealPath() : parent.toRealPath().resolve(to.getFileName());
    if (!real.startsWith(ours)) {
      return;
    }
    // Nothing that the index lives by has such a name.
    if (!real.getParent().equals(ours) || !EXPORTS.matcher(real.toString()).matches()) {
      throw new OperatorException(
          "--to: " + to + " is in the data directory " + directory + "; name a file elsewhere");
    }
    System.err.println(
        SafeText.forTerminal(
            "whosent export: --to: %s is in the data directory; purge and erase will not find it"
                .formatted(to)));
  }

  /** {@code /dev/stdout} may lead to a file, which is then not ours to replace. */
  private static boolean isStream(Path path) {
    return Files.exists(path)
        && (!Files.isRegularFile(path) || path.toAbsolutePath().normalize().startsWith("/dev"));
  }

  private Detail detail() {
    return output == Output.csv ? Detail.COLUMNS : Detail.WHOLE;
  }

  private long write(Iterator<SubmissionRecord> found, ResultWriter out, Look look) {
    RecordCsv csv = output == Output.csv ? new RecordCsv(out) : null;
    long count = 0;
    try (ReadAhead<SubmissionRecord> records = new ReadAhead<>(found)) {
      while (records.hasNext()) {
        SubmissionRecord record = records.next();
        look.shown(record);
        if (csv != null) {
          csv.row(record);
        } else {
          out.line(RecordText.json(record));
        }
        count++;
      }
    }
    out.flush();
    return count;
  }
}
