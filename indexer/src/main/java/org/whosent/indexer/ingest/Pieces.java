package org.whosent.indexer.ingest;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.whosent.record.IoReason;

/** The files behind paths as {@link Ingest} takes them. Stateless. */
final class Pieces {
  private static final int MOST_FILES = 100_000;

  private static final String ONLY_DIRECTORIES =
      "holds directories only, and those of a directory are not read: name them, or their files";

  private Pieces() {}

  /** Each file once, pieces of one log oldest first. */
  static List<Piece> of(List<String> paths) {
    List<Piece> pieces = new ArrayList<>();
    Set<Object> seen = new HashSet<>();
    for (String name : paths) {
      if (name.equals("-")) {
        if (seen.add("-")) {
          pieces.add(new Piece("-", null, true, null));
        }
        continue;
      }
      Path path;
      try {
        path = Path.of(name);
      } catch (InvalidPathException e) {
        pieces.add(new Piece(name, null, true, "is no file name"));
        continue;
      }
      if (Files.isDirectory(path)) {
        directory(name, path, seen, pieces);
      } else if (!Files.exists(path)) {
        pieces.add(new Piece(name, path, true, IoReason.ofMissing(path)));
      } else if (seen.add(real(path))) {
        pieces.add(new Piece(name, path, true, null));
      }
    }
    pieces.sort(Piece.OLDEST_FIRST);
    return pieces;
  }

  private static void directory(String name, Path directory, Set<Object> seen, List<Piece> pieces) {
    boolean files = false;
    boolean directories = false;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        boolean hidden = entry.getFileName().toString().startsWith(".");
        if (hidden || !Files.isRegularFile(entry)) {
          directories |= !hidden && Files.isDirectory(entry);
          continue;
        }
        files = true;
        if (pieces.size() >= MOST_FILES) {
          pieces.add(
              new Piece(
                  name,
                  directory,
                  true,
                  "more than %d files: give fewer at a time".formatted(MOST_FILES)));
          return;
        }
        if (seen.add(real(entry))) {
          pieces.add(new Piece(entry.toString(), entry, false, null));
        }
      }
      if (directories && !files) {
        pieces.add(new Piece(name, directory, true, ONLY_DIRECTORIES));
      }
    } catch (IOException | DirectoryIteratorException e) {
      pieces.add(new Piece(name, directory, true, "cannot be listed: " + listing(e)));
    }
  }

  private static String listing(Exception e) {
    return IoReason.of(
        e instanceof DirectoryIteratorException listed ? listed.getCause() : (IOException) e);
  }

  /** By which a file is known again under another of its names. */
  static Object real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }
}
