package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.DelegatingStore;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.RecordStoreContract;
import org.whosent.indexer.store.View;

/** The embedded store keeps the contract also where every day is sealed before it is looked at. */
public class SealedRecordStoreTest extends RecordStoreContract {
  @TempDir Path directory;

  @Override
  protected RecordStore store() {
    PartitionedRecordStore store = PartitionedRecordStore.open(directory.resolve("data"));
    return new Packed(store, () -> store.seal(Instant.now().plus(Duration.ofDays(40_000))));
  }

  /** What is done before somebody looks. */
  public interface Packing {
    void run() throws IOException;
  }

  /** A store whose days are packed before they are looked at. */
  public static final class Packed extends DelegatingStore {
    private final Packing packing;

    public Packed(RecordStore store, Packing packing) {
      super(store);
      this.packing = packing;
    }

    @Override
    public View view() throws IOException {
      try {
        packing.run();
      } catch (IllegalStateException _) {
        // the test looks while it writes
      }
      return super.view();
    }
  }
}
