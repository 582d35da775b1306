package org.whosent.indexer.store.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.fixtures.disk.FaultyFileSystem;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.SpentQuota;
import org.whosent.indexer.store.segment.key.KeyFilters;
import org.whosent.indexer.store.segment.key.Ordinals;
import org.whosent.indexer.store.segment.key.SipHash;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/** With filters answers are those of the keys, whatever befalls the filters. */
class KeyFiltersTest {
  private static final SipHash HASH = new SipHash(new byte[SipHash.KEY_BYTES]);
  private static final int MANY = 10_000;
  private static final Compression BY_USER = new Compression(1, 20, 0, 500);

  @TempDir Path directory;

  private final long seed = System.nanoTime();
  private final List<SubmissionRecord> records = new AnyRecords(seed).newestFirst(2000);

  private SegmentInfo write(Path to, Compression compression, int filtered) throws IOException {
    Files.createDirectories(to);
    SegmentFormat.delete(to, 1);
    SegmentWriter.Bounds bounds =
        new SegmentWriter.Bounds(SegmentWriter.MAX_ROWS, 1L << 30, 1L << 30, filtered);
    try (SegmentWriter writer = new SegmentWriter(to, 1, compression, HASH, bounds)) {
      for (SubmissionRecord record : records) {
        writer.add(record);
      }
      return writer.finish();
    }
  }

  private static SegmentReader open(Path directory, SegmentInfo info) throws IOException {
    return new SegmentReader(directory, info, HASH, new BlockCache());
  }

  private static List<Integer> numbers(SegmentReader reader, ClueType type, String clue)
      throws IOException {
    List<Integer> all = new ArrayList<>();
    Ordinals found = reader.find(type, type.fold(clue));
    for (int n = found == null ? Ordinals.END : found.next(); n != Ordinals.END; n = found.next()) {
      all.add(n);
    }
    return all;
  }

  /** Asks what is not there until the filter of its kind would be in memory. */
  private static void askOften(SegmentReader reader, ClueType type) throws IOException {
    for (int i = 0; i < KeyFilters.OFTEN; i++) {
      numbers(reader, type, "deadbeef" + i);
    }
  }

  /** Where the filters of a segment begin in the file of its records. */
  private static long filtersAt(Path directory, SegmentInfo info) throws IOException {
    byte[] bytes = Files.readAllBytes(SegmentFormat.recordsFile(directory, info.number()));
    for (int at = bytes.length - 4; at >= 0; at--) {
      if (Bytes.integer(bytes, at) == 0x57734231) {
        return at;
      }
    }
    throw new AssertionError("no filters");
  }

  @Test
  void answersAreTheSame() throws IOException {
    Path with = directory.resolve("with");
    Path without = directory.resolve("without");
    SegmentInfo filtered = write(with, BY_USER, 2000);
    SegmentInfo plain = write(without, BY_USER, 2001);
    assertTrue(filtered.recordsBytes() > plain.recordsBytes() + 1000, "filters were written");
    for (boolean room : new boolean[] {true, false}) {
      BlockCache cache = new BlockCache();
      if (!room) {
        SpentQuota.spend(cache.quota());
      }
      try (SegmentReader one = new SegmentReader(with, filtered, HASH, cache);
          SegmentReader other = open(without, plain)) {
        for (int round = 0; round < 2; round++) {
          for (SubmissionRecord record : records) {
            for (ClueType type : KeyFilters.TYPES) {
              for (String clue : type.of(record)) {
                assertEquals(
                    numbers(other, type, clue), numbers(one, type, clue), type + ", seed " + seed);
                numbers(one, type, clue + "x");
              }
            }
          }
        }
        one.verify();
      }
    }
  }

  /** The keys cannot be read any more: what still comes comes from memory. */
  @Test
  void whoAsksOftenReadsNoPageInVain() throws IOException {
    SegmentInfo info = write(directory, BY_USER, 1);
    Path file = SegmentFormat.recordsFile(directory, info.number());
    byte[] bytes = Files.readAllBytes(file);
    byte[] end = Arrays.copyOfRange(bytes, bytes.length - SegmentFoot.BYTES, bytes.length);
    long keys = SegmentFoot.read(end).keysAt();
    for (ClueType type : KeyFilters.TYPES) {
      FaultyFileSystem disk = new FaultyFileSystem(seed, directory);
      BlockCache cache = new BlockCache();
      while (cache.quota().mapKeys(1 << 20)) {
        // until no keys are mapped
      }
      try (SegmentReader reader = new SegmentReader(disk.path(directory), info, HASH, cache)) {
        askOften(reader, type);
        disk.spoil(file, keys, filtersAt(directory, info) - keys);
        int fromMemory = 0;
        for (int i = 0; i < MANY; i++) {
          try {
            assertNull(reader.find(type, "no-such-" + i));
            fromMemory++;
          } catch (IOException e) {
            assertNotNull(e.getMessage()); // its page is gone
          }
        }
        // Six or seven in a thousand look as if they were there.
        assertTrue(fromMemory > MANY * 85 / 100 && fromMemory < MANY, type + ": " + fromMemory);
      }
    }
  }

  @Test
  void damageOfThemIsNamedAndChangesNoAnswer() throws IOException {
    SegmentInfo info = write(directory, BY_USER, 1);
    Path file = SegmentFormat.recordsFile(directory, info.number());
    byte[] sound = Files.readAllBytes(file);
    int filters = (int) filtersAt(directory, info);
    int length = sound.length - SegmentFoot.BYTES - filters;
    Random random = new Random(seed);
    for (int i = 0; i < 40; i++) {
      int at = filters + (i < 24 ? i : random.nextInt(Math.min(length, 2000)));
      byte[] damaged = sound.clone();
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      try (SegmentReader reader = open(directory, info)) {
        assertThrows(IOException.class, reader::verify, "seed " + seed + ", byte " + at);
      }
      try (SegmentReader reader = open(directory, info)) {
        for (ClueType type : KeyFilters.TYPES) {
          askOften(reader, type);
          for (SubmissionRecord record : records.subList(0, 200)) {
            for (String clue : type.of(record)) {
              assertFalse(
                  type.fold(clue).length() > 0 && numbers(reader, type, clue).isEmpty(),
                  "seed " + seed + ", byte " + at + ", " + type);
            }
          }
        }
      }
    }
  }

  /** Records that lie by time are written at the speed of ingest, small days have none to spare. */
  @Test
  void othersHaveNone() throws IOException {
    assertThrows(
        AssertionError.class, () -> filtersAt(directory, write(directory, Compression.OPEN, 1)));
    SegmentInfo small = write(directory, BY_USER, 2001);
    byte[] bytes = Files.readAllBytes(SegmentFormat.recordsFile(directory, small.number()));
    int at = (int) filtersAt(directory, small);
    for (int i = 0; i < KeyFilters.TYPES.size(); i++) {
      assertEquals(0, Bytes.integer(bytes, at + 4 + 8 * i));
    }
  }
}
