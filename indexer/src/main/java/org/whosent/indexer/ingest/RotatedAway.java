package org.whosent.indexer.ingest;

import static org.whosent.indexer.ingest.input.Unreadable.reading;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.whosent.indexer.ingest.input.Rotation;
import org.whosent.indexer.ingest.input.Unreadable;
import org.whosent.record.Printable;

/**
 * What was rotated away from a log's name since the log was read last, so that whoever names the
 * live file alone loses nothing: the files beside it that have its name and a suffix of {@link
 * Rotation}, from the newest on of which something was read, as its content tells. What is newer
 * than that belongs to the log, too, and so does what lies between pieces that were read; numbers
 * and dates each for itself, since a log that gets the others by now may have old ones beside it.
 * Where nothing was read of any of them, none is: at a first run they may be years old, and later
 * they may be another log's. Links are not followed.
 *
 * <p>Known weak: a piece is not found that has another name, lies elsewhere, or was deleted. Not
 * thread-safe.
 */
final class RotatedAway {
  /** So many pieces are looked at for one that was read before. */
  private static final int MOST = 1000;

  /** So many older ones than the newest that was read. */
  private static final int MOST_SKIPPED = 20;

  static final String READ_TOO = "rotated away since it was read last";

  private static final String MOVED =
      "what was read under this name before is not beside it; if it had grown since and was moved,"
          + " name it too: the file, or the directory (logrotate's olddir), beside this one in"
          + " every run";

