package org.whosent.indexer.store.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Micros;
import org.whosent.indexer.store.bytes.Quota;
import org.whosent.indexer.store.segment.key.Ordinals;
import org.whosent.indexer.store.segment.key.SipHash;
import org.whosent.record.ClueType;
import org.whosent.record.MessageIds;
import org.whosent.record.Network;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * A copy without some records answers as a segment that was written of the others, and has nothing
 * of those. More rounds with {@code -Dwhosent.rounds=N}.
 */
class SegmentCopyTest {
  private static final int ROUNDS = Integer.getInteger("whosent.rounds", 12);

  /** These two copy blocks, leave some out and change a dictionary; few others do all of that. */
  private static final long[] SEEDS = {3, 0};

  private static final SipHash HASH = new SipHash(new byte[SipHash.KEY_BYTES]);
  private static final String PLANTED = "plantedword";
  private static final SegmentWriter.Bounds FILTERED =
      new SegmentWriter.Bounds(SegmentWriter.MAX_ROWS, 1L << 30, 1L << 30, 1);

  @TempDir Path directory;

  private Random random;
  private int copies;
  private int copiedBlocks;
  private int changedDictionaries;
  private int goneBlocks;

  private SegmentInfo write(int number, List<SubmissionRecord> records, Compression compression)
      throws IOException {
    SegmentFormat.delete(directory, number);
    try (SegmentWriter writer = new SegmentWriter(directory, number, compression, HASH, FILTERED)) {
      for (SubmissionRecord record : records) {
        writer.add(record);
      }
      return writer.finish();
    }
  }

  private SegmentInfo copy(SegmentInfo info, BitSet without, int number) throws IOException {
    SegmentFormat.delete(directory, number);
    return SegmentCopy.write(directory, info, without, HASH, directory, number, 1);
  }

  private SegmentReader open(SegmentInfo info) throws IOException {
    return new SegmentReader(directory, info, HASH, new BlockCache());
  }

  private List<SubmissionRecord> read(SegmentInfo info) throws IOException {
    List<SubmissionRecord> records = new ArrayList<>();
    try (SegmentReader reader = open(info)) {
      for (int i = 0; i < info.rows(); i++) {
        records.add(reader.record(i));
      }
    }
    return records;
  }

  private List<Path> files(SegmentInfo info) {
    List<Path> files = new ArrayList<>();
    files.add(SegmentFormat.recordsFile(directory, info.number()));
    files.add(SegmentFormat.indexFile(directory, info.number()));
    if (info.privateBytes() >= 0) {
      files.add(SegmentFormat.privateFile(directory, info.number()));
    }
    return files;
  }

  /** Users of some records each, some of whom have a word in all that can be searched or read. */
  private List<SubmissionRecord> records(int count, int users, boolean odd) {
    AnyRecords any = new AnyRecords(random.nextLong());
    List<SubmissionRecord> records = new ArrayList<>();
    for (SubmissionRecord each : any.newestFirst(count)) {
      SubmissionRecord.Builder b = each.toBuilder();
      int user = random.nextInt(users);
      if (!odd || random.nextInt(3) > 0) {
        b.user = "user" + user + "@example.com";
        b.mailFrom = random.nextInt(3) == 0 ? "User" + user + "@Example.com" : b.mailFrom;
        b.client = "192.0.2." + random.nextInt(1 + 2 * users);
      }
      if (b.messageId != null && MessageIds.bare(b.messageId) != null) {
        b.messageId = null; // which is not found within a block by what is in its brackets
      }
      if (!odd && user % 5 == 0) {
        plant(b, user, random.nextInt(1 << 20));
      }
      records.add(b.build());
    }
    return records;
  }

  private static void plant(SubmissionRecord.Builder b, int user, int number) {
    String word = PLANTED + user + "x";
    b.user = word + "@example.com";
    b.localUser = word + "local";
    b.transactionId = word + "t" + number;
    b.messageId = "<" + number + word + "@example.com>";
    b.headerFrom = word + " <" + word + "@example.com>";
    b.mailFrom = word + "@sender.example";
    b.subject = word + " subject";
    b.helo = word + ".helo.example";
    b.client = "2001:db8:" + user + "::" + Integer.toHexString(number & 0xff);
    b.clientName = word + ".client.example";
    b.aliases = List.of(word + "alias" + number);
    b.recipients =
        List.of(
            new Recipient(
                "to@" + word + ".example", null, null, null, null, null, word, word + "n", null));
  }

