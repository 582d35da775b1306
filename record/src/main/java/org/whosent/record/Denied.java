package org.whosent.record;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Predicate;

/**
 * Whose a file is that may not be opened, and as whom to try again. Most often somebody runs a
 * command who is not the data directory's owner, or root has restored a backup as root's.
 * Stateless.
 */
final class Denied {
  private Denied() {}

  /**
   * What to do, to stand behind "permission denied"; empty where the owner and mode do not explain
   * it, as with a security module's rules.
   *
   * @param name of the file, as the failure has it; or null
   */
  static String advice(String name) {
    return advice(name, System.getProperty("user.name"), Denied::isOpen);
  }

  /**
   * The same.
   *
   * @param self the account that this runs as
   * @param isOpen whether it may do with a file what anybody may need
   */
  static String advice(String name, String self, Predicate<Path> isOpen) {
    try {
      Path file = name == null ? null : Path.of(name).toAbsolutePath();
      Path there = file;
      while (there != null && !isThere(there)) {
        there = there.getParent();
      }
      if (there != null && isOpen.test(there)) {
        there = there.getParent(); // who makes or deletes a file needs its directory
      }
      if (there != null && !isOpen.test(there)) {
        String subject = there.equals(file) ? "it" : there.toString();
        String why = advice(Files.readAttributes(there, PosixFileAttributes.class), self);
        return why.isEmpty() ? "" : ": " + subject + why;
      }
    } catch (IOException | InvalidPathException | UnsupportedOperationException _) {
      // another file system has no such owners; and what is gone by now is explained by nothing
    }
    return "";
  }

  private static boolean isThere(Path file) throws IOException {
    try {
      Files.readAttributes(file, PosixFileAttributes.class);
      return true;
    } catch (NoSuchFileException | AccessDeniedException _) {
      return false; // or it is the directory above that is shut
    }
  }

  private static boolean isOpen(Path file) {
    return Files.isReadable(file)
        && Files.isWritable(file)
        && (!Files.isDirectory(file) || Files.isExecutable(file));
  }

  private static String advice(PosixFileAttributes file, String self) {
    String owner = file.owner().getName();
    String mode = PosixFilePermissions.toString(file.permissions());
    if (!owner.equals(self)) {
      return " belongs to %s:%s, mode %s; run this as %s%s"
          .formatted(
              owner,
              file.group().getName(),
              mode,
              owner,
              owner.equals("root") || self.equals("root") ? "" : ", or as root");
    }
    boolean mayAll = mode.startsWith("rw") && (mode.startsWith("rwx") || !file.isDirectory());
    return mayAll ? "" : " is yours, mode " + mode + "; give yourself the right to it with chmod";
  }
}
