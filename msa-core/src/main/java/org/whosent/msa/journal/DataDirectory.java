package org.whosent.msa.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.whosent.record.DirectorySync;

/**
 * The data directory, held by one MSA at a time. The lock is the operating system's and ends with
 * the process, however it ends. Thread-safe.
 */
public final class DataDirectory implements AutoCloseable {
  private static final String LOCK = "msa.lock";
  private final Path path;
  private final FileChannel channel;

  private DataDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Makes the directory when absent, and takes it.
   *
   * @throws IOException when another process has it or it cannot be written; the message is for the
   *     operator
   */
  public static DataDirectory take(Path path) throws IOException {
    DirectorySync.create(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    FileChannel channel =
        FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    if (lock == null) {
      channel.close();
      throw new IOException(
          path + ": another whosent msa is running on this data directory; stop it first");
    }
    return new DataDirectory(path, channel);
  }

  /**
   * Leaves word of the server that has the directory, until it is closed; on a full disk, none.
   *
   * @param server key to value, without line feeds
   */
  public void describe(Map<String, String> server) {
    StringBuilder lines = new StringBuilder();
    server.forEach((key, value) -> lines.append(key).append(": ").append(value).append('\n'));
    try {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8)), 0);
    } catch (IOException _) {
      // No mail is refused for that: a check knows less.
    }
  }

  /**
   * The word that the server left which has the directory, or was killed; empty when there is none.
   * Takes no lock: a server may be starting.
   */
  public static Map<String, String> described(Path path) throws IOException {
    Map<String, String> server = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(path.resolve(LOCK))) {
        String[] pair = line.split(": ", 2);
        server.put(pair[0], pair[pair.length - 1]);
      }
    } catch (NoSuchFileException e) {
      // none yet
    }
    return server;
  }

  /** The directory. */
  public Path path() {
    return path;
  }

  /**
   * A directory in it for messages that are passing through, empty.
   *
   * @throws IOException when nothing can be written there
   */
  public Path spool() throws IOException {
    Path spool = path.resolve("spool");
    if (!Files.isDirectory(spool)) {
      Files.createDirectory(
          spool,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    // A crash between making a file and unlinking it leaves the name; nobody else writes here.
    try (DirectoryStream<Path> left = Files.newDirectoryStream(spool, "message-*")) {
      for (Path file : left) {
        Files.delete(file);
      }
    }
    // Better told now than to the first client with a large message.
    Files.delete(Files.createTempFile(spool, "message-", null));
    return spool;
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      channel.truncate(0);
    } catch (IOException _) {
      // The word that is left is as after a kill, and the lock is gone all the same.
    }
  }
}
