package org.whosent.indexer.ingest;

import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.Coverage;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.PurgeReceipt;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.record.FailedLogin;
import org.whosent.record.SubmissionRecord;

/**
 * Another store, with something that happens before each step of a batch, and before compacting.
 */
final class SteppedStore implements RecordStore {
  /** Is told "begin", "add", "commit" or "compact" before it is done, and may fail instead. */
  interface Steps {
    void step(String what) throws IOException;
  }

  private final RecordStore store;
  private final Steps steps;

  SteppedStore(RecordStore store, Steps steps) {
    this.store = store;
    this.steps = steps;
  }

  @Override
  public Batch begin() throws IOException {
    steps.step("begin");
    Batch batch = store.begin();
    return new Batch() {
      @Override
      public boolean add(SubmissionRecord facts) throws IOException {
        steps.step("add");
        return batch.add(facts);
      }

      @Override
      public boolean add(FailedLogin login) throws IOException {
        steps.step("add");
        return batch.add(login);
      }

      @Override
      public void state(String name, String value) {
        batch.state(name, value);
      }

      @Override
      public String state(String name) {
        return batch.state(name);
      }

      @Override
      public void covered(Coverage.Span span) {
        batch.covered(span);
      }

      @Override
      public void commit() throws IOException {
        steps.step("commit");
        batch.commit();
      }

      @Override
      public void close() throws IOException {
        batch.close();
      }
    };
  }

  @Override
  public View view() throws IOException {
    return store.view();
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
  public int seal(Instant before) throws IOException {
    return store.seal(before);
  }

  @Override
  public int compact(Instant since, BooleanSupplier stopped) throws IOException {
    steps.step("compact");
    return store.compact(since, stopped);
  }

  @Override
  public int mask(Instant before) throws IOException {
    return store.mask(before);
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
  public void close() throws IOException {
    store.close();
  }
}
