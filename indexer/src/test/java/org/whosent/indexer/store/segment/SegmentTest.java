package org.whosent.indexer.store.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.fixtures.disk.FaultyFileSystem;
import org.whosent.indexer.store.Detail;
import org.whosent.indexer.store.RecordStoreContract;
import org.whosent.indexer.store.bytes.Micros;
import org.whosent.indexer.store.bytes.Quota;
import org.whosent.indexer.store.bytes.SpentQuota;
import org.whosent.indexer.store.segment.key.Ordinals;
import org.whosent.indexer.store.segment.key.SipHash;
import org.whosent.indexer.store.segment.text.TextIndexReader;
import org.whosent.record.ClueType;
import org.whosent.record.Recipient;
import org.whosent.record.Sketch;
import org.whosent.record.SubmissionRecord;

/** Whatever goes into a segment comes out of it, and no flipped bit is silent. */
class SegmentTest {
  private static final SipHash HASH = new SipHash(new byte[SipHash.KEY_BYTES]);

  @TempDir Path directory;

  private SegmentInfo write(List<SubmissionRecord> records, Compression compression)
      throws IOException {
    SegmentFormat.delete(directory, 1);
    try (SegmentWriter writer = new SegmentWriter(directory, 1, compression, HASH, FILTERED)) {
      for (SubmissionRecord record : records) {
        writer.add(record);
      }
      return writer.finish();
    }
  }

  /** As of large segments: what lies by user has filters. */
  private static final SegmentWriter.Bounds FILTERED =
      new SegmentWriter.Bounds(SegmentWriter.MAX_ROWS, 1L << 30, 1L << 30, 1);

  /**
   * The records in the order of their numbers, which is that of time or, where they lie by user,
   * another; all of them are there.
   */
  private List<SubmissionRecord> lying(SegmentInfo info, List<SubmissionRecord> given)
      throws IOException {
    List<SubmissionRecord> lying = new ArrayList<>();
    try (SegmentReader reader = open(info)) {
      assertEquals(given.size(), info.rows());
      for (int i = 0; i < info.rows(); i++) {
        lying.add(reader.record(i));
      }
      if (!reader.byUser()) {
        assertEquals(given, lying);
      }
    }
    Map<SubmissionRecord, Integer> count = new HashMap<>();
    given.forEach(record -> count.merge(record, 1, Integer::sum));
    lying.forEach(record -> count.merge(record, -1, Integer::sum));
    assertTrue(count.values().stream().allMatch(n -> n == 0), "all are there, each once");
    return lying;
  }

  private SegmentReader open(SegmentInfo info) throws IOException {
    return new SegmentReader(directory, info, HASH, new BlockCache());
  }

  /** As where a view has so many segments that it keeps nothing of the next one. */
  private SegmentReader openWithoutQuota(SegmentInfo info) throws IOException {
    BlockCache cache = new BlockCache();
    SpentQuota.spend(cache.quota());
    return new SegmentReader(directory, info, HASH, cache);
  }

  private static final Compression SMALL = new Compression(5, 7, 4 << 10, 0);
  private static final Compression INDEXED = new Compression(5, 7, 4 << 10, 60);

  @Test
  void withoutQuotaAnswersAreTheSame() throws IOException {
    for (Compression compression : List.of(Compression.OPEN, Compression.SEALED, SMALL, INDEXED)) {
      long seed = System.nanoTime();
      List<SubmissionRecord> given = new AnyRecords(seed).newestFirst(900);
      SegmentInfo info = write(given, compression);
      List<SubmissionRecord> records = lying(info, given);
      try (SegmentReader kept = open(info);
          SegmentReader read = openWithoutQuota(info)) {
        for (Path file : files(info)) {
          Files.delete(file); // as a purge does
        }
        Random random = new Random(seed);
        for (int i = 0; i < 400; i++) {
          int ordinal = random.nextInt(records.size());
          String say = compression + ", seed " + seed + ", " + i;
          assertEquals(records.get(ordinal), read.record(ordinal), say);
          assertEquals(kept.micros(ordinal), read.micros(ordinal), say);
          for (ClueType type :
              List.of(ClueType.TRANSACTION_ID, ClueType.MESSAGE_ID, ClueType.SKETCH)) {
            for (String clue : type.of(records.get(ordinal))) {
              String folded = type.fold(clue);
              assertEquals(numbers(kept.find(type, folded)), numbers(read.find(type, folded)), say);
            }
          }
        }
      }
    }
  }

