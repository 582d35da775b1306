package org.whosent.query.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.ExitStatus;
import org.whosent.query.OperatorException;
import org.whosent.query.access.Look;
import org.whosent.record.site.Site;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code whosent erase}: one person's records go, and do not come back. */
@Command(
    name = "erase",
    description = "Forget the records of one user, except those under hold.",
    footer = {
      "",
      "A keyed tombstone keeps the user's records from coming back when old logs are read again;"
          + " what",
      "the user sends from now on is recorded.",
      "In the MSA's journals of this data directory the user's lines are overwritten, also while"
          + " the",
      "MSA runs. Logs of other servers, and journals elsewhere, are yours to see to."
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
    return access.change(directory, Site.read(directory), look -> erase(directory, look));
  }

  private int erase(Path directory, Look look) throws Exception {
    Erasure erased;
    try (RecordStore store = PartitionedRecordStore.open(directory)) {
      Warnings.print(store);
      erased = Erasure.of(store, directory, user, access.caseNumber());
    }
    look.shown(erased.records());
    System.err.println(
        "whosent erase: %d records erased, %d kept under hold; %d journal lines overwritten"
            .formatted(erased.records(), erased.held(), erased.lines()));
    return ExitStatus.DONE;
  }
}
