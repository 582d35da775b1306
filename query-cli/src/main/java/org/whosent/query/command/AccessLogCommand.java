package org.whosent.query.command;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.whosent.query.ExitStatus;
import org.whosent.query.access.AccessLog;
import org.whosent.query.access.Look;
import org.whosent.query.access.Looks.Answer;
import org.whosent.query.access.Looks.Question;
import org.whosent.query.access.PairedLooks;
import org.whosent.query.output.Counted;
import org.whosent.query.output.RecordCsv;
import org.whosent.query.output.ResultWriter;
import org.whosent.query.output.SafeText;
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
    description = "List who looked at what, when and for which case, oldest first.",
    footer = {
      "",
      "A look-up in the access log is itself written to it.",
      "Exit status: 0 something was found, 1 nothing was, 2 an error, or nothing was and some",
      "lines could not be read.",
      "",
      "Examples:",
      "  whosent access-log --since 7d",
      "  whosent access-log --of-case 4711 --output csv",
      "  whosent access-log --shown alice@example.org"
    })
public final class AccessLogCommand implements Callable<Integer> {
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
          "userCount",
          "status");

  enum Output {
    text,
    json,
    csv
  }

  @Mixin private DataOption data;
  @Mixin private AccessOption access;

  @Mixin private SpanOptions span;

  @Option(names = "--by", paramLabel = "NAME", description = "Only look-ups by this account.")
  private String by;

  @Option(names = "--of-case", paramLabel = "N", description = "Only look-ups for this case.")
  private String ofCase;

  @Option(
      names = "--shown",
      paramLabel = "U",
      description =
          "Only look-ups that showed records of this user, or may have: those cut off, or of more"
              + " users than the log names.")
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
    long unreadable;
    try (ResultWriter out = ResultWriter.standardOutput()) {
      RecordCsv csv = output == Output.csv ? new RecordCsv(out, COLUMNS) : null;
      unreadable =
          new PairedLooks(log)
              .read(
                  from,
                  (question, answer) -> {
                    if (!question.look().equals(self.id())) {
                      write(question, answer, out, csv);
                    }
                  });
    }
    if (unreadable > 0) {
      System.err.println(
          "whosent access-log: " + Counted.of(unreadable, "line") + " could not be read");
    }
    // Whoever asks whether somebody looked must not hear no where a line may say that he did.
    return found > 0 ? ExitStatus.DONE : unreadable > 0 ? ExitStatus.ERROR : ExitStatus.NOT_FOUND;
  }

  private boolean matches(Question question, Answer answer) {
    return (from == null || !question.time().isBefore(from))
        && (to == null || question.time().isBefore(to))
        && (by == null
            || by.equals(question.who())
            || by.equals(question.osUser())
            || by.equals(question.sudoUser()))
        && (ofCase == null || ofCase.equals(question.caseNumber()))
        && (shown == null || mayHaveShown(answer));
  }

  /** Who asks whether somebody saw a record must not be told no where the log does not know. */
  private boolean mayHaveShown(Answer answer) {
    if (answer == null || answer.unnamed() > 0) {
      return true;
    }
    String wanted = ClueType.USER.fold(shown);
    // As a record has the name; or folded, as failed logins are asked for, and not to be once more.
    return answer.users().stream()
        .anyMatch(user -> user.equals(wanted) || ClueType.USER.fold(user).equals(wanted));
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
                  answer == null ? null : Long.toString(answer.userCount()),
                  answer == null || answer.status() == null ? null : answer.status().toString()));
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
        + (answer == null ? "cut off, or goes on: what came of it is not known" : text(answer));
  }

  private static String text(Answer answer) {
    String users = SafeText.forTerminal(String.join(" ", answer.users()));
    return answer.shown()
        + " shown"
        + (answer.users().isEmpty() ? "" : " of " + users)
        + (answer.unnamed() == 0
            ? ""
            : answer.users().isEmpty()
                ? ", of " + Counted.of(answer.unnamed(), "name")
                : " and " + Counted.of(answer.unnamed(), "more user"))
        + (answer.status() == null ? ", then a signal ended it" : ", status " + answer.status());
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
          json.number("userCount", answer == null ? null : answer.userCount());
          json.number("status", answer == null ? null : answer.status());
          json.time("ended", answer == null ? null : answer.time());
        });
  }
}
