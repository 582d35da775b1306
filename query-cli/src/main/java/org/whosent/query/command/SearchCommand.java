package org.whosent.query.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.whosent.indexer.store.Detail;
import org.whosent.indexer.store.FailedLoginQuery;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.ExitStatus;
import org.whosent.query.OperatorException;
import org.whosent.query.access.Look;
import org.whosent.query.output.FailedLoginText;
import org.whosent.query.output.RecordCsv;
import org.whosent.query.output.RecordText;
import org.whosent.query.output.ResultWriter;
import org.whosent.record.ClueType;
import org.whosent.record.FailedLogin;
import org.whosent.record.LogHosts;
import org.whosent.record.Outcome;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code whosent search}: records, newest first. */
@Command(
    name = "search",
    description = "List the records that meet all the filters, newest first.",
    footer = {
      "",
      "Exit status: 0 something was found, 1 nothing was, 2 an error, or part of the index is"
          + " damaged.",
      "",
      "Examples:",
      "  whosent search --user alice@example.org --since 36h --output ids",
      "  whosent search --client 192.0.2.7 --recipient bob@example.net --since 7d",
      "  whosent search --failed-logins --client 192.0.2.0/24 --since 7d"
    })
public final class SearchCommand implements Callable<Integer> {
  enum Output {
    text,
    json,
    csv,
    ids
  }

  private static final int MOST_OF_AN_ID = 1_000;

  @Mixin private DataOption data;
  @Mixin private FilterOptions filters;
  @Mixin private AccessOption access;

  @Option(
      names = "--undelivered",
      description =
          "Only messages that are still in a queue: not finished, and some recipient not delivered"
              + " yet, as far as was read. With --output ids, for 'postsuper -d -': docs/output.md"
              + " says what to heed.")
  private boolean undelivered;

  @Option(
      names = "--failed-logins",
      description =
          "Failed logins instead of records, filtered by the name that was typed (--user),"
              + " --client, --since and --until. They accuse nobody.")
  private boolean failedLogins;

  @Option(names = "--limit", paramLabel = "N", description = "Only the newest N. Default: all.")
  private Long limit;

  @Option(
      names = "--output",
      paramLabel = "text|json|csv|ids",
      description =
          "json: one object a line; ids: one queue or transaction ID a line. Default: text.")
  private Output output = Output.text;

  @Override
  public Integer call() throws Exception {
    if (limit != null && limit < 1) {
      throw new OperatorException("--limit: expected at least 1, found " + limit);
    }
    Path directory = data.existing();
    if (failedLogins) {
      if (undelivered || output == Output.ids) {
        throw new OperatorException(
            "--failed-logins: they have no queue ID, so neither --undelivered nor --output ids goes"
                + " with it");
      }
      FailedLoginQuery query = filters.failedLogins(Instant.now());
      return access.look(
          directory, Site.read(directory), look -> listFailed(directory, query, look));
    }
    RecordQuery query = filters.query(Instant.now());
    return access.look(directory, Site.read(directory), look -> list(directory, query, look));
  }

  private int list(Path directory, RecordQuery query, Look look) throws Exception {
    long found = 0;
    boolean more = false;
    boolean partial;
    try (RecordStore store = PartitionedRecordStore.open(directory);
        View view = store.view();
        ResultWriter out = ResultWriter.standardOutput()) {
      RecordCsv csv = output == Output.csv ? new RecordCsv(out) : null;
      boolean columns = csv != null && !undelivered;
      view.showWhatIsLeft();
      Iterator<SubmissionRecord> records =
          view.search(query, columns ? Detail.COLUMNS : Detail.WHOLE);
      while (records.hasNext()) {
        SubmissionRecord record = records.next();
        if (undelivered && (!isQueued(record) || isGivenOutAgain(record, view))) {
          continue;
        }
        if (limit != null && found == limit) {
          more = true;
          break;
        }
        found++;
        look.shown(record);
        switch (output) {
          case text -> out.line(RecordText.line(record));
          case json -> out.line(RecordText.json(record));
          case csv -> csv.row(record);
          case ids -> out.line(RecordText.id(record));
        }
      }
      out.flush();
      partial = Warnings.print(view);
      filters.explainMasked("search", view);
      if (found == 0) {
        filters.explainNothing("search", view);
      }
    }
    return status(found, more, partial);
  }

  private int listFailed(Path directory, FailedLoginQuery query, Look look) throws Exception {
    long found = 0;
    boolean more = false;
    boolean partial;
    try (RecordStore store = PartitionedRecordStore.open(directory);
        View view = store.view();
        ResultWriter out = ResultWriter.standardOutput()) {
      RecordCsv csv = output == Output.csv ? new RecordCsv(out, FailedLoginText.COLUMNS) : null;
      Iterator<FailedLogin> logins = view.failedLogins(query);
      while (logins.hasNext()) {
        FailedLogin login = logins.next();
        if (limit != null && found == limit) {
          more = true;
          break;
        }
        found++;
        look.shown(login, query.login());
        switch (output) {
          case text, ids -> out.line(FailedLoginText.line(login));
          case json -> out.line(FailedLoginText.json(login));
          case csv -> csv.row(FailedLoginText.row(login));
        }
      }
      out.flush();
      partial = Warnings.print(view);
      filters.explainMasked("search", view);
      if (found == 0) {
        filters.explainUncovered("search", view);
      }
    }
    return status(found, more, partial);
  }

  private int status(long found, boolean more, boolean partial) {
    if (more) {
      System.err.println(
          "whosent search: --limit " + limit + " is reached; more were found, all of them older");
    }
    return partial ? ExitStatus.ERROR : found > 0 ? ExitStatus.DONE : ExitStatus.NOT_FOUND;
  }

  /** As far as the log was read: a server says at the end that it is done with a message. */
  private static boolean isQueued(SubmissionRecord record) {
    return record.completed() == null
        && (record.recipients().isEmpty()
            || record.recipients().stream()
                .anyMatch(
                    recipient ->
                        recipient.outcome() == null || recipient.outcome() == Outcome.DEFERRED));
  }

  /**
   * Queue IDs repeat, and what is listed may be deleted by its ID: the message that had it before,
   * whose end was not read, is in no queue any more, and the one that has it now may be another
   * user's.
   */
  private static boolean isGivenOutAgain(SubmissionRecord record, View view) throws IOException {
    return view.find(ClueType.TRANSACTION_ID, record.transactionId(), MOST_OF_AN_ID).stream()
        .anyMatch(
            later ->
                later.origin() != null
                    && later.time().isAfter(record.time())
                    && later.transactionId().equals(record.transactionId())
                    && later.host().equalsIgnoreCase(record.host())
                    && Objects.equals(later.instance(), record.instance())
                    && !LogHosts.differ(later.logHosts(), record.logHosts()));
  }
}
