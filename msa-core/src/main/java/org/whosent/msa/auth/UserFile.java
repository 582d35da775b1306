package org.whosent.msa.auth;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.whosent.record.DirectorySync;
import org.whosent.record.IoReason;
import org.whosent.record.Printable;

/**
 * The file of users, {@code name:hash[:key=value ...]} one a line, UTF-8; blank lines and lines
 * that begin with {@code #} are kept. Thread-safe, and safe against other processes that change the
 * file in the same way: changes hold a lock file beside it and replace the file atomically.
 *
 * <p>The commands use {@link #add} and its like, which refuse a file that is not right in every
 * line; a server uses a {@link UserDirectory}, which serves the lines that are.
 */
public final class UserFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final int MAX_PASSWORD = 1024;

  private final Path path;

  public UserFile(Path path) {
    this.path = path;
  }

  /** A mistake of the operator's; the message says what, where and what to do. */
  public static final class UserFileException extends IOException {
    private static final long serialVersionUID = 1L;

    UserFileException(String message) {
      super(message);
    }
  }

  /**
   * Adds a user, and makes the file when it is absent.
   *
   * @param password null for a user whom only a token or another store lets in
   * @return false when SCRAM cannot carry the password, so that only PLAIN and LOGIN can
   * @throws UserFileException when the name is there already, in whatever case, or cannot be used
   */
  public boolean add(String name, char[] password) throws IOException {
    String problem = User.nameProblem(name);
    if (problem != null) {
      throw new UserFileException("'" + printable(name) + "': " + problem);
    }
    Secrets secrets =
        password == null ? new Secrets(User.NO_PASSWORD, Optional.empty()) : secrets(password);
    change(
        lines -> {
          if (indexOf(lines, name) >= 0) {
            throw new Refusal(path + ": there is a user '" + printable(name) + "' already");
          }
          List<Object> changed = new ArrayList<>(lines);
          changed.add(secrets.of(new User(name, User.NO_PASSWORD, java.util.Map.of())));
          return changed;
        },
        true);
    return password == null || secrets.verifier.isPresent();
  }

  /**
   * Gives a user a new password.
   *
   * @return false when SCRAM cannot carry it, so that only PLAIN and LOGIN can
   */
  public boolean setPassword(String name, char[] password) throws IOException {
    Secrets secrets = secrets(password);
    changeUser(name, secrets::of);
    return secrets.verifier.isPresent();
  }

  /**
   * Changes what is to hold for a user.
   *
   * @param settings keys of the user file and their values; null takes a key away
   * @throws UserFileException when there is no such user or key, or a value says nothing; nothing
   *     has changed then
   */
  public void set(String name, Map<String, String> settings) throws IOException {
    for (String key : settings.keySet()) {
      if (!User.isKey(key)) {
        throw new UserFileException(
            "'%s' is no key of a user; there are %s"
                .formatted(printable(key), String.join(", ", User.keys())));
      }
    }
    changeUser(
        name,
        user -> {
          User changed = user;
          for (Map.Entry<String, String> setting : settings.entrySet()) {
            changed = changed.withSetting(setting.getKey(), setting.getValue());
          }
          try {
            // What is read back must be what was meant: no value may break out of its place.
            if (User.parse(changed.line()).equals(changed)) {
              return changed;
            }
          } catch (IllegalArgumentException e) {
            throw new Refusal(printable(name) + ": " + e.getMessage());
          }
          throw new Refusal(printable(name) + ": a value cannot contain ':' or blanks");
        });
  }

  /** Lets a user log in no more, at once. */
  public void suspend(String name) throws IOException {
    changeUser(name, user -> user.withSuspended(true));
  }

  /** Lets a suspended user log in again. */
  public void resume(String name) throws IOException {
    changeUser(name, user -> user.withSuspended(false));
  }

  /** All users in the order of the file. */
  public List<User> list() throws IOException {
    return read().stream().filter(User.class::isInstance).map(User.class::cast).toList();
  }

  private static String printable(String name) {
    return Printable.text(name, User.MAX_NAME);
  }

  /** What the file holds of a password. */
  private record Secrets(String hash, Optional<ScramVerifier> verifier) {
    User of(User user) {
      return user.withSecrets(hash, verifier);
    }
  }

  private static Secrets secrets(char[] password) throws IOException {
    if (password.length == 0) {
      throw new UserFileException("an empty password is none");
    }
    for (char c : password) {
      if (c == 0 || c == '\r' || c == '\n') {
        // SASL PLAIN (RFC 4616) cannot carry NUL, and a line end is a slip.
        throw new UserFileException("a password cannot contain NUL or line ends");
      }
    }
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(java.nio.CharBuffer.wrap(password));
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    try {
      if (bytes.length > MAX_PASSWORD) {
        throw new UserFileException("a password has at most " + MAX_PASSWORD + " octets");
      }
      return new Secrets(PasswordHash.make(bytes), ScramVerifier.make(password));
    } finally {
      Arrays.fill(bytes, (byte) 0);
      Arrays.fill(encoded.array(), (byte) 0);
    }
  }

  private void changeUser(String name, UnaryOperator<User> change) throws IOException {
    change(
        lines -> {
          int index = indexOf(lines, name);
          if (index < 0) {
            throw new Refusal(path + ": there is no user '" + printable(name) + "'");
          }
          List<Object> changed = new ArrayList<>(lines);
          changed.set(index, change.apply((User) lines.get(index)));
          return changed;
        },
        false);
  }

  /** Carries a refusal out of a lambda. */
  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
      super(message, null, false, false);
    }
  }

  private static int indexOf(List<Object> lines, String name) {
    String folded = UserDirectory.fold(name);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i) instanceof User user && UserDirectory.fold(user.name()).equals(folded)) {
        return i;
      }
    }
    return -1;
  }

  private void change(UnaryOperator<List<Object>> change, boolean create) throws IOException {
    checkName();
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new UserFileException(path + ": is no file that could be replaced");
    }
    // A symbolic link stays one: what it points to is replaced.
    Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    if (!create && Files.notExists(target) && Files.isDirectory(target.getParent())) {
      // Before the lock, whose file would stay beside a name that was mistyped.
      throw new UserFileException(path + ": no such file; 'whosent user add' makes it");
    }
    Path lockPath = target.resolveSibling(target.getFileName() + ".lock");
    try (FileChannel lockFile =
            FileChannel.open(
                lockPath,
                Set.of(
                    StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        FileLock _ = lock(lockFile)) {
      if (Files.exists(target)) {
        // Root's lock would keep the file's owner out for good.
        shareLock(target, lockPath);
      }
      List<Object> lines;
      try {
        lines = read();
      } catch (NoSuchFileException e) {
        if (!create) {
          throw new UserFileException(path + ": no such file; 'whosent user add' makes it");
        }
        lines = List.of();
      }
      replace(target, change.apply(lines));
    } catch (Refusal e) {
      throw new UserFileException(e.getMessage());
    } catch (NoSuchFileException e) {
      throw new UserFileException(lockPath.getParent() + ": no such directory");
    }
  }

  /** Before the lock, which would else lie beside a directory that was named by mistake. */
  private void checkName() throws UserFileException {
    if (path.toString().isEmpty()) {
      throw new UserFileException("the user file has an empty name; say which file");
    }
    if (Files.isDirectory(path)) {
      throw new UserFileException(path + ": is a directory; name the file of users in it");
    }
  }

  private static void shareLock(Path target, Path lockPath) throws IOException {
    UserPrincipal owner = Files.getOwner(target);
    PosixFileAttributeView lock = view(lockPath);
    if (!owner.equals(lock.getOwner())) {
      try {
        lock.setOwner(owner);
      } catch (IOException _) {
        // only root can, and only root's need it
      }
    }
  }

  /** One lock for all files: within a process the operating system's lock does not wait. */
  private static FileLock lock(FileChannel channel) throws IOException {
    while (true) {
      try {
        return channel.lock();
      } catch (java.nio.channels.OverlappingFileLockException e) {
        try {
          Thread.sleep(20);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted", interrupted);
        }
      }
    }
  }

  private void replace(Path target, List<Object> lines) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Object line : lines) {
      text.append(line instanceof User user ? user.line() : line).append('\n');
    }
    Path temporary = target.resolveSibling(target.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw new UserFileException(
          "cannot write %s: %s; nothing has changed".formatted(temporary, IoReason.of(e)));
    }
    if (Files.exists(target)) {
      keepAccess(target, temporary);
    }
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    DirectorySync.force(target.getParent());
  }

  /**
   * Owner, group and permissions as they were: root changes the file of the account under which the
   * server runs, which may read it by its group only. Links are not followed, since the directory
   * may be that account's, who could put one in the new file's place.
   */
  private static void keepAccess(Path target, Path temporary) throws IOException {
    PosixFileAttributes before = Files.readAttributes(target, PosixFileAttributes.class);
    PosixFileAttributeView view = view(temporary);
    PosixFileAttributes now = view.readAttributes();
    try {
      if (!before.group().equals(now.group())) {
        view.setGroup(before.group());
      }
      if (!before.owner().equals(now.owner())) {
        view.setOwner(before.owner());
      }
      if (!before.permissions().equals(now.permissions())) {
        view.setPermissions(before.permissions());
      }
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw new UserFileException(
          "%s: would not stay %s's and group %s's; do this as that account or as root"
              .formatted(target, before.owner(), before.group()));
    }
  }

  private static PosixFileAttributeView view(Path path) {
    return Files.getFileAttributeView(
        path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** Users, and as text the lines that are none. */
  private List<Object> read() throws IOException {
    checkName();
    List<Object> lines = new ArrayList<>();
    int number = 0;
    for (String line : UserDirectory.lines(path)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        lines.add(line);
        continue;
      }
      try {
        lines.add(User.parse(line));
      } catch (IllegalArgumentException e) {
        throw new UserFileException(
            path + ":" + number + ": " + e.getMessage() + "; correct the line first");
      }
    }
    return lines;
  }
}
