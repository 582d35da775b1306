package org.whosent.query.command;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.whosent.query.ExitStatus;
import org.whosent.query.access.AccessLog;
import org.whosent.query.access.Look;
import org.whosent.query.access.Looks;
import org.whosent.query.access.Looks.Answer;
import org.whosent.query.access.Looks.Question;
import org.whosent.query.output.RecordCsv;
import org.whosent.query.output.ResultWriter;
import org.whosent.query.output.SafeText;
import org.whosent.record.BadLineException;
import org.whosent.record.ClueType;
import org.whosent.record.JsonOut;
import org.whosent.record.Times;
import org.whosent.record.site.Site;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code whosent access-log}: who looked at what. */
@Command(
    name = "access-log",
    description = "List who looked at what, when and for which case, the oldest first.",
    footer = {
      "",
      "Reading the access log is a look too, and is written to it.",
      "Exit status: 0 something was found, 1 nothing was, 2 an error."
    })
public final class AccessLogCommand implements Callable<Integer> {
  /** Questions that wait for their answer; the oldest is shown without one beyond this. */
  private static final int MAX_WAITING = 1_000;

  private static final List<String> COLUMNS =
      List.of(
          "time",
          "by",
          "osUser",
          "loginUid",
          "host",
          "case",
          "command",
          "arguments",
          "shown",
          "users",
          "status");

  enum Output {
    text,
    json,
    csv
  }

  @Mixin private DataOption data;
  @Mixin private AccessOption access;

  @Mixin private SpanOptions span;

  @Option(names = "--by", paramLabel = "NAME", description = "Who looked.")
  private String by;

  @Option(names = "--of-case", paramLabel = "N", description = "The looks for one case.")
  private String ofCase;

  @Option(
      names = "--shown",
      paramLabel = "U",
      description = "The looks that showed records of this user.")
  private String shown;

  @Option(names = "--output", paramLabel = "text|json|csv", description = "Default: text.")
  private Output output = Output.text;

  private Instant from;
  private Instant to;
  private long found;

  @Override
  public Integer call() throws Exception {
    Instant now = Instant.now();
    from = span.since(now);
    to = span.until(now);
    Path directory = data.existing();
    return access.look(
        directory, Site.read(directory), look -> list(new AccessLog(directory), look));
  }

  private int list(AccessLog log, Look self) throws Exception {
    SequencedMap<String, Question> waiting = new LinkedHashMap<>();
    long[] unreadable = new long[1];
    try (ResultWriter out = ResultWriter.standardOutput()) {
      RecordCsv csv = output == Output.csv ? new RecordCsv(out, COLUMNS) : null;
      log.read(
          from,
          text -> {
            try {
              switch (Looks.parse(text)) {
                case Question question -> {
                  waiting.put(question.look(), question);
                  if (waiting.size() > MAX_WAITING) {
                    write(waiting.pollFirstEntry().getValue(), null, out, csv);
                  }
                }
                case Answer answer -> {
                  Question question = waiting.remove(answer.look());
                  if (question != null) {
                    write(question, answer, out, csv);
                  }
                }
              }
            } catch (BadLineException e) {
              unreadable[0]++;
            }
          });
      waiting.remove(self.id()); // this very look
      for (Question question : waiting.values()) {
        write(question, null, out, csv);
      }
    }
    if (unreadable[0] > 0) {
      System.err.println("whosent access-log: " + unreadable[0] + " lines could not be read");
    }
    return found > 0 ? ExitStatus.DONE : ExitStatus.NOT_FOUND;
  }

  private boolean matches(Question question, Answer answer) {
    return (from == null || !question.time().isBefore(from))
        && (to == null || question.time().isBefore(to))
        && (by == null
            || by.equals(question.who())
            || by.equals(question.osUser())
            || by.equals(question.sudoUser()))
        && (ofCase == null || ofCase.equals(question.caseNumber()))
        && (shown == null || answer != null && named(answer.users()));
  }

  private boolean named(List<String> users) {
    String wanted = ClueType.USER.fold(shown);
    return users.stream().anyMatch(user -> ClueType.USER.fold(user).equals(wanted));
  }

  private void write(Question question, Answer answer, ResultWriter out, RecordCsv csv) {
    if (!matches(question, answer)) {
      return;
    }
    found++;
    switch (output) {
      case text -> out.line(text(question, answer));
      case json -> out.line(json(question, answer));
      case csv ->
          csv.row(
              Arrays.asList(
                  Times.format(question.time()),
                  question.who(),
                  question.osUser(),
                  question.loginUid() == null ? null : question.loginUid().toString(),
                  question.host(),
                  question.caseNumber(),
                  question.command(),
                  String.join(" ", question.arguments()),
                  answer == null ? null : Long.toString(answer.shown()),
                  answer == null ? null : String.join(" ", answer.users()),
                  answer == null ? null : Long.toString(answer.status())));
    }
  }

  private static String text(Question question, Answer answer) {
    return Times.format(question.time())
        + "  "
        + SafeText.forTerminal(String.valueOf(question.who()))
        + (question.sudoUserDoubted()
            ? " (SUDO_USER said " + SafeText.forTerminal(question.sudoUser()) + ")"
            : "")
        + "  "
        + (question.caseNumber() == null
            ? "no case"
            : "case " + SafeText.forTerminal(question.caseNumber()))
        + "  "
        + SafeText.forTerminal(question.command() + " " + String.join(" ", question.arguments()))
        + "  "
        + (answer == null
            ? "cut off: what it showed is not known"
            : answer.shown()
                + " shown"
                + (answer.users().isEmpty()
                    ? ""
                    : " of " + SafeText.forTerminal(String.join(" ", answer.users())))
                + ", status "
                + answer.status());
  }

  private static String json(Question question, Answer answer) {
    return JsonOut.object(
        true,
        json -> {
          json.time("time", question.time());
          json.text("by", question.who());
          json.text("osUser", question.osUser());
          json.text("sudoUser", question.sudoUser());
          json.number("loginUid", question.loginUid());
          json.flag("sudoUserDoubted", question.sudoUserDoubted());
          json.text("host", question.host());
          json.text("case", question.caseNumber());
          json.text("command", question.command());
          json.texts("arguments", question.arguments());
          json.number("shown", answer == null ? null : answer.shown());
          json.texts("users", answer == null ? List.of() : answer.users());
          json.number("status", answer == null ? null : answer.status());
          json.time("ended", answer == null ? null : answer.time());
        });
  }
}
