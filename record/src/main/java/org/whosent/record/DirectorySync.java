package org.whosent.record;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;

/** Makes the names in a directory durable: what was made, renamed or deleted there stays so. */
public final class DirectorySync {
  private DirectorySync() {}

  /**
   * Makes a directory and those above it, where they are missing, and their names durable: what is
   * forced inside one is lost all the same while its own name is not on disk.
   */
  public static void create(Path directory, FileAttribute<?>... attributes) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.toAbsolutePath().getParent();
    create(parent, attributes);
    try {
      Files.createDirectory(directory, attributes);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) { // else somebody else was first
        throw e;
      }
    }
    force(parent);
  }

  /** Forces the entries of a directory to disk; those of its subdirectories not. */
  public static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
