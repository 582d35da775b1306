package org.whosent.indexer.store;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.whosent.record.ClueType;
import org.whosent.record.FailedLogin;
import org.whosent.record.SubmissionRecord;

/**
 * The store that is obviously right: everything in lists, nothing on disk. For tests. Thread-safe
 * as {@link RecordStore} asks.
 */
public final class InMemoryRecordStore implements RecordStore {

  /** All there is; copied when a batch starts, put back when it commits. */
  private static final class Contents {
    final Map<String, List<SubmissionRecord>> records = new HashMap<>();
    final Map<String, List<SubmissionRecord>> continued = new HashMap<>();
    final Map<String, FailedLogin> logins = new TreeMap<>();
    final Map<String, String> states = new TreeMap<>();
    final List<Hold> holds = new ArrayList<>();
    final Map<String, Instant> erased = new HashMap<>();
    Coverage coverage = Coverage.NONE;
    Instant horizon;
    Instant lastCommit;
    Instant maskedBefore;

    Contents copy() {
      Contents copy = new Contents();
      records.forEach((id, list) -> copy.records.put(id, new ArrayList<>(list)));
      continued.forEach((id, list) -> copy.continued.put(id, new ArrayList<>(list)));
      copy.logins.putAll(logins);
      copy.states.putAll(states);
      copy.holds.addAll(holds);
      copy.erased.putAll(erased);
      copy.coverage = coverage;
      copy.horizon = horizon;
      copy.lastCommit = lastCommit;
      copy.maskedBefore = maskedBefore;
      return copy;
    }

    List<SubmissionRecord> newestFirst() {
      return records.values().stream()
          .flatMap(List::stream)
          .sorted(Comparator.comparing(SubmissionRecord::time).reversed())
          .toList();
    }

    boolean held(SubmissionRecord record) {
      return holds.stream().anyMatch(hold -> hold.query().matches(record));
    }

    boolean purged(SubmissionRecord record) {
      return horizon != null && record.time().isBefore(horizon);
    }

    SubmissionRecord maskedUnlessHeld(SubmissionRecord record) {
      return purged(record) ? record : maskedWhenAdded(record);
    }

    SubmissionRecord maskedWhenAdded(SubmissionRecord record) {
      boolean keeps = maskedBefore == null || !record.time().isBefore(maskedBefore);
      if (keeps || held(record)) {
        return record;
      }
      SubmissionRecord.Builder b = record.toBuilder();
      b.client = null;
      b.clientPort = null;
      b.clientName = null;
      b.helo = null;
      b.subject = null;
      b.subjectHash = null;
      return b.build();
    }

    FailedLogin maskedIfOld(FailedLogin login) {
      boolean old = maskedBefore != null && login.failure().time().isBefore(maskedBefore);
      return old && !held(login) ? login.masked() : login;
    }

    boolean held(FailedLogin login) {
      return holds.stream().anyMatch(hold -> hold.query().matches(login));
    }

    /** Whether it is there to be seen: a hold that ended keeps nothing. */
    boolean kept(FailedLogin login) {
      return horizon == null || !login.failure().time().isBefore(horizon) || held(login);
    }

    boolean erased(SubmissionRecord record) {
      return ClueType.USER.of(record).stream().anyMatch(user -> erased(user, record.time()));
    }

    boolean heldWhenErased(SubmissionRecord record) {
      return ClueType.USER.of(record).stream()
          .allMatch(user -> heldSince(user, query -> query.matches(record)));
    }

    /** By a hold that is older than the erasure. */
    boolean heldSince(String folded, Predicate<RecordQuery> matching) {
      Instant at = erased.getOrDefault(folded, Instant.MAX);
      return holds.stream().anyMatch(h -> h.since().isBefore(at) && matching.test(h.query()));
    }

    boolean erased(String folded, Instant time) {
      return time.isBefore(erased.getOrDefault(folded, Instant.MIN));
    }

