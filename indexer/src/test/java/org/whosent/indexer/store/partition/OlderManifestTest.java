package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.RandomFacts;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.record.SubmissionRecord;

/**
 * MANIFEST from an older backup, beside days that were written on since: no writer takes what it
 * does not name for the rest of an interrupted change, and deletes it.
 */
class OlderManifestTest {
  private static final List<String> MANIFESTS = List.of("MANIFEST", "MANIFEST.copy");

  @TempDir Path directory;
  private Path data;
  private Path backup;
  private RecordStore store;
  private RandomFacts facts;

  @BeforeEach
  void makeStore() throws IOException {
    data = directory.resolve("data");
    backup = directory.resolve("backup");
    store = PartitionedRecordStore.open(data);
    facts = new RandomFacts(new Random(7), 3);
    commits(3);
    Trees.copy(data, backup);
  }

  private void commits(int many) throws IOException {
    for (int i = 0; i < many; i++) {
      try (Batch batch = store.begin()) {
        for (SubmissionRecord record : facts.shuffled(30)) {
          batch.add(record);
        }
        batch.commit();
      }
    }
  }

  private Set<SubmissionRecord> records() throws IOException {
    Set<SubmissionRecord> records = new HashSet<>();
    try (View view = store.view()) {
      view.search(RecordQuery.ALL).forEachRemaining(records::add);
      assertEquals(List.of(), view.warnings());
    }
    return records;
  }

  private void put(Path from) throws IOException {
    for (String name : MANIFESTS) {
      Files.write(data.resolve(name), Files.readAllBytes(from.resolve(name)));
    }
  }

  @Test
  void nothingIsDeletedThatItsSegmentsWereMergedInto() throws IOException {
    commits(20);
    Set<SubmissionRecord> all = records();
    Path aside = directory.resolve("aside");
    Trees.copy(data, aside);
    put(backup);
    List<Path> before = Trees.files(data.resolve("days"));
    List<IOException> refusals = new ArrayList<>();
    refusals.add(assertThrows(IOException.class, store::begin));
    refusals.add(
        assertThrows(
            IOException.class,
            () -> store.addHold(new Hold("h", RecordQuery.ALL, RandomFacts.START))));
    refusals.add(assertThrows(IOException.class, () -> store.purge(RandomFacts.START, false)));
    for (IOException refusal : refusals) {
      assertTrue(refusal.getMessage().contains("restore both from one backup"), refusal::toString);
    }
    assertEquals(before, Trees.files(data.resolve("days")));
    put(aside);
    commits(1);
    assertTrue(records().containsAll(all));
  }

  /** As documented: what lies beside the manifest goes back to it, and is read again. */
  @Test
  void theWholeBackupIsTakenWithWhatWasAddedSince() throws IOException {
    Set<SubmissionRecord> then = records();
    commits(2);
    put(backup);
    store.begin().close();
    assertEquals(then, records());
  }
}
