package org.whosent.msa.auth;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.whosent.msa.FileStamp;
import org.whosent.record.ClueType;
import org.whosent.record.IoReason;

/**
 * The users as a running server knows them: the user file, read again whenever it has changed.
 * Thread-safe.
 *
 * <p>A line that is not right is said in the log and passed over; a name that stands twice, in
 * whatever case, is nobody's. Neither lets anybody in, also where others vouch for the name: what
 * could not be read may have been a suspension. When the file cannot be read, nobody can log in
 * until it can: serving yesterday's users could let in one whom the operator has just suspended.
 *
 * <p>An unknown name costs as much time as a known one: its password is tried against the hash of
 * somebody chosen by the name, so that the kinds of hash are met as often as among real users.
 */
public final class UserDirectory implements UserStore {
  private static final long MAX_BYTES = 64L << 20;

  /** How long a login waits for the hashes of others: clients do not wait longer. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final Object UNREADABLE = new Object();

  private final Path path;
  private final Duration remember;
  private final Consumer<String> log;
  private final LoginTurns hashing;
  private final byte[] secret;
  private final String nobodysHash;
  private final AtomicLong hashed = new AtomicLong();
  private volatile Snapshot snapshot;
  private volatile boolean unreadable;

  /**
   * The file at one time; another object whenever it was read again.
   *
   * @param withoutVerifier how many have a password that SCRAM cannot check
   * @param unusable names, folded, of lines that say something which cannot be read, or twice
   * @param proven go with it: after any change everybody's password is hashed again
   */
  private record Snapshot(
      FileStamp stamp,
      Map<String, User> byName,
      Set<String> unusable,
      List<String> hashes,
      Map<ScramVerifier.Shape, Integer> shapes,
      long withoutVerifier,
      ProvenPasswords proven) {
    ScramCoverage coverage() {
      return verifiers() == 0
          ? ScramCoverage.NOBODY
          : withoutVerifier > 0 ? ScramCoverage.SOME : ScramCoverage.EVERYBODY;
    }

    int verifiers() {
      return shapes.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  /**
   * Reads the file.
   *
   * @param remember how long a password that was verified need not be hashed again
   * @param secret from which what names that are nobody's would have is made up
   * @param log gets a line for each line that is passed over and each change that is noticed
   * @throws IOException when it cannot be read
   */
  public UserDirectory(Path path, Duration remember, byte[] secret, Consumer<String> log)
      throws IOException {
    this.path = path;
    this.remember = remember;
    this.secret = secret.clone();
    this.log = log;
    // Each argon2id hash takes tens of MiB while it is worked out, and a core.
    this.hashing = new LoginTurns(Runtime.getRuntime().availableProcessors(), PATIENCE);
    byte[] nothing = new byte[16];
    new SecureRandom().nextBytes(nothing);
    this.nobodysHash = PasswordHash.make(nothing);
    this.snapshot = load(FileStamp.of(path));
  }

  /** A name in the form in which names are compared: the same in which records are searched. */
  static String fold(String name) {
    return ClueType.USER.fold(name);
  }

  @Override
  public int size() {
    return snapshot.byName.size();
  }

  /** How many hashes were worked out. */
  long hashed() {
    return hashed.get();
  }

  /** Who hashes and who waits. */
  LoginTurns turns() {
    return hashing;
  }

  @Override
  public LoginResult authenticate(
      String name, byte[] password, LoginOrigin origin, SaslExchange.Gate gate)
      throws IOException, InterruptedException, SaslExchange.BlockedException {
    Snapshot users = current();
    User user = users.byName.get(fold(name));
    boolean matches = user != null && users.proven.holds(user, password);
    if (!matches) {
      boolean hasHash = user != null && user.hasPassword();
      String hash = hasHash ? user.hash() : somebodysHash(users, name);
      hashing.take(origin.client(), name, gate);
      try {
        hashed.incrementAndGet();
        matches = hashAside(hash, password) && hasHash;
      } finally {
        hashing.end();
      }
      // The next try would be quick, and tell a guesser what the answer does not: that it is right.
      if (matches && !user.suspended()) {
        users.proven.add(user, password);
      }
    }
    if (user == null) {
      return new LoginResult.Refused("unknown-user");
    }
    if (!matches) {
      return new LoginResult.Refused("wrong-secret");
    }
    return user.suspended()
        ? new LoginResult.Refused("suspended")
        : new LoginResult.Authenticated(user);
  }

  /**
   * Works a hash out on a thread of the system's. On a virtual thread it would keep a carrier, of
   * which there are as many as cores, and no session could do anything meanwhile.
   */
  private static boolean hashAside(String hash, byte[] password) throws InterruptedException {
    FutureTask<Boolean> matching = new FutureTask<>(() -> PasswordHash.matches(hash, password));
    Thread.ofPlatform().daemon().name("msa-hash").start(matching);
    try {
      return matching.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a hash cannot be worked out", e.getCause());
    }
  }

  /** The hash against which a password of nobody's is tried. */
  String somebodysHash(String name) throws IOException {
    return somebodysHash(current(), name);
  }

  private String somebodysHash(Snapshot users, String name) {
    if (users.hashes.isEmpty()) {
      return nobodysHash;
    }
    return users.hashes.get((int) (share("hash", name) * users.hashes.size()));
  }

  /** A number from 0 to less than 1, always the same for a name. */
  private double share(String purpose, String name) {
    byte[] random = ScramVerifier.hmac(secret, purpose + " " + fold(name));
    return (ByteBuffer.wrap(random).getLong() >>> 11) * 0x1p-53;
  }

  @Override
  public LoginResult vouchedFor(String name, boolean listedOnly) throws IOException {
    Snapshot users = current();
    User user = users.byName.get(fold(name));
    if (user == null) {
      return listedOnly || users.unusable.contains(fold(name))
          ? new LoginResult.Refused("unknown-user")
          : new LoginResult.Authenticated(User.unlisted(name));
    }
    return user.suspended()
        ? new LoginResult.Refused("suspended")
        : new LoginResult.Authenticated(user);
  }

  @Override
  public ScramCoverage scramCoverage() {
    try {
      return current().coverage();
    } catch (IOException e) {
      return ScramCoverage.NOBODY;
    }
  }

  @Override
  public ScramAccount scram(String name) throws IOException {
    Snapshot users = current();
    User user = users.byName.get(fold(name));
    String prepared = Saslprep.query(name).orElse(name);
    if (user == null) {
      // RFC 5802 section 5.1: the name in the form in which the client may have prepared it.
      user = users.byName.get(fold(prepared));
    }
    Optional<ScramVerifier> verifier = user == null ? Optional.empty() : user.scram();
    if (verifier.isPresent()) {
      return new ScramAccount(verifier.get(), user, null);
    }
    return new ScramAccount(
        ScramVerifier.madeUp(secret, fold(prepared), somebodysShape(users, prepared)),
        null,
        user == null ? "unknown-user" : "no-verifier");
  }

  /** Iterations and length of salt, each as often as among real users. */
  private ScramVerifier.Shape somebodysShape(Snapshot users, String name) {
    double number = share("shape", name) * users.verifiers();
    for (Map.Entry<ScramVerifier.Shape, Integer> shape : users.shapes.entrySet()) {
      number -= shape.getValue();
      if (number < 0) {
        return shape.getKey();
      }
    }
    return ScramVerifier.Shape.NEW;
  }

  @Override
  public Optional<User> stillTheSame(User user) throws IOException {
    Snapshot users = current();
    User now = users.byName.get(fold(user.name()));
    if (now == null && user.isUnlisted()) {
      return users.unusable.contains(fold(user.name())) ? Optional.empty() : Optional.of(user);
    }
    boolean same = now != null && !now.suspended() && now.hasSameSecretsAs(user);
    return same ? Optional.of(now) : Optional.empty();
  }

  /** Another object after each change of the file, and when it is unreadable. */
  @Override
  public Object version() {
    try {
      return current();
    } catch (IOException e) {
      return UNREADABLE;
    }
  }

  private Snapshot current() throws IOException {
    try {
      FileStamp stamp = FileStamp.of(path);
      Snapshot users = snapshot;
      if (!stamp.equals(users.stamp) || unreadable) {
        users = reload();
      }
      return users;
    } catch (IOException e) {
      if (!unreadable) {
        unreadable = true;
        log.accept("users: " + path + " cannot be read, nobody can log in: " + IoReason.of(e));
      }
      throw e;
    }
  }

  private synchronized Snapshot reload() throws IOException {
    FileStamp stamp = FileStamp.of(path);
    if (!stamp.equals(snapshot.stamp)) {
      snapshot = load(stamp);
      log.accept("users: " + path + " read again: " + snapshot.byName.size() + " users");
    }
    unreadable = false;
    return snapshot;
  }

  private Snapshot load(FileStamp stamp) throws IOException {
    Map<String, User> byName = new HashMap<>();
    Map<String, Integer> twice = new HashMap<>();
    Set<String> unusable = new HashSet<>();
    Set<String> names = new HashSet<>();
    int number = 0;
    for (String line : lines(path)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String name = fold(line.split(":", 2)[0].strip());
      try {
        User user = User.parse(line);
        if (user.unknownKey() != null) {
          log.accept(
              "users: %s:%d: unknown key '%s' says nothing"
                  .formatted(path, number, user.unknownKey()));
        }
        byName.put(fold(user.name()), user);
      } catch (IllegalArgumentException e) {
        log.accept("users: " + path + ":" + number + ": " + e.getMessage() + "; passed over");
        unusable.add(name);
      }
      if (!names.add(name)) {
        twice.put(name, number);
      }
    }
    unusable.addAll(twice.keySet());
    unusable.forEach(byName::remove);
    twice.forEach(
        (_, line) ->
            log.accept(
                "users: " + path + ":" + line + ": the name stands here again; nobody's now"));
    // Sorted, so that those of one kind stand together and a name meets the same kind each time.
    List<String> hashes =
        byName.values().stream().filter(User::hasPassword).map(User::hash).sorted().toList();
    Map<ScramVerifier.Shape, Integer> shapes =
        new TreeMap<>(
            Comparator.comparingInt(ScramVerifier.Shape::iterations)
                .thenComparingInt(ScramVerifier.Shape::saltLength));
    byName
        .values()
        .forEach(user -> user.scram().ifPresent(v -> shapes.merge(v.shape(), 1, Integer::sum)));
    Snapshot users =
        new Snapshot(
            stamp,
            Map.copyOf(byName),
            Set.copyOf(unusable),
            hashes,
            shapes,
            byName.values().stream()
                .filter(user -> user.hasPassword() && user.scram().isEmpty())
                .count(),
            new ProvenPasswords(remember));
    if (users.coverage() == ScramCoverage.SOME) {
      log.accept(
          "users: %d of %d users with a password have no SCRAM verifier; 'whosent user passwd' gives one"
              .formatted(users.withoutVerifier, hashes.size()));
    }
    return users;
  }

  static List<String> lines(Path path) throws IOException {
    if (Files.size(path) > MAX_BYTES) {
      throw new IOException(path + ": larger than 64 MiB; this is no user file");
    }
    try {
      List<String> lines = new ArrayList<>(Files.readAllLines(path, StandardCharsets.UTF_8));
      if (!lines.isEmpty() && lines.getFirst().startsWith("\ufeff")) {
        // An editor's byte order mark: the first user would have another name.
        lines.set(0, lines.getFirst().substring(1));
      }
      return lines;
    } catch (CharacterCodingException e) {
      throw new IOException(path + ": not UTF-8; see: iconv -f latin1 -t utf-8", e);
    }
  }
}
