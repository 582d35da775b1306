package org.whosent.indexer.store.partition.forgetting;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.whosent.indexer.store.Actor;
import org.whosent.indexer.store.PurgeReceipt;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Receipts;

/**
 * What purge, erasure and masking have in common. All write what is to stay under new names, then
 * the manifest, and only then delete: a crash leaves the state before or after, and {@code
 * Recovery} deletes the rest. Stateless.
 */
final class Forgetting {
  private Forgetting() {}

  /** The time for a receipt. */
  static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }

  /**
   * Puts the receipt into the manifest that comes next.
   *
   * @param caseNumber for which it was done, or null
   */
  static void note(
      Manifest.Draft draft, PurgeReceipt receipt, Manifest manifest, String caseNumber) {
    draft.receipt = Receipts.line(manifest.sequence() + 1, receipt, Actor.current(), caseNumber);
  }

  /**
   * Throws when something of a partition is damaged that is to be written anew, or that holds may
   * concern: what was left out would be gone for good, and a disk may answer the next time.
   */
  static void refuse(Partition partition, int lost) throws IOException {
    if (lost > 0) {
      throw new IOException(
          "%s: records are damaged, which may be others' or under hold, so nothing was forgotten;"
                  .formatted(Partition.name(partition.day()))
              + " restore them from a backup, or "
              + partition.remedy()
              + ", then do this again");
    }
  }
}
