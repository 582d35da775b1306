package org.whosent.indexer.store.lucene;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.whosent.indexer.store.PurgeReceipt;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/**
 * Purge and erasure. Both write what is to stay under new names, then the manifest, and only then
 * delete: a crash leaves the state before or after, and {@link Recovery} deletes the rest.
 *
 * <p>A purge without holds drops directories and never looks at a record, except where records
 * moved to an earlier day: their stale copies are scrubbed from the days that stay. With holds, the
 * days to be dropped are read for what the holds keep; damage there stops the purge, since what
 * cannot be read may be what a court wants kept. Stateless; called under the writer's lock.
 */
final class Forgetting {
  private Forgetting() {}

  /** The end of the last UTC day that ended by then. */
  static Instant horizon(Instant before) {
    return before.truncatedTo(ChronoUnit.DAYS);
  }

  static PurgeReceipt purge(Path data, Manifest manifest, Instant before, boolean dryRun)
      throws IOException {
    Instant horizon = horizon(before);
    if (manifest.horizon() != null && manifest.horizon().isAfter(horizon)) {
      horizon = manifest.horizon();
    }
    LocalDate firstKept = LocalDate.ofInstant(horizon, ZoneOffset.UTC);
    List<Partition> dropped =
        new ArrayList<>(manifest.partitions().headMap(firstKept, false).values());
    Tally tally = tally(data, manifest, dropped);
    long bytes = 0;
    for (Partition partition : dropped) {
      bytes += size(data, partition);
    }
    boolean heldStays = dropped.size() == 1 && tally.forgotten == 0 && isHeld(dropped.getFirst());
    if (dryRun) {
      return receipt(true, before, dropped, tally, heldStays ? 0 : bytes);
    }
    Manifest.Draft draft = manifest.draft();
    draft.horizon = horizon;
    if (!heldStays) {
      draft.partitions.headMap(firstKept, false).clear();
      if (tally.held > 0) {
        Rewriter.Result held =
            Rewriter.rewrite(
                data,
                Partition.HELD,
                manifest.nextGeneration(Partition.HELD),
                dropped,
                manifest::held);
        draft.partitions.put(Partition.HELD, held.partition());
        bytes -= size(data, held.partition());
      }
    }
    scrubMoved(data, manifest, draft);
    PurgeReceipt receipt =
        receipt(false, before, dropped, tally, heldStays ? 0 : Math.max(0, bytes));
    finish(data, draft, receipt, manifest.sequence());
    return receipt;
  }

  /** How many records go and stay. */
  private record Tally(long forgotten, long held) {}

  private static boolean isHeld(Partition partition) {
    return partition.day().equals(Partition.HELD);
  }

  private static Tally tally(Path data, Manifest manifest, List<Partition> dropped)
      throws IOException {
    long all = dropped.stream().mapToLong(Partition::records).sum();
    if (manifest.holds().isEmpty()) {
      return new Tally(all, 0);
    }
    var count =
        new Object() {
          long held;
          long gone;
        };
    for (Partition partition : dropped) {
      int lost =
          BlockScan.records(
              data,
              partition,
              (record, _, current) -> {
                if (current && manifest.held(record)) {
                  count.held++;
                } else if (current) {
                  count.gone++;
                }
              });
      refuse(partition, lost);
    }
    return new Tally(count.gone, count.held);
  }

  private static void refuse(Partition partition, int lost) throws IOException {
    if (lost > 0) {
      throw new IOException(
          "%s: records are damaged and holds are in force, so nothing was forgotten; restore them"
                  .formatted(Partition.name(partition.day()))
              + " from a backup, or "
              + partition.remedy());
    }
  }

  /** Stale copies of records that moved to a day now gone are bytes of purged records. */
  private static void scrubMoved(Path data, Manifest manifest, Manifest.Draft draft)
      throws IOException {
    for (Partition partition : List.copyOf(draft.partitions.values())) {
      if (partition.moved() > 0) {
        draft.partitions.put(
            partition.day(), rewrite(data, manifest, partition, _ -> true).partition());
      }
    }
  }

  private static Rewriter.Result rewrite(
      Path data, Manifest manifest, Partition partition, Predicate<SubmissionRecord> keep)
      throws IOException {
    return Rewriter.rewrite(
        data, partition.day(), manifest.nextGeneration(partition.day()), List.of(partition), keep);
  }

  static PurgeReceipt erase(Path data, Manifest manifest, String user) throws IOException {
    String folded = ClueType.USER.fold(user);
    if (folded.isEmpty()) {
      throw new IllegalArgumentException("no user");
    }
    Predicate<SubmissionRecord> theirs =
        record -> ClueType.USER.of(record).contains(folded) && !manifest.held(record);
    // Every copy is read, stale ones too: no index knows those.
    Set<LocalDate> affected = new HashSet<>();
    Set<String> transactions = new HashSet<>();
    var count =
        new Object() {
          long forgotten;
          long held;
        };
    for (Partition partition : manifest.partitions().values()) {
      int lost =
          BlockScan.records(
              data,
              partition,
              (record, _, current) -> {
                if (theirs.test(record)) {
                  affected.add(partition.day());
                  transactions.add(record.transactionId());
                  transactions.addAll(record.continuationIds());
                  count.forgotten += current ? 1 : 0;
                } else if (current && ClueType.USER.of(record).contains(folded)) {
                  count.held++;
                }
              });
      if (lost > 0) {
        if (!manifest.holds().isEmpty()) {
          refuse(partition, lost);
        }
        affected.add(partition.day()); // what cannot be read may be theirs
      }
    }
    // Copies from before the opening was read do not name the user, but belong to the same mail.
    for (Partition partition : manifest.partitions().values()) {
      if (partition.stale() > 0 && !affected.contains(partition.day())) {
        BlockScan.records(
            data,
            partition,
            (record, _, current) -> {
              if (!current && transactions.contains(record.transactionId())) {
                affected.add(partition.day());
              }
            });
      }
    }
    long bytes = 0;
    Manifest.Draft draft = manifest.draft();
    for (LocalDate day : affected) {
      Partition partition = manifest.partitions().get(day);
      long before = size(data, partition);
      Partition rewritten = rewrite(data, manifest, partition, theirs.negate()).partition();
      draft.partitions.put(day, rewritten);
      bytes += Math.max(0, before - size(data, rewritten));
    }
    draft.tombstones.add(Tombstones.readOrCreate(data).of(folded));
    PurgeReceipt receipt =
        new PurgeReceipt(now(), false, null, 0, count.forgotten, count.held, bytes);
    finish(data, draft, receipt, manifest.sequence());
    return receipt;
  }

  private static PurgeReceipt receipt(
      boolean dryRun, Instant before, List<Partition> dropped, Tally tally, long bytes) {
    int days = (int) dropped.stream().filter(p -> !isHeld(p)).count();
    return new PurgeReceipt(now(), dryRun, before, days, tally.forgotten, tally.held, bytes);
  }

  private static long size(Path data, Partition partition) throws IOException {
    return StoreFiles.size(partition.recordsFile(data))
        + StoreFiles.size(partition.luceneDirectory(data));
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }

  private static void finish(Path data, Manifest.Draft draft, PurgeReceipt receipt, long sequence)
      throws IOException {
    draft.receipt = Receipts.line(sequence + 1, receipt);
    Manifest next = draft.build();
    ManifestCodec.write(data, next);
    Recovery.sweep(data, next);
    Receipts.ensure(data, next);
  }
}
