package org.whosent.query.command;

import java.time.Instant;
import java.util.Iterator;
import java.util.concurrent.Callable;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.lucene.LuceneRecordStore;
import org.whosent.query.ExitStatus;
import org.whosent.query.OperatorException;
import org.whosent.query.output.RecordCsv;
import org.whosent.query.output.RecordText;
import org.whosent.query.output.ResultWriter;
import org.whosent.record.SubmissionRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code whosent search}: records, newest first. */
@Command(
    name = "search",
    description = "List the records that meet all the filters, newest first.",
    footer = {"", "Exit status: 0 something was found, 1 nothing was, 2 an error."})
public final class SearchCommand implements Callable<Integer> {
  enum Output {
    text,
    json,
    csv,
    ids
  }

  @Mixin private DataOption data;
  @Mixin private FilterOptions filters;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most this many, the newest. Default: all of them.")
  private Long limit;

  @Option(
      names = "--output",
      paramLabel = "text|json|csv|ids",
      description = "json: one object a line; ids: one queue or transaction ID a line.")
  private Output output = Output.text;

  @Override
  public Integer call() throws Exception {
    if (limit != null && limit < 1) {
      throw new OperatorException("--limit: expected at least 1, found " + limit);
    }
    RecordQuery query = filters.query(Instant.now());
    long found = 0;
    boolean more = false;
    try (RecordStore store = LuceneRecordStore.open(data.existing());
        View view = store.view();
        ResultWriter out = ResultWriter.standardOutput()) {
      RecordCsv csv = output == Output.csv ? new RecordCsv(out) : null;
      Iterator<SubmissionRecord> records = view.search(query);
      while (records.hasNext()) {
        if (limit != null && found == limit) {
          more = true;
          break;
        }
        SubmissionRecord record = records.next();
        found++;
        switch (output) {
          case text -> out.line(RecordText.line(record));
          case json -> out.line(RecordText.json(record));
          case csv -> csv.row(record);
          case ids -> out.line(RecordText.id(record));
        }
      }
      out.flush();
      Warnings.print(view);
    }
    if (more) {
      System.err.println(
          "whosent search: the newest " + limit + " of more; raise --limit for the rest");
    }
    return found > 0 ? ExitStatus.DONE : ExitStatus.NOT_FOUND;
  }
}
