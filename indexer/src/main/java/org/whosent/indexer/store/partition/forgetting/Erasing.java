package org.whosent.indexer.store.partition.forgetting;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.whosent.indexer.store.PurgeReceipt;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.partition.manifest.Tombstones;
import org.whosent.indexer.store.partition.reading.PartitionReader;
import org.whosent.indexer.store.partition.renewal.BesideWriters;
import org.whosent.indexer.store.partition.renewal.Renewal;
import org.whosent.indexer.store.partition.renewal.RenewalPlan;
import org.whosent.indexer.store.partition.renewal.StaleException;
import org.whosent.indexer.store.segment.BlockCache;
import org.whosent.indexer.store.segment.key.Ordinals;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/**
 * Forgets one user, or what is of them from before a time. The days that have anything of theirs
 * are written anew: keys know every copy, those that are not current too. Copies from before the
 * opening was read do not name the user, but belong to the same mail, and go with it. What cannot
 * be read may be theirs, and may be others': then nothing is forgotten. One use; for one thread.
 * Public for the store.
 */
public final class Erasing implements RenewalPlan<PurgeReceipt> {
  /** Looking so many transactions up in the keys costs less than reading all copies. */
  private static final int FEW_TRANSACTIONS = 10_000;

  private final Path data;
  private final String folded;

  /** What is from then or later stays; null when nothing does. */
  private final Instant end;

  /** The hold that is to end, or null. */
  private final String hold;

  /** For the receipt, or null. */
  private final String caseNumber;

  private final Map<Renewal.Place, Looked> looked = new HashMap<>();
  private LoginChange logins;
  private Manifest begun;
  private Instant newest = Instant.MIN;

  /**
   * A segment that was looked at.
   *
   * @param concerned has a record to forget, current or not
   * @param held current records of the user that stay
   * @param leaving numbers of the records to forget; null where keys could not say
   */
  private record Looked(int goneVersion, boolean concerned, long held, BitSet leaving) {}

  private Erasing(Path data, String folded, Instant end, String hold, String caseNumber) {
    this.data = data;
    this.folded = folded;
    this.end = end;
    this.hold = hold;
    this.caseNumber = caseNumber;
  }

  /** All there is of a user now; nothing of it is taken again. */
  public static Erasing all(Path data, String folded, String caseNumber) {
    return new Erasing(data, folded, null, null, caseNumber);
  }

  /** What of an erased user is from before that, and was under this hold then, which is to end. */
  public static Erasing held(
      Path data, String folded, Instant end, String hold, String caseNumber) {
    return new Erasing(data, folded, end, hold, caseNumber);
  }

  @Override
  public void begin(Manifest manifest) {
    begun = hold == null ? manifest : manifest.without(hold);
    looked.clear();
    logins = null;
  }

  private boolean names(SubmissionRecord record) {
    return (end == null || record.time().isBefore(end))
        && ClueType.USER.of(record).contains(folded);
  }

  private boolean isTheirs(SubmissionRecord record) {
    return names(record) && !begun.held(record);
  }

  /** What a clock that was ahead stamped must not come back either. */
  private void seen(SubmissionRecord record) {
    if (names(record) && record.time().isAfter(newest)) {
      newest = record.time();
    }
  }

  private SubmissionRecord keep(SubmissionRecord record) {
    return isTheirs(record) ? null : record;
  }

  @Override
  public List<Renewal.Job> jobs(Manifest manifest, Set<Renewal.Place> done) throws IOException {
    if (logins == null) {
      logins = LoginChange.erasing(data, begun, folded, end);
    }
    Set<LocalDate> days = new HashSet<>();
    Set<String> transactions = new HashSet<>();
    for (Partition partition : manifest.partitions().values()) {
      for (Segment segment : Renewal.rest(partition, done).segments()) {
        Renewal.Place place = Renewal.Place.of(partition, segment);
        Looked before = looked.get(place);
        if (before == null || before.goneVersion != segment.goneVersion()) {
          looked.put(place, look(manifest, partition, segment, transactions));
        }
        if (looked.get(place).concerned) {
          days.add(partition.day());
        }
      }
    }
    List<Renewal.Job> jobs = new ArrayList<>();
    for (Partition partition : manifest.partitions().values()) {
      Partition rest = Renewal.rest(partition, done);
      if (!rest.segments().isEmpty()
          && (days.contains(partition.day()) || anyStale(manifest, rest, transactions))) {
        jobs.add(Renewal.Job.of(partition, rest, this::keep, leaving(rest)));
      }
    }
    return jobs;
  }

  private Map<Renewal.Place, BitSet> leaving(Partition partition) {
    Map<Renewal.Place, BitSet> leaving = new HashMap<>();
    for (Segment segment : partition.segments()) {
      Renewal.Place place = Renewal.Place.of(partition, segment);
      if (looked.get(place).leaving != null) {
        leaving.put(place, looked.get(place).leaving);
      }
    }
    return leaving;
  }

  private Looked look(
      Manifest manifest, Partition partition, Segment segment, Set<String> transactions)
      throws IOException {
    try {
      return BesideWriters.reading(
          data,
          partition,
          segment,
          as -> lookUp(manifest, Renewal.part(partition, List.of(as)), transactions));
    } catch (StaleException | ClosedChannelException e) {
      throw e;
    } catch (IOException _) {
      return scan(partition, segment, transactions);
    }
  }

