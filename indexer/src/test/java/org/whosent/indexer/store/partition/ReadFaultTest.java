package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.fixtures.disk.FaultyFileSystem;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.Detail;
import org.whosent.indexer.store.FailedLoginQuery;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.RandomFacts;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.bytes.StoreFiles;
import org.whosent.record.ClueType;
import org.whosent.record.FailedLogin;
import org.whosent.record.JournalEntry;
import org.whosent.record.Network;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/**
 * One read that fails, wherever in a command it is, and reads that give less than was asked for:
 * Lucene's part of sealed days included. What is answered then is right, or says that it may lack
 * something; what is changed is changed wholly or not at all. All reads with {@code
 * -Dwhosent.reads=all}.
 */
class ReadFaultTest {
  private static final boolean ALL = "all".equals(System.getProperty("whosent.reads"));
  private static final int SOME = 10;
  private static final String HELD = "user3@example.com";
  private static final String ERASED = "user5@example.com";
  private static final Instant FIRST_END = RandomFacts.START.plus(Duration.ofDays(1));

  @TempDir Path directory;
  private Path sound;
  private int copies;
  private List<SubmissionRecord> facts;
  private final Random random = new Random(7);

  @BeforeEach
  void makeStore() throws IOException {
    sound = directory.resolve("sound");
    RecordStore store = PartitionedRecordStore.open(sound);
    facts = new RandomFacts(random, 3).shuffled(60);
    for (int from = 0; from < facts.size(); from += facts.size() / 3) {
      add(store, facts.subList(from, Math.min(facts.size(), from + facts.size() / 3)));
      if (from == facts.size() / 3) {
        store.seal(RandomFacts.START.plus(Duration.ofDays(2)));
      }
    }
    store.seal(FIRST_END);
    store.addHold(
        new Hold(
            "court",
            RecordQuery.of(Map.of(ClueType.USER, HELD), null, null, null),
            RandomFacts.START));
    store.erase("user7@example.com");
  }

  private static void add(RecordStore store, List<SubmissionRecord> facts) throws IOException {
    try (Batch batch = store.begin()) {
      for (SubmissionRecord fact : facts) {
        batch.add(fact);
      }
      for (String name : List.of("alice", HELD, ERASED)) {
        for (int day = 0; day < 3; day++) {
          batch.add(login(name, RandomFacts.START.plus(Duration.ofDays(day))));
        }
      }
      batch.commit();
    }
  }

  private static FailedLogin login(String name, Instant time) {
    return new FailedLogin(
        new JournalEntry.LoginFailure(
            time, "mail", null, "192.0.2.9", null, null, name, "PLAIN", "no"),
        new SourceLine("mail.log", time.getEpochSecond(), "0".repeat(16)));
  }

  private static <T> List<T> list(Iterator<T> all) {
    List<T> list = new ArrayList<>();
    all.forEachRemaining(list::add);
    return list;
  }

  private interface Question {
    List<?> ask(View view) throws IOException;
  }

  private Map<String, Question> questions() throws IOException {
    List<SubmissionRecord> all = Answers.all(PartitionedRecordStore.open(sound)).stream().toList();
    Map<String, Question> questions = new LinkedHashMap<>();
    questions.put("search", view -> list(view.search(RecordQuery.ALL)));
    questions.put("columns", view -> list(view.search(RecordQuery.ALL, Detail.COLUMNS)));
    Network network = Network.parse("192.0.2.0/25").orElseThrow();
    questions.put(
        "network", view -> list(view.search(new RecordQuery(Map.of(), network, null, null))));
    questions.put("logins", view -> list(view.failedLogins(FailedLoginQuery.ALL)));
    for (ClueType type : ClueType.values()) {
      for (SubmissionRecord record : all) {
        if (!type.of(record).isEmpty()) {
          String value = type.of(record).getFirst();
          questions.put("find " + type, view -> view.find(type, value, 1000));
          questions.put(
              "search " + type,
              view -> list(view.search(RecordQuery.of(Map.of(type, value), null, null, null))));
          break;
        }
      }
    }
    questions.put(
        "verify",
        view ->
            view.verify().days().stream().map(day -> day.damage() == null ? "sound" : "").toList());
    questions.put("status", view -> view.status().days().stream().map(day -> "sound").toList());
    return questions;
  }

  /** Where in so many reads it is to fail. */
  private List<Integer> points(int reads, boolean all) {
    Set<Integer> points = new HashSet<>();
    while (points.size() < (all ? reads : Math.min(reads, SOME))) {
      points.add(all ? points.size() : random.nextInt(reads));
    }
    return points.stream().sorted().toList();
  }

  @Test
  void anAnswerIsNeverSilentlyShort() throws IOException {
    int failed = 0;
    for (Map.Entry<String, Question> question : questions().entrySet()) {
      FaultyFileSystem disk = new FaultyFileSystem(1, sound);
      List<?> right;
      try (View view = PartitionedRecordStore.open(disk.path(sound)).view()) {
        right = question.getValue().ask(view);
      }
      for (int point : points(disk.reads(), ALL)) {
        String say = question.getKey() + ", read " + point;
        disk = new FaultyFileSystem(1, sound);
        disk.failReadAt(point);
        try (View view = PartitionedRecordStore.open(disk.path(sound)).view()) {
          List<?> answer = question.getValue().ask(view);
          if (!answer.equals(right)) {
            failed++;
            boolean told = !view.warnings().isEmpty();
            boolean verified = question.getKey().equals("verify") && answer.contains("");
            assertTrue(told || verified, say + ": a silent difference");
            List<Object> more = new ArrayList<>(answer);
            right.forEach(more::remove);
            more.remove("");
            assertEquals(List.of(), more, say);
          }
        } catch (IOException | UncheckedIOException e) {
          failed++;
          assertTrue(e.getMessage() != null, say);
        }
      }
      disk = new FaultyFileSystem(1, sound);
      disk.readShort();
      try (View view = PartitionedRecordStore.open(disk.path(sound)).view()) {
        assertEquals(right, question.getValue().ask(view), question.getKey());
        assertEquals(List.of(), view.warnings(), question.getKey());
      }
    }
    assertTrue(failed > 50, failed + " were met");
  }

