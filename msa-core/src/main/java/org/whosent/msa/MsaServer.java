package org.whosent.msa;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.whosent.msa.auth.TokenLogins;
import org.whosent.msa.auth.UserStore;
import org.whosent.msa.hop.NextHop;
import org.whosent.msa.journal.DataDirectory;
import org.whosent.msa.journal.Journal;
import org.whosent.msa.journal.JournalFiles;
import org.whosent.msa.policy.LocalRecipients;
import org.whosent.msa.policy.RateReplay;
import org.whosent.msa.policy.UserRates;
import org.whosent.msa.privilege.Privileges;
import org.whosent.msa.smtp.Acceptor;
import org.whosent.msa.smtp.Complaints;
import org.whosent.msa.smtp.ContentReader;
import org.whosent.msa.smtp.SessionContext;
import org.whosent.record.Times;
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
  private volatile SessionContext context;

  /** The state of the user store's files when it was opened. */
  private List<FileStamp> storeFiles;

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
  public record Bound(Listener.Service service, InetSocketAddress address) {}

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
    } catch (AccessDeniedException e) {
      server.closeFailed();
      throw denied(e, configuration);
    } catch (IOException | RuntimeException e) {
      server.closeFailed();
      throw e;
    }
  }

  /** Its message is the path alone. */
  private static IOException denied(AccessDeniedException e, MsaConfiguration configuration) {
    return new IOException(
        e.getFile()
            + ": permission denied"
            + (configuration.runAs() == null ? "" : " for " + configuration.runAs()),
        e);
  }

  /**
   * Reads all files that a configuration names, as a server would that starts with it, and looks
   * for Dovecot's socket and the next hops' addresses. Binds nothing, writes nothing, and sends no
   * mail; as root it becomes the account that the configuration names, for as long as the process
   * lives.
   *
   * @param log gets a line for each thing that will cause trouble, though a server starts with it
   * @throws IOException when a server could not start; the message is one clear line for the
   *     operator
   */
  public static void check(MsaConfiguration configuration, PrintStream log) throws IOException {
    MsaServer server = new MsaServer(configuration, new MsaLog(log));
    try {
      server.giveUpRoot(configuration);
      new ConfiguredParts(configuration, server::log).check();
      ExposedFiles.tell(configuration, server::log);
      server.tellWhatNeedsARestart();
    } catch (AccessDeniedException e) {
      throw denied(e, configuration);
    }
  }

  private void open(Parts parts) throws IOException {
    needSafeAccount(configuration);
    acceptor = Acceptor.bind(configuration, log);
    giveUpRoot(configuration);
    ConfiguredParts made = new ConfiguredParts(configuration, this::log);
    made.needUsers();
    DataDirectory data = keep(DataDirectory.take(configuration.data()));
    SSLContext tls = made.tls();
    storeFiles = made.storeFiles();
    UserStore users = made.users();
    made.tellIfNobody(users);
    TransactionKeys keys =
        TransactionKeys.readOrCreate(
            data.path().resolve("keys"), configuration.node(), parts.clock().instant());
    TransactionIdSource ids =
        new TransactionIdSource(
            keys, configuration.node(), data.path().resolve("last-transaction-id"), parts.clock());
    tellIfAhead(ids, data.path());
    ExposedFiles.tell(configuration, this::log);
    data.describe(configuration.fixed());
    Path spool = data.spool();
    UserRates rates = new UserRates();
    long sent = RateReplay.run(data.path().resolve("journal"), rates, parts.clock().instant());
    if (sent > 0) {
      log("users: %d messages of the last day are counted again".formatted(sent));
    }
    // Closed after the journal, or what comes too late would be recorded without its content.
    ContentReader content = keep(new ContentReader(parts.analyser()));
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
    context =
        new SessionContext(
            configuration,
            tls,
            users,
            made.tokens(parts.clock()),
            journal,
            ids,
            keys,
            made.nextHop(),
            content,
            spool,
            parts.clock(),
            log,
            new Complaints(journal, log),
            rates,
            made.guard(),
            made.localRecipients());
    keep(this::closeConfigured);
    keep(acceptor).start(context);
    made.lookForHops();
  }

  private void tellIfAhead(TransactionIdSource ids, Path data) {
    if (ids.ahead() != null) {
      log(
          ("%s: transaction IDs go on from %s, which is ahead of the clock, and records have that"
                  + " time: neither retention nor --since is right for them; if the clock was wrong"
                  + " then, stop the server, delete this file and start it again")
              .formatted(data.resolve("last-transaction-id"), Times.format(ids.ahead())));
    }
  }

  /**
   * Takes over a configuration that has changed, and the certificate, which may have without it.
   * Sessions that are open go on by the old one; those to come have the new one. Counts of failed
   * logins begin anew when any limit has changed.
   *
   * @throws IOException when something in it cannot be used, or cannot be changed while the server
   *     runs; the message is one clear line for the operator, and nothing has changed
   */
  public synchronized void reload(MsaConfiguration changed) throws IOException {
    SessionContext old = context;
    MsaConfiguration before = old.configuration();
    needSame(before.fixed(), changed.fixed());
    ConfiguredParts made = new ConfiguredParts(changed, this::log);
    made.needUsers();
    SSLContext tls = made.tls();
    List<FileStamp> files = made.storeFiles();
    boolean sameUsers =
        before.users().equals(changed.users())
            && Objects.equals(before.logins().store(), changed.logins().store())
            && files.equals(storeFiles)
            && before.limits().credentialCache().equals(changed.limits().credentialCache());
    TokenLogins tokens = made.tokens(old.clock());
    boolean sameGuard =
        before.limits().equals(changed.limits())
            && before.rules().loginBlockExempt().equals(changed.rules().loginBlockExempt());
    LocalRecipients recipients = made.localRecipients();
    NextHop hop = made.nextHop();
    // The last that may fail: it may hold connections.
    UserStore users = sameUsers ? old.users() : made.users();
    storeFiles = files;
    context =
        new SessionContext(
            changed,
            tls,
            users,
            tokens,
            old.journal(),
            old.transactionIds(),
            old.keys(),
            hop,
            old.content(),
            old.spool(),
            old.clock(),
            log,
            old.complaints(),
            old.rates(),
            sameGuard ? old.guard() : made.guard(),
            recipients);
    acceptor.use(context);
    old.nextHop().close();
    if (!sameUsers) {
      closeLater(old.users(), before.limits().sessionTimeout());
    }
    if (old.tokens() != null) {
      closeLater(old.tokens().check(), before.limits().sessionTimeout());
    }
    log("configuration and certificate read again");
    ExposedFiles.tell(changed, this::log);
    made.lookForHops();
  }

  /** Sessions that are open go on asking it. */
  private void closeLater(AutoCloseable part, Duration span) {
    Thread.startVirtualThread(
        () -> {
          try {
            Thread.sleep(span);
            part.close();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (Exception e) {
            log("closing: " + e);
          }
        });
  }

  private static void needSame(Map<String, String> before, Map<String, String> after)
      throws IOException {
    for (String key : before.keySet()) {
      if (!before.get(key).equals(after.get(key))) {
        throw new IOException(
            key + ": cannot be changed while the server runs; restart it, nothing has changed now");
      }
    }
  }

  /** Says what a server that runs in the data directory would not take over by a reload. */
  private void tellWhatNeedsARestart() throws IOException {
    Map<String, String> fixed = configuration.fixed();
    DataDirectory.described(configuration.data())
        .forEach(
            (key, value) -> {
              // Its data directory is this one, however it is written.
              if (!key.equals("data") && !value.equals(fixed.get(key))) {
                log(key + ": the server that runs has another; it needs a restart, not a reload");
              }
            });
  }

  /** Whoever finds a hole in a server that is root owns the machine. */
  private static void needSafeAccount(MsaConfiguration configuration) throws IOException {
    boolean forOthers =
        configuration.listeners().stream().anyMatch(l -> !l.address().isLoopbackAddress());
    if (configuration.runAs() == null && forOthers && Privileges.isRoot()) {
      throw new IOException(
          "runAs: this is root, and would stay so; say 'runAs: ACCOUNT' (a system account of its"
              + " own), or 'runAs: root' if it must be");
    }
  }

  private void giveUpRoot(MsaConfiguration configuration) throws IOException {
    Privileges.Identity identity = configuration.runAs();
    if (identity == null) {
      return;
    }
    if (identity.isRoot()) {
      log("runs as root, as the configuration wants");
      return;
    }
    Privileges.become(identity);
    log("runs as " + identity);
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

  /** What the configuration of now made; what an earlier one made was closed by the reload. */
  private void closeConfigured() {
    SessionContext last = context;
    last.nextHop().close();
    last.users().close();
    if (last.tokens() != null) {
      last.tokens().check().close();
    }
  }

  /** For tests. */
  SessionContext context() {
    return context;
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

  private void closeFailed() {
    closeParts();
    if (acceptor != null) {
      acceptor.close();
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
