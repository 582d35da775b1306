package org.whosent.indexer.store.partition;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.RecordStoreContract;

/** The embedded store keeps the contract. */
class PartitionedRecordStoreTest extends RecordStoreContract {
  @TempDir Path directory;

  @Override
  protected RecordStore store() {
    return PartitionedRecordStore.open(directory.resolve("data"));
  }
}
