package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.record.SubmissionRecord;

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
}
