package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.whosent.indexer.store.segment.BlockCache;
import org.whosent.indexer.store.segment.Compression;
import org.whosent.indexer.store.segment.GoneFile;
import org.whosent.indexer.store.segment.KeyHashes;
import org.whosent.indexer.store.segment.Micros;
import org.whosent.indexer.store.segment.SegmentFormat;
import org.whosent.indexer.store.segment.SegmentInfo;
import org.whosent.indexer.store.segment.SipHash;
import org.whosent.indexer.store.segment.StoreFiles;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/**
 * Packs a day as small as can be. That takes long, and its input never changes: so it is done in
 * the directory {@code sealing}, without the writer's lock, while others add records. Then the lock
 * is taken for a moment, the new segments get the places of those that they were made of, and the
 * copies that are not current any more since then are listed as gone.
 *
 * <p>Whoever forgets something must not leave a copy of it here: {@link WriterLock#ofSealing} is
 * held from before the input is opened until all is in place, and purge, erasure, mask and rebuild
 * hold it too. What a process that died left in the directory goes when somebody takes that lock.
 * Stateless.
 */
final class Sealing {
  /** So often it is begun again because somebody merged what it read. */
  private static final int ATTEMPTS = 3;

  private Sealing() {}

  /** Where segments are made. */
  static Path directory(Path data) {
    return data.resolve("sealing");
  }

  /**
   * Segments made of a day as it was, not in their place yet.
   *
   * @param gone of the segments that they were made of, by number: what was not current
   */
  record Made(Partition from, Map<Integer, int[]> gone, List<Segment> segments) {}

