package org.whosent.query.command;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.ExitStatus;
import org.whosent.query.OperatorException;
import org.whosent.query.output.Counted;
import org.whosent.record.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code whosent seal}: days that are over are packed, and those that grow made quicker to ask. */
@Command(
    name = "seal",
    description =
        "Pack the days that are over: smaller on disk, faster look-ups, the same answers.",
    footer = {
      "",
      "A packed day still takes what comes late; the next run then packs it again. Of later days"
          + " the",
      "larger part is packed for faster look-ups. An 'index' that runs meanwhile does not wait.",
      "Exit status: 0 done, 2 an error, or a day that is damaged and was left as it is.",
      "",
      "Example:",
      "  whosent seal"
    })
public final class SealCommand implements Callable<Integer> {
  @Mixin private DataOption data;

  @Option(
      names = "--older-than",
      paramLabel = "SPAN",
      description =
          "Only days that ended at least so long ago. Default: 1d, when most deliveries are known.")
  private String olderThan = "1d";

  @Option(names = "--quiet", description = "Say only what is wrong, as cron would mail all else.")
  private boolean quiet;

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
      if (!quiet) {
        System.err.println("whosent seal: " + Counted.of(days, "day") + " packed");
      }
      if (store.compact(before, () -> false) > 0 && !quiet) {
        System.err.println(
            "whosent seal: the larger part of later days was packed for faster look-ups");
      }
      store.passedOver().forEach(damage -> System.err.println("whosent seal: " + damage));
      return store.passedOver().isEmpty() ? ExitStatus.DONE : ExitStatus.ERROR;
    }
  }
}
