package org.whosent.indexer.store.lucene;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.whosent.record.SubmissionRecord;

/**
 * The partitions that a batch reads and writes. At most {@value #MAX_WRITERS} are open for writing
 * and {@value #MAX_READERS} for reading; one that must make room is committed in its own files,
 * which counts for nothing until a manifest names it. An index that turns out to be damaged is made
 * anew from its records when those are all sound. Not thread-safe.
 */
final class PartitionSet {
  private static final int MAX_WRITERS = 4;
  private static final int MAX_READERS = 40;

  /** More days than that are no mail log but an attempt to fill the disk with directories. */
  private static final int MAX_PARTITIONS = 10_000;

  private final Path data;
  private final NavigableMap<LocalDate, Partition> current;
  private final Map<LocalDate, PartitionWriter> writers = lru();
  private final Map<LocalDate, PartitionReader> readers = lru();
  private final Map<LocalDate, Map<Long, Superseded>> superseded = new HashMap<>();

  /** Changed since the manifest was written. */
  private final Set<LocalDate> touched = new HashSet<>();

  /** Once open for writing: their directories bear the mark. */
  private final Set<LocalDate> marked = new HashSet<>();

  private final BlockCache cache = new BlockCache();
  private Manifest manifest;
  private int supersededCount;

  /** A copy and where it lies. */
  record Stored(LocalDate day, SubmissionRecord record, long location) {}

  private record Superseded(String transactionId, boolean left) {}

  PartitionSet(Path data, Manifest manifest) {
    this.data = data;
    this.manifest = manifest;
    this.current = new TreeMap<>(manifest.partitions());
  }

  private static <V> Map<LocalDate, V> lru() {
    return new LinkedHashMap<>(16, 0.75f, true);
  }

  /** Every copy with this transaction ID in the partitions between two days, both included. */
  List<Stored> copies(String transactionId, LocalDate from, LocalDate to) throws IOException {
    List<Stored> found = List.of();
    for (LocalDate day : days(from, to)) {
      Map<Long, Superseded> gone = superseded.getOrDefault(day, Map.of());
      for (PartitionReader.Copy copy : copies(day, transactionId)) {
        if (!gone.containsKey(copy.location())) {
          found = found.isEmpty() ? new ArrayList<>() : found;
          found.add(new Stored(day, copy.record(), copy.location()));
        }
      }
    }
    return found;
  }

  private Iterable<LocalDate> days(LocalDate from, LocalDate to) {
    var days = current.navigableKeySet().subSet(from, true, to, true);
    return days.isEmpty() ? List.of() : List.copyOf(days);
  }

  private List<PartitionReader.Copy> copies(LocalDate day, String transactionId)
      throws IOException {
    try {
      PartitionWriter writer = writers.get(day);
      return writer != null ? writer.copies(transactionId) : reader(day).copies(transactionId);
    } catch (DamageException | NoSuchFileException | FileNotFoundException e) {
      if (writers.containsKey(day)) {
        throw e;
      }
      heal(day, e);
      return reader(day).copies(transactionId);
    }
  }

  private PartitionReader reader(LocalDate day) throws IOException {
    PartitionReader reader = readers.get(day);
    if (reader == null) {
      makeRoom(readers, MAX_READERS);
      reader = PartitionReader.open(data, current.get(day), cache);
      readers.put(day, reader);
    }
    return reader;
  }

  private static void makeRoom(Map<LocalDate, PartitionReader> readers, int most)
      throws IOException {
    Iterator<PartitionReader> eldest = readers.values().iterator();
    while (readers.size() >= most) {
      PartitionReader reader = eldest.next();
      eldest.remove();
      reader.close();
    }
  }

  /** The records are the truth: from sound ones a damaged index is made anew on the way. */
  private void heal(LocalDate day, IOException damage) throws IOException {
    Partition partition = current.get(day);
    closeReader(day);
    if (BlockScan.damage(data, partition) > 0) {
      throw damage instanceof DamageException ? damage : DamageException.records(partition, damage);
    }
    Rewriter.Result result =
        Rewriter.rewrite(data, day, partition.generation() + 1, List.of(partition), _ -> true);
    current.put(day, result.partition());
    touched.add(day);
  }

  private void closeReader(LocalDate day) throws IOException {
    PartitionReader reader = readers.remove(day);
    if (reader != null) {
      reader.close();
    }
  }

