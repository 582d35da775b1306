package org.whosent.indexer.store.partition.manifest;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.whosent.indexer.store.bytes.StoreFiles;
import org.whosent.indexer.store.segment.GoneFile;
import org.whosent.indexer.store.segment.SegmentFormat;
import org.whosent.indexer.store.segment.key.SipHash;

/**
 * Brings the data directory to what its manifest says: what it does not name is deleted. Runs under
 * the writer's lock before every change, and after a purge, so that an interrupted one is finished.
 * Touches only files that bear the store's own names. Stateless. Public for whoever takes the lock:
 * batches, {@code Renewal}, the store.
 */
public final class Recovery {
  private static final Pattern OURS =
      Pattern.compile("segment-[0-9]{6,9}\\.(records|private|index|building|gone-[0-9]{4,9})");

  private Recovery() {}

  /** Recovers, and gives the manifest; writes a first one into an empty directory. */
  public static Manifest recover(Path data) throws IOException {
    ManifestFiles.Found found = ManifestFiles.find(data);
    Manifest manifest = found.manifest();
    if (manifest == null) {
      Manifest.Draft first = Manifest.EMPTY.draft();
      byte[] key = new byte[SipHash.KEY_BYTES];
      new SecureRandom().nextBytes(key);
      first.hashKey = HexFormat.of().formatHex(key);
      manifest = first.build();
      ManifestFiles.write(data, manifest);
    } else {
      ManifestFiles.repair(data, found);
    }
    Tombstones.repair(data, manifest);
    sweep(data, manifest);
    Receipts.ensure(data, manifest);
    return manifest;
  }

  /** Deletes and rolls back what the manifest does not name. */
  public static void sweep(Path data, Manifest manifest) throws IOException {
    List<LocalDate> found = new ArrayList<>();
    if (Files.isDirectory(data.resolve("days"))) {
      try (DirectoryStream<Path> days = Files.newDirectoryStream(data.resolve("days"))) {
        for (Path day : days) {
          LocalDate date = date(day.getFileName().toString());
          if (date != null) {
            found.add(date);
          }
        }
      }
    }
    found.add(Partition.HELD);
    found.sort(Comparator.naturalOrder()); // what an older manifest has, before what it has not
    sweep(data, manifest, found, true);
  }

  /** The same for some days; a power failure may bring what went back, for the next one. */
  public static void sweep(Path data, Manifest manifest, Collection<LocalDate> days)
      throws IOException {
    sweep(data, manifest, days, false);
  }

  private static void sweep(
      Path data, Manifest manifest, Collection<LocalDate> days, boolean durable)
      throws IOException {
    for (LocalDate day : days) {
      Path home = Partition.directory(data, day);
      if (Files.isDirectory(home)
          && sweep(home, manifest.partitions().get(day))
          && durable
          && Files.isDirectory(home)) {
        StoreFiles.syncDirectory(home);
      }
    }
  }

  /** True when something went. */
  private static boolean sweep(Path home, Partition partition) throws IOException {
    Set<Path> named = new HashSet<>();
    if (partition != null) {
      for (Segment segment : partition.segments()) {
        int number = segment.info().number();
        named.add(SegmentFormat.recordsFile(home, number));
        if (segment.info().privateBytes() >= 0) {
          named.add(SegmentFormat.privateFile(home, number));
        }
        if (segment.info().indexBytes() > 0) {
          named.add(SegmentFormat.indexFile(home, number));
        }
        if (segment.gone() > 0) {
          named.add(GoneFile.path(home, number, segment.goneVersion()));
        }
      }
    }
    boolean foreign = false;
    List<Path> unnamed = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(home)) {
      for (Path file : files) {
        boolean ours = OURS.matcher(file.getFileName().toString()).matches();
        if (ours && !named.contains(file)) {
          unnamed.add(file);
        }
        foreign |= !ours;
      }
    }
    if (partition != null && !unnamed.isEmpty()) {
      refuseOlder(home, partition, unnamed);
    }
    for (Path file : unnamed) {
      StoreFiles.deleteTree(file);
    }
    boolean swept = !unnamed.isEmpty();
    if (partition == null && !foreign) {
      Files.delete(home);
      StoreFiles.syncDirectory(home.getParent());
    }
    return swept;
  }

  /**
   * Who restores MANIFEST alone has one whose segments were merged since, into what it does not
   * name. To delete that would be to lose both. What an interrupted change leaves does not look so:
   * it never misses what is named.
   */
  private static void refuseOlder(Path home, Partition partition, List<Path> unnamed)
      throws IOException {
    for (Path file : unnamed) {
      if (SegmentFormat.number(file.getFileName().toString()) >= partition.nextSegment()) {
        for (Segment segment : partition.segments()) {
          Path missing = SegmentFormat.recordsFile(home, segment.info().number());
          if (!Files.exists(missing)) {
            throw new IOException(
                ("%s: MANIFEST names %s, which is missing, and not %s, which is there, so it seems"
                        + " older; nothing is changed, since that file would be deleted: restore"
                        + " both from one backup, or if MANIFEST is right move that file away")
                    .formatted(home, missing.getFileName(), file.getFileName()));
          }
        }
      }
    }
  }

  private static LocalDate date(String name) {
    try {
      return name.length() == 10 ? LocalDate.parse(name) : null;
    } catch (DateTimeException _) {
      return null;
    }
  }
}
