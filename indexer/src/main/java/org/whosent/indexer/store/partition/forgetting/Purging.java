package org.whosent.indexer.store.partition.forgetting;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.whosent.indexer.store.PurgeReceipt;
import org.whosent.indexer.store.partition.login.LoginFiles;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.partition.renewal.BesideWriters;
import org.whosent.indexer.store.partition.renewal.Renewal;
import org.whosent.indexer.store.partition.renewal.RenewalPlan;
import org.whosent.indexer.store.partition.renewal.StaleException;
import org.whosent.indexer.store.segment.Compression;
import org.whosent.record.SubmissionRecord;

/**
 * Forgets the days before a horizon. Without holds it drops directories and looks at no record,
 * except where records moved to an earlier day: their stale copies are scrubbed from the days that
 * stay. With holds, keys say which segments have records that the holds keep; those are read whole,
 * and what is held goes to a partition of its own. Damage there stops the purge, or leaves that day
 * where it is and as it is, since what cannot be read may be what a court wants kept. One use; for
 * one thread. Public for the store.
 */
public final class Purging implements RenewalPlan<PurgeReceipt> {
  /** Smaller segments of what is held are joined when something is added to it. */
  private static final int SMALL = 1 << 15;

  private final Path data;
  private final Instant before;
  private final String caseNumber;
  private final LeftDays left;

  /** Whether a segment has what a hold keeps; of those held, whether it has what none keeps. */
  private final Map<Renewal.Place, Boolean> looked = new HashMap<>();

  private final Map<LocalDate, Long> scrubbed = new HashMap<>();
  private Manifest begun;
  private LocalDate firstKept;
  private LoginChange logins;

  /**
   * A plan.
   *
   * @param caseNumber for the receipt, or null
   * @param left takes the days that stay though they are due
   */
  public Purging(Path data, Instant before, String caseNumber, LeftDays left) {
    this.data = data;
    this.before = before;
    this.caseNumber = caseNumber;
    this.left = left;
  }

  @Override
  public void begin(Manifest manifest) {
    begun = manifest;
    firstKept = LocalDate.ofInstant(horizon(manifest, before), ZoneOffset.UTC);
    looked.clear();
    scrubbed.clear();
    left.clear();
    logins = null;
  }

  static Instant horizon(Manifest manifest, Instant before) {
    Instant horizon = Partition.horizon(before);
    boolean further = manifest.horizon() != null && manifest.horizon().isAfter(horizon);
    return further ? manifest.horizon() : horizon;
  }

  @Override
  public boolean isQuick(Manifest manifest) {
    return manifest.holds().isEmpty()
        && kept(manifest).stream().noneMatch(partition -> partition.moved() > 0);
  }

  private Collection<Partition> dropped(Manifest manifest) {
    return manifest.partitions().headMap(firstKept, false).values();
  }

  private Collection<Partition> kept(Manifest manifest) {
    return manifest.partitions().tailMap(firstKept, true).values();
  }

  private SubmissionRecord keep(SubmissionRecord record) {
    return begun.held(record) ? record : null;
  }

  @Override
  public List<Renewal.Job> jobs(Manifest manifest, Set<Renewal.Place> done) throws IOException {
    if (logins == null) {
      logins = LoginChange.purging(data, manifest, firstKept, left);
    }
    List<Renewal.Job> jobs = new ArrayList<>();
    if (!manifest.holds().isEmpty()) {
      List<Partition> sources = heldIn(manifest, done);
      if (!sources.isEmpty()) {
        jobs.add(new Renewal.Job(Partition.HELD, sources, this::keep, Compression.OPEN));
      }
    }
    for (Partition partition : kept(manifest)) {
      Partition rest = Renewal.rest(partition, done);
      if (partition.moved() > scrubbed.getOrDefault(partition.day(), 0L)
          && !left.leaves(data, partition)) {
        if (rest.segments().size() < partition.segments().size()) {
          throw new StaleException("records move faster than they are scrubbed; try again");
        }
        scrubbed.put(partition.day(), partition.moved());
        jobs.add(Renewal.Job.of(partition, partition, record -> record));
      }
    }
    return jobs;
  }

