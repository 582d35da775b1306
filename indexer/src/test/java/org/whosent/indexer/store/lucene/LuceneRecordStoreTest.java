package org.whosent.indexer.store.lucene;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.RecordStoreContract;

/** The embedded store keeps the contract. */
class LuceneRecordStoreTest extends RecordStoreContract {
  @TempDir Path directory;

  @Override
  protected RecordStore store() {
    return LuceneRecordStore.open(directory.resolve("data"));
  }
}
