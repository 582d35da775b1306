package org.whosent.indexer.store.segment.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.bytes.Quota;
import org.whosent.indexer.store.bytes.SegmentBytes;
import org.whosent.indexer.store.bytes.SpentQuota;

/** Keys of every kind give what they were given, nothing else, and nothing from damaged bytes. */
class KeysTest {
  @TempDir Path directory;

  /** What numbers are, and how pages are made. */
  private enum Kind {
    PAGED,
    RANGED,
    BLOCKS,
    GROUPS,
    RUNS
  }

  /** Some keys and what is right of them. */
  private static final class Keys {
    final Kind kind;
    final int records;
    final int[] firsts;
    final byte[] bytes;
    final KeyReader reader;

    /** Numbers of records, or first ones of runs, by what is kept of the hash. */
    final TreeMap<Long, TreeSet<Integer>> numbers = new TreeMap<>();

    final Map<Integer, Integer> runs = new TreeMap<>();

    Keys(Random random, Kind kind, int records, int hashes, int crowd) throws IOException {
      this.kind = kind;
      this.records = records;
      List<Integer> blocks = new ArrayList<>(List.of(0));
      for (int n = 1 + random.nextInt(8); n < records; n += 1 + random.nextInt(8)) {
        blocks.add(n);
      }
      firsts = blocks.stream().mapToInt(i -> i).toArray();
      KeyWriter writer =
          kind == Kind.RUNS
              ? KeyWriter.ofRuns()
              : kind == Kind.GROUPS ? new KeyWriter(KeyFormat.ANCHOR_BITS) : new KeyWriter();
      TreeMap<Long, TreeSet<Integer>> given = new TreeMap<>();
      int run = 0;
      for (int i = 0; i < hashes; i++) {
        long hash = hash(random, crowd);
        double share = random.nextInt(8) == 0 ? random.nextDouble() : 1.0 / records;
        int have = 1 + (int) (share * Math.min(records, 3000) * random.nextDouble());
        for (int k = 0; k < have && run < records; k++) {
          int number = random.nextInt(records);
          if (kind == Kind.RUNS) {
            number = run;
            int length = Math.min(records - run, 1 + (random.nextInt(9) == 0 ? 500 : 2));
            runs.put(number, length);
            run += length;
            writer.addRun(hash, number, length);
          } else {
            writer.add(hash, number);
          }
          given.computeIfAbsent(hash, _ -> new TreeSet<>()).add(number);
        }
      }
      switch (kind) {
        case RANGED -> writer.inRanges();
        case BLOCKS -> writer.inBlocks(firsts, firsts.length);
        case GROUPS -> writer.inGroups(firsts, firsts.length);
        default -> {}
      }
      bytes = writer.finish(records);
      reader = open(bytes);
      int shift = Long.SIZE - reader.head.kept();
      given.forEach(
          (hash, all) -> numbers.computeIfAbsent(hash >>> shift, _ -> new TreeSet<>()).addAll(all));
    }

    KeyReader open(byte[] of) throws IOException {
      return KeyReader.open(new KeyBytes(of), true, firsts.length);
    }

    /** The same read from a file, of which nothing is kept. */
    KeyReader fromFile(Path file, Quota quota) throws IOException {
      Files.write(file, bytes);
      SegmentBytes in = new SegmentBytes(file, bytes.length, quota);
      return KeyReader.open(new KeyBytes(in, 0, bytes.length, quota), true, firsts.length);
    }

    /** Most have so many bits in common, if any have. */
    static long hash(Random random, int crowd) {
      long hash = random.nextLong();
      boolean with = crowd > 0 && random.nextInt(20) > 0;
      return with ? 0x5a5a5_5a5a5a_5a5a5L << Long.SIZE - crowd | hash >>> crowd : hash;
    }

    static int crowd(Random random) {
      return new int[] {0, 0, 0, 6, 20}[random.nextInt(5)];
    }

    int block(int number) {
      int place = java.util.Arrays.binarySearch(firsts, number);
      return place < 0 ? -place - 2 : place;
    }

    /** All records that those numbers stand for. */
    TreeSet<Integer> right(long kept) {
      TreeSet<Integer> all = new TreeSet<>();
      TreeSet<Integer> of = numbers.getOrDefault(kept, all);
      TreeSet<Integer> blocks = new TreeSet<>();
      of.forEach(n -> blocks.add(kind == Kind.GROUPS ? block(n) >> KeyFormat.GROUP : block(n)));
      boolean few = kind == Kind.BLOCKS && blocks.size() <= KeyFormat.FEW_BLOCKS;
      if (kind == Kind.GROUPS || few) {
        return blocks;
      }
      for (int n : of) {
        for (int k = kind == Kind.RUNS ? runs.get(n) : 1; k > 0; k--) {
          all.add(n + k - 1);
        }
      }
      return all;
    }

