package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.whosent.indexer.store.bytes.Micros;
import org.whosent.indexer.store.bytes.StoreFiles;
import org.whosent.indexer.store.partition.manifest.DamageException;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Recovery;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.partition.reading.PartitionReader;
import org.whosent.indexer.store.partition.reading.PartitionScan;
import org.whosent.indexer.store.partition.renewal.Rewriter;
import org.whosent.indexer.store.partition.renewal.SmallSegments;
import org.whosent.indexer.store.segment.BlockCache;
import org.whosent.indexer.store.segment.Compression;
import org.whosent.indexer.store.segment.Damage;
import org.whosent.indexer.store.segment.SharedSegment;
import org.whosent.indexer.store.segment.Weighed;
import org.whosent.indexer.store.segment.key.KeyHashes;
import org.whosent.indexer.store.segment.key.SipHash;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/**
 * The partitions that a batch reads and writes. What it writes counts for nothing until a manifest
 * names it. {@link SmallSegments} are merged, so that a day has few however often somebody commits.
 * A partition whose keys turn out to be damaged is made anew from its records when those are all
 * sound.
 *
 * <p>Not thread-safe, except that what {@link #write} gave may be written meanwhile when the caller
 * lets nobody ask for it.
 */
final class PartitionSet {
  private static final int MAX_READERS = 40;

  /** More days than that are no mail log but an attempt to fill the disk with directories. */
  private static final int MAX_PARTITIONS = 10_000;

  private final Path data;
  private final WrittenIds written;
  private final Missed missed;
  private final SipHash hash;
  private final KeyHashes hashes;
  private final NavigableMap<LocalDate, Partition> current;
  private final Map<LocalDate, PartitionReader> readers = new LinkedHashMap<>(16, 0.75f, true);
  private final Superseded superseded = new Superseded();

  /** The segments of a day of which {@link #written} knows nothing. */
  private final Map<LocalDate, List<Segment>> unknown = new HashMap<>();

  /** Changed since the manifest was written. */
  private final Set<LocalDate> touched = new HashSet<>();

  private final BlockCache cache = new BlockCache();

  /** Microseconds of the newest record, where known. */
  private long newest;

  private boolean newestKnown;

  /** A copy and where it lies. */
  record Stored(LocalDate day, PartitionReader.Copy copy) {
    SubmissionRecord record() {
      return copy.record();
    }
  }

  PartitionSet(Path data, Manifest manifest, WrittenIds written, Missed missed) {
    this.data = data;
    this.written = written;
    this.missed = missed;
    this.hash = manifest.hash();
    this.hashes = new KeyHashes(hash);
    this.current = new TreeMap<>(manifest.partitions());
  }

  private void set(LocalDate day, Partition partition) {
    current.put(day, partition);
    unknown.remove(day);
    newestKnown = false;
  }

  /** True when every stored record is older: the common case of a log that is read as it grows. */
  boolean isBefore(Instant time) {
    if (!newestKnown) {
      newest = Long.MIN_VALUE;
      for (Partition partition : current.values()) {
        for (Segment segment : partition.segments()) {
          newest = Math.max(newest, segment.info().newest());
        }
      }
      newestKnown = true;
    }
    return newest < Micros.of(time);
  }

  /**
   * Every copy with this transaction ID in the partitions between two times, both included.
   *
   * @param home the day of what is to be joined with them: copies of other days that cannot be read
   *     are passed over
   */
  List<Stored> copies(
      String transactionId, Instant from, Instant to, Instant horizon, LocalDate home)
      throws IOException {
    List<Stored> found = List.of();
    long since = Micros.of(from);
    long until = Micros.of(to);
    boolean isNew = !written.mayHave(transactionId);
    for (Partition partition :
        current
            .subMap(Partition.of(from, horizon), true, Partition.of(to, horizon), true)
            .values()) {
      if (partition.lostBlocks() > 0) {
        missed.lacks(partition);
      }
      List<Segment> among = isNew ? unknown(partition) : partition.segments();
      boolean any = false;
      for (Segment segment : among) {
        any |= segment.overlaps(since, until);
      }
      if (any) {
        found = found.isEmpty() ? new ArrayList<>() : found;
        boolean other = !partition.day().equals(home);
        addCopies(partition.day(), among, transactionId, since, until, other, found);
      }
    }
    return found;
  }

