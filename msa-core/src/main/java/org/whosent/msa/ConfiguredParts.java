package org.whosent.msa;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.whosent.msa.auth.LoginGuard;
import org.whosent.msa.auth.LoginSecret;
import org.whosent.msa.auth.StoreSettings;
import org.whosent.msa.auth.TokenCheck;
import org.whosent.msa.auth.TokenLogins;
import org.whosent.msa.auth.UserDirectory;
import org.whosent.msa.auth.UserStore;
import org.whosent.msa.auth.oauth.Introspection;
import org.whosent.msa.auth.oauth.SignedTokens;
import org.whosent.msa.auth.oauth.TokenRules;
import org.whosent.msa.hop.MaildirHop;
import org.whosent.msa.hop.NextHop;
import org.whosent.msa.hop.SmtpHop;
import org.whosent.msa.policy.LocalRecipients;
import org.whosent.msa.tls.TlsMaterial;
import org.whosent.record.IoReason;
import org.whosent.record.Network;

/**
 * Makes the parts of a server that its configuration decides on, at the start and with each reading
 * of a changed one: each method a new one, from the files that the configuration names. An {@link
 * IOException} is one clear line for the operator. Immutable.
 */
final class ConfiguredParts {
  /** How long a message waits for a connection to the hop. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final MsaConfiguration configuration;
  private final Consumer<String> log;

  /**
   * By a configuration.
   *
   * @param log takes a line for the operator
   */
  ConfiguredParts(MsaConfiguration configuration, Consumer<String> log) {
    this.configuration = configuration;
    this.log = log;
  }

  /** Says in words for the operator that there is no file of users. */
  void needUsers() throws IOException {
    if (Files.notExists(configuration.users())) {
      throw new IOException(
          "users: %s: no such file; make it with: whosent user add --users %s NAME"
              .formatted(configuration.users(), configuration.users()));
    }
    if (!Files.readAttributes(configuration.users(), BasicFileAttributes.class).isRegularFile()) {
      throw new IOException("users: " + configuration.users() + ": not a file");
    }
  }

  /**
   * Reads all that a start reads, and looks for those whom it looks for. What a first start makes
   * may be missing and is not made.
   */
  void check() throws IOException {
    needUsers();
    Path data = configuration.data();
    if (Files.exists(data) && !(Files.isDirectory(data) && Files.isWritable(data))) {
      throw new IOException("data: " + data + ": not a directory that this account may write");
    }
    if (Files.notExists(configuration.certificate()) && Files.notExists(configuration.key())) {
      log.accept(
          "tls: %s is not there; the first start makes one, self-signed"
              .formatted(configuration.certificate()));
    } else {
      tls();
    }
    try (UserStore users = users(new byte[LoginSecret.LENGTH])) {
      tellIfNobody(users);
    }
    TokenLogins tokens = tokens(InstantSource.system());
    if (tokens != null) {
      tokens.check().close();
    }
    localRecipients();
    for (HopAddress address : configuration.nextHops()) {
      if (address instanceof HopAddress.Smtp(String host, int _, boolean _)) {
        lookFor(host);
      }
    }
  }

  /** Says so when nobody can log in yet. */
  void tellIfNobody(UserStore users) {
    if (users.size() == 0 && configuration.logins().store() == null) {
      log.accept("users: %s has none; nobody can log in yet".formatted(configuration.users()));
    }
  }

  /** The certificate, made where the configuration names none that is there. */
  SSLContext tls() throws IOException {
    return TlsMaterial.server(
        configuration.certificate(), configuration.key(), configuration.hostname(), log);
  }

  /** Whom it asks who logs in; to be closed. */
  UserStore users() throws IOException {
    return users(LoginSecret.readOrCreate(configuration.data().resolve("login-secret")));
  }

  private UserStore users(byte[] secret) throws IOException {
    UserDirectory listed =
        new UserDirectory(
            configuration.users(), configuration.limits().credentialCache(), secret, log);
    StoreSettings store = configuration.logins().store();
    return store == null ? listed : store.open(listed, log);
  }

  /** The state of the files of another user store, to see whether they have changed. */
  List<FileStamp> storeFiles() throws IOException {
    StoreSettings store = configuration.logins().store();
    return store == null ? List.of() : store.files();
  }

  /** Null when nobody logs in by token. */
  TokenLogins tokens(InstantSource clock) throws IOException {
    TokenSettings settings = configuration.logins().tokens();
    if (settings == null) {
      return null;
    }
    TokenRules rules = settings.rules();
    try {
      TokenCheck check =
          rules.introspection() == null
              ? new SignedTokens(rules, log)
              : new Introspection(rules, configuration.limits().credentialCache(), clock);
      return new TokenLogins(check, settings.listedOnly(), rules.scope(), settings.configuration());
    } catch (IOException e) {
      throw new IOException("oauth: " + IoReason.withFile(e), e);
    }
  }

  /** Null when nothing is said of them. */
  LocalRecipients localRecipients() throws IOException {
    Path file = configuration.rules().localRecipients();
    if (file == null) {
      return null;
    }
    try {
      return new LocalRecipients(file, log);
    } catch (IOException e) {
      throw new IOException("localRecipients: " + file + ": " + IoReason.of(e), e);
    }
  }

  /** Counts failed logins, none so far. */
  LoginGuard guard() {
    Limits limits = configuration.limits();
    List<Network> exempt = configuration.rules().loginBlockExempt();
    return new LoginGuard(
        new LoginGuard.Bounds(
            limits.maxLoginFailuresPerAccount(),
            limits.maxLoginFailuresPerNetwork(),
            limits.loginFailureWindow(),
            limits.loginBlock(),
            client -> exempt.stream().anyMatch(range -> range.contains(client))));
  }

  /**
   * Tells of next hops that have no address, without waiting for the name servers. Mail goes to
   * another one, or is put off, until they have.
   */
  void lookForHops() {
    for (HopAddress address : configuration.nextHops()) {
      if (address instanceof HopAddress.Smtp(String host, int _, boolean _)) {
        Thread.startVirtualThread(() -> lookFor(host));
      }
    }
  }

  private void lookFor(String host) {
    try {
      InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      log.accept(
          "nextHop: %s has no address that this machine can find; it gets no mail until it has"
              .formatted(host));
    }
  }

  /** Where accepted mail goes; to be closed. */
  NextHop nextHop() throws IOException {
    List<HopAddress.Smtp> servers = new ArrayList<>();
    for (HopAddress address : configuration.nextHops()) {
      switch (address) {
        case HopAddress.Maildir(Path directory) -> {
          return new MaildirHop(directory, configuration.hostname(), log);
        }
        case HopAddress.Smtp smtp -> servers.add(smtp);
      }
    }
    return new SmtpHop(
        servers,
        configuration.hopTls(),
        configuration.introduction(),
        configuration.hostname(),
        SmtpHop.Timeouts.STANDARD,
        new SmtpHop.Pooling(
            configuration.limits().maxHopConnections(), configuration.limits().hopIdle(), PATIENCE),
        TlsMaterial.trustingClient(),
        TlsMaterial.verifyingClient(),
        log);
  }
}
