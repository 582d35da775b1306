package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.Coverage;
import org.whosent.indexer.store.ErasedTransactions;
import org.whosent.indexer.store.TransactionFold;
import org.whosent.indexer.store.partition.forgetting.Masking;
import org.whosent.indexer.store.partition.login.LoginFiles;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.ManifestFiles;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Tombstones;
import org.whosent.indexer.store.partition.manifest.WriterLock;
import org.whosent.indexer.store.segment.RecordWeight;
import org.whosent.indexer.store.segment.Weighed;
import org.whosent.record.ClueType;
import org.whosent.record.FailedLogin;
import org.whosent.record.JsonIn;
import org.whosent.record.SubmissionRecord;

/**
 * Folds facts into what is stored. New and changed records wait in memory, up to {@value
 * #MAX_PENDING} of them or {@link #MAX_PENDING_BYTES}, and then are written into segments by
 * threads of their own; they count when a manifest names them. After a failure the batch takes
 * nothing more, and what was not committed is rolled back by the next writer. Not thread-safe.
 */
final class PartitionedBatch implements Batch {
  /** Records that wait. */
  static final int MAX_PENDING = 1 << 16;

  /** As many are being written meanwhile, and in memory a record takes half as much again. */
  private static final long MAX_PENDING_BYTES =
      Math.clamp(Runtime.getRuntime().maxMemory() / 12, 4 << 20, 96 << 20);

  private static final int MAX_SUPERSEDED = 1 << 14;

  /** The longest record: longer ones are refused when they are added. */
  static final int MAX_RECORD_BYTES = JsonIn.MAX_BYTES / 4;

  private final Path data;
  private final WriterLock lock;
  private final Missed missed;
  private final PartitionSet partitions;
  private final LoginFiles logins;
  private PendingRecords pending = new PendingRecords();
  private final ErasedTransactions erased = new ErasedTransactions();
  private Manifest manifest;
  private Manifest.Draft draft;
  private Tombstones tombstones;
  private Flush flushing;
  private boolean broken;
  private boolean closed;

  PartitionedBatch(
      Path data, WriterLock lock, Manifest manifest, WrittenIds written, PassedOver passedOver)
      throws IOException {
    this.data = data;
    this.lock = lock;
    this.manifest = manifest;
    this.draft = manifest.draft();
    this.missed = new Missed(passedOver);
    this.partitions = new PartitionSet(data, manifest, written, missed);
    this.logins = new LoginFiles(data);
    if (!manifest.tombstones().isEmpty()) {
      tombstones = Tombstones.read(data);
    }
  }

  @Override
  public boolean add(SubmissionRecord given) throws IOException {
    return add(given, false);
  }

  @Override
  public boolean addWellFormed(SubmissionRecord given) throws IOException {
    return add(given, true);
  }

  private boolean add(SubmissionRecord given, boolean wellFormed) throws IOException {
    usable();
    int weight = RecordWeight.of(given);
    SubmissionRecord keepable = Keepable.of(given, weight, wellFormed);
    if (keepable == null) {
      return false;
    }
    Weighed facts = keepable == given ? new Weighed(given, weight) : Weighed.of(keepable);
    return guarded(() -> add(facts));
  }

  @Override
  public boolean add(FailedLogin login) throws IOException {
    usable();
    String typed = login.failure().login();
    boolean late = manifest.beforeHorizon(login.failure().time());
    FailedLogin kept = late ? null : manifest.asKept(login);
    Instant at = typed == null ? null : erased(ClueType.USER.fold(typed), login.failure().time());
    boolean erased = at != null && !manifest.heldSinceBefore(at, query -> query.matches(login));
    return kept != null && !erased && guarded(() -> logins.add(kept));
  }

  private boolean add(Weighed facts) throws IOException {
    SubmissionRecord record = facts.record();
    if (flushing != null && flushing.concerns(TransactionFold.ids(record))) {
      finishFlush();
    }
    List<Weighed> waiting = pending.concernedBy(record);
    List<PartitionSet.Stored> stored = stored(record);
    List<SubmissionRecord> existing = List.of();
    if (!waiting.isEmpty() || !stored.isEmpty()) {
      existing = new ArrayList<>();
      for (Weighed p : waiting) {
        existing.add(p.record());
      }
      for (PartitionSet.Stored s : stored) {
        existing.add(s.record());
      }
    }
    TransactionFold fold = TransactionFold.of(existing, record);
    List<SubmissionRecord> replaced = fold.replaced();
    if (isOfMissed(record, replaced)) {
      return false;
    }
    if (manifest.beforeHorizon(record.time())
        && replaced.stream().noneMatch(r -> manifest.beforeHorizon(r.time()))) {
      return false;
    }
    boolean unwanted = erased(fold.record()) && replaced.stream().noneMatch(manifest::held);
    if (!unwanted && replaced.isEmpty() && erased.includes(record)) {
      return false;
    }
    if (!unwanted && replaced.size() == 1 && replaced.getFirst().equals(fold.record())) {
      return true; // nothing that was not known
    }
    Weighed merged = replaced.isEmpty() ? facts : Weighed.of(fold.record());
    if (merged.weight() > MAX_RECORD_BYTES) {
      return false; // more than a record can hold: what was known stays
    }
    if (!unwanted && manifest.masked(merged.record().time()) && !manifest.held(merged.record())) {
      merged = Weighed.of(Masking.masked(merged.record()));
      if (replaced.size() == 1 && replaced.getFirst().equals(merged.record())) {
        return true;
      }
    }
    for (PartitionSet.Stored copy : stored) {
      if (contains(replaced, copy.record())) {
        boolean moved = unwanted || !copy.day().equals(manifest.home(fold.record().time()));
        partitions.supersede(copy, moved);
      }
    }
    for (Weighed p : waiting) {
      if (contains(replaced, p.record())) {
        pending.remove(p);
      }
    }
    if (!unwanted) {
      pending.put(merged);
    } else {
      erased.add(fold.record());
    }
    if (pending.count() >= MAX_PENDING
        || pending.bytes() >= MAX_PENDING_BYTES
        || partitions.supersededCount() >= MAX_SUPERSEDED) {
      startFlush();
    }
    return !unwanted;
  }

