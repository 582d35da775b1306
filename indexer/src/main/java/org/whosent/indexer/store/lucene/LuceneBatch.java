package org.whosent.indexer.store.lucene;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.Coverage;
import org.whosent.indexer.store.ErasedTransactions;
import org.whosent.indexer.store.TransactionFold;
import org.whosent.record.BadLineException;
import org.whosent.record.ClueType;
import org.whosent.record.JournalCodec;
import org.whosent.record.JsonIn;
import org.whosent.record.SubmissionRecord;

/**
 * Folds facts into what is stored. New and changed records wait in memory, up to {@value
 * #MAX_PENDING} of them or {@value #MAX_PENDING_BYTES} bytes, and then go into their partitions;
 * they count when a manifest names them. After a failure the batch takes nothing more, and what was
 * not committed is rolled back by the next writer. Not thread-safe.
 */
final class LuceneBatch implements Batch {
  private static final int MAX_PENDING = 20_000;
  private static final long MAX_PENDING_BYTES = 32 << 20;
  private static final int MAX_STATE_CHARACTERS = JsonIn.MAX_TEXT;

  private final Path data;
  private final WriterLock lock;
  private final PartitionSet partitions;
  private final Map<String, List<Pending>> pending = new HashMap<>();

  /** Pending records by the other IDs under which they go on. */
  private final Map<String, List<Pending>> continued = new HashMap<>();

  private final ErasedTransactions erased = new ErasedTransactions();
  private Manifest manifest;
  private Manifest.Draft draft;
  private Tombstones tombstones;
  private int pendingCount;
  private long pendingBytes;
  private boolean broken;
  private boolean closed;

  /** A record that is not in its partition yet. */
  private record Pending(SubmissionRecord record, byte[] json) {}

  LuceneBatch(Path data, WriterLock lock, Manifest manifest) throws IOException {
    this.data = data;
    this.lock = lock;
    this.manifest = manifest;
    this.draft = manifest.draft();
    this.partitions = new PartitionSet(data, manifest);
    if (!manifest.tombstones().isEmpty()) {
      tombstones = Tombstones.read(data);
    }
  }

  @Override
  public boolean add(SubmissionRecord given) throws IOException {
    usable();
    Pending facts = encoded(given);
    return facts != null && guarded(() -> add(facts));
  }

