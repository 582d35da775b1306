package org.whosent.query.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.PurgeReceipt;
import org.whosent.indexer.store.RecordStore;

/**
 * What was taken of one user out of the index and the journals beside it.
 *
 * @param records of the index that are gone
 * @param held of the index that a hold keeps
 * @param lines of journals that were overwritten
 */
record Erasure(long records, long held, long lines) {
  static final Erasure NONE = new Erasure(0, 0, 0);

  /** Takes it. */
  static Erasure of(RecordStore store, Path directory, String user, String caseNumber)
      throws IOException {
    return of(store.erase(user, caseNumber), store, directory, user, null);
  }

  /** Takes what a hold that is to end kept when the user was erased. */
  static Erasure ofHeld(
      RecordStore store, Path directory, String user, String hold, String caseNumber)
      throws IOException {
    return of(store.eraseHeld(user, hold, caseNumber), store, directory, user, hold);
  }

  private static Erasure of(
      PurgeReceipt receipt, RecordStore store, Path directory, String user, String hold)
      throws IOException {
    List<Hold> holds = store.holds().stream().filter(h -> !h.name().equals(hold)).toList();
    long lines = new JournalErasure(user, store.erasedAt(user), holds).run(directory);
    return new Erasure(receipt.records(), receipt.held(), lines);
  }

  Erasure and(Erasure other) {
    return new Erasure(records + other.records, held + other.held, lines + other.lines);
  }
}