  /** What must be read for what is held; of what was held before, what is not any more. */
  private List<Partition> heldIn(Manifest manifest, Set<Renewal.Place> done) throws IOException {
    List<Partition> sources = new ArrayList<>();
    for (Partition partition : dropped(manifest)) {
      if (!partition.day().equals(Partition.HELD)) {
        List<Segment> segments = new ArrayList<>();
        for (Segment segment : Renewal.rest(partition, done).segments()) {
          if (mayBeHeld(manifest, partition, segment)) {
            segments.add(segment);
          }
        }
        if (!segments.isEmpty() && !left.leaves(data, Renewal.part(partition, segments))) {
          sources.add(Renewal.part(partition, segments));
        }
      }
    }
    Partition held = manifest.partitions().get(Partition.HELD);
    if (held != null && !left.leaves(data, held)) {
      List<Segment> segments = new ArrayList<>();
      for (Segment segment : Renewal.rest(held, done).segments()) {
        boolean small = !sources.isEmpty() && segment.info().rows() < SMALL;
        if (small || held.moved() > 0 || hasUnheld(held, segment)) {
          segments.add(segment);
        }
      }
      if (!segments.isEmpty()) {
        sources.add(Renewal.part(held, segments));
      }
    }
    return sources;
  }

  private boolean mayBeHeld(Manifest manifest, Partition partition, Segment segment)
      throws IOException {
    Renewal.Place place = Renewal.Place.of(partition, segment);
    Boolean known = looked.get(place);
    if (known == null) {
      known = UnderHold.mayBe(data, manifest, partition, segment);
      looked.put(place, known);
    }
    return known;
  }

  private boolean hasUnheld(Partition held, Segment segment) throws IOException {
    Renewal.Place place = Renewal.Place.of(held, segment);
    Boolean known = looked.get(place);
    if (known == null) {
      boolean[] any = new boolean[1];
      int lost =
          BesideWriters.scan(
              data, held, segment, (record, current) -> any[0] |= current && !begun.held(record));
      Forgetting.refuse(held, lost);
      known = any[0];
      looked.put(place, known);
    }
    return known;
  }

  @Override
  public void lost(Renewal.Job job, int stretches) throws IOException {
    Forgetting.refuse(job.sources().getFirst(), stretches);
  }

  @Override
  public PurgeReceipt end(Manifest manifest, Manifest.Draft draft) throws IOException {
    Partition held = manifest.holds().isEmpty() ? null : draft.partitions.get(Partition.HELD);
    draft.partitions.headMap(firstKept, false).keySet().removeIf(day -> !left.has(day));
    if (held != null) {
      draft.partitions.put(Partition.HELD, held);
    }
    draft.horizon = horizon(manifest, before);
    List<Partition> dropped =
        dropped(manifest).stream()
            .filter(p -> p.day().equals(Partition.HELD) || !left.has(p.day()))
            .toList();
    long records = dropped.stream().mapToLong(Partition::records).sum();
    long bytes = dropped.stream().mapToLong(Partition::bytes).sum();
    long keptRecords = held == null ? 0 : held.records();
    long keptBytes = held == null ? 0 : held.bytes();
    List<LocalDate> days =
        dropped.stream().map(Partition::day).filter(day -> !day.equals(Partition.HELD)).toList();
    PurgeReceipt receipt =
        new PurgeReceipt(
            Forgetting.now(),
            false,
            before,
            days.size(),
            records - keptRecords,
            keptRecords,
            Math.max(0, bytes - keptBytes),
            PurgeReceipt.dates(days));
    Forgetting.note(draft, receipt, manifest, caseNumber);
    return receipt;
  }

  @Override
  public void before() throws IOException {
    logins.put();
    LoginFiles.forgetLosses(data, firstKept);
  }

  /**
   * What a purge would do; reads the records only of what may be under hold.
   *
   * @param left takes the days that would stay
   */
  public static PurgeReceipt wouldDo(Path data, Manifest manifest, Instant before, LeftDays left)
      throws IOException {
    LocalDate firstKept = LocalDate.ofInstant(horizon(manifest, before), ZoneOffset.UTC);
    Set<LocalDate> days = new HashSet<>();
    long records = 0;
    long bytes = 0;
    long[] held = new long[1];
    for (Partition partition : manifest.partitions().headMap(firstKept, false).values()) {
      List<Segment> segments = new ArrayList<>();
      for (Segment segment : partition.segments()) {
        if (UnderHold.mayBe(data, manifest, partition, segment)) {
          segments.add(segment);
        }
      }
      if (left.leaves(data, Renewal.part(partition, segments))) {
        continue;
      }
      for (Segment segment : segments) {
        int lost =
            BesideWriters.scan(
                data,
                partition,
                segment,
                (record, current) -> held[0] += current && manifest.held(record) ? 1 : 0);
        Forgetting.refuse(partition, lost);
      }
      records += partition.records();
      bytes += partition.bytes();
      if (!partition.day().equals(Partition.HELD)) {
        days.add(partition.day());
      }
    }
    boolean onlyHeld = days.isEmpty() && records == held[0];
    return new PurgeReceipt(
        Forgetting.now(),
        true,
        before,
        days.size(),
        records - held[0],
        held[0],
        onlyHeld ? 0 : bytes,
        PurgeReceipt.dates(days));
  }
}
