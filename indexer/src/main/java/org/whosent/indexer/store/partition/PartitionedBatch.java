package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.Coverage;
import org.whosent.indexer.store.ErasedTransactions;
import org.whosent.indexer.store.TransactionFold;
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
  private static final int MAX_PENDING = 1 << 16;

  /** As many are being written meanwhile, and in memory a record takes half as much again. */
  private static final long MAX_PENDING_BYTES =
      Math.clamp(Runtime.getRuntime().maxMemory() / 12, 4 << 20, 96 << 20);

  private static final long SECONDS_A_DAY = 86_400;
  private static final int MAX_SUPERSEDED = 1 << 14;

  /** The longest record: longer ones are refused when they are added. */
  static final int MAX_RECORD_BYTES = JsonIn.MAX_BYTES / 4;

  private final Path data;
  private final WriterLock lock;
  private final PartitionSet partitions;
  private final LoginFiles logins;
  private Map<String, List<Weighed>> pending = new LinkedHashMap<>();

  /** Pending records by the other IDs under which they go on. */
  private Map<String, List<Weighed>> continued = new HashMap<>();

  /** Of all that is pending, under any ID. */
  private IdFilter ids = new IdFilter();

  private final ErasedTransactions erased = new ErasedTransactions();
  private Manifest manifest;
  private Manifest.Draft draft;
  private Tombstones tombstones;
  private Flush flushing;
  private int pendingCount;
  private long pendingBytes;
  private boolean broken;
  private boolean closed;

  PartitionedBatch(Path data, WriterLock lock, Manifest manifest, WrittenIds written)
      throws IOException {
    this.data = data;
    this.lock = lock;
    this.manifest = manifest;
    this.draft = manifest.draft();
    this.partitions = new PartitionSet(data, manifest, written);
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
    boolean erased = typed != null && erased(ClueType.USER.fold(typed), login.failure().time());
    return kept != null && !erased && guarded(() -> logins.add(kept));
  }

  private boolean add(Weighed facts) throws IOException {
    SubmissionRecord record = facts.record();
    if (flushing != null && flushing.concerns(TransactionFold.ids(record))) {
      finishFlush();
    }
    List<Weighed> waiting = waiting(record);
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
        boolean moved = unwanted || !copy.day().equals(home(fold.record()));
        partitions.supersede(copy, moved);
      }
    }
    for (Weighed p : waiting) {
      if (contains(replaced, p.record())) {
        remove(p);
      }
    }
    if (!unwanted) {
      put(merged);
    } else {
      erased.add(fold.record());
    }
    if (pendingCount >= MAX_PENDING
        || pendingBytes >= MAX_PENDING_BYTES
        || partitions.supersededCount() >= MAX_SUPERSEDED) {
      startFlush();
    }
    return !unwanted;
  }

  /** What is pending under the ID of these facts, or goes on under it, or is continued by them. */
  private List<Weighed> waiting(SubmissionRecord facts) {
    String id = facts.transactionId();
    if (facts.continuations().isEmpty() && !continued.containsKey(id)) {
      return ids.mayHave(id) ? pending.getOrDefault(id, List.of()) : List.of();
    }
    Set<Weighed> waiting = Collections.newSetFromMap(new IdentityHashMap<>());
    for (String each : TransactionFold.ids(facts)) {
      waiting.addAll(pending.getOrDefault(each, List.of()));
      waiting.addAll(continued.getOrDefault(each, List.of()));
    }
    return List.copyOf(waiting);
  }

  private void put(Weighed p) {
    put(pending, p.record().transactionId(), p);
    for (String id : p.record().continuationIds()) {
      put(continued, id, p);
    }
    pendingCount++;
    pendingBytes += p.weight();
  }

  private void put(Map<String, List<Weighed>> map, String id, Weighed p) {
    ids.add(id);
    map.merge(id, List.of(p), PartitionedBatch::both);
  }

  private static List<Weighed> both(List<Weighed> one, List<Weighed> two) {
    List<Weighed> both = new ArrayList<>(one);
    both.addAll(two);
    return List.copyOf(both);
  }

  private void remove(Weighed p) {
    remove(pending, p.record().transactionId(), p);
    p.record().continuationIds().forEach(id -> remove(continued, id, p));
    pendingCount--;
    pendingBytes -= p.weight();
  }

  private static void remove(Map<String, List<Weighed>> map, String id, Weighed p) {
    List<Weighed> left = new ArrayList<>(map.getOrDefault(id, List.of()));
    left.removeIf(each -> each == p);
    if (left.isEmpty()) {
      map.remove(id);
    } else {
      map.put(id, List.copyOf(left));
    }
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
    List<String> ids = TransactionFold.ids(facts);
    if (ids.size() == 1) {
      return partitions.copies(facts.transactionId(), from, to, manifest.horizon());
    }
    record Place(LocalDate day, int segment, int ordinal) {}
    Map<Place, PartitionSet.Stored> stored = new LinkedHashMap<>();
    for (String id : ids) {
      for (PartitionSet.Stored s : partitions.copies(id, from, to, manifest.horizon())) {
        stored.put(new Place(s.day(), s.copy().segment(), s.copy().ordinal()), s);
      }
    }
    return List.copyOf(stored.values());
  }

  private LocalDate home(SubmissionRecord record) {
    return Partition.of(record.time(), manifest.horizon());
  }

  private boolean erased(SubmissionRecord record) {
    if (tombstones == null || record.user() == null) {
      return false;
    }
    return ClueType.USER.of(record).stream().anyMatch(user -> erased(user, record.time()));
  }

  private boolean erased(String folded, Instant time) {
    Instant at = tombstones == null ? null : manifest.tombstones().get(tombstones.of(folded));
    return at != null && time.isBefore(at);
  }

  /** Begins to write what is pending, after what was being written before. */
  private void startFlush() throws IOException {
    finishFlush();
    partitions.removeSuperseded();
    Map<LocalDate, List<Weighed>> days = byDay();
    if (!days.isEmpty()) {
      partitions.willWrite(pending.keySet(), continued.keySet());
      flushing = new Flush(partitions, days, ids, pending.keySet(), continued.keySet());
      pending = new LinkedHashMap<>();
      continued = new HashMap<>();
      ids = new IdFilter();
    }
    pendingCount = 0;
    pendingBytes = 0;
  }

  /** What is pending, by home; the maps have nothing but the IDs then, so that records can go. */
  private Map<LocalDate, List<Weighed>> byDay() {
    Map<LocalDate, List<Weighed>> days = new TreeMap<>();
    long day = 0;
    List<Weighed> ofDay = null;
    for (Map.Entry<String, List<Weighed>> entry : pending.entrySet()) {
      for (Weighed p : entry.getValue()) {
        Instant time = p.record().time();
        long its = Math.floorDiv(time.getEpochSecond(), SECONDS_A_DAY);
        if (ofDay == null || its != day || manifest.beforeHorizon(time)) {
          day = its; // neighbours are of one day, nearly all
          ofDay = days.computeIfAbsent(home(p.record()), _ -> new ArrayList<>());
        }
        ofDay.add(p);
      }
      entry.setValue(List.of());
    }
    continued.replaceAll((_, _) -> List.of());
    return days;
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
