package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;

/** The ingest and the store that it has in the field, together. */
class IngestIntoStoreTest {
  @TempDir Path directory;

  private Path[] logs() throws IOException {
    Path logs = Files.createDirectory(directory.resolve("logs"));
    List<Path> files = new ArrayList<>();
    for (String file : Fixtures.ISO) {
      files.add(Fixtures.put(logs, "postfix", file, Fixtures.MODIFIED));
    }
    files.add(Fixtures.put(logs, "journal", "logs/journal-20261123-0001.jsonl", Fixtures.MODIFIED));
    return files.toArray(Path[]::new);
  }

  private static List<SubmissionRecord> expected(Path[] logs) throws IOException {
    InMemoryRecordStore memory = Fixtures.store();
    Fixtures.run(memory, logs);
    return Fixtures.recordsWithLines(memory);
  }

  @Test
  void recordsAreThoseOfTheStoreThatIsObviouslyRight() throws IOException {
    Path[] logs = logs();
    Path data = directory.resolve("data");
    for (int round = 0; round < 2; round++) {
      try (RecordStore store = PartitionedRecordStore.open(data)) {
        IngestReport report = Fixtures.run(store, logs);
        assertEquals(round == 0, report.lines() > 0);
        assertEquals(expected(logs), Fixtures.recordsWithLines(store));
      }
    }
  }

  @Test
  void interruptsOfTheCallingThreadNeverHarmTheStore() throws Exception {
    Path[] logs = logs();
    Path data = directory.resolve("data");
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> paths = java.util.Arrays.stream(logs).map(Path::toString).toList();
    boolean done = false;
    for (int round = 0; round < 12 && !done; round++) {
      try (RecordStore store = PartitionedRecordStore.open(data)) {
        Ingest ingest = Fixtures.ingest(store);
        ingest.linesPerCommit(1 + random.nextInt(60));
        boolean before = random.nextBoolean();
        if (before) {
          Thread.currentThread().interrupt();
        }
        IngestReport report = ingest.run(paths);
        assertEquals(before, Thread.interrupted(), "the interrupt is kept, seed " + seed);
        done = !report.interrupted();
      }
    }
    try (RecordStore store = PartitionedRecordStore.open(data)) {
      Fixtures.run(store, logs);
      assertEquals(expected(logs), Fixtures.recordsWithLines(store), "seed " + seed);
      assertTrue(store.view().verify().days().stream().allMatch(day -> day.damage() == null));
    }
  }

  @Test
  void aDamagedDayIsSaidAndDoesNotStopTheNext() throws IOException {
    Path data = directory.resolve("data");
    Path log = directory.resolve("mail.log");
    String from = "2026-11-2%dT10:00:00.000000+00:00 mail postfix/";
    String id = "4jZvxD67JpzJmxC: ";
    Files.writeString(
        log,
        from.formatted(2)
            + "smtpd[7]: "
            + id
            + "client=pc.example.com[192.0.2.7], sasl_method=PLAIN,"
            + " sasl_username=bob@example.com\n");
    try (RecordStore store = PartitionedRecordStore.open(data)) {
      assertEquals(1, Fixtures.run(store, log).records());
    }
    try (Stream<Path> all = Files.walk(data)) {
      Path records = all.filter(f -> f.toString().endsWith(".records")).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(records);
      bytes[200] ^= 1;
      Files.write(records, bytes);
    }
    Files.writeString(
        log,
        from.formatted(3)
            + "smtp[8]: "
            + id
            + "to=<a@example.net>, relay=mx.example.net[192.0.2.9]:25, delay=1,"
            + " delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)\n",
        StandardOpenOption.APPEND);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (RecordStore store = PartitionedRecordStore.open(data)) {
      IngestReport report =
          new Ingest(
                  store,
                  Site.UNKNOWN,
                  Fixtures.options(ZoneOffset.UTC, null),
                  InputStream.nullInputStream(),
                  new PrintStream(said))
              .run(List.of(log.toString()));
      assertTrue(report.failed());
      assertEquals(1, report.lines());
      String line =
          said.toString().lines().filter(l -> l.startsWith("2026-11-22: ")).findFirst().orElse("");
      assertTrue(line.contains("is damaged") && line.contains("was not joined"), said.toString());
      assertEquals(1, said.toString().lines().filter(line::equals).count());
      assertEquals(1, Fixtures.records(store).size());
    }
  }

