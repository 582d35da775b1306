package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.PurgeReceipt;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.RecordStoreContract;
import org.whosent.indexer.store.View;

/** The embedded store keeps the contract also where every day is sealed before it is looked at. */
class SealedRecordStoreTest extends RecordStoreContract {
  @TempDir Path directory;

  @Override
  protected RecordStore store() {
    PartitionedRecordStore store = PartitionedRecordStore.open(directory.resolve("data"));
    return new Packed(store, () -> store.seal(Instant.now().plus(Duration.ofDays(40_000))));
  }

  /** What is done before somebody looks. */
  interface Packing {
    void run() throws IOException;
  }

  /** A store whose days are packed before they are looked at. */
  record Packed(RecordStore store, Packing packing) implements RecordStore {
    @Override
    public View view() throws IOException {
      try {
        packing.run();
      } catch (IllegalStateException _) {
        // the test looks while it writes
      }
      return store.view();
    }

    @Override
    public Batch begin() throws IOException {
      return store.begin();
    }

    @Override
    public PurgeReceipt purge(Instant before, boolean dryRun) throws IOException {
      return store.purge(before, dryRun);
    }

    @Override
    public PurgeReceipt erase(String user) throws IOException {
      return store.erase(user);
    }

    @Override
    public void rebuild(LocalDate day) throws IOException {
      store.rebuild(day);
    }

    @Override
    public List<Hold> holds() throws IOException {
      return store.holds();
    }

    @Override
    public void addHold(Hold hold) throws IOException {
      store.addHold(hold);
    }

    @Override
    public boolean releaseHold(String name) throws IOException {
      return store.releaseHold(name);
    }

    @Override
    public int seal(Instant before) throws IOException {
      return store.seal(before);
    }

    @Override
    public int mask(Instant before) throws IOException {
      return store.mask(before);
    }

    @Override
    public void close() throws IOException {
      store.close();
    }
  }
}
