package org.whosent.query.command;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.ExitStatus;
import org.whosent.query.OperatorException;
import org.whosent.record.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code whosent seal}: days that are over are packed, and those that grow made quicker to ask. */
@Command(
    name = "seal",
    description = "Pack the days that are over: smaller on disk, quicker to ask, the same answers.",
    footer = {
      "",
      "A day that is packed still takes what comes late; then the next run packs it again. Of days",
      "that are not over so long, what is large is made quicker to ask. Whoever indexes meanwhile",
      "does not wait."
    })
public final class SealCommand implements Callable<Integer> {
  @Mixin private DataOption data;

  @Option(
      names = "--older-than",
      paramLabel = "SPAN",
      description =
          "Only days that ended so long ago. Default: 1d, when most deliveries are known.")
  private String olderThan = "1d";

  @Override
  public Integer call() throws Exception {
    Duration span =
        Settings.parseSpan(olderThan)
            .orElseThrow(
                () ->
                    new OperatorException(
                        "--older-than: '" + olderThan + "' is no span such as 1d or 12h"));
    Instant before = Instant.now().minus(span);
    try (RecordStore store = PartitionedRecordStore.open(data.existing())) {
      Warnings.print(store);
      int days = store.seal(before);
      System.err.printf("whosent seal: %d days packed%n", days);
      if (store.compact(before, () -> false) > 0) {
        System.err.println("whosent seal: what is large in later days was made quicker to ask");
      }
    }
    return ExitStatus.DONE;
  }
}