  /** The store's values are bounded: what is known of many hosts takes several. */
  @Test
  void moreHostsAreCountedThanOneValueOfTheStoreHolds() throws IOException {
    int hosts = 400;
    StringBuilder log = new StringBuilder();
    for (int i = 0; i < hosts; i++) {
      log.append(
              "2026-11-23T10:00:00.000000+00:00 mail%d.a-department.example.com postfix/smtpd[7]: "
                  .formatted(i))
          .append("4jZvxD67JpzJmxC: client=pc.example.com[192.0.2.7], sasl_method=PLAIN,")
          .append(" sasl_username=bob@example.com\n");
    }
    Path file = Files.writeString(directory.resolve("mail.log"), log);
    try (RecordStore store = PartitionedRecordStore.open(directory.resolve("data"))) {
      Ingest ingest = Fixtures.ingest(store);
      ingest.linesPerCommit(100); // of more hosts in one commit it is the sum that is kept
      assertEquals(hosts, ingest.run(List.of(file.toString())).lines());
      List<LogStatus> all = LogStatus.of(store.view());
      assertEquals(hosts, all.size());
      assertTrue(all.stream().allMatch(each -> each.lines() == 1 && each.records() == 1));
    }
  }

  @Test
  void openEndsOfMoreLogsAreCountedThanOneValueOfTheStoreHolds() throws IOException {
    int logs = 250;
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < logs; i++) {
      Path file = directory.resolve("log-%d-of-a-rather-long-name-%s".formatted(i, "x".repeat(60)));
      Files.writeString(
          file,
          "{\"v\":1,\"type\":\"heartbeat\",\"time\":\"2026-11-23T10:00:00.%06dZ\",\"host\":\"msa.example.org\"}"
              .formatted(i));
      paths.add(file.toString());
    }
    try (RecordStore store = PartitionedRecordStore.open(directory.resolve("data"))) {
      for (int round = 0; round < 2; round++) {
        Fixtures.ingest(store).run(paths);
        List<LogStatus> all = LogStatus.of(store.view());
        assertEquals(logs, all.size());
        assertTrue(all.stream().allMatch(each -> each.lines() == 1));
      }
    }
  }

  /** As a rebuild asks that leaves something out while an index reads the log that has it. */
  @Test
  void whatIsBeingReadWhenAllIsToBeReadAgainIsReadAgainToo() throws IOException {
    for (int begun = 1; begun <= 4; begun++) {
      for (String file : List.of("logs/mail-iso.log", "logs/mail-iso.log.2.gz")) {
        Path home = Files.createDirectories(directory.resolve(begun + "/" + file).getParent());
        Path log = Fixtures.put(home, "postfix", file, Fixtures.MODIFIED);
        try (RecordStore store = PartitionedRecordStore.open(home.resolve("data"))) {
          int at = begun;
          int[] times = new int[1];
          RecordStore stepped =
              new SteppedStore(
                  store,
                  what -> {
                    if (what.equals("begin") && ++times[0] == at) {
                      Ingest.readAgain(store);
                    }
                  });
          Ingest ingest = Fixtures.ingest(stepped);
          ingest.linesPerCommit(10);
          long lines = ingest.run(List.of(log.toString())).lines();
          assertTrue(times[0] > at, times[0] + " batches");
          long again = at == 1 ? 0 : lines; // before the first look all is as if it was never read
          assertEquals(again, Fixtures.run(store, log).lines(), file + ", batch " + at);
          assertEquals(0, Fixtures.run(store, log).lines(), file + ", batch " + at);
        }
      }
    }
  }
}
