package org.whosent.indexer.ingest;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.whosent.indexer.ingest.input.Rotation;
import org.whosent.record.IoReason;

/**
 * Keeps up with files that are being written. Every {@link #POLL} it looks at size, time and
 * identity of every file; those that have changed are read from their checkpoints, and what is new
 * in all of them makes one commit. So it holds no file open, and what it does is what a run does.
 *
 * <p>What was read does not wait for a file with much to read, nor for a stream: it is committed
 * before them.
 *
 * <p>When a followed file was rotated, by renaming or by copying and truncating, its last lines may
 * stand in the piece that was moved aside, so for a while all pieces of that log are looked at:
 * what has a name as {@link Rotation} knows them, and what the live file itself became, which may
 * be called {@code mail.log-2026-11-27} or {@code mail-20261127.log}. That a log was truncated or
 * made anew between two looks, with the same identity and no smaller, shows when it is read: it
 * does not go on from what was read before. What was rotated away while nobody followed is read on
 * first, from the piece on of which an earlier run had read something. New files of a followed
 * directory are found by the same look. A file that cannot be read is reported once and tried again
 * when it changes.
 *
 * <p>Known weak: lines that are written and lie in a piece already deleted within one poll are not
 * seen, nor are those of the last poll before a copy whose name {@link Rotation} does not know, nor
 * is a piece with such a name that was rotated away while nobody followed. Not thread-safe.
 */
final class Follower {
  /** New lines are visible after this and the time of a commit. */
  static final Duration POLL = Duration.ofMillis(200);

  private static final Duration AFTER_ROTATION = Duration.ofSeconds(30);

  /** So many bytes are read in about {@link #POLL} at most, also when they are compressed. */
  private static final long MUCH = 1 << 20;

  private static final String MISSING = IoReason.of(new NoSuchFileException(""));

  private record Look(long size, FileTime modified, Object key, boolean regular) {}

  private final Ingest ingest;
  private final FileIngest files;
  private final NewReaders readers;
  private final RotatedAway away;
  private final IngestBatch work;
  private final Compacting compacting;
  private final List<String> paths;
  private final Map<String, Tally> tallies;
  private final PrintStream err;
  private final Map<Path, Look> looks = new HashMap<>();
  private final Map<Path, Long> rotatedUntil = new HashMap<>();

  /** The identities of files that were renamed of late, by the path that they had. */
  private final Map<Path, Set<Object>> renamed = new HashMap<>();

  private final Set<String> told = new HashSet<>();

  /** Files read since the last commit, and their problems before. */
  private final Map<Tally, Optional<String>> uncommitted = new LinkedHashMap<>();

  private long uncommittedBytes;

  Follower(
      Ingest ingest,
      FileIngest files,
      NewReaders readers,
      RotatedAway away,
      IngestBatch work,
      Compacting compacting,
      List<String> paths,
      Map<String, Tally> tallies,
      PrintStream err) {
    this.ingest = ingest;
    this.files = files;
    this.readers = readers;
    this.away = away;
    this.work = work;
    this.compacting = compacting;
    this.paths = paths;
    this.tallies = tallies;
    this.err = err;
  }

  void run() throws IOException {
    boolean inputDone = false;
    while (!ingest.stopped()) {
      for (Piece piece : Pieces.of(paths)) {
        if (ingest.stopped()) {
          break;
        }
        if (piece.path() == null || piece.problem() != null) {
          if (piece.path() != null || !inputDone) {
            read(piece, piece.problem() == null ? Long.MAX_VALUE : 0);
          }
          inputDone |= piece.path() == null;
        } else {
          look(piece);
        }
      }
      if (!ingest.stopped()) {
        rotated();
      }
      commit();
      readers.follow();
      if (inputDone && paths.stream().allMatch("-"::equals)) {
        return; // nothing more can come; whoever wrote into the pipe is gone
      }
      if (!ingest.stopped()) {
        compacting.whenDue();
        LockSupport.parkNanos(POLL.toNanos());
      }
    }
  }

  private void look(Piece piece) throws IOException {
    Look now = lookAt(piece.path());
    if (now == null) {
      return;
    }
    Look before = looks.put(piece.path(), now);
    if (now.equals(before)) {
      return;
    }
    boolean rotated =
        before != null
            && (now.size() < before.size() || now.key() != null && !now.key().equals(before.key()));
    if (rotated) {
      rotatedUntil.put(piece.path(), System.nanoTime() + AFTER_ROTATION.toNanos());
      if (before.key() != null && !before.key().equals(now.key())) {
        renamed.computeIfAbsent(piece.path(), path -> new HashSet<>()).add(before.key());
      }
      pieceAside(piece.path()); // older lines first
    }
    if (before == null && piece.demanded() && now.regular) {
      missed(piece);
    }
    Tally tally = tally(piece);
    boolean grows = before != null && before.size() > 0 && tally.format != null;
    read(piece, added(before, now, rotated));
    if (grows && tally.anew) {
      rotatedUntil.put(piece.path(), System.nanoTime() + AFTER_ROTATION.toNanos());
    }
  }

