package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
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
import java.util.function.UnaryOperator;
import org.whosent.indexer.store.Actor;
import org.whosent.indexer.store.PurgeReceipt;
import org.whosent.indexer.store.segment.BlockCache;
import org.whosent.indexer.store.segment.Compression;
import org.whosent.indexer.store.segment.Ordinals;
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
      bytes += partition.bytes();
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
        Partition earlier = manifest.partitions().get(Partition.HELD);
        Rewriter.Result result =
            Rewriter.rewrite(
                data,
                manifest.hash(),
                Partition.HELD,
                earlier == null ? 1 : earlier.nextSegment(),
                dropped,
                record -> manifest.held(record) ? record : null,
                Compression.OPEN);
        Partition held = result.partition(Partition.HELD, false);
        draft.partitions.put(Partition.HELD, held);
        bytes -= held.bytes();
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
          PartitionScan.records(
              data,
              partition,
              (record, current) -> {
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

  static void refuse(Partition partition, int lost) throws IOException {
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
        put(draft, rewrite(data, manifest, partition, record -> record));
      }
    }
  }

  /** A partition without records is none. */
  private static void put(Manifest.Draft draft, Partition partition) {
    if (partition.segments().isEmpty()) {
      draft.partitions.remove(partition.day());
    } else {
      draft.partitions.put(partition.day(), partition);
    }
  }

  private static Partition rewrite(
      Path data, Manifest manifest, Partition partition, UnaryOperator<SubmissionRecord> keep)
      throws IOException {
    return Rewriter.rewrite(
            data,
            manifest.hash(),
            partition.day(),
            partition.nextSegment(),
            List.of(partition),
            keep,
            partition.sealed() ? Compression.SEALED : Compression.OPEN)
        .partition(partition.day(), partition.sealed());
  }

  static PurgeReceipt erase(Path data, Manifest manifest, String user) throws IOException {
    String folded = ClueType.USER.fold(user);
    if (folded.isEmpty()) {
      throw new IllegalArgumentException("no user");
    }
    Predicate<SubmissionRecord> theirs =
        record -> ClueType.USER.of(record).contains(folded) && !manifest.held(record);
    Affected affected = affected(data, manifest, folded, theirs);
    long bytes = 0;
    Manifest.Draft draft = manifest.draft();
    for (LocalDate day : affected.days) {
      Partition partition = manifest.partitions().get(day);
      Partition rewritten =
          rewrite(data, manifest, partition, record -> theirs.test(record) ? null : record);
      put(draft, rewritten);
      bytes += Math.max(0, partition.bytes() - rewritten.bytes());
    }
    draft.tombstones.add(Tombstones.readOrCreate(data).of(folded));
    PurgeReceipt receipt =
        new PurgeReceipt(now(), false, null, 0, affected.forgotten, affected.held, bytes);
    finish(data, draft, receipt, manifest.sequence());
    return receipt;
  }

  /** What an erasure concerns. */
  private static final class Affected {
    final Set<LocalDate> days = new HashSet<>();
    long forgotten;
    long held;
  }

  /**
   * The days that have anything of a user: keys know every copy, those that are not current too.
   * What cannot be read may be theirs, and may be what a hold keeps.
   */
  private static Affected affected(
      Path data, Manifest manifest, String folded, Predicate<SubmissionRecord> theirs)
      throws IOException {
    Affected affected = new Affected();
    Set<String> transactions = new HashSet<>();
    for (Partition partition : manifest.partitions().values()) {
      try (PartitionReader reader =
          PartitionReader.open(data, partition, manifest.hash(), new BlockCache())) {
        for (PartitionReader.Part part : reader.parts()) {
          Ordinals found = part.reader().find(ClueType.USER, folded);
          int n = found == null ? Ordinals.END : found.next();
          for (; n != Ordinals.END; n = found.next()) {
            SubmissionRecord record = part.reader().record(n);
            if (theirs.test(record)) {
              affected.days.add(partition.day());
              transactions.add(record.transactionId());
              transactions.addAll(record.continuationIds());
              affected.forgotten += part.current(n) ? 1 : 0;
            } else if (part.current(n) && ClueType.USER.of(record).contains(folded)) {
              affected.held++;
            }
          }
        }
      } catch (ClosedChannelException e) {
        throw e;
      } catch (IOException _) {
        scan(data, manifest, partition, folded, theirs, affected, transactions);
      }
    }
    // Copies from before the opening was read do not name the user, but belong to the same mail.
    for (Partition partition : manifest.partitions().values()) {
      if (partition.stale() > 0 && !affected.days.contains(partition.day())) {
        PartitionScan.records(
            data,
            partition,
            (record, current) -> {
              if (!current && transactions.contains(record.transactionId())) {
                affected.days.add(partition.day());
              }
            });
      }
    }
    return affected;
  }

  /** The same for a day whose keys cannot be trusted: every record is looked at. */
  private static void scan(
      Path data,
      Manifest manifest,
      Partition partition,
      String folded,
      Predicate<SubmissionRecord> theirs,
      Affected affected,
      Set<String> transactions)
      throws IOException {
    int lost =
        PartitionScan.records(
            data,
            partition,
            (record, current) -> {
              if (theirs.test(record)) {
                transactions.add(record.transactionId());
                transactions.addAll(record.continuationIds());
                affected.forgotten += current ? 1 : 0;
              } else if (current && ClueType.USER.of(record).contains(folded)) {
                affected.held++;
              }
            });
    if (lost > 0 && !manifest.holds().isEmpty()) {
      refuse(partition, lost);
    }
    affected.days.add(partition.day());
  }

  private static PurgeReceipt receipt(
      boolean dryRun, Instant before, List<Partition> dropped, Tally tally, long bytes) {
    int days = (int) dropped.stream().filter(p -> !isHeld(p)).count();
    return new PurgeReceipt(now(), dryRun, before, days, tally.forgotten, tally.held, bytes);
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }

  private static void finish(Path data, Manifest.Draft draft, PurgeReceipt receipt, long sequence)
      throws IOException {
    draft.receipt = Receipts.line(sequence + 1, receipt, Actor.current());
    Manifest next = draft.build();
    ManifestCodec.write(data, next);
    Recovery.sweep(data, next);
    Receipts.ensure(data, next);
  }
}
