package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32C;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RandomFacts;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/**
 * A data directory of each format that was ever given out still reads as it was written; another
 * format is refused. The ZIP files are never made anew: whoever changes the format adds one, with
 * {@link #main}.
 */
class FrozenFormatTest {
  @TempDir Path directory;

  private static void fill(RecordStore store) throws IOException {
    RandomFacts facts = new RandomFacts(new Random(2), 3);
    for (int i = 0; i < 3; i++) {
      try (Batch batch = store.begin()) {
        for (SubmissionRecord record : facts.shuffled(30)) {
          batch.add(record);
        }
        batch.commit();
      }
      if (i == 1) {
        store.seal(RandomFacts.START.plus(Duration.ofDays(2)));
        store.mask(RandomFacts.START.plus(Duration.ofDays(1)));
      }
    }
  }

  /** Makes a directory to be zipped and frozen. */
  public static void main(String[] arguments) throws IOException {
    fill(PartitionedRecordStore.open(Path.of(arguments[0])));
  }

  private static void unzip(String name, Path to) throws IOException {
    try (InputStream resource = FrozenFormatTest.class.getResourceAsStream(name);
        ZipInputStream zip = new ZipInputStream(resource)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = to.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(file.getParent());
          Files.write(file, zip.readAllBytes());
        }
      }
    }
  }

  private static Set<SubmissionRecord> all(RecordStore store) throws IOException {
    try (View view = store.view()) {
      List<SubmissionRecord> all = new ArrayList<>();
      view.search(RecordQuery.ALL).forEachRemaining(all::add);
      assertEquals(List.of(), view.warnings());
      return new HashSet<>(all);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5})
  void everyFormatReads(int format) throws IOException {
    unzip("store-format-%d.zip".formatted(format), directory);
    InMemoryRecordStore model = new InMemoryRecordStore();
    fill(model);
    RecordStore store = PartitionedRecordStore.open(directory);
    assertEquals(all(model), all(store));
    try (View view = store.view()) {
      view.verify().days().forEach(day -> assertNull(day.damage()));
      for (SubmissionRecord record : all(model)) {
        assertTrue(view.find(ClueType.TRANSACTION_ID, record.transactionId(), 9).contains(record));
        for (ClueType type : ClueType.values()) {
          // What was masked since is not asked for: the model has none of it either.
          for (String value : type.of(record)) {
            assertTrue(view.find(type, value, 1000).contains(record), type + ": " + value);
          }
        }
      }
    }
  }

  @Test
  void anotherFormatIsRefusedAndNotMisread() throws IOException {
    unzip("store-format-2.zip", directory);
    Path manifest = Manifest.file(directory);
    String json = Files.readAllLines(manifest).getFirst();
    for (String other : List.of("1", "6", "99")) {
      byte[] changed =
          json.replace("\"format\":2", "\"format\":" + other).getBytes(StandardCharsets.UTF_8);
      CRC32C crc = new CRC32C();
      crc.update(changed);
      Files.writeString(
          manifest,
          new String(changed, StandardCharsets.UTF_8)
              + "\ncrc32c:%08x\n".formatted(crc.getValue()));
      RecordStore store = PartitionedRecordStore.open(directory);
      IOException refused = assertThrows(IOException.class, store::view);
      assertTrue(refused.getMessage().contains("store format " + other), refused.getMessage());
      assertThrows(IOException.class, store::begin);
    }
  }
}
