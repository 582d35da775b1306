package org.whosent.msa;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.whosent.msa.MsaConfiguration.HopAddress;
import org.whosent.msa.auth.UserDirectory;
import org.whosent.msa.hop.MaildirHop;
import org.whosent.msa.hop.NextHop;
import org.whosent.msa.hop.SmtpHop;
import org.whosent.msa.journal.DataDirectory;
import org.whosent.msa.journal.Journal;
import org.whosent.msa.journal.JournalFiles;
import org.whosent.msa.smtp.Acceptor;
import org.whosent.msa.smtp.Complaints;
import org.whosent.msa.smtp.SessionContext;
import org.whosent.msa.tls.TlsMaterial;
import org.whosent.record.TransactionIdSource;
import org.whosent.record.TransactionKeys;

/**
 * A running submission server. Thread-safe.
 *
 * <p>Whatever is wrong with the operator's files is said before a port is bound. Once it runs, only
 * {@link #close} ends it: it accepts no more, lets open transactions end for the configured time,
 * says 421 to everybody else, then closes the journal.
 */
public final class MsaServer implements AutoCloseable {
  /** A journal file is closed and a new one begun at this size. */
  private static final long MAX_JOURNAL_FILE_BYTES = 256L << 20;

  private final List<AutoCloseable> parts = new ArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final MsaLog log;
  private Acceptor acceptor;

  /**
   * What may be put in place of the ordinary parts.
   *
   * @param analyser reads what a record says of a message's content
   * @param journalFiles beneath the journal
   * @param clock for records, IDs and journal files
   */
  public record Parts(MessageAnalyser analyser, JournalFiles journalFiles, InstantSource clock) {
    /** The ordinary ones. */
    public static final Parts STANDARD =
        new Parts(MessageAnalyser.DIGESTS, JournalFiles.DISK, InstantSource.system());

    /** The same with another analyser. */
    public Parts withAnalyser(MessageAnalyser other) {
      return new Parts(other, journalFiles, clock);
    }
  }

  /** A listener that is bound. */
  public record Bound(MsaConfiguration.Service service, InetSocketAddress address) {}

  private final MsaConfiguration configuration;

  private MsaServer(MsaConfiguration configuration, MsaLog log) {
    this.configuration = configuration;
    this.log = log;
  }

  /** {@link #start(MsaConfiguration, PrintStream, Parts)} with the ordinary parts. */
  public static MsaServer start(MsaConfiguration configuration, PrintStream log)
      throws IOException {
    return start(configuration, log, Parts.STANDARD);
  }

  /**
   * Starts a server and returns when it accepts connections.
   *
   * @param log gets one line for each accepted message, failed login and trouble
   * @throws IOException when it cannot start; the message is one clear line for the operator, and
   *     nothing is left open
   */
  public static MsaServer start(MsaConfiguration configuration, PrintStream log, Parts parts)
      throws IOException {
    MsaServer server = new MsaServer(configuration, new MsaLog(log));
    try {
      server.open(parts);
      return server;
    } catch (IOException | RuntimeException e) {
      server.closeParts();
      throw e;
    }
  }

  private void open(Parts parts) throws IOException {
    if (!Files.isRegularFile(configuration.users())) {
      throw new IOException(
          "users: %s: no such file; make it with: whosent user add --users %s NAME"
              .formatted(configuration.users(), configuration.users()));
    }
    DataDirectory data = keep(DataDirectory.take(configuration.data()));
    SSLContext tls =
        TlsMaterial.server(
            configuration.certificate(), configuration.key(), configuration.hostname(), this::log);
    UserDirectory users = new UserDirectory(configuration.users(), this::log);
    if (users.size() == 0) {
      log("users: %s has none; nobody can log in yet".formatted(configuration.users()));
    }
    TransactionKeys keys =
        TransactionKeys.readOrCreate(
            data.path().resolve("keys"), configuration.node(), parts.clock().instant());
    TransactionIdSource ids =
        new TransactionIdSource(
            keys, configuration.node(), data.path().resolve("last-transaction-id"), parts.clock());
    Path spool = data.spool();
    Journal journal =
        keep(
            Journal.open(
                data.path().resolve("journal"),
                parts.journalFiles(),
                parts.clock(),
                configuration.hostname(),
                configuration.heartbeat(),
                MAX_JOURNAL_FILE_BYTES,
                this::log));
    acceptor =
        keep(
            Acceptor.start(
                new SessionContext(
                    configuration,
                    tls,
                    users,
                    journal,
                    ids,
                    keys,
                    nextHop(),
                    MessageAnalyser.bounded(
                        parts.analyser(), 2 * Runtime.getRuntime().availableProcessors()),
                    spool,
                    parts.clock(),
                    log,
                    new Complaints(journal, log))));
  }

  private NextHop nextHop() throws IOException {
    List<HopAddress.Smtp> servers = new ArrayList<>();
    for (HopAddress address : configuration.nextHops()) {
      switch (address) {
        case HopAddress.Maildir(Path directory) -> {
          return new MaildirHop(directory, configuration.hostname(), this::log);
        }
        case HopAddress.Smtp smtp -> servers.add(smtp);
      }
    }
    return new SmtpHop(
        servers,
        configuration.hopTls(),
        configuration.hostname(),
        SmtpHop.Timeouts.STANDARD,
        TlsMaterial.trustingClient(),
        TlsMaterial.verifyingClient(),
        this::log);
  }

  private void log(String line) {
    log.line("%s", line);
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.add(part);
    return part;
  }

  /** The listeners with the ports that they got, in the order of the configuration. */
  public List<Bound> listeners() {
    List<InetSocketAddress> addresses = acceptor.addresses();
    List<Bound> bound = new ArrayList<>();
    for (int i = 0; i < addresses.size(); i++) {
      bound.add(new Bound(configuration.listeners().get(i).service(), addresses.get(i)));
    }
    return bound;
  }

  /** How many clients are connected. */
  public int sessionCount() {
    return acceptor.sessionCount();
  }

  /** Ends the server; takes at most the configured drain time and some seconds. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      closeParts();
    }
  }

  private void closeParts() {
    for (AutoCloseable part : parts.reversed()) {
      try {
        part.close();
      } catch (Exception e) {
        log("closing: " + e);
      }
    }
  }
}
