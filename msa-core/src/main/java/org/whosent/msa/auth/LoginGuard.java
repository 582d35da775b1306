package org.whosent.msa.auth;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Counts failed logins by network, and by account and network, and blocks who has too many for a
 * time that doubles with each block. Thread-safe, in memory only: a restart forgets.
 *
 * <p>An account is never blocked for everybody: that would let a stranger lock its owner out. A
 * name that is nobody's is counted like any other, so that no answer tells them apart. While an
 * account is blocked for a network its failures there do not count against the network: one phone
 * with an old password must not shut out the office behind the same address.
 *
 * <p>Memory is bounded: the entries that were touched longest ago are forgotten. Known weak: who
 * has very many networks can make it forget, and is not slowed down anyway.
 */
public final class LoginGuard {
  private static final int MAX_ENTRIES = 65_536;
  private static final int MAX_DOUBLINGS = 6;

  /** Threads that wait for each other may come with times that are a little apart. */
  private static final Duration STEP = Duration.ofMinutes(1);

  /**
   * The bounds.
   *
   * @param perAccount failures of one account from one network within the window
   * @param perNetwork failures of one network within the window
   * @param window after which failures are forgotten
   * @param block how long the first block lasts
   * @param exempt networks that are not blocked as a whole: those of a webmail server, say
   */
  public record Bounds(
      int perAccount,
      int perNetwork,
      Duration window,
      Duration block,
      Predicate<InetAddress> exempt) {}

  /**
   * What a failure led to.
   *
   * @param failures so far, of the account or a quarter of the network's, whichever is more
   * @param accountBlocked for how long, from this failure on; zero when it is not
   * @param networkBlocked likewise
   */
  public record Failure(int failures, Duration accountBlocked, Duration networkBlocked) {}

  /** A name as a keyed digest: what people type as a name is now and then a password. */
  private record Account(ClientNetwork network, long high, long low) {}

  private static final class Count {
    int failures;
    Instant since;
    Instant blockedUntil = Instant.MIN;
    int blocks;
  }

  private static final class Counts<K> extends LinkedHashMap<K, Count> {
    private static final long serialVersionUID = 1L;

    Counts() {
      super(64, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, Count> eldest) {
      return size() > MAX_ENTRIES;
    }
  }

  private final Bounds bounds;
  private final byte[] key = new byte[32];
  private final Counts<ClientNetwork> networks = new Counts<>();
  private final Counts<Account> accounts = new Counts<>();
  private Instant newest = Instant.MIN;

  public LoginGuard(Bounds bounds) {
    this.bounds = bounds;
    new SecureRandom().nextBytes(key);
  }

  /**
   * A clock that is set back would make blocks last until it is that late again, for days: all is
   * forgotten then, as after a restart.
   */
  private void look(Instant now) {
    if (newest.isAfter(now.plus(STEP))) {
      networks.clear();
      accounts.clear();
      newest = now;
    }
    newest = newest.isAfter(now) ? newest : now;
  }

  /** True when this login is refused from there now, whatever the password. */
  public synchronized boolean isBlocked(InetAddress client, String login, Instant now) {
    look(now);
    return isBlocked(networks.get(ClientNetwork.of(client)), now)
        || isBlocked(accounts.get(account(client, login)), now);
  }

  private static boolean isBlocked(Count count, Instant now) {
    return count != null && now.isBefore(count.blockedUntil);
  }

  /** Counts a failed login. */
  public synchronized Failure failed(InetAddress client, String login, Instant now) {
    look(now);
    Count account = accounts.computeIfAbsent(account(client, login), _ -> new Count());
    Count network = networks.computeIfAbsent(ClientNetwork.of(client), _ -> new Count());
    if (isBlocked(account, now)) {
      return new Failure(bounds.perAccount, Duration.ZERO, Duration.ZERO);
    }
    Duration accountBlocked = count(account, bounds.perAccount, now);
    int failures = account.failures;
    Duration networkBlocked = Duration.ZERO;
    if (!bounds.exempt.test(client)) {
      networkBlocked = count(network, bounds.perNetwork, now);
      // Others behind the same address are slowed down too, but less.
      failures = Math.max(failures, network.failures / 4);
    }
    return new Failure(failures, accountBlocked, networkBlocked);
  }

  private Duration count(Count count, int most, Instant now) {
    boolean over = count.since == null || now.isAfter(count.since.plus(bounds.window));
    if (over || count.failures >= most && !isBlocked(count, now)) {
      if (over && now.isAfter(count.since == null ? now : count.since.plus(Duration.ofDays(1)))) {
        count.blocks = 0;
      }
      count.failures = 0;
      count.since = now;
    }
    if (++count.failures != most) {
      return Duration.ZERO;
    }
    Duration block = bounds.block.multipliedBy(1L << Math.min(count.blocks++, MAX_DOUBLINGS));
    count.blockedUntil = now.plus(block);
    return block;
  }

  /** Forgets the account's failures from there; the network's stay, or a thief could wipe them. */
  public synchronized void succeeded(InetAddress client, String login) {
    accounts.remove(account(client, login));
  }

  /** How many entries are held. */
  synchronized int size() {
    return accounts.size() + networks.size();
  }

  private Account account(InetAddress client, String login) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(key);
      ByteBuffer hash =
          ByteBuffer.wrap(digest.digest(spelling(login).getBytes(StandardCharsets.UTF_8)));
      return new Account(ClientNetwork.of(client), hash.getLong(), hash.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * One form for all that SASLprep (RFC 4013) or a directory (RFC 4518) may take for one name: who
   * could spell it with a blank or a soft hyphen more would have as many guesses as spellings.
   */
  private static String spelling(String login) {
    String visible = login.replaceAll("[\\p{Cc}\\p{Cf}&&[^\\s]]+", "");
    String prepared = Saslprep.query(visible).orElse(visible);
    return UserDirectory.fold(prepared.replaceAll("\\s+", " ").strip());
  }
}
