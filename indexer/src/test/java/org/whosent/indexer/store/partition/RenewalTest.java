package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.FailedLoginQuery;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.PurgeReceipt;
import org.whosent.indexer.store.RandomFacts;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.forgetting.Erasing;
import org.whosent.indexer.store.partition.forgetting.LeftDays;
import org.whosent.indexer.store.partition.forgetting.Masking;
import org.whosent.indexer.store.partition.forgetting.Purging;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.ManifestFiles;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.partition.manifest.WriterLock;
import org.whosent.indexer.store.partition.reading.PartitionScan;
import org.whosent.indexer.store.partition.renewal.Compaction;
import org.whosent.indexer.store.partition.renewal.Renewal;
import org.whosent.indexer.store.partition.renewal.RenewalPlan;
import org.whosent.indexer.store.partition.renewal.Repacking;
import org.whosent.indexer.store.partition.renewal.StaleException;
import org.whosent.record.ClueType;
import org.whosent.record.FailedLogin;
import org.whosent.record.JournalEntry;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/**
 * Days are sealed, compacted, mended, erased from, masked and purged while others commit, and put
 * and lift holds: what comes of it is what comes of the same things one after the other. More
 * rounds with {@code -Dwhosent.rounds=N}.
 */
public class RenewalTest {
  private static final int ROUNDS = Integer.getInteger("whosent.rounds", 4);
  private static final Instant END = RandomFacts.START.plus(Duration.ofDays(99));

  @TempDir Path directory;

  private final Tally all = new Tally();
  private Path data;
  private RecordStore store;
  private InMemoryRecordStore model;
  private Random random;
  private List<SubmissionRecord> facts;
  private int at;
  private int holds;
  private int logins;

  /** How often what is to be shown was met. */
  private static final class Tally {
    int commits;
    int superseded;
    int holds;
    int begunAgain;
    int compacted;
  }

  private static Set<SubmissionRecord> records(RecordStore store) throws IOException {
    try (View view = store.view()) {
      List<SubmissionRecord> all = new ArrayList<>();
      view.search(RecordQuery.ALL).forEachRemaining(all::add);
      assertEquals(List.of(), view.warnings());
      assertEquals(all.size(), new HashSet<>(all).size(), "a record twice");
      return new HashSet<>(all);
    }
  }

  private static Set<FailedLogin> logins(RecordStore store) throws IOException {
    try (View view = store.view()) {
      Set<FailedLogin> all = new HashSet<>();
      view.failedLogins(FailedLoginQuery.ALL).forEachRemaining(all::add);
      return all;
    }
  }

  private FailedLogin login() {
    Instant time = RandomFacts.START.plusSeconds(random.nextInt(3 * 86_400));
    String user = "user" + random.nextInt(20) + "@example.com";
    return new FailedLogin(
        new JournalEntry.LoginFailure(
            time, "mail.example.com", null, "192.0.2.9", null, null, user, "PLAIN", "wrong"),
        new SourceLine("mail.log", ++logins, "%016x".formatted(logins)));
  }

  private void commit(int most) throws IOException {
    int end = Math.min(facts.size(), at + 1 + random.nextInt(most));
    List<FailedLogin> failed = random.nextInt(4) == 0 ? List.of(login(), login()) : List.of();
    for (RecordStore each : List.of(store, model)) {
      try (Batch batch = each.begin()) {
        for (SubmissionRecord fact : facts.subList(at, end)) {
          batch.add(fact);
        }
        for (FailedLogin login : failed) {
          batch.add(login);
        }
        batch.commit();
      }
    }
    at = end;
    all.commits++;
  }

  private void changeHolds() throws IOException {
    if (model.holds().size() > 2 || random.nextInt(3) == 0 && !model.holds().isEmpty()) {
      String name = model.holds().get(random.nextInt(model.holds().size())).name();
      assertTrue(store.releaseHold(name) & model.releaseHold(name));
    } else {
      Instant since = RandomFacts.START.plusSeconds(random.nextInt(3 * 86_400));
      RecordQuery query =
          random.nextInt(4) == 0
              ? RecordQuery.of(Map.of(), null, since, since.plusSeconds(3_600))
              : RecordQuery.of(Map.of(ClueType.USER, user()), null, null, null);
      Hold hold = new Hold("hold" + ++holds, query, since);
      store.addHold(hold);
      model.addHold(hold);
    }
    all.holds++;
  }

