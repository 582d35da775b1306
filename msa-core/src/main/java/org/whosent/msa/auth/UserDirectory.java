package org.whosent.msa.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
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

  private final Path path;
  private final Consumer<String> log;
  private final Semaphore hashing;
  private final byte[] secret = new byte[16];
  private final String nobodysHash;
  private Snapshot snapshot;
  private boolean unreadable;

  private record Stamp(Object fileKey, FileTime modified, Object changed, long size) {}

  private record Snapshot(Stamp stamp, Map<String, User> byName, List<User> list) {}

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
   * @param log gets a line for each line that is passed over and each change that is noticed
   * @throws IOException when it cannot be read
   */
  public UserDirectory(Path path, Consumer<String> log) throws IOException {
    this.path = path;
    this.log = log;
    // Each argon2id hash takes tens of MiB while it is worked out, and a core.
    this.hashing = new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors()), true);
    new SecureRandom().nextBytes(secret);
    byte[] nothing = new byte[16];
    new SecureRandom().nextBytes(nothing);
    this.nobodysHash = PasswordHash.make(nothing);
    this.snapshot = load(stamp());
  }

  /** A name in the form in which names are compared: the same in which records are searched. */
  static String fold(String name) {
    return ClueType.USER.fold(name);
  }

  /** How many users there are. */
  public synchronized int size() {
    return snapshot.list.size();
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
    String hash = user != null ? user.hash() : somebodysHash(users, name);
    boolean matches;
    hashing.acquire();
    try {
      matches = PasswordHash.matches(hash, password);
    } finally {
      hashing.release();
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

  private synchronized Snapshot current() throws IOException {
    try {
      Stamp stamp = stamp();
      if (!stamp.equals(snapshot.stamp)) {
        snapshot = load(stamp);
        log.accept("users: " + path + " read again: " + snapshot.list.size() + " users");
      }
      unreadable = false;
      return snapshot;
    } catch (IOException e) {
      if (!unreadable) {
        unreadable = true;
        log.accept("users: " + path + " cannot be read, nobody can log in: " + e);
      }
      throw e;
    }
  }

  private Stamp stamp() throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    Object changed;
    try {
      // Two changes within the clock's grain and of equal size still differ in this.
      changed = Files.getAttribute(path, "unix:ctime");
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      changed = null;
    }
    return new Stamp(
        attributes.fileKey(), attributes.lastModifiedTime(), changed, attributes.size());
  }

  private Snapshot load(Stamp stamp) throws IOException {
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
    return new Snapshot(stamp, Map.copyOf(byName), List.copyOf(byName.values()));
  }

  static List<String> lines(Path path) throws IOException {
    if (Files.size(path) > MAX_BYTES) {
      throw new IOException(path + ": larger than 64 MiB; this is no user file");
    }
    return Files.readAllLines(path, StandardCharsets.UTF_8);
  }
}
