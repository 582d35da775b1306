package org.whosent.indexer.store.partition.renewal;

import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.segment.Compression;
import org.whosent.indexer.store.segment.SegmentWriter;

/**
 * Makes one segment by user of the larger ones of a day that still grows, which lie by time: fewer
 * are asked in vain, and a user's newest records are in a few blocks instead of one block each.
 * Small segments stay with {@code PartitionSet}, until the day is over. Each record is written so
 * at most once until the day is sealed; that its segments are few all the same, what is packed must
 * be a part of what the day has packed already: the larger it is, the more is waited for. One use;
 * for one thread.
 *
 * <p>Known weakness: where some of it is damaged, it is found so again each time, until somebody
 * rebuilds the day. Public for the store.
 */
public final class Compaction implements RenewalPlan<Boolean> {
  /** With so many records it is worth its while, while the day is not larger. */
  static final int LEAST = 1 << 17;

  /**
   * So that a day of three million records never has more than these waiting: where they wait, each
   * record of a user is in a block of its own. A larger part is fewer segments and more that waits,
   * in which nearly all of the newest 20 are then.
   */
  static final int PART = 24;

  /**
   * So many are packed at a time, or little more: who seals or forgets waits for that, and who
   * indexes beside it needs memory too.
   */
  private static final int MOST = Math.min(1 << 20, SegmentWriter.MAX_ROWS / 4);

  private final LocalDate day;
  private final Size size;
  private final BooleanSupplier stopped;

  /**
   * What is taken.
   *
   * @param smallest records of a segment
   * @param least records of all such segments
   * @param part and at least one of so many records that are packed already; 0: however many are
   * @param most records after which no further segment is taken
   */
  public record Size(int smallest, long least, int part, long most) {
    /** Of a day that grows: small segments are soon merged with others. */
    public static final Size GROWING = new Size(SmallSegments.RECORDS, LEAST, PART, MOST);

    /** Of a day that is over, to which little comes until it is sealed: all of it. */
    public static final Size OVER = new Size(1, 1 << 12, 0, MOST);
  }

  /**
   * Tells whether the day was packed.
   *
   * @param stopped asked for each record; when true, a {@link CancellationException} ends the work
   */
  public Compaction(LocalDate day, Size size, BooleanSupplier stopped) {
    this.day = day;
    this.size = size;
    this.stopped = stopped;
  }

  public boolean isDue(Manifest manifest) {
    return !due(manifest).isEmpty();
  }

  /** Segments to be packed, the earliest first; none when they are not worth it. */
  List<Segment> due(Manifest manifest) {
    Partition partition = manifest.partitions().get(day);
    List<Segment> due = new ArrayList<>();
    long taken = 0;
    long waiting = 0;
    long packed = 0;
    for (Segment segment : partition == null ? List.<Segment>of() : partition.segments()) {
      int rows = segment.info().rows();
      if (segment.info().indexBytes() > 0) {
        packed += rows;
      } else if (rows >= size.smallest) {
        waiting += rows;
        if (taken < size.most) {
          due.add(segment);
          taken += rows;
        }
      }
    }
    long least = Math.max(size.least, size.part == 0 ? 0 : packed / size.part);
    return waiting >= least ? due : List.of();
  }

  @Override
  public void begin(Manifest manifest) throws IOException {
    if (!isDue(manifest)) {
      throw new Repacking.NotNowException("nothing to do");
    }
  }

  @Override
  public boolean mustEnd() {
    return false;
  }

  @Override
  public List<Renewal.Job> jobs(Manifest manifest, Set<Renewal.Place> done) {
    if (!done.isEmpty()) {
      return List.of(); // what came meanwhile stays beside it
    }
    Partition part = Renewal.part(manifest.partitions().get(day), due(manifest));
    return List.of(
        new Renewal.Job(
            day,
            List.of(part),
            record -> {
              if (stopped.getAsBoolean()) {
                throw new CancellationException();
              }
              return record;
            },
            Compression.COMPACTED));
  }

  @Override
  public void lost(Renewal.Job job, int stretches) throws IOException {
    throw new Repacking.NotNowException("damaged"); // as when sealing: nothing is left out
  }

  @Override
  public Boolean end(Manifest manifest, Manifest.Draft draft) {
    return true;
  }
}
