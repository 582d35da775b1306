package org.whosent.indexer.store.lucene;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings the data directory to what its manifest says: what is beyond a committed length is cut
 * off, what no manifest names is deleted. Runs under the writer's lock before every change, and
 * after a purge, so that an interrupted one is finished. Touches only files that bear the store's
 * own names. Stateless.
 */
final class Recovery {
  private Recovery() {}

  /** Recovers, and gives the manifest; writes a first one into an empty directory. */
  static Manifest recover(Path data) throws IOException {
    Manifest manifest = ManifestCodec.read(data);
    if (manifest == null) {
      for (String name : List.of("days", "held")) {
        if (Files.exists(data.resolve(name))) {
          throw new IOException(
              data
                  + ": there are records and no MANIFEST; restore it from a backup, or move '"
                  + name
                  + "' away and read the logs again");
        }
      }
      manifest = Manifest.EMPTY.draft().build();
      ManifestCodec.write(data, manifest);
    }
    sweep(data, manifest);
    Receipts.ensure(data, manifest);
    return manifest;
  }

  /** Deletes and rolls back what the manifest does not name. */
  static void sweep(Path data, Manifest manifest) throws IOException {
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
    for (LocalDate day : found) {
      Path home = Partition.directory(data, day);
      if (Files.isDirectory(home)) {
        sweep(data, home, manifest.partitions().get(day));
      }
    }
  }

  private static void sweep(Path data, Path home, Partition partition) throws IOException {
    boolean foreign = false;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(home)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        boolean ours =
            name.matches("records-[0-9]{4,9}\\.blocks|lucene-[0-9]{4,9}") || name.equals("writing");
        boolean named =
            partition != null
                && (file.equals(partition.recordsFile(data))
                    || file.equals(partition.luceneDirectory(data))
                    || name.equals("writing"));
        if (ours && !named) {
          StoreFiles.deleteTree(file);
        }
        foreign |= !ours;
      }
    }
    if (partition == null) {
      if (!foreign) {
        Files.delete(home);
        StoreFiles.syncDirectory(home.getParent());
      }
    } else if (PartitionWriter.marked(home)) {
      rollBack(data, home, partition);
    }
  }

  private static void rollBack(Path data, Path home, Partition partition) throws IOException {
    // Opening for writing cuts the records file and deletes what no kept commit refers to.
    try (PartitionWriter _ = new PartitionWriter(data, partition, partition.commit())) {
      // and nothing is written
    } catch (IOException e) {
      if (e instanceof ClosedChannelException) {
        throw e;
      }
      // Damage: named by whoever needs the partition; the mark stays until it is rebuilt.
      return;
    }
    PartitionWriter.settled(home);
  }

  private static LocalDate date(String name) {
    try {
      return name.length() == 10 ? LocalDate.parse(name) : null;
    } catch (DateTimeException _) {
      return null;
    }
  }
}
