package org.whosent.query.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.whosent.query.OperatorException;
import org.whosent.record.IoReason;
import picocli.CommandLine.Option;

/** {@code --data DIR}, the same in every command. */
public final class DataOption {
  /** Where the directory is looked for when nothing is said. */
  public static final String DEFAULT_NAME = "whosent-data";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data directory. Default: $$WHOSENT_DATA, else ./" + DEFAULT_NAME + ".")
  private Path directory;

  /** As Picocli makes it. */
  public DataOption() {}

  /** As if {@code --data} had been given; with null, as if not. */
  DataOption(Path directory) {
    this.directory = directory;
  }

  /**
   * The directory, whether it exists or not.
   *
   * @throws OperatorException when the name is empty, as of a variable that is not set, or that of
   *     a file
   */
  public Path directory() throws OperatorException {
    Path path = named();
    if (path.toString().isEmpty()) {
      throw new OperatorException("--data: an empty name; say which directory");
    }
    OddNames.refuse(path);
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new OperatorException(path + ": is a file; --data names a directory");
    }
    return path;
  }

  /** What was named, right or wrong. */
  Path named() {
    if (directory != null) {
      return directory;
    }
    String fromEnvironment = System.getenv("WHOSENT_DATA");
    return fromEnvironment == null || fromEnvironment.isEmpty()
        ? Path.of(DEFAULT_NAME)
        : Path.of(fromEnvironment);
  }

  /**
   * The directory, which must exist, by a name without {@code .} and {@code ..}: messages name what
   * lies in it.
   *
   * @throws OperatorException when it does not, or may not be looked at: an empty answer from a
   *     mistyped path would be a lie
   */
  public Path existing() throws OperatorException {
    Path path = directory();
    try {
      path.getFileSystem().provider().checkAccess(path);
      return plain(path);
    } catch (NoSuchFileException e) {
      throw new OperatorException(
          path
              + ": no such data directory; make one with 'whosent index', or name yours with"
              + " --data");
    } catch (IOException e) {
      throw new OperatorException(IoReason.of(path, e));
    }
  }

  /** Behind a link '..' is elsewhere, and the shorter name another directory's, or nobody's. */
  private static Path plain(Path path) throws IOException {
    Path normal = path.normalize();
    if (normal.equals(path)) {
      return path;
    }
    boolean same = !normal.toString().isEmpty() && Files.exists(normal);
    return same && Files.isSameFile(path, normal) ? normal : path.toRealPath();
  }
}
