package org.whosent.indexer.store.partition.forgetting;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.whosent.indexer.store.partition.login.LoginFiles;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.partition.renewal.BesideWriters;
import org.whosent.indexer.store.partition.renewal.Renewal;
import org.whosent.indexer.store.partition.renewal.RenewalPlan;
import org.whosent.indexer.store.segment.Damage;
import org.whosent.record.SubmissionRecord;

/**
 * Forgets who the client was and what the subject said, and keeps the record. Those columns lie in
 * files of their own, which are dropped whole; only a segment of which a hold keeps records is
 * written anew, with those columns for them alone. One use; for one thread. Public for the store,
 * and for batches, which take no more than it leaves.
 */
public final class Masking implements RenewalPlan<Integer> {
  private final Path data;
  private final Instant before;
  private final LeftDays left;
  private final Map<Renewal.Place, Looked> looked = new HashMap<>();
  private Manifest begun;
  private Instant until;
  private LoginChange logins;

  /** What the private file of a segment has. */
  private enum Looked {
    NOTHING_HELD,
    ALL_HELD,
    BOTH
  }

  /**
   * For the days that ended by {@code before}; tells how many were not masked so far.
   *
   * @param left takes the days that stay as they are
   */
  public Masking(Path data, Instant before, LeftDays left) {
    this.data = data;
    this.before = before;
    this.left = left;
  }

  /** The record with nothing in those columns. */
  public static SubmissionRecord masked(SubmissionRecord record) {
    SubmissionRecord.Builder b = record.toBuilder();
    b.client = null;
    b.clientPort = null;
    b.clientName = null;
    b.helo = null;
    b.subject = null;
    b.subjectHash = null;
    return b.build();
  }

  @Override
  public void begin(Manifest manifest) {
    begun = manifest;
    until = Partition.horizon(before);
    if (manifest.maskedBefore() != null && !until.isAfter(manifest.maskedBefore())) {
      until = manifest.maskedBefore();
    }
    looked.clear();
    left.clear();
    logins = null;
  }

  @Override
  public boolean isQuick(Manifest manifest) {
    return manifest.holds().isEmpty() && !LoginFiles.any(data);
  }

  /** But for what is held by itself: all of it is under hold, or goes with the next purge. */
  private Collection<Partition> days(Manifest manifest) {
    LocalDate firstKept = LocalDate.ofInstant(until, ZoneOffset.UTC);
    return manifest.partitions().subMap(Partition.HELD, false, firstKept, false).values();
  }

  private SubmissionRecord keep(SubmissionRecord record) {
    return begun.held(record) ? record : masked(record);
  }

  @Override
  public List<Renewal.Job> jobs(Manifest manifest, Set<Renewal.Place> done) throws IOException {
    if (logins == null) {
      logins =
          LoginChange.masking(data, manifest, LocalDate.ofInstant(until, ZoneOffset.UTC), left);
    }
    List<Renewal.Job> jobs = new ArrayList<>();
    for (Partition partition : days(manifest)) {
      Partition rest = Renewal.rest(partition, done);
      List<Segment> anew = new ArrayList<>();
      for (Segment segment : rest.segments()) {
        if (segment.info().privateBytes() >= 0
            && look(manifest, partition, segment) == Looked.BOTH) {
          anew.add(segment);
        }
      }
      if (!anew.isEmpty()) {
        Partition part = partition.sealed() ? rest : Renewal.part(partition, anew);
        if (!left.leaves(data, part)) {
          jobs.add(Renewal.Job.of(partition, part, this::keep));
        }
      }
    }
    return jobs;
  }

  /** How many days have anything to mask, but for those that ended by {@code purged}. */
  public int wouldFind(Manifest manifest, Instant purged) throws IOException {
    begin(manifest);
    LocalDate firstKept = LocalDate.ofInstant(Purging.horizon(manifest, purged), ZoneOffset.UTC);
    int days = 0;
    for (Partition partition : days(manifest)) {
      if (!partition.day().isBefore(firstKept) && hasAny(manifest, partition)) {
        days++;
      }
    }
    return days;
  }

  /**
   * Whoever only counts goes on where a file may not be opened: nobody can say that it has none.
   */
  private boolean hasAny(Manifest manifest, Partition partition) throws IOException {
    for (Segment segment : partition.segments()) {
      try {
        if (segment.info().privateBytes() >= 0
            && look(manifest, partition, segment) != Looked.ALL_HELD) {
          return true;
        }
      } catch (FileSystemException e) {
        if (!Damage.isShut(e)) {
          throw e;
        }
        return true;
      }
    }
    return false;
  }

  /** A hold must not cause a segment to be written anew every night: so it is looked at first. */
  private Looked look(Manifest manifest, Partition partition, Segment segment) throws IOException {
    Renewal.Place place = Renewal.Place.of(partition, segment);
    Looked known = looked.get(place);
    if (known == null) {
      known = Looked.NOTHING_HELD;
      if (UnderHold.mayBe(data, manifest, partition, segment)) {
        boolean[] any = new boolean[1];
        int lost =
            BesideWriters.scan(
                data,
                partition,
                segment,
                (record, _) -> any[0] |= !begun.held(record) && !masked(record).equals(record));
        known = any[0] || lost > 0 ? Looked.BOTH : Looked.ALL_HELD;
      }
      looked.put(place, known);
    }
    return known;
  }

  @Override
  public void lost(Renewal.Job job, int stretches) throws IOException {
    Forgetting.refuse(job.sources().getFirst(), stretches);
  }

  @Override
  public Integer end(Manifest manifest, Manifest.Draft draft) {
    int days = 0;
    for (Partition partition : days(manifest)) {
      Partition now = draft.partitions.get(partition.day());
      if (now == null || left.has(now.day())) {
        continue;
      }
      List<Segment> segments = new ArrayList<>();
      for (Segment segment : now.segments()) {
        boolean drop =
            segment.info().privateBytes() >= 0
                && segment.info().number() < partition.nextSegment()
                && looked.getOrDefault(Renewal.Place.of(now, segment), Looked.NOTHING_HELD)
                    == Looked.NOTHING_HELD;
        segments.add(drop ? segment.masked() : segment);
      }
      Partition masked =
          new Partition(
              now.day(), segments, now.nextSegment(), now.moved(), now.sealed(), now.lostBlocks());
      draft.partitions.put(now.day(), masked);
      days += masked.equals(partition) ? 0 : 1;
    }
    draft.maskedBefore = until;
    return days;
  }

  @Override
  public void before() throws IOException {
    logins.put();
  }
}