  /** The end of the file cannot be read, nor can a place in it: the other blocks still come. */
  @Test
  void whatCanBeReadOfASpoiltFileComes() throws IOException {
    for (Compression compression : List.of(Compression.OPEN, SMALL)) {
      long seed = System.nanoTime();
      List<SubmissionRecord> given = new AnyRecords(seed).newestFirst(2000);
      SegmentInfo info = write(given, compression);
      Path records = SegmentFormat.recordsFile(directory, info.number());
      FaultyFileSystem disk = new FaultyFileSystem(seed, directory);
      disk.spoil(records, Files.size(records) - 100, 100);
      assertEquals(2000, scanned(disk, info));
      long middle = Files.size(records) / 3;
      disk.spoil(records, middle, 512);
      int left = scanned(disk, info);
      assertTrue(left < 2000 && left > 1000, compression + ", seed " + seed + ": " + left);
    }
  }

  private int scanned(FaultyFileSystem disk, SegmentInfo info) throws IOException {
    int records = 0;
    try (SegmentScan scan = new SegmentScan(disk.path(directory), info)) {
      while (scan.next() != null) {
        records++;
      }
    }
    return records;
  }

  @Test
  void whatCouldNotBeOpenedKeepsNothingOpen() throws IOException {
    SegmentInfo info = write(new AnyRecords(1).newestFirst(20), Compression.OPEN);
    Path privates = SegmentFormat.privateFile(directory, info.number());
    Files.write(privates, new byte[(int) Files.size(privates)]);
    BlockCache cache = new BlockCache();
    for (int i = 0; i < 3; i++) {
      assertThrows(IOException.class, () -> new SegmentReader(directory, info, HASH, cache));
    }
    assertEquals(Quota.FILES, SpentQuota.files(cache.quota()));
  }

  private List<Path> files(SegmentInfo info) {
    return java.util.stream.Stream.of(
            SegmentFormat.recordsFile(directory, info.number()),
            SegmentFormat.privateFile(directory, info.number()))
        .filter(Files::exists)
        .toList();
  }

