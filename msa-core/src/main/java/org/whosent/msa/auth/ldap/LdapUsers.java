package org.whosent.msa.auth.ldap;

import com.unboundid.ldap.sdk.BindResult;
import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.FailoverServerSet;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.PostConnectProcessor;
import com.unboundid.ldap.sdk.RDN;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.ServerSet;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.SingleServerSet;
import com.unboundid.ldap.sdk.StartTLSPostConnectProcessor;
import com.unboundid.ldap.sdk.controls.PasswordExpiredControl;
import com.unboundid.util.ssl.JVMDefaultTrustManager;
import com.unboundid.util.ssl.PEMFileTrustManager;
import com.unboundid.util.ssl.SSLUtil;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.whosent.msa.auth.ExternalUsers;
import org.whosent.msa.auth.LoginOrigin;
import org.whosent.msa.auth.UserDirectory;
import org.whosent.record.ClueType;

/**
 * Searches for a user and binds as it with the password (RFC 4511, RFC 4513). Thread-safe.
 *
 * <p>The name goes into the filter escaped (RFC 4515), so that nobody searches for {@code *}. Two
 * entries for a name are none. The name that counts is the entry's, since LDAP finds {@code alice}
 * for {@code ALICE} too and for whatever else its matching rules think equal; two entries that have
 * the same are none, too. For a name that is nobody's a bind is tried as well, as an entry that is
 * not there. A user who logged in is looked for again when a minute has passed: who is not found by
 * the filter any more is cut off. Referrals are not followed.
 */
final class LdapUsers extends ExternalUsers {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration RESPONSE = Duration.ofSeconds(10);
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final Duration SEEN = Duration.ofMinutes(1);
  private static final int MAX_CONNECTIONS = 16;
  private static final int MAX_SEEN = 10_000;

  /** The directory's refusals of a user; anything else is a failure of the look-up. */
  private static final Set<ResultCode> REFUSALS =
      Set.of(
          ResultCode.INVALID_CREDENTIALS,
          ResultCode.NO_SUCH_OBJECT,
          ResultCode.INVALID_DN_SYNTAX,
          ResultCode.INAPPROPRIATE_AUTHENTICATION,
          ResultCode.CONSTRAINT_VIOLATION,
          ResultCode.UNWILLING_TO_PERFORM,
          ResultCode.INSUFFICIENT_ACCESS_RIGHTS);

  private final LdapSettings settings;
  private final Consumer<String> log;
  private final LDAPConnectionPool searches;
  private final LDAPConnectionPool binds;
  private final LongSupplier nanoTime;

  /**
   * That a user was found.
   *
   * @param typed what the filter found the user by: it need not find the name in records, where
   *     people log in with their address and the record has their uid
   */
  private record Seen(String typed, long nanos) {}

