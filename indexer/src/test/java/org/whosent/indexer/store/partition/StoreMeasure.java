package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.record.ClueType;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionId;

/**
 * Measures the store; run by hand: {@code StoreMeasure DIRECTORY RECORDS DAYS BATCH}. Prints
 * records a second, bytes a record, and look-up times. A look-up's figure includes reading the
 * record.
 */
public final class StoreMeasure {
  private static final Instant START = Instant.parse("2026-10-01T00:00:00Z");

  private StoreMeasure() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    Path data = Path.of(args[0]);
    int records = Integer.parseInt(args[1]);
    int days = Integer.parseInt(args[2]);
    int batchSize = Integer.parseInt(args[3]);
    RecordStore store = PartitionedRecordStore.open(data);
    ingest("first", store, records, days, batchSize);
    try (View view = store.view()) {
      long bytes = view.status().days().stream().mapToLong(d -> d.bytes()).sum();
      System.out.printf("bytes/record: %.1f%n", (double) bytes / records);
    }
    ingest("again", store, records / 5, days, batchSize);
    look(store, records, days);
    long start = System.nanoTime();
    store.purge(START.plusSeconds(86_400), false);
    System.out.printf("purge of a day: %.1f ms%n", (System.nanoTime() - start) / 1e6);
  }

  private static void ingest(String what, RecordStore store, int records, int days, int batchSize)
      throws IOException {
    Random random = new Random(1);
    long nanos = 0;
    long cpuNanos = 0;
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    int done = 0;
    while (done < records) {
      List<SubmissionRecord> made = new ArrayList<>();
      for (int i = 0; i < batchSize && done < records; i++, done++) {
        made.add(record(random, done, records, days));
      }
      long start = System.nanoTime();
      long startCpu = threads.getCurrentThreadCpuTime();
      try (Batch batch = store.begin()) {
        for (SubmissionRecord record : made) {
          batch.add(record);
        }
        batch.commit();
      }
      nanos += System.nanoTime() - start;
      cpuNanos += threads.getCurrentThreadCpuTime() - startCpu;
    }
    System.out.printf(
        "%s: %d records, %.0f records/s, %.0f records per CPU second, %.1f ms a batch%n",
        what,
        records,
        records / (nanos / 1e9),
        records / (cpuNanos / 1e9),
        nanos / 1e6 / ((records + batchSize - 1) / batchSize));
  }

  private static void look(RecordStore store, int records, int days) throws IOException {
    try (View view = store.view()) {
      for (ClueType type :
          List.of(
              ClueType.TRANSACTION_ID, ClueType.MESSAGE_ID, ClueType.USER, ClueType.RECIPIENT)) {
        Random random = new Random(1);
        List<String> values = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
          SubmissionRecord record = record(random, i, records, days);
          values.add(type.of(record).getFirst());
        }
        long[] nanos = new long[values.size()];
        for (int i = 0; i < nanos.length; i++) {
          long start = System.nanoTime();
          if (view.find(type, values.get(i), 20).isEmpty()) {
            throw new IllegalStateException("not found: " + values.get(i));
          }
          nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        System.out.printf(
            "%s: p50 %.0f us, p99 %.0f us%n",
            type, nanos[nanos.length / 2] / 1e3, nanos[nanos.length * 99 / 100] / 1e3);
      }
    }
  }

  private static SubmissionRecord record(Random random, int number, int records, int days) {
    long millis = START.toEpochMilli() + (long) number * days * 86_400_000L / records;
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    b.time = Instant.ofEpochMilli(millis);
    b.transactionId =
        new TransactionId(millis, 1, number & 0xFFFF, random.nextLong() >>> 14).toString();
    b.host = "mail.example.com";
    b.service = "submission";
    b.protocol = "ESMTPSA";
    b.origin = Origin.AUTHENTICATED;
    String user = "user" + (int) Math.abs(random.nextGaussian() * 20_000) + "@example.com";
    b.user = user;
    b.mechanism = "PLAIN";
    b.client = "203.0." + random.nextInt(256) + "." + random.nextInt(256);
    b.clientPort = 1024 + random.nextInt(60_000);
    b.helo = "[192.168.1." + random.nextInt(256) + "]";
    b.tlsVersion = "TLSv1.3";
    b.tlsCipher = "TLS_AES_256_GCM_SHA384";
    b.mailFrom = user;
    b.messageId = "<%016x.%08x@example.com>".formatted(random.nextLong(), random.nextInt());
    b.size = 1000L + random.nextInt(100_000);
    b.recipients =
        List.of(
            new Recipient(
                "someone" + random.nextInt(500_000) + "@d" + random.nextInt(3000) + ".test",
                null,
                false,
                Outcome.DELIVERED,
                "2.0.0",
                "250 2.0.0 Ok: queued as 4XyZ" + Long.toString(random.nextLong() >>> 30, 36),
                "mx.test[198.51.100.1]:25",
                "4XyZ" + Long.toString(random.nextLong() >>> 30, 36),
                b.time.plusMillis(900)));
    b.bodyDigest = "%016x%016x".formatted(random.nextLong(), random.nextLong());
    b.textDigest = "%016x%016x".formatted(random.nextLong(), random.nextLong());
    b.provenance =
        List.of(new SourceLine("journal", number * 700L, "%016x".formatted(random.nextLong())));
    return b.build();
  }
}
