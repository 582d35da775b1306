package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.PurgeReceipt;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.forgetting.Erasing;
import org.whosent.indexer.store.partition.forgetting.LeftDays;
import org.whosent.indexer.store.partition.forgetting.Masking;
import org.whosent.indexer.store.partition.forgetting.Purging;
import org.whosent.indexer.store.partition.login.LoginFiles;
import org.whosent.indexer.store.partition.manifest.DamageException;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.ManifestFiles;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Recovery;
import org.whosent.indexer.store.partition.manifest.Tombstones;
import org.whosent.indexer.store.partition.manifest.WriterLock;
import org.whosent.indexer.store.partition.reading.PartitionedView;
import org.whosent.indexer.store.partition.renewal.Compaction;
import org.whosent.indexer.store.partition.renewal.Renewal;
import org.whosent.indexer.store.partition.renewal.RenewalPlan;
import org.whosent.indexer.store.partition.renewal.Repacking;
import org.whosent.indexer.store.partition.renewal.StaleException;
import org.whosent.record.ClueType;

/**
 * The store on one machine's disk; the package description is the specification of its files.
 *
 * <p>Holds no files between calls, and of what is in them nothing but what saves a writer to look
 * again at what it wrote itself, so opening costs nothing, a directory that is absent or empty
 * reads as an empty store and stays as it is, and any number of processes may use the same
 * directory. Thread-safe.
 */
public final class PartitionedRecordStore implements RecordStore {
  private final Path data;

  /** For whoever has the writer's lock. */
  private final WrittenIds written = new WrittenIds();

  private final PassedOver passedOver = new PassedOver();

  private PartitionedRecordStore(Path data) {
    this.data = data.toAbsolutePath(); // not normalized: behind a link '..' is elsewhere
  }

  /** The store in a data directory, which need not be there yet. */
  public static PartitionedRecordStore open(Path dataDirectory) {
    return new PartitionedRecordStore(dataDirectory);
  }

  @Override
  public View view() throws IOException {
    return new PartitionedView(data);
  }

  @Override
  public String damage() throws IOException {
    ManifestFiles.Found found = ManifestFiles.find(data);
    String damage = ManifestFiles.damage(data, found);
    return damage == null && found.manifest() != null
        ? Tombstones.damage(data, found.manifest())
        : damage;
  }

  @Override
  public List<String> passedOver() {
    return passedOver.lines();
  }

