package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.whosent.indexer.store.segment.BlockCache;
import org.whosent.indexer.store.segment.Compression;
import org.whosent.indexer.store.segment.GoneFile;
import org.whosent.indexer.store.segment.KeyHashes;
import org.whosent.indexer.store.segment.Micros;
import org.whosent.indexer.store.segment.SegmentFormat;
import org.whosent.indexer.store.segment.SegmentInfo;
import org.whosent.indexer.store.segment.SegmentReader;
import org.whosent.indexer.store.segment.SipHash;
import org.whosent.indexer.store.segment.StoreFiles;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/**
 * Writes days anew while others add records to them: to seal, to erase, to mask, to keep what is
 * under hold, to get keys back. That takes long, and its input never changes: so it is done in the
 * directory {@code sealing}, without the writer's lock. What came meanwhile is done in the next
 * round, of which each has less to do; the last one, with little or nothing left, runs under the
 * writer's lock and commits: segments get their places, copies that are not current any more since
 * they were read are listed as gone, and one manifest names it all. So a crash leaves the state
 * before or after.
 *
 * <p>A hold that is added meanwhile wins: where the holds are not those that the work began with,
 * it begins again. So it does where a segment that it read is not there any more, which {@link
 * Pins} makes rare. After {@value #ATTEMPTS} times all is done under the writer's lock, so that
 * forgetting always ends.
 *
 * <p>Whoever forgets must not leave a copy where it is being packed: {@link WriterLock#ofSealing}
 * is held all the time, by who forgets and by who seals. What a process that died left in the
 * directory goes when somebody takes that lock. One use; for one thread.
 */
final class Renewal<T> {
  /** So often it is begun again because what it rests on has changed. */
  private static final int ATTEMPTS = 3;

  /** So often it looks for what came meanwhile before it makes others wait. */
  private static final int ROUNDS = 4;

  /** So many records are written anew under the writer's lock without more ado. */
  private static final long FEW = 20_000;

  private final Path data;
  private final RenewalPlan<T> plan;
  private final long few;
  private final List<Made> made = new ArrayList<>();
  private final Set<Place> done = new HashSet<>();
  private Manifest begun;

  private Renewal(Path data, RenewalPlan<T> plan, long few) {
    this.data = data;
    this.plan = plan;
    this.few = few;
  }

  /** Where segments are made. */
  static Path directory(Path data) {
    return data.resolve("sealing");
  }

  /** Deletes what was begun. */
  static void clear(Path data) throws IOException {
    StoreFiles.deleteTree(directory(data));
  }

  /** A segment of a day; numbers are not used twice. */
  record Place(LocalDate day, int number) {
    static Place of(Partition partition, Segment segment) {
      return new Place(partition.day(), segment.info().number());
    }
  }

  /**
   * Something to write anew.
   *
   * @param target the day, or held, that it goes to
   * @param sources what is read, each a partition or some of its segments ({@link #part})
   * @param keep gives the record to write for one that was read, always the same; null for none
   */
  record Job(
      LocalDate target,
      List<Partition> sources,
      UnaryOperator<SubmissionRecord> keep,
      Compression compression) {

    /** A day in its own place, packed as it was. */
    static Job of(Partition whole, Partition part, UnaryOperator<SubmissionRecord> keep) {
      boolean seal = whole.sealed() && part.segments().size() == whole.segments().size();
      return new Job(
          whole.day(), List.of(part), keep, seal ? Compression.SEALED : Compression.OPEN);
    }

    long rows() {
      return sources.stream()
          .flatMap(source -> source.segments().stream())
          .mapToLong(segment -> segment.info().rows())
          .sum();
    }
  }

  /** Some of a partition's segments; {@code moved} is known of all of them only. */
  static Partition part(Partition partition, List<Segment> segments) {
    boolean whole = segments.size() == partition.segments().size();
    return new Partition(
        partition.day(),
        segments,
        partition.nextSegment(),
        whole ? partition.moved() : 0,
        partition.sealed() && whole,
        0);
  }

  /** Those that were not written anew yet. */
  static Partition rest(Partition partition, Set<Place> done) {
    return part(
        partition,
        partition.segments().stream().filter(s -> !done.contains(Place.of(partition, s))).toList());
  }

  /**
   * Segments made of a job, not in their place yet.
   *
   * @param gone of what it read: which records were not current; null for a list that is damaged
   */
  private record Made(
      Job job, Path home, Map<Place, int[]> gone, List<Segment> segments, int lost) {}

  /** What the work rests on is not as it was. */
  static final class StaleException extends IOException {
    StaleException(String message) {
      super(message);
    }
  }

  /**
   * Does it. The lock of sealing is held, and the directory is clear.
   *
   * @throws StaleException when the plan need not end, and others were always faster
   */
  static <T> T run(Path data, RenewalPlan<T> plan) throws IOException {
    return run(data, plan, FEW);
  }