    /** Every record under one of the IDs of these facts, or that goes on under it. */
    List<SubmissionRecord> existing(SubmissionRecord facts) {
      Set<SubmissionRecord> existing = new LinkedHashSet<>();
      for (String id : TransactionFold.ids(facts)) {
        existing.addAll(records.getOrDefault(id, List.of()));
        existing.addAll(continued.getOrDefault(id, List.of()));
      }
      return List.copyOf(existing);
    }

    void add(SubmissionRecord record) {
      records.computeIfAbsent(record.transactionId(), id -> new ArrayList<>()).add(record);
      for (String id : record.continuationIds()) {
        continued.computeIfAbsent(id, x -> new ArrayList<>()).add(record);
      }
    }

    void remove(SubmissionRecord record) {
      records.get(record.transactionId()).remove(record);
      for (String id : record.continuationIds()) {
        continued.getOrDefault(id, new ArrayList<>()).remove(record);
      }
    }
  }

  private final ReentrantLock writer = new ReentrantLock();
  private volatile Contents committed = new Contents();

  @Override
  public View view() {
    return new MemoryView(committed);
  }

  @Override
  public Batch begin() {
    if (writer.isHeldByCurrentThread()) {
      throw new IllegalStateException("this thread has a batch already");
    }
    writer.lock();
    return new MemoryBatch(committed.copy());
  }

  private final class MemoryBatch implements Batch {
    private Contents contents;
    private final ErasedTransactions dropped = new ErasedTransactions();
    private boolean open = true;

    MemoryBatch(Contents contents) {
      this.contents = contents;
    }

    @Override
    public boolean add(SubmissionRecord facts) {
      List<SubmissionRecord> existing = contents.existing(facts);
      TransactionFold fold = TransactionFold.of(existing, facts);
      if (contents.purged(facts) && fold.replaced().stream().noneMatch(contents::purged)) {
        return false;
      }
      if (contents.erased(fold.record())
          && !contents.heldWhenErased(fold.record())
          && fold.replaced().stream().noneMatch(contents::held)) {
        fold.replaced().forEach(contents::remove);
        dropped.add(fold.record());
        return false;
      }
      if (fold.replaced().isEmpty() && dropped.includes(facts)) {
        return false;
      }
      if (fold.replaced().equals(List.of(fold.record()))) {
        return true; // nothing new; where a hold ended, the next masking masks it
      }
      fold.replaced().forEach(contents::remove);
      contents.add(contents.maskedWhenAdded(fold.record()));
      return true;
    }

    @Override
    public boolean add(FailedLogin login) {
      Instant time = login.failure().time();
      String name = login.failure().login();
      if (contents.horizon != null && time.isBefore(contents.horizon)
          || name != null
              && contents.erased(ClueType.USER.fold(name), time)
              && !contents.heldSince(ClueType.USER.fold(name), query -> query.matches(login))) {
        return false;
      }
      contents.logins.putIfAbsent(login.key(), contents.maskedIfOld(login));
      return true;
    }

    @Override
    public void state(String name, String value) {
      if (name.length() > LONGEST_NAME || value != null && value.length() > LONGEST_STATE) {
        throw new IllegalArgumentException("a state of more than " + LONGEST_STATE);
      }
      if (value == null) {
        contents.states.remove(name);
      } else {
        contents.states.put(name, value);
      }
    }

    @Override
    public String state(String name) {
      return contents.states.get(name);
    }

    @Override
    public void covered(Coverage.Span span) {
      contents.coverage = contents.coverage.with(span);
      if (contents.horizon != null) {
        contents.coverage = contents.coverage.since(contents.horizon);
      }
    }

    @Override
    public void dropped(Coverage.Span span) {
      contents.coverage = contents.coverage.withDropped(span);
      if (contents.horizon != null) {
        contents.coverage = contents.coverage.since(contents.horizon);
      }
    }

    @Override
    public void commit() {
      contents.lastCommit = Instant.now();
      committed = contents;
      contents = contents.copy();
    }

    @Override
    public void close() {
      if (open) {
        open = false;
        writer.unlock();
      }
    }
  }

  private record MemoryView(Contents contents) implements View {
    @Override
    public List<SubmissionRecord> find(ClueType type, String value, int limit) {
      return contents.newestFirst().stream()
          .filter(record -> type.of(record).contains(type.fold(value)))
          .limit(limit)
          .toList();
    }

