package org.whosent.indexer.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.whosent.indexer.ingest.input.Rotation;

/**
 * One file to be read. Immutable.
 *
 * @param name as it is reported
 * @param path null for standard input
 * @param demanded named by the user, not found in a directory
 * @param problem why it cannot be, or null
 * @param note what else is to be said of it, or null
 * @param key the file's identity when it was found beside a log, where that counts; or null
 */
record Piece(String name, Path path, boolean demanded, String problem, String note, Object key) {
  /** Pieces of one log together, standard input and what is no file name last. */
  static final Comparator<Piece> OLDEST_FIRST =
      Comparator.comparing(Piece::rotation, Comparator.nullsLast(Rotation.OLDEST_FIRST));

  Piece(String name, Path path, boolean demanded, String problem) {
    this(name, path, demanded, problem, null, null);
  }

  Piece noted(String said) {
    return new Piece(name, path, demanded, problem, said, key);
  }

  /** Which piece of which log it is, by the file's own name; null for standard input. */
  Rotation rotation() {
    return path == null ? null : Rotation.of(file());
  }

  /** The file, where the path is a symbolic link to it: its pieces lie beside it. */
  Path file() {
    try {
      return Files.isSymbolicLink(path) ? path.toRealPath() : path;
    } catch (IOException e) {
      return path;
    }
  }
}