  /** The same with another number of records that are few. */
  static <T> T run(Path data, RenewalPlan<T> plan, long few) throws IOException {
    try {
      for (int attempt = 1; ; attempt++) {
        boolean last = attempt > ATTEMPTS;
        try {
          return new Renewal<>(data, plan, few).attempt(last);
        } catch (StaleException e) {
          if (last || attempt == ATTEMPTS && !plan.mustEnd()) {
            throw e;
          }
          clear(data);
        }
      }
    } catch (IOException e) {
      try {
        clear(data); // a full disk gets its room back at once
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  private T attempt(boolean atOnce) throws IOException {
    for (int round = 0; ; round++) {
      Manifest manifest;
      List<Job> jobs = null;
      try (WriterLock _ = WriterLock.take(data)) {
        manifest = Recovery.recover(data);
        if (round == 0) {
          begun = manifest;
          plan.begin(manifest);
          atOnce |= plan.isQuick(manifest);
        } else {
          check(manifest);
        }
        if (round > 0 || atOnce) {
          jobs = plan.jobs(manifest, done);
          long rows = jobs.stream().mapToLong(Job::rows).sum();
          if (atOnce || round > ROUNDS || rows <= few) {
            for (Job job : jobs) {
              make(manifest, job);
            }
            return put(manifest);
          }
        }
        Pins.write(data, manifest);
      }
      try {
        jobs = jobs == null ? plan.jobs(manifest, done) : jobs;
        for (Job job : jobs) {
          make(manifest, job);
        }
      } catch (StaleException e) {
        throw e;
      } catch (IOException e) {
        if (isThere(manifest)) {
          throw e;
        }
        throw stale(); // what looked like damage was somebody who was faster
      }
    }
  }

  private static StaleException stale() {
    return new StaleException("others change the store faster than it can be read; try again");
  }

  /** Whether all segments of a manifest are still there. */
  private boolean isThere(Manifest manifest) throws IOException {
    for (Partition partition : manifest.partitions().values()) {
      for (Segment segment : partition.segments()) {
        if (latest(data, partition, segment) == null) {
          return false;
        }
      }
    }
    return true;
  }

  /** A segment as it is by now, more of it gone perhaps; null when it is not there any more. */
  private static Segment latest(Path data, Partition partition, Segment segment)
      throws IOException {
    Manifest now = ManifestCodec.read(data);
    Partition other = now == null ? null : now.partitions().get(partition.day());
    return other == null ? null : find(other, segment);
  }

  /** Reads something of one segment as a manifest names it. */
  interface Reading<R> {
    R read(Segment segment) throws IOException;
  }

  /**
   * Reads something of one segment, again where others listed more of it as gone meanwhile.
   *
   * @throws NoSuchFileException when a file is missing
   * @throws StaleException when the segment is not there any more
   */
  static <R> R reading(Path data, Partition partition, Segment segment, Reading<R> reading)
      throws IOException {
    Segment as = segment;
    while (true) {
      try {
        return reading.read(as);
      } catch (NoSuchFileException e) {
        Segment newer = latest(data, partition, segment);
        if (newer == null) {
          throw stale();
        }
        if (newer.equals(as)) {
          throw e;
        }
        as = newer;
      }
    }
  }

  /** Gives every copy of a segment; says how many damaged stretches were passed over. */
  static int scan(Path data, Partition partition, Segment segment, PartitionScan.Records records)
      throws IOException {
    Gone gone = Gone.of(data, partition, segment);
    try (PartitionScan.Stream stream =
        new PartitionScan.Stream(data, partition, gone.segment, gone.numbers)) {
      while (stream.advance()) {
        records.take(stream.record, stream.current);
      }
      if (stream.damaged() > 0 && latest(data, partition, segment) == null) {
        throw stale();
      }
      return stream.damaged();
    }
  }

  /** What of a segment is not current: its numbers, or null where the list is damaged. */
  private record Gone(Segment segment, int[] numbers) {
    static Gone of(Path data, Partition partition, Segment segment) throws IOException {
      Path home = partition.directory(data);
      try {
        return reading(
            data,
            partition,
            segment,
            as ->
                new Gone(
                    as,
                    as.gone() == 0
                        ? new int[0]
                        : GoneFile.read(home, as.info().number(), as.goneVersion())));
      } catch (StaleException | ClosedChannelException e) {
        throw e;
      } catch (IOException _) {
        return new Gone(segment, null);
      }
    }
  }

  private static Segment find(Partition now, Segment segment) {
    for (Segment each : now.segments()) {
      if (each.info().equals(segment.info())) {
        return each;
      }
    }
    return null;
  }

  /** Whether what was made may still be used. */
  private void check(Manifest now) throws StaleException {
    if (!now.holds().equals(begun.holds())) {
      throw stale();
    }
    for (Made each : made) {
      for (Partition source : each.job.sources()) {
        Partition partition = now.partitions().get(source.day());
        for (Segment segment : source.segments()) {
          if (partition == null || find(partition, segment) == null) {
            throw stale();
          }
        }
      }
    }
  }

  private void make(Manifest manifest, Job job) throws IOException {
    Map<Place, int[]> gone = new HashMap<>();
    List<Partition> sources = new ArrayList<>();
    for (Partition source : job.sources()) {
      List<Segment> segments = new ArrayList<>();
      for (Segment segment : source.segments()) {
        Gone read = Gone.of(data, source, segment);
        segments.add(read.segment);
        gone.put(Place.of(source, segment), read.numbers);
      }
      sources.add(source.with(segments));
    }
    Path home = directory(data).resolve("made-" + made.size());
    Rewriter.Result result =
        Rewriter.rewrite(
            data, home, manifest.hash(), 1, sources, gone, job.keep(), job.compression());
    if (result.lost() > 0) {
      if (!isThere(manifest)) {
        throw stale();
      }
      plan.lost(job, result.lost());
    }
    Job asRead = new Job(job.target(), sources, job.keep(), job.compression());
    made.add(new Made(asRead, home, gone, result.segments(), result.lost()));
    done.addAll(gone.keySet());
  }

  /** Puts all in place. */
  private T put(Manifest manifest) throws IOException {
    Manifest.Draft draft = manifest.draft();
    Map<LocalDate, List<Segment>> placed = new TreeMap<>();
    Map<LocalDate, Integer> next = new HashMap<>();
    for (Made each : made) {
      LocalDate day = each.job.target();
      Partition now = manifest.partitions().getOrDefault(day, Partition.empty(day));
      Path home = now.directory(data);
      int number = next.getOrDefault(day, now.nextSegment());
      List<Segment> segments = new ArrayList<>();
      if (!each.segments.isEmpty()) {
        StoreFiles.createDirectories(home);
      }
      for (Segment segment : each.segments) {
        segments.add(new Segment(move(each.home, segment.info(), home, number++)));
      }
      next.put(day, number);
      segments = withoutGone(manifest, each, now, segments);
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
    T told = plan.end(manifest, draft);
    Manifest written = draft.build();
    ManifestCodec.write(data, written);
    Recovery.sweep(data, written);
    Receipts.ensure(data, written);
    plan.after(written);
    clear(data);
    return told;
  }

  private Partition renewed(Partition now, List<Segment> placed, int nextSegment) {
    List<Segment> all = new ArrayList<>(placed);
    all.addAll(rest(now, done).segments());
    boolean sealed = all.size() == placed.size();
    long moved = now.moved();
    int lost = now.lostBlocks();
    for (Made each : made) {
      for (Partition source : each.job.sources()) {
        moved -= source.day().equals(now.day()) ? source.moved() : 0;
      }
      boolean here = each.job.target().equals(now.day());
      lost += here ? each.lost : 0;
      sealed &= !here || each.job.compression() == Compression.SEALED;
    }
    return new Partition(now.day(), all, nextSegment, Math.max(0, moved), sealed, lost);
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
  private List<Segment> withoutGone(
      Manifest manifest, Made from, Partition now, List<Segment> placed) throws IOException {
    List<SubmissionRecord> superseded = superseded(manifest, from);
    if (superseded.isEmpty()) {
      return placed;
    }
    Map<Integer, TreeSet<Integer>> gone = new HashMap<>();
    SipHash hash = manifest.hash();
    Partition there = new Partition(now.day(), placed, now.nextSegment(), 0, true, 0);
    KeyHashes hashes = new KeyHashes(hash);
    try (PartitionReader reader = PartitionReader.open(data, there, hash, new BlockCache())) {
      for (SubmissionRecord record : superseded) {
        SubmissionRecord kept = from.job.keep().apply(record);
        if (kept == null) {
          continue;
        }
        String id = kept.transactionId();
        long idHash = hashes.of(ClueType.TRANSACTION_ID, ClueType.TRANSACTION_ID.fold(id));
        long time = Micros.of(kept.time());
        boolean found = false;
        for (PartitionReader.Copy copy : reader.copies(id, idHash, time, time)) {
          if (!found && copy.record().equals(kept)) {
            found = gone.computeIfAbsent(copy.segment(), _ -> new TreeSet<>()).add(copy.ordinal());
          }
        }
        if (!found && from.lost > 0) {
          throw stale(); // damaged where it was read, or joined with another copy
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
  private List<SubmissionRecord> superseded(Manifest manifest, Made from) throws IOException {
    List<SubmissionRecord> superseded = new ArrayList<>();
    for (Partition source : from.job.sources()) {
      Partition now = manifest.partitions().get(source.day());
      for (Segment before : source.segments()) {
        Segment after = find(now, before);
        if (after.goneVersion() != before.goneVersion()) {
          superseded(manifest, now, after, from.gone.get(Place.of(source, before)), superseded);
        }
      }
    }
    return superseded;
  }

  private void superseded(
      Manifest manifest, Partition now, Segment after, int[] before, List<SubmissionRecord> into)
      throws IOException {
    if (before == null) {
      throw stale();
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
      throw stale(); // damaged: it is read again, and what cannot be read is counted
    }
  }
}
