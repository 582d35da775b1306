package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.PurgeReceipt;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.bytes.StoreFiles;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.ManifestFiles;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.segment.Weighed;
import org.whosent.record.ClueType;
import org.whosent.record.FailedLogin;
import org.whosent.record.JournalEntry;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/** After a purge or an erasure, every byte of the data directory is looked at. */
class ForgettingTest {
  private static final Instant DAY_ONE = Instant.parse("2026-11-20T10:00:00Z");
  private static final Instant DAY_TWO = DAY_ONE.plus(Duration.ofDays(1));
  private static final Instant PURGE_ONE = Instant.parse("2026-11-21T00:00:00Z");

  @TempDir Path data;

  private RecordStore store() {
    return PartitionedRecordStore.open(data);
  }

  /** Facts that have a planted word everywhere a word can be. */
  private static SubmissionRecord.Builder planted(String id, String word, Instant time) {
    SubmissionRecord.Builder builder = new SubmissionRecord.Builder();
    builder.time = time;
    builder.transactionId = id;
    builder.host = "mail.example.com";
    builder.mailFrom = word + "@example.com";
    builder.helo = word;
    builder.subject = "about " + word;
    builder.headerFrom = word;
    builder.recipients = List.of(Recipient.of(word + "@" + word + ".test"));
    builder.aliases = List.of(word);
    return builder;
  }

  private static SubmissionRecord opened(String id, String word, String user, Instant time) {
    SubmissionRecord.Builder builder = planted(id, word, time);
    builder.origin = Origin.AUTHENTICATED;
    builder.user = user;
    return builder.build();
  }

  private void add(SubmissionRecord... records) throws IOException {
    try (Batch batch = store().begin()) {
      for (SubmissionRecord record : records) {
        assertTrue(batch.add(record));
      }
      batch.commit();
    }
  }

  private void gone(String word) throws IOException {
    assertEquals(List.of(), Trees.containing(data, word));
  }

  private void there(String word) throws IOException {
    assertNotEquals(List.of(), Trees.containing(data, word));
  }

  /** To fold what is folded may change it once more. */
  @Test
  void aHoldKeepsWhatItWasMadeFor() throws IOException {
    SubmissionRecord.Builder record = opened("A1", "w", "J\u030c@example.com", DAY_ONE).toBuilder();
    record.messageId = "<<1@example.com>>";
    record.recipients = List.of(Recipient.of("x@far.example"));
    add(record.build());
    Map<ClueType, String> clues =
        Map.of(
            ClueType.USER,
            record.user,
            ClueType.MESSAGE_ID,
            record.messageId,
            ClueType.RECIPIENT_DOMAIN,
            "@@far.example");
    clues.forEach(
        (type, value) -> {
          RecordQuery query = RecordQuery.of(Map.of(type, value), null, null, null);
          Hold hold = new Hold(type.code(), query, DAY_ONE);
          assertDoesNotThrow(() -> store().addHold(hold));
          assertTrue(assertDoesNotThrow(() -> store().holds()).contains(hold), value);
        });
    assertEquals(1, store().purge(PURGE_ONE, false).held());
  }

  @Test
  void noByteOfAPurgedDayIsLeft() throws IOException {
    add(opened("A1", "oldword", "olduser", DAY_ONE), opened("B1", "newword", "newuser", DAY_TWO));
    add(opened("H1", "heldword", "helduser", DAY_ONE));
    store()
        .addHold(
            new Hold(
                "court",
                RecordQuery.of(Map.of(ClueType.USER, "helduser"), null, null, null),
                DAY_ONE));
    there("oldword");
    there("olduser");
    PurgeReceipt receipt = store().purge(PURGE_ONE, false);
    assertTrue(receipt.bytes() >= 0);
    gone("oldword");
    gone("olduser");
    there("heldword");
    there("newword");
    assertTrue(store().releaseHold("court"));
    store().purge(PURGE_ONE, false);
    gone("heldword");
    gone("helduser");
    there("newword");
    assertFalse(Files.exists(data.resolve("held")));
    List<String> receipts = Files.readAllLines(data.resolve("receipts.jsonl"));
    assertEquals(2, receipts.size());
    String by = "\"osUser\":\"" + System.getProperty("user.name") + "\"";
    assertTrue(receipts.stream().allMatch(line -> line.contains(by)), receipts::toString);
  }

