package org.whosent.indexer.store.partition;

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
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.fixtures.disk.FaultyFileSystem;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.FailedLoginQuery;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.RandomFacts;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.StoreStatus;
import org.whosent.indexer.store.View;
import org.whosent.record.ClueType;
import org.whosent.record.FailedLogin;
import org.whosent.record.JournalEntry;
import org.whosent.record.Origin;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/**
 * Files that are there and cannot be read now: another account's, or on a disk that fails. Whoever
 * writes days anew must not take what is in them for lost.
 */
class UnreadableTest {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 21);
  private static final Instant END = RandomFacts.START.plus(Duration.ofDays(10));

  @TempDir Path directory;
  private Path data;
  private FaultyFileSystem disk;
  private RecordStore sound;
  private RecordStore store;

  @BeforeEach
  void makeStore() throws IOException {
    data = directory.resolve("data");
    sound = PartitionedRecordStore.open(data);
    RandomFacts facts = new RandomFacts(new Random(5), 2);
    for (int i = 0; i < 2; i++) {
      add(facts.shuffled(40));
    }
    disk = new FaultyFileSystem(5, data);
    store = PartitionedRecordStore.open(disk.path(data));
  }

  private void add(List<SubmissionRecord> records) throws IOException {
    try (Batch batch = sound.begin()) {
      for (SubmissionRecord record : records) {
        assertTrue(batch.add(record));
      }
      batch.commit();
    }
  }

  private static SubmissionRecord.Builder facts(String id, Instant time) {
    SubmissionRecord.Builder builder = new SubmissionRecord.Builder();
    builder.transactionId = id;
    builder.time = time;
    builder.host = "mail";
    return builder;
  }

  private static Set<SubmissionRecord> all(RecordStore store) throws IOException {
    try (View view = store.view()) {
      Set<SubmissionRecord> records = new HashSet<>();
      view.search(RecordQuery.ALL).forEachRemaining(records::add);
      assertEquals(List.of(), view.warnings());
      return records;
    }
  }

  private Path first(String ending) throws IOException {
    return Trees.files(data.resolve("days").resolve(DAY.toString())).stream()
        .filter(f -> f.toString().endsWith(ending))
        .findFirst()
        .orElseThrow();
  }

  private static String userOf(Set<SubmissionRecord> records) {
    return records.stream()
        .filter(
            r -> r.user() != null && DAY.toString().equals(r.time().toString().substring(0, 10)))
        .findFirst()
        .orElseThrow()
        .user();
  }

  @Test
  void whoErasesAUserNeverLosesWhatCannotBeRead() throws IOException {
    for (String ending : List.of(".records", ".private")) {
      for (boolean opens : new boolean[] {true, false}) {
        Set<SubmissionRecord> right = all(sound);
        disk = new FaultyFileSystem(7, data);
        store = PartitionedRecordStore.open(disk.path(data));
        Path file = first(ending);
        if (opens) {
          disk.spoil(file, 100, 512);
        } else {
          disk.shut(file);
        }
        String user = userOf(right);
        IOException refused = assertThrows(IOException.class, () -> store.erase(user));
        String words = opens ? "nothing was forgotten" : file.toString();
        assertTrue(refused.getMessage().contains(words), refused.getMessage());
        assertEquals(right, all(sound), file.toString());
        sound.erase(user);
        right.removeIf(r -> ClueType.USER.of(r).contains(ClueType.USER.fold(user)));
        assertEquals(right, all(sound), "the disk answers again");
      }
    }
  }

  @Test
  void norDoesAPurgeThatScrubsADayWhichStays() throws IOException {
    // The later day's line came first; then the opening moved the record to the first day.
    Instant first = RandomFacts.START;
    Instant later = DAY.atStartOfDay(ZoneOffset.UTC).toInstant().plusSeconds(60);
    SubmissionRecord.Builder moved = facts("M1", later);
    add(List.of(moved.build()));
    moved = facts("M1", first);
    moved.origin = Origin.AUTHENTICATED;
    moved.user = "moved";
    add(List.of(moved.build()));
    Set<SubmissionRecord> right = all(sound);
    Instant before = first.plusSeconds(90_000);
    disk.spoil(first(".records"), 100, 512);
    assertEquals(1, store.purge(before, false).days(), "the day that is due goes all the same");
    assertEquals(1, store.passedOver().size(), store.passedOver()::toString);
    String line = store.passedOver().getFirst();
    assertTrue(line.startsWith(DAY + ": records are damaged"), line);
    assertTrue(line.contains("nothing of it was forgotten"), line);
    right.removeIf(r -> r.time().isBefore(DAY.atStartOfDay(ZoneOffset.UTC).toInstant()));
    assertEquals(right, all(sound));
    sound.purge(before, false);
    assertEquals(List.of(), sound.passedOver());
    assertEquals(right, all(sound));
  }

  @Test
  void aRebuildLetsGoOfNothingThatMayNotBeOpened() throws IOException {
    Set<SubmissionRecord> right = all(sound);
    Path file = first(".records");
    disk.shut(file);
    try (View view = store.view()) {
      view.search(RecordQuery.ALL).forEachRemaining(_ -> {});
      String line = view.warnings().getFirst();
      assertTrue(line.contains(file + ": permission denied"), line);
      assertFalse(line.contains("rebuild"), line);
    }
    assertThrows(IOException.class, () -> store.rebuild(DAY));
    assertEquals(right, all(sound));
  }

  @Test
  void aDayThatMayNotBeEnteredIsNamedAndTheOthersAreLookedAt() throws IOException {
    Set<SubmissionRecord> right = all(sound);
    Path shut = data.resolve("days").resolve(DAY.toString());
    sound.addHold(new Hold("court", RecordQuery.ALL, END));
    disk.shut(shut);
    assertEquals(1, store.maskable(END, RandomFacts.START), "the other day is under hold");
    disk.shut(data.resolve("logins"));
    Files.createDirectories(data.resolve("logins"));
    for (boolean thorough : new boolean[] {false, true}) {
      try (View view = store.view()) {
        StoreStatus status = thorough ? view.verify() : view.status();
        assertEquals(2, status.days().size());
        assertNull(status.days().getFirst().damage());
        assertTrue(status.days().getFirst().bytes() > 0);
        String line = status.days().getLast().damage();
        assertTrue(line.startsWith(DAY + ": segment 1 cannot be opened (" + shut), line);
        assertFalse(line.contains("rebuild"), line);
        assertEquals(thorough ? 1 : 0, view.warnings().size(), view.warnings()::toString);
      }
    }
    try (View view = store.view()) {
      Set<SubmissionRecord> found = new HashSet<>();
      view.search(RecordQuery.ALL).forEachRemaining(found::add);
      right.removeIf(r -> LocalDate.ofInstant(r.time(), ZoneOffset.UTC).equals(DAY));
      assertEquals(right, found);
      assertEquals(1, view.warnings().size());
      assertFalse(view.failedLogins(FailedLoginQuery.ALL).hasNext());
      assertEquals(2, view.warnings().size(), view.warnings()::toString);
    }
  }

  /** Of other days: what is logged on them goes on. */
  @Test
  void anIngestDoesNotStopAtWhatMayNotBeOpened() throws IOException {
    disk.shut(first(".records"));
    List<SubmissionRecord> others = new ArrayList<>();
    for (SubmissionRecord record : all(sound)) {
      SubmissionRecord.Builder later = record.toBuilder();
      later.time = record.time().plus(Duration.ofDays(3));
      later.origin = null; // a delivery, say
      others.add(later.build());
    }
    for (SubmissionRecord each : others) {
      if (!each.time().isBefore(DAY.plusDays(3).atStartOfDay(ZoneOffset.UTC).toInstant())) {
        try (Batch batch = store.begin()) {
          assertTrue(batch.add(each));
          batch.commit();
        }
      }
    }
    assertEquals(1, store.passedOver().size(), store.passedOver()::toString);
    assertTrue(store.passedOver().getFirst().contains("cannot be opened"));
  }

  @Test
  void aDayThatIsNotPackedSinceItCannotBeReadIsSaid() throws IOException {
    Set<SubmissionRecord> right = all(sound);
    disk.spoil(first(".records"), 100, 512);
    assertEquals(1, store.seal(END), "the other day is");
    assertEquals(1, store.passedOver().size());
    String line = store.passedOver().getFirst();
    assertTrue(line.startsWith(DAY + ": some of its records cannot be read"), line);
    assertEquals(right, all(sound));
    assertEquals(1, sound.seal(END));
    assertEquals(List.of(), sound.passedOver());
    assertEquals(right, all(sound));
  }

  @Test
  void failedLoginsThatCannotBeReadAreNamedAndOthersAnswer() throws IOException {
    List<FailedLogin> logins = new ArrayList<>();
    for (int day = 0; day < 2; day++) {
      logins.add(
          new FailedLogin(
              new JournalEntry.LoginFailure(
                  RandomFacts.START.plus(Duration.ofDays(day)),
                  "mail",
                  null,
                  null,
                  null,
                  null,
                  "alice",
                  "PLAIN",
                  "no"),
              new SourceLine("mail.log", day, "0".repeat(16))));
    }
    try (Batch batch = sound.begin()) {
      for (FailedLogin login : logins) {
        assertTrue(batch.add(login));
      }
      batch.commit();
    }
    Path file = data.resolve("logins").resolve(DAY + ".blocks");
    assertTrue(Files.exists(file));
    disk.spoil(file, 0, 512);
    try (View view = store.view()) {
      List<FailedLogin> found = new ArrayList<>();
      view.failedLogins(FailedLoginQuery.ALL).forEachRemaining(found::add);
      assertEquals(logins.subList(0, 1), found);
      assertTrue(
          view.warnings().getFirst().startsWith(file + ": Input/output error"),
          view.warnings()::toString);
    }
    try (View view = store.view()) {
      StoreStatus status = view.verify();
      assertNotNull(status);
      assertEquals(1, view.warnings().size());
    }
    IOException refused = assertThrows(IOException.class, () -> store.erase("alice"));
    assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
  }
}