  @Test
  void everyRecordComesBackUnchanged() throws IOException {
    for (Compression compression : List.of(Compression.OPEN, Compression.SEALED, SMALL, INDEXED)) {
      long seed = System.nanoTime();
      String say = compression + ", seed " + seed;
      List<SubmissionRecord> given = new AnyRecords(seed).newestFirst(700);
      SegmentInfo info = write(given, compression);
      List<SubmissionRecord> records = lying(info, given);
      try (SegmentReader reader = open(info);
          SegmentScan scan = new SegmentScan(directory, info)) {
        reader.verify();
        Ordinals order =
            reader.newestFirst(
                Ordinals.range(0, info.rows()), Long.MIN_VALUE, Long.MAX_VALUE, Assertions::fail);
        for (int i = 0; i < records.size(); i++) {
          assertEquals(records.get(i), reader.record(i), say);
          SubmissionRecord next = scan.next();
          assertEquals(given.get(i).time(), next.time(), say);
          assertEquals(records.get(scan.ordinal()), next, say);
          assertEquals(scan.ordinal(), order.next(), say);
          assertEquals(Micros.of(records.get(i).time()), reader.micros(i), say);
        }
        assertEquals(Ordinals.END, order.next());
        assertNull(scan.next());
        assertEquals(0, scan.damaged());
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
          int ordinal = random.nextInt(records.size());
          assertEquals(records.get(ordinal), reader.record(ordinal), say);
        }
      }
    }
  }

  /** Whoever asks gets all of a span, newest first, those of a microsecond by their numbers. */
  @Test
  void whatLiesByUserIsPutInTheOrderOfTime() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 10; round++) {
      List<SubmissionRecord> given = new AnyRecords(seed + round).newestFirst(300);
      SegmentInfo info = write(given, new Compression(1, 7, 0, 1 + random.nextInt(120)));
      List<SubmissionRecord> lying = lying(info, given);
      try (SegmentReader reader = open(info)) {
        for (int i = 0; i < 20; i++) {
          long since = bound(given, random, Long.MIN_VALUE);
          long until = bound(given, random, Long.MAX_VALUE);
          List<Integer> asked = new ArrayList<>();
          List<Integer> expected = new ArrayList<>();
          int share = 1 + random.nextInt(5);
          for (int n = 0; n < lying.size(); n++) {
            if (random.nextInt(share) == 0) {
              long time = Micros.of(lying.get(n).time());
              asked.add(n);
              if (time >= since && time < until) {
                expected.add(n);
              }
            }
          }
          expected.sort((a, b) -> lying.get(b).time().compareTo(lying.get(a).time())); // stable
          int[] numbers = asked.stream().mapToInt(Integer::intValue).toArray();
          int from = reader.firstBefore(until);
          Ordinals ascending = Ordinals.from(Ordinals.of(numbers, numbers.length), from);
          Ordinals found = reader.newestFirst(ascending, since, until, Assertions::fail);
          assertEquals(expected, numbers(found), "seed " + seed + ", round " + round);
        }
      }
    }
  }

  private static long bound(List<SubmissionRecord> records, Random random, long open) {
    SubmissionRecord any = records.get(random.nextInt(records.size()));
    return random.nextInt(3) == 0 ? open : Micros.of(any.time()) + random.nextInt(3) - 1;
  }

  /** The same records make the same bytes, whatever order those of one microsecond came in. */
  @Test
  void theOrderOfEqualTimesTellsNothing() throws IOException {
    List<SubmissionRecord> given = new ArrayList<>();
    for (SubmissionRecord record : new AnyRecords(8).newestFirst(300)) {
      SubmissionRecord.Builder b = record.toBuilder();
      b.transactionId = "T" + given.size();
      given.add(b.build());
    }
    write(given, Compression.SEALED);
    byte[] first = Files.readAllBytes(SegmentFormat.recordsFile(directory, 1));
    List<SubmissionRecord> other = new ArrayList<>(given);
    Collections.shuffle(other, new Random(9));
    other.sort((a, b) -> b.time().compareTo(a.time())); // stable
    assertNotEquals(given, other);
    write(other, Compression.SEALED);
    assertArrayEquals(first, Files.readAllBytes(SegmentFormat.recordsFile(directory, 1)));
  }

  /**
   * Who asks for one record of a block has its places reckoned in another way than who reads on.
   */
  @Test
  void anyRecordOfABlockMayBeAskedForFirst() throws IOException {
    for (Compression compression : List.of(Compression.OPEN, Compression.SEALED, SMALL, INDEXED)) {
      long seed = System.nanoTime();
      List<SubmissionRecord> given = new AnyRecords(seed).newestFirst(300);
      SegmentInfo info = write(given, compression);
      List<SubmissionRecord> records = lying(info, given);
      Random random = new Random(seed);
      for (int i = 0; i < records.size(); i++) {
        int then = random.nextInt(records.size());
        String say = compression + ", seed " + seed + ", record " + i + ", then " + then;
        try (SegmentReader reader = open(info)) {
          assertEquals(records.get(i), reader.record(i), say);
          assertEquals(records.get(i), reader.record(i), say);
          assertEquals(records.get(then), reader.record(then), say);
        }
      }
    }
  }

  @Test
  void theColumnsOfATableAreThoseOfTheWholeRecord() throws IOException {
    for (Compression compression : List.of(Compression.OPEN, Compression.SEALED, SMALL, INDEXED)) {
      long seed = System.nanoTime();
      List<SubmissionRecord> given = new AnyRecords(seed).newestFirst(300);
      SegmentInfo info = write(given, compression);
      List<SubmissionRecord> records = lying(info, given);
      try (SegmentReader reader = open(info)) {
        for (int i = 0; i < records.size(); i++) {
          String say = compression + ", seed " + seed + ", record " + i;
          SubmissionRecord columns = reader.record(i, Detail.COLUMNS);
          assertEquals(RecordStoreContract.columns(records.get(i)), columns, say);
        }
      }
    }
  }

  /** A field that is added to the record and not to the columns would be lost without a word. */
  @Test
  void theseTestsFillEveryFieldOfTheRecord() throws ReflectiveOperationException {
    List<SubmissionRecord> records = new AnyRecords(1).newestFirst(200);
    for (RecordComponent field : SubmissionRecord.class.getRecordComponents()) {
      boolean filled = false;
      for (SubmissionRecord record : records) {
        Object value = field.getAccessor().invoke(record);
        filled |= value != null && !value.equals(List.of());
      }
      assertTrue(filled, "fill it in AnyRecords: " + field.getName());
    }
  }

  @Test
  void everyClueLeadsToItsRecordsInOrderAndFewOthers() throws IOException {
    everyClueLeadsToItsRecords(SMALL);
    everyClueLeadsToItsRecords(INDEXED);
  }

  private void everyClueLeadsToItsRecords(Compression compression) throws IOException {
    long seed = System.nanoTime();
    List<SubmissionRecord> given = new AnyRecords(seed).newestFirst(5000);
    SegmentInfo info = write(given, compression);
    List<SubmissionRecord> records = lying(info, given);
    assertEquals(compression.sealed(), info.indexBytes() > 0);
    Map<String, TreeSet<Integer>> expected = new HashMap<>();
    for (int i = 0; i < records.size(); i++) {
      for (ClueType type : ClueType.values()) {
        for (String value : type.of(records.get(i))) {
          expected.computeIfAbsent(type + " " + value, _ -> new TreeSet<>()).add(i);
        }
      }
    }
    try (SegmentReader reader = open(info)) {
      reader.verify();
      for (Map.Entry<String, TreeSet<Integer>> each : expected.entrySet()) {
        String[] clue = each.getKey().split(" ", 2);
        List<Integer> found = numbers(reader.find(ClueType.valueOf(clue[0]), clue[1]));
        assertEquals(new ArrayList<>(new TreeSet<>(found)), found, "in order, once");
        assertTrue(found.containsAll(each.getValue()), "seed " + seed + ": " + each.getKey());
      }
      int met = 0;
      for (int i = 0; i < 20_000; i++) {
        met += reader.find(ClueType.USER, "nobody" + i) == null ? 0 : 1;
      }
      assertTrue(met < 20_000 / 50, met + " of 20000 strangers met a record");
    }
  }

  private static List<Integer> numbers(Ordinals ordinals) throws IOException {
    List<Integer> numbers = new ArrayList<>();
    assertNotNull(ordinals);
    for (int n = ordinals.next(); n != Ordinals.END; n = ordinals.next()) {
      numbers.add(n);
    }
    return numbers;
  }

  @Test
  void likeTextsAreFoundByEveryAnchor() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<SubmissionRecord> records = new ArrayList<>();
    for (SubmissionRecord plain : new AnyRecords(seed).newestFirst(600)) {
      SubmissionRecord.Builder record = plain.toBuilder();
      StringBuilder text = new StringBuilder("a text that some of these have in common, ");
      for (int i = random.nextInt(40); i > 0; i--) {
        text.append(random.nextInt(1000)).append(' ');
      }
      record.sketch =
          random.nextInt(5) == 0
              ? plain.sketch()
              : Sketch.of(text.toString()).map(Sketch::toString).orElse(null);
      records.add(record.build());
    }
    for (Compression compression : List.of(SMALL, INDEXED)) {
      SegmentInfo info = write(records, compression);
      List<SubmissionRecord> lying = lying(info, records);
      try (SegmentReader reader = open(info)) {
        Map<String, TreeSet<Integer>> expected = new HashMap<>();
        for (int i = 0; i < lying.size(); i++) {
          for (String anchor : ClueType.SKETCH.of(lying.get(i))) {
            expected.computeIfAbsent(anchor, _ -> new TreeSet<>()).add(i);
          }
        }
        assertTrue(expected.size() > 100, "seed " + seed);
        for (Map.Entry<String, TreeSet<Integer>> each : expected.entrySet()) {
          List<Integer> found = numbers(reader.find(ClueType.SKETCH, each.getKey()));
          assertTrue(found.containsAll(each.getValue()), "seed " + seed + " " + each.getKey());
        }
        for (String odd : List.of("", "a", "z0000", "a00000", "b\u00e9\u0141zz")) {
          reader.find(ClueType.SKETCH, odd); // whatever it says, the record decides
        }
      }
    }
  }

  @Test
  void aFlippedBitIsNamedAndCostsLittle() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<SubmissionRecord> given = new AnyRecords(seed).newestFirst(400);
    SegmentInfo info = write(given, INDEXED);
    List<SubmissionRecord> records = lying(info, given);
    for (Path file :
        List.of(
            SegmentFormat.recordsFile(directory, 1),
            SegmentFormat.privateFile(directory, 1),
            SegmentFormat.indexFile(directory, 1))) {
      byte[] whole = Files.readAllBytes(file);
      for (int round = 0; round < 120; round++) {
        byte[] bytes = whole.clone();
        int bit = random.nextInt(bytes.length * 8);
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        Files.write(file, bytes);
        String say = "seed " + seed + ", " + file.getFileName() + " bit " + bit;
        assertThrows(IOException.class, () -> verify(info), say);
        int same = 0;
        try (SegmentScan scan = new SegmentScan(directory, info)) {
          for (SubmissionRecord r = scan.next(); r != null; r = scan.next()) {
            SubmissionRecord right = records.get(scan.ordinal());
            assertTrue(r.equals(right) || scan.damaged() > 0, say);
            same += r.equals(right) ? 1 : 0;
          }
        }
        boolean dictionary = bit / 8 < 16 + (4 << 10);
        assertTrue(same >= records.size() - 7 || dictionary, say + ": " + same);
      }
      Files.write(file, whole);
    }
    verify(info);
  }

  /** Without its first bytes no block of a file can be unpacked: that is damage, no failure. */
  @Test
  void aFlippedBitAtTheStartIsDamage() throws IOException {
    List<SubmissionRecord> records = new AnyRecords(7).newestFirst(400);
    SegmentInfo info = write(records, INDEXED);
    for (Path file :
        List.of(SegmentFormat.recordsFile(directory, 1), SegmentFormat.privateFile(directory, 1))) {
      byte[] whole = Files.readAllBytes(file);
      for (int bit = 0; bit < 8 * (FileHead.BYTES + 4); bit++) {
        byte[] bytes = whole.clone();
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        Files.write(file, bytes);
        try (SegmentScan scan = new SegmentScan(directory, info)) {
          int seen = 0;
          while (scan.next() != null) {
            seen++;
          }
          String say = file.getFileName() + " bit " + bit;
          assertTrue(scan.damaged() > 0, say);
          assertEquals(file.toString().endsWith("records") ? 0 : records.size(), seen, say);
        }
      }
      Files.write(file, whole);
    }
  }

  private void verify(SegmentInfo info) throws IOException {
    try (SegmentReader reader = open(info)) {
      reader.verify();
    }
  }

  @Test
  void noAnswerComesFromDamagedKeys() throws IOException {
    noAnswerComesFromDamagedKeys(SMALL);
    noAnswerComesFromDamagedKeys(INDEXED);
  }

  private void noAnswerComesFromDamagedKeys(Compression compression) throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<SubmissionRecord> given = new AnyRecords(seed).newestFirst(300);
    SegmentInfo info = write(given, compression);
    List<SubmissionRecord> records = lying(info, given);
    Path file = SegmentFormat.recordsFile(directory, 1);
    byte[] whole = Files.readAllBytes(file);
    for (int round = 0; round < 400; round++) {
      byte[] bytes = whole.clone();
      int bit = random.nextInt(bytes.length * 8);
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, bytes);
      int wanted = random.nextInt(records.size());
      String id = ClueType.TRANSACTION_ID.fold(records.get(wanted).transactionId());
      try (SegmentReader reader = open(info)) {
        Ordinals found = id.isEmpty() ? null : reader.find(ClueType.TRANSACTION_ID, id);
        assertTrue(
            id.isEmpty() || found != null && numbers(found).contains(wanted),
            "seed " + seed + " bit " + bit + ": a silent not-found");
      } catch (IOException _) {
        // said
      }
    }
  }

  @Test
  void noAnswerComesFromADamagedIndex() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<SubmissionRecord> given = new AnyRecords(seed).newestFirst(2000);
    SegmentInfo info = write(given, INDEXED);
    List<SubmissionRecord> records = lying(info, given);
    Path file = SegmentFormat.indexFile(directory, 1);
    byte[] whole = Files.readAllBytes(file);
    int said = 0;
    for (int round = 0; round < 400; round++) {
      byte[] bytes = whole.clone();
      int bit = random.nextInt(bytes.length * 8);
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, bytes);
      int wanted = random.nextInt(records.size());
      try (SegmentReader reader = open(info)) {
        for (ClueType type : TextClues.ALL) {
          for (String value : type.of(records.get(wanted))) {
            Ordinals found = reader.find(type, value);
            assertTrue(
                found != null && numbers(found).contains(wanted),
                "seed " + seed + " bit " + bit + ": a silent not-found");
          }
        }
      } catch (IOException _) {
        said++;
      }
    }
    assertTrue(said > 20, "damage was hardly met: " + said);
  }

  /** Lucene takes no terms of more than 32,766 bytes, and whoever writes one must be found. */
  @Test
  void longNamesAreFoundToo() throws IOException {
    List<SubmissionRecord> records = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      SubmissionRecord.Builder record = new AnyRecords(7).newestFirst(1).getFirst().toBuilder();
      record.user = "ä".repeat(16_000 + i);
      records.add(record.build());
    }
    for (int i = 0; i < 5; i++) {
      SubmissionRecord.Builder record = records.get(i).toBuilder();
      record.mailFrom = record.user;
      record.recipients = List.of(Recipient.of("x@" + record.user));
      records.set(i, record.build());
    }
    SegmentInfo info = write(records, INDEXED);
    int third = lying(info, records).indexOf(records.get(3));
    try (SegmentReader reader = open(info)) {
      String user = ClueType.USER.fold(records.get(3).user());
      assertTrue(numbers(reader.find(ClueType.USER, user)).contains(third));
      assertTrue(numbers(reader.find(ClueType.MAIL_FROM, user)).contains(third));
      assertTrue(numbers(reader.find(ClueType.RECIPIENT_DOMAIN, user)).contains(third));
      assertNull(reader.find(ClueType.MAIL_FROM, "b".repeat(40_000)));
      assertNull(reader.find(ClueType.USER, "b".repeat(40_000)));
    }
  }

  /** Bytes that look like hex digits lie in a block as they are, and anybody may choose them. */
  @Test
  void aBlockThatSomebodyPutIntoATextIsNoneWhereTheEndIsDamaged() throws IOException {
    SubmissionRecord.Builder planted = new SubmissionRecord.Builder();
    planted.time = Instant.parse("2026-11-27T10:00:00Z");
    planted.transactionId = "PLANTED";
    planted.host = "mail.example.com";
    planted.user = "innocent";
    SegmentInfo info = write(List.of(planted.build()), Compression.OPEN);
    byte[] file = Files.readAllBytes(SegmentFormat.recordsFile(directory, 1));
    SegmentFormat.Head head =
        SegmentFormat.Head.read(Arrays.copyOfRange(file, FileHead.BYTES, file.length), 0);
    String block = HexFormat.of().formatHex(file, FileHead.BYTES, FileHead.BYTES + head.length());

    for (Compression compression : List.of(Compression.OPEN, INDEXED)) {
      List<SubmissionRecord> given = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        SubmissionRecord.Builder record = planted.build().toBuilder();
        record.time = record.time.minusSeconds(i);
        record.transactionId = "T" + i;
        record.user = "user" + i;
        record.bodyDigest = block + "%08x".formatted(i); // else it is kept once
        given.add(record.build());
      }
      info = write(given, compression);
      Path records = SegmentFormat.recordsFile(directory, 1);
      byte[] bytes = Files.readAllBytes(records);
      Files.write(records, Arrays.copyOf(bytes, bytes.length - 1));
      List<SubmissionRecord> found = new ArrayList<>();
      try (SegmentScan scan = new SegmentScan(directory, info)) {
        for (SubmissionRecord each = scan.next(); each != null; each = scan.next()) {
          found.add(each);
        }
      }
      assertEquals(given, found);
    }
  }

  @Test
  void whatEndedHasEnded() throws IOException {
    List<SubmissionRecord> records = new AnyRecords(5).newestFirst(700);
    SegmentInfo info = write(records, INDEXED);
    Path file = SegmentFormat.indexFile(directory, 1);
    Set<String> domains = new TreeSet<>();
    records.forEach(record -> domains.addAll(ClueType.RECIPIENT_DOMAIN.of(record)));
    try (TextIndexReader reader = new TextIndexReader(file, info.indexBytes(), info.rows())) {
      for (String domain : domains) {
        Ordinals found = reader.find(ClueType.RECIPIENT_DOMAIN, domain);
        while (found.next() != Ordinals.END) {
          // to its end
        }
        for (int i = 0; i < 300; i++) {
          assertEquals(Ordinals.END, found.next(), domain);
        }
      }
    }
  }

  @Test
  void aSegmentEndsBeforeAFileOrItsKeysAreTooLarge() throws IOException {
    SubmissionRecord.Builder wordy = new SubmissionRecord.Builder();
    wordy.time = Instant.parse("2026-11-27T10:00:00Z");
    wordy.host = "mail.example.com";
    SubmissionRecord.Builder toMany = new SubmissionRecord.Builder();
    toMany.time = wordy.time;
    toMany.host = wordy.host;
    toMany.recipients = IntStream.range(0, 500).mapToObj(i -> Recipient.of(i + "@x")).toList();
    byte[] subject = new byte[2000];
    SegmentWriter.Bounds bounds = new SegmentWriter.Bounds(100_000, 256 << 10, 20_000, 1);
    for (Compression compression : List.of(Compression.OPEN, new Compression(1, 7, 0, 60))) {
      for (SubmissionRecord.Builder each : List.of(wordy, toMany)) {
        Random random = new Random(7);
        SegmentFormat.delete(directory, 1);
        try (SegmentWriter writer = new SegmentWriter(directory, 1, compression, HASH, bounds)) {
          while (!writer.full()) {
            assertTrue(writer.rows() < 2000, "it never ends");
            random.nextBytes(subject);
            each.transactionId = "T" + writer.rows();
            each.subject = each == wordy ? HexFormat.of().formatHex(subject) : null;
            writer.add(each.build());
          }
          int rows = writer.rows();
          SegmentInfo info = writer.finish();
          assertEquals(rows, info.rows());
          assertTrue(info.privateBytes() < 1 << 20, "of " + info.privateBytes() + " bytes");
        }
      }
    }
  }
}