  @Test
  void aCopyAnswersAsWhatIsWrittenAnew() throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      Long only = Long.getLong("whosent.seed");
      long seed = only != null ? only : round < SEEDS.length ? SEEDS[round] : System.nanoTime();
      random = new Random(seed);
      try {
        course();
      } catch (AssertionError | IOException | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    System.out.printf(
        "SegmentCopyTest: %d copies, %d blocks copied, %d gone, %d changed dictionaries%n",
        copies, copiedBlocks, goneBlocks, changedDictionaries);
    if (Long.getLong("whosent.seed") == null && ROUNDS >= SEEDS.length) {
      assertTrue(copies > 4, "all was written anew");
      assertTrue(copiedBlocks > 100, "only " + copiedBlocks + " blocks were copied");
      assertTrue(goneBlocks > 0, "no block went");
      assertTrue(changedDictionaries > 0, "no dictionary knew anything");
    }
  }

  private void course() throws IOException {
    int rows = 5 + random.nextInt(8);
    int slice = 60 + random.nextInt(300);
    Compression compression =
        random.nextInt(3) == 0
            ? new Compression(3, rows, 0, slice)
            : new Compression(5, rows, 4 << 10, slice);
    boolean odd = random.nextInt(4) == 0;
    SegmentInfo info =
        write(1, records(200 + random.nextInt(1500), 5 + random.nextInt(60), odd), compression);
    if (random.nextInt(4) == 0) {
      info =
          new SegmentInfo(
              1,
              info.rows(),
              info.newest(),
              info.oldest(),
              info.recordsBytes(),
              -1,
              info.indexBytes());
    }
    // One after the other, each of the copy before.
    for (int number = 2; number < 6; number++) {
      List<SubmissionRecord> lying = read(info);
      BitSet without = victims(lying);
      SegmentInfo copy = copy(info, without, number);
      if (copy == null) {
        continue;
      }
      copies++;
      List<SubmissionRecord> kept = new ArrayList<>();
      Set<String> words = new TreeSet<>();
      for (int i = 0; i < lying.size(); i++) {
        if (!without.get(i)) {
          kept.add(lying.get(i));
        } else if (lying.get(i).localUser() != null
            && lying.get(i).localUser().startsWith(PLANTED)) {
          words.add(lying.get(i).localUser().replace("local", ""));
        }
      }
      kept.forEach(record -> words.remove(String.valueOf(record.localUser()).replace("local", "")));
      assertEquals(kept, read(copy), "in the order in which they lay");
      mostBlocksAreCopied(info, copy, without);
      answers(copy, kept, lying);
      SegmentInfo whole = write(90, inOrder(kept), compression);
      if (copy.privateBytes() >= 0) {
        assertEquals(clients(whole), clients(copy));
      }
      assertEquals(whole.newest(), copy.newest());
      assertEquals(whole.oldest(), copy.oldest());
      assertEquals(whole.indexBytes() / 4096, copy.indexBytes() / 4096, 1.0, "terms stay");
      for (String word : words) {
        for (Path file : files(copy)) {
          String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
          assertFalse(bytes.contains(word), () -> word + " in " + file);
          assertFalse(BlockText.contains(file, word), () -> word + " in " + file);
        }
      }
      info = copy;
    }
  }

  /** A user, or some records, or a stretch: whole blocks go, and slices. */
  private BitSet victims(List<SubmissionRecord> lying) {
    BitSet without = new BitSet();
    SubmissionRecord one = lying.get(random.nextInt(lying.size()));
    int from = random.nextInt(lying.size());
    int length = random.nextInt(1 + lying.size() / 3);
    int kind = random.nextInt(5);
    for (int i = 0; i < lying.size(); i++) {
      boolean theirs = lying.get(i).user() != null && lying.get(i).user().equals(one.user());
      boolean goes =
          switch (kind) {
            case 0 -> i >= from && i < from + length;
            case 1 -> random.nextInt(60) == 0;
            case 2 -> theirs && random.nextInt(4) > 0; // the others are under hold
            default -> theirs;
          };
      without.set(i, goes);
    }
    return without;
  }

  private static List<SubmissionRecord> inOrder(List<SubmissionRecord> records) {
    List<SubmissionRecord> sorted = new ArrayList<>(records);
    sorted.sort(Comparator.comparing(SubmissionRecord::time).reversed());
    return sorted;
  }

  private void mostBlocksAreCopied(SegmentInfo info, SegmentInfo copy, BitSet without)
      throws IOException {
    Path before = SegmentFormat.recordsFile(directory, info.number());
    Path after = SegmentFormat.recordsFile(directory, copy.number());
    Set<String> frames = BlockText.frames(before);
    int all = frames.size();
    goneBlocks += Math.max(0, all - BlockText.frames(after).size());
    boolean same = learnt(before).equals(learnt(after));
    changedDictionaries += same ? 0 : 1;
    frames.removeAll(BlockText.frames(after));
    if (same) { // else any may have wanted what went of it
      copiedBlocks += all - frames.size();
      assertTrue(frames.size() <= without.cardinality() && frames.size() <= (all + 1) / 2);
    }
  }

