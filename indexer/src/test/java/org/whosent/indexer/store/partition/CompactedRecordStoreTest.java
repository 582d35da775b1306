package org.whosent.indexer.store.partition;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.RecordStoreContract;
import org.whosent.indexer.store.partition.renewal.Compaction;

/** The embedded store keeps the contract also where all is compacted before it is looked at. */
class CompactedRecordStoreTest extends RecordStoreContract {
  private static final Instant ALL = Instant.parse("0000-01-01T00:00:00Z");
  private static final Compaction.Size ANY = new Compaction.Size(1, 1, 4, Long.MAX_VALUE);

  @TempDir Path directory;

  @Override
  protected RecordStore store() {
    PartitionedRecordStore store = PartitionedRecordStore.open(directory.resolve("data"));
    return new SealedRecordStoreTest.Packed(store, () -> store.compact(ALL, ANY, ANY, () -> false));
  }
}
