package org.whosent.query.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code whosent verify}: the status after reading and checking every byte. */
@Command(
    name = "verify",
    description = "Read and check the whole index, and name what is damaged.",
    footer = {
      "",
      "Exit status: 0 sound, 1 nothing is indexed, 2 an error, damage, or an earlier purge by a"
          + " clock",
      "that was ahead.",
      "",
      "Example:",
      "  whosent verify"
    })
public final class VerifyCommand implements Callable<Integer> {
  @Mixin private DataOption data;

  @Option(names = "--output", paramLabel = "text|json", description = "Default: text.")
  private StatusCommand.Output output = StatusCommand.Output.text;

  @Override
  public Integer call() throws Exception {
    return StatusCommand.report(data.existing(), output, true);
  }
}
