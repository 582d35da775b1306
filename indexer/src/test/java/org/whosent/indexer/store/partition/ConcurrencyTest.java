package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.record.ClueType;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/** Readers among writers, and batches larger than memory allows them to wait. */
class ConcurrencyTest {
  private static final Instant START = Instant.parse("2026-11-01T10:00:00Z");

  @TempDir Path data;

  private static SubmissionRecord by(String user, String id, Instant time) {
    SubmissionRecord.Builder builder = new SubmissionRecord.Builder();
    builder.time = time;
    builder.transactionId = id;
    builder.host = "mail.example.com";
    builder.origin = Origin.AUTHENTICATED;
    builder.user = user;
    return builder.build();
  }

  @Test
  void readersNeverSeeHalfOfAnythingWhileAllChanges() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    RecordStore store = PartitionedRecordStore.open(data);
    SubmissionRecord steady = by("steady", "STEADY", START.plus(Duration.ofDays(20)));
    try (Batch batch = store.begin()) {
      batch.add(steady);
      batch.commit();
    }
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger looks = new AtomicInteger();
    List<FutureTask<Void>> readers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      FutureTask<Void> reader =
          new FutureTask<>(
              () -> {
                while (!done.get()) {
                  look(store, steady);
                  looks.incrementAndGet();
                }
                return null;
              });
      readers.add(reader);
      Thread.ofPlatform().start(reader);
    }
    try {
      for (int round = 0; round < 12 || looks.get() < 20; round++) {
        if (readers.stream().anyMatch(FutureTask::isDone)) {
          break; // one has failed, which is said below
        }
        try (Batch batch = store.begin()) {
          for (int i = 0; i < 20; i++) {
            // Both of a pair are in one day, so a reader sees both or none.
            Instant time = START.plus(Duration.ofDays(random.nextInt(4)));
            batch.add(by("pair", "P" + round + "x" + i, time));
            batch.add(by("pair", "Q" + round + "x" + i, time.plusSeconds(1)));
          }
          batch.commit();
        }
        switch (round % 4) {
          // However slow the readers are, the steady one is younger.
          case 0 -> store.purge(START.plus(Duration.ofHours(6L * Math.min(round, 40))), false);
          case 1 -> store.erase("nobody" + round);
          case 2 -> store.rebuild(null);
          default -> {}
        }
      }
    } finally {
      done.set(true);
    }
    for (FutureTask<Void> reader : readers) {
      reader.get();
    }
  }

  private static void look(RecordStore store, SubmissionRecord steady) throws IOException {
    try (View view = store.view()) {
      assertEquals(List.of(steady), view.find(ClueType.USER, "steady", 5));
      Set<String> ids = new HashSet<>();
      view.search(RecordQuery.ALL).forEachRemaining(r -> ids.add(r.transactionId()));
      for (String id : ids) {
        String twin = (id.charAt(0) == 'P' ? "Q" : "P") + id.substring(1);
        assertTrue(id.equals("STEADY") || ids.contains(twin), "half of a commit: " + id);
      }
      view.status().days().forEach(day -> assertNull(day.damage()));
      assertEquals(List.of(), view.warnings());
    }
  }

  /** The Lucene index of a segment is opened when it is asked for, which may be late. */
  @Test
  void aViewThatHasADayOpenFindsNamesInItAfterItWasSealedAgain() throws IOException {
    RecordStore store = PartitionedRecordStore.open(data);
    for (String id : List.of("A1", "A2")) {
      SubmissionRecord.Builder sent = by("alice", id, START).toBuilder();
      sent.recipients = List.of(Recipient.of("bob@example.net"));
      try (Batch batch = store.begin()) {
        batch.add(sent.build());
        batch.commit();
      }
      if (id.equals("A1")) {
        store.seal(START.plus(Duration.ofDays(9)));
      }
    }
    try (View view = store.view()) {
      assertEquals(1, view.find(ClueType.TRANSACTION_ID, "A1", 9).size());
      store.seal(START.plus(Duration.ofDays(9)));
      assertEquals(2, view.find(ClueType.RECIPIENT_DOMAIN, "example.net", 9).size());
      assertEquals(List.of(), view.warnings());
    }
  }

  @Test
  void aBatchMayBeLargerThanWhatWaitsInMemory() throws IOException {
    RecordStore store = PartitionedRecordStore.open(data);
    int many = PartitionedBatch.MAX_PENDING + 1000;
    try (Batch batch = store.begin()) {
      for (int turn = 0; turn < 2; turn++) {
        for (int i = 0; i < many; i++) {
          SubmissionRecord.Builder facts =
              by("u" + i % 7, "T" + i, START.plusSeconds(i * 15L)).toBuilder();
          if (turn == 1) {
            facts.messageId = "<" + i + "@x>";
          }
          batch.add(facts.build());
        }
      }
      try (View view = store.view()) {
        assertEquals(List.of(), view.find(ClueType.USER, "u3", 1));
      }
      batch.commit();
    }
    try (View view = store.view()) {
      int count = 0;
      for (var each = view.search(RecordQuery.ALL); each.hasNext(); count++) {
        SubmissionRecord record = each.next();
        assertEquals("<" + record.transactionId().substring(1) + "@x>", record.messageId());
      }
      assertEquals(many, count);
      assertEquals(1, view.find(ClueType.MESSAGE_ID, "<" + (many - 1) + "@x>", 9).size());
    }
  }
}
