package org.whosent.indexer.store.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.bytes.Micros;
import org.whosent.indexer.store.segment.key.Ordinals;
import org.whosent.indexer.store.segment.key.SipHash;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/** Whoever asks by a name gets the newest first, whether their times are read or not. */
class TimesByUserTest {
  private static final SipHash HASH = new SipHash(new byte[SipHash.KEY_BYTES]);
  private static final Instant NEWEST = Instant.parse("2026-11-20T23:00:00Z");

  @TempDir Path directory;

  private SegmentInfo write(int number, List<SubmissionRecord> records, Compression compression)
      throws IOException {
    try (SegmentWriter writer = new SegmentWriter(directory, number, compression, HASH)) {
      for (SubmissionRecord record : records) {
        writer.add(record);
      }
      return writer.finish();
    }
  }

  private static SubmissionRecord record(int number, Instant time, String user, String local) {
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    b.transactionId = "%06d".formatted(number);
    b.time = time;
    b.host = "mail.example.com";
    b.user = user;
    b.localUser = local;
    b.mailFrom = number % 3 == 0 ? user : "news@example.com";
    return b.build();
  }

  /** Names in capitals and small, with none or several local users; some came in one instant. */
  private static List<SubmissionRecord> any(Random random, int count) {
    int users = 1 + random.nextInt(8);
    int locals = random.nextInt(4);
    List<SubmissionRecord> records = new ArrayList<>();
    Instant time = NEWEST;
    for (int i = 0; i < count; i++) {
      int user = (int) Math.pow(users + 1, random.nextDouble()) - 1;
      String name = (random.nextBoolean() ? "user" : "USER") + user;
      int local = random.nextInt(10) == 0 ? random.nextInt(locals + 1) : user % (locals + 1);
      String localName = local == 0 ? null : (random.nextBoolean() ? "web" : "Web") + local;
      records.add(
          record(random.nextInt(1_000_000), time, random.nextInt(9) == 0 ? null : name, localName));
      time = time.minusMillis(random.nextInt(3));
    }
    return records;
  }

  /** The numbers of all records of a name in the order of time. */
  private static List<Integer> expected(List<SubmissionRecord> lying, ClueType type, String name) {
    return IntStream.range(0, lying.size())
        .filter(n -> type.of(lying.get(n)).contains(name))
        .boxed()
        .sorted(Comparator.comparing((Integer n) -> lying.get(n).time()).reversed())
        .toList();
  }

  private static List<Integer> numbers(SegmentReader reader, ClueType type, String name, int most)
      throws IOException {
    List<Integer> numbers = new ArrayList<>();
    Ordinals found = reader.find(type, name);
    if (found == null) {
      return numbers;
    }
    Ordinals sorted =
        reader.newestFirst(
            found,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            e -> {
              throw e;
            });
    List<Integer> left = new ArrayList<>(List.of(sorted.most()));
    for (int n = sorted.next(); n != Ordinals.END && numbers.size() < most; n = sorted.next()) {
      numbers.add(n);
      left.add(sorted.most());
    }
    for (int i = 0; i < left.size(); i++) {
      assertTrue(left.get(i) >= numbers.size() - i, "more came than were to come");
    }
    return numbers;
  }

  @Test
  void theNewestComeFirstHoweverOftenOneAsks() throws IOException {
    for (int round = 0; round < 40; round++) {
      long seed = System.nanoTime();
      Random random = new Random(seed);
      int rows = 2 + random.nextInt(5);
      int slice = 1 + random.nextInt(400);
      List<SubmissionRecord> given = any(random, 1 + random.nextInt(1500));
      SegmentInfo info = write(round, given, new Compression(1, rows, 0, slice));
      try (SegmentReader reader = new SegmentReader(directory, info, HASH, new BlockCache())) {
        List<SubmissionRecord> lying = new ArrayList<>();
        for (int n = 0; n < info.rows(); n++) {
          lying.add(reader.record(n));
        }
        Map<ClueType, List<String>> names = new HashMap<>();
        for (ClueType type : List.of(ClueType.USER, ClueType.LOCAL_USER, ClueType.MAIL_FROM)) {
          names.put(type, lying.stream().flatMap(r -> type.of(r).stream()).distinct().toList());
        }
        for (int i = 0; i < 3; i++) {
          for (ClueType type : names.keySet()) {
            for (String name : names.get(type)) {
              List<Integer> expected = expected(lying, type, name);
              int most = random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(30);
              // A hash may be another's too: its records are among them, each in its place.
              List<Integer> found =
                  numbers(reader, type, name, Integer.MAX_VALUE).stream()
                      .filter(n -> type.of(lying.get(n)).contains(name))
                      .toList();
              String say = "seed " + seed + ", " + rows + " rows, slices of " + slice + ", " + name;
              assertEquals(expected, found, say);
              List<Integer> few = numbers(reader, type, name, most);
              few.removeIf(n -> !type.of(lying.get(n)).contains(name));
              assertEquals(expected.subList(0, Math.min(few.size(), expected.size())), few, say);
            }
          }
        }
      }
    }
  }

  /** What is in order is read from its first block on, and no other is asked for its times. */
  @Test
  void blocksOfOneUserAreNotReadBeforeTheirRecordsAreWanted() throws IOException {
    List<SubmissionRecord> records = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      records.add(record(i, NEWEST.minusMillis(i), "user" + i % 2, null));
    }
    SegmentInfo info = write(1, records, new Compression(1, 10, 0, 500));
    try (SegmentReader reader = new SegmentReader(directory, info, HASH, new BlockCache())) {
      for (int i = 0; i < 20; i++) {
        numbers(reader, ClueType.USER, "user0", Integer.MAX_VALUE); // until its directory is kept
      }
      int before = reader.blocksRead();
      Ordinals sorted =
          reader.newestFirst(
              reader.find(ClueType.USER, "user1"),
              Long.MIN_VALUE,
              Long.MAX_VALUE,
              e -> {
                throw e;
              });
      int first = sorted.next();
      assertEquals(2, reader.blocksRead() - before, "the first and the last of its slice");
      assertEquals(Micros.of(NEWEST.minusMillis(1)), reader.micros(first));
      for (int i = 1; i < 250; i++) {
        assertEquals(first + i, sorted.next());
      }
      assertEquals(2, reader.blocksRead() - before);
      assertEquals(Micros.of(NEWEST.minusMillis(501)), reader.micros(sorted.next()));
      assertEquals(4, reader.blocksRead() - before, "and those of the next one");
    }
  }
}
