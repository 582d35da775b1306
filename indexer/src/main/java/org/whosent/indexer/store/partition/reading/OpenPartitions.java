package org.whosent.indexer.store.partition.reading;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.whosent.indexer.store.StoreStatus;
import org.whosent.indexer.store.partition.manifest.DamageException;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.ManifestFiles;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Tombstones;
import org.whosent.indexer.store.segment.BlockCache;

/**
 * The manifest as one reader has it, and the partitions that it has opened by it. Where files are
 * gone because a purge or a rewrite was faster, the new manifest is read and the look-up starts
 * again. Damage is noted and passed over. Not thread-safe.
 */
final class OpenPartitions {
  private static final int RETRIES = 20;

  private final Path data;
  private final Map<LocalDate, PartitionReader> open = new HashMap<>();
  private final BlockCache cache = new BlockCache();
  private final Map<LocalDate, String> damage = new TreeMap<>();
  private final Set<String> warnings = new LinkedHashSet<>();
  private final Set<String> losses = new LinkedHashSet<>();
  private ManifestFiles.Found found;
  private Manifest manifest;

  OpenPartitions(Path data) throws IOException {
    this.data = data;
    this.found = ManifestFiles.find(data);
    this.manifest = found.manifest() == null ? Manifest.EMPTY : found.manifest();
  }

  /** The files that the manifest names are gone, and there is a newer one. */
  private static final class Outdated extends IOException {}

  /** A look-up that can start again. */
  interface Attempt<T> {
    T run() throws IOException;
  }

  /**
   * Runs a look-up until no file that it needs was taken away.
   *
   * @throws IOException when that is so time and again, or it fails by itself
   */
  <T> T retrying(Attempt<T> attempt) throws IOException {
    for (int i = 0; i < RETRIES; i++) {
      try {
        return attempt.run();
      } catch (Outdated _) {
        // The manifest was read again; everything is opened by it.
      }
    }
    throw new IOException("the store changes faster than it can be read; try again");
  }

  /** As it was read last. */
  Manifest manifest() {
    return manifest;
  }

  /**
   * Notes what is passed over.
   *
   * @throws IOException to {@link #retrying} when a file is only gone because the day was written
   *     anew
   */
  void damaged(LocalDate day, IOException e) throws IOException {
    if (e.getCause() instanceof NoSuchFileException && reload()) {
      throw new Outdated();
    }
    damage.putIfAbsent(day, e.getMessage());
    warn(e.getMessage());
  }

  /**
   * Notes that what was not found in a day may have been there, if a rebuild left any of it out.
   */
  void asked(LocalDate day) {
    Partition partition = manifest.partitions().get(day);
    if (partition != null && partition.loss() != null) {
      losses.add(partition.loss());
    }
  }

  /** Notes a line for the operator, once. */
  void warn(String line) {
    warnings.add(line);
  }

  /** Notes what is not there any more, as a line for the operator. */
  void lost(String line) {
    losses.add(line);
  }

  /** The lines noted of what is there and cannot be read, the first one first. */
  List<String> damage() {
    return List.copyOf(warnings);
  }

  /** The same, and then of what is not there any more. */
  List<String> warnings() {
    List<String> lines = new ArrayList<>(warnings);
    lines.addAll(losses);
    return lines;
  }

  /**
   * The open partition, which stays open; null when there is none or it is damaged.
   *
   * @throws IOException to {@link #retrying} when it is gone and the manifest was read again
   */
  PartitionReader reader(LocalDate day) throws IOException {
    PartitionReader reader = open.get(day);
    if (reader == null) {
      reader = openAnew(day);
      if (reader != null) {
        open.put(day, reader);
      }
    }
    return reader;
  }

  /** The same, opened for the caller, who closes it. */
  PartitionReader openAnew(LocalDate day) throws IOException {
    if (manifest.partitions().containsKey(day)) {
      Partition partition = manifest.partitions().get(day);
      try {
        return PartitionReader.open(data, partition, manifest.hash(), cache);
      } catch (NoSuchFileException e) {
        damaged(day, DamageException.missing(partition, e));
      } catch (DamageException e) {
        if (reload()) {
          throw new Outdated(); // what looked like damage may be files half gone
        }
        damaged(day, e);
      }
    }
    return null;
  }

  /**
   * How every day is.
   *
   * @param thorough reads and checks every byte
   */
  StoreStatus status(boolean thorough) throws IOException {
    StoreStatus status = inspected(thorough);
    // What is missing may only have been purged or written anew since.
    for (int i = 0; i < RETRIES && anyDamage(status) && reload(); i++) {
      status = inspected(thorough);
    }
    return status;
  }

  private static boolean anyDamage(StoreStatus status) {
    return status.damage() != null || status.days().stream().anyMatch(day -> day.damage() != null);
  }

  private StoreStatus inspected(boolean thorough) throws IOException {
    String whole = ManifestFiles.damage(data, found);
    if (whole == null) {
      whole = Tombstones.damage(data, manifest);
    }
    return new Inspection(data, manifest, damage).status(whole, thorough);
  }

  /** Reads the manifest again; false when it is still the same. */
  private boolean reload() throws IOException {
    ManifestFiles.Found newer = ManifestFiles.find(data);
    if (newer.manifest() == null || newer.manifest().sequence() == manifest.sequence()) {
      return false;
    }
    close();
    damage.clear();
    found = newer;
    manifest = newer.manifest();
    return true;
  }

  /** Closes those that stay open, not those of a caller. */
  void close() throws IOException {
    for (PartitionReader reader : open.values()) {
      reader.close();
    }
    open.clear();
  }
}