  @Override
  public Batch begin() throws IOException {
    WriterLock lock = WriterLock.take(data);
    try {
      return new PartitionedBatch(data, lock, Recovery.recover(data), written, passedOver);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** A change of the manifest under the writer's lock. */
  private interface Change<T> {
    T make(Manifest manifest) throws IOException;
  }

  private <T> T locked(Change<T> change) throws IOException {
    try (WriterLock _ = WriterLock.take(data)) {
      return change.make(Recovery.recover(data));
    }
  }

  /** Writes anew while others write, one at a time: see {@link Renewal}. */
  private <T> T renewed(RenewalPlan<T> plan) throws IOException {
    try (WriterLock _ = WriterLock.ofSealing(data)) {
      Renewal.clear(data);
      return Renewal.run(data, plan);
    }
  }

  private Manifest current() throws IOException {
    Manifest manifest = ManifestFiles.read(data);
    return manifest == null ? Manifest.EMPTY : manifest;
  }

  @Override
  public PurgeReceipt purge(Instant before, boolean dryRun, String caseNumber) throws IOException {
    return leaving(
        left ->
            dryRun
                ? Purging.wouldDo(data, current(), before, left)
                : renewed(new Purging(data, before, caseNumber, left)));
  }

  private interface Leaving<T> {
    T forget(LeftDays left) throws IOException;
  }

  /**
   * One day that cannot be read must not keep all others from being forgotten when they are due.
   */
  private <T> T leaving(Leaving<T> way) throws IOException {
    String receipt = current().receipt();
    try {
      return way.forget(LeftDays.none());
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      if (!Objects.equals(receipt, current().receipt())) {
        throw e; // it was done, and failed afterwards
      }
      LeftDays left = LeftDays.any();
      T told = way.forget(left);
      left.lines().forEach(passedOver::add);
      return told;
    }
  }

  @Override
  public PurgeReceipt erase(String user, String caseNumber) throws IOException {
    String folded = ClueType.USER.fold(user);
    if (folded.isEmpty()) {
      throw new IllegalArgumentException("no user");
    }
    return renewed(Erasing.all(data, folded, caseNumber));
  }

  @Override
  public PurgeReceipt eraseHeld(String user, String hold, String caseNumber) throws IOException {
    Instant at = erasedAt(user);
    if (at == null) {
      throw new IllegalArgumentException("not erased");
    }
    return renewed(Erasing.held(data, ClueType.USER.fold(user), at, hold, caseNumber));
  }

  /**
   * {@inheritDoc} Both files of the day are written anew from the records that can be read; the
   * day's status says when some could not. So are the day's failed logins where they are damaged; a
   * line among the warnings says then that some could not be read.
   */
  @Override
  public void rebuild(LocalDate day) throws IOException {
    try (WriterLock _ = WriterLock.ofSealing(data)) {
      Renewal.clear(data);
      if (day != null && !has(day)) {
        throw new IllegalArgumentException("no records of " + day);
      }
      for (LocalDate each : LoginFiles.toMend(data, day)) {
        locked(
            _ -> {
              LoginFiles.rebuild(data, each);
              return null;
            });
      }
      for (LocalDate each : List.copyOf(current().partitions().keySet())) {
        if (day == null || day.equals(each)) {
          packed(Repacking.mend(data, each));
        }
      }
    }
  }

  @Override
  public boolean has(LocalDate day) throws IOException {
    return current().partitions().containsKey(day) || LoginFiles.has(data, day);
  }

  private boolean packed(RenewalPlan<Boolean> plan) throws IOException {
    try {
      return Renewal.run(data, plan);
    } catch (Repacking.NotNowException _) {
      return false;
    }
  }

  /** {@inheritDoc} Others write while a day is packed: see {@link Renewal}. */
  @Override
  public int seal(Instant before) throws IOException {
    LocalDate end = LocalDate.ofInstant(Partition.horizon(before), ZoneOffset.UTC);
    int sealed = 0;
    for (LocalDate day : current().partitions().headMap(end, false).keySet()) {
      try (WriterLock _ = WriterLock.ofSealing(data)) {
        Renewal.clear(data);
        sealed += packed(Repacking.seal(data, day)) ? 1 : 0;
      } catch (StaleException _) {
        continue; // others change it again and again
      } catch (DamageException e) {
        passedOver.add(e); // the other days are packed all the same
      }
    }
    return sealed;
  }

  /** {@inheritDoc} See {@link Compaction}. */
  @Override
  public int compact(Instant since, BooleanSupplier stopped) throws IOException {
    return compact(since, Compaction.Size.GROWING, Compaction.Size.OVER, stopped);
  }

  /**
   * The same with other sizes.
   *
   * @param growing of the last day, and of those that the clock has not ended: a stamp of tomorrow
   *     does not end today
   * @param over of those before
   */
  int compact(Instant since, Compaction.Size growing, Compaction.Size over, BooleanSupplier stopped)
      throws IOException {
    int times = 0;
    LocalDate today = Partition.day(Instant.now());
    NavigableMap<LocalDate, Partition> days = current().partitions();
    for (LocalDate day : days.tailMap(Partition.day(since), true).keySet()) {
      boolean grows = day.equals(days.lastKey()) || !day.isBefore(today);
      Compaction.Size size = grows ? growing : over;
      while (!stopped.getAsBoolean() && compacted(new Compaction(day, size, stopped))) {
        times++;
      }
    }
    return times;
  }

  /** Whether there may be more to do. */
  private boolean compacted(Compaction plan) throws IOException {
    if (!plan.isDue(current())) {
      return false;
    }
    try (WriterLock lock = WriterLock.ofSealingIfFree(data)) {
      if (lock == null) {
        return false;
      }
      Renewal.clear(data);
      try {
        return packed(plan);
      } catch (CancellationException _) {
        Renewal.clear(data);
        return false;
      }
    } catch (StaleException _) {
      return false; // others change it again and again
    }
  }

  @Override
  public int mask(Instant before) throws IOException {
    return leaving(left -> renewed(new Masking(data, before, left)));
  }

  @Override
  public int maskable(Instant before, Instant purged) throws IOException {
    return new Masking(data, before, LeftDays.none()).wouldFind(current(), purged);
  }

  @Override
  public Instant closedUntil() throws IOException {
    return current().closedUntil();
  }

  @Override
  public Instant erasedAhead(Instant now) throws IOException {
    return current().erasedAhead(now);
  }

  @Override
  public boolean reopen(Instant now, Instant purged, Instant masked) throws IOException {
    try (WriterLock _ = WriterLock.ofSealing(data)) {
      return locked(
          manifest -> {
            Manifest.Draft draft = manifest.draft();
            boolean any = draft.reopen(now, purged, masked);
            if (any) {
              ManifestFiles.write(data, draft.build());
            }
            return any;
          });
    }
  }

  @Override
  public List<Hold> holds() throws IOException {
    return current().holds();
  }

  @Override
  public void addHold(Hold hold) throws IOException {
    locked(
        manifest -> {
          if (manifest.holds().stream().anyMatch(h -> h.name().equals(hold.name()))) {
            throw new IllegalArgumentException("a hold named '" + hold.name() + "' is in force");
          }
          Manifest.Draft draft = manifest.draft();
          draft.holds.add(hold);
          ManifestFiles.write(data, draft.build());
          return null;
        });
  }

  @Override
  public Instant erasedAt(String user) throws IOException {
    Map<String, Instant> tombs = current().tombstones();
    return tombs.isEmpty() ? null : tombs.get(Tombstones.read(data).of(ClueType.USER.fold(user)));
  }

  @Override
  public Set<String> erasedUsers(RecordQuery query) throws IOException {
    Map<String, Instant> tombs = current().tombstones();
    if (tombs.isEmpty()) {
      return Set.of();
    }
    try (View view = view()) {
      return ErasedUsers.of(view, query, tombs, Tombstones.read(data));
    }
  }

  @Override
  public boolean releaseHold(String name) throws IOException {
    return locked(
        manifest -> {
          Manifest.Draft draft = manifest.draft();
          boolean released = draft.holds.removeIf(hold -> hold.name().equals(name));
          if (released) {
            ManifestFiles.write(data, draft.build());
          }
          return released;
        });
  }

  @Override
  public void close() {}
}
