package org.whosent.query.command;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.concurrent.Callable;
import org.whosent.query.OperatorException;
import org.whosent.record.DirectoryOwner;
import org.whosent.record.IoReason;

/**
 * Room that the data directory keeps for what makes room: on a full disk neither the access log nor
 * the manifest could be written, and nothing would be forgotten. Many files, since a file system
 * may also run out of files; of random bytes, since it may pack others. They say nothing.
 */
final class Reserve {
  private static final int FILES = 64;
  private static final int BYTES = 1 << 16;

  private Reserve() {}

  /**
   * Runs what forgets, and once more without the reserve where there was no room. Afterwards the
   * reserve is there again, unless that would take the last room.
   */
  static int with(Path dataDirectory, Callable<Integer> forgetting) throws Exception {
    Path directory = dataDirectory.resolve("reserve");
    try {
      return forgetting.call();
    } catch (IOException | OperatorException e) {
      if (!IoReason.isNoRoom(e) || !giveUp(directory)) {
        throw e;
      }
      return forgetting.call();
    } finally {
      keep(directory);
    }
  }

  private static boolean giveUp(Path directory) throws IOException {
    boolean any = false;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        any |= Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      return false;
    }
    return any;
  }

  /** It is a help and no more: who cannot make it goes on without. */
  private static void keep(Path directory) {
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectory(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        DirectoryOwner.give(directory);
      }
      for (int i = 0; i < FILES; i++) {
        Path file = directory.resolve(Integer.toString(i));
        long room = Files.getFileStore(directory).getUsableSpace();
        if (!Files.exists(file) && room > 4L * FILES * BYTES) {
          byte[] bytes = new byte[BYTES];
          new Random().nextBytes(bytes);
          for (int at = 0; at < BYTES; at++) {
            bytes[at] |= (byte) 0x80; // no ASCII, or whoever looks for purged texts finds some
          }
          Files.write(file, bytes);
          DirectoryOwner.give(file);
        }
      }
    } catch (IOException _) {
      // as if the disk had no room for it
    }
  }
}
