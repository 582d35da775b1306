package org.whosent.indexer.store.partition.manifest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.whosent.indexer.store.Coverage;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.bytes.Micros;
import org.whosent.indexer.store.segment.key.SipHash;
import org.whosent.record.FailedLogin;
import org.whosent.record.SubmissionRecord;

/**
 * The one point of truth: what of the files in the data directory counts. Immutable. Public for all
 * who read or write partitions.
 *
 * @param sequence grows with every manifest written
 * @param partitions by day; {@link Partition#HELD} is the oldest
 * @param states what batches left, by name
 * @param coverage what was read
 * @param horizon nothing older comes back, or null
 * @param holds by name
 * @param tombstones of erased users, as {@link Tombstones} makes them, and when each was erased:
 *     nothing of theirs from before that is taken; {@link Instant#MAX} where format 7 or an older
 *     one did not say
 * @param lastCommit of a batch, or null
 * @param receipt the last purge's or erasure's line, so that a crash cannot lose it; or null
 * @param hashKey of the keys, as hex digits; made with the first manifest, and never another
 * @param maskedBefore clients and subjects of records before this time are not kept; or null
 */
public record Manifest(
    long sequence,
    NavigableMap<LocalDate, Partition> partitions,
    Map<String, String> states,
    Coverage coverage,
    Instant horizon,
    List<Hold> holds,
    Map<String, Instant> tombstones,
    Instant lastCommit,
    String receipt,
    String hashKey,
    Instant maskedBefore) {

  public static final Manifest EMPTY =
      new Manifest(
          0,
          new TreeMap<>(),
          Map.of(),
          Coverage.NONE,
          null,
          List.of(),
          Map.of(),
          null,
          null,
          "0".repeat(2 * SipHash.KEY_BYTES),
          null);

  public Manifest {
    partitions = Collections.unmodifiableNavigableMap(new TreeMap<>(partitions));
    states = Collections.unmodifiableMap(new TreeMap<>(states));
    holds = List.copyOf(holds);
    tombstones = Collections.unmodifiableMap(new TreeMap<>(tombstones));
  }

  public static Path file(Path data) {
    return data.resolve("MANIFEST");
  }

  /** The partition that a record of this time belongs to. */
  public LocalDate home(Instant time) {
    return Partition.of(time, horizon);
  }

  public boolean held(SubmissionRecord record) {
    return holds.stream().anyMatch(hold -> hold.query().matches(record));
  }

  /** Whether a hold that was in force by then keeps what matches; of a time not known, none was. */
  public boolean heldSinceBefore(Instant time, Predicate<RecordQuery> matching) {
    return !time.equals(Instant.MAX)
        && holds.stream()
            .anyMatch(hold -> hold.since().isBefore(time) && matching.test(hold.query()));
  }

  /** As it would be without this hold. */
  public Manifest without(String hold) {
    Draft draft = draft();
    draft.holds.removeIf(each -> each.name().equals(hold));
    return draft.build();
  }

  /** The hash that the keys of all segments are made with. */
  public SipHash hash() {
    return new SipHash(HexFormat.of().parseHex(hashKey));
  }

  public boolean masked(Instant time) {
    return maskedBefore != null && time.isBefore(maskedBefore);
  }

  public boolean held(FailedLogin login) {
    return holds.stream().anyMatch(hold -> hold.query().matches(login));
  }

  /** What is kept of a failed login; null when nothing is. */
  public FailedLogin asKept(FailedLogin login) {
    Instant time = login.failure().time();
    return held(login) ? login : beforeHorizon(time) ? null : masked(time) ? login.masked() : login;
  }

  public boolean beforeHorizon(Instant time) {
    return horizon != null && time.isBefore(horizon);
  }

  /** The later of both horizons; null when there is none. */
  public Instant closedUntil() {
    boolean masks = maskedBefore != null && (horizon == null || maskedBefore.isAfter(horizon));
    return masks ? maskedBefore : horizon;
  }

  /**
   * True of an erasure that keeps out what its user will send: the clock was ahead then, or the
   * stamp of a record of theirs. A stamp that is ahead by less is no matter, and until format 7 an
   * erasure never ended.
   */
  private static boolean erasesAhead(Instant erased, Instant now) {
    return erased.isAfter(now.plus(Duration.ofDays(1))) && !erased.equals(Instant.MAX);
  }

  /** Until when what some erased user will send is kept out; null where that is nobody's. */
  public Instant erasedAhead(Instant now) {
    return tombstones.values().stream()
        .filter(erased -> erasesAhead(erased, now))
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  public Draft draft() {
    return new Draft(this);
  }

  /** The next manifest in the making. Not thread-safe. */
  public static final class Draft {
    private final long sequence;
    public final NavigableMap<LocalDate, Partition> partitions;
    public final Map<String, String> states;
    public final List<Hold> holds;
    public final Map<String, Instant> tombstones;
    public Coverage coverage;
    public Instant horizon;
    public Instant lastCommit;
    public String receipt;
    String hashKey;
    public Instant maskedBefore;

    private Draft(Manifest from) {
      sequence = from.sequence;
      partitions = new TreeMap<>(from.partitions);
      states = new TreeMap<>(from.states);
      holds = new ArrayList<>(from.holds);
      tombstones = new TreeMap<>(from.tombstones);
      coverage = from.coverage;
      horizon = from.horizon;
      lastCommit = from.lastCommit;
      receipt = from.receipt;
      hashKey = from.hashKey;
      maskedBefore = from.maskedBefore;
    }

    /**
     * Sets horizons that are later than now back to these.
     *
     * @throws IOException where what is held would have to go back to its own days
     */
    public boolean reopen(Instant now, Instant purged, Instant masked) throws IOException {
      boolean any = false;
      Instant latest = Partition.horizon(purged);
      if (horizon != null && horizon.isAfter(now)) {
        Partition held = partitions.get(Partition.HELD);
        if (held != null
            && held.segments().stream().anyMatch(s -> s.info().newest() >= Micros.of(latest))) {
          throw new IOException(
              "records from after "
                  + latest
                  + " are under hold, apart from their days, and would be read once more; index"
                  + " into a new data directory");
        }
        horizon = latest;
        any = true;
      }
      if (maskedBefore != null && maskedBefore.isAfter(now)) {
        maskedBefore = masked == null ? null : Partition.horizon(masked);
        any = true;
      }
      for (Map.Entry<String, Instant> erased : tombstones.entrySet()) {
        if (erasesAhead(erased.getValue(), now)) {
          erased.setValue(now);
          any = true;
        }
      }
      return any;
    }

    public Manifest build() {
      return new Manifest(
          sequence + 1,
          partitions,
          states,
          horizon == null ? coverage : coverage.since(horizon),
          horizon,
          holds,
          tombstones,
          lastCommit,
          receipt,
          hashKey,
          maskedBefore);
    }
  }
}