  private Tally tally(Piece piece) {
    return tallies.computeIfAbsent(piece.name(), Tally::new);
  }

  /** Bytes that are new at most; a pipe may have any number of them. */
  private static long added(Look before, Look now, boolean rotated) {
    if (!now.regular) {
      return Long.MAX_VALUE;
    }
    return before == null || rotated ? now.size : now.size - before.size;
  }

  private static Look lookAt(Path path) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return new Look(
          attributes.size(),
          attributes.lastModifiedTime(),
          attributes.fileKey(),
          attributes.isRegularFile());
    } catch (IOException e) {
      return null; // between two names; it will be there at the next look
    }
  }

  private void rotated() throws IOException {
    long now = System.nanoTime();
    rotatedUntil.values().removeIf(until -> until - now < 0);
    renamed.keySet().retainAll(rotatedUntil.keySet());
    for (Path live : List.copyOf(rotatedUntil.keySet())) {
      pieceAside(live);
    }
  }

  /**
   * Reads the pieces of a log that were rotated away since an earlier run read it: from the newest
   * that it knows on. At a first start that is none.
   */
  private void missed(Piece live) throws IOException {
    if (!live.rotation().isLive()) {
      return;
    }
    for (Piece piece : away.before(live)) {
      rotatedUntil.put(live.path(), System.nanoTime() + AFTER_ROTATION.toNanos());
      Look look = lookAt(piece.path());
      if (piece.problem() != null) {
        read(piece, 0);
      } else if (look != null) {
        looks.put(piece.path(), look);
        read(piece, look.size);
      }
    }
  }

  private static String directory(Path file) {
    return file.toAbsolutePath().getParent().toString();
  }

  /** Reads the pieces of that log which changed lately or were renamed, other than the live one. */
  private void pieceAside(Path live) throws IOException {
    Path file = Piece.file(live);
    Rotation rotation = Rotation.of(file);
    Instant lately = Instant.now().minus(AFTER_ROTATION.multipliedBy(4));
    List<Piece> pieces = new ArrayList<>();
    for (Piece piece : Pieces.of(List.of(directory(file)))) {
      if (piece.problem() != null) {
        if (!Files.isReadable(piece.path())) {
          read(piece, 0); // what was rotated away cannot be found
        }
        continue;
      }
      Rotation other = Rotation.of(piece.path());
      boolean named = other.family().equals(rotation.family()) && !other.equals(rotation);
      if (!named && !(renamed.containsKey(live) && mayBeRenamed(file, piece.path()))) {
        continue;
      }
      Look look = lookAt(piece.path());
      boolean aside =
          look != null
              && (named && look.modified().toInstant().isAfter(lately)
                  || renamed.getOrDefault(live, Set.of()).contains(look.key()));
      if (aside && !look.equals(looks.put(piece.path(), look))) {
        pieces.add(piece);
      }
    }
    for (Piece piece : pieces) {
      read(piece, looks.get(piece.path()).size);
    }
  }

  /**
   * By its name; its identity must tell as well. That alone would not do: a file of another log may
   * get the identity of one that was deleted.
   */
  private static boolean mayBeRenamed(Path live, Path other) {
    String name = live.getFileName().toString();
    int dot = name.indexOf('.');
    return !other.getFileName().equals(live.getFileName())
        && other.getFileName().toString().startsWith(dot < 0 ? name : name.substring(0, dot));
  }

  /**
   * Reads what is new.
   *
   * @param bytes how much that is at most
   */
  private void read(Piece piece, long bytes) throws IOException {
    if (bytes > MUCH - uncommittedBytes) {
      commit();
    }
    Tally tally = tally(piece);
    tally.anew = false;
    uncommitted.putIfAbsent(tally, Optional.ofNullable(tally.problem));
    uncommittedBytes += Math.min(bytes, MUCH);
    tally.problem = null;
    ingest.read(piece, files, work, tally);
    work.end();
    if (bytes > MUCH) {
      commit();
    }
  }

  /** Makes durable and visible what was read, gives up the lock, and tells what is wrong. */
  private void commit() throws IOException {
    if (uncommitted.isEmpty()) {
      return;
    }
    work.commit();
    ingest.keepSite();
    ingest.tellDamage();
    uncommitted.forEach(
        (tally, problemBefore) -> {
          FileReport report = tally.report();
          String problem = report.problem();
          if (problem != null
              && !problem.equals(problemBefore.orElse(null))
              && told.add(report.file())) {
            // Else whoever starts it before the mail server takes it for failed.
            String waits = problem.equals(MISSING) ? "; it is read once it is there" : "";
            err.println(report.summary() + waits);
          }
        });
    uncommitted.clear();
    uncommittedBytes = 0;
  }
}
