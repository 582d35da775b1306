package org.whosent.query.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import org.whosent.indexer.store.FailedLoginQuery;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.PurgeReceipt;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.query.output.Counted;
import org.whosent.record.FailedLogin;

/**
 * What was taken of one user out of the index and the journals beside it.
 *
 * @param records of the index that are gone
 * @param held of the index that a hold keeps
 * @param logins failed ones of the index that are gone
 * @param heldLogins failed ones that a hold keeps
 * @param lines of journals that were overwritten
 */
record Erasure(long records, long held, long logins, long heldLogins, long lines) {
  static final Erasure NONE = new Erasure(0, 0, 0, 0, 0);

  /** Takes it. */
  static Erasure of(RecordStore store, Path directory, String user, String caseNumber)
      throws IOException {
    long before = failedLogins(store, user, null);
    return of(store.erase(user, caseNumber), before, store, directory, user, null);
  }

  /** Takes what a hold that is to end kept when the user was erased. */
  static Erasure ofHeld(
      RecordStore store, Path directory, String user, String hold, String caseNumber)
      throws IOException {
    long before = failedLogins(store, user, store.erasedAt(user));
    return of(store.eraseHeld(user, hold, caseNumber), before, store, directory, user, hold);
  }

  private static Erasure of(
      PurgeReceipt receipt,
      long loginsBefore,
      RecordStore store,
      Path directory,
      String user,
      String hold)
      throws IOException {
    List<Hold> holds = store.holds().stream().filter(h -> !h.name().equals(hold)).toList();
    Instant erasedAt = store.erasedAt(user);
    long lines = new JournalErasure(user, erasedAt, holds).run(directory);
    long kept = failedLogins(store, user, erasedAt);
    // More of them may have come meanwhile.
    long gone = Math.max(0, loginsBefore - kept);
    return new Erasure(receipt.records(), receipt.held(), gone, kept, lines);
  }

  /** The store's receipt counts records alone; who only ever failed to log in has none. */
  private static long failedLogins(RecordStore store, String user, Instant until)
      throws IOException {
    long count = 0;
    try (View view = store.view()) {
      Iterator<FailedLogin> found =
          view.failedLogins(new FailedLoginQuery(user, null, null, until));
      for (; found.hasNext(); found.next()) {
        count++;
      }
    }
    return count;
  }

  boolean isEmpty() {
    return equals(NONE);
  }

  /** What became of failed logins, to go on from what is said of records; empty without any. */
  String ofLogins(String gone, String kept) {
    return logins + heldLogins == 0
        ? ""
        : "; %s %s, %d %s".formatted(Counted.of(logins, "failed login"), gone, heldLogins, kept);
  }

  Erasure and(Erasure other) {
    return new Erasure(
        records + other.records,
        held + other.held,
        logins + other.logins,
        heldLogins + other.heldLogins,
        lines + other.lines);
  }
}
