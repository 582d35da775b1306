package org.whosent.indexer.ingest;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps up with files that are being written. Every {@link #POLL} it looks at size, time and
 * identity of every file; one that has changed is read from its checkpoint and committed. So it
 * holds no file open, and what it does is what a run does.
 *
 * <p>When a followed file was rotated, by renaming or by copying and truncating, its last lines may
 * stand in the piece that was moved aside, so for a while all pieces of that log are looked at. New
 * files of a followed directory are found by the same look. A file that cannot be read is reported
 * once and tried again when it changes.
 *
 * <p>Known weak: lines that are written and lie in a piece already deleted within one poll are not
 * seen. Not thread-safe.
 */
final class Follower {
  /** New lines are visible after this and the time of a commit. */
  static final Duration POLL = Duration.ofMillis(200);

  private static final Duration AFTER_ROTATION = Duration.ofSeconds(30);

  private record Look(long size, FileTime modified, Object key) {}

  private final Ingest ingest;
  private final FileIngest files;
  private final IngestBatch work;
  private final List<String> paths;
  private final Map<String, Tally> tallies;
  private final PrintStream err;
  private final Map<Path, Look> looks = new HashMap<>();
  private final Map<Path, Long> rotatedUntil = new HashMap<>();
  private final Set<String> told = new HashSet<>();

  Follower(
      Ingest ingest,
      FileIngest files,
      IngestBatch work,
      List<String> paths,
      Map<String, Tally> tallies,
      PrintStream err) {
    this.ingest = ingest;
    this.files = files;
    this.work = work;
    this.paths = paths;
    this.tallies = tallies;
    this.err = err;
  }

  void run() throws IOException {
    boolean inputDone = false;
    while (!ingest.stopped()) {
      for (Ingest.Piece piece : ingest.pieces(paths)) {
        if (ingest.stopped()) {
          return;
        }
        if (piece.path() == null || piece.problem() != null) {
          if (piece.path() != null || !inputDone) {
            read(piece);
          }
          inputDone |= piece.path() == null;
        } else {
          look(piece);
        }
      }
      rotated();
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private void look(Ingest.Piece piece) throws IOException {
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
      pieceAside(piece.path()); // older lines first
    }
    read(piece);
  }

  private static Look lookAt(Path path) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return new Look(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
    } catch (IOException e) {
      return null; // between two names; it will be there at the next look
    }
  }

  private void rotated() throws IOException {
    long now = System.nanoTime();
    rotatedUntil.values().removeIf(until -> until - now < 0);
    for (Path live : List.copyOf(rotatedUntil.keySet())) {
      pieceAside(live);
    }
  }

  /** Reads the pieces of that log which changed lately, other than the live one. */
  private void pieceAside(Path live) throws IOException {
    Rotation rotation = Rotation.of(live);
    Path directory = live.toAbsolutePath().getParent();
    Instant lately = Instant.now().minus(AFTER_ROTATION.multipliedBy(4));
    List<Ingest.Piece> pieces = new ArrayList<>();
    for (Ingest.Piece piece : ingest.pieces(List.of(directory.toString()))) {
      if (piece.path() == null || piece.problem() != null) {
        continue;
      }
      Rotation other = Rotation.of(piece.path());
      if (!other.family().equals(rotation.family()) || other.equals(rotation)) {
        continue;
      }
      Look look = lookAt(piece.path());
      if (look != null
          && look.modified().toInstant().isAfter(lately)
          && !look.equals(looks.put(piece.path(), look))) {
        pieces.add(piece);
      }
    }
    for (Ingest.Piece piece : pieces) {
      read(piece);
    }
  }

  private void read(Ingest.Piece piece) throws IOException {
    Tally tally = tallies.computeIfAbsent(piece.name(), Tally::new);
    String problemBefore = tally.problem;
    tally.problem = null;
    ingest.read(piece, files, work, tally);
    work.commit();
    if (tally.problem != null && !tally.problem.equals(problemBefore) && told.add(piece.name())) {
      err.println(tally.report().summary());
    }
  }
}