  private boolean add(Pending facts) throws IOException {
    SubmissionRecord record = facts.record;
    List<Pending> waiting = waiting(record);
    List<PartitionSet.Stored> stored = stored(record);
    List<SubmissionRecord> existing = new ArrayList<>();
    waiting.forEach(p -> existing.add(p.record));
    stored.forEach(s -> existing.add(s.record()));
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
    Pending merged = replaced.isEmpty() ? facts : encoded(fold.record());
    if (merged == null) {
      return false; // more than a record can hold: what was known stays
    }
    for (PartitionSet.Stored copy : stored) {
      if (contains(replaced, copy.record())) {
        boolean left = unwanted || !copy.day().equals(home(fold.record()));
        partitions.supersede(copy, left);
      }
    }
    for (Pending p : waiting) {
      if (contains(replaced, p.record)) {
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
        || partitions.supersededCount() >= MAX_PENDING) {
      flush();
    }
    return !unwanted;
  }

  /** What is pending under the ID of these facts, or goes on under it, or is continued by them. */
  private List<Pending> waiting(SubmissionRecord facts) {
    String id = facts.transactionId();
    if (facts.continuations().isEmpty() && !continued.containsKey(id)) {
      return List.copyOf(pending.getOrDefault(id, List.of()));
    }
    Set<Pending> waiting = Collections.newSetFromMap(new IdentityHashMap<>());
    for (String each : TransactionFold.ids(facts)) {
      waiting.addAll(pending.getOrDefault(each, List.of()));
      waiting.addAll(continued.getOrDefault(each, List.of()));
    }
    return List.copyOf(waiting);
  }

  private void put(Pending p) {
    pending.computeIfAbsent(p.record.transactionId(), _ -> new ArrayList<>(1)).add(p);
    for (String id : p.record.continuationIds()) {
      continued.computeIfAbsent(id, _ -> new ArrayList<>(1)).add(p);
    }
    pendingCount++;
    pendingBytes += p.json.length;
  }

  private void remove(Pending p) {
    remove(pending, p.record.transactionId(), p);
    p.record.continuationIds().forEach(id -> remove(continued, id, p));
    pendingCount--;
    pendingBytes -= p.json.length;
  }

  private static void remove(Map<String, List<Pending>> map, String id, Pending p) {
    List<Pending> list = map.get(id);
    if (list != null) {
      list.removeIf(each -> each == p);
      if (list.isEmpty()) {
        map.remove(id);
      }
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
    Instant horizon = manifest.horizon();
    LocalDate from = Partition.of(facts.time().minus(TransactionFold.reach(facts)), horizon);
    LocalDate to = Partition.of(facts.time().plus(SubmissionRecord.LONGEST_TRANSACTION), horizon);
    List<String> ids = TransactionFold.ids(facts);
    if (ids.size() == 1) {
      return partitions.copies(facts.transactionId(), from, to);
    }
    record Place(LocalDate day, long location) {}
    Map<Place, PartitionSet.Stored> stored = new LinkedHashMap<>();
    for (String id : ids) {
      for (PartitionSet.Stored copy : partitions.copies(id, from, to)) {
        stored.put(new Place(copy.day(), copy.location()), copy);
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
    return ClueType.USER.of(record).stream()
        .anyMatch(user -> manifest.tombstones().contains(tombstones.of(user)));
  }

  /**
   * The record with its JSON, as it will read back; null when it cannot be kept: too long, or with
   * a time that RFC 3339 does not know.
   */
  private static Pending encoded(SubmissionRecord record) {
    try {
      byte[] json = JournalCodec.encodeRecord(record);
      if (json.length > BlockFormat.MAX_RECORD_BYTES) {
        return null;
      }
      if (json.length < JsonIn.MAX_TEXT / 2 && !hasReplacement(json)) {
        return new Pending(record, json);
      }
      // Long ones may break a bound of the reader's, and lone surrogates were replaced: make sure
      // that what is indexed is what will be read.
      return new Pending(JournalCodec.record(json, 0, json.length), json);
    } catch (BadLineException | DateTimeException _) {
      return null;
    }
  }

  private static boolean hasReplacement(byte[] json) {
    for (int i = 0; i + 2 < json.length; i++) {
      if (json[i] == (byte) 0xef && json[i + 1] == (byte) 0xbf && json[i + 2] == (byte) 0xbd) {
        return true;
      }
    }
    return false;
  }

  private void flush() throws IOException {
    partitions.removeSuperseded();
    Pending[] all = pending.values().stream().flatMap(List::stream).toArray(Pending[]::new);
    // By time, so that records of one day, and of one hour, lie together.
    Arrays.sort(all, Comparator.comparing(p -> p.record.time()));
    for (Pending p : all) {
      partitions.put(home(p.record), p.record, p.json);
    }
    pending.clear();
    continued.clear();
    pendingCount = 0;
    pendingBytes = 0;
  }

  @Override
  public void state(String name, String value) {
    usable();
    if (name.length() > 1000 || value != null && value.length() > MAX_STATE_CHARACTERS) {
      throw new IllegalArgumentException("a state of more than " + MAX_STATE_CHARACTERS);
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
  public void covered(Coverage.Span span) {
    usable();
    draft.coverage = draft.coverage.with(span);
  }

  @Override
  public void commit() throws IOException {
    usable();
    guarded(
        () -> {
          flush();
          partitions.commit(draft.partitions);
          draft.lastCommit = Instant.now();
          Manifest next = draft.build();
          ManifestCodec.write(data, next);
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
        partitions.close();
      }
    }
  }
}
