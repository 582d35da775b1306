package org.whosent.indexer.store.lucene;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.whosent.indexer.store.TransactionFold;
import org.whosent.record.JournalCodec;
import org.whosent.record.SubmissionRecord;

/**
 * Writes a partition anew from records files, as its next generation: the way to erase, to let go
 * of stale copies, and to get an index back. The old files stay until a manifest names the new
 * ones. Stateless.
 */
final class Rewriter {
  private Rewriter() {}

  /** What came of it: {@code lost} counts the damaged stretches that were left out. */
  record Result(Partition partition, long kept, long dropped, int lost) {}

  /**
   * Writes the partition.
   *
   * @param sources whose current records are taken
   * @param keep which of them
   */
  static Result rewrite(
      Path data,
      LocalDate day,
      int generation,
      List<Partition> sources,
      Predicate<SubmissionRecord> keep)
      throws IOException {
    var count =
        new Object() {
          long kept;
          long dropped;
          int lost;
        };
    for (Partition source : sources) {
      count.lost += BlockScan.damage(data, source);
    }
    // A lost block may have held the word that some copy is stale: then copies meet again.
    long[] repeated = count.lost == 0 ? new long[0] : repeated(data, sources);
    Map<String, List<SubmissionRecord>> meeting = new HashMap<>();
    Partition empty = Partition.empty(day, generation);
    StoreFiles.deleteTree(empty.recordsFile(data));
    StoreFiles.deleteTree(empty.luceneDirectory(data));
    Partition written;
    try (PartitionWriter writer = new PartitionWriter(data, empty, null)) {
      for (Partition source : sources) {
        BlockScan.records(
            data,
            source,
            (record, json, current) -> {
              if (!current) {
                return;
              }
              if (!keep.test(record)) {
                count.dropped++;
              } else if (Arrays.binarySearch(repeated, hash(record)) >= 0) {
                fold(meeting, record);
              } else {
                writer.put(record, json);
                count.kept++;
              }
            });
      }
      for (List<SubmissionRecord> records : meeting.values()) {
        for (SubmissionRecord record : records) {
          writer.put(record, JournalCodec.encodeRecord(record));
          count.kept++;
        }
      }
      written = writer.commit();
    }
    PartitionWriter.settled(empty.directory(data));
    return new Result(
        new Partition(
            day,
            generation,
            written.recordsLength(),
            written.commit(),
            count.kept,
            0,
            0,
            count.lost),
        count.kept,
        count.dropped,
        count.lost);
  }

  private static void fold(Map<String, List<SubmissionRecord>> meeting, SubmissionRecord record) {
    List<SubmissionRecord> known =
        meeting.computeIfAbsent(record.transactionId(), _ -> new ArrayList<>());
    TransactionFold fold = TransactionFold.of(known, record);
    known.removeAll(fold.replaced());
    known.add(fold.record());
  }

  /** Hashes of the transaction IDs that come more than once, sorted. */
  private static long[] repeated(Path data, List<Partition> sources) throws IOException {
    var seen =
        new Object() {
          long[] hashes = new long[1024];
          int count;
        };
    for (Partition source : sources) {
      BlockScan.records(
          data,
          source,
          (record, _, current) -> {
            if (current) {
              if (seen.count == seen.hashes.length) {
                seen.hashes = Arrays.copyOf(seen.hashes, seen.count * 2);
              }
              seen.hashes[seen.count++] = hash(record);
            }
          });
    }
    Arrays.sort(seen.hashes, 0, seen.count);
    int repeated = 0;
    for (int i = 1; i < seen.count; i++) {
      if (seen.hashes[i] == seen.hashes[i - 1]) {
        seen.hashes[repeated++] = seen.hashes[i];
      }
    }
    return Arrays.copyOf(seen.hashes, repeated);
  }

  private static long hash(SubmissionRecord record) {
    String id = record.transactionId();
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }
}