  private Looked lookUp(Manifest manifest, Partition only, Set<String> transactions)
      throws IOException {
    BitSet leaving = new BitSet();
    long spared = 0;
    try (PartitionReader reader =
        PartitionReader.open(data, only, manifest.hash(), new BlockCache())) {
      PartitionReader.Part part = reader.parts().getFirst();
      Ordinals found = part.reader().find(ClueType.USER, folded);
      int n = found == null ? Ordinals.END : found.next();
      for (; n != Ordinals.END; n = found.next()) {
        SubmissionRecord record = part.reader().record(n);
        seen(record);
        if (isTheirs(record)) {
          leaving.set(n);
          transactions.addAll(ids(record));
        } else if (part.current(n) && names(record)) {
          spared++;
        }
      }
      return new Looked(part.segment().goneVersion(), !leaving.isEmpty(), spared, leaving);
    }
  }

  private static List<String> ids(SubmissionRecord record) {
    List<String> ids = new ArrayList<>(record.continuationIds());
    ids.add(record.transactionId());
    return ids;
  }

  /** The same where keys cannot be trusted: every record is looked at. */
  private Looked scan(Partition partition, Segment segment, Set<String> transactions)
      throws IOException {
    long[] spared = new long[1];
    int lost =
        BesideWriters.scan(
            data,
            partition,
            segment,
            (record, current) -> {
              seen(record);
              if (isTheirs(record)) {
                transactions.addAll(ids(record));
              } else if (current && names(record)) {
                spared[0]++;
              }
            });
    Forgetting.refuse(partition, lost);
    return new Looked(segment.goneVersion(), true, spared[0], null);
  }

  /** Whether copies that are not current belong to these transactions. */
  private boolean anyStale(Manifest manifest, Partition partition, Set<String> transactions)
      throws IOException {
    for (Segment segment : partition.segments()) {
      if (segment.gone() > 0
          && !transactions.isEmpty()
          && anyStale(manifest, partition, segment, transactions)) {
        return true;
      }
    }
    return false;
  }

  private boolean anyStale(
      Manifest manifest, Partition partition, Segment segment, Set<String> transactions)
      throws IOException {
    if (transactions.size() <= FEW_TRANSACTIONS) {
      try {
        return BesideWriters.reading(
            data,
            partition,
            segment,
            as -> anyStaleByKey(manifest, Renewal.part(partition, List.of(as)), transactions));
      } catch (StaleException | ClosedChannelException e) {
        throw e;
      } catch (IOException _) {
        // damaged keys: read all
      }
    }
    boolean[] any = new boolean[1];
    BesideWriters.scan(
        data,
        partition,
        segment,
        (record, current) -> any[0] |= !current && transactions.contains(record.transactionId()));
    return any[0];
  }

  private boolean anyStaleByKey(Manifest manifest, Partition only, Set<String> transactions)
      throws IOException {
    try (PartitionReader reader =
        PartitionReader.open(data, only, manifest.hash(), new BlockCache())) {
      PartitionReader.Part part = reader.parts().getFirst();
      for (String id : transactions) {
        Ordinals found =
            part.reader().find(ClueType.TRANSACTION_ID, ClueType.TRANSACTION_ID.fold(id));
        int n = found == null ? Ordinals.END : found.next();
        for (; n != Ordinals.END; n = found.next()) {
          if (!part.current(n) && transactions.contains(part.reader().record(n).transactionId())) {
            return true;
          }
        }
      }
      return false;
    }
  }

  @Override
  public void lost(Renewal.Job job, int stretches) throws IOException {
    Forgetting.refuse(job.sources().getFirst(), stretches);
  }

  @Override
  public PurgeReceipt end(Manifest manifest, Manifest.Draft draft) throws IOException {
    long forgotten = 0;
    long held = 0;
    long bytes = 0;
    for (Partition before : manifest.partitions().values()) {
      Partition after = draft.partitions.get(before.day());
      if (before != after) {
        forgotten += before.records() - (after == null ? 0 : after.records());
        bytes += Math.max(0, before.bytes() - (after == null ? 0 : after.bytes()));
      }
      for (Segment segment : after == null ? List.<Segment>of() : after.segments()) {
        boolean anew = segment.info().number() >= before.nextSegment();
        held +=
            anew
                ? look(manifest, after, segment, new HashSet<>()).held
                : looked.get(Renewal.Place.of(after, segment)).held;
      }
    }
    Instant now = Forgetting.now();
    if (end == null) {
      Instant all = newest.isBefore(now) ? now : newest.plusNanos(1000);
      draft.tombstones.merge(
          Tombstones.forNext(data, manifest).of(folded),
          all,
          (one, two) -> one.isAfter(two) ? one : two);
    }
    PurgeReceipt receipt = new PurgeReceipt(now, false, null, 0, forgotten, held, bytes);
    Forgetting.note(draft, receipt, manifest, caseNumber);
    return receipt;
  }

  @Override
  public void before() throws IOException {
    logins.put();
  }
}
