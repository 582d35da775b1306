package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.ManifestFiles;
import org.whosent.indexer.store.partition.manifest.WriterLock;
import org.whosent.indexer.store.partition.renewal.Renewal;
import org.whosent.indexer.store.partition.renewal.RenewalPlan;
import org.whosent.indexer.store.segment.Compression;

/**
 * Writes a day anew as it is, packed in any way: in blocks so small that few records are many, or
 * as nobody else packs them, so that it shows who did.
 */
final class AnyPacking implements RenewalPlan<Boolean> {
  private final LocalDate day;
  private final Compression compression;

  private AnyPacking(LocalDate day, Compression compression) {
    this.day = day;
    this.compression = compression;
  }

  /** Every day of a store. */
  static void pack(Path data, Compression compression) throws IOException {
    try (WriterLock _ = WriterLock.ofSealing(data)) {
      for (LocalDate day : List.copyOf(ManifestFiles.read(data).partitions().keySet())) {
        Renewal.run(data, new AnyPacking(day, compression));
      }
    }
  }

  @Override
  public void begin(Manifest manifest) {}

  @Override
  public List<Renewal.Job> jobs(Manifest manifest, Set<Renewal.Place> done) {
    return done.isEmpty()
        ? List.of(
            new Renewal.Job(
                day,
                List.of(manifest.partitions().get(day)),
                UnaryOperator.identity(),
                compression))
        : List.of();
  }

  @Override
  public Boolean end(Manifest manifest, Manifest.Draft draft) {
    return true;
  }
}
