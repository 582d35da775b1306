package org.whosent.query.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.whosent.msa.MsaConfiguration;
import org.whosent.msa.MsaServer;
import org.whosent.query.ExitStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code whosent msa}: the submission server, until SIGTERM. */
@Command(
    name = "msa",
    description = "Run the submission server.",
    footer = {
      "",
      "Says 'ready' and its addresses on standard error when it accepts connections. SIGTERM lets",
      "the open transactions end."
    })
public final class MsaCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The configuration, YAML; the README shows one.")
  private Path file;

  @Override
  public Integer call() throws Exception {
    MsaConfiguration configuration = MsaConfiguration.read(file);
    CountDownLatch stop = new CountDownLatch(1);
    // Ready to be stopped before ready to serve, so that an early signal is not lost.
    try (Termination termination = new Termination(stop::countDown);
        MsaServer server = MsaServer.start(configuration, System.err)) {
      StringBuilder ready = new StringBuilder("ready");
      for (MsaServer.Bound bound : server.listeners()) {
        ready
            .append(' ')
            .append(bound.service().word())
            .append('=')
            .append(bound.address().getAddress().getHostAddress())
            .append(':')
            .append(bound.address().getPort());
      }
      System.err.println(ready);
      stop.await();
    }
    return ExitStatus.DONE;
  }
}
