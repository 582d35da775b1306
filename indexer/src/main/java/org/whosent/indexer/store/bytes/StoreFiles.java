package org.whosent.indexer.store.bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import org.whosent.record.DirectoryOwner;
import org.whosent.record.IoReason;

/**
 * Files as the store makes them: readable by their owner only, and on disk when it says so.
 * Stateless. Symbolic links inside the data directory are never followed when deleting.
 */
public final class StoreFiles {
  /** Read and written by the owner only. */
  public static final Set<PosixFilePermission> FILE_MODE =
      PosixFilePermissions.fromString("rw-------");

  private static final FileAttribute<Set<PosixFilePermission>> AS_FILE =
      PosixFilePermissions.asFileAttribute(FILE_MODE);
  private static final FileAttribute<Set<PosixFilePermission>> AS_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private StoreFiles() {}

  /**
   * Makes a directory and those above it, where they are missing, and forces their names to disk:
   * what is forced inside one is lost all the same while its own name is not.
   *
   * @param directory inside the data directory, which is there
   */
  public static void createDirectories(Path directory) throws IOException {
    createDirectories(directory, true);
  }

  /** The same for the data directory itself: what root makes in somebody's home stays root's. */
  public static void createData(Path data) throws IOException {
    createDirectories(data, false);
  }

  private static void createDirectories(Path directory, boolean inside) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      createDirectories(parent, inside);
    }
    try {
      Files.createDirectory(directory, AS_DIRECTORY);
      if (inside) {
        DirectoryOwner.give(directory);
      }
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) { // else somebody else was first
        throw e;
      }
    }
    if (parent != null) {
      syncDirectory(parent);
    }
  }

  /** Opens a channel; a file that is made is its owner's alone. */
  public static FileChannel open(Path file, OpenOption... options) throws IOException {
    Set<OpenOption> all = new HashSet<>(Set.of(options));
    FileChannel channel = FileChannel.open(file, all, AS_FILE);
    if (all.contains(StandardOpenOption.CREATE) || all.contains(StandardOpenOption.CREATE_NEW)) {
      try {
        DirectoryOwner.give(file);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    }
    return channel;
  }

  /**
   * Opens a channel on a new file of those that never change: what is there is not overwritten.
   *
   * @throws IOException when it is there, in one line
   */
  public static FileChannel create(Path file) throws IOException {
    try {
      return open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw isThere(file, e);
    }
  }

  private static IOException isThere(Path file, IOException cause) {
    String reason =
        "is there already and stays as it is: somebody else may be writing, as when the file 'lock'"
            + " is deleted, which it never needs to be. Do this again";
    return named(file, new IOException(reason, cause));
  }

  /**
   * Writes all of it.
   *
   * @param file what the channel was opened on, for the failure to name
   */
  public static void writeFully(FileChannel channel, Path file, ByteBuffer bytes)
      throws IOException {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw named(file, e);
    }
  }

  /** Forces all of a file to disk; a file system may find out only now that it has no room. */
  public static void force(FileChannel channel, Path file) throws IOException {
    try {
      channel.force(true);
    } catch (IOException e) {
      throw named(file, e);
    }
  }

  /** A channel says why it failed, and not what it is of: who is to make room must know where. */
  public static IOException named(Path file, IOException e) {
    if (e instanceof FileSystemException || e instanceof ClosedChannelException) {
      return e;
    }
    IOException named = new FileSystemException(file.toString(), null, IoReason.of(e));
    named.initCause(e);
    return named;
  }

  /** Puts new contents in the place of a file: after any crash it has the old ones or the new. */
  public static void replace(Path file, byte[] contents) throws IOException {
    put(file, contents);
    syncDirectory(file.getParent());
  }

  /**
   * The same, but a power failure may bring the old contents back until the directory is forced.
   */
  public static void put(Path file, byte[] contents) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    try (FileChannel channel =
        open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      writeFully(channel, temporary, ByteBuffer.wrap(contents));
      force(channel, temporary);
    } catch (IOException e) {
      deleteUnfinished(temporary, e); // else it takes the last room of a full disk
      throw e;
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Gives a file its place in the data directory; a power failure may take it back. */
  public static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      String reason =
          "is on another file system than " + from + "; a data directory must be on one";
      throw named(to, new IOException(reason, e));
    }
  }

  /** The same for a new file of those that never change, as {@link #create}. */
  public static void place(Path from, Path to) throws IOException {
    if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
      throw isThere(to, null);
    }
    move(from, to);
  }

  private static void deleteUnfinished(Path file, IOException failure) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Forces a directory's entries to disk. */
  public static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Deletes a file or directory with all in it, if it is there. */
  public static void deleteTree(Path tree) throws IOException {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Bytes of a file, or of all files directly in a directory; 0 when it is not there. */
  public static long size(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      try {
        return Files.size(path);
      } catch (NoSuchFileException _) {
        return 0;
      }
    }
    long bytes = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
      for (Path file : files) {
        bytes += size(file);
      }
    } catch (NoSuchFileException _) {
      return 0; // deleted while we looked
    }
    return bytes;
  }
}
