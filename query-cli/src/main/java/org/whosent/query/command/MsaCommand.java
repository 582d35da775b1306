package org.whosent.query.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.whosent.msa.MsaConfiguration;
import org.whosent.msa.MsaServer;
import org.whosent.query.ExitStatus;
import org.whosent.query.output.SafeText;
import org.whosent.record.Addresses;
import org.whosent.record.IoReason;
import org.whosent.record.settings.SettingsException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code whosent msa}: the submission server, until SIGTERM. */
@Command(
    name = "msa",
    description = "Run the submission server.",
    footer = {
      "",
      "It prints 'ready' and its addresses on standard error once it accepts connections. SIGTERM"
          + " lets",
      "open transactions end. SIGHUP reloads configuration and certificate; if they cannot be used,"
          + " it",
      "says so and changes nothing.",
      "Exit status: 0 ended by SIGTERM, or --check found nothing that keeps it from starting; 2 an"
          + " error.",
      "",
      "Examples:",
      "  whosent msa --config /etc/whosent/msa.yaml",
      "  whosent msa --config /etc/whosent/msa.yaml --check"
    })
public final class MsaCommand implements Callable<Integer> {
  /** To cut what did not drain, and to close the journal. */
  private static final Duration AFTER_DRAIN = Duration.ofSeconds(30);

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The configuration, in YAML; the README has an example.")
  private Path file;

  @Option(
      names = "--check",
      description =
          "Only read the configuration and all files that it names, and say what is wrong. Run this"
              + " by the server's account.")
  private boolean check;

  private MsaServer running;
  private boolean hungUp;

  @Override
  public Integer call() throws Exception {
    if (check) {
      MsaServer.check(MsaConfiguration.read(file), System.err);
      System.out.println(SafeText.forTerminal(file.toString()) + ": can be used");
      return ExitStatus.DONE;
    }
    HangUp.runs(this::hangUp);
    MsaConfiguration configuration = MsaConfiguration.read(file);
    CountDownLatch stop = new CountDownLatch(1);
    // Ready to be stopped before ready to serve, so that an early signal is not lost.
    try (Termination termination =
            new Termination(stop::countDown, configuration.drain().plus(AFTER_DRAIN));
        MsaServer server = MsaServer.start(configuration, System.err)) {
      System.err.println(ready(server.listeners()));
      begin(server);
      stop.await();
    }
    return ExitStatus.DONE;
  }

  /** {@code ready SERVICE=ADDRESS:PORT …}, an IPv6 address in brackets (RFC 3986). */
  static String ready(List<MsaServer.Bound> listeners) {
    StringBuilder ready = new StringBuilder("ready");
    for (MsaServer.Bound bound : listeners) {
      String address = Addresses.format(bound.address().getAddress());
      ready
          .append(' ')
          .append(bound.service().word())
          .append('=')
          .append(address.indexOf(':') < 0 ? address : '[' + address + ']')
          .append(':')
          .append(bound.address().getPort());
    }
    return ready.toString();
  }

  private synchronized void begin(MsaServer server) {
    running = server;
    if (hungUp) {
      reload(server);
    }
  }

  /** On SIGHUP, in a thread of the JVM's; one that comes during the start is not lost. */
  private synchronized void hangUp() {
    if (running == null) {
      hungUp = true;
    } else {
      reload(running);
    }
  }

  private void reload(MsaServer server) {
    try {
      server.reload(MsaConfiguration.read(file));
    } catch (SettingsException e) {
      refused(e.lines());
    } catch (IOException e) {
      refused(List.of(IoReason.withFile(e)));
    } catch (RuntimeException e) {
      System.err.println("whosent-msa: reload: internal error: " + e);
      e.printStackTrace();
    }
  }

  private static void refused(List<String> reasons) {
    for (String reason : reasons) {
      System.err.println("whosent-msa: reload: " + SafeText.forTerminal(reason));
    }
    System.err.println("whosent-msa: reload: nothing has changed");
  }
}
