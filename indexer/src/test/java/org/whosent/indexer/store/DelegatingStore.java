package org.whosent.indexer.store;

import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Another store, which does all that a subclass does not do otherwise. */
public abstract class DelegatingStore implements RecordStore {
  /** The other one. */
  protected final RecordStore store;

  /** For another store, which is closed with it. */
  protected DelegatingStore(RecordStore store) {
    this.store = store;
  }

  @Override
  public Batch begin() throws IOException {
    return store.begin();
  }

  @Override
  public List<String> passedOver() {
    return store.passedOver();
  }

  @Override
  public View view() throws IOException {
    return store.view();
  }

  @Override
  public PurgeReceipt purge(Instant before, boolean dryRun, String caseNumber) throws IOException {
    return store.purge(before, dryRun, caseNumber);
  }

  @Override
  public PurgeReceipt erase(String user, String caseNumber) throws IOException {
    return store.erase(user, caseNumber);
  }

  @Override
  public int seal(Instant before) throws IOException {
    return store.seal(before);
  }

  @Override
  public int compact(Instant since, BooleanSupplier stopped) throws IOException {
    return store.compact(since, stopped);
  }

  @Override
  public int mask(Instant before) throws IOException {
    return store.mask(before);
  }

  @Override
  public Instant closedUntil() throws IOException {
    return store.closedUntil();
  }

  @Override
  public Instant erasedAhead(Instant now) throws IOException {
    return store.erasedAhead(now);
  }

  @Override
  public boolean reopen(Instant now, Instant purged, Instant masked) throws IOException {
    return store.reopen(now, purged, masked);
  }

  @Override
  public int maskable(Instant before, Instant purged) throws IOException {
    return store.maskable(before, purged);
  }

  @Override
  public void rebuild(LocalDate day) throws IOException {
    store.rebuild(day);
  }

  @Override
  public boolean has(LocalDate day) throws IOException {
    return store.has(day);
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
  public Instant erasedAt(String user) throws IOException {
    return store.erasedAt(user);
  }

  @Override
  public PurgeReceipt eraseHeld(String user, String hold, String caseNumber) throws IOException {
    return store.eraseHeld(user, hold, caseNumber);
  }

  @Override
  public Set<String> erasedUsers(RecordQuery query) throws IOException {
    return store.erasedUsers(query);
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