  private interface Change {
    void make(RecordStore store) throws IOException;
  }

  private Map<String, Change> changes() {
    Map<String, Change> changes = new LinkedHashMap<>();
    changes.put("seal", store -> store.seal(RandomFacts.START.plus(Duration.ofDays(9))));
    changes.put("purge", store -> store.purge(FIRST_END, false));
    changes.put("mask", store -> store.mask(FIRST_END));
    changes.put("erase", store -> store.erase(ERASED));
    changes.put("erase under hold", store -> store.erase(HELD));
    changes.put("rebuild", store -> store.rebuild(null));
    changes.put("release", store -> store.releaseHold("court"));
    changes.put(
        "hold",
        store -> {
          Hold hold =
              new Hold(
                  "second",
                  RecordQuery.of(Map.of(ClueType.USER, ERASED), null, null, null),
                  RandomFacts.START);
          if (!store.holds().contains(hold)) {
            store.addHold(hold);
          }
        });
    changes.put("erased users", store -> store.erasedUsers(RecordQuery.ALL));
    List<SubmissionRecord> again = new RandomFacts(new Random(9), 3).shuffled(5);
    changes.put(
        "index",
        store -> {
          List<SubmissionRecord> some = new ArrayList<>(facts.subList(0, 20));
          some.addAll(again);
          add(store, some);
        });
    return changes;
  }

  private Path copy() throws IOException {
    Path copy = directory.resolve("copy-" + copies++);
    Trees.copy(sound, copy);
    return copy;
  }

  private static void delete(Path copy) throws IOException {
    StoreFiles.deleteTree(copy);
    StoreFiles.deleteTree(copy.resolveSibling(copy.getFileName() + ".graveyard"));
  }

  private record Contents(
      Set<SubmissionRecord> records, Set<FailedLogin> logins, List<Hold> holds) {
    static Contents of(Path data) throws IOException {
      RecordStore store = PartitionedRecordStore.open(data);
      try (View view = store.view()) {
        Contents all =
            new Contents(
                new HashSet<>(list(view.search(RecordQuery.ALL))),
                new HashSet<>(list(view.failedLogins(FailedLoginQuery.ALL))),
                store.holds());
        assertEquals(List.of(), view.warnings());
        return all;
      }
    }
  }

  @Test
  void whatIsChangedIsChangedWhollyOrNotAtAllAndNobodyElsesRecordGoes() throws IOException {
    int failed = 0;
    for (Map.Entry<String, Change> change : changes().entrySet()) {
      Contents before = Contents.of(sound);
      Path data = copy();
      FaultyFileSystem disk = new FaultyFileSystem(1, data);
      change.getValue().make(PartitionedRecordStore.open(disk.path(data)));
      int reads = disk.reads();
      Contents after = Contents.of(data);
      delete(data);
      boolean all = ALL || change.getKey().equals("rebuild"); // what it lets go of is lost for good
      for (int point : points(reads, all)) {
        String say = change.getKey() + ", read " + point;
        data = copy();
        disk = new FaultyFileSystem(1, data);
        disk.failReadAt(point);
        RecordStore store = PartitionedRecordStore.open(disk.path(data));
        boolean done = true;
        try {
          change.getValue().make(store);
        } catch (IOException | UncheckedIOException e) {
          done = false;
          failed++;
          assertTrue(e.getMessage() != null, say);
        }
        Contents now = Contents.of(data);
        RecordStore mended = PartitionedRecordStore.open(data);
        boolean told = !store.passedOver().isEmpty();
        failed += told ? 1 : 0;
        if (!now.equals(after) && (!now.equals(before) || done)) {
          // A day was left as it is: that is said, and nothing is made up.
          assertTrue(told, say + ": neither before nor after");
          Set<SubmissionRecord> strange = new HashSet<>(now.records);
          strange.removeAll(before.records);
          strange.removeAll(after.records);
          if (!change.getKey().equals("index")) {
            assertEquals(Set.of(), strange, say);
          }
        }
        if (!change.getKey().equals("index")) {
          Set<SubmissionRecord> lost = new HashSet<>(after.records);
          lost.removeAll(now.records);
          if (change.getKey().equals("mask")) {
            lost.removeIf(r -> before.records.stream().anyMatch(b -> isMasked(b, r)));
          }
          assertEquals(Set.of(), lost, say);
          change.getValue().make(mended);
          assertEquals(after, Contents.of(data), say + ", done again");
          assertEquals(List.of(), mended.passedOver(), say);
        }
        delete(data);
      }
      data = copy();
      disk = new FaultyFileSystem(1, data);
      disk.readShort();
      change.getValue().make(PartitionedRecordStore.open(disk.path(data)));
      assertEquals(after, Contents.of(data), change.getKey() + ", short reads");
    }
    assertTrue(failed > 20, failed + " were met");
  }

  private static boolean isMasked(SubmissionRecord record, SubmissionRecord masked) {
    return record.time().atOffset(ZoneOffset.UTC).equals(masked.time().atOffset(ZoneOffset.UTC))
        && record.transactionId().equals(masked.transactionId());
  }
}