  private static String learnt(Path file) throws IOException {
    try (Unpacker unpacker = new Unpacker();
        SegmentFile opened =
            new SegmentFile(
                file, SegmentFormat.RECORDS_MAGIC, Files.size(file), unpacker, new Quota())) {
      return new String(opened.learnt(), StandardCharsets.ISO_8859_1);
    }
  }

  private String clients(SegmentInfo info) throws IOException {
    Path file = SegmentFormat.privateFile(directory, info.number());
    try (Unpacker unpacker = new Unpacker();
        SegmentFile opened =
            new SegmentFile(
                file, SegmentFormat.PRIVATE_MAGIC, Files.size(file), unpacker, new Quota())) {
      return new String(opened.clients(), StandardCharsets.ISO_8859_1);
    }
  }

  private static Map<SubmissionRecord, Integer> counted(List<SubmissionRecord> records) {
    Map<SubmissionRecord, Integer> counted = new HashMap<>();
    records.forEach(record -> counted.merge(record, 1, Integer::sum));
    return counted;
  }

  /** All that a segment can be asked, by what is in it and by what is not any more. */
  private void answers(SegmentInfo info, List<SubmissionRecord> kept, List<SubmissionRecord> asked)
      throws IOException {
    try (SegmentReader reader = open(info)) {
      reader.verify();
      for (ClueType type : ClueType.values()) {
        if (type == ClueType.CLIENT && info.privateBytes() < 0) {
          continue;
        }
        Map<String, List<SubmissionRecord>> expected = new HashMap<>();
        for (SubmissionRecord record : kept) {
          type.of(record)
              .forEach(v -> expected.computeIfAbsent(v, _ -> new ArrayList<>()).add(record));
        }
        Set<String> values = new HashSet<>(expected.keySet());
        asked.forEach(record -> values.addAll(type.of(record)));
        for (String value : values) {
          List<SubmissionRecord> found = new ArrayList<>();
          Ordinals numbers = reader.find(type, value);
          if (numbers != null) {
            Ordinals newestFirst =
                reader.newestFirst(numbers, Long.MIN_VALUE, Long.MAX_VALUE, Damage.REFUSED);
            for (int n = newestFirst.next(); n != Ordinals.END; n = newestFirst.next()) {
              if (type.of(reader.record(n)).contains(value)) {
                found.add(reader.record(n));
              }
            }
          }
          String what = type + " " + value;
          assertEquals(counted(expected.getOrDefault(value, List.of())), counted(found), what);
          assertEquals(
              inOrder(found).stream().map(SubmissionRecord::time).toList(),
              found.stream().map(SubmissionRecord::time).toList(),
              what);
        }
      }
      if (info.privateBytes() >= 0) {
        clients(reader, kept, Network.parse("192.0.2.0/25").orElseThrow());
        clients(reader, kept, Network.parse("2001:db8:5::/48").orElseThrow());
      }
      for (int i = 0; i < 50; i++) {
        long micros =
            Micros.of(asked.get(random.nextInt(asked.size())).time()) + random.nextInt(3) - 1;
        for (int n = reader.firstBefore(micros) - 1; n >= 0; n--) {
          assertTrue(reader.micros(n) >= micros, "older than " + micros);
        }
      }
    }
    try (SegmentScan scan = new SegmentScan(directory, info)) {
      List<SubmissionRecord> scanned = new ArrayList<>();
      for (SubmissionRecord r = scan.next(); r != null; r = scan.next()) {
        scanned.add(r);
      }
      assertEquals(0, scan.damaged());
      assertEquals(counted(kept), counted(scanned));
      assertEquals(
          inOrder(kept).stream().map(SubmissionRecord::time).toList(),
          scanned.stream().map(SubmissionRecord::time).toList());
    }
  }

  private static void clients(SegmentReader reader, List<SubmissionRecord> kept, Network network)
      throws IOException {
    List<SubmissionRecord> found = new ArrayList<>();
    Ordinals numbers = reader.clients(network);
    for (int n = numbers == null ? Ordinals.END : numbers.next();
        n != Ordinals.END;
        n = numbers.next()) {
      SubmissionRecord record = reader.record(n);
      if (ClueType.CLIENT.of(record).stream().anyMatch(network::contains)) {
        found.add(record);
      }
    }
    assertEquals(
        counted(
            kept.stream()
                .filter(r -> ClueType.CLIENT.of(r).stream().anyMatch(network::contains))
                .toList()),
        counted(found),
        network.toString());
  }

