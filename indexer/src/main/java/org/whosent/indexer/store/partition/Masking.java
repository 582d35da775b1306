package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.whosent.indexer.store.segment.Compression;
import org.whosent.record.SubmissionRecord;

/**
 * Forgets who the client was and what the subject said, and keeps the record. Those columns lie in
 * files of their own, which are dropped whole; only a day of which a hold keeps records is written
 * anew, with those columns for them alone. Stateless; called under the writer's lock.
 */
final class Masking {
  private Masking() {}

  /** The record with nothing in those columns. */
  static SubmissionRecord masked(SubmissionRecord record) {
    SubmissionRecord.Builder b = record.toBuilder();
    b.client = null;
    b.clientPort = null;
    b.clientName = null;
    b.helo = null;
    b.subject = null;
    b.subjectHash = null;
    return b.build();
  }

  /** Masks the days that ended by {@code before}; says how many were not masked so far. */
  static int mask(Path data, Manifest manifest, Instant before) throws IOException {
    Instant until = Forgetting.horizon(before);
    if (manifest.maskedBefore() != null && !until.isAfter(manifest.maskedBefore())) {
      until = manifest.maskedBefore();
    }
    LocalDate firstKept = LocalDate.ofInstant(until, ZoneOffset.UTC);
    Manifest.Draft draft = manifest.draft();
    draft.maskedBefore = until;
    int days = 0;
    for (Partition partition : manifest.partitions().headMap(firstKept, false).values()) {
      if (partition.day().equals(Partition.HELD)) {
        continue; // all of it is under hold, or goes with the next purge
      }
      if (partition.segments().stream().noneMatch(s -> s.info().privateBytes() >= 0)) {
        continue;
      }
      if (!manifest.holds().isEmpty() && !hasAny(data, manifest, partition)) {
        continue; // a hold must not cause it to be written anew every night
      }
      days++;
      draft.partitions.put(partition.day(), mask(data, manifest, partition));
    }
    Manifest next = draft.build();
    ManifestCodec.write(data, next);
    Recovery.sweep(data, next);
    return days;
  }

  /** Whether any copy of a record has what no hold keeps. */
  private static boolean hasAny(Path data, Manifest manifest, Partition partition)
      throws IOException {
    boolean[] any = new boolean[1];
    int lost =
        PartitionScan.records(
            data,
            partition,
            (record, _) -> any[0] |= !manifest.held(record) && !masked(record).equals(record));
    return any[0] || lost > 0;
  }

  private static Partition mask(Path data, Manifest manifest, Partition partition)
      throws IOException {
    if (manifest.holds().isEmpty()) {
      return new Partition(
          partition.day(),
          partition.segments().stream().map(Segment::masked).toList(),
          partition.nextSegment(),
          partition.moved(),
          partition.sealed(),
          partition.lostBlocks());
    }
    Rewriter.Result result =
        Rewriter.rewrite(
            data,
            manifest.hash(),
            partition.day(),
            partition.nextSegment(),
            List.of(partition),
            record -> manifest.held(record) ? record : masked(record),
            partition.sealed() ? Compression.SEALED : Compression.OPEN);
    Forgetting.refuse(partition, result.lost());
    return result.partition(partition.day(), partition.sealed());
  }
}
