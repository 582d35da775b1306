package org.whosent.record;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes the names in a directory durable: what was made, renamed or deleted there stays so. */
public final class DirectorySync {
  private DirectorySync() {}

  /** Forces the entries of a directory to disk; those of its subdirectories not. */
  public static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
