package org.whosent.indexer.store.partition.renewal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.UnaryOperator;
import org.whosent.indexer.store.TransactionFold;
import org.whosent.indexer.store.bytes.Micros;
import org.whosent.indexer.store.bytes.StoreFiles;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.partition.reading.PartitionScan;
import org.whosent.indexer.store.segment.Compression;
import org.whosent.indexer.store.segment.SegmentWriter;
import org.whosent.indexer.store.segment.key.SipHash;
import org.whosent.record.SubmissionRecord;

/**
 * Writes segments anew from others: the way to merge, to seal, to erase, to let go of stale copies,
 * and to get keys back. The old files stay until a manifest names the new ones. Records stream
 * through, newest first; of each segment that reaches into the same time a block is in memory, or a
 * slice where records lie by user. Stateless. Public for batches, which mend keys and make small
 * segments one.
 */
public final class Rewriter {
  private Rewriter() {}

  /** What came of it: {@code lost} counts the damaged stretches that were left out. */
  public record Result(List<Segment> segments, int nextSegment, long kept, long dropped, int lost) {
    /** All of a partition. */
    public Partition partition(LocalDate day, boolean sealed) {
      return new Partition(day, segments, nextSegment, 0, sealed, lost);
    }
  }

  /** The same into the directory of a day. */
  public static Result rewrite(
      Path data,
      SipHash hash,
      LocalDate day,
      int first,
      List<Partition> sources,
      UnaryOperator<SubmissionRecord> keep,
      Compression compression)
      throws IOException {
    Path home = Partition.directory(data, day);
    return rewrite(data, home, hash, first, sources, null, keep, compression);
  }

  /**
   * Writes current records into new segments of a partition.
   *
   * @param home the directory they go to
   * @param first the first number that is free there
   * @param sources whose current records are taken
   * @param gone what of each segment is not current, null in it for a list that is lost; null when
   *     that is to be read
   * @param keep gives the record to write for one that was read, or null to leave it out
   */
  static Result rewrite(
      Path data,
      Path home,
      SipHash hash,
      int first,
      List<Partition> sources,
      Map<Renewal.Place, int[]> gone,
      UnaryOperator<SubmissionRecord> keep,
      Compression compression)
      throws IOException {
    StoreFiles.createDirectories(home);
    List<Source> streams = new ArrayList<>();
    try (Output output = new Output(home, first, compression, hash)) {
      for (Partition source : sources) {
        for (Segment segment : source.segments()) {
          PartitionScan.Stream stream =
              gone == null
                  ? new PartitionScan.Stream(data, source, segment)
                  : new PartitionScan.Stream(
                      data, source, segment, gone.get(Renewal.Place.of(source, segment)));
          streams.add(new Source(stream, segment));
        }
      }
      // Where a list of stale copies is lost, copies meet again.
      boolean meet = streams.stream().anyMatch(s -> s.stream.damaged() > 0);
      long[] repeated = meet ? repeated(data, sources) : new long[0];
      Map<String, List<SubmissionRecord>> meeting = new HashMap<>();
      long dropped = merge(streams, keep, output, repeated, meeting);
      List<SubmissionRecord> met = new ArrayList<>();
      meeting.values().forEach(met::addAll);
      met.sort(Comparator.comparing(SubmissionRecord::time).reversed());
      output.end();
      for (SubmissionRecord record : met) {
        output.add(record);
      }
      output.end();
      int lost = streams.stream().mapToInt(s -> s.stream.damaged()).sum();
      StoreFiles.syncDirectory(home);
      return new Result(output.segments, output.next, output.kept, dropped, lost);
    } finally {
      streams.forEach(source -> source.stream.close());
    }
  }

  /**
   * A segment that is read. None of it is read before all that is newer was: until then nothing of
   * it is in memory.
   */
  private static final class Source {
    private final PartitionScan.Stream stream;

    /** Of the record that comes next; before the first was read, none is newer. */
    private Instant time;

    private boolean begun;

    Source(PartitionScan.Stream stream, Segment segment) {
      this.stream = stream;
      this.time = Micros.time(segment.info().newest());
    }

    /** Goes to the next current record; false at the end. */
    boolean advance() {
      begun = true;
      if (!stream.advanceCurrent()) {
        return false;
      }
      time = stream.record.time();
      return true;
    }
  }

  private static long merge(
      List<Source> sources,
      UnaryOperator<SubmissionRecord> keep,
      Output output,
      long[] repeated,
      Map<String, List<SubmissionRecord>> meeting)
      throws IOException {
    PriorityQueue<Source> heads =
        new PriorityQueue<>(Comparator.comparing((Source s) -> s.time).reversed());
    heads.addAll(sources);
    long dropped = 0;
    while (!heads.isEmpty()) {
      Source source = heads.poll();
      if (source.begun) {
        SubmissionRecord kept = keep.apply(source.stream.record);
        if (kept == null) {
          dropped++;
        } else if (Arrays.binarySearch(repeated, hash(kept)) >= 0) {
          fold(meeting, kept);
        } else {
          output.add(kept);
        }
      }
      if (source.advance()) {
        heads.add(source);
      }
    }
    return dropped;
  }

  /** Segments as they fill. */
  private static final class Output implements AutoCloseable {
    private final Path home;
    private final Compression compression;
    private final SipHash hash;
    private final List<Segment> segments = new ArrayList<>();
    private SegmentWriter writer;
    private int next;
    private long kept;

    Output(Path home, int first, Compression compression, SipHash hash) {
      this.home = home;
      this.next = first;
      this.compression = compression;
      this.hash = hash;
    }

    void add(SubmissionRecord record) throws IOException {
      if (writer == null) {
        writer = new SegmentWriter(home, next++, compression, hash);
      }
      writer.add(record);
      kept++;
      if (writer.full()) {
        end();
      }
    }

    void end() throws IOException {
      if (writer != null) {
        segments.add(new Segment(writer.finish()));
        writer.close();
        writer = null;
      }
    }

    @Override
    public void close() throws IOException {
      if (writer != null) {
        writer.close();
      }
    }
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
      PartitionScan.records(
          data,
          source,
          (record, current) -> {
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
