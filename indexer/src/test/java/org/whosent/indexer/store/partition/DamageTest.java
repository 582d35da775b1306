package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.fixtures.disk.FaultyFileSystem;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.FailedLoginQuery;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.PurgeReceipt;
import org.whosent.indexer.store.RandomFacts;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.StoreStatus;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.bytes.StoreFiles;
import org.whosent.indexer.store.partition.forgetting.Masking;
import org.whosent.indexer.store.partition.manifest.DamageException;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.record.ClueType;
import org.whosent.record.FailedLogin;
import org.whosent.record.IoReason;
import org.whosent.record.JournalEntry;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/** Flipped bits, missing and cut files: other days answer, and what is missing is said. */
class DamageTest {
  private static final LocalDate FIRST = LocalDate.of(2026, 11, 20);
  private static final LocalDate SECOND = LocalDate.of(2026, 11, 21);

  @TempDir Path directory;
  private Path sound;
  private Path data;
  private RecordStore store;
  private Set<SubmissionRecord> right;

  @BeforeEach
  void makeStore() throws IOException {
    sound = directory.resolve("sound");
    data = directory.resolve("data");
    RecordStore made = PartitionedRecordStore.open(sound);
    RandomFacts facts = new RandomFacts(new Random(5), 2);
    for (int i = 0; i < 4; i++) {
      try (Batch batch = made.begin()) {
        for (SubmissionRecord record : facts.shuffled(40)) {
          batch.add(record);
        }
        batch.commit();
      }
    }
    right = new HashSet<>(read(made).records);
    assertEquals(160, right.size());
    store = PartitionedRecordStore.open(data);
    Trees.copy(sound, data);
  }

  private record Answer(List<SubmissionRecord> records, List<String> warnings) {}

  private static Answer read(RecordStore store) throws IOException {
    try (View view = store.view()) {
      List<SubmissionRecord> records = new ArrayList<>();
      view.search(RecordQuery.ALL).forEachRemaining(records::add);
      return new Answer(records, view.warnings());
    }
  }

  private Set<SubmissionRecord> of(LocalDate day, boolean is) {
    Set<SubmissionRecord> records = new HashSet<>(right);
    records.removeIf(r -> Partition.day(r.time()).equals(day) != is);
    return records;
  }

  private List<String> verify() throws IOException {
    return verify(store);
  }

  private static List<String> verify(RecordStore store) throws IOException {
    try (View view = store.view()) {
      return view.verify().days().stream()
          .map(StoreStatus.Day::damage)
          .filter(d -> d != null)
          .toList();
    }
  }

  private Path only(String day, String ending) throws IOException {
    return Trees.files(data.resolve("days").resolve(day)).stream()
        .filter(f -> f.toString().endsWith(ending))
        .findFirst()
        .orElseThrow();
  }

