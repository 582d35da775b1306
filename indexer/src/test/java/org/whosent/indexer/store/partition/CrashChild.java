package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.FailedLoginQuery;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.PurgeReceipt;
import org.whosent.indexer.store.RandomFacts;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.renewal.Compaction;
import org.whosent.record.ClueType;
import org.whosent.record.FailedLogin;
import org.whosent.record.JournalEntry;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/**
 * A fixed course of batches, seals, compactions, masks, purges and an erasure under hold, to be
 * killed anywhere.
 */
final class CrashChild {
  static final int STEPS = 14;
  private static final int FACTS_IN_A_STEP = 50;

  private CrashChild() {}

  /** Takes the data directory and the seed. */
  public static void main(String[] args) throws IOException {
    if (args[1].equals("lock")) {
      try (Batch batch = PartitionedRecordStore.open(Path.of(args[0])).begin()) {
        System.out.println("locked");
        if (System.in.read() == 'c') {
          SubmissionRecord.Builder late = facts(1).getFirst().toBuilder();
          late.time = RandomFacts.START.plus(Duration.ofDays(30)); // it looks into no other day
          batch.add(late.build());
          batch.commit();
        }
      }
      return;
    }
    RecordStore store = PartitionedRecordStore.open(Path.of(args[0]));
    if (args[1].equals("erase")) {
      mark();
      store.erase("user3@example.com");
      return;
    }
    if (args[1].equals("follow")) {
      follow(store);
    }
    List<SubmissionRecord> facts = facts(Long.parseLong(args[1]));
    for (int step = done(store); step < STEPS; step++) {
      mark();
      seal(store, step);
      mark();
      compact(store, step);
      mark();
      mask(store, step);
      mark();
      purge(store, step);
      mark();
      add(store, facts, step);
    }
  }

  /** Commits without a pause, until it is killed; a byte for every commit. */
  private static void follow(RecordStore store) throws IOException {
    RandomFacts facts = new RandomFacts(new Random(1), 4);
    for (int number = 1; ; number++) {
      try (Batch batch = store.begin()) {
        for (SubmissionRecord fact : facts.transaction()) {
          batch.add(fact);
        }
        batch.state("followed", Integer.toString(number));
        batch.commit();
      }
      mark();
    }
  }

  /** A byte for every part of a step that begins. */
  private static void mark() {
    System.out.write('.');
    System.out.flush();
  }

  static List<SubmissionRecord> facts(long seed) {
    RandomFacts random = new RandomFacts(new Random(seed), 4);
    List<SubmissionRecord> facts = new ArrayList<>();
    while (facts.size() < STEPS * FACTS_IN_A_STEP) {
      facts.addAll(random.shuffled(50));
    }
    return facts;
  }

  static int done(RecordStore store) throws IOException {
    try (View view = store.view()) {
      String step = view.state("step");
      return step == null ? 0 : Integer.parseInt(step);
    }
  }

  /**
   * One step of the course, which may be done again when it was done already. Eight commits come
   * before the first seal, so that small segments are merged, but for the last days, which are
   * compacted; erasure, masks and a purge under hold meet sealed and compacted days.
   */
  static void step(RecordStore store, List<SubmissionRecord> facts, int step) throws IOException {
    seal(store, step);
    compact(store, step);
    mask(store, step);
    purge(store, step);
    add(store, facts, step);
  }

  static void seal(RecordStore store, int step) throws IOException {
    if (step == 8 || step == 10 || step == 13) {
      store.seal(RandomFacts.START.plus(Duration.ofHours(12L * step)));
    }
  }

  /** However small; the model has nothing to do. */
  static void compact(RecordStore store, int step) throws IOException {
    if (step % 3 == 2 && store instanceof PartitionedRecordStore ours) {
      Instant since = RandomFacts.START.plus(Duration.ofDays(2));
      Compaction.Size any = new Compaction.Size(1, 2, 4, Long.MAX_VALUE);
      ours.compact(since, any, any, () -> false);
    }
  }

  static void mask(RecordStore store, int step) throws IOException {
    if (step == 6 || step == 12) {
      store.mask(RandomFacts.START.plus(Duration.ofHours(8L * step)));
    }
  }

  /** What comes between the batches; doing it twice is doing it once. */
  static void purge(RecordStore store, int step) throws IOException {
    if (step == 3 && store.holds().isEmpty()) {
      RecordQuery query =
          RecordQuery.of(Map.of(ClueType.USER, "user3@example.com"), null, null, null);
      store.addHold(new Hold("h", query, Instant.EPOCH));
    }
    if (step % 4 == 3) {
      PurgeReceipt _ = store.purge(RandomFacts.START.plus(Duration.ofHours(6L * step)), false);
    }
    if (step == 9) {
      store.erase("user5@example.com");
    }
  }

  private static FailedLogin failedLogin(String user, int step, int line) {
    Instant time = RandomFacts.START.plus(Duration.ofHours(6L * step)).plusSeconds(line);
    return new FailedLogin(
        new JournalEntry.LoginFailure(
            time, "mail.example.com", null, "192.0.2.9", null, null, user, "PLAIN", "wrong"),
        new SourceLine("mail.log", 1000L * step + line, "%016x".formatted(line)));
  }

  static Set<FailedLogin> failedLogins(RecordStore store) throws IOException {
    Set<FailedLogin> all = new HashSet<>();
    try (View view = store.view()) {
      view.failedLogins(FailedLoginQuery.ALL).forEachRemaining(all::add);
      if (!view.warnings().isEmpty()) {
        throw new AssertionError(view.warnings().toString());
      }
    }
    return all;
  }

  static void add(RecordStore store, List<SubmissionRecord> facts, int step) throws IOException {
    try (Batch batch = store.begin()) {
      add(batch, facts, step);
    }
  }

  private static void add(Batch batch, List<SubmissionRecord> facts, int step) throws IOException {
    for (int i = step * FACTS_IN_A_STEP; i < (step + 1) * FACTS_IN_A_STEP; i++) {
      batch.add(facts.get(i));
    }
    for (int user : List.of(3, 5, step)) {
      batch.add(failedLogin("user" + user + "@example.com", step, user));
    }
    batch.state("step", Integer.toString(step + 1));
    batch.commit();
  }
}
