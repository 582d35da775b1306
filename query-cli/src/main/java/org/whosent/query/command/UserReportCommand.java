package org.whosent.query.command;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
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
import org.whosent.query.output.Counted;
import org.whosent.query.output.RecordCsv;
import org.whosent.query.output.ResultWriter;
import org.whosent.query.report.FailedLoginSummary;
import org.whosent.query.report.UserReport;
import org.whosent.query.report.UserReportText;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whosent user-report}: from one hit to the whole account. */
@Command(
    name = "user-report",
    description = "Show what an account did: volume, clients, new networks, recipients.",
    footer = {
      "",
      "A network (an IPv4 /24, an IPv6 /48) is new if no kept record shows the account using it"
          + " before",
      "--since; without --since, or where no earlier record is kept, before the end of the"
          + " account's",
      "first day. Records without a client address, as masked ones are, do not count. Failed"
          + " logins",
      "accuse nobody.",
      "Exit status: 0 something was found, 1 nothing was, 2 an error, or part of the index is"
          + " damaged.",
      "",
      "Examples:",
      "  whosent user-report --since 7d alice@example.org",
      "  whosent user-report --since 7d --output csv alice@example.org"
    })
public final class UserReportCommand implements Callable<Integer> {
  enum Output {
    text,
    json,
    csv
  }

  @Mixin private DataOption data;
  @Mixin private AccessOption access;

  @Mixin private SpanOptions span;

  @Option(
      names = "--output",
      paramLabel = "text|json|csv",
      description = "csv: a list of the recipients, to notify them. Default: text.")
  private Output output = Output.text;

  @Parameters(
      arity = "0..1",
      paramLabel = "USER",
      description = "The login, as 'whosent search' shows it; capital and small letters are alike.")
  private String user;

  @Option(
      names = "--user",
      paramLabel = "USER",
      description = "The same, as 'whosent search' has it.")
  private String sameUser;

  @Override
  public Integer call() throws Exception {
    if ((user == null) == (sameUser == null)) {
      throw new OperatorException(
          user == null ? "name the account: USER" : "both USER and --user: one account at a time");
    }
    user = user == null ? sameUser : user;
    if (ClueType.USER.fold(user).isEmpty()) {
      throw new OperatorException("an empty user name finds nothing");
    }
    Instant now = Instant.now();
    Instant from = span.since(now);
    Instant to = span.until(now);
    Path directory = data.existing();
    return access.look(directory, Site.read(directory), look -> report(directory, from, to, look));
  }

  private int report(Path directory, Instant from, Instant to, Look look) throws Exception {
    UserReport report = new UserReport(from, to);
    boolean partial;
    try (RecordStore store = PartitionedRecordStore.open(directory);
        View view = store.view();
        ResultWriter out = ResultWriter.standardOutput()) {
      Map<ClueType, String> theirs = Map.of(ClueType.USER, user);
      take(view.search(RecordQuery.of(theirs, null, from, to)), report, look);
      if (from != null) {
        // Only what was before tells which networks are new, and of that the columns are enough.
        RecordQuery before = RecordQuery.of(theirs, null, null, from);
        take(view.search(before, Detail.COLUMNS), report, look);
      }
      FailedLoginSummary failed = new FailedLoginSummary();
      FailedLoginQuery attempts = new FailedLoginQuery(user, null, from, to);
      view.failedLogins(attempts)
          .forEachRemaining(
              login -> {
                look.shown(login, attempts.login());
                failed.add(login);
              });
      if (report.submissions().count() > 0) {
        write(report, failed, out);
      } else if (failed.count() > 0) {
        System.err.printf(
            "whosent user-report: no mail of this user, but %s: see 'whosent search"
                + " --failed-logins --user'%n",
            Counted.of(failed.count(), "failed login"));
      } else {
        System.err.printf(
            "whosent user-report: no mail and no failed login of this user%s%n",
            from == null && to == null ? "" : " in that time");
        OddNames.explain("user-report", user);
        span.explainUncovered("user-report", view);
      }
      out.flush();
      partial = Warnings.print(view);
    }
    if (report.overflow()) {
      System.err.println(
          "whosent user-report: too many addresses to keep them all; narrow it with --since and"
              + " --until");
    }
    if (partial) {
      return ExitStatus.ERROR;
    }
    return report.submissions().count() > 0 ? ExitStatus.DONE : ExitStatus.NOT_FOUND;
  }

  private static void take(Iterator<SubmissionRecord> records, UserReport report, Look look) {
    while (records.hasNext()) {
      SubmissionRecord record = records.next();
      look.shown(record);
      report.add(record);
    }
  }

  private void write(UserReport report, FailedLoginSummary failed, ResultWriter out) {
    switch (output) {
      case text -> UserReportText.lines(report, failed).forEach(out::line);
      case json -> out.line(UserReportText.json(report, failed));
      case csv -> {
        RecordCsv csv = new RecordCsv(out, UserReportText.COLUMNS);
        report.recipients().forEach(recipient -> csv.row(UserReportText.row(recipient)));
      }
    }
  }
}
