package org.whosent.indexer.store.partition.renewal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.whosent.indexer.store.bytes.StoreFiles;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.ManifestFiles;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Receipts;
import org.whosent.indexer.store.partition.manifest.Recovery;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.partition.manifest.WriterLock;
import org.whosent.indexer.store.segment.Compression;
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
 * directory goes when somebody takes that lock. One use; for one thread. Public for the store and
 * who forgets.
 */
public final class Renewal<T> {
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
  public static Path directory(Path data) {
    return data.resolve("sealing");
  }

  /** Deletes what was begun. */
  public static void clear(Path data) throws IOException {
    StoreFiles.deleteTree(directory(data));
  }

  /** A segment of a day; numbers are not used twice. */
  public record Place(LocalDate day, int number) {
    public static Place of(Partition partition, Segment segment) {
      return new Place(partition.day(), segment.info().number());
    }
  }

  /**
   * Something to write anew.
   *
   * @param target the day, or held, that it goes to
   * @param sources what is read, each a partition or some of its segments ({@link #part})
   * @param keep gives the record to write for one that was read, always the same; null for none
   * @param leaving of segments of which that is known: the numbers of the records for which {@code
   *     keep} gives null; it gives all others as they are
   */
  public record Job(
      LocalDate target,
      List<Partition> sources,
      UnaryOperator<SubmissionRecord> keep,
      Compression compression,
      Map<Place, BitSet> leaving) {
    /** Any record may change. */
    public Job(
        LocalDate target,
        List<Partition> sources,
        UnaryOperator<SubmissionRecord> keep,
        Compression compression) {
      this(target, sources, keep, compression, Map.of());
    }

    /** A day in its own place, packed as it was. */
    public static Job of(Partition whole, Partition part, UnaryOperator<SubmissionRecord> keep) {
      return of(whole, part, keep, Map.of());
    }

    /** The same where it is known which records go. */
    public static Job of(
        Partition whole,
        Partition part,
        UnaryOperator<SubmissionRecord> keep,
        Map<Place, BitSet> leaving) {
      boolean seal = whole.sealed() && part.segments().size() == whole.segments().size();
      Compression open = isPacked(part) ? Compression.COMPACTED : Compression.OPEN;
      Compression compression = seal ? Compression.SEALED : open;
      return new Job(whole.day(), List.of(part), keep, compression, leaving);
    }

    /** Whether most of it is packed, as a day that grows is: not to be packed once more. */
    private static boolean isPacked(Partition part) {
      long packed = 0;
      long rows = 0;
      for (Segment segment : part.segments()) {
        rows += segment.info().rows();
        packed += segment.info().indexBytes() > 0 ? segment.info().rows() : 0;
      }
      return packed * 2 > rows;
    }

    long rows() {
      return sources.stream()
          .flatMap(source -> source.segments().stream())
          .mapToLong(segment -> segment.info().rows())
          .sum();
    }
  }

  /** Some of a partition's segments; {@code moved} is known of all of them only. */
  public static Partition part(Partition partition, List<Segment> segments) {
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
  public static Partition rest(Partition partition, Set<Place> done) {
    return part(
        partition,
        partition.segments().stream().filter(s -> !done.contains(Place.of(partition, s))).toList());
  }

  /**
   * Segments made of a job, not in their place yet.
   *
   * @param gone of what it read: which records were not current; null for a list that is damaged
   */
  record Made(Job job, Path home, Map<Place, int[]> gone, List<Segment> segments, int lost) {}

  /**
   * Does it. The lock of sealing is held, and the directory is clear.
   *
   * @throws StaleException when the plan need not end, and others were always faster
   */
  public static <T> T run(Path data, RenewalPlan<T> plan) throws IOException {
    return run(data, plan, FEW);
  }

  /** The same with another number of records that are few. */
  public static <T> T run(Path data, RenewalPlan<T> plan, long few) throws IOException {
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
        if (BesideWriters.isThere(data, manifest)) {
          throw e;
        }
        throw StaleException.stale(); // what looked like damage was somebody who was faster
      }
    }
  }

  /** Whether what was made may still be used. */
  private void check(Manifest now) throws StaleException {
    if (!now.holds().equals(begun.holds())) {
      throw StaleException.stale();
    }
    for (Made each : made) {
      for (Partition source : each.job.sources()) {
        Partition partition = now.partitions().get(source.day());
        for (Segment segment : source.segments()) {
          if (partition == null || BesideWriters.find(partition, segment) == null) {
            throw StaleException.stale();
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
        BesideWriters.Gone read = BesideWriters.Gone.of(data, source, segment);
        segments.add(read.segment());
        gone.put(Place.of(source, segment), read.numbers());
      }
      sources.add(source.with(segments));
    }
    Path home = directory(data).resolve("made-" + made.size());
    Thinning.Written result = new Thinning(data, home, manifest.hash(), job, gone).write(sources);
    if (result.lost() > 0) {
      if (!BesideWriters.isThere(data, manifest)) {
        throw StaleException.stale();
      }
      plan.lost(job, result.lost());
    }
    Job asRead = new Job(job.target(), sources, job.keep(), job.compression(), job.leaving());
    made.add(new Made(asRead, home, gone, result.segments(), result.lost()));
    done.addAll(gone.keySet());
  }

  /** Puts all in place. */
  private T put(Manifest manifest) throws IOException {
    WriterLock.refuseLost(data); // what was made may be somebody else's by now
    Manifest.Draft draft = new RenewalPlacing(data, manifest, made, done).draft();
    T told = plan.end(manifest, draft);
    Manifest written = draft.build();
    plan.before();
    ManifestFiles.write(data, written);
    Recovery.sweep(data, written);
    Receipts.ensure(data, written);
    clear(data);
    return told;
  }
}
