package org.whosent.indexer.store.partition.renewal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import org.whosent.indexer.store.bytes.StoreFiles;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.Partition;

/**
 * Which segments somebody reads who writes days anew without the writer's lock: {@code
 * sealing/pins}, a line for every day with the number below which its segments are read. Batches
 * leave those out when they merge small ones, so that the work is not in vain. Written under the
 * writer's lock, so that no batch is on its way.
 *
 * <p>It is a hint: who renews a day looks again whether its segments are there, and what is left of
 * a process that died only keeps a few small segments from being merged until somebody seals or
 * forgets the next time. What is no such line counts for nothing. Stateless.
 */
final class Pins {
  private Pins() {}

  private static Path file(Path data) {
    return Renewal.directory(data).resolve("pins");
  }

  /** Pins all that a manifest names. */
  static void write(Path data, Manifest manifest) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Partition partition : manifest.partitions().values()) {
      lines.append(Partition.name(partition.day())).append(' ');
      lines.append(partition.nextSegment()).append('\n');
    }
    StoreFiles.createDirectories(Renewal.directory(data));
    StoreFiles.replace(file(data), lines.toString().getBytes(StandardCharsets.US_ASCII));
  }

  /** By day the number below which segments are pinned. */
  static Map<LocalDate, Integer> read(Path data) throws IOException {
    Map<LocalDate, Integer> pins = new HashMap<>();
    try {
      for (String line : Files.readString(file(data), StandardCharsets.ISO_8859_1).split("\n")) {
        int blank = line.indexOf(' ');
        if (blank > 0) {
          String day = line.substring(0, blank);
          pins.put(
              day.equals("held") ? Partition.HELD : LocalDate.parse(day),
              Integer.parseInt(line.substring(blank + 1)));
        }
      }
      return pins;
    } catch (NoSuchFileException | NumberFormatException | DateTimeException _) {
      return Map.of();
    }
  }
}
