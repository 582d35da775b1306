package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.UnaryOperator;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.PurgeReceipt;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.segment.Compression;
import org.whosent.record.ClueType;

/**
 * The store on one machine's disk; the package description is the specification of its files.
 *
 * <p>Holds no files and no state of its own between calls, so opening costs nothing, a directory
 * that is absent or empty reads as an empty store and stays as it is, and any number of processes
 * may use the same directory. Thread-safe.
 */
public final class PartitionedRecordStore implements RecordStore {
  private final Path data;

  private PartitionedRecordStore(Path data) {
    this.data = data.toAbsolutePath().normalize();
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
  public Batch begin() throws IOException {
    WriterLock lock = WriterLock.take(data);
    try {
      return new PartitionedBatch(data, lock, Recovery.recover(data));
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

  /** The same for what must not find a day half packed: no copy of it may be left there. */
  private <T> T alone(Change<T> change) throws IOException {
    try (WriterLock _ = WriterLock.ofSealing(data)) {
      Sealing.clear(data);
      return locked(change);
    }
  }

  private Manifest current() throws IOException {
    Manifest manifest = ManifestCodec.read(data);
    return manifest == null ? Manifest.EMPTY : manifest;
  }

  @Override
  public PurgeReceipt purge(Instant before, boolean dryRun) throws IOException {
    if (dryRun) {
      return Forgetting.purge(data, current(), before, true);
    }
    return alone(
        manifest -> {
          PurgeReceipt receipt = Forgetting.purge(data, manifest, before, false);
          LoginFiles.purge(data, current());
          return receipt;
        });
  }

  @Override
  public PurgeReceipt erase(String user) throws IOException {
    return alone(
        manifest -> {
          PurgeReceipt receipt = Forgetting.erase(data, manifest, user);
          LoginFiles.erase(data, current(), ClueType.USER.fold(user));
          return receipt;
        });
  }

  /**
   * {@inheritDoc} Both files of the day are written anew from the records that can be read; the
   * day's status says when some could not. So are the day's failed logins where they are damaged;
   * that some could not be read is not remembered.
   *
   * @throws IllegalArgumentException when there is no such day
   */
  @Override
  public void rebuild(LocalDate day) throws IOException {
    alone(
        manifest -> {
          boolean known = day == null || manifest.partitions().containsKey(day);
          if (!known && !LoginFiles.has(data, day)) {
            throw new IllegalArgumentException("no records of " + day);
          }
          LoginFiles.rebuild(data, day);
          Manifest latest = manifest;
          List<LocalDate> days =
              day == null
                  ? List.copyOf(manifest.partitions().keySet())
                  : known ? List.of(day) : List.of();
          for (LocalDate each : days) {
            Manifest.Draft draft = latest.draft();
            Partition partition = latest.partitions().get(each);
            Partition rebuilt = rewrite(latest, partition, partition.sealed());
            if (rebuilt.segments().isEmpty() && rebuilt.lostBlocks() > 0) {
              throw new IOException(
                  Partition.name(each)
                      + ": none of its records can be read; restore it from a backup");
            }
            if (rebuilt.segments().isEmpty()) {
              draft.partitions.remove(each);
            } else {
              draft.partitions.put(each, rebuilt);
            }
            latest = draft.build();
            ManifestCodec.write(data, latest);
            Recovery.sweep(data, latest);
          }
          return null;
        });
  }

  private Partition rewrite(Manifest manifest, Partition partition, boolean seal)
      throws IOException {
    return Rewriter.rewrite(
            data,
            manifest.hash(),
            partition.day(),
            partition.nextSegment(),
            List.of(partition),
            UnaryOperator.identity(),
            seal ? Compression.SEALED : Compression.OPEN)
        .partition(partition.day(), seal);
  }

  /** {@inheritDoc} Others write while a day is packed: see {@link Sealing}. */
  @Override
  public int seal(Instant before) throws IOException {
    LocalDate end = LocalDate.ofInstant(Forgetting.horizon(before), ZoneOffset.UTC);
    int sealed = 0;
    for (LocalDate day : current().partitions().headMap(end, false).keySet()) {
      try (WriterLock _ = WriterLock.ofSealing(data)) {
        Sealing.clear(data);
        sealed += Sealing.seal(data, day) ? 1 : 0;
      }
    }
    return sealed;
  }

  @Override
  public int mask(Instant before) throws IOException {
    return alone(
        manifest -> {
          int days = Masking.mask(data, manifest, before);
          LoginFiles.mask(data, current());
          return days;
        });
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
          ManifestCodec.write(data, draft.build());
          return null;
        });
  }

  @Override
  public boolean releaseHold(String name) throws IOException {
    return locked(
        manifest -> {
          Manifest.Draft draft = manifest.draft();
          boolean released = draft.holds.removeIf(hold -> hold.name().equals(name));
          if (released) {
            ManifestCodec.write(data, draft.build());
          }
          return released;
        });
  }

  @Override
  public void close() {}
}
