package org.whosent.query.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.ExitStatus;
import org.whosent.query.OperatorException;
import org.whosent.query.access.Look;
import org.whosent.query.output.Counted;
import org.whosent.query.output.SafeText;
import org.whosent.record.site.Site;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code whosent erase}: one person's records go, and do not come back. */
@Command(
    name = "erase",
    description = "Delete the records and failed logins of one user, except those under hold.",
    footer = {
      "",
      "They do not come back when old logs are read again: a keyed hash of the name is kept for"
          + " that.",
      "What the user sends from now on is recorded. The user's lines in the MSA's journals of this",
      "data directory are overwritten, also while the MSA runs. Logs of other servers, and"
          + " journals",
      "elsewhere, are yours to delete.",
      "Exit status: 0 done, 2 an error.",
      "",
      "Example:",
      "  whosent erase --case DS-12 --user alice@example.org"
    })
public final class EraseCommand implements Callable<Integer> {
  @Mixin private DataOption data;
  @Mixin private AccessOption access;

  @Option(names = "--user", required = true, paramLabel = "U", description = "The login.")
  private String user;

  @Override
  public Integer call() throws Exception {
    if (user.isBlank()) {
      throw new OperatorException("--user: an empty name is nobody's");
    }
    Path directory = data.existing();
    Site site = Site.read(directory);
    return Reserve.with(
        directory, () -> access.change(directory, site, look -> erase(directory, look)));
  }

  private int erase(Path directory, Look look) throws Exception {
    Erasure erased;
    try (RecordStore store = PartitionedRecordStore.open(directory)) {
      Warnings.print(store);
      erased = Erasure.of(store, directory, user, access.caseNumber());
    }
    look.shown(erased.records());
    System.err.println(
        "whosent erase: %s erased, %d kept under hold%s; %s overwritten"
            .formatted(
                Counted.of(erased.records(), "record"),
                erased.held(),
                erased.ofLogins("erased", "kept under hold"),
                Counted.of(erased.lines(), "journal line")));
    if (erased.isEmpty()) {
      System.err.printf(
          "whosent erase: no record and no failed login of '%s' was found; a login is compared"
              + " whole, as 'whosent search' shows it%n",
          SafeText.forTerminal(user));
      OddNames.explain("erase", user);
    }
    return ExitStatus.DONE;
  }
}
