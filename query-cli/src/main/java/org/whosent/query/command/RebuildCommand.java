package org.whosent.query.command;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.concurrent.Callable;
import org.whosent.indexer.ingest.Ingest;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.ExitStatus;
import org.whosent.query.OperatorException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code whosent rebuild}: the files of a day are written anew from what can be read of them. */
@Command(
    name = "rebuild",
    description = "Rebuild the index of a day from its records, if 'whosent status' asks for it.",
    footer = {
      "",
      "Damaged failed logins of the day are rewritten too. To get back what could not be read,"
          + " index",
      "that day's logs again: they are read from their first line, and no record is made twice.",
      "Exit status: 0 done, 2 an error.",
      "",
      "Example:",
      "  whosent rebuild --day 2026-11-23"
    })
public final class RebuildCommand implements Callable<Integer> {
  @Mixin private DataOption data;

  @Option(names = "--day", paramLabel = "YYYY-MM-DD", description = "Default: every day.")
  private String day;

  @Override
  public Integer call() throws Exception {
    LocalDate which = null;
    if (day != null) {
      try {
        which = LocalDate.parse(day);
      } catch (DateTimeException e) {
        throw new OperatorException("--day: '" + day + "' is no date such as 2026-11-23", e);
      }
    }
    try (RecordStore store = PartitionedRecordStore.open(data.existing())) {
      Warnings.print(store);
      if (which != null && !store.has(which)) { // before every log is read again for a typing error
        throw new IllegalArgumentException("no records of " + which);
      }
      // Twice, or what is left out would be 'nothing new': to a later 'index' if this does not end
      // well, and to one that runs beside it.
      Ingest.readAgain(store);
      store.rebuild(which);
      Ingest.readAgain(store);
    } catch (IllegalArgumentException e) { // from the store where a purge came between
      throw new OperatorException("--day: " + e.getMessage() + "; see 'whosent status'", e);
    }
    System.err.println(
        "whosent rebuild: done; 'whosent index' reads logs from their first line again, and what"
            + " could not be read comes back with them");
    return ExitStatus.DONE;
  }
}