  /** Apart, since few ask for it: the compiler need not put it into those who do not. */
  private void addCopies(
      LocalDate day,
      List<Segment> among,
      String id,
      long since,
      long until,
      boolean other,
      List<Stored> to)
      throws IOException {
    long idHash = hashes.of(ClueType.TRANSACTION_ID, ClueType.TRANSACTION_ID.fold(id));
    Lookup lookup = (in, damaged) -> reader(day).copies(in, id, idHash, since, until, damaged);
    for (PartitionReader.Copy copy : copies(day, among, other, lookup)) {
      if (!superseded.contains(day, copy.segment(), copy.ordinal())) {
        to.add(new Stored(day, copy));
      }
    }
  }

  private interface Lookup {
    List<PartitionReader.Copy> in(List<Segment> among, Damage damaged) throws IOException;
  }

  private List<PartitionReader.Copy> copies(
      LocalDate day, List<Segment> among, boolean other, Lookup lookup) throws IOException {
    IOException damage;
    try {
      return lookup.in(among, other ? e -> missed.again(day, e) : Damage.REFUSED);
    } catch (DamageException e) {
      damage = e;
    } catch (NoSuchFileException e) {
      damage = DamageException.missing(current.get(day), e);
    }
    if (other && missed.knows(day, damage)) {
      return List.of(); // the day does not even open
    }
    if (heal(day, damage, other)) {
      return lookup.in(current.get(day).segments(), Damage.REFUSED);
    }
    missed.add(day, damage);
    try {
      return lookup.in(among, e -> missed.add(day, e));
    } catch (DamageException | NoSuchFileException _) {
      return List.of();
    }
  }

  private List<Segment> unknown(Partition partition) {
    List<Segment> segments = unknown.get(partition.day());
    return segments == null ? findUnknown(partition) : segments;
  }

  private List<Segment> findUnknown(Partition partition) {
    LocalDate day = partition.day();
    List<Segment> segments =
        partition.segments().stream().filter(s -> !written.knows(day, s.info())).toList();
    unknown.put(day, segments);
    return segments;
  }

  private PartitionReader reader(LocalDate day) throws IOException {
    PartitionReader reader = readers.get(day);
    if (reader == null) {
      Iterator<PartitionReader> eldest = readers.values().iterator();
      while (readers.size() >= MAX_READERS) {
        PartitionReader oldest = eldest.next();
        eldest.remove();
        oldest.close();
      }
      reader = PartitionReader.open(data, current.get(day), hash, cache);
      readers.put(day, reader);
    }
    return reader;
  }

  /**
   * The records are the truth: from sound ones damaged keys are made anew on the way.
   *
   * @return false when records are damaged, and that is to be passed over
   */
  private boolean heal(LocalDate day, IOException damage, boolean mayPass) throws IOException {
    Partition partition = current.get(day);
    closeReader(day);
    boolean lost = PartitionScan.damage(data, List.of(partition)) > 0;
    if (lost && mayPass) {
      return false;
    }
    if (lost || superseded.isIn(day)) {
      throw damage;
    }
    Rewriter.Result result = rewrite(partition, Compression.OPEN);
    set(day, result.partition(day, false));
    touched.add(day);
    return true;
  }

  private Rewriter.Result rewrite(Partition partition, Compression compression) throws IOException {
    return Rewriter.rewrite(
        data,
        hash,
        partition.day(),
        partition.nextSegment(),
        List.of(partition),
        UnaryOperator.identity(),
        compression);
  }

  private void closeReader(LocalDate day) throws IOException {
    PartitionReader reader = readers.remove(day);
    if (reader != null) {
      reader.close();
    }
  }