  /** Marks a copy as not current any more; it goes with {@link #removeSuperseded}. */
  void supersede(Stored copy, boolean left) {
    Map<Long, Superseded> ofDay = superseded.computeIfAbsent(copy.day(), _ -> new HashMap<>());
    if (ofDay.put(copy.location(), new Superseded(copy.record().transactionId(), left)) == null) {
      supersededCount++;
    }
  }

  int supersededCount() {
    return supersededCount;
  }

  void removeSuperseded() throws IOException {
    for (Map.Entry<LocalDate, Map<Long, Superseded>> day : superseded.entrySet()) {
      PartitionWriter writer = writer(day.getKey());
      for (Map.Entry<Long, Superseded> copy : day.getValue().entrySet()) {
        writer.remove(copy.getValue().transactionId(), copy.getKey(), copy.getValue().left());
      }
    }
    superseded.clear();
    supersededCount = 0;
  }

  void put(LocalDate day, SubmissionRecord record, byte[] json) throws IOException {
    writer(day).put(record, json);
  }

  private PartitionWriter writer(LocalDate day) throws IOException {
    PartitionWriter writer = writers.get(day);
    if (writer != null) {
      return writer;
    }
    Partition partition = current.get(day);
    if (partition == null) {
      if (current.size() >= MAX_PARTITIONS) {
        throw new IOException(
            "records of more than " + MAX_PARTITIONS + " days; are the times of the logs right?");
      }
      partition = Partition.empty(day, 1);
    }
    if (writers.size() >= MAX_WRITERS) {
      Map.Entry<LocalDate, PartitionWriter> eldest = writers.entrySet().iterator().next();
      settle(eldest.getKey(), eldest.getValue());
      eldest.getValue().close();
      writers.remove(eldest.getKey());
    }
    closeReader(day);
    marked.add(day);
    try {
      writer = new PartitionWriter(data, partition, namedCommit(partition));
    } catch (DamageException e) {
      if (partition.commit() == null) {
        throw e;
      }
      heal(day, e);
      partition = current.get(day);
      writer = new PartitionWriter(data, partition, namedCommit(partition));
    }
    writers.put(day, writer);
    return writer;
  }

  /** The commit that the manifest on disk names for these very files, or null. */
  private String namedCommit(Partition partition) {
    Partition named = manifest.partitions().get(partition.day());
    return named != null && named.generation() == partition.generation() ? named.commit() : null;
  }

  private void settle(LocalDate day, PartitionWriter writer) throws IOException {
    if (writer.dirty()) {
      current.put(day, writer.commit());
      touched.add(day);
    }
  }

  /** Makes all that was written durable; the new state of every partition goes into the map. */
  void commit(Map<LocalDate, Partition> into) throws IOException {
    for (Map.Entry<LocalDate, PartitionWriter> writer : writers.entrySet()) {
      settle(writer.getKey(), writer.getValue());
    }
    boolean made = false;
    for (LocalDate day : touched) {
      Partition partition = current.get(day);
      made |= into.put(day, partition) == null;
      StoreFiles.syncDirectory(partition.directory(data));
    }
    if (made) {
      for (Path parent : List.of(data.resolve("days"), data)) {
        if (Files.isDirectory(parent)) {
          StoreFiles.syncDirectory(parent);
        }
      }
    }
  }

  /** The manifest on disk now names what {@link #commit} made. */
  void named(Manifest next) {
    manifest = next;
    touched.clear();
    for (Map.Entry<LocalDate, PartitionWriter> writer : writers.entrySet()) {
      Partition partition = next.partitions().get(writer.getKey());
      if (partition != null) {
        writer.getValue().named(partition);
      }
    }
  }

  /** Closes everything; where something uncommitted is left, the mark stays for recovery. */
  void close() throws IOException {
    IOException failure = null;
    for (PartitionReader reader : readers.values()) {
      try {
        reader.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    for (Map.Entry<LocalDate, PartitionWriter> writer : writers.entrySet()) {
      if (writer.getValue().dirty()) {
        touched.add(writer.getKey());
      }
      try {
        writer.getValue().close();
      } catch (IOException e) {
        touched.add(writer.getKey());
        failure = e;
      }
    }
    for (LocalDate day : marked) {
      if (!touched.contains(day)) {
        PartitionWriter.settled(Partition.directory(data, day));
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
