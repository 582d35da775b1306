package org.whosent.msa.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.whosent.record.DirectorySync;

/**
 * The file system beneath the journal; tests put one under it that fails.
 *
 * <p>An implementation owes this: {@link JournalFile#force} returns only when all that was written
 * and the file's own name survive a crash, and throws otherwise.
 */
public interface JournalFiles {
  /**
   * Makes a file that is not there yet, and makes its name durable.
   *
   * @throws java.nio.file.FileAlreadyExistsException when it is there
   */
  JournalFile create(Path path) throws IOException;

  /** One file being appended to. Used by one thread. */
  interface JournalFile extends Closeable {
    /**
     * Appends all bytes.
     *
     * @throws IOException when not all were written; some may have been
     */
    void append(ByteBuffer bytes) throws IOException;

    /** Forces what was appended to disk. */
    void force() throws IOException;

    /** Cuts the file to that many bytes, all of which were appended before. */
    void truncate(long size) throws IOException;

    /**
     * False when it has lost its name: what is appended to a file that somebody deleted or moved
     * away is a record that nobody finds.
     */
    default boolean isNamed() {
      return true;
    }
  }

  /** The real one. */
  JournalFiles DISK =
      path -> {
        FileChannel channel =
            FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
        Object identity;
        try {
          channel.force(true);
          DirectorySync.force(path.toAbsolutePath().getParent());
          identity = key(path);
        } catch (IOException e) {
          channel.close();
          Files.deleteIfExists(path);
          throw e;
        }
        return new JournalFile() {
          @Override
          public void append(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          }

          @Override
          public void force() throws IOException {
            channel.force(false);
          }

          @Override
          public void truncate(long size) throws IOException {
            channel.truncate(size);
          }

          @Override
          public boolean isNamed() {
            try {
              return Objects.equals(identity, key(path));
            } catch (IOException e) {
              return false;
            }
          }

          @Override
          public void close() throws IOException {
            channel.close();
          }
        };
      };

  /** Tells a file from another one that has its name later; null where the system cannot. */
  private static Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }
}
