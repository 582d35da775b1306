package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RandomFacts;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.renewal.Compaction;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/**
 * The newest few of a name are the same as those that a full scan finds, in days of which some
 * records wait and others were compacted or sealed, erased, or moved because they are held.
 */
class MixedDaysTest {
  private static final Instant ALL = RandomFacts.START.minus(Duration.ofDays(1));
  private static final int DAYS = 3;
  private static final List<ClueType> NAMES =
      List.of(ClueType.USER, ClueType.LOCAL_USER, ClueType.MAIL_FROM, ClueType.RECIPIENT);

  @TempDir Path directory;

  private PartitionedRecordStore store;
  private InMemoryRecordStore model;
  private Random random;
  private RandomFacts facts;
  private int names;
  private int horizon;

  @Test
  void theNewestOfANameAreThoseThatAFullScanFinds() throws IOException {
    for (int course = 0; course < 3; course++) {
      long seed = System.nanoTime();
      random = new Random(seed);
      store = PartitionedRecordStore.open(directory.resolve("store" + course));
      model = new InMemoryRecordStore();
      facts = new RandomFacts(random, DAYS);
      names = 0;
      horizon = 0;
      for (int step = 0; step < 10; step++) {
        add(20 + random.nextInt(60));
        change();
        sameNewest("seed " + seed + ", step " + step);
      }
    }
  }

  /** Few users, in capitals and small; some behind local accounts; some times come twice. */
  private void add(int transactions) throws IOException {
    List<SubmissionRecord> some = new ArrayList<>();
    for (SubmissionRecord fact : facts.shuffled(transactions)) {
      SubmissionRecord.Builder b = fact.toBuilder();
      if (b.user != null) {
        int user = (b.transactionId.hashCode() >>> 1) % 5;
        b.user = (user % 2 == 0 ? "User" : "uSER") + user % 4 + "@example.com";
        int local = (b.transactionId.hashCode() >>> 5) % 6;
        b.localUser = local > 2 ? null : local == 2 ? "WEB1" : "web" + local;
      }
      some.add(b.build());
    }
    for (RecordStore each : List.of(store, model)) {
      try (Batch batch = each.begin()) {
        for (SubmissionRecord fact : some) {
          batch.add(fact);
        }
        batch.commit();
      }
    }
  }

  private void change() throws IOException {
    Instant before = RandomFacts.START.plus(Duration.ofDays(1 + random.nextInt(DAYS)));
    switch (random.nextInt(8)) {
      case 0, 1 -> {
        int least = 1 + random.nextInt(200);
        Compaction.Size size = new Compaction.Size(least, 1, random.nextInt(5), 300);
        store.compact(ALL, size, size, () -> false);
      }
      case 2 -> store.seal(before);
      case 3 -> {
        String user = "user" + random.nextInt(4) + "@example.com";
        store.erase(user);
        model.erase(user);
      }
      case 4 -> {
        RecordQuery query =
            RecordQuery.of(
                Map.of(ClueType.USER, "user" + random.nextInt(4) + "@example.com"),
                null,
                null,
                null);
        Hold hold = new Hold("hold" + ++names, query, RandomFacts.START);
        store.addHold(hold);
        model.addHold(hold);
      }
      case 5 -> {
        horizon = Math.min(DAYS - 1, horizon + random.nextInt(2));
        Instant until = RandomFacts.START.plus(Duration.ofDays(horizon));
        store.purge(until, false);
        model.purge(until, false);
      }
      default -> {} // what was added waits
    }
  }

  private void sameNewest(String say) throws IOException {
    try (View view = store.view();
        View scanned = model.view()) {
      List<SubmissionRecord> all = new ArrayList<>();
      scanned.search(RecordQuery.ALL).forEachRemaining(all::add);
      // Asked often, a view keeps what it reads of a segment first, and is asked in another way.
      for (int again = 0; again < 2; again++) {
        for (ClueType type : NAMES) {
          Set<String> values = new TreeSet<>();
          all.forEach(record -> values.addAll(type.of(record)));
          for (String value : values) {
            same(view, all, type, value, 1 + random.nextInt(30), say);
            same(view, all, type, value, Integer.MAX_VALUE, say);
          }
        }
      }
      assertEquals(List.of(), view.warnings(), say);
    }
  }

  /** Of records of one instant any may be the newer. */
  private static void same(
      View view, List<SubmissionRecord> all, ClueType type, String value, int most, String say)
      throws IOException {
    List<SubmissionRecord> expected = all.stream().filter(r -> type.of(r).contains(value)).toList();
    List<SubmissionRecord> found = view.find(type, value, most);
    String what = say + ", newest " + most + " of " + type + " " + value;
    assertEquals(
        expected.stream().limit(most).map(SubmissionRecord::time).toList(),
        found.stream().map(SubmissionRecord::time).toList(),
        what);
    Set<SubmissionRecord> each = new HashSet<>(found);
    assertEquals(found.size(), each.size(), what + ": one of them twice");
    each.removeAll(new HashSet<>(expected));
    assertEquals(Set.of(), each, what);
  }
}