  /** Seals one day; false when it was, or must not be. The lock of sealing is held. */
  static boolean seal(Path data, LocalDate day) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Manifest manifest = ManifestCodec.read(data);
      Partition partition = manifest == null ? null : manifest.partitions().get(day);
      if (partition == null || partition.sealed() && partition.stale() == 0) {
        return false;
      }
      Made made = make(data, manifest, partition);
      if (made != null && put(data, made)) {
        return true;
      }
      clear(data);
      Manifest now = ManifestCodec.read(data);
      if (made == null && now != null && partition.equals(now.partitions().get(day))) {
        return false; // damaged: nothing is left out on the way; verify and rebuild are for that
      }
    }
    return false; // a day that others merge again and again is not one to be sealed yet
  }

  /** Makes the segments; null when some of the records could not be read. */
  static Made make(Path data, Manifest manifest, Partition partition) throws IOException {
    try {
      Map<Integer, int[]> gone = new HashMap<>();
      for (Segment segment : partition.segments()) {
        gone.put(segment.info().number(), gone(partition.directory(data), segment));
      }
      if (PartitionScan.damage(data, List.of(partition)) > 0) {
        return null;
      }
      Rewriter.Result result =
          Rewriter.rewrite(
              data,
              directory(data),
              manifest.hash(),
              1,
              List.of(partition),
              UnaryOperator.identity(),
              Compression.SEALED);
      return result.lost() > 0 ? null : new Made(partition, gone, result.segments());
    } catch (NoSuchFileException | DamageException _) {
      return null; // damaged, or merged in the meantime
    }
  }

  private static int[] gone(Path home, Segment segment) throws IOException {
    return segment.gone() == 0
        ? new int[0]
        : GoneFile.read(home, segment.info().number(), segment.goneVersion());
  }

  /** Puts them in place under the writer's lock; false when what they were made of is not there. */
  static boolean put(Path data, Made made) throws IOException {
    try (WriterLock _ = WriterLock.take(data)) {
      Manifest manifest = Recovery.recover(data);
      LocalDate day = made.from.day();
      Partition now = manifest.partitions().get(day);
      List<Segment> since = now == null ? null : since(made.from, now);
      if (since == null) {
        return false;
      }
      Path home = now.directory(data);
      List<Segment> placed = new ArrayList<>();
      int number = now.nextSegment();
      for (Segment segment : made.segments) {
        placed.add(new Segment(move(directory(data), segment.info(), home, number++)));
      }
      placed = withoutGone(data, manifest.hash(), made, now, placed);
      StoreFiles.syncDirectory(home);
      List<Segment> all = new ArrayList<>(placed);
      all.addAll(since);
      long moved = Math.max(0, now.moved() - made.from.moved());
      Manifest.Draft draft = manifest.draft();
      if (all.stream().mapToInt(Segment::current).sum() == 0 && moved == 0) {
        draft.partitions.remove(day);
      } else {
        draft.partitions.put(
            day, new Partition(day, all, number, moved, since.isEmpty(), now.lostBlocks()));
      }
      Manifest next = draft.build();
      ManifestCodec.write(data, next);
      Recovery.sweep(data, next);
      clear(data);
      return true;
    }
  }

  /** The segments that came later; null when one of the earlier is not there as it was. */
  private static List<Segment> since(Partition from, Partition now) {
    List<Segment> since = new ArrayList<>(now.segments());
    for (Segment segment : from.segments()) {
      if (!since.removeIf(s -> s.info().equals(segment.info()))) {
        return null;
      }
    }
    return since;
  }

  private static SegmentInfo move(Path from, SegmentInfo info, Path to, int number)
      throws IOException {
    int old = info.number();
    move(SegmentFormat.recordsFile(from, old), SegmentFormat.recordsFile(to, number));
    if (info.privateBytes() >= 0) {
      move(SegmentFormat.privateFile(from, old), SegmentFormat.privateFile(to, number));
    }
    if (info.indexBytes() > 0) {
      move(SegmentFormat.indexFile(from, old), SegmentFormat.indexFile(to, number));
    }
    return new SegmentInfo(
        number,
        info.rows(),
        info.newest(),
        info.oldest(),
        info.recordsBytes(),
        info.privateBytes(),
        info.indexBytes());
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Lists as gone what was superseded after it was read. */
  private static List<Segment> withoutGone(
      Path data, SipHash hash, Made made, Partition now, List<Segment> placed) throws IOException {
    List<SubmissionRecord> superseded = superseded(data, hash, made, now);
    if (superseded.isEmpty()) {
      return placed;
    }
    Map<Integer, TreeSet<Integer>> gone = new HashMap<>();
    Partition sealed = new Partition(now.day(), placed, now.nextSegment(), 0, true, 0);
    KeyHashes hashes = new KeyHashes(hash);
    try (PartitionReader reader = PartitionReader.open(data, sealed, hash, new BlockCache())) {
      for (SubmissionRecord record : superseded) {
        String id = record.transactionId();
        long idHash = hashes.of(ClueType.TRANSACTION_ID, ClueType.TRANSACTION_ID.fold(id));
        long time = Micros.of(record.time());
        boolean found = false;
        for (PartitionReader.Copy copy : reader.copies(id, idHash, time, time)) {
          if (!found && copy.record().equals(record)) {
            found = gone.computeIfAbsent(copy.segment(), _ -> new TreeSet<>()).add(copy.ordinal());
          }
        }
        if (!found) {
          throw new IllegalStateException("a record is not in the segment that was made of it");
        }
      }
    }
    List<Segment> marked = new ArrayList<>();
    for (Segment segment : placed) {
      int number = segment.info().number();
      TreeSet<Integer> ordinals = gone.get(number);
      if (ordinals != null) {
        int[] all = ordinals.stream().mapToInt(Integer::intValue).toArray();
        GoneFile.write(now.directory(data), number, 1, all);
        segment = new Segment(segment.info(), all.length, 1);
      }
      marked.add(segment);
    }
    return marked;
  }

  /** What was current when it was read, and is not now. */
  private static List<SubmissionRecord> superseded(
      Path data, SipHash hash, Made made, Partition now) throws IOException {
    List<SubmissionRecord> superseded = new ArrayList<>();
    try (PartitionReader reader = PartitionReader.open(data, now, hash, new BlockCache())) {
      for (PartitionReader.Part part : reader.parts()) {
        int[] before = made.gone.get(part.segment().info().number());
        if (before == null) {
          continue; // came later
        }
        for (int n : part.gone()) {
          if (Arrays.binarySearch(before, n) < 0) {
            superseded.add(part.reader().record(n));
          }
        }
      }
    }
    return superseded;
  }

  /** Deletes what was begun. */
  static void clear(Path data) throws IOException {
    StoreFiles.deleteTree(directory(data));
  }
}