  @Test
  void noByteIsLeftOfSealedDaysEitherWhileSomebodyReadsThem() throws IOException {
    SubmissionRecord old = opened("A1", "oldword", "olduser", DAY_ONE);
    SubmissionRecord erased = opened("E1", "erasedword", "erasedu", DAY_TWO);
    add(old, opened("H1", "heldword", "helduser", DAY_ONE));
    add(erased, opened("B1", "newword", "newuser", DAY_TWO));
    FailedLogin login =
        new FailedLogin(
            new JournalEntry.LoginFailure(
                DAY_TWO, "mail", null, "192.0.2.1", null, null, "erasedu", "PLAIN", "wrongword"),
            new SourceLine("mail.log", 1, "0".repeat(16)));
    try (Batch batch = store().begin()) {
      batch.add(login);
      batch.commit();
    }
    assertEquals(2, store().seal(DAY_TWO.plus(Duration.ofDays(1))));
    for (String word : List.of("oldword.test", "erasedword.test", "newword.test")) {
      List<String> files =
          Trees.containing(data, word).stream().map(f -> f.getFileName().toString()).toList();
      assertTrue(files.contains("segment-000002.index"), word + " is a term: " + files);
    }
    there("wrongword");
    Hold hold =
        new Hold(
            "court", RecordQuery.of(Map.of(ClueType.USER, "helduser"), null, null, null), DAY_ONE);
    store().addHold(hold);
    try (View view = store().view()) {
      assertEquals(1, view.find(ClueType.USER, "olduser", 5).size());
      store().purge(PURGE_ONE, false);
      store().erase("ERASEDU");
      for (String word : List.of("oldword", "olduser", "erasedword", "erasedu", "wrongword")) {
        gone(word);
      }
      assertEquals(1, view.find(ClueType.USER, "olduser", 5).size(), "what it opened it reads");
    }
    there("heldword");
    there("helduser");
    there("newuser");
    try (Batch batch = store().begin()) {
      assertFalse(batch.add(old));
      assertFalse(batch.add(erased));
      assertFalse(batch.add(login));
      batch.commit();
    }
    store().seal(DAY_TWO.plus(Duration.ofDays(1)));
    for (String word : List.of("oldword", "olduser", "erasedword", "erasedu", "wrongword")) {
      gone(word);
    }
  }

  @Test
  void aCopyLeftBehindByAMoveIsScrubbed() throws IOException {
    // The second day's line came first; then the opening moved the record to the first day.
    add(planted("M1", "movedword", DAY_TWO).build(), opened("B1", "newword", "newuser", DAY_TWO));
    SubmissionRecord.Builder opening = planted("M1", "movedword", DAY_ONE);
    opening.origin = Origin.AUTHENTICATED;
    opening.user = "moveduser";
    add(opening.build());
    store().purge(PURGE_ONE, false);
    gone("movedword");
    there("newword");
    try (View view = store().view()) {
      assertEquals(1, view.find(ClueType.USER, "newuser", 5).size());
    }
  }

  @Test
  void noByteOfAnErasedUserIsLeft() throws IOException {
    // A first copy that does not name the user yet, in the wrong day and in the right one.
    add(planted("E1", "erasedword", DAY_TWO).build(), planted("E2", "erasedword", DAY_ONE).build());
    add(
        opened("E1", "erasedword", "Erased@example.com", DAY_ONE),
        opened("E2", "erasedword", "erased@Example.com", DAY_ONE),
        opened("B1", "otherword", "other", DAY_ONE));
    PurgeReceipt receipt = store().erase("ERASED@example.com");
    assertEquals(2, receipt.records());
    gone("erasedword");
    gone("Erased@example.com");
    gone("erased@example.com");
    there("otherword");
    try (Batch batch = store().begin()) {
      assertFalse(batch.add(opened("E3", "erasedword", "eraseD@example.com", DAY_TWO)));
      batch.commit();
    }
    gone("erasedword");
  }

  @Test
  void whatADeadBatchLeftGoesToo() throws IOException {
    add(opened("A1", "keptword", "alice", DAY_TWO));
    // What a crash leaves after the files were written and before the manifest was.
    Manifest manifest = ManifestFiles.read(data);
    PartitionSet partitions =
        new PartitionSet(data, manifest, new WrittenIds(), new Missed(new PassedOver()));
    SubmissionRecord dead = opened("A3", "crashword", "mallory", DAY_TWO);
    partitions.write(Partition.day(DAY_TWO), new ArrayList<>(List.of(Weighed.of(dead)))).write();
    partitions.close();
    there("crashword");
    store().erase("somebody");
    gone("crashword");
    there("keptword");
  }

  @Test
  void onlyTheOwnerCanRead() throws IOException {
    add(opened("A1", "word", "alice", DAY_ONE), opened("A2", "word", "bob", DAY_TWO));
    store().erase("bob");
    try (var all = Files.walk(data)) {
      for (Path path : all.filter(p -> !p.equals(data)).toList()) {
        String mode = Files.isDirectory(path) ? "rwx------" : "rw-------";
        assertEquals(
            mode,
            PosixFilePermissions.toString(Files.getPosixFilePermissions(path)),
            path.toString());
      }
    }
  }

  @Test
  void readingMakesNothing() throws IOException {
    Path absent = data.resolve("absent");
    RecordStore store = PartitionedRecordStore.open(absent);
    try (View view = store.view()) {
      assertEquals(List.of(), view.find(ClueType.USER, "alice", 1));
      assertFalse(view.search(RecordQuery.ALL).hasNext());
      view.status();
      view.verify();
    }
    store.holds();
    store.purge(DAY_TWO, true);
    assertFalse(Files.exists(absent));
  }

  @Test
  void filesThatAreNotOursStay() throws IOException {
    add(opened("A1", "word", "alice", DAY_ONE));
    Path notes = Files.writeString(data.resolve("days").resolve("notes.txt"), "mine");
    Path inside =
        Files.writeString(data.resolve("days").resolve("2026-11-20").resolve("x"), "mine");
    Path outside = Files.createDirectories(data.resolveSibling("outside-" + data.getFileName()));
    Path precious = Files.writeString(outside.resolve("precious"), "mine");
    Files.createSymbolicLink(
        data.resolve("days").resolve("2026-11-20").resolve("segment-000009.records"), outside);
    store().purge(DAY_TWO, false);
    assertTrue(Files.exists(notes));
    assertTrue(Files.exists(inside));
    assertTrue(Files.exists(precious), "a link was followed");
    gone("alice");
    StoreFiles.deleteTree(outside);
  }
}