  /**
   * Whether facts that do not stand by themselves would join a record though another one, that is
   * nearer and of somebody else, may be in what is damaged or was lost by a rebuild: queue IDs are
   * given out again.
   */
  private boolean isOfMissed(SubmissionRecord facts, List<SubmissionRecord> joined) {
    if (missed.isEmpty()) {
      return false;
    }
    LocalDate day = Partition.day(facts.time());
    boolean is =
        TransactionFold.reach(facts).equals(SubmissionRecord.LONGEST_TRANSACTION)
            && joined.stream().anyMatch(r -> missed.isNearer(Partition.day(r.time()), day));
    missed.clear();
    return is;
  }

  private static boolean contains(List<SubmissionRecord> list, SubmissionRecord record) {
    for (SubmissionRecord each : list) {
      if (each == record) {
        return true;
      }
    }
    return false;
  }

  /** The stored copies that {@link SubmissionRecord#sameTransaction} may join with these facts. */
  private List<PartitionSet.Stored> stored(SubmissionRecord facts) throws IOException {
    Instant from = facts.time().minus(TransactionFold.reach(facts));
    if (partitions.isBefore(from)) {
      return List.of();
    }
    Instant to = facts.time().plus(SubmissionRecord.LONGEST_TRANSACTION);
    LocalDate home = manifest.home(facts.time());
    List<String> ids = TransactionFold.ids(facts);
    if (ids.size() == 1) {
      return partitions.copies(facts.transactionId(), from, to, manifest.horizon(), home);
    }
    record Place(LocalDate day, int segment, int ordinal) {}
    Map<Place, PartitionSet.Stored> stored = new LinkedHashMap<>();
    for (String id : ids) {
      for (PartitionSet.Stored s : partitions.copies(id, from, to, manifest.horizon(), home)) {
        stored.put(new Place(s.day(), s.copy().segment(), s.copy().ordinal()), s);
      }
    }
    return List.copyOf(stored.values());
  }

  /** What a hold kept from the erasure it keeps also where it is read only now. */
  private boolean erased(SubmissionRecord record) {
    if (tombstones == null || record.user() == null) {
      return false;
    }
    for (String user : ClueType.USER.of(record)) {
      Instant at = erased(user, record.time());
      if (at != null && !manifest.heldSinceBefore(at, query -> query.matches(record))) {
        return true;
      }
    }
    return false;
  }

  /** When a user was erased, if what is of that time is to go; or null. */
  private Instant erased(String folded, Instant time) {
    Instant at = tombstones == null ? null : manifest.tombstones().get(tombstones.of(folded));
    return at != null && time.isBefore(at) ? at : null;
  }

  /** Begins to write what is pending, after what was being written before. */
  private void startFlush() throws IOException {
    finishFlush();
    WriterLock.refuseLost(data);
    partitions.removeSuperseded();
    if (pending.count() > 0) {
      partitions.willWrite(pending.idHashes(), pending.continuationIds());
      flushing = new Flush(partitions, pending, manifest);
      pending = new PendingRecords();
    }
  }

  private void finishFlush() throws IOException {
    if (flushing != null) {
      flushing.finish();
      flushing = null;
    }
  }

  @Override
  public void state(String name, String value) {
    usable();
    if (name.length() > LONGEST_NAME || value != null && value.length() > LONGEST_STATE) {
      throw new IllegalArgumentException("a state of more than " + LONGEST_STATE);
    }
    if (value == null) {
      draft.states.remove(name);
    } else {
      draft.states.put(name, value);
    }
  }

  @Override
  public String state(String name) {
    return draft.states.get(name);
  }

  @Override
  public Instant closedUntil() {
    return manifest.closedUntil();
  }

  @Override
  public void covered(Coverage.Span span) {
    usable();
    draft.coverage = draft.coverage.with(span);
  }

  @Override
  public void dropped(Coverage.Span span) {
    usable();
    draft.coverage = draft.coverage.withDropped(span);
  }

  @Override
  public void commit() throws IOException {
    usable();
    guarded(
        () -> {
          startFlush();
          finishFlush();
          logins.commit();
          partitions.commit(draft.partitions);
          draft.lastCommit = Instant.now();
          Manifest next = draft.build();
          ManifestFiles.write(data, next);
          partitions.named(next);
          manifest = next;
          draft = next.draft();
          return true;
        });
  }

  private interface Step {
    boolean run() throws IOException;
  }

  private boolean guarded(Step step) throws IOException {
    broken = true;
    boolean done = step.run();
    broken = false;
    return done;
  }

  private void usable() {
    if (broken || closed) {
      throw new IllegalStateException(closed ? "the batch is closed" : "the batch failed before");
    }
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      try (lock) {
        if (flushing != null) {
          flushing.quiesce();
        }
        partitions.close();
      }
    }
  }
}
