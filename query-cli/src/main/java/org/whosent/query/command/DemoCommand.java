package org.whosent.query.command;

import java.util.concurrent.Callable;
import org.whosent.query.ExitStatus;
import org.whosent.query.demo.Demo;
import org.whosent.query.output.ResultWriter;
import picocli.CommandLine.Command;

/** {@code whosent demo}: shows the main job on loopback. */
@Command(
    name = "demo",
    description =
        "Submit, index and trace on loopback, in a temporary directory that is then removed.",
    footer = {
      "",
      "Exit status: 0 the right users were named, 1 they were not, 2 an error.",
      "",
      "Example:",
      "  whosent demo"
    })
public final class DemoCommand implements Callable<Integer> {
  @Override
  public Integer call() throws Exception {
    try (ResultWriter out = ResultWriter.standardOutput()) {
      return new Demo(out).run() ? ExitStatus.DONE : ExitStatus.NOT_FOUND;
    }
  }
}
