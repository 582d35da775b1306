package org.whosent.msa.support;

import java.nio.file.Files;
import java.nio.file.Path;

/** The source tree, for tests that hold documents to what the code does. */
public final class Repository {
  private Repository() {}

  /** Its top directory. */
  public static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("SECURITY.md"))) {
      directory = directory.getParent();
      if (directory == null) {
        throw new AssertionError(
            "SECURITY.md is in no directory above " + Path.of("").toAbsolutePath());
      }
    }
    return directory;
  }
}