  /** The first blocks are those that the dictionary is trained on. */
  @Test
  void noDictionaryRemembersWhoIsGone() throws IOException {
    random = new Random(7);
    int remembered = 0;
    for (int round = 0; round < 4; round++) {
      List<SubmissionRecord> records = records(1200, 30, false);
      SegmentInfo info = write(1, records, new Compression(19, 8, 16 << 10, 1200));
      List<SubmissionRecord> lying = read(info);
      for (int user = 0; user < 30; user += 5) {
        String word = PLANTED + user + "x";
        remembered += learnt(SegmentFormat.recordsFile(directory, 1)).contains(word) ? 1 : 0;
        BitSet without = new BitSet();
        for (int i = 0; i < lying.size(); i++) {
          without.set(i, String.valueOf(lying.get(i).user()).startsWith(word));
        }
        SegmentInfo copy = copy(info, without, 2);
        if (copy != null) {
          for (Path file : files(copy)) {
            assertFalse(BlockText.contains(file, word), () -> word + " in " + file);
          }
          try (SegmentReader reader = open(copy)) {
            reader.verify();
          }
        }
      }
    }
    assertTrue(remembered > 0, "no dictionary was trained on any of them");
  }

  @Test
  void onlyWhatNoOtherBlockHasGoesFromADictionary() {
    String tables = "t".repeat(300);
    byte[] dictionary = bytes(tables + "alice@example.com, bob@example.com, mallory");
    Traces traces = new Traces(dictionary);
    traces.losing(bytes("user bob@example.com, and ice@example.com,"));
    assertTrue(traces.staying(bytes("user alice@example.com, ob@example.com, ")), "bob is left");
    String left = new String(traces.removed(), StandardCharsets.ISO_8859_1);
    assertFalse(left.contains("bob@example"), left);
    assertTrue(left.contains("alice@example.com"), left);
    assertTrue(left.endsWith("mallory"), left);
    assertEquals(dictionary.length, left.length());

    Traces none = new Traces(dictionary);
    none.losing(bytes("nothing of it"));
    assertFalse(none.staying(bytes("nor here")));
    assertEquals(dictionary, none.removed(), "the same one");

    Traces early = new Traces(bytes("secret" + tables));
    early.losing(bytes("a secret"));
    assertNull(early.removed(), "in its tables, perhaps");
  }

  /** Who makes it hard to tell makes nobody wait. */
  @Test
  void textsThatRepeatThemselvesDoNotTakeForEver() {
    byte[] dictionary = new byte[64 << 10];
    Traces traces = new Traces(dictionary);
    traces.losing(new byte[1 << 20]);
    assertNull(traces.removed());
  }

  @Test
  void whatCannotBeCopiedIsLeftToWhoWritesAnew() throws IOException {
    random = new Random(3);
    List<SubmissionRecord> records = records(300, 6, false);
    BitSet some = new BitSet();
    some.set(3);
    SegmentInfo byTime = write(1, records, Compression.OPEN);
    assertNull(copy(byTime, some, 2));
    SegmentInfo byUser = write(1, records, Compression.COMPACTED);
    BitSet most = new BitSet();
    for (int i = 0; i < 300; i += 50) {
      most.set(i);
    }
    assertNull(copy(byUser, most, 2));
    assertNotNull(copy(byUser, some, 2));
    assertNotEquals(byUser, copy(byUser, some, 2));
  }

  /** Nothing of a damaged file is copied, with checksums that then say that it is sound. */
  @Test
  void damageIsNotCopied() throws IOException {
    long seed = System.nanoTime();
    random = new Random(seed);
    SegmentInfo info = write(1, records(600, 12, false), new Compression(5, 8, 4 << 10, 200));
    List<SubmissionRecord> lying = read(info);
    BitSet some = new BitSet();
    some.set(random.nextInt(info.rows()));
    List<SubmissionRecord> kept = new ArrayList<>(lying);
    kept.remove(some.nextSetBit(0));
    int noticed = 0;
    for (Path file :
        List.of(SegmentFormat.recordsFile(directory, 1), SegmentFormat.privateFile(directory, 1))) {
      byte[] sound = Files.readAllBytes(file);
      for (int i = 0; i < 300; i++) {
        byte[] damaged = sound.clone();
        int bit = random.nextInt(sound.length * 8);
        damaged[bit / 8] ^= (byte) (1 << bit % 8);
        Files.write(file, damaged);
        try {
          SegmentInfo copy = copy(info, some, 2);
          if (copy != null) {
            // it was in the keys
            assertEquals(kept, read(copy), "seed " + seed + ", bit " + bit + " of " + file);
          }
        } catch (IOException _) {
          noticed++;
        }
      }
      Files.write(file, sound);
    }
    assertTrue(noticed > 100, "only " + noticed + " noticed");
  }

  private static byte[] bytes(String text) {
    return new Bytes(text.length()).put(text).toArray();
  }
}
