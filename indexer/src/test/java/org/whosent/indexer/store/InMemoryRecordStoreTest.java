package org.whosent.indexer.store;

/** The fake keeps the contract too, or it would be no fake of a store. */
class InMemoryRecordStoreTest extends RecordStoreContract {
  private final RecordStore store = new InMemoryRecordStore();

  @Override
  protected RecordStore store() {
    return store;
  }
}