    @Override
    public Iterator<SubmissionRecord> search(RecordQuery query) {
      return contents.newestFirst().stream().filter(query::matches).iterator();
    }

    @Override
    public Iterator<FailedLogin> failedLogins(FailedLoginQuery query) {
      return contents.logins.values().stream()
          .filter(contents::kept)
          .map(contents::maskedIfOld)
          .filter(query::matches)
          .sorted(
              Comparator.comparing((FailedLogin login) -> login.failure().time())
                  .thenComparing(FailedLogin::key)
                  .reversed())
          .iterator();
    }

    @Override
    public StoreStatus status() {
      TreeMap<LocalDate, Long> days = new TreeMap<>();
      long held = 0;
      for (SubmissionRecord record : contents.newestFirst()) {
        if (contents.purged(record)) {
          held++;
        } else {
          days.merge(day(record.time()), 1L, Long::sum);
        }
      }
      List<StoreStatus.Day> rows = new ArrayList<>();
      days.forEach((day, records) -> rows.add(new StoreStatus.Day(day, records, 0, null)));
      if (held > 0) {
        rows.add(new StoreStatus.Day(null, held, 0, null));
      }
      return new StoreStatus(rows, contents.coverage, contents.horizon, contents.lastCommit, null);
    }

    @Override
    public StoreStatus verify() {
      return status();
    }

    @Override
    public List<String> warnings() {
      return List.of();
    }

    @Override
    public String state(String name) {
      return contents.states.get(name);
    }

    @Override
    public void close() {}
  }

  private static LocalDate day(Instant time) {
    return time.atOffset(ZoneOffset.UTC).toLocalDate();
  }

  @Override
  public PurgeReceipt purge(Instant before, boolean dryRun, String caseNumber) {
    writer.lock();
    try {
      Contents after = committed.copy();
      Instant end =
          before
              .atOffset(ZoneOffset.UTC)
              .toLocalDate()
              .atTime(LocalTime.MIN)
              .toInstant(ZoneOffset.UTC);
      if (after.horizon == null || after.horizon.isBefore(end)) {
        after.horizon = end;
      }
      Set<LocalDate> days = new HashSet<>();
      long forgotten = 0;
      long held = 0;
      for (SubmissionRecord record : committed.newestFirst()) {
        if (!after.purged(record)) {
          continue;
        }
        if (!committed.purged(record)) {
          days.add(day(record.time()));
        }
        if (after.held(record)) {
          held++;
        } else {
          forgotten++;
          after.remove(record);
        }
      }
      after.coverage = after.coverage.since(after.horizon);
      after.logins.values().removeIf(login -> !after.kept(login));
      if (!dryRun) {
        committed = after;
      }
      return new PurgeReceipt(
          Instant.now().truncatedTo(ChronoUnit.MICROS),
          dryRun,
          before,
          days.size(),
          forgotten,
          held,
          0,
          PurgeReceipt.dates(days));
    } finally {
      writer.unlock();
    }
  }

  @Override
  public PurgeReceipt erase(String user, String caseNumber) {
    writer.lock();
    try {
      String folded = ClueType.USER.fold(user);
      Instant end = Instant.now().truncatedTo(ChronoUnit.MICROS);
      for (SubmissionRecord record : committed.newestFirst()) {
        if (ClueType.USER.of(record).contains(folded) && !record.time().isBefore(end)) {
          end = record.time().plusNanos(1000);
        }
      }
      committed.erased.merge(folded, end, (one, two) -> one.isAfter(two) ? one : two);
      return eraseHeld(user, null, caseNumber);
    } finally {
      writer.unlock();
    }
  }

