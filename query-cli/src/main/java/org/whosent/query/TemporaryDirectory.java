package org.whosent.query;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory below the system's for temporary files that goes with all that is in it: at the end
 * of the work, and when a signal ends that. It has keys and journals in it, which must not stay
 * because somebody was impatient. A process that is killed leaves it. Thread-safe.
 */
public final class TemporaryDirectory implements AutoCloseable {
  /** What still runs while a signal ends the process may write once more. */
  private static final int TRIES = 10;

  private final Path path;
  private final Thread hook = new Thread(this::deleteWhileOthersWrite, "temporary-directory");

  /**
   * Makes it, for its owner alone.
   *
   * @param prefix what its name begins with
   */
  public TemporaryDirectory(String prefix) throws IOException {
    path = Files.createTempDirectory(prefix);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** The directory. */
  public Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // the hook is at it
    }
    delete();
  }

  private void deleteWhileOthersWrite() {
    for (int i = 0; i < TRIES && Files.exists(path); i++) {
      try {
        delete();
      } catch (IOException | UncheckedIOException e) {
        // Something was added, or taken away, meanwhile.
      }
    }
  }

  private void delete() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    }
  }
}
