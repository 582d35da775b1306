package org.whosent.indexer.ingest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.Coverage;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.PurgeReceipt;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.lucene.LuceneRecordStore;
import org.whosent.record.FailedLogin;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;

/**
 * How fast logs are read. Not part of the build.
 *
 * <p>{@code java … org.whosent.indexer.ingest.IngestSpeed DATA-DIRECTORY|none FILE…}: with {@code
 * none} the records are thrown away, which shows the reading alone.
 */
public final class IngestSpeed {
  private IngestSpeed() {}

  public static void main(String[] arguments) throws IOException {
    boolean none = arguments[0].equals("none");
    List<String> files = Arrays.asList(arguments).subList(1, arguments.length);
    for (int round = 0; round < (none ? 5 : 1); round++) {
      try (RecordStore store =
          none ? new Discarding() : LuceneRecordStore.open(Path.of(arguments[0]))) {
        long start = System.nanoTime();
        long cpuStart = cpuNanos();
        IngestReport report =
            new Ingest(
                    store,
                    Site.UNKNOWN,
                    new IngestOptions(null, null, ZoneOffset.UTC, null),
                    new ByteArrayInputStream(new byte[0]),
                    System.err)
                .run(files);
        double seconds = Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0;
        long bytes = report.files().stream().mapToLong(FileReport::bytes).sum();
        System.out.printf(
            "%d lines, %d records, %.1f MB in %.1f s, %.2f s of CPU: %.0f lines/s, %.0f records/s,"
                + " %.1f MB/s%n",
            report.lines(),
            report.records(),
            bytes / 1e6,
            seconds,
            (cpuNanos() - cpuStart) / 1e9,
            report.lines() / seconds,
            report.records() / seconds,
            bytes / 1e6 / seconds);
      }
    }
    if (!none) {
      try (Stream<Path> all = Files.walk(Path.of(arguments[0]))) {
        long size = all.filter(Files::isRegularFile).mapToLong(p -> p.toFile().length()).sum();
        System.out.printf("%.1f MB on disk%n", size / 1e6);
      }
    }
  }

  /** Of all threads, the compiler's too. */
  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static final class Discarding implements RecordStore {
    @Override
    public Batch begin() {
      return new Batch() {
        @Override
        public boolean add(SubmissionRecord facts) {
          return true;
        }

        @Override
        public boolean add(FailedLogin login) {
          return true;
        }

        @Override
        public void state(String name, String value) {}

        @Override
        public String state(String name) {
          return null;
        }

        @Override
        public void covered(Coverage.Span span) {}

        @Override
        public void commit() {}

        @Override
        public void close() {}
      };
    }

    @Override
    public View view() {
      throw new UnsupportedOperationException();
    }

    @Override
    public PurgeReceipt purge(java.time.Instant before, boolean dryRun) {
      throw new UnsupportedOperationException();
    }

    @Override
    public PurgeReceipt erase(String user) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int seal(java.time.Instant before) {
      return 0;
    }

    @Override
    public int mask(java.time.Instant before) {
      return 0;
    }

    @Override
    public void rebuild(LocalDate day) {}

    @Override
    public List<Hold> holds() {
      return List.of();
    }

    @Override
    public void addHold(Hold hold) {}

    @Override
    public boolean releaseHold(String name) {
      return false;
    }

    @Override
    public void close() {}
  }
}
