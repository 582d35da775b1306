package org.whosent.indexer.store.partition.renewal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.whosent.indexer.store.partition.manifest.DamageException;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.segment.Compression;

/**
 * Writes the records of one day anew as they are: to seal it, packed as small as can be, or to make
 * its keys anew and let go of what cannot be read. What comes meanwhile stays beside it. One use;
 * for one thread. Public for the store.
 */
public final class Repacking implements RenewalPlan<Boolean> {
  private final Path data;
  private final LocalDate day;
  private final boolean seal;
  private int lost;

  private Repacking(Path data, LocalDate day, boolean seal) {
    this.data = data;
    this.day = day;
    this.seal = seal;
  }

  /** Tells whether the day was packed; it is not when it was. Damage of it is thrown. */
  public static Repacking seal(Path data, LocalDate day) {
    return new Repacking(data, day, true);
  }

  /** Makes anew what is damaged; the day's status says when some could not be read. */
  public static Repacking mend(Path data, LocalDate day) {
    return new Repacking(data, day, false);
  }

  /** Nothing is to be done, or nothing may be. */
  public static final class NotNowException extends IOException {
    NotNowException(String message) {
      super(message);
    }
  }

  @Override
  public void begin(Manifest manifest) throws IOException {
    lost = 0;
    Partition begun = manifest.partitions().get(day);
    if (begun == null || seal && begun.sealed() && begun.stale() == 0) {
      throw new NotNowException("nothing to do");
    }
  }

  @Override
  public boolean mustEnd() {
    return !seal; // a day that others change again and again is not one to be sealed yet
  }

  @Override
  public List<Renewal.Job> jobs(Manifest manifest, Set<Renewal.Place> done) {
    if (!done.isEmpty()) {
      return List.of();
    }
    Partition all = manifest.partitions().get(day);
    Compression compression = seal || all.sealed() ? Compression.SEALED : Compression.OPEN;
    return List.of(new Renewal.Job(day, List.of(all), UnaryOperator.identity(), compression));
  }

  @Override
  public void lost(Renewal.Job job, int stretches) throws IOException {
    if (seal) {
      // Nothing is left out on the way; verify and rebuild are for that.
      throw DamageException.unpacked(job.sources().getFirst());
    }
    // A disk may answer the next time, and what is let go of is gone: all must fail once more.
    Partition read = job.sources().getFirst();
    int again = 0;
    for (Segment segment : read.segments()) {
      again += BesideWriters.scan(data, read, segment, (_, _) -> {});
    }
    if (again < stretches) {
      throw new StaleException(
          Partition.name(day)
              + ": what cannot be read of it is not the same each time, so nothing was let go of;"
              + " see to the disk, then do this again");
    }
    lost = stretches;
  }

  @Override
  public Boolean end(Manifest manifest, Manifest.Draft draft) throws IOException {
    Partition now = draft.partitions.get(day);
    if (now == null && lost > 0) {
      throw new IOException(
          Partition.name(day) + ": none of its records can be read; restore it from a backup");
    }
    if (now != null && !seal) { // what an earlier one left out is not this one's loss
      draft.partitions.put(
          day,
          new Partition(day, now.segments(), now.nextSegment(), now.moved(), now.sealed(), lost));
    }
    return true;
  }
}
