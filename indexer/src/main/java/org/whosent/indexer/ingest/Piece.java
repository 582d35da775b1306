package org.whosent.indexer.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
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
 * @param key the file's identity when it was found, where that can be told; or null
 */
record Piece(String name, Path path, boolean demanded, String problem, String note, Object key) {
  /** Pieces of one log together, standard input and what is no file name last. */
  static final Comparator<Piece> OLDEST_FIRST =
      Comparator.comparing(Piece::rotation, Comparator.nullsLast(Rotation.OLDEST_FIRST));

  Piece(String name, Path path, boolean demanded, String problem) {
    this(name, path, demanded, problem, null);
  }

  Piece(String name, Path path, boolean demanded, String problem, String note) {
    this(name, path, demanded, problem, note, null);
  }

  Piece noted(String said) {
    return new Piece(name, path, demanded, problem, said == null ? note : said, key);
  }

  /** From now on it is known whether the name stands for another file. */
  Piece keyed() {
    return new Piece(name, path, demanded, problem, note, path == null ? null : key(path));
  }

  /** The name stands for another file than when it was found, or for none. */
  boolean isReplaced() {
    return key != null && !was(path);
  }

  /** That is the name by now of what was found. */
  boolean was(Path other) {
    return key.equals(key(other));
  }

  private static Object key(Path path) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (IOException e) {
      return null;
    }
  }

  /** Which piece of which log it is, by the file's own name; null for standard input. */
  Rotation rotation() {
    return path == null ? null : Rotation.of(file());
  }

  /** The file, where the path is a symbolic link to it: its pieces lie beside it. */
  Path file() {
    return file(path);
  }

  static Path file(Path path) {
    try {
      return Files.isSymbolicLink(path) ? path.toRealPath() : path;
    } catch (IOException e) {
      return path;
    }
  }
}
