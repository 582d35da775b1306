package org.whosent.indexer.ingest.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.whosent.record.SourceLine;

/**
 * Reads again the lines that a record was made of, and shows only those whose hash is still the one
 * that was kept: a log that was edited since is no evidence. A log that was rotated or compressed
 * since is looked for under the names that rotation gives it, in its own directory. What cannot be
 * read, for whatever reason, is gone; nothing is thrown. Stateless.
 */
public final class RawLines {
  /** Lines of one record that are read; a mailing has one a recipient. */
  public static final int MAX_LINES = 500;

  /** Pieces of a rotated log that are looked at. */
  private static final int MAX_PIECES = 100;

  /** Opening a file anew is cheaper than reading over this much of it. */
  private static final long NEAR = 1 << 20;

  /**
   * A line as it stands in the log now.
   *
   * @param source where it was read
   * @param foundIn the file that it stands in now; null when it is gone
   * @param text the line without its line ending, untrusted; null when it is gone
   */
  public record Raw(SourceLine source, Path foundIn, String text) {}

  private RawLines() {}

  /** The lines by file, of a log's pieces the oldest first, and offset; {@link #MAX_LINES}. */
  public static List<Raw> read(Collection<SourceLine> sources) {
    Map<String, List<SourceLine>> byFile =
        sources.stream()
            .sorted()
            .collect(Collectors.groupingBy(SourceLine::file, TreeMap::new, Collectors.toList()));
    List<Raw> found = new ArrayList<>();
    byFile.keySet().stream()
        .sorted(Comparator.comparing(RawLines::rotation, Rotation.OLDEST_FIRST))
        .forEach(
            file -> {
              List<SourceLine> lines = byFile.get(file);
              read(file, lines.subList(0, Math.min(lines.size(), MAX_LINES - found.size())), found);
            });
    return found;
  }

  private static Rotation rotation(String file) {
    try {
      return Rotation.of(Path.of(file));
    } catch (InvalidPathException e) {
      return new Rotation(file, 0, ""); // the name of a stream
    }
  }

  private static void read(String file, List<SourceLine> lines, List<Raw> found) {
    Raw[] raws = new Raw[lines.size()];
    for (Path piece : pieces(file)) {
      if (Arrays.stream(raws).allMatch(raw -> raw != null)) {
        break;
      }
      try {
        piece(piece, lines, raws);
      } catch (IOException | RuntimeException e) {
        // Unreadable, or broken compressed data: the others may have it.
      }
    }
    for (int i = 0; i < raws.length; i++) {
      found.add(raws[i] == null ? new Raw(lines.get(i), null, null) : raws[i]);
    }
  }

  /** The file itself, then what rotation may have made of it. */
  private static List<Path> pieces(String file) {
    Path path;
    try {
      path = Path.of(file);
    } catch (RuntimeException e) {
      return List.of(); // the name of a stream
    }
    Path directory = path.toAbsolutePath().getParent();
    if (directory == null) {
      return List.of();
    }
    String family = Rotation.of(path).family();
    List<Path> pieces = new ArrayList<>(List.of(path));
    try (Stream<Path> beside = Files.list(directory)) {
      beside
          .filter(other -> !other.equals(path) && Rotation.of(other).family().equals(family))
          .sorted(
              Comparator.<Path, Rotation>comparing(Rotation::of, Rotation.OLDEST_FIRST).reversed())
          .limit(MAX_PIECES)
          .forEach(pieces::add);
    } catch (IOException | RuntimeException e) {
      // Then the file itself must do.
    }
    return pieces.stream().filter(Files::isRegularFile).toList();
  }

  private static void piece(Path piece, List<SourceLine> lines, Raw[] raws) throws IOException {
    SourceFile file = SourceFile.of(piece.toString(), piece);
    Hashes hashes = new Hashes();
    LineInput in = null;
    try {
      for (int i = 0; i < raws.length; i++) {
        long offset = lines.get(i).offset();
        if (raws[i] != null) {
          continue;
        }
        boolean near =
            in != null
                && offset >= in.offset()
                && (file.isCompressed() || offset - in.offset() < NEAR);
        if (!near) {
          if (in != null) {
            in.close();
          }
          in = new LineInput(open(file, piece, offset), offset);
        }
        LineInput.Found next;
        do {
          next = in.next();
        } while (next == LineInput.Found.LINE && in.lineStart() < offset);
        if (next == LineInput.Found.LINE
            && in.lineStart() == offset
            && hashes.line(in.line(), in.length()).equals(lines.get(i).hash())) {
          String text = new String(in.line(), 0, in.length(), StandardCharsets.UTF_8);
          raws[i] = new Raw(lines.get(i), piece, text);
        }
      }
    } finally {
      if (in != null) {
        in.close();
      }
    }
  }

  private static InputStream open(SourceFile file, Path piece, long offset) throws IOException {
    if (!file.isCompressed() && offset >= Files.size(piece)) {
      return InputStream.nullInputStream();
    }
    return file.open(offset);
  }
}
