package org.whosent.indexer.store.partition.reading;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Set;
import org.whosent.indexer.store.Coverage;
import org.whosent.indexer.store.Detail;
import org.whosent.indexer.store.FailedLoginQuery;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.StoreStatus;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.bytes.Micros;
import org.whosent.indexer.store.partition.login.LoginFiles;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.record.ClueType;
import org.whosent.record.FailedLogin;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionId;

/**
 * Looks records up. A partition is opened when it is needed, so that one look-up from a cold start
 * opens one; every hit is checked against its record. Where files are gone because a purge or a
 * rewrite was faster, the new manifest is read and the look-up starts again. Not thread-safe.
 *
 * <p>What is damaged is passed over and said in {@link #warnings}, and so is what a rebuild let go
 * of, where what was asked for may have been in it. Whatever bytes an answer rests on were compared
 * with their checksum, also where the answer is that there is nothing. Public for the store, which
 * makes them.
 */
public final class PartitionedView implements View {
  /**
   * So far apart are at most the time of an ID of ours, when its transaction began, and that of its
   * record, when it was accepted. A server's timeouts are minutes.
   */
  private static final Duration NEAR = Duration.ofHours(2);

  private final Path data;
  private final OpenPartitions partitions;
  private final Set<Search> searches = new HashSet<>();
  private boolean showsWhatIsLeft;

  public PartitionedView(Path data) throws IOException {
    this.data = data;
    this.partitions = new OpenPartitions(data);
  }

  @Override
  public List<SubmissionRecord> find(ClueType type, String value, int limit) throws IOException {
    String folded = type.fold(value);
    if (limit <= 0 || folded.isEmpty()) {
      return List.of();
    }
    return partitions.retrying(() -> findFolded(type, folded, limit));
  }

  private List<SubmissionRecord> findFolded(ClueType type, String folded, int limit)
      throws IOException {
    List<SubmissionRecord> found = new ArrayList<>();
    List<LocalDate> asked = new ArrayList<>(partitions.manifest().partitions().descendingKeySet());
    Instant began =
        type == ClueType.TRANSACTION_ID
            ? TransactionId.parse(folded).map(TransactionId::time).orElse(null)
            : null;
    if (began != null) {
      // An ID of ours is in its own day or beside it, near its time, and nowhere else.
      for (LocalDate day : near(began, asked)) {
        if (found.size() < limit) {
          collect(day, type, folded, limit, began, found);
        }
      }
      if (!found.isEmpty()) {
        return newestFirst(found);
      }
    }
    for (int i = 0; i < asked.size() && found.size() < limit; i++) {
      collect(asked.get(i), type, folded, limit, null, found);
      partitions.asked(asked.get(i));
    }
    return newestFirst(found);
  }

  private static List<SubmissionRecord> newestFirst(List<SubmissionRecord> found) {
    found.sort((a, b) -> b.time().compareTo(a.time()));
    return found;
  }

  /**
   * Those of the days that a record may be in whose transaction began then; the likeliest first.
   */
  private List<LocalDate> near(Instant began, List<LocalDate> days) {
    LocalDate own = partitions.manifest().home(began);
    List<LocalDate> likely = new ArrayList<>(List.of(own));
    if (!own.equals(Partition.HELD)) {
      // Not by a negated Duration, which makes BigDecimal compute powers of five: a tenth of a cold
      // look-up.
      for (Instant beside : List.of(began.minus(NEAR), began.plus(NEAR))) {
        LocalDate near = Partition.day(beside);
        if (!near.equals(own)) {
          likely.add(near);
        }
      }
    }
    likely.retainAll(days);
    return likely;
  }

  /**
   * Adds what a day has.
   *
   * @param began the segments that reach near it are asked, and no others; null for all
   */
  private void collect(
      LocalDate day,
      ClueType type,
      String folded,
      int limit,
      Instant began,
      List<SubmissionRecord> found)
      throws IOException {
    PartitionReader reader = partitions.reader(day);
    if (reader == null) {
      return;
    }
    Hits hits =
        new Hits(
            reader,
            Map.of(type, folded),
            null,
            began == null ? Long.MIN_VALUE : Micros.of(began.minus(NEAR)),
            began == null ? Long.MAX_VALUE : Micros.of(began.plus(NEAR)),
            Detail.WHOLE,
            e -> partitions.damaged(day, e));
    for (SubmissionRecord record = hits.next();
        record != null && found.size() < limit;
        record = found.size() < limit ? hits.next() : null) {
      if (type.of(record).contains(folded)) {
        found.add(record);
      }
    }
  }

  @Override
  public void showWhatIsLeft() {
    showsWhatIsLeft = true;
  }

  @Override
  public Iterator<SubmissionRecord> search(RecordQuery query) {
    return search(query, Detail.WHOLE);
  }

