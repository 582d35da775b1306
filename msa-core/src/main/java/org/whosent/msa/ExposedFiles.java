package org.whosent.msa;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells the operator which files with secrets other accounts of the machine can read or change:
 * hashes of passwords, the key behind the certificate, those behind transaction IDs. It tells and
 * no more, since to refuse mail today for a mode that was wrong yesterday would help nobody; and it
 * looks at modes alone, not at access control lists. Stateless.
 */
final class ExposedFiles {
  private ExposedFiles() {}

  /** Looks at all that a configuration names. */
  static void tell(MsaConfiguration configuration, Consumer<String> log) {
    Path data = configuration.data();
    changeable(data, log);
    secret(configuration.users(), log);
    secret(configuration.key(), log);
    secret(data.resolve("login-secret"), log);
    try (DirectoryStream<Path> keys = Files.newDirectoryStream(data.resolve("keys"), "*.key")) {
      keys.forEach(key -> secret(key, log));
    } catch (IOException e) {
      // Whoever needs them says so.
    }
  }

  private static void secret(Path file, Consumer<String> log) {
    Set<PosixFilePermission> modes = modes(file);
    if (modes.contains(PosixFilePermission.OTHERS_WRITE)) {
      changeable(file, log);
    } else if (modes.contains(PosixFilePermission.OTHERS_READ) && isReached(file)) {
      log.accept(
          "%s: every account of this machine can read it; chmod o-rwx %s".formatted(file, file));
    }
  }

  private static void changeable(Path file, Consumer<String> log) {
    if (modes(file).contains(PosixFilePermission.OTHERS_WRITE) && isReached(file)) {
      log.accept(
          "%s: every account of this machine can change it; chmod o-rwx %s".formatted(file, file));
    }
  }

  /** Whether others may pass through all directories above it. */
  private static boolean isReached(Path file) {
    try {
      for (Path up = file.toRealPath().getParent(); up != null; up = up.getParent()) {
        if (!modes(up).contains(PosixFilePermission.OTHERS_EXECUTE)) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** None where there is no such file, or a file system without modes. */
  private static Set<PosixFilePermission> modes(Path file) {
    try {
      return Files.getPosixFilePermissions(file);
    } catch (IOException | UnsupportedOperationException e) {
      return Set.of();
    }
  }
}
