package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.ingest.input.LineInput;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.record.ClueType;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/** What becomes of facts that are being joined when the store's thread fails. */
class JoiningTest {
  /** So many that some are handed on to the store long before the end. */
  private static final int MANY = 10_000;

  private static final int FAILS_AT = 100;
  private static final String FILE = "mail.log";

  private final InMemoryRecordStore store = Fixtures.store();
  private final AtomicInteger added = new AtomicInteger();

  private IngestBatch failing(Throwable failure) {
    SteppedStore stepped =
        new SteppedStore(
            store,
            what -> {
              if (what.equals("add") && added.incrementAndGet() == FAILS_AT) {
                switch (failure) {
                  case IOException io -> throw io;
                  case Error error -> throw error;
                  default -> throw (RuntimeException) failure;
                }
              }
            });
    return new IngestBatch(stepped, Long.MAX_VALUE, Duration.ZERO);
  }

  /** Reads a file with a completed message a line. */
  private static void read(IngestBatch work, int from, int to) throws IOException {
    work.begin(new Tally(FILE));
    StringBuilder lines = new StringBuilder();
    for (int i = from; i < to; i++) {
      lines.append("line ").append(i).append('\n');
    }
    byte[] bytes = lines.toString().getBytes(StandardCharsets.US_ASCII);
    LogCounts.Count count = new LogCounts.Count();
    try (LineInput in = new LineInput(new ByteArrayInputStream(bytes), 0)) {
      for (int i = from; in.next() == LineInput.Found.LINE; i++) {
        work.add(facts(i), FILE, in, count);
        work.lineRead();
      }
    }
    work.end();
  }

  private static SubmissionRecord.Builder facts(int i) {
    SubmissionRecord.Builder facts = new SubmissionRecord.Builder();
    facts.time = Instant.parse("2026-11-23T10:00:00Z").plusSeconds(i);
    facts.transactionId = "A%07X".formatted(i);
    facts.host = "mail.example.com";
    facts.completed = facts.time;
    return facts;
  }

  @Test
  void afterAFailureNothingOfItIsLeft() throws IOException {
    try (IngestBatch work = failing(new IOException("no space"))) {
      IOException thrown =
          assertThrows(
              IOException.class,
              () -> {
                try {
                  read(work, 0, MANY);
                } finally {
                  work.commit();
                }
              });
      assertEquals("no space", thrown.getMessage());
      assertTrue(added.get() == FAILS_AT, "the store was asked for more: " + added);
      assertEquals(List.of(), Fixtures.records(store));
      read(work, MANY, MANY + 1);
      work.commit();
      assertEquals(List.of("A%07X".formatted(MANY)), ids(), "others were kept");
      read(work, 0, MANY);
      work.commit();
    }
    assertEquals(MANY + 1, Fixtures.records(store).size());
    InMemoryRecordStore undisturbed = Fixtures.store();
    try (IngestBatch work = new IngestBatch(undisturbed, Long.MAX_VALUE, Duration.ZERO)) {
      read(work, MANY, MANY + 1);
      read(work, 0, MANY);
      work.commit();
    }
    assertEquals(
        Fixtures.json(Fixtures.recordsWithLines(undisturbed)),
        Fixtures.json(Fixtures.recordsWithLines(store)));
  }

  @Test
  void ourOwnBugIsThrownToTheReader() throws IOException {
    for (Throwable bug : List.of(new IllegalStateException("bug"), new StackOverflowError("bug"))) {
      added.set(0);
      try (IngestBatch work = failing(bug)) {
        Throwable thrown =
            assertThrows(
                bug.getClass(),
                () -> {
                  read(work, 0, MANY);
                  work.commit();
                });
        assertEquals("bug", thrown.getMessage());
      }
      assertEquals(List.of(), Fixtures.records(store));
    }
  }

  /** A text that no UTF-8 has is asked for, and read again, as what the store makes of it. */
  @Test
  void loneSurrogatesAreStoredAsTheyWillBeAskedFor(@TempDir Path data) throws IOException {
    String file = "mail\ud800.log";
    byte[] bytes = "line\n".getBytes(StandardCharsets.US_ASCII);
    SubmissionRecord first = null;
    try (RecordStore kept = PartitionedRecordStore.open(data)) {
      for (int i = 0; i < 2; i++) {
        try (IngestBatch work = new IngestBatch(kept, Long.MAX_VALUE, Duration.ZERO);
            LineInput in = new LineInput(new ByteArrayInputStream(bytes), 0)) {
          in.next();
          work.begin(new Tally(file));
          SubmissionRecord.Builder facts = facts(1);
          facts.user = "eve\ud800@example.org";
          facts.recipients = List.of(Recipient.of("bob\udc00@example.net"));
          work.add(facts, file, in, new LogCounts.Count());
          work.end();
          work.commit();
        }
        try (View view = kept.view()) {
          List<SubmissionRecord> found = view.find(ClueType.RECIPIENT, "bob\ufffd@example.net", 10);
          assertEquals(found, view.find(ClueType.USER, "eve\ufffd@example.org", 10));
          assertEquals(1, found.size());
          assertEquals("mail\ufffd.log", found.getFirst().provenance().getFirst().file());
          first = first == null ? found.getFirst() : first;
          assertEquals(first, found.getFirst());
        }
      }
    }
  }

  private List<String> ids() throws IOException {
    return Fixtures.records(store).stream().map(SubmissionRecord::transactionId).toList();
  }
}
