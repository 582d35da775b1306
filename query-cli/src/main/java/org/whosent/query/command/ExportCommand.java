package org.whosent.query.command;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.Callable;
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
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code whosent export}: all records that meet the filters, streamed. */
@Command(
    name = "export",
    description = "Write all records that meet the filters, newest first, without a cap.",
    footer = {
      "",
      "A file given with --to appears under its name only when it is whole; a device or a pipe is",
      "written to as it is.",
      "Exit status: 0 something was found, 1 nothing was, 2 an error."
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

  @Option(names = "--to", paramLabel = "FILE", description = "Default: standard output.")
  private Path to;

  @Override
  public Integer call() throws Exception {
    checkTarget();
    RecordQuery query = filters.query(Instant.now());
    Path directory = data.existing();
    return access.look(directory, Site.read(directory), look -> export(directory, query, look));
  }

  private int export(Path directory, RecordQuery query, Look look) throws Exception {
    long found;
    boolean partial;
    try (RecordStore store = PartitionedRecordStore.open(directory);
        View view = store.view()) {
      if (to == null) {
        try (ResultWriter out = ResultWriter.standardOutput()) {
          found = write(view.search(query, detail()), out, look);
        }
      } else {
        found = writeFile(view.search(query, detail()), look);
      }
      partial = Warnings.print(view);
    }
    System.err.println("whosent export: " + found + (found == 1 ? " record" : " records"));
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
    Path temporary = target.resolveSibling(target.getFileName() + ".part");
    Files.deleteIfExists(temporary);
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            // What is exported is personal data: for the exporting user only.
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      OutputStream stream = Channels.newOutputStream(channel);
      ResultWriter out = new ResultWriter(stream, to.toString());
      long found = write(records, out, look);
      channel.force(true);
      out.close();
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return found;
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
  }

  private void checkTarget() throws OperatorException {
    if (to == null) {
      return;
    }
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
