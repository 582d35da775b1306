package org.whosent.query.command;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.whosent.query.ExitStatus;
import org.whosent.query.OperatorException;
import org.whosent.query.output.ResultWriter;
import org.whosent.record.Times;
import org.whosent.record.TransactionId;
import org.whosent.record.TransactionKeys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whosent key}: the keys that make and check transaction IDs. */
@Command(
    name = "key",
    description = "List the keys for the tags of transaction IDs, or add a new one.",
    footer = {
      "",
      "A new key takes effect a minute from now; a running MSA picks it up by itself. Keep old"
          + " keys",
      "for as long as their IDs may turn up: without its key an ID cannot be told from an invented",
      "one.",
      "Exit status: 0 done, 1 list found none, 2 an error.",
      "",
      "Examples:",
      "  whosent key list --data /var/lib/whosent",
      "  whosent key rotate --data /var/lib/whosent"
    })
public final class KeyCommand implements Callable<Integer> {
  enum Action {
    list,
    rotate
  }

  private static final Duration AHEAD = Duration.ofMinutes(1);

  @Parameters(paramLabel = "list|rotate")
  private Action action;

  @Mixin private DataOption data;

  @Option(
      names = "--node",
      paramLabel = "N",
      description = "The MSA (node in its configuration) that the key is for. Default: 0.")
  private int node;

  @Override
  public Integer call() throws Exception {
    if (node < 0 || node > TransactionId.MAX_NODE) {
      throw new OperatorException(
          "--node: expected 0 to " + TransactionId.MAX_NODE + ", found " + node);
    }
    Path directory = data.existing().resolve("keys");
    TransactionKeys keys =
        switch (action) {
          case list -> TransactionKeys.read(directory);
          case rotate -> TransactionKeys.rotate(directory, node, Instant.now().plus(AHEAD));
        };
    List<TransactionKeys.KeyInfo> all = keys.list();
    try (ResultWriter out = ResultWriter.standardOutput()) {
      for (TransactionKeys.KeyInfo key : all) {
        out.line("node " + key.node() + "  in force from " + Times.format(key.from()));
      }
    }
    if (all.isEmpty()) {
      System.err.println(
          "whosent key: no key in %s yet; the MSA makes one at its first start, or 'key rotate'"
              .formatted(directory));
      return ExitStatus.NOT_FOUND;
    }
    return ExitStatus.DONE;
  }
}