  @Override
  public PurgeReceipt eraseHeld(String user, String hold, String caseNumber) {
    writer.lock();
    List<Hold> holds = List.copyOf(committed.holds);
    try {
      Contents after = committed.copy();
      after.holds.removeIf(each -> each.name().equals(hold));
      String folded = ClueType.USER.fold(user);
      if (!after.erased.containsKey(folded)) {
        throw new IllegalArgumentException("not erased");
      }
      long forgotten = 0;
      long held = 0;
      for (SubmissionRecord record : committed.newestFirst()) {
        if (ClueType.USER.of(record).contains(folded) && after.erased(folded, record.time())) {
          if (after.held(record)) {
            held++;
          } else {
            forgotten++;
            after.remove(record);
          }
        }
      }
      after
          .logins
          .values()
          .removeIf(
              login ->
                  login.failure().login() != null
                      && !after.held(login)
                      && after.erased(folded, login.failure().time())
                      && folded.equals(ClueType.USER.fold(login.failure().login())));
      after.holds.clear();
      after.holds.addAll(holds);
      committed = after;
      return new PurgeReceipt(
          Instant.now().truncatedTo(ChronoUnit.MICROS), false, null, 0, forgotten, held, 0);
    } finally {
      writer.unlock();
    }
  }

  @Override
  public int seal(Instant before) {
    return 0;
  }

  private Contents maskedBefore(Instant before) {
    Contents after = committed.copy();
    Instant until = before.truncatedTo(ChronoUnit.DAYS);
    if (after.maskedBefore == null || until.isAfter(after.maskedBefore)) {
      after.maskedBefore = until;
    }
    return after;
  }

  @Override
  public int maskable(Instant before, Instant purged) {
    writer.lock();
    try {
      Contents after = maskedBefore(before);
      Set<LocalDate> days = new HashSet<>();
      for (SubmissionRecord record : committed.newestFirst()) {
        if (!record.time().isBefore(purged.truncatedTo(ChronoUnit.DAYS))
            && !after.maskedUnlessHeld(record).equals(record)) {
          days.add(day(record.time()));
        }
      }
      return days.size();
    } finally {
      writer.unlock();
    }
  }

  @Override
  public int mask(Instant before) {
    writer.lock();
    try {
      Contents after = maskedBefore(before);
      after.logins.replaceAll((_, login) -> after.maskedIfOld(login));
      Set<LocalDate> days = new HashSet<>();
      for (SubmissionRecord record : committed.newestFirst()) {
        SubmissionRecord masked = after.maskedUnlessHeld(record);
        if (!masked.equals(record)) {
          days.add(day(record.time()));
          after.remove(record);
          after.add(masked);
        }
      }
      committed = after;
      return days.size();
    } finally {
      writer.unlock();
    }
  }

  @Override
  public void rebuild(LocalDate day) {}

  @Override
  public List<Hold> holds() {
    return List.copyOf(committed.holds);
  }

  @Override
  public void addHold(Hold hold) {
    writer.lock();
    try {
      Contents after = committed.copy();
      if (after.holds.stream().anyMatch(h -> h.name().equals(hold.name()))) {
        throw new IllegalArgumentException("a hold named '" + hold.name() + "' is in force");
      }
      after.holds.add(hold);
      committed = after;
    } finally {
      writer.unlock();
    }
  }

  @Override
  public Instant erasedAt(String user) {
    return committed.erased.get(ClueType.USER.fold(user));
  }

  @Override
  public Set<String> erasedUsers(RecordQuery query) {
    Map<String, String> users = new TreeMap<>();
    for (SubmissionRecord record : committed.newestFirst()) {
      if (query.matches(record) && committed.erased(record)) {
        ClueType.USER.of(record).forEach(folded -> users.put(folded, record.user()));
      }
    }
    for (FailedLogin login : committed.logins.values()) {
      String name = login.failure().login();
      if (name != null
          && query.matches(login)
          && committed.erased(ClueType.USER.fold(name), login.failure().time())) {
        users.put(ClueType.USER.fold(name), name);
      }
    }
    return new TreeSet<>(users.values());
  }

  @Override
  public boolean releaseHold(String name) {
    writer.lock();
    try {
      Contents after = committed.copy();
      boolean released = after.holds.removeIf(hold -> hold.name().equals(name));
      committed = after;
      return released;
    } finally {
      writer.unlock();
    }
  }

  @Override
  public void close() {}
}
