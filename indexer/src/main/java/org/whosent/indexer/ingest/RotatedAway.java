package org.whosent.indexer.ingest;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.whosent.indexer.ingest.input.Rotation;
import org.whosent.indexer.ingest.input.Unreadable;
import org.whosent.record.Printable;

/**
 * What was rotated away from a log's name since the log was read last, so that whoever names the
 * live file alone loses nothing: the files beside it that have its name and a suffix of {@link
 * Rotation}, from the newest on of which something was read, as its content tells. What is newer
 * than that belongs to the log, too. Where nothing was read of any of them, none is: at a first run
 * they may be years old, and later they may be another log's. Links are not followed.
 *
 * <p>Known weak: a piece is not found that has another name, or was deleted; nor is the rest of one
 * that was rotated on between two others of one run. Not thread-safe.
 */
final class RotatedAway {
  /** So many pieces are looked at for one that was read before. */
  private static final int MOST = 1000;

  private static final String READ_TOO = "rotated away since it was read last";

  private final KnownLogs known;
  private final IngestBatch work;

  RotatedAway(KnownLogs known, IngestBatch work) {
    this.known = known;
    this.work = work;
  }

  /**
   * These files, and the pieces that are to be read before the live ones among them, oldest first.
   * What may be missed and is not read is said: with the live file at its first reading, later as a
   * problem.
   *
   * @throws IOException when the store failed
   */
  List<Piece> with(List<Piece> named) throws IOException {
    List<Piece> all = new ArrayList<>();
    Set<Object> seen = new HashSet<>();
    for (Piece piece : named) {
      if (piece.path() != null) {
        seen.add(Pieces.real(piece.path()));
      }
    }
    for (Piece piece : named) {
      String note = null;
      if (piece.path() != null && piece.demanded() && piece.rotation().isLive()) {
        Beside beside = beside(piece.file());
        beside.pieces.removeIf(each -> seen.contains(Pieces.real(each.path())));
        if (beside.whole && isKnown(piece.file())) {
          beside.pieces.clear(); // nothing was missed
        }
        if (beside.known) {
          all.addAll(beside.pieces);
        } else if (!beside.pieces.isEmpty() && !isKnown(piece.file())) {
          note = notRead(piece, beside.pieces, all);
        }
      }
      all.add(note == null ? piece : piece.noted(note));
    }
    all.sort(Piece.OLDEST_FIRST);
    return all;
  }

  /**
   * The pieces that are to be read before a live file, oldest first.
   *
   * @throws IOException when the store failed
   */
  List<Piece> before(Path live) throws IOException {
    Beside beside = beside(live);
    return beside.known ? List.copyOf(beside.pieces) : List.of();
  }

  /**
   * Pieces of a log, oldest first.
   *
   * @param known something was read of the first one, and nothing is known of the others; else
   *     nothing is known of any
   * @param whole there is only that one, and all of it was read: it tells of what goes on
   */
  private record Beside(Deque<Piece> pieces, boolean known, boolean whole) {}

  private Beside beside(Path live) throws IOException {
    Deque<Piece> pieces = new ArrayDeque<>();
    for (Path path : newestFirst(live)) {
      if (pieces.size() == MOST) {
        break;
      }
      String problem = null;
      KnownLogs.State state = KnownLogs.State.NEW;
      try {
        state = known.of(path);
      } catch (Unreadable e) {
        problem = "cannot be read: " + e.getMessage();
      }
      if (state == KnownLogs.State.EMPTY) {
        continue;
      }
      pieces.addFirst(new Piece(path.toString(), path, false, problem, READ_TOO, key(path)));
      if (state != KnownLogs.State.NEW) {
        return new Beside(pieces, true, state == KnownLogs.State.WHOLE && pieces.size() == 1);
      }
    }
    return new Beside(pieces, false, false);
  }

  /** Of one that is there packed and unpacked, that one. */
  private static List<Path> newestFirst(Path live) {
    Rotation own = Rotation.of(live);
    NavigableMap<Rotation, Path> found = new TreeMap<>(Rotation.OLDEST_FIRST);
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(live.toAbsolutePath().getParent())) {
      for (Path entry : entries) {
        Rotation other = Rotation.of(entry);
        if (other.family().equals(own.family())
            && !other.isLive()
            && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
          Path path = live.resolveSibling(entry.getFileName());
          found.merge(other, path, (a, b) -> a.toString().length() < b.toString().length() ? a : b);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return List.of(); // nobody may look into the directory
    }
    return List.copyOf(found.descendingMap().values());
  }

  /** Something was read of it, or there is nothing in it yet. */
  private boolean isKnown(Path live) throws IOException {
    try {
      return !Files.exists(live) || known.of(live) != KnownLogs.State.NEW;
    } catch (Unreadable e) {
      return true; // whoever reads it says so
    }
  }

  /**
   * Nothing is known of a log and its pieces: it is read for the first time, or is not the one any
   * more that was read under this name.
   *
   * @return what is to be said with the log, or null
   */
  private String notRead(Piece live, Deque<Piece> pieces, List<Piece> all) throws IOException {
    String family = Printable.text(Rotation.of(live.path()).family());
    Instant read = work.ask(batch -> LogStatus.lastRead(batch, family));
    if (read == null) {
      return "never read were "
          + span(pieces)
          + ": name them too ("
          + live.name()
          + "*), if their mail may be asked for";
    }
    pieces.removeIf(piece -> !isWrittenAfter(piece.path(), read));
    all.addAll(pieces.stream().filter(piece -> piece.problem() != null).toList());
    pieces.removeIf(piece -> piece.problem() != null);
    if (!pieces.isEmpty()) {
      String problem =
          "not read: written since %1$s was read last, of which nothing is in them; if they are"
              + " pieces of that log, name them too (%1$s*)";
      all.add(new Piece(span(pieces), live.path(), true, problem.formatted(live.name())));
    }
    return null;
  }

  private static String span(Deque<Piece> pieces) {
    String oldest = pieces.getFirst().name();
    String newest = pieces.getLast().name();
    return pieces.size() == 1
        ? oldest
        : "%s to %s (%d files)".formatted(oldest, newest, pieces.size());
  }

  private static boolean isWrittenAfter(Path path, Instant read) {
    try {
      return Files.getLastModifiedTime(path).toInstant().isAfter(read);
    } catch (IOException e) {
      return true;
    }
  }

  /** By which it is known that a name stands for another file by now; null where nothing tells. */
  static Object key(Path path) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (IOException e) {
      return null;
    }
  }
}
