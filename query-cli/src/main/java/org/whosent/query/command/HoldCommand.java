package org.whosent.query.command;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.whosent.indexer.store.Detail;
import org.whosent.indexer.store.FailedLoginQuery;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.ExitStatus;
import org.whosent.query.OperatorException;
import org.whosent.query.access.Look;
import org.whosent.query.output.Counted;
import org.whosent.query.output.ResultWriter;
import org.whosent.query.output.SafeText;
import org.whosent.record.FailedLogin;
import org.whosent.record.JsonOut;
import org.whosent.record.Printable;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.Times;
import org.whosent.record.site.Site;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whosent hold}: a court's order to keep. */
@Command(
    name = "hold",
    description = "Protect the records that meet all the filters from purge, masking and erasure.",
    footer = {
      "",
      "A hold also keeps what is indexed later. With no other filters than --user, --client,"
          + " --since",
      "and --until it keeps failed logins too.",
      "Exit status: 0 done, 1 nothing is held or no hold has that name, 2 an error.",
      "",
      "Examples:",
      "  whosent hold add --name case-4711 --user alice@example.org",
      "  whosent hold list",
      "  whosent hold release --name case-4711"
    })
public final class HoldCommand implements Callable<Integer> {
  enum Action {
    add,
    list,
    release
  }

  enum Output {
    text,
    json
  }

  @Parameters(paramLabel = "add|list|release")
  private Action action;

  @Mixin private DataOption data;

  private static final int LONGEST_NAME = 200;

  @Option(
      names = "--name",
      paramLabel = "N",
      description = "The hold's name, such as a case number.")
  private String name;

  @Mixin private FilterOptions filters;
  @Mixin private AccessOption access;

  @Option(names = "--output", paramLabel = "text|json", description = "For list. Default: text.")
  private Output output = Output.text;

  @Override
  public Integer call() throws Exception {
    if (action != Action.add && !filters.isEmpty()) {
      throw new OperatorException(
          "%s: filters go with 'add' only; a hold is named by --name".formatted(action));
    }
    Path directory = data.existing();
    return access.change(directory, Site.read(directory), look -> act(directory, look));
  }

  private int act(Path directory, Look look) throws Exception {
    try (RecordStore store = PartitionedRecordStore.open(directory)) {
      Warnings.print(store);
      return switch (action) {
        case add -> add(store, look);
        case list -> list(store);
        case release -> release(store, directory);
      };
    }
  }

  private int add(RecordStore store, Look look) throws Exception {
    needName();
    if (!Printable.text(name, LONGEST_NAME).equals(name) || name.indexOf('\ufffd') >= 0) {
      throw new OperatorException(
          "add: --name: at most %d characters, and none that cannot be seen or typed again"
              .formatted(LONGEST_NAME));
    }
    if (filters.isEmpty()) {
      throw new OperatorException(
          "add: say what to keep (--user, --id, --since …); a hold on everything would end all"
              + " purging");
    }
    RecordQuery query = filters.query(Instant.now());
    try {
      store.addHold(new Hold(name, query, Instant.now()));
    } catch (IllegalArgumentException e) {
      throw new OperatorException(
          "add: a hold named '"
              + SafeText.forTerminal(name)
              + "' is in force; release it first,"
              + " or choose another name",
          e);
    }
    Covered covered = Covered.of(store, query, filters);
    look.shown(covered.records + covered.logins);
    System.err.println(
        "whosent hold: '"
            + SafeText.forTerminal(name)
            + "' is in force; it covers "
            + covered
            + " now, and keeps what is indexed later and meets its filters");
    if (covered.records == 0) {
      filters.explainNothing("hold");
    }
    return ExitStatus.DONE;
  }

  /** What a hold keeps: whoever mistypes a filter would learn it when all is purged. */
  private record Covered(long records, long logins, boolean damaged) {
    /** Beyond this they are not counted: a hold on a month of a large server takes seconds. */
    private static final long MOST = 1_000_000;

    static Covered of(RecordStore store, RecordQuery query, FilterOptions filters)
        throws Exception {
      long records = 0;
      long logins = 0;
      try (View view = store.view()) {
        Iterator<SubmissionRecord> matching = view.search(query, Detail.COLUMNS);
        while (records < MOST && matching.hasNext()) {
          matching.next();
          records++;
        }
        Iterator<FailedLogin> failed = view.failedLogins(FailedLoginQuery.ALL);
        while (failed.hasNext()) {
          logins += query.matches(failed.next()) ? 1 : 0;
        }
        filters.explainMasked("hold", view);
        return new Covered(records, logins, Warnings.print(view));
      }
    }

    @Override
    public String toString() {
      return (damaged ? "at least " : "")
          + records
          + (records == MOST ? " or more records" : records == 1 ? " record" : " records")
          + (logins == 0
              ? ""
              : " and " + logins + (logins == 1 ? " failed login" : " failed logins"));
    }
  }

  private int list(RecordStore store) throws Exception {
    List<Hold> holds =
        store.holds().stream().filter(hold -> name == null || hold.name().equals(name)).toList();
    try (ResultWriter out = ResultWriter.standardOutput()) {
      for (Hold hold : holds) {
        out.line(
            output == Output.json
                ? JsonOut.object(
                    true,
                    json -> {
                      json.text("name", hold.name());
                      json.time("since", hold.since());
                      json.texts("filters", FilterOptions.words(hold.query()));
                    })
                : Times.format(hold.since())
                    + "  "
                    + SafeText.forTerminal(hold.name())
                    + "  "
                    + SafeText.forTerminal(String.join(" ", FilterOptions.words(hold.query()))));
      }
    }
    if (holds.isEmpty()) {
      System.err.println(
          name == null
              ? "whosent hold: nothing is under hold"
              : "whosent hold: no hold is named '" + SafeText.forTerminal(name) + "'");
      return ExitStatus.NOT_FOUND;
    }
    return ExitStatus.DONE;
  }

  private int release(RecordStore store, Path directory) throws Exception {
    needName();
    Optional<Hold> hold = store.holds().stream().filter(h -> h.name().equals(name)).findFirst();
    // Those who were erased meanwhile must not stay because a hold was in the way then.
    Erasure late = Erasure.NONE;
    if (hold.isPresent()) {
      for (String user : store.erasedUsers(hold.get().query())) {
        late = late.and(Erasure.ofHeld(store, directory, user, name, access.caseNumber()));
      }
    }
    if (hold.isEmpty() || !store.releaseHold(name)) {
      System.err.println(
          "whosent hold: no hold is named '"
              + SafeText.forTerminal(name)
              + "'; see 'whosent hold list'");
      return ExitStatus.NOT_FOUND;
    }
    System.err.println(
        "whosent hold: '"
            + SafeText.forTerminal(name)
            + "' is released; the next purge deletes what only it kept of purged days"
            + (late.isEmpty()
                ? ""
                : "; of users erased meanwhile: %s deleted now, %d kept under other holds%s, %s overwritten"
                    .formatted(
                        Counted.of(late.records(), "record"),
                        late.held(),
                        late.ofLogins("deleted now", "kept under other holds"),
                        Counted.of(late.lines(), "journal line"))));
    return ExitStatus.DONE;
  }

  private void needName() throws OperatorException {
    if (name == null || name.isBlank()) {
      throw new OperatorException(action + ": give the hold's name with --name");
    }
  }
}
