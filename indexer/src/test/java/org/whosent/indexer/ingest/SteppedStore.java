package org.whosent.indexer.ingest;

import java.io.IOException;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.Coverage;
import org.whosent.indexer.store.DelegatingStore;
import org.whosent.indexer.store.RecordStore;
import org.whosent.record.FailedLogin;
import org.whosent.record.SubmissionRecord;

/**
 * Another store, with something that happens before each step of a batch, and before compacting.
 */
final class SteppedStore extends DelegatingStore {
  /** Is told "begin", "add", "commit" or "compact" before it is done, and may fail instead. */
  interface Steps {
    void step(String what) throws IOException;
  }

  private final Steps steps;

  SteppedStore(RecordStore store, Steps steps) {
    super(store);
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
      public void dropped(Coverage.Span span) {
        batch.dropped(span);
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
  public int compact(Instant since, BooleanSupplier stopped) throws IOException {
    steps.step("compact");
    return super.compact(since, stopped);
  }
}