  /**
   * Marks a copy as not current any more; it goes with {@link #removeSuperseded}.
   *
   * @param moved no newer copy takes its place in this partition
   */
  void supersede(Stored stored, boolean moved) {
    superseded.add(stored.day(), stored.copy().segment(), stored.copy().ordinal(), moved);
  }

  int supersededCount() {
    return superseded.count();
  }

  /** Writes the lists of copies that are not current any more. */
  void removeSuperseded() throws IOException {
    for (LocalDate day : superseded.days()) {
      set(day, superseded.write(data, current.get(day)));
      touched.add(day);
      closeReader(day);
    }
    superseded.clear();
  }

  private Partition willWrite(LocalDate day) throws IOException {
    Partition partition = current.get(day);
    if (partition == null) {
      if (current.size() >= MAX_PARTITIONS) {
        throw new IOException(
            "records of more than " + MAX_PARTITIONS + " days; are the times of the logs right?");
      }
      partition = Partition.empty(day);
    }
    StoreFiles.createDirectories(partition.directory(data));
    return partition;
  }

  /** Says under which IDs the records are that are written next; see {@link WrittenIds}. */
  void willWrite(int[] idHashes, Collection<String> others) {
    written.willWrite(idHashes, others);
    unknown.clear();
  }

  /** A segment of these records for any threads to write; {@link #wrote} makes it count. */
  SharedSegment write(LocalDate day, List<Weighed> records) throws IOException {
    Partition partition = willWrite(day);
    current.put(day, partition.givenOut()); // its keys may be mended meanwhile
    return new SharedSegment(partition.directory(data), partition.nextSegment(), hash, records);
  }

  /** What was written as {@link #write} said is part of the partition from now on. */
  void wrote(LocalDate day, Segment segment) throws IOException {
    written.wrote(day, segment.info());
    set(day, current.get(day).with(segment));
    touched.add(day);
    closeReader(day);
  }

  /** Makes one of many small segments, where there are. */
  private void mergeSmall(LocalDate day) throws IOException {
    while (true) {
      Partition partition = current.get(day);
      List<Segment> small = SmallSegments.toMerge(data, partition);
      if (small == null) {
        return;
      }
      Partition part = new Partition(day, small, partition.nextSegment(), 0, false, 0);
      if (PartitionScan.damage(data, List.of(part)) > 0) {
        return; // a rebuild is due, and it is not for us to leave anything out
      }
      closeReader(day);
      Rewriter.Result result = rewrite(part, Compression.OPEN);
      List<Segment> merged = result.segments();
      if (merged.size() >= small.size()) {
        return; // too many keys for fewer; what was written is swept away
      }
      List<Segment> rest = new ArrayList<>(partition.segments());
      rest.removeAll(small);
      if (merged.isEmpty() && rest.isEmpty()) {
        return;
      }
      written.merged(day, small, merged);
      set(day, partition.with(small, merged));
      touched.add(day);
    }
  }

  /** Makes all that was written durable; the new state of every partition goes into the map. */
  void commit(Map<LocalDate, Partition> into) throws IOException {
    boolean made = false;
    for (LocalDate day : List.copyOf(touched)) {
      mergeSmall(day);
      Partition partition = current.get(day);
      if (partition.records() == 0 && partition.moved() == 0) {
        current.remove(day);
        into.remove(day);
        continue;
      }
      made |= into.put(day, partition) == null;
      StoreFiles.syncDirectory(partition.directory(data));
    }
    if (made) {
      for (Path parent : List.of(data.resolve("days"), data)) {
        if (Files.isDirectory(parent)) {
          StoreFiles.syncDirectory(parent);
        }
      }
    }
  }

  /** The manifest on disk now names what {@link #commit} made: what it does not name goes. */
  void named(Manifest next) throws IOException {
    for (LocalDate day : touched) {
      closeReader(day);
    }
    Recovery.sweep(data, next, touched);
    touched.clear();
  }

  /** Closes everything; what was not committed is deleted by the next writer. */
  void close() throws IOException {
    IOException failure = null;
    for (PartitionReader reader : readers.values()) {
      try {
        reader.close();
      } catch (ClosedChannelException e) {
        failure = e;
      }
    }
    readers.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