  private static void flip(Path file, int bit) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bit / 8] ^= (byte) (1 << bit % 8);
    Files.write(file, bytes);
  }

  @Test
  void aFlippedBitIsNeverSilentAndOtherDaysAnswer() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 40; round++) {
      Trees.copy(sound, data);
      List<Path> files = Trees.files(data.resolve("days").resolve(SECOND.toString()));
      Path file = files.get(random.nextInt(files.size()));
      if (Files.size(file) == 0) {
        continue;
      }
      int bit = random.nextInt((int) Files.size(file) * 8);
      flip(file, bit);
      String say = "seed " + seed + ", " + data.relativize(file) + " bit " + bit;
      damagedOrRight(store, say);
    }
  }

  /** Who lists records gets what is left, and is told; who judges by them gets none of these. */
  @Test
  void recordsWhoseClientIsDamagedAreListedWithoutIt() throws IOException {
    Path file = only(SECOND.toString(), ".private");
    Answer strict = read(store);
    for (int bit = 800; strict.warnings.isEmpty(); bit += 800) {
      Trees.copy(sound, data);
      flip(file, bit); // of a block, sooner or later
      strict = read(store);
    }
    assertEquals(1, strict.warnings.size());
    Set<SubmissionRecord> hidden = new HashSet<>(right);
    hidden.removeAll(strict.records);
    assertFalse(hidden.isEmpty());
    try (View view = store.view()) {
      view.showWhatIsLeft();
      List<SubmissionRecord> records = new ArrayList<>();
      view.search(RecordQuery.ALL).forEachRemaining(records::add);
      assertEquals(right.size(), records.size());
      records.removeAll(strict.records);
      Set<SubmissionRecord> left = new HashSet<>();
      hidden.forEach(record -> left.add(Masking.masked(record)));
      assertEquals(left, new HashSet<>(records));
      assertEquals(1, view.warnings().size(), view.warnings().toString());
      assertTrue(
          view.warnings().getFirst().contains("client and subject of some records are lost"),
          view.warnings().toString());
      for (SubmissionRecord record : hidden) {
        assertFalse(
            view.find(ClueType.TRANSACTION_ID, record.transactionId(), 99).stream()
                .anyMatch(found -> left.contains(found) && !right.contains(found)));
      }
    }
    assertEquals(1, verify().size());
    try (Batch batch = store.begin()) {
      SubmissionRecord again = hidden.iterator().next();
      assertThrows(IOException.class, () -> batch.add(again), "what is lost is not written anew");
    }
  }

  /** Out of a mapping it would have ended the process. */
  @Test
  void aSectorThatCannotBeReadIsNeverSilentAndOtherDaysAnswer() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Trees.copy(sound, data);
    List<Path> files =
        Trees.files(data.resolve("days").resolve(SECOND.toString())).stream()
            .filter(f -> f.toString().endsWith(".records") || f.toString().endsWith(".private"))
            .toList();
    int missed = 0;
    for (int round = 0; round < 40; round++) {
      FaultyFileSystem disk = new FaultyFileSystem(seed, data);
      Path file = files.get(random.nextInt(files.size()));
      long length = Files.size(file);
      long from = random.nextLong(length);
      disk.spoil(file, from, 512);
      String say = "seed " + seed + ", " + data.relativize(file) + " at " + from;
      try (RecordStore spoilt = PartitionedRecordStore.open(disk.path(data))) {
        missed += damagedOrRight(spoilt, say) ? 0 : 1;
      }
    }
    assertTrue(missed > 10, "hardly any sector was read: " + missed);
    assertEquals(right, new HashSet<>(read(store).records));
  }

  /** What is missing is said, and is of the second day; true when nothing is. */
  private boolean damagedOrRight(RecordStore damaged, String say) throws IOException {
    Answer answer = read(damaged);
    Set<SubmissionRecord> found = new HashSet<>(answer.records);
    assertTrue(right.containsAll(found), say);
    assertTrue(found.containsAll(of(SECOND, false)), say);
    if (!found.equals(right)) {
      assertTrue(!answer.warnings.isEmpty() || !verify(damaged).isEmpty(), say);
    }
    SubmissionRecord wanted = of(SECOND, true).iterator().next();
    try (View view = damaged.view()) {
      List<SubmissionRecord> hits = view.find(ClueType.TRANSACTION_ID, wanted.transactionId(), 5);
      assertTrue(hits.contains(wanted) || !view.warnings().isEmpty(), say + ": a silent not-found");
    }
    return found.equals(right);
  }

  @Test
  void aLookUpThatFindsNothingHasComparedTheChecksums() throws IOException {
    Path file = only(SECOND.toString(), ".records");
    byte[] whole = Files.readAllBytes(file);
    SubmissionRecord wanted = of(SECOND, true).iterator().next();
    for (int bit = 0; bit < whole.length * 8; bit += 499) {
      Files.write(file, whole);
      flip(file, bit);
      try (View view = store.view()) {
        boolean found =
            view.find(ClueType.TRANSACTION_ID, wanted.transactionId(), 5).contains(wanted);
        assertTrue(found || !view.warnings().isEmpty(), "bit " + bit + ": a silent not-found");
      }
    }
  }

  /** Where the keys begin: the block that the file's directory ends before is the last one. */
  private static void breakKeys(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    int at = text.lastIndexOf("WsK1");
    assertTrue(at > 0, "no keys in " + file);
    bytes[at + 60] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void damagedKeysAreNamedAndMadeAnew() throws IOException {
    for (Path file : Trees.files(data.resolve("days").resolve(SECOND.toString()))) {
      if (file.toString().endsWith(".records")) {
        breakKeys(file);
      }
    }
    SubmissionRecord known = of(SECOND, true).iterator().next();
    try (View view = store.view()) {
      assertEquals(List.of(), view.find(ClueType.TRANSACTION_ID, known.transactionId(), 5));
      assertTrue(!view.warnings().isEmpty());
      String line = view.warnings().getFirst();
      assertTrue(line.contains("2026-11-21"), line);
      assertTrue(line.contains("whosent rebuild --day 2026-11-21"), line);
    }
    store.rebuild(SECOND);
    assertEquals(right, new HashSet<>(read(store).records));
    assertEquals(List.of(), verify());
    try (View view = store.view()) {
      assertEquals(List.of(known), view.find(ClueType.TRANSACTION_ID, known.transactionId(), 5));
    }
  }

  @Test
  void aMissingFileIsNamedAndOtherDaysAnswer() throws IOException {
    Files.delete(only(SECOND.toString(), ".records"));
    Answer answer = read(store);
    assertEquals(of(SECOND, false), new HashSet<>(answer.records));
    assertTrue(answer.warnings.getFirst().contains("2026-11-21"), answer.warnings.toString());
    assertEquals(1, verify().size());
  }

  @Test
  void aWriterThatMeetsDamagedKeysMakesThemAnew() throws IOException {
    for (Path file : Trees.files(data.resolve("days").resolve(SECOND.toString()))) {
      if (file.toString().endsWith(".records")) {
        breakKeys(file);
      }
    }
    SubmissionRecord known = of(SECOND, true).iterator().next();
    try (Batch batch = store.begin()) {
      assertTrue(batch.add(known));
      batch.commit();
    }
    assertEquals(right, new HashSet<>(read(store).records));
    assertEquals(List.of(), verify());
  }

  /** As when a lock is deleted and somebody else takes a new one in the same instant. */
  @Test
  void whatSomebodyElseWroteUnderTheSameNumberIsNotOverwritten() throws IOException {
    data = directory.resolve("another");
    store = PartitionedRecordStore.open(data);
    SubmissionRecord known = opening(Instant.parse("2026-11-20T06:00:00Z"), "alice");
    add(known);
    SubmissionRecord.Builder more = known.toBuilder();
    more.subject = "what was not known";
    Path day = data.resolve("days").resolve("2026-11-20");
    for (String name : List.of("000002.records", "000002.private", "000001.gone-0001")) {
      Path file = day.resolve("segment-" + name);
      try (Batch batch = store.begin()) {
        assertTrue(batch.add(more.build()));
        Files.writeString(file, "theirs");
        String said = IoReason.withFile(assertThrows(IOException.class, batch::commit));
        assertTrue(said.startsWith(file + ": is there already"), said);
        assertEquals("theirs", Files.readString(file));
      }
      assertEquals(List.of(known), read(store).records);
    }
    add(more.build()); // what is left over is no matter
    assertEquals(List.of(more.build()), read(store).records);
    assertEquals(List.of(), verify());
  }

  /** Both make a segment of that day: each has a number of its own. */
  @Test
  void keysAreMadeAnewWhileRecordsOfTheirDayAreWritten() throws IOException {
    data = directory.resolve("another");
    store = PartitionedRecordStore.open(data);
    Instant morning = Instant.parse("2026-11-20T06:00:00Z");
    SubmissionRecord first = opening(morning, "alice");
    add(first);
    breakKeys(only("2026-11-20", ".records"));
    Set<String> ids = new HashSet<>(Set.of(first.transactionId()));
    try (Batch batch = store.begin()) {
      for (int i = 0; i < PartitionedBatch.MAX_PENDING; i++) { // the last one has them written
        SubmissionRecord.Builder b = new SubmissionRecord.Builder();
        b.transactionId = "4Q" + i;
        b.host = "mail.example.com";
        b.time = morning.plus(Duration.ofHours(12)).plusMillis(i);
        b.origin = Origin.AUTHENTICATED;
        b.user = "bob";
        ids.add(b.transactionId);
        assertTrue(batch.add(b.build()));
      }
      assertTrue(batch.add(first));
      batch.commit();
    }
    Set<String> found = new HashSet<>();
    Answer answer = read(store);
    answer.records.forEach(record -> found.add(record.transactionId()));
    assertEquals(List.of(), answer.warnings);
    assertEquals(ids.size(), answer.records.size());
    assertEquals(ids, found);
    assertEquals(List.of(), verify());
  }

  @Test
  void aDamagedBlockCostsItsOwnRecordsOnly() throws IOException {
    Path blocks = only(SECOND.toString(), ".records");
    flip(blocks, 8 * 200);
    Answer answer = read(store);
    Set<SubmissionRecord> found = new HashSet<>(answer.records);
    assertTrue(found.containsAll(of(SECOND, false)));
    assertTrue(found.size() < right.size() && right.containsAll(found));
    assertTrue(found.size() > of(SECOND, false).size(), "the day's other blocks");
    assertTrue(answer.warnings.getFirst().contains("is damaged"), answer.warnings.toString());
    // An ingest of other days goes on, and a rebuild lets go of what cannot be read, and says so.
    try (Batch batch = store.begin()) {
      assertTrue(batch.add(of(FIRST, true).iterator().next()));
      batch.commit();
    }
    store.rebuild(null);
    answer = read(store);
    assertEquals(answer.records.size(), new HashSet<>(answer.records).size());
    String loss = "2026-11-21: records may be missing: a rebuild left out 1 damaged stretch;";
    try (View view = store.view()) {
      List<StoreStatus.Day> days = view.status().days();
      assertNull(days.get(0).damage());
      assertTrue(days.get(1).damage().startsWith(loss), days.get(1).damage());
      assertEquals(List.of(), view.warnings(), "nobody asked");
    }
    // Whoever asks for what may have been there is told; of another day nobody is.
    assertEquals(1, answer.warnings.size());
    assertTrue(answer.warnings.getFirst().startsWith(loss), answer.warnings.toString());
    for (boolean there : List.of(true, false)) {
      Instant noon = Instant.parse(there ? "2026-11-21T12:00:00Z" : "2026-11-20T12:00:00Z");
      try (View view = store.view()) {
        RecordQuery hour = new RecordQuery(Map.of(), null, noon, noon.plusSeconds(3600));
        view.search(hour).forEachRemaining(_ -> {});
        assertEquals(there ? 1 : 0, view.warnings().size());
      }
      try (View view = store.view()) {
        String id = of(SECOND, there).iterator().next().transactionId();
        view.find(ClueType.TRANSACTION_ID, id, there ? 5 : 1);
        assertEquals(1, view.warnings().size(), "the later day is asked first");
      }
    }
    // Reading the day's facts again brings all back, once each.
    try (Batch batch = store.begin()) {
      for (SubmissionRecord record : right) {
        assertTrue(batch.add(record));
      }
      batch.commit();
    }
    assertEquals(right, new HashSet<>(read(store).records));
    assertEquals(right.size(), read(store).records.size());
    assertEquals(1, read(store).warnings.size(), "until it is said that they were read");
    store.rebuild(SECOND);
    assertEquals(List.of(), read(store).warnings);
    assertEquals(List.of(), verify());
  }

  private static SubmissionRecord threeDaysLater(SubmissionRecord record) {
    SubmissionRecord.Builder later = record.toBuilder();
    later.time = record.time().plus(Duration.ofDays(3));
    later.origin = null; // a delivery, say
    return later.build();
  }

  /** Of any ID, since keys are cut hashes. */
  @Test
  void anIngestOfOtherDaysNeverStopsAtADamagedBlock() throws IOException {
    flip(only(SECOND.toString(), ".records"), 8 * 200);
    Set<SubmissionRecord> lost = of(SECOND, true);
    lost.removeAll(read(store).records);
    assertFalse(lost.isEmpty());
    Set<SubmissionRecord> later = new HashSet<>();
    for (SubmissionRecord record : lost) { // of all but the first batch the damage is known
      try (Batch batch = store.begin()) {
        SubmissionRecord next = threeDaysLater(record);
        later.add(next);
        assertTrue(batch.add(next));
        batch.commit();
      }
    }
    assertTrue(read(store).records.containsAll(later));
    assertEquals(1, store.passedOver().size(), store.passedOver().toString());
    assertTrue(store.passedOver().getFirst().startsWith("2026-11-21: segment "));
    // What belongs to that day waits until it is restored.
    IOException refused =
        assertThrows(
            DamageException.class,
            () -> {
              try (Batch batch = store.begin()) {
                batch.add(lost.iterator().next());
              }
            });
    assertTrue(refused.getMessage().contains("restore it"), refused.getMessage());
  }

  private static SubmissionRecord.Builder fact(Instant time, String line) {
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    b.transactionId = "4QAGAIN";
    b.host = "mail.example.com";
    b.time = time;
    b.provenance = List.of(new SourceLine("mail.log", 1, line));
    return b;
  }

  private static SubmissionRecord opening(Instant time, String user) {
    SubmissionRecord.Builder b = fact(time, user);
    b.origin = Origin.AUTHENTICATED;
    b.user = user;
    return b.build();
  }

  private static SubmissionRecord delivery(Instant time) {
    SubmissionRecord.Builder b = fact(time, "delivery");
    b.recipients = List.of(Recipient.of("to@d.test"));
    return b.build();
  }

  private void add(SubmissionRecord... facts) throws IOException {
    try (Batch batch = store.begin()) {
      for (SubmissionRecord each : facts) {
        assertTrue(batch.add(each));
      }
      batch.commit();
    }
  }

  /** A queue ID is given out again, and whose mail it is then is in a block that is damaged. */
  @Test
  void whatMayBeOfADamagedRecordIsNotGivenToSomebodyElse() throws IOException {
    StoreFiles.deleteTree(data);
    Instant day = RandomFacts.START.plusSeconds(1000);
    add(opening(day, "alice"));
    add(opening(day.plus(Duration.ofDays(1)), "bob"));
    flip(only(SECOND.toString(), ".records"), 8 * 60);
    List<SubmissionRecord> before = read(store).records;
    assertEquals("alice", before.getFirst().user());
    SubmissionRecord delivery = delivery(day.plus(Duration.ofDays(2)));
    for (int i = 0; i < 2; i++) { // known already or not
      try (Batch batch = store.begin()) {
        assertFalse(batch.add(delivery));
        batch.commit();
      }
      assertEquals(before, read(store).records);
      assertEquals(1, store.passedOver().size(), store.passedOver().toString());
    }
    Files.delete(only(SECOND.toString(), ".records")); // the day does not even open
    try (Batch batch = store.begin()) {
      assertFalse(batch.add(delivery));
    }
    // Who is nearer than all that is damaged is the right one, and what opens stands by itself.
    add(opening(day.plus(Duration.ofDays(3)), "carol"));
    add(delivery(day.plus(Duration.ofDays(4))));
    try (View view = store.view()) {
      List<SubmissionRecord> found = view.find(ClueType.RECIPIENT, "to@d.test", 9);
      assertEquals(List.of("carol"), found.stream().map(SubmissionRecord::user).toList());
    }
  }

  /** Nor when a rebuild has let go of it, until the day's logs were read again. */
  @Test
  void whatMayBeOfALostRecordIsNotGivenToSomebodyElse() throws IOException {
    StoreFiles.deleteTree(data);
    Instant day = RandomFacts.START.plusSeconds(1000);
    Instant next = day.plus(Duration.ofDays(1));
    add(opening(day, "alice"));
    add(opening(next, "bob"));
    SubmissionRecord.Builder other = fact(next, "other");
    other.transactionId = "OTHER";
    add(other.build());
    flip(data.resolve("days").resolve(SECOND.toString()).resolve("segment-000001.records"), 8 * 60);
    store.rebuild(SECOND);
    List<SubmissionRecord> left = read(store).records;
    assertEquals(2, left.size());
    for (Instant time : List.of(next.plusSeconds(60), day.plus(Duration.ofDays(2)))) {
      try (Batch batch = store.begin()) {
        assertFalse(batch.add(delivery(time)), "alice's, or bob's who is not there");
        batch.commit();
      }
    }
    assertEquals(left, read(store).records);
    assertEquals(1, store.passedOver().size(), store.passedOver().toString());
    String line = store.passedOver().getFirst();
    assertTrue(line.startsWith("2026-11-21: records may be missing"), line);
    add(delivery(day.plusSeconds(60)));
    add(opening(next, "bob"));
    add(delivery(day.plus(Duration.ofDays(2))));
    try (View view = store.view()) {
      List<SubmissionRecord> found = view.find(ClueType.RECIPIENT, "to@d.test", 9);
      assertEquals(List.of("bob", "alice"), found.stream().map(SubmissionRecord::user).toList());
    }
  }

  @Test
  void anIngestOfOtherDaysNeverStopsAtAMissingFile() throws IOException {
    Files.delete(only(SECOND.toString(), ".records"));
    SubmissionRecord known = of(SECOND, true).iterator().next();
    SubmissionRecord next = threeDaysLater(known);
    try (Batch batch = store.begin()) {
      assertTrue(batch.add(next));
      batch.commit();
    }
    assertTrue(read(store).records.contains(next));
    assertEquals(1, store.passedOver().size());
    assertTrue(store.passedOver().getFirst().startsWith("2026-11-21: a file is missing"));
  }

  @Test
  void whatIsDamagedIsNotSealedAway() throws IOException {
    flip(only(SECOND.toString(), ".records"), 8 * 200);
    assertEquals(1, store.seal(RandomFacts.START.plusSeconds(10 * 86_400)));
    assertEquals(1, verify().size());
  }

  /** Whoever ends a hold would leave what nobody knows of. */
  @Test
  void whoWasErasedIsNotGuessedWhereSomethingCannotBeRead() throws IOException {
    store.addHold(new Hold("court", RecordQuery.ALL, RandomFacts.START));
    String user = of(SECOND, true).stream().filter(r -> r.user() != null).findFirst().get().user();
    store.erase(user);
    assertEquals(Set.of(user), store.erasedUsers(RecordQuery.ALL));
    flip(only(SECOND.toString(), ".records"), 8 * 200);
    IOException refused = assertThrows(IOException.class, () -> store.erasedUsers(RecordQuery.ALL));
    assertTrue(refused.getMessage().startsWith("2026-11-21: segment"), refused.getMessage());
    store.rebuild(SECOND);
    assertTrue(
        Set.of(user).containsAll(store.erasedUsers(RecordQuery.ALL)), "what is lost is gone");
  }

  /** And only for the day that it is in: the others are due. */
  @Test
  void damageStopsAPurgeOnlyWhereAHoldMayConcernIt() throws IOException {
    StoreFiles.deleteTree(data);
    Instant start = RandomFacts.START;
    for (int day = 0; day < 4; day++) {
      List<SubmissionRecord> ofDay = new ArrayList<>();
      for (String user : day % 2 == 0 ? List.of("alice", "bob") : List.of("bob")) {
        SubmissionRecord.Builder b =
            opening(start.plus(Duration.ofDays(day)).plusSeconds(1), user).toBuilder();
        b.transactionId = user + day;
        ofDay.add(b.build());
      }
      add(ofDay.toArray(SubmissionRecord[]::new));
    }
    Set<SubmissionRecord> all = new HashSet<>(read(store).records);
    Instant end = start.plus(Duration.ofDays(3));
    RecordQuery byAlice = RecordQuery.of(Map.of(ClueType.USER, "alice"), null, null, null);
    store.addHold(new Hold("court", byAlice, RandomFacts.START));
    Path file = only(FIRST.toString(), ".records");
    byte[] whole = Files.readAllBytes(file);
    flip(file, 8 * 60);
    for (boolean dry : new boolean[] {true, false, false}) {
      PurgeReceipt receipt = store.purge(end, dry);
      boolean first = receipt.days() > 0;
      assertEquals(first ? List.of("2026-11-21/2026-11-22") : List.of(), receipt.dates());
      assertEquals(first ? 2 : 0, receipt.records());
      assertEquals(1, receipt.held());
      assertEquals(1, store.passedOver().size(), store.passedOver().toString());
      String line = store.passedOver().getFirst();
      assertTrue(line.startsWith("2026-11-20: records are damaged"), line);
      assertTrue(line.contains("nothing of it was forgotten"), line);
    }
    Files.write(file, whole);
    all.removeIf(r -> Set.of("bob1", "bob2").contains(r.transactionId()));
    assertEquals(all, new HashSet<>(read(store).records), "the damaged day is as it was");
    try (Batch batch = store.begin()) {
      assertFalse(batch.add(opening(start.plus(Duration.ofDays(1)), "bob")));
    }
    assertEquals(List.of("2026-11-20"), store.purge(end, false).dates());
    all.removeIf(r -> r.transactionId().equals("bob0"));
    assertEquals(all, new HashSet<>(read(store).records));
    assertEquals(3, all.size());

    flip(only("2026-11-23", ".records"), 8 * 60);
    assertTrue(store.releaseHold("court"));
    store.purge(end.plus(Duration.ofDays(1)), false);
    assertEquals(List.of(), read(store).records);
  }

  @Test
  void damagedFailedLoginsAreNamed() throws IOException {
    FailedLogin login =
        new FailedLogin(
            new JournalEntry.LoginFailure(
                RandomFacts.START, "mail", null, null, null, null, "alice", "PLAIN", "no"),
            new SourceLine("mail.log", 1, "0".repeat(16)));
    try (Batch batch = store.begin()) {
      batch.add(login);
      batch.commit();
    }
    Path file = data.resolve("logins").resolve("2026-11-20.blocks");
    try (View view = store.view()) {
      view.verify();
      assertEquals(List.of(), view.warnings());
    }
    flip(file, 8 * 30);
    try (View view = store.view()) {
      view.verify();
      assertTrue(view.warnings().getFirst().contains(file.toString()), view.warnings()::toString);
    }
  }

  private static FailedLogin failedLogin(int number) {
    return new FailedLogin(
        new JournalEntry.LoginFailure(
            LOGINS.atStartOfDay(ZoneOffset.UTC).toInstant().plusSeconds(number),
            "mail",
            null,
            null,
            null,
            null,
            "user" + number,
            "PLAIN",
            "no"),
        new SourceLine("mail.log", number, "0".repeat(16)));
  }

  /** A day that has failed logins and no records. */
  private static final LocalDate LOGINS = LocalDate.of(2026, 12, 24);

  private List<FailedLogin> failedLogins(boolean sound) throws IOException {
    List<FailedLogin> all = new ArrayList<>();
    try (View view = store.view()) {
      view.failedLogins(FailedLoginQuery.ALL).forEachRemaining(all::add);
      assertEquals(sound, view.warnings().isEmpty(), view.warnings()::toString);
      assertTrue(
          sound || view.warnings().getFirst().contains("whosent rebuild --day " + LOGINS),
          view.warnings()::toString);
    }
    return all;
  }

  @Test
  void aRebuildMendsDamagedFailedLogins() throws IOException {
    for (int number = 0; number < 3; number++) {
      try (Batch batch = store.begin()) {
        batch.add(failedLogin(number));
        batch.commit();
      }
    }
    Path file = data.resolve("logins").resolve(LOGINS + ".blocks");
    byte[] whole = Files.readAllBytes(file);
    List<FailedLogin> last = List.of(failedLogin(2), failedLogin(1));
    flip(file, 8 * 30);
    assertEquals(last, failedLogins(false));
    store.rebuild(LOGINS);
    assertEquals(last, failedLogins(false), "what is lost is said");
    for (boolean thorough : new boolean[] {false, true}) {
      try (View view = store.view()) {
        assertNotNull(thorough ? view.verify() : view.status());
        String line = view.warnings().getFirst();
        assertTrue(line.startsWith(LOGINS + ": failed logins may be missing"), line);
        assertEquals(List.of(), view.damage(), "nothing there is damaged");
        Instant before = LOGINS.atStartOfDay(ZoneOffset.UTC).toInstant();
        assertFalse(view.failedLogins(new FailedLoginQuery(null, null, null, before)).hasNext());
      }
    }
    try (View view = store.view()) {
      Instant before = LOGINS.atStartOfDay(ZoneOffset.UTC).toInstant();
      view.failedLogins(new FailedLoginQuery(null, null, null, before));
      assertEquals(List.of(), view.warnings(), "of another day");
    }
    try (Batch batch = store.begin()) {
      batch.add(failedLogin(0)); // the log is read again
      batch.commit();
    }
    store.rebuild(LOGINS);
    assertEquals(List.of(last.get(0), last.get(1), failedLogin(0)), failedLogins(true));
    Files.write(file, whole);
    flip(file, 8 * 30);
    store.rebuild(null);
    assertEquals(last, failedLogins(false));
    store.purge(LOGINS.atStartOfDay(ZoneOffset.UTC).toInstant(), false);
    assertEquals(last, failedLogins(false), "that day stays");
    store.rebuild(null);
    assertEquals(last, failedLogins(true));

    byte[] nothing = new byte[whole.length];
    Files.write(file, nothing);
    IOException refused = assertThrows(IOException.class, () -> store.rebuild(LOGINS));
    assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
    assertArrayEquals(nothing, Files.readAllBytes(file));
    Files.delete(file);
    assertThrows(IllegalArgumentException.class, () -> store.rebuild(LOGINS));

    Files.write(file, whole);
    flip(file, 8 * 30);
    store.rebuild(LOGINS);
    store.purge(LOGINS.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant(), false);
    assertEquals(List.of(), failedLogins(true), "no log brings back what was purged");
    assertEquals(List.of(), Trees.files(data.resolve("logins")));
  }

  /** What cannot be read may be others', or what a court wants kept. */
  @Test
  void damagedFailedLoginsAreNotForgottenInPassing() throws IOException {
    for (int number = 0; number < 3; number++) {
      try (Batch batch = store.begin()) {
        batch.add(failedLogin(number));
        batch.commit();
      }
    }
    Path file = data.resolve("logins").resolve(LOGINS + ".blocks");
    flip(file, 8 * 30); // user0's
    byte[] damaged = Files.readAllBytes(file);
    IOException refused = assertThrows(IOException.class, () -> store.erase("user1"));
    assertTrue(refused.getMessage().contains("whosent rebuild --day " + LOGINS), refused::toString);
    assertNull(store.erasedAt("user1"));
    assertArrayEquals(damaged, Files.readAllBytes(file));

    Instant end = LOGINS.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    RecordQuery held = RecordQuery.of(Map.of(ClueType.USER, "user0"), null, null, null);
    store.addHold(new Hold("court", held, RandomFacts.START));
    for (boolean mask : new boolean[] {true, false}) {
      try (RecordStore one = PartitionedRecordStore.open(data)) {
        long days = mask ? one.mask(end) : one.purge(end, false).days();
        assertTrue(days > 0, "the others are forgotten");
        assertArrayEquals(damaged, Files.readAllBytes(file));
        String line = one.passedOver().getFirst();
        assertTrue(line.startsWith(file + ": failed logins are damaged"), line);
        assertEquals(1, one.passedOver().size(), one.passedOver().toString());
      }
    }
    flip(file, 8 * 30); // restored from a backup
    assertEquals(0, store.purge(end, false).days());
    assertEquals(List.of(failedLogin(0)), failedLogins(true));
  }

  /** No checkpoint counts what a crash left undone: its lines are read again. */
  @Test
  void aTornEndOfFailedLoginsKeepsNobodyFromForgetting() throws IOException {
    for (int number = 0; number < 2; number++) {
      try (Batch batch = store.begin()) {
        batch.add(failedLogin(number));
        batch.commit();
      }
    }
    Path file = data.resolve("logins").resolve(LOGINS + ".blocks");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 9));
    store.erase("user7");
    assertEquals(List.of(failedLogin(0)), failedLogins(true));
  }

  @Test
  void withoutASoundManifestNothingIsGuessed() throws IOException {
    Path copy = data.resolve("MANIFEST.copy");
    flip(Manifest.file(data), 400);
    flip(copy, 500);
    IOException damaged = assertThrows(IOException.class, store::view);
    assertTrue(damaged.getMessage().contains("MANIFEST"), damaged.getMessage());
    assertThrows(IOException.class, store::begin);
    Files.delete(Manifest.file(data));
    Files.delete(copy);
    IOException missing = assertThrows(IOException.class, store::begin);
    assertTrue(missing.getMessage().contains("no MANIFEST"), missing.getMessage());
    IOException unseen = assertThrows(IOException.class, store::view, "it reads as empty");
    assertTrue(unseen.getMessage().contains("no MANIFEST"), unseen.getMessage());
    assertThrows(IOException.class, () -> store.purge(RandomFacts.START, true));
    assertTrue(Files.exists(only(FIRST.toString(), ".records")));
  }

  @Test
  void everyFlippedBitOfTheManifestIsNoticedAndAnsweredFromItsCopy() throws IOException {
    Path copy = data.resolve("MANIFEST.copy");
    Answer sound = read(store);
    byte[] whole = Files.readAllBytes(Manifest.file(data));
    assertArrayEquals(whole, Files.readAllBytes(copy));
    for (int bit = 0; bit < whole.length * 8; bit += 13) {
      Files.write(Manifest.file(data), whole);
      flip(Manifest.file(data), bit);
      int flipped = bit;
      try (View view = store.view()) {
        assertTrue(
            view.verify().damage().contains("MANIFEST.copy is read"), () -> "bit " + flipped);
      }
      if (bit % 101 == 0) {
        assertEquals(sound, read(store));
      }
      Files.move(copy, data.resolve("aside"));
      assertThrows(IOException.class, store::view, () -> "bit " + flipped);
      Files.move(data.resolve("aside"), copy);
      Files.write(Manifest.file(data), whole);
      flip(copy, bit);
      try (View view = store.view()) {
        assertTrue(view.verify().damage().contains("MANIFEST.copy"), () -> "bit " + flipped);
      }
      Files.write(copy, whole);
    }
  }

  @Test
  void theNextWriterPutsEitherManifestRight() throws IOException {
    Path copy = data.resolve("MANIFEST.copy");
    byte[] whole = Files.readAllBytes(copy);
    for (Path damaged : List.of(Manifest.file(data), copy)) {
      for (String how : List.of("flipped", "cut", "empty", "gone")) {
        switch (how) {
          case "flipped" -> flip(damaged, 333);
          case "cut" -> Files.write(damaged, Arrays.copyOf(whole, whole.length / 2));
          case "empty" -> Files.write(damaged, new byte[0]);
          default -> Files.delete(damaged);
        }
        store.releaseHold("there is none");
        assertArrayEquals(whole, Files.readAllBytes(Manifest.file(data)), damaged + " " + how);
        String left = store.damage();
        assertTrue(
            damaged.equals(copy) ? left.contains("MANIFEST.copy is missing") : left == null,
            () -> damaged + " " + how + ": " + left);
        try (View view = store.view()) {
          assertEquals(left, view.status().damage());
        }
        try (Batch batch = store.begin()) {
          batch.commit();
        }
        assertNull(store.damage(), damaged + " " + how);
        whole = Files.readAllBytes(copy);
      }
    }
  }

  /** As a power failure between the two may leave it; nothing but the manifest counts then. */
  @Test
  void aCopyThatIsNewerOrOlderThanASoundManifestCountsForNothing() throws IOException {
    Path copy = data.resolve("MANIFEST.copy");
    byte[] before = Files.readAllBytes(copy);
    Answer sound = read(store);
    store.addHold(new Hold("h", RecordQuery.ALL, RandomFacts.START));
    byte[] after = Files.readAllBytes(copy);

    Files.write(copy, before);
    assertEquals(1, store.holds().size());
    try (View view = store.view()) {
      assertTrue(view.status().damage().contains("older"), view.status().damage());
    }
    assertFalse(store.releaseHold("another"));
    assertFalse(Files.exists(copy), "it would undo what came after it");
    assertEquals(1, store.holds().size());

    Files.write(Manifest.file(data), before);
    Files.write(copy, after);
    assertEquals(0, store.holds().size());
    assertEquals(sound, read(store));
    assertFalse(store.releaseHold("another"));
    assertFalse(Files.exists(copy));
    assertEquals(0, store.holds().size());
    assertArrayEquals(before, Files.readAllBytes(Manifest.file(data)));
  }

  /** With another key nobody would be known as erased. */
  @Test
  void everyFlippedBitOfTheErasuresKeyIsNoticedAndItsCopyRead() throws IOException {
    String user = right.iterator().next().user();
    store.erase(user);
    Path key = data.resolve("keys/erasure.key");
    Path copy = data.resolve("keys/erasure.key.copy");
    byte[] whole = Files.readAllBytes(key);
    assertArrayEquals(whole, Files.readAllBytes(copy));
    assertNull(store.damage());
    for (Path damaged : List.of(key, copy)) {
      for (int bit = 0; bit < (whole.length - 1) * 8; bit += 7) {
        flip(damaged, bit);
        int flipped = bit;
        assertTrue(store.damage().contains(damaged + " is"), () -> "bit " + flipped);
        assertNotNull(store.erasedAt(user), () -> "bit " + flipped);
        store.releaseHold("there is none");
        assertArrayEquals(whole, Files.readAllBytes(damaged), () -> "bit " + flipped);
      }
      Files.delete(damaged);
      try (View view = store.view()) {
        assertTrue(view.status().damage().contains(damaged + " is"));
      }
      assertNotNull(store.erasedAt(user));
      store.releaseHold("there is none");
      assertArrayEquals(whole, Files.readAllBytes(damaged));
    }
    assertNull(store.damage());
    Files.write(copy, new byte[0]);
    int end = whole.length - 1; // of the last line, which ends there in any case
    for (int bit = 0; bit < end * 8; bit++) {
      Files.write(key, whole);
      flip(key, bit);
      int flipped = bit;
      IOException refused = assertThrows(IOException.class, store::begin, () -> "bit " + flipped);
      assertTrue(refused.getMessage().contains("erasure.key"), refused.getMessage());
    }
    Files.delete(key);
    assertTrue(store.damage().contains("and so is its copy"), "nothing is read instead");
    assertThrows(IOException.class, store::begin);
    assertThrows(IOException.class, () -> store.erase("another"));
    assertFalse(Files.exists(key), "a new key would bring back who was erased");
    Files.write(key, whole);
    assertNotNull(store.erasedAt(user));
    store.erase("another");
    assertArrayEquals(whole, Files.readAllBytes(copy));
    assertNotNull(store.erasedAt(user));
    assertNotNull(store.erasedAt("another"));
  }

  @Test
  void absurdLengthsAskForNoMemory() throws IOException {
    Path blocks = only(SECOND.toString(), ".records");
    byte[] bytes = Files.readAllBytes(blocks);
    for (int at = 32; at < 44; at++) {
      bytes[at] = 0x7f; // the lengths in the first block's head
    }
    Files.write(blocks, bytes);
    Answer answer = read(store);
    assertTrue(new HashSet<>(answer.records).containsAll(of(SECOND, false)));
    assertTrue(!answer.warnings.isEmpty());
  }
}
