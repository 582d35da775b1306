package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.record.ClueType;
import org.whosent.record.Sketch;
import org.whosent.record.SubmissionRecord;

/**
 * A data directory of each format that was ever given out still reads as it was written; another
 * format is refused. The ZIP files are never made anew: whoever changes the format adds one, with
 * {@link #main}.
 */
class FrozenFormatTest {
  /** Of the directories of format 8 and later. */
  private static final String ERASED = "user3@example.com";

  @TempDir Path directory;

  private static void fill(RecordStore store, int format) throws IOException {
    if (format >= 5) {
      // Enough of one day for a dictionary.
      try (Batch batch = store.begin()) {
        for (SubmissionRecord record : new RandomFacts(new Random(5), 1).shuffled(2400)) {
          batch.add(format >= 6 ? withSketch(record) : record);
        }
        batch.commit();
      }
    }
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

  /** Most with a text of their own, some with one that others have too. */
  private static SubmissionRecord withSketch(SubmissionRecord record) {
    Random random = new Random(record.transactionId().hashCode());
    Random same = random.nextInt(4) > 0 ? random : new Random(random.nextInt(9));
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      text.append(same.nextInt(500)).append(' ');
    }
    SubmissionRecord.Builder with = record.toBuilder();
    with.sketch = Sketch.of(text.toString()).orElseThrow().toString();
    return with.build();
  }

  /** Makes a directory to be zipped and frozen. */
  public static void main(String[] arguments) throws IOException {
    RecordStore store = PartitionedRecordStore.open(Path.of(arguments[0]));
    store.erase(ERASED);
    fill(store, 8);
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
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
  void everyFormatReads(int format) throws IOException {
    unzip("store-format-%d.zip".formatted(format), directory);
    InMemoryRecordStore model = new InMemoryRecordStore();
    if (format >= 8) {
      model.erase(ERASED);
    }
    fill(model, format);
    RecordStore store = PartitionedRecordStore.open(directory);
    assertEquals(all(model), all(store));
    try (View view = store.view()) {
      view.verify().days().forEach(day -> assertNull(day.damage()));
      Map<String, Set<SubmissionRecord>> found = new HashMap<>();
      for (SubmissionRecord record : all(model)) {
        assertTrue(view.find(ClueType.TRANSACTION_ID, record.transactionId(), 9).contains(record));
        for (ClueType type : ClueType.values()) {
          // What was masked since is not asked for: the model has none of it either.
          for (String value : type.of(record)) {
            String clue = type + ": " + value;
            if (!found.containsKey(clue)) {
              found.put(clue, Set.copyOf(view.find(type, value, 5000)));
            }
            assertTrue(found.get(clue).contains(record), clue);
          }
        }
      }
    }
  }

  @Test
  void erasedUsersStayErased() throws IOException {
    unzip("store-format-8.zip", directory);
    RecordStore store = PartitionedRecordStore.open(directory);
    Instant at = store.erasedAt(ERASED);
    assertTrue(at.isAfter(Instant.parse("2026-11-28T00:00:00Z")), at::toString);
    assertTrue(at.isBefore(Instant.parse("2026-11-29T00:00:00Z")), at::toString);
    assertNull(store.erasedAt("user4@example.com"));
  }

  @Test
  void oneHasADictionaryThatIsPacked() throws IOException {
    unzip("store-format-5.zip", directory);
    byte[] frame = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd}; // RFC 8878, section 3.1.1
    int packed = 0;
    for (Path file : Trees.files(directory)) {
      byte[] bytes = Files.readAllBytes(file);
      boolean records = file.toString().endsWith(".records");
      // Behind the head; without a dictionary the first block's head is there.
      packed += records && Arrays.equals(bytes, 16, 20, frame, 0, 4) ? 1 : 0;
    }
    assertEquals(1, packed);
  }

  /** Of each format that was: what a flipped bit hides is told. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void noAnswerComesFromADamagedIndex(int format) throws IOException {
    unzip("store-format-%d.zip".formatted(format), directory);
    List<Path> indexes =
        Trees.files(directory).stream().filter(f -> f.toString().endsWith(".index")).toList();
    assertFalse(indexes.isEmpty());
    List<SubmissionRecord> records = List.copyOf(all(PartitionedRecordStore.open(directory)));
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int said = 0;
    for (Path index : indexes) {
      byte[] whole = Files.readAllBytes(index);
      for (int round = 0; round < 12; round++) {
        byte[] bytes = whole.clone();
        int bit = random.nextInt(bytes.length * 8);
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        Files.write(index, bytes);
        try (View view = PartitionedRecordStore.open(directory).view()) {
          for (SubmissionRecord record : records) {
            for (String domain : ClueType.RECIPIENT_DOMAIN.of(record)) {
              boolean found = view.find(ClueType.RECIPIENT_DOMAIN, domain, 1000).contains(record);
              assertTrue(
                  found || !view.warnings().isEmpty(),
                  "seed " + seed + " bit " + bit + ": a silent not-found of " + domain);
            }
          }
          said += view.warnings().isEmpty() ? 0 : 1;
        }
        try (View view = PartitionedRecordStore.open(directory).view()) {
          assertTrue(
              view.verify().days().stream().anyMatch(day -> day.damage() != null),
              "seed " + seed + " bit " + bit + ": passed over");
        }
      }
      Files.write(index, whole);
    }
    assertTrue(said > 2 * indexes.size(), "damage was hardly met: " + said);
  }

  @Test
  void anotherFormatIsRefusedAndNotMisread() throws IOException {
    unzip("store-format-2.zip", directory);
    Path manifest = Manifest.file(directory);
    String json = Files.readAllLines(manifest).getFirst();
    for (String other : List.of("1", "9", "99")) {
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
