package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
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
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RandomFacts;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.bytes.StoreFiles;
import org.whosent.record.ClueType;
import org.whosent.record.FailedLogin;
import org.whosent.record.JournalEntry;
import org.whosent.record.Sketch;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/**
 * A user whose records are among the first of days of many blocks is erased, so that all but a few
 * blocks are copied, and the power fails or the disk is full meanwhile. Afterwards the store
 * answers whatever it is asked as one does that never heard of that user; and so it does when it
 * goes on: with a hold, another erasure, masks and a purge, which fail too.
 */
class CopiedErasureTest {
  private static final int USERS = 100;
  private static final String VICTIM = "user002@example.com";
  private static final String SECOND = "user050@example.com";
  private static final Instant DAY_TWO = RandomFacts.START.plus(Duration.ofDays(1));

  @TempDir Path directory;

  private final long seed = Long.getLong("whosent.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<SubmissionRecord> theirs = new ArrayList<>();
  private final List<SubmissionRecord> others = new ArrayList<>();

  /** Of theirs what began on the second day: all that is left once the first one was purged. */
  private final List<SubmissionRecord> late = new ArrayList<>();

  private final Answers answers = new Answers(random);
  private Path template;

  /** The same with dictionaries that have something of the victim. */
  private Path learnt;

  private CopiedBlocks packed;
  private int failed;

  @BeforeEach
  void makeDays() throws IOException {
    RandomFacts source = new RandomFacts(random, 2);
    for (int i = 0; i < 1800; i++) {
      String user = "User%03d@example.com".formatted(i % USERS); // each as much as any other
      List<SubmissionRecord> mail = new ArrayList<>();
      for (SubmissionRecord fact : source.transaction()) {
        mail.add(fact.origin() == null ? fact : opening(fact, user));
      }
      boolean erased = user.equalsIgnoreCase(VICTIM);
      (erased ? theirs : others).addAll(mail);
      if (erased && !mail.getFirst().time().isBefore(DAY_TWO)) {
        late.addAll(mail);
      }
    }
    Collections.shuffle(theirs, random);
    Collections.shuffle(others, random);
    answers.ask(theirs);
    answers.ask(others);
    template = directory.resolve("template");
    RecordStore store = PartitionedRecordStore.open(template);
    add(store, others, SECOND);
    add(store, theirs, VICTIM);
    learnt = directory.resolve("learnt");
    Trees.copy(template, learnt);
    packed = CopiedBlocks.pack(template, 0);
    CopiedBlocks _ = CopiedBlocks.pack(learnt, 4 << 10);
  }

  /** With a word of that user wherever one can be. */
  private SubmissionRecord opening(SubmissionRecord fact, String user) {
    SubmissionRecord.Builder b = fact.toBuilder();
    String word = word(user);
    b.user = user;
    b.localUser = random.nextInt(3) == 0 ? word : null;
    b.mailFrom = random.nextBoolean() ? user : word + "@sender.example";
    b.subject = "about " + word;
    b.helo = word + ".example.com";
    b.headerFrom = word + " <" + user + ">";
    b.messageId = "<" + random.nextInt() + "." + word + "@example.com>";
    b.bodyDigest = "%064x".formatted(random.nextLong());
    b.textDigest = "%064x".formatted(random.nextInt(500));
    String text = "words that are long enough and many enough for a sketch of them " + word;
    b.sketch = Sketch.of(text + random.nextInt(3)).orElseThrow().toString();
    b.attachmentDigests = List.of("%064x".formatted(random.nextInt(300)));
    b.envelopeId = random.nextInt(9) == 0 ? "QQ" + random.nextInt() : null;
    return b.build();
  }

  private static String word(String user) {
    int number = Integer.parseInt(user.substring(4, 7));
    return Long.toString((number + 1) * 0x9E37_79B9_7F4AL, 36) + "word";
  }

  private static void add(RecordStore store, List<SubmissionRecord> facts, String login)
      throws IOException {
    try (Batch batch = store.begin()) {
      for (SubmissionRecord fact : facts) {
        batch.add(fact);
      }
      for (int i = 0; i < 3; i++) {
        Instant time = RandomFacts.START.plus(Duration.ofHours(20L * i));
        batch.add(
            new FailedLogin(
                new JournalEntry.LoginFailure(
                    time, "mail.example.com", null, "192.0.2.9", null, null, login, "PLAIN", "no"),
                new SourceLine("mail.log", i, "%015d%s".formatted(i, login.charAt(6)))));
      }
      batch.commit();
    }
  }

  private static Set<FailedLogin> logins(RecordStore store) throws IOException {
    Set<FailedLogin> all = new HashSet<>();
    try (View view = store.view()) {
      view.failedLogins(FailedLoginQuery.ALL).forEachRemaining(all::add);
    }
    return all;
  }

  @Test
  void whoIsErasedWasNeverThereWhateverFails() throws IOException {
    InMemoryRecordStore model = new InMemoryRecordStore();
    add(model, others, SECOND);
    Set<SubmissionRecord> before = Answers.all(PartitionedRecordStore.open(template));
    Set<SubmissionRecord> after = Answers.all(model);
    assertTrue(before.size() > after.size() + 10, "seed " + seed);
    int points = 0;
    boolean whole = false;
    for (int at = 0; !whole; at += 1 + random.nextInt(3 + at / 2), points++) {
      String say = "seed " + seed + ", operation " + at;
      boolean full = random.nextInt(3) == 0;
      Path data = directory.resolve("point" + at);
      boolean plain = random.nextInt(3) > 0;
      Trees.copy(plain ? template : learnt, data);
      FaultyFileSystem files = new FaultyFileSystem(seed + at, data);
      files.failAt(at, full);
      boolean done = false;
      try {
        PartitionedRecordStore.open(files.path(data)).erase(VICTIM);
        done = true;
      } catch (IOException e) {
        failed++;
        assertTrue(at < 10_000, () -> say + ": " + e);
      }
      files.restart();
      PartitionedRecordStore store = PartitionedRecordStore.open(data);
      Set<SubmissionRecord> found = Answers.all(store);
      assertTrue(found.equals(after) || !done && found.equals(before), say);
      store.erase(VICTIM);
      assertEquals(List.of(), Trees.containing(data, word(VICTIM)), say);
      if (plain) {
        packed.check(data, true, say);
      }
      answers.check(store, after, 3, say);
      whole = done && !full;
      if (whole || random.nextInt(9) == 0) {
        InMemoryRecordStore theModel = new InMemoryRecordStore();
        add(theModel, others, SECOND);
        goOn(data, files, theModel, say);
      }
      StoreFiles.deleteTree(data);
      StoreFiles.deleteTree(directory.resolve("point" + at + ".graveyard"));
    }
    System.out.printf("CopiedErasureTest: %d points, %d faults%n", points, failed);
    // However the points fall, there are as many within the first forty operations.
    assertTrue(failed > 5, "the faulty files are not beneath the store");
  }

  private interface Step {
    void run(RecordStore store) throws IOException;
  }

  /** What comes after it fails too, once, and is done again. */
  private void goOn(Path data, FaultyFileSystem files, InMemoryRecordStore model, String say)
      throws IOException {
    Instant until = RandomFacts.START.plus(Duration.ofHours(15));
    Hold hold =
        new Hold(
            "court",
            RecordQuery.of(Map.of(ClueType.USER, SECOND), null, null, until),
            RandomFacts.START);
    List<Step> steps =
        List.of(
            store -> {
              if (store.holds().isEmpty()) {
                store.addHold(hold);
              }
            },
            store -> store.erase(SECOND),
            store -> store.mask(DAY_TWO),
            store -> store.purge(DAY_TWO, false),
            store -> store.seal(DAY_TWO.plus(Duration.ofDays(9))));
    RecordStore store = PartitionedRecordStore.open(data);
    for (int step = 0; step < steps.size(); step++) {
      files.failAt(random.nextInt(step == 0 ? 12 : 60), random.nextInt(3) == 0);
      try {
        steps.get(step).run(PartitionedRecordStore.open(files.path(data)));
      } catch (IOException _) {
        failed++;
        files.restart();
        steps.get(step).run(PartitionedRecordStore.open(files.path(data)));
      }
      files.restart();
      steps.get(step).run(model);
      answers.check(store, Answers.all(model), 5, say + ", step " + step);
      assertEquals(logins(model), logins(store), say + ", step " + step);
    }
    add(store, late, VICTIM);
    answers.check(store, Answers.all(model), 30, say + ", read again");
    assertEquals(logins(model), logins(store), say);
    assertEquals(List.of(), Trees.containing(data, word(VICTIM)), say);
  }
}
