package org.whosent.msa.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

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
  }

  /** The real one. */
  JournalFiles DISK =
      path -> {
        FileChannel channel =
            FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
        try {
          channel.force(true);
          forceDirectory(path.toAbsolutePath().getParent());
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
          public void close() throws IOException {
            channel.close();
          }
        };
      };

  /** Makes the names in a directory durable. */
  static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
