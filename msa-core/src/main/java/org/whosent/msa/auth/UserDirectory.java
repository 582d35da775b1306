package org.whosent.msa.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.whosent.msa.FileStamp;
import org.whosent.record.ClueType;

/**
 * The users as a running server knows them: the user file, read again whenever it has changed.
 * Thread-safe.
 *
 * <p>A line that is not right is said in the log and passed over; a name that stands twice, in
 * whatever case, is nobody's. When the file cannot be read, nobody can log in until it can: serving
 * yesterday's users could let in one whom the operator has just suspended.
 *
 * <p>An unknown name costs as much time as a known one: its password is tried against the hash of
 * somebody chosen by the name, so that the kinds of hash are met as often as among real users.
 */
public final class UserDirectory {
  private static final long MAX_BYTES = 64L << 20;

  private static final Object UNREADABLE = new Object();

  private final Path path;
  private final Duration remember;
  private final Consumer<String> log;
  private final Semaphore hashing;
  private final byte[] secret = new byte[16];
  private final String nobodysHash;
  private final AtomicLong hashed = new AtomicLong();
  private volatile Snapshot snapshot;
  private volatile boolean unreadable;

  /**
   * The file at one time; another object whenever it was read again.
   *
   * @param proven go with it: after any change everybody's password is hashed again
   */
  private record Snapshot(
      FileStamp stamp, Map<String, User> byName, List<User> list, ProvenPasswords proven) {}

  /** What came of a login. */
  public sealed interface Result {
    /** The user is who they say. */
    record Authenticated(User user) implements Result {}

    /**
     * Nobody is let in.
     *
     * @param reason for the operator: unknown-user, wrong-secret or suspended
     */
    record Refused(String reason) implements Result {}
  }

  /**
   * Reads the file.
   *
   * @param remember how long a password that was verified need not be hashed again
   * @param log gets a line for each line that is passed over and each change that is noticed
   * @throws IOException when it cannot be read
   */
  public UserDirectory(Path path, Duration remember, Consumer<String> log) throws IOException {
    this.path = path;
    this.remember = remember;
    this.log = log;
    // Each argon2id hash takes tens of MiB while it is worked out, and a core.
    this.hashing = new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors()), true);
    new SecureRandom().nextBytes(secret);
    byte[] nothing = new byte[16];
    new SecureRandom().nextBytes(nothing);
    this.nobodysHash = PasswordHash.make(nothing);
    this.snapshot = load(FileStamp.of(path));
  }

  /** A name in the form in which names are compared: the same in which records are searched. */
  static String fold(String name) {
    return ClueType.USER.fold(name);
  }

  /** How many users there are. */
  public int size() {
    return snapshot.list.size();
  }

  /** How many hashes were worked out. */
  long hashed() {
    return hashed.get();
  }

  /**
   * Checks a name and a password.
   *
   * @throws IOException when the file cannot be read now
   * @throws InterruptedException while waiting for other hashes to be done
   */
  public Result authenticate(String name, byte[] password)
      throws IOException, InterruptedException {
    Snapshot users = current();
    User user = users.byName.get(fold(name));
    boolean matches = user != null && users.proven.holds(user, password);
    if (!matches) {
      String hash = user != null ? user.hash() : somebodysHash(users, name);
      hashing.acquire();
      try {
        hashed.incrementAndGet();
        matches = PasswordHash.matches(hash, password);
      } finally {
        hashing.release();
      }
      if (matches && user != null) {
        users.proven.add(user, password);
      }
    }
    if (user == null) {
      return new Result.Refused("unknown-user");
    }
    if (!matches) {
      return new Result.Refused("wrong-secret");
    }
    return user.suspended() ? new Result.Refused("suspended") : new Result.Authenticated(user);
  }

  private String somebodysHash(Snapshot users, String name) {
    if (users.list.isEmpty()) {
      return nobodysHash;
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(secret);
      byte[] hash = digest.digest(fold(name).getBytes(StandardCharsets.UTF_8));
      int number = Arrays.hashCode(hash);
      return users.list.get(Math.floorMod(number, users.list.size())).hash();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * The user as the file has it now.
   *
   * @return empty when it is gone, suspended or has another password: whoever logged in as it must
   *     not go on, since the one who changed the password may be the owner and the other a thief
   * @throws IOException when the file cannot be read now
   */
  public Optional<User> stillTheSame(User user) throws IOException {
    User now = current().byName.get(fold(user.name()));
    boolean same = now != null && !now.suspended() && now.hash().equals(user.hash());
    return same ? Optional.of(now) : Optional.empty();
  }

  /** Something that is another object after each change of the file, and when it is unreadable. */
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
        log.accept("users: " + path + " cannot be read, nobody can log in: " + e);
      }
      throw e;
    }
  }

  private synchronized Snapshot reload() throws IOException {
    FileStamp stamp = FileStamp.of(path);
    if (!stamp.equals(snapshot.stamp)) {
      snapshot = load(stamp);
      log.accept("users: " + path + " read again: " + snapshot.list.size() + " users");
    }
    unreadable = false;
    return snapshot;
  }

  private Snapshot load(FileStamp stamp) throws IOException {
    Map<String, User> byName = new HashMap<>();
    Map<String, Integer> twice = new HashMap<>();
    int number = 0;
    for (String line : lines(path)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      try {
        User user = User.parse(line);
        if (user.unknownKey() != null) {
          log.accept(
              "users: %s:%d: unknown key '%s' says nothing"
                  .formatted(path, number, user.unknownKey()));
        }
        if (byName.put(fold(user.name()), user) != null) {
          twice.put(fold(user.name()), number);
        }
      } catch (IllegalArgumentException e) {
        log.accept("users: " + path + ":" + number + ": " + e.getMessage() + "; passed over");
      }
    }
    twice.forEach(
        (name, line) -> {
          byName.remove(name);
          log.accept("users: " + path + ":" + line + ": the name stands here again; nobody's now");
        });
    return new Snapshot(
        stamp, Map.copyOf(byName), List.copyOf(byName.values()), new ProvenPasswords(remember));
  }

  static List<String> lines(Path path) throws IOException {
    if (Files.size(path) > MAX_BYTES) {
      throw new IOException(path + ": larger than 64 MiB; this is no user file");
    }
    return Files.readAllLines(path, StandardCharsets.UTF_8);
  }
}
