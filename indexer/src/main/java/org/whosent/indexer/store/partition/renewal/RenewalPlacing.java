package org.whosent.indexer.store.partition.renewal;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.whosent.indexer.store.bytes.Micros;
import org.whosent.indexer.store.bytes.StoreFiles;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.partition.reading.PartitionReader;
import org.whosent.indexer.store.segment.BlockCache;
import org.whosent.indexer.store.segment.Compression;
import org.whosent.indexer.store.segment.Damage;
import org.whosent.indexer.store.segment.GoneFile;
import org.whosent.indexer.store.segment.SegmentFormat;
import org.whosent.indexer.store.segment.SegmentInfo;
import org.whosent.indexer.store.segment.SegmentReader;
import org.whosent.indexer.store.segment.key.KeyHashes;
import org.whosent.indexer.store.segment.key.SipHash;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/**
 * Moves the segments that {@link Renewal} made to the places of those that they were made of, under
 * the writer's lock. Copies in them that are not current any more, since they were read, are listed
 * as gone. Nothing counts until the manifest is written. One use; for one thread.
 */
final class RenewalPlacing {
  private final Path data;
  private final Manifest manifest;
  private final List<Renewal.Made> made;
  private final Set<Renewal.Place> done;

  /**
   * For a manifest that nobody else changes.
   *
   * @param made of segments that it still has
   * @param done the places of those
   */
  RenewalPlacing(Path data, Manifest manifest, List<Renewal.Made> made, Set<Renewal.Place> done) {
    this.data = data;
    this.manifest = manifest;
    this.made = made;
    this.done = done;
  }

  /** The manifest to come, with everything in its place; not written yet. */
  Manifest.Draft draft() throws IOException {
    Manifest.Draft draft = manifest.draft();
    Map<LocalDate, List<Segment>> placed = new TreeMap<>();
    Map<LocalDate, Integer> next = new HashMap<>();
    for (Renewal.Made each : made) {
      LocalDate day = each.job().target();
      Partition now = manifest.partitions().getOrDefault(day, Partition.empty(day));
      Path home = now.directory(data);
      int number = next.getOrDefault(day, now.nextSegment());
      List<Segment> segments = new ArrayList<>();
      if (!each.segments().isEmpty()) {
        StoreFiles.createDirectories(home);
      }
      for (Segment segment : each.segments()) {
        segments.add(new Segment(move(each.home(), segment.info(), home, number++)));
      }
      next.put(day, number);
      segments = withoutGone(each, now, segments);
      if (!segments.isEmpty()) {
        StoreFiles.syncDirectory(home);
      }
      placed.computeIfAbsent(day, _ -> new ArrayList<>()).addAll(segments);
    }
    Set<LocalDate> days = new TreeSet<>(placed.keySet());
    done.forEach(place -> days.add(place.day()));
    for (LocalDate day : days) {
      Partition now = manifest.partitions().getOrDefault(day, Partition.empty(day));
      int number = next.getOrDefault(day, now.nextSegment());
      Partition renewed = renewed(now, placed.getOrDefault(day, List.of()), number);
      if (renewed.segments().isEmpty() || renewed.records() == 0 && renewed.moved() == 0) {
        draft.partitions.remove(day);
      } else {
        draft.partitions.put(day, renewed);
      }
    }
    return draft;
  }

  private Partition renewed(Partition now, List<Segment> placed, int nextSegment) {
    List<Segment> all = new ArrayList<>(placed);
    all.addAll(Renewal.rest(now, done).segments());
    boolean sealed = all.size() == placed.size();
    long moved = now.moved();
    int lost = now.lostBlocks();
    for (Renewal.Made each : made) {
      for (Partition source : each.job().sources()) {
        moved -= source.day().equals(now.day()) ? source.moved() : 0;
      }
      boolean here = each.job().target().equals(now.day());
      lost += here ? each.lost() : 0;
      sealed &= !here || each.job().compression() == Compression.SEALED;
    }
    return new Partition(now.day(), all, nextSegment, Math.max(0, moved), sealed, lost);
  }

  private static SegmentInfo move(Path from, SegmentInfo info, Path to, int number)
      throws IOException {
    int old = info.number();
    StoreFiles.place(SegmentFormat.recordsFile(from, old), SegmentFormat.recordsFile(to, number));
    if (info.privateBytes() >= 0) {
      StoreFiles.place(SegmentFormat.privateFile(from, old), SegmentFormat.privateFile(to, number));
    }
    if (info.indexBytes() > 0) {
      StoreFiles.place(SegmentFormat.indexFile(from, old), SegmentFormat.indexFile(to, number));
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

  /** Lists as gone what was superseded after it was read. */
  private List<Segment> withoutGone(Renewal.Made from, Partition now, List<Segment> placed)
      throws IOException {
    List<SubmissionRecord> superseded = superseded(from);
    if (superseded.isEmpty()) {
      return placed;
    }
    Map<Integer, TreeSet<Integer>> gone = new HashMap<>();
    SipHash hash = manifest.hash();
    Partition there = new Partition(now.day(), placed, now.nextSegment(), 0, true, 0);
    KeyHashes hashes = new KeyHashes(hash);
    try (PartitionReader reader = PartitionReader.open(data, there, hash, new BlockCache())) {
      for (SubmissionRecord record : superseded) {
        SubmissionRecord kept = from.job().keep().apply(record);
        if (kept == null) {
          continue;
        }
        String id = kept.transactionId();
        long idHash = hashes.of(ClueType.TRANSACTION_ID, ClueType.TRANSACTION_ID.fold(id));
        long time = Micros.of(kept.time());
        boolean found = false;
        for (PartitionReader.Copy copy :
            reader.copies(placed, id, idHash, time, time, Damage.REFUSED)) {
          if (!found && copy.record().equals(kept)) {
            found = gone.computeIfAbsent(copy.segment(), _ -> new TreeSet<>()).add(copy.ordinal());
          }
        }
        if (!found && from.lost() > 0) {
          throw StaleException.stale(); // damaged where it was read, or joined with another copy
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
  private List<SubmissionRecord> superseded(Renewal.Made from) throws IOException {
    List<SubmissionRecord> superseded = new ArrayList<>();
    for (Partition source : from.job().sources()) {
      Partition now = manifest.partitions().get(source.day());
      for (Segment before : source.segments()) {
        Segment after = BesideWriters.find(now, before);
        if (after.goneVersion() != before.goneVersion()) {
          superseded(now, after, from.gone().get(Renewal.Place.of(source, before)), superseded);
        }
      }
    }
    return superseded;
  }

  private void superseded(Partition now, Segment after, int[] before, List<SubmissionRecord> into)
      throws IOException {
    if (before == null) {
      throw StaleException.stale();
    }
    Path home = now.directory(data);
    try (SegmentReader reader =
        new SegmentReader(home, after.info(), manifest.hash(), new BlockCache())) {
      int at = 0; // both are ascending
      for (int n : GoneFile.read(home, after.info().number(), after.goneVersion())) {
        while (at < before.length && before[at] < n) {
          at++;
        }
        if (at == before.length || before[at] != n) {
          into.add(reader.record(n));
        }
      }
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException _) {
      throw StaleException.stale(); // damaged: it is read again, and what cannot be read is counted
    }
  }
}
