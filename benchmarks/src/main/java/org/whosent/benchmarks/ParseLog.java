package org.whosent.benchmarks;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.whosent.indexer.ingest.FileReport;
import org.whosent.indexer.ingest.Ingest;
import org.whosent.indexer.ingest.IngestOptions;
import org.whosent.indexer.ingest.IngestReport;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.Coverage;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.PurgeReceipt;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.record.FailedLogin;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;

/**
 * Reads a log as {@code whosent index} does and throws the records away: {@code ParseLog LOG}.
 * Three times, so that the third shows what a compiled program takes: one line each, with the CPU
 * time of all threads.
 */
public final class ParseLog {
  private ParseLog() {}

  public static void main(String[] arguments) throws IOException {
    for (int round = 1; round <= 3; round++) {
      long start = System.nanoTime();
      long cpu = cpuNanos();
      IngestReport report =
          new Ingest(
                  new Nothing(),
                  Site.UNKNOWN,
                  new IngestOptions(null, "mail.example.com", ZoneOffset.UTC, null),
                  new ByteArrayInputStream(new byte[0]),
                  System.err)
              .run(List.of(Path.of(arguments[0]).toString()));
      double seconds = (System.nanoTime() - start) / 1e9;
      double cpuSeconds = (cpuNanos() - cpu) / 1e9;
      double megabytes = report.files().stream().mapToLong(FileReport::bytes).sum() / 1e6;
      System.out.printf(
          "round %d: %d lines, %d records: %.1f MB/s, %.2f s of CPU, %.1f MB per CPU second%n",
          round,
          report.lines(),
          report.records(),
          megabytes / seconds,
          cpuSeconds,
          megabytes / cpuSeconds);
    }
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** Keeps nothing. */
  private static final class Nothing implements RecordStore {
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
        public void dropped(Coverage.Span span) {}

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
    public PurgeReceipt purge(java.time.Instant before, boolean dryRun, String caseNumber) {
      throw new UnsupportedOperationException();
    }

    @Override
    public PurgeReceipt erase(String user, String caseNumber) {
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
    public int maskable(java.time.Instant before, java.time.Instant purged) {
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
    public java.time.Instant erasedAt(String user) {
      return null;
    }

    @Override
    public PurgeReceipt eraseHeld(String user, String hold, String caseNumber) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Set<String> erasedUsers(RecordQuery query) {
      return Set.of();
    }

    @Override
    public boolean releaseHold(String name) {
      return false;
    }

    @Override
    public void close() {}
  }
}