  private String user() {
    return "uSEr" + random.nextInt(20) + "@example.com";
  }

  /** Lets others do something at some of the points where nobody waits for the writer's lock. */
  private final class Disturbed<T> implements RenewalPlan<T> {
    private final RenewalPlan<T> plan;
    private int left = 1 + random.nextInt(6);
    private int begun;
    private boolean locked;
    private boolean making;

    Disturbed(RenewalPlan<T> plan) {
      this.plan = plan;
    }

    private void disturb() throws IOException {
      if (left == 0 || at >= facts.size() || locked) {
        return;
      }
      left--;
      if (random.nextInt(8) == 0) {
        changeHolds();
      } else {
        commit(30); // begin() would throw if this thread had the writer's lock
      }
    }

    @Override
    public void begin(Manifest manifest) throws IOException {
      all.begunAgain += begun++ > 0 ? 1 : 0;
      plan.begin(manifest);
      locked = false; // what comes next comes without the lock, unless it is quick
    }

    @Override
    public boolean isQuick(Manifest manifest) {
      locked = begun > 3 || plan.isQuick(manifest);
      return plan.isQuick(manifest);
    }

    @Override
    public boolean mustEnd() {
      return plan.mustEnd();
    }

    @Override
    public List<Renewal.Job> jobs(Manifest manifest, Set<Renewal.Place> done) throws IOException {
      making = false; // what is asked to keep from now on is asked under the lock
      disturb(); // the first time nobody has the lock; later on this is under it
      List<Renewal.Job> jobs = plan.jobs(manifest, done);
      if (locked) {
        return jobs;
      }
      disturb();
      locked = true;
      making = true;
      List<Renewal.Job> disturbed = new ArrayList<>();
      for (Renewal.Job job : jobs) {
        int[] until = {random.nextInt(40)};
        disturbed.add(
            new Renewal.Job(
                job.target(),
                job.sources(),
                record -> {
                  if (until[0]-- == 0 && making) {
                    try {
                      locked = false;
                      disturb();
                      locked = true;
                    } catch (IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                  }
                  return job.keep().apply(record);
                },
                job.compression(),
                random.nextInt(3) == 0 ? Map.of() : disturbed(job.leaving())));
      }
      return disturbed;
    }

    /** Where records are not asked for one by one, segments are. */
    private Map<Renewal.Place, BitSet> disturbed(Map<Renewal.Place, BitSet> leaving) {
      return new HashMap<>(leaving) {
        @Override
        public BitSet get(Object place) {
          if (making) {
            try {
              locked = false;
              disturb();
              locked = true;
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          }
          return super.get(place);
        }
      };
    }

    @Override
    public void lost(Renewal.Job job, int stretches) throws IOException {
      plan.lost(job, stretches);
    }

    @Override
    public T end(Manifest manifest, Manifest.Draft draft) throws IOException {
      for (Partition partition : draft.partitions.values()) {
        Partition was = manifest.partitions().get(partition.day());
        for (Segment segment : partition.segments()) {
          boolean anew = was == null || segment.info().number() >= was.nextSegment();
          all.superseded += anew ? segment.gone() : 0;
        }
      }
      return plan.end(manifest, draft);
    }

    @Override
    public void before() throws IOException {
      plan.before();
    }
  }

  private <T> T run(RenewalPlan<T> plan) throws IOException {
    try (WriterLock _ = WriterLock.ofSealing(data)) {
      Renewal.clear(data);
      return Renewal.run(data, new Disturbed<>(plan), random.nextBoolean() ? 0 : 30);
    }
  }

  private void pack(boolean seal) throws IOException {
    List<LocalDate> days = List.copyOf(ManifestFiles.read(data).partitions().keySet());
    LocalDate day = days.get(random.nextInt(days.size()));
    try {
      run(seal ? Repacking.seal(data, day) : Repacking.mend(data, day));
    } catch (Repacking.NotNowException | StaleException _) {
      // sealed already, or others were always faster
    }
  }

  private void compact() throws IOException {
    List<LocalDate> days = List.copyOf(ManifestFiles.read(data).partitions().keySet());
    LocalDate day = days.get(random.nextInt(days.size()));
    int smallest = 1 + random.nextInt(20);
    try {
      run(new Compaction(day, new Compaction.Size(smallest, 1, 4, 200), () -> false));
      all.compacted++;
    } catch (Repacking.NotNowException | StaleException _) {
      // there is none so large, or others were always faster
    }
  }

  private String step() throws IOException {
    int kind = random.nextInt(11);
    switch (kind) {
      case 0, 1 -> {
        String user = user();
        PurgeReceipt receipt = run(Erasing.all(data, ClueType.USER.fold(user), null));
        PurgeReceipt expected = model.erase(user);
        assertEquals(expected.records(), receipt.records(), "erased");
        assertEquals(expected.held(), receipt.held(), "held");
      }
      case 2 -> {
        Instant before = RandomFacts.START.plus(Duration.ofHours(random.nextInt(60)));
        run(new Masking(data, before, LeftDays.none()));
        model.mask(before);
      }
      case 3 -> {
        Instant before = RandomFacts.START.plus(Duration.ofHours(random.nextInt(60)));
        PurgeReceipt receipt = run(new Purging(data, before, null, LeftDays.none()));
        PurgeReceipt expected = model.purge(before, false);
        assertEquals(expected.records(), receipt.records(), "purged");
        assertEquals(expected.held(), receipt.held(), "held");
      }
      case 4 -> pack(false);
      case 5 -> changeHolds();
      case 6, 7 -> compact();
      default -> pack(true);
    }
    return "after " + kind;
  }

  @Test
  void whatComesMeanwhileIsNeitherLostNorLeft() throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      Long only = Long.getLong("whosent.seed");
      long seed = only != null ? only : round < 2 ? round : System.nanoTime();
      try {
        course(seed);
      } catch (AssertionError | IOException | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    System.out.printf(
        "RenewalTest: %d courses, %d commits and %d changes of holds meanwhile, %d superseded, %d"
            + " begun again%n",
        ROUNDS, all.commits, all.holds, all.superseded, all.begunAgain);
    assertTrue(all.superseded > 0, "nothing was superseded while it was written anew");
    assertTrue(all.compacted > 0, "nothing was compacted");
    assertTrue(all.begunAgain > 0, "no hold came while something was forgotten");
  }

  private void course(long seed) throws IOException {
    random = new Random(seed);
    data = directory.resolve(Long.toString(seed));
    store = PartitionedRecordStore.open(data);
    model = new InMemoryRecordStore();
    facts = new RandomFacts(random, 3).shuffled(160);
    at = 0;
    commit(200);
    for (int step = 0; at < facts.size(); step++) {
      commit(60);
      sameRecords("step " + step + " " + step());
      assertEquals(logins(model), logins(store), "step " + step);
      assertFalse(Files.exists(Renewal.directory(data)), "something is left where it was made");
    }
    nothingForgottenIsLeft();
    store.seal(END);
    sameRecords("sealed");
    try (View view = store.view()) {
      view.verify().days().forEach(status -> assertNull(status.damage()));
    }
    ManifestFiles.read(data).partitions().values().forEach(p -> assertEquals(0, p.stale()));
  }

  private void sameRecords(String say) throws IOException {
    Set<SubmissionRecord> lost = records(model);
    Set<SubmissionRecord> left = records(store);
    left.removeAll(lost);
    lost.removeAll(records(store));
    assertTrue(lost.isEmpty() && left.isEmpty(), () -> say + ": lost " + lost + ", left " + left);
  }

  /** Also among the copies that are not current any more. */
  private void nothingForgottenIsLeft() throws IOException {
    Instant horizon = ManifestFiles.read(data).horizon();
    if (horizon == null) {
      return;
    }
    store.purge(horizon, false);
    model.purge(horizon, false);
    Manifest manifest = ManifestFiles.read(data);
    for (Partition partition : manifest.partitions().values()) {
      PartitionScan.records(
          data,
          partition,
          (record, current) ->
              assertTrue(
                  !current || manifest.held(record) || !manifest.beforeHorizon(record.time()),
                  "purged"));
    }
  }
}