  @Override
  public Iterator<SubmissionRecord> search(RecordQuery query, Detail detail) {
    return new Search(
        query,
        detail.enoughFor(query),
        query.since() == null ? Long.MIN_VALUE : micros(query.since(), Long.MIN_VALUE),
        query.until() == null ? Long.MAX_VALUE : micros(query.until(), Long.MAX_VALUE));
  }

  /**
   * The bound in the index's microseconds; never tighter than the query, which is checked after.
   */
  public static long micros(Instant bound, long open) {
    try {
      long micros = Micros.of(bound);
      boolean fraction = bound.getNano() % 1000 != 0;
      return fraction && open == Long.MAX_VALUE ? micros + 1 : micros;
    } catch (ArithmeticException _) {
      boolean past = bound.getEpochSecond() < 0;
      return past ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  /** Goes from day to day; holds one partition's postings and one record. */
  private final class Search implements Iterator<SubmissionRecord> {
    private final RecordQuery query;
    private final Detail detail;
    private final long since;
    private final long until;
    private LocalDate day;
    private PartitionReader reader;
    private Hits hits;
    private boolean started;
    private SubmissionRecord next;

    Search(RecordQuery query, Detail detail, long since, long until) {
      this.query = query;
      this.detail = detail;
      this.since = since;
      this.until = until;
    }

    @Override
    public boolean hasNext() {
      try {
        while (next == null && advance()) {
          // until a record matches or the days end
        }
        return next != null;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public SubmissionRecord next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      SubmissionRecord record = next;
      next = null;
      return record;
    }

    /** One step; false at the end. */
    private boolean advance() throws IOException {
      if (hits == null) {
        return nextDay();
      }
      SubmissionRecord record = hits.next();
      if (record == null) {
        closeDay();
      } else if (query.matches(record)) {
        next = record;
      }
      return true;
    }

    private boolean nextDay() throws IOException {
      return partitions.retrying(
          () -> {
            NavigableMap<LocalDate, Partition> days = partitions.manifest().partitions();
            Map.Entry<LocalDate, Partition> entry =
                started ? days.lowerEntry(day) : days.lastEntry();
            while (entry != null && outside(entry.getKey())) {
              entry = days.lowerEntry(entry.getKey());
            }
            if (entry == null) {
              return false;
            }
            begin(entry.getKey());
            started = true;
            day = entry.getKey();
            return true;
          });
    }

    private void begin(LocalDate candidate) throws IOException {
      reader = partitions.openAnew(candidate);
      partitions.asked(candidate);
      if (reader == null) {
        return;
      }
      searches.add(this);
      if (showsWhatIsLeft) {
        reader.passOverPrivates(e -> partitions.damaged(candidate, e));
      }
      try {
        hits =
            new Hits(
                reader,
                query.clues(),
                query.client(),
                since,
                until,
                detail,
                e -> partitions.damaged(candidate, e));
      } catch (IOException e) {
        closeDay();
        throw e;
      }
    }

    /** A search has readers of its own, so that no look-up in between closes them. */
    private void closeDay() throws IOException {
      hits = null;
      searches.remove(this);
      if (reader != null) {
        reader.close();
        reader = null;
      }
    }

    private boolean outside(LocalDate candidate) {
      if (candidate.equals(Partition.HELD)) {
        return false;
      }
      return query.since() != null && candidate.isBefore(Partition.day(query.since()))
          || query.until() != null && candidate.isAfter(Partition.day(query.until()));
    }
  }

  @Override
  public StoreStatus status() throws IOException {
    LoginFiles.losses(data, FailedLoginQuery.ALL, partitions::lost);
    return partitions.status(false);
  }

  @Override
  public Coverage coverage() {
    return partitions.manifest().coverage();
  }

  @Override
  public Instant horizon() {
    return partitions.manifest().horizon();
  }

  @Override
  public Instant maskedBefore() {
    return partitions.manifest().maskedBefore();
  }

  @Override
  public Instant lastErasure() {
    return partitions.manifest().tombstones().values().stream()
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  @Override
  public StoreStatus verify() throws IOException {
    failedLogins(FailedLoginQuery.ALL).forEachRemaining(_ -> {}); // damage becomes a warning
    return partitions.status(true);
  }

  @Override
  public Iterator<FailedLogin> failedLogins(FailedLoginQuery query) throws IOException {
    LoginFiles.losses(data, query, partitions::lost);
    return LoginFiles.search(data, query, partitions.manifest()::asKept, partitions::warn);
  }

  @Override
  public List<String> warnings() {
    return partitions.warnings();
  }

  @Override
  public List<String> damage() {
    return partitions.damage();
  }

  @Override
  public String state(String name) {
    return partitions.manifest().states().get(name);
  }

  @Override
  public void close() throws IOException {
    for (Search search : List.copyOf(searches)) {
      search.closeDay();
    }
    partitions.close();
  }
}