  private static final String NOT_LISTED =
      "cannot be listed, so that what was rotated away of %s cannot be found: ";

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
    Set<Path> logs = new HashSet<>();
    for (Piece piece : named) {
      if (piece.path() != null) {
        seen.add(Pieces.real(piece.path()));
        if (!piece.rotation().isLive()) {
          logs.add(Path.of(piece.rotation().family()).getFileName());
        }
      }
    }
    for (Piece piece : named) {
      String note = null;
      if (piece.demanded() && mayBeRotated(piece)) {
        note = beside(piece, seen, all);
        note = logs.contains(piece.file().getFileName()) && MOVED.equals(note) ? null : note;
      }
      all.add(piece.noted(note));
    }
    all.sort(Piece.OLDEST_FIRST);
    all.replaceAll(Piece::keyed);
    return all;
  }

  /**
   * The pieces that are to be read before a live file, oldest first, and what is wrong with them.
   *
   * @throws IOException when the store failed
   */
  List<Piece> before(Piece live) throws IOException {
    List<Piece> all = new ArrayList<>();
    beside(live, Set.of(), all);
    return all;
  }

  /**
   * Adds what is to be read before a live file, or was to be and cannot.
   *
   * @param seen what is read anyway
   * @return what is to be said with the log, or null
   */
  private String beside(Piece live, Set<Object> seen, List<Piece> all) throws IOException {
    Beside beside;
    try {
      beside = beside(live.file());
    } catch (Unreadable e) {
      if (!isKnown(live.file())) {
        String directory = live.file().toAbsolutePath().getParent().toString();
        String problem = NOT_LISTED.formatted(live.name()) + e.getMessage();
        all.add(new Piece(directory, live.path(), true, problem));
      }
      return null;
    }
    boolean alone = beside.pieces.isEmpty();
    beside.pieces.removeIf(each -> seen.contains(Pieces.real(each.path())));
    if (beside.whole && isKnown(live.file())) {
      return null; // nothing was missed
    }
    if (beside.known) {
      all.addAll(beside.pieces);
      return null;
    }
    boolean named = beside.pieces.isEmpty() && !alone;
    return named || isKnown(live.file()) ? null : notRead(live, beside.pieces, all);
  }

  /**
   * Pieces of a log, oldest first.
   *
   * @param known something was read of the first one, and nothing is known of the others; else
   *     nothing is known of any
   * @param whole there is only that one, and all of it was read: it tells of what goes on
   */
  private record Beside(Deque<Piece> pieces, boolean known, boolean whole) {
    /** Of two ways to rotate, the one by which something was missed, or both. */
    Beside and(Beside other) {
      if (known != other.known) {
        return known ? this : other;
      }
      if (whole != other.whole) {
        return whole ? other : this;
      }
      Deque<Piece> all = new ArrayDeque<>(pieces);
      all.addAll(other.pieces);
      return new Beside(all, known, whole);
    }
  }

  private Beside beside(Path live) throws IOException, Unreadable {
    List<Path> found = reading(() -> newestFirst(live));
    Predicate<Path> dated = path -> Rotation.of(path).isDated();
    return beside(found.stream().filter(dated.negate()).toList())
        .and(beside(found.stream().filter(dated).toList()));
  }

  private Beside beside(List<Path> newestFirst) throws IOException {
    Deque<Piece> pieces = new ArrayDeque<>();
    for (Path path : newestFirst) {
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
      pieces.addFirst(new Piece(path.toString(), path, true, problem, READ_TOO));
      if (state.isKnown()) {
        int older = newestFirst.indexOf(path) + 1;
        skipped(newestFirst.subList(older, newestFirst.size()), pieces);
        return new Beside(pieces, true, state == KnownLogs.State.WHOLE && pieces.size() == 1);
      }
    }
    return new Beside(pieces, false, false);
  }

  /**
   * Adds what lies behind a piece that was read and was not read itself, or not to its end: nobody
   * could read it then, it was not unpacked or packed to its end, or the log was rotated while a
   * run read it. What is older than all that was read is not meant. What cannot be read now either
   * was told when it was the newest.
   */
  private void skipped(List<Path> newestFirst, Deque<Piece> pieces) throws IOException {
    List<Piece> skipped = new ArrayList<>();
    for (Path path : newestFirst.subList(0, Math.min(MOST_SKIPPED, newestFirst.size()))) {
      try {
        KnownLogs.State state = known.of(path);
        boolean unread = state == KnownLogs.State.NEW || state == KnownLogs.State.BEGUN;
        if (unread && !known.isToldBroken(path)) {
          skipped.add(new Piece(path.toString(), path, true, null, READ_TOO));
        }
        if (state.isKnown()) {
          skipped.forEach(pieces::addFirst);
          skipped.clear();
        }
      } catch (Unreadable _) {
        // see above
      }
    }
  }

  private static boolean mayBeRotated(Piece piece) {
    return piece.path() != null
        && piece.rotation().isLive()
        && (Files.isRegularFile(piece.path()) || !Files.exists(piece.path()));
  }

  /** Of one that is there packed and unpacked, that one. */
  private static List<Path> newestFirst(Path live) throws IOException {
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
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return List.copyOf(found.descendingMap().values());
  }

  /**
   * True where a name stands for another piece by now than when it was found. A live file may only
   * have been replaced, as a newer copy replaces one.
   */
  static boolean isRotatedOn(Piece piece) {
    if (!piece.isReplaced()) {
      return false;
    }
    Rotation rotation = piece.rotation();
    if (!rotation.isLive()) {
      return rotation.isNumbered() || !Files.exists(piece.path());
    }
    try {
      return newestFirst(piece.file()).stream().anyMatch(piece::was);
    } catch (IOException e) {
      return false; // then nobody finds what was rotated away
    }
  }

  /** Something was read of it, or there is nothing in it yet. */
  private boolean isKnown(Path live) throws IOException {
    try {
      KnownLogs.State state = Files.exists(live) ? known.of(live) : KnownLogs.State.EMPTY;
      return state == KnownLogs.State.EMPTY || state.isKnown();
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
    if (read == null && pieces.isEmpty()) {
      return null;
    }
    if (read == null) {
      return "never read were "
          + span(pieces)
          + ": name them too"
          + pattern(live, pieces)
          + ", if their mail may be asked for";
    }
    if (pieces.isEmpty()) {
      return MOVED;
    }
    pieces.removeIf(piece -> !isWrittenAfter(piece.path(), read));
    all.addAll(pieces.stream().filter(piece -> piece.problem() != null).toList());
    pieces.removeIf(piece -> piece.problem() != null);
    if (!pieces.isEmpty()) {
      String problem =
          "not read: written since %s was read last, of which nothing is in them; if they are"
              + " pieces of that log, name them too%s";
      String said = problem.formatted(live.name(), pattern(live, pieces));
      all.add(new Piece(span(pieces), live.path(), true, said));
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

  /** What stands for all of them, or nothing. */
  private static String pattern(Piece live, Deque<Piece> pieces) {
    boolean all = pieces.stream().allMatch(piece -> piece.name().startsWith(live.name()));
    return all ? " (" + live.name() + "*)" : "";
  }

  private static boolean isWrittenAfter(Path path, Instant read) {
    try {
      return Files.getLastModifiedTime(path).toInstant().isAfter(read);
    } catch (IOException e) {
      return true;
    }
  }
}
