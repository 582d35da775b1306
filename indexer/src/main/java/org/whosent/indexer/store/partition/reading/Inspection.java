package org.whosent.indexer.store.partition.reading;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import org.whosent.indexer.store.StoreStatus;
import org.whosent.indexer.store.bytes.StoreFiles;
import org.whosent.indexer.store.partition.manifest.DamageException;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.segment.BlockCache;
import org.whosent.indexer.store.segment.GoneFile;
import org.whosent.indexer.store.segment.SegmentFormat;

/** Looks at the files that a manifest names: are they there, as long as they were, and sound? */
final class Inspection {
  private final Path data;
  private final Manifest manifest;
  private final Map<LocalDate, String> damage;

  /**
   * Of a manifest's days.
   *
   * @param damage what is known of it already, by day
   */
  Inspection(Path data, Manifest manifest, Map<LocalDate, String> damage) {
    this.data = data;
    this.manifest = manifest;
    this.damage = damage;
  }

  /**
   * Of every day, what is held last.
   *
   * @param whole what is wrong with the manifest, or null
   * @param thorough reads and checks every byte
   */
  StoreStatus status(String whole, boolean thorough) throws IOException {
    List<StoreStatus.Day> days = new ArrayList<>();
    NavigableSet<LocalDate> keys = manifest.partitions().navigableKeySet();
    for (LocalDate day : keys) {
      if (!day.equals(Partition.HELD)) {
        days.add(row(manifest.partitions().get(day), thorough));
      }
    }
    if (keys.contains(Partition.HELD)) {
      days.add(row(manifest.partitions().get(Partition.HELD), thorough));
    }
    return new StoreStatus(
        days, manifest.coverage(), manifest.horizon(), manifest.lastCommit(), whole);
  }

  private StoreStatus.Day row(Partition partition, boolean thorough) throws IOException {
    String damaged = damage.get(partition.day());
    long bytes = 0;
    for (Segment segment : partition.segments()) {
      String found = null;
      try {
        Sizes sizes = Sizes.of(partition.directory(data), segment);
        bytes += sizes.all();
        if (!sizes.areThoseOf(segment)) {
          IOException reason = new IOException("a file is missing or cut short");
          found = DamageException.segment(partition, segment, reason).getMessage();
        }
      } catch (FileSystemException e) { // a directory that may not be entered, say
        found = DamageException.segment(partition, segment, e).getMessage();
      }
      damaged = damaged == null ? found : damaged;
    }
    if (damaged == null && thorough) {
      damaged = verify(partition);
    }
    if (damaged == null) {
      damaged = partition.loss();
    }
    LocalDate day = partition.day().equals(Partition.HELD) ? null : partition.day();
    return new StoreStatus.Day(day, partition.records(), bytes, damaged);
  }

  /** Bytes of a segment's files as they are. */
  private record Sizes(long records, long privates, long index, long gone) {
    static Sizes of(Path home, Segment segment) throws IOException {
      int number = segment.info().number();
      return new Sizes(
          StoreFiles.size(SegmentFormat.recordsFile(home, number)),
          segment.info().privateBytes() < 0
              ? -1
              : StoreFiles.size(SegmentFormat.privateFile(home, number)),
          segment.info().indexBytes() == 0
              ? 0
              : StoreFiles.size(SegmentFormat.indexFile(home, number)),
          segment.gone() == 0
              ? 0
              : StoreFiles.size(GoneFile.path(home, number, segment.goneVersion())));
    }

    long all() {
      return records + Math.max(0, privates) + index + gone;
    }

    boolean areThoseOf(Segment segment) {
      return records == segment.info().recordsBytes()
          && privates == segment.info().privateBytes()
          && index == segment.info().indexBytes();
    }
  }

  private String verify(Partition partition) throws IOException {
    try (PartitionReader reader =
        PartitionReader.open(data, partition, manifest.hash(), new BlockCache())) {
      for (PartitionReader.Part part : reader.parts()) {
        try {
          part.reader().verify();
        } catch (IOException e) {
          throw DamageException.segment(partition, part.segment(), e);
        }
      }
      return null;
    } catch (DamageException e) {
      return e.getMessage();
    } catch (NoSuchFileException e) {
      return DamageException.missing(partition, e).getMessage();
    }
  }
}