    /** Asks for a hash; what comes is right. */
    void ask(KeyReader asked, long hash, String say) throws IOException {
      long kept = hash >>> (Long.SIZE - reader.head.kept());
      Ordinals found = asked.find(hash);
      if (!numbers.containsKey(kept)) {
        assertNull(found, say);
        return;
      }
      assertNotNull(found, say);
      List<Integer> all = new ArrayList<>();
      boolean blocks = found instanceof KeyReader.InGroups;
      Ordinals each = found instanceof KeyReader.InGroups in ? in.groups() : found;
      for (int n = each.next(); n != Ordinals.END; n = each.next()) {
        all.add(n);
      }
      assertEquals(new ArrayList<>(right(kept)), all, say);
      if (!blocks) {
        assertTrue(kind != Kind.GROUPS, say);
      }
    }
  }

  @Test
  void everyKeyIsFoundAndNoOther() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      Kind kind = Kind.values()[round % Kind.values().length];
      int records = 1 + random.nextInt(random.nextBoolean() ? 40 : 60_000);
      int hashes = random.nextInt(random.nextBoolean() ? 4 : 3000);
      String say = "seed " + seed + ", round " + round;
      Keys keys = new Keys(random, kind, records, hashes, Keys.crowd(random));
      keys.reader.verify();
      assertEquals(keys.bytes.length, keys.reader.length(), say);
      Quota quota = round % 3 == 0 ? new Quota() : SpentQuota.spent();
      KeyReader fromFile = keys.fromFile(directory.resolve("keys" + round), quota);
      fromFile.verify();
      int shift = Long.SIZE - keys.reader.head.kept();
      for (long kept : keys.numbers.keySet()) {
        long hash = kept << shift | random.nextLong() >>> 1 >>> 63 - shift;
        keys.ask(keys.reader, hash, say);
        keys.ask(fromFile, hash, say);
      }
      for (int i = 0; i < 2000; i++) {
        long hash = Keys.hash(random, Keys.crowd(random));
        keys.ask(keys.reader, hash, say);
        keys.ask(fromFile, hash, say);
      }
      for (long edge : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
        keys.ask(keys.reader, edge, say);
        keys.ask(fromFile, edge, say);
      }
    }
  }

  /** Nobody can choose hashes, but if they all fell into one page it would be a large one. */
  @Test
  void aPageMayBeLarge() throws IOException {
    Random random = new Random(3);
    Keys keys = new Keys(random, Kind.RANGED, 70_000, 40_000, 6);
    assertEquals(4, keys.reader.head.placeBytes());
    keys.reader.verify();
    int shift = Long.SIZE - keys.reader.head.kept();
    for (long kept : keys.numbers.keySet()) {
      if (random.nextInt(20) == 0) {
        keys.ask(keys.reader, kept << shift, "crowded");
      }
    }
    assertEquals(2, new Keys(random, Kind.RANGED, 70_000, 40_000, 0).reader.head.placeBytes());
  }

  @Test
  void whatAFlippedBitHidesIsTold() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int told = 0;
    for (int round = 0; round < 300; round++) {
      Kind kind = Kind.values()[round % Kind.values().length];
      Keys keys = new Keys(random, kind, 1 + random.nextInt(3000), 40, Keys.crowd(random));
      byte[] bytes = keys.bytes.clone();
      int bit = random.nextInt(bytes.length * 8);
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      String say = "seed " + seed + ", round " + round + ", bit " + bit;
      assertThrows(IOException.class, () -> keys.open(bytes).verify(), say);
      int shift = Long.SIZE - keys.reader.head.kept();
      for (long kept : keys.numbers.keySet()) {
        try {
          KeyReader damaged = keys.open(bytes);
          keys.ask(damaged, kept << shift, say);
        } catch (IOException _) {
          told++;
        }
      }
    }
    assertTrue(told > 1000, "damage was hardly met: " + told);
  }

  @Test
  void keysOfEveryFrequencyAreFound() throws IOException {
    Random random = new Random(4);
    for (int records : new int[] {1, 2, 3, 31, 33, 1000, 70_000}) {
      KeyWriter writer = new KeyWriter();
      Map<Long, TreeSet<Integer>> expected = new HashMap<>();
      for (int key = 0; key < 60; key++) {
        long hash = random.nextLong();
        TreeSet<Integer> numbers = new TreeSet<>();
        double share = Math.pow(random.nextDouble(), 4);
        boolean crowded = random.nextBoolean();
        for (int i = 0; i < records; i++) {
          if (crowded ? i < records * share || i == records - 1 : random.nextDouble() < share) {
            numbers.add(i);
            writer.add(hash, i);
          }
        }
        if (!numbers.isEmpty()) {
          expected.put(hash, numbers);
        }
      }
      KeyReader reader = KeyReader.open(new KeyBytes(writer.finish(records)));
      reader.verify();
      for (Map.Entry<Long, TreeSet<Integer>> each : expected.entrySet()) {
        assertEquals(new ArrayList<>(each.getValue()), all(reader.find(each.getKey())));
      }
    }
    KeyReader empty = KeyReader.open(new KeyBytes(new KeyWriter().finish(9)));
    assertNull(empty.find(0));
    assertNull(empty.find(-1));
  }

  private static List<Integer> all(Ordinals ordinals) throws IOException {
    List<Integer> all = new ArrayList<>();
    for (int n = ordinals.next(); n != Ordinals.END; n = ordinals.next()) {
      all.add(n);
    }
    return all;
  }
}