  private final Map<String, Seen> seen =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
          return size() > MAX_SEEN;
        }
      };

  LdapUsers(LdapSettings settings, UserDirectory listed, Consumer<String> log) throws IOException {
    this(settings, listed, log, System::nanoTime);
  }

  /** With a clock that a test may set. */
  LdapUsers(
      LdapSettings settings, UserDirectory listed, Consumer<String> log, LongSupplier nanoTime)
      throws IOException {
    super(listed, MAX_CONNECTIONS, WAIT);
    this.settings = settings;
    this.log = log;
    this.nanoTime = nanoTime;
    try {
      SSLContext tls = tls();
      ServerSet servers = servers(tls);
      PostConnectProcessor startTls =
          settings.startTls() ? new StartTLSPostConnectProcessor(tls) : null;
      SimpleBindRequest self = self();
      // None is opened yet: the directory may come up after us.
      searches = new LDAPConnectionPool(servers, self, 0, MAX_CONNECTIONS, startTls, false);
      binds = new LDAPConnectionPool(servers, null, 0, MAX_CONNECTIONS, startTls, false);
      for (LDAPConnectionPool pool : List.of(searches, binds)) {
        pool.setMaxWaitTimeMillis(RESPONSE.toMillis());
        pool.setCreateIfNecessary(false);
        pool.setRetryFailedOperationsDueToInvalidConnections(true);
      }
    } catch (LDAPException | GeneralSecurityException e) {
      throw new IOException("ldap: " + e.getMessage(), e);
    }
  }

  private SimpleBindRequest self() throws IOException {
    if (settings.bindDn() == null) {
      return null;
    }
    List<String> lines = Files.readAllLines(settings.bindPasswordFile());
    if (lines.isEmpty() || lines.getFirst().isEmpty()) {
      throw new IOException("ldap: " + settings.bindPasswordFile() + ": no password in it");
    }
    return new SimpleBindRequest(settings.bindDn(), lines.getFirst());
  }

  private SSLContext tls() throws GeneralSecurityException, IOException {
    TrustManager trust =
        settings.trust() == null
            ? JVMDefaultTrustManager.getInstance()
            : new PEMFileTrustManager(settings.trust().toFile());
    return new SSLUtil(trust).createSSLContext();
  }

  private ServerSet servers(SSLContext tls) {
    LDAPConnectionOptions options = new LDAPConnectionOptions();
    options.setConnectTimeoutMillis((int) CONNECT.toMillis());
    options.setResponseTimeoutMillis(RESPONSE.toMillis());
    options.setFollowReferrals(false);
    options.setBindWithDNRequiresPassword(true);
    // For LDAPS and for StartTLS alike.
    options.setSSLSocketVerifier(new DirectoryHost());
    ServerSet[] sets =
        settings.servers().stream()
            .map(
                s ->
                    s.tls()
                        ? new SingleServerSet(s.host(), s.port(), tls.getSocketFactory(), options)
                        : new SingleServerSet(s.host(), s.port(), options))
            .toArray(ServerSet[]::new);
    return sets.length == 1 ? sets[0] : new FailoverServerSet(sets);
  }

  /** The one entry of a name; empty when there is none, or more than one. */
  private Optional<SearchResultEntry> find(String name) throws IOException {
    return only(settings.filter().replace(LdapSettings.PLACE, Filter.encodeValue(name)));
  }

  private Optional<SearchResultEntry> only(String filter) throws IOException {
    try {
      SearchRequest request =
          new SearchRequest(
              settings.base(), SearchScope.SUB, Filter.create(filter), settings.userAttribute());
      request.setSizeLimit(2);
      request.setTimeLimitSeconds((int) RESPONSE.toSeconds());
      List<SearchResultEntry> entries = searches.search(request).getSearchEntries();
      if (entries.size() > 1) {
        log.accept("ldap: more than one entry for a name; nobody is let in as it");
      }
      return entries.size() == 1 ? Optional.of(entries.getFirst()) : Optional.empty();
    } catch (LDAPSearchException e) {
      if (e.getResultCode().equals(ResultCode.SIZE_LIMIT_EXCEEDED)) {
        log.accept("ldap: more than one entry for a name; nobody is let in as it");
        return Optional.empty();
      }
      throw new IOException("ldap: searching: " + e.getMessage(), e);
    } catch (LDAPException e) {
      throw new IOException("ldap: searching: " + e.getMessage(), e);
    }
  }

  /**
   * The name in records. No other entry below the base may have it, also one that the filter finds
   * by another name or not at all: there the two would be one.
   */
  private Optional<String> canonical(SearchResultEntry entry) throws IOException {
    String[] names = entry.getAttributeValues(settings.userAttribute());
    if (names == null || names.length != 1) {
      log.accept(
          "ldap: %s has %d values of %s, and must have one to log in"
              .formatted(
                  entry.getDN(), names == null ? 0 : names.length, settings.userAttribute()));
      return Optional.empty();
    }
    String filter = "(%s=%s)".formatted(settings.userAttribute(), Filter.encodeValue(names[0]));
    if (only(filter).isEmpty()) {
      log.accept(
          "ldap: %s cannot log in: a search for its %s does not find it alone"
              .formatted(entry.getDN(), settings.userAttribute()));
      return Optional.empty();
    }
    return Optional.of(names[0]);
  }

  @Override
  protected Optional<String> check(String name, byte[] password, LoginOrigin origin)
      throws IOException {
    Optional<SearchResultEntry> entry = find(name);
    String dn = entry.isPresent() ? entry.get().getDN() : nobody();
    boolean bound = bind(dn, password);
    if (entry.isEmpty() || !bound) {
      return Optional.empty();
    }
    Optional<String> canonical = canonical(entry.get());
    canonical.ifPresent(login -> see(login, name));
    return canonical;
  }

  private String nobody() throws IOException {
    try {
      return new DN(new RDN("cn", "whosent-nobody"), new DN(settings.base())).toString();
    } catch (LDAPException e) {
      throw new IOException("ldap: base: " + e.getMessage(), e);
    }
  }

  private boolean bind(String dn, byte[] password) throws IOException {
    try {
      // The octets as they came: a text would have one sign for all that is not UTF-8.
      BindResult result = binds.bindAndRevertAuthentication(new SimpleBindRequest(dn, password));
      return result.getResultCode().equals(ResultCode.SUCCESS)
          && PasswordExpiredControl.get(result) == null;
    } catch (LDAPException e) {
      if (REFUSALS.contains(e.getResultCode())) {
        return false;
      }
      throw new IOException("ldap: binding: " + e.getMessage(), e);
    }
  }

  private void see(String login, String typed) {
    synchronized (seen) {
      seen.put(ClueType.USER.fold(login), new Seen(typed, nanoTime.getAsLong()));
    }
  }

  @Override
  protected boolean stillThere(String name) throws IOException {
    String typed = name;
    synchronized (seen) {
      Seen before = seen.get(ClueType.USER.fold(name));
      if (before != null) {
        if (nanoTime.getAsLong() - before.nanos < SEEN.toNanos()) {
          return true;
        }
        typed = before.typed;
      }
    }
    Optional<SearchResultEntry> entry = find(typed);
    Optional<String> found = entry.isEmpty() ? Optional.empty() : canonical(entry.get());
    boolean there = found.isPresent() && isSame(found.get(), name);
    if (there) {
      see(name, typed);
    }
    return there;
  }

  @Override
  public void close() {
    searches.close();
    binds.close();
  }
}
