package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
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
import org.whosent.indexer.store.PurgeReceipt;
import org.whosent.indexer.store.RandomFacts;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.renewal.Compaction;
import org.whosent.indexer.store.segment.BlockText;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/**
 * Users are erased from days so large that most blocks are copied: what is left is what the model
 * has, and no file has a word of theirs. More courses with {@code -Dwhosent.rounds=N}.
 */
class ErasureOfFewTest {
  private static final int ROUNDS = Integer.getInteger("whosent.rounds", 3);
  private static final Instant END = RandomFacts.START.plus(Duration.ofDays(99));
  private static final int USERS = 20;

  @TempDir Path directory;

  private Random random;

  /** Facts of many mails; where they name a user they have a word of that user too. */
  private List<SubmissionRecord> facts(int transactions) {
    RandomFacts source = new RandomFacts(random, 2);
    List<SubmissionRecord> facts = new ArrayList<>();
    for (int i = 0; i < transactions; i++) {
      List<SubmissionRecord> mail = source.transaction();
      String word = word(mail.getFirst().user());
      for (SubmissionRecord fact : mail) {
        SubmissionRecord.Builder b = fact.toBuilder();
        if (b.user != null) {
          b.subject = "about " + word;
          b.helo = word + ".example.com";
        }
        facts.add(b.build());
      }
    }
    Collections.shuffle(facts, random);
    return facts;
  }

  private static String word(String user) {
    return "planted" + user.substring(4, user.indexOf('@')) + "word";
  }

  private static void add(RecordStore store, List<SubmissionRecord> facts) throws IOException {
    try (Batch batch = store.begin()) {
      for (SubmissionRecord fact : facts) {
        batch.add(fact);
      }
      batch.commit();
    }
  }

  private static Set<SubmissionRecord> all(RecordStore store) throws IOException {
    try (View view = store.view()) {
      List<SubmissionRecord> all = new ArrayList<>();
      view.search(RecordQuery.ALL).forEachRemaining(all::add);
      assertEquals(List.of(), view.warnings());
      assertEquals(all.size(), new HashSet<>(all).size(), "a record twice");
      return new HashSet<>(all);
    }
  }

  private static Set<String> frames(Path data) throws IOException {
    Set<String> frames = new HashSet<>();
    for (Path file : Trees.files(data)) {
      if (file.toString().endsWith(".records")) {
        frames.addAll(BlockText.frames(file));
      }
    }
    return frames;
  }

  @Test
  void fewAreErasedAsAllAreWrittenAnew() throws IOException {
    int copied = 0;
    int held = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Long only = Long.getLong("whosent.seed");
      long seed = only != null ? only : round < 1 ? round : System.nanoTime();
      random = new Random(seed);
      try {
        int[] found = course(directory.resolve("course" + round));
        copied += found[0];
        held += found[1];
      } catch (AssertionError | IOException | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    System.out.printf("ErasureOfFewTest: %d blocks copied, %d records held%n", copied, held);
    assertTrue(copied > 10 * ROUNDS, "only " + copied + " blocks were copied");
    assertTrue(ROUNDS < 3 || held > 0, "nothing was held");
  }

  private int[] course(Path data) throws IOException {
    PartitionedRecordStore store = PartitionedRecordStore.open(data);
    InMemoryRecordStore model = new InMemoryRecordStore();
    List<SubmissionRecord> facts = facts(1500);
    int copied = 0;
    int held = 0;
    int step = 0;
    for (int at = 0; at < facts.size(); step++) {
      int most = step == 0 ? facts.size() : 300;
      int end = Math.min(facts.size(), at + most / 2 + random.nextInt(most / 2));
      add(store, facts.subList(at, end));
      add(model, facts.subList(at, end));
      at = end;
      change(store, model, step);
      Set<String> before = frames(data);
      String user = "uSEr" + random.nextInt(USERS) + "@example.com";
      PurgeReceipt receipt = store.erase(user);
      PurgeReceipt expected = model.erase(user);
      assertEquals(expected.records(), receipt.records(), "erased");
      assertEquals(expected.held(), receipt.held(), "held");
      held += (int) receipt.held();
      before.retainAll(frames(data));
      copied += before.size();
      assertEquals(all(model), all(store), "step " + step);
      sameAnswers(store, model);
      try (View view = store.view()) {
        view.verify().days().forEach(day -> assertNull(day.damage()));
      }
      if (receipt.held() == 0) {
        String word = word(user);
        assertEquals(List.of(), Trees.containing(data, word), word);
        assertEquals(List.of(), Trees.containing(data, "User" + user.substring(4)), user);
      }
      assertEquals(0, store.erase(user).records(), "twice is once");
      model.erase(user);
    }
    store.seal(END);
    assertEquals(all(model), all(store), "sealed");
    return new int[] {copied, held};
  }

  private void change(PartitionedRecordStore store, InMemoryRecordStore model, int step)
      throws IOException {
    // once in each course something is surely held; else three courses now and then go without
    switch (step == 0 ? random.nextInt(2) : step == 1 ? 2 : random.nextInt(6)) {
      case 0 -> store.seal(END);
      case 1 -> {
        Compaction.Size any = new Compaction.Size(1, 1, 4, Long.MAX_VALUE);
        store.compact(RandomFacts.START, any, any, () -> false);
      }
      case 2 -> {
        Instant since = RandomFacts.START.plusSeconds(random.nextInt(86_400));
        RecordQuery query = RecordQuery.of(Map.of(), null, since, since.plusSeconds(40_000));
        Hold hold = new Hold("hold" + step, query, since);
        store.addHold(hold);
        model.addHold(hold);
      }
      case 3 -> {
        if (random.nextInt(3) == 0) {
          store.mask(RandomFacts.START.plus(Duration.ofHours(20)));
          model.mask(RandomFacts.START.plus(Duration.ofHours(20)));
        }
      }
      default -> {} // what was added waits
    }
  }

  private void sameAnswers(RecordStore store, RecordStore model) throws IOException {
    Map<ClueType, Set<String>> values = new HashMap<>();
    for (SubmissionRecord record : all(model)) {
      for (ClueType type : ClueType.values()) {
        values.computeIfAbsent(type, _ -> new TreeSet<>()).addAll(type.of(record));
      }
    }
    try (View view = store.view();
        View expected = model.view()) {
      for (Map.Entry<ClueType, Set<String>> each : values.entrySet()) {
        List<String> some = new ArrayList<>(each.getValue());
        Collections.shuffle(some, random);
        for (String value : some.subList(0, Math.min(40, some.size()))) {
          assertEquals(
              new HashSet<>(expected.find(each.getKey(), value, Integer.MAX_VALUE)),
              new HashSet<>(view.find(each.getKey(), value, Integer.MAX_VALUE)),
              each.getKey() + " " + value);
        }
      }
      assertEquals(List.of(), view.warnings());
    }
  }
}
