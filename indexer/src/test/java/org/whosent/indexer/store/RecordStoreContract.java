package org.whosent.indexer.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.whosent.record.ClueType;
import org.whosent.record.Continuation;
import org.whosent.record.FailedLogin;
import org.whosent.record.JournalEntry;
import org.whosent.record.Network;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionId;

/** What every {@link RecordStore} must do. */
public abstract class RecordStoreContract {
  protected static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  /** A store with nothing in it; the same one within a test. */
  protected abstract RecordStore store() throws IOException;

  protected static SubmissionRecord.Builder record(String id, Instant time) {
    SubmissionRecord.Builder builder = new SubmissionRecord.Builder();
    builder.time = time;
    builder.transactionId = id;
    builder.host = "mail.example.com";
    return builder;
  }

  protected static SubmissionRecord by(String user, String id, Instant time) {
    SubmissionRecord.Builder builder = record(id, time);
    builder.origin = Origin.AUTHENTICATED;
    builder.user = user;
    return builder.build();
  }

  protected void add(SubmissionRecord... records) throws IOException {
    try (Batch batch = store().begin()) {
      for (SubmissionRecord record : records) {
        batch.add(record);
      }
      batch.commit();
    }
  }

  protected List<SubmissionRecord> find(ClueType type, String value) throws IOException {
    try (View view = store().view()) {
      List<SubmissionRecord> found = view.find(type, value, 1000);
      assertEquals(List.of(), view.warnings());
      return found;
    }
  }

  protected static List<SubmissionRecord> all(RecordStore store, RecordQuery query)
      throws IOException {
    try (View view = store.view()) {
      List<SubmissionRecord> all = new ArrayList<>();
      view.search(query).forEachRemaining(all::add);
      assertEquals(List.of(), view.warnings());
      return all;
    }
  }

  private List<SubmissionRecord> all() throws IOException {
    return all(store(), RecordQuery.ALL);
  }

  /** What {@link Detail#COLUMNS} names of a record, and nothing else. */
  public static SubmissionRecord columns(SubmissionRecord whole) {
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    b.time = whole.time();
    b.transactionId = whole.transactionId();
    b.host = whole.host();
    b.user = whole.user();
    b.localUser = whole.localUser();
    b.client = whole.client();
    b.mailFrom = whole.mailFrom();
    b.recipients =
        whole.recipients().stream()
            .map(r -> new Recipient(r.address(), null, null, null, null, null, null, null, null))
            .toList();
    b.messageId = whole.messageId();
    b.headerFrom = whole.headerFrom();
    b.subject = whole.subject();
    b.size = whole.size();
    b.provenance = whole.provenance().stream().limit(1).toList();
    return b.build();
  }

  protected static Hold hold(String name, ClueType type, String value) {
    return new Hold(name, RecordQuery.of(Map.of(type, value), null, null, null), NOON);
  }

  /** A store that leaves fields out must not leave out what the question is about. */
  @Test
  void whoeverAsksForColumnsGetsTheSameRecords() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<SubmissionRecord> facts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      SubmissionRecord.Builder b =
          by("user" + random.nextInt(3), "ID" + i, NOON.minusSeconds(i * 4000L)).toBuilder();
      b.aliases = List.of("ALIAS" + i % 5);
      b.client = "192.0.2." + i % 4;
      b.mailFrom = "from" + i % 3 + "@example.com";
      b.messageId = "<m" + i % 7 + "@example.com>";
      b.bodyDigest = "%032x".formatted(i % 6);
      b.envelopeId = "E" + i % 8;
      b.subject = "s" + i;
      b.size = 100L + i;
      b.recipients =
          List.of(
              new Recipient(
                  "to" + i % 4 + "@r" + i % 2 + ".example",
                  "end" + i % 3 + "@e.example",
                  true,
                  Outcome.DELIVERED,
                  "2.0.0",
                  "250 ok",
                  "mx",
                  "HOP" + i % 9,
                  NOON));
      b.provenance = List.of(new SourceLine("log", i, "00"), new SourceLine("log", i + 1, "11"));
      facts.add(b.build());
    }
    add(facts.toArray(SubmissionRecord[]::new));
    int asked = 0;
    try (View view = store().view()) {
      for (ClueType type : ClueType.values()) {
        for (String value :
            new HashSet<>(facts.stream().flatMap(f -> type.of(f).stream()).toList())) {
          RecordQuery query = RecordQuery.of(Map.of(type, value), null, null, null);
          List<SubmissionRecord> columns = new ArrayList<>();
          view.search(query, Detail.COLUMNS).forEachRemaining(r -> columns.add(columns(r)));
          assertEquals(
              all(store(), query).stream().map(RecordStoreContract::columns).toList(),
              columns,
              type + " " + value + ", seed " + seed);
          assertFalse(columns.isEmpty(), type + " " + value);
          asked++;
        }
      }
      List<SubmissionRecord> columns = new ArrayList<>();
      Network network = Network.parse("192.0.2.2/31").orElseThrow();
      RecordQuery query = RecordQuery.of(Map.of(), network, null, null);
      view.search(query, Detail.COLUMNS).forEachRemaining(r -> columns.add(columns(r)));
      assertEquals(20, columns.size());
    }
    assertTrue(asked > 80, "asked " + asked);
  }

  @Test
  void anEmptyStoreAnswersNothing() throws IOException {
    assertEquals(List.of(), find(ClueType.USER, "alice"));
    assertEquals(List.of(), all());
    try (View view = store().view()) {
      StoreStatus status = view.status();
      assertEquals(List.of(), status.days());
      assertNull(status.horizon());
      assertNull(status.lastCommit());
      assertNull(view.state("x"));
    }
    assertEquals(List.of(), store().holds());
    assertFalse(store().releaseHold("none"));
  }

  /**
   * A record's time may be a little after its ID's, and lie in another day; or long after, by a bad
   * clock.
   */
  @Test
  void anIdOfOursIsFoundInItsOwnDayAndBesideIt() throws IOException {
    Instant midnight = NOON.minusSeconds(12 * 3600);
    long[] made = {-7000, -1, 0, 1, 7000, 12 * 3600, -12 * 3600};
    long[] later = {0, 1, 100, 7000, 7201, 30_000, 200_000};
    List<String> ids = new ArrayList<>();
    List<SubmissionRecord> records = new ArrayList<>();
    for (long start : made) {
      for (long lag : later) {
        Instant time = midnight.plusSeconds(start);
        String id = new TransactionId(time.toEpochMilli(), 1, ids.size(), 77).toString();
        ids.add(id);
        records.add(by("user" + ids.size(), id, time.plusSeconds(lag)));
      }
    }
    add(records.toArray(SubmissionRecord[]::new));
    for (int i = 0; i < ids.size(); i++) {
      assertEquals(List.of(records.get(i)), find(ClueType.TRANSACTION_ID, ids.get(i)));
    }
    String unknown = new TransactionId(midnight.toEpochMilli(), 1, 99, 78).toString();
    assertEquals(List.of(), find(ClueType.TRANSACTION_ID, unknown));
  }

  @Test
  void everyClueFindsFolded() throws IOException {
    SubmissionRecord.Builder b = record("4Xabc", NOON);
    b.origin = Origin.AUTHENTICATED;
    b.user = "Älice@Example.com";
    b.localUser = null;
    b.aliases = List.of("ALIAS1");
    b.client = "2001:db8::1";
    b.mailFrom = "Bounce@Example.COM";
    b.messageId = "<Mid." + "x".repeat(500) + "@host>";
    b.bodyDigest = "00112233445566778899aabbccddeeff";
    b.textDigest = "ffeeddccbbaa99887766554433221100";
    b.envelopeId = "QQ 314159";
    b.recipients =
        List.of(
            new Recipient(
                "Bob@Far.test", "real@else.test", null, null, null, null, null, "HOP9", null),
            Recipient.of("y".repeat(300) + "@far.test"));
    SubmissionRecord record = b.build();
    add(record, by("mallory", "4Xabd", NOON));
    for (ClueType type : ClueType.values()) {
      for (String value : type.of(record)) {
        assertEquals(List.of(record), find(type, value), type + " " + value);
      }
    }
    assertEquals(List.of(record), find(ClueType.USER, "äLICE@example.COM"));
    assertEquals(List.of(record), find(ClueType.CLIENT, "2001:0DB8:0:0::1"));
    assertEquals(List.of(record), find(ClueType.MESSAGE_ID, "Mid." + "x".repeat(500) + "@host"));
    assertEquals(List.of(record), find(ClueType.RECIPIENT_DOMAIN, "@FAR.test"));
    assertEquals(List.of(record), find(ClueType.ENVELOPE_ID, " QQ\n 314159"));
    assertEquals(List.of(), find(ClueType.ENVELOPE_ID, "qq 314159"));
    assertEquals(List.of(), find(ClueType.TRANSACTION_ID, "4XABC"));
    assertEquals(List.of(), find(ClueType.USER, ""));
  }

  /** Two machines of one name gave the same queue ID at the same time. */
  @Test
  void machinesOfOneNameStayApart() throws IOException {
    for (String machine : List.of("node1", "node2")) {
      SubmissionRecord.Builder opening = record("Q1", NOON);
      opening.logHosts = List.of(machine);
      opening.origin = Origin.AUTHENTICATED;
      opening.user = "user of " + machine;
      add(opening.build());
    }
    for (String machine : List.of("node2", "node1")) {
      SubmissionRecord.Builder late = record("Q1", NOON.plus(DAY));
      late.logHosts = List.of(machine + ".example.org");
      late.messageId = "<of-" + machine + "@example.org>";
      add(late.build());
    }
    for (String machine : List.of("node1", "node2")) {
      List<SubmissionRecord> found = find(ClueType.USER, "user of " + machine);
      assertEquals(1, found.size());
      assertEquals("<of-" + machine + "@example.org>", found.getFirst().messageId());
      assertEquals(List.of(machine, machine + ".example.org"), found.getFirst().logHosts());
    }
    assertEquals(2, find(ClueType.TRANSACTION_ID, "Q1").size());
  }

  @Test
  void factsMergeWithinAndAcrossBatches() throws IOException {
    SubmissionRecord.Builder late = record("Q1", NOON.plus(DAY).plus(DAY));
    late.completed = late.time;
    late.recipients = List.of(Recipient.of("bob@far.test"));
    SubmissionRecord.Builder opening = record("Q1", NOON);
    opening.origin = Origin.AUTHENTICATED;
    opening.user = "alice";
    // The late line first: the record is then in the wrong day, and has to move.
    add(late.build());
    add(opening.build(), opening.build());
    SubmissionRecord merged = opening.build().merge(late.build());
    assertEquals(List.of(merged), all());
    assertEquals(List.of(merged), find(ClueType.TRANSACTION_ID, "Q1"));
    assertEquals(List.of(merged), find(ClueType.RECIPIENT, "bob@far.test"));
    assertEquals(List.of(merged), find(ClueType.USER, "alice"));
    add(late.build());
    assertEquals(List.of(merged), all());
  }

  @Test
  void anIdUsedAgainStaysTwoTransactions() throws IOException {
    SubmissionRecord first = by("alice", "4F2A1", NOON);
    SubmissionRecord second = by("bob", "4F2A1", NOON.plusSeconds(3600));
    SubmissionRecord third = by("alice", "4F2A1", NOON.plus(DAY));
    add(first, second);
    add(third);
    add(second, first);
    assertEquals(List.of(third, second, first), find(ClueType.TRANSACTION_ID, "4F2A1"));
  }

  @Test
  void whatIsNotCommittedIsNotThere() throws IOException {
    try (Batch batch = store().begin()) {
      assertTrue(batch.add(by("alice", "A1", NOON)));
      batch.state("checkpoint", "1");
      batch.covered(new Coverage.Span("mail", NOON, NOON.plusSeconds(5)));
      batch.dropped(new Coverage.Span("mail", NOON, NOON.plusSeconds(1)));
      assertEquals("1", batch.state("checkpoint"));
      assertEquals(List.of(), all());
      batch.commit();
      batch.add(by("alice", "A2", NOON));
      batch.state("checkpoint", "2");
      assertEquals(1, all().size());
    }
    assertEquals(1, all().size());
    try (View view = store().view()) {
      assertEquals("1", view.state("checkpoint"));
      assertEquals(1, view.status().coverage().spans().size());
      assertEquals(
          List.of(new Coverage.Span("mail", NOON, NOON.plusSeconds(1))),
          view.status().coverage().dropped());
      assertTrue(view.status().lastCommit() != null);
    }
    try (Batch batch = store().begin()) {
      assertEquals("1", batch.state("checkpoint"));
      batch.state("checkpoint", null);
      batch.commit();
    }
    try (View view = store().view()) {
      assertNull(view.state("checkpoint"));
    }
  }

  @Test
  void aViewSeesOneCommit() throws IOException {
    add(by("alice", "A1", NOON));
    try (View view = store().view()) {
      assertEquals(1, view.find(ClueType.USER, "alice", 10).size());
      add(by("alice", "A2", NOON));
      assertEquals(1, view.find(ClueType.USER, "alice", 10).size());
    }
    assertEquals(2, find(ClueType.USER, "alice").size());
  }

  @Test
  void newestFirstAndNoMoreThanAsked() throws IOException {
    List<SubmissionRecord> records = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      records.add(by("alice", "N" + i, NOON.plusSeconds(i * 7001L)));
    }
    add(records.subList(0, 20).toArray(SubmissionRecord[]::new));
    add(records.subList(20, 40).toArray(SubmissionRecord[]::new));
    List<SubmissionRecord> newest = records.reversed();
    try (View view = store().view()) {
      assertEquals(newest.subList(0, 7), view.find(ClueType.USER, "ALICE", 7));
      assertEquals(List.of(), view.find(ClueType.USER, "ALICE", 0));
    }
    assertEquals(newest, all());
    RecordQuery middle =
        RecordQuery.of(Map.of(), null, records.get(10).time(), records.get(30).time());
    assertEquals(newest.subList(10, 30), all(store(), middle));
  }

  @Test
  void oneWriterAtATime() throws Exception {
    RecordStore store = store();
    Batch first = store.begin();
    assertThrows(IllegalStateException.class, store::begin);
    CountDownLatch started = new CountDownLatch(1);
    AtomicBoolean firstClosed = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread second =
        Thread.ofPlatform()
            .start(
                () -> {
                  started.countDown();
                  try (Batch batch = store.begin()) {
                    assertTrue(firstClosed.get(), "two writers at a time");
                    assertEquals("1", batch.state("turn"));
                  } catch (Throwable e) {
                    failure.set(e);
                  }
                });
    started.await();
    first.state("turn", "1");
    first.commit();
    firstClosed.set(true);
    first.close();
    second.join();
    assertNull(failure.get(), () -> String.valueOf(failure.get()));
  }

  @Test
  void purgeForgetsWholeDaysAndNothingComesBack() throws IOException {
    SubmissionRecord old = by("alice", "OLD", NOON.minus(DAY).minus(DAY));
    SubmissionRecord held = by("bob", "HELD", NOON.minus(DAY));
    SubmissionRecord fresh = by("alice", "NEW", NOON);
    add(old, held, fresh);
    try (Batch batch = store().begin()) {
      batch.covered(new Coverage.Span("mail", old.time(), fresh.time()));
      batch.commit();
    }
    store().addHold(hold("court", ClueType.USER, "BOB"));
    Instant before = NOON;
    PurgeReceipt dry = store().purge(before, true);
    assertTrue(dry.dryRun());
    assertEquals(3, all().size());
    PurgeReceipt done = store().purge(before, false);
    for (PurgeReceipt receipt : List.of(dry, done)) {
      assertEquals(2, receipt.days());
      assertEquals(1, receipt.records());
      assertEquals(1, receipt.held());
    }
    Instant horizon = Instant.parse("2026-11-23T00:00:00Z");
    assertEquals(List.of(fresh, held), all());
    assertEquals(List.of(held), find(ClueType.TRANSACTION_ID, "HELD"));
    assertEquals(List.of(), find(ClueType.TRANSACTION_ID, "OLD"));
    try (View view = store().view()) {
      assertEquals(horizon, view.status().horizon());
      assertEquals(
          List.of(new Coverage.Span("mail", horizon, fresh.time())),
          view.status().coverage().spans());
    }
    SubmissionRecord.Builder more = record("HELD", NOON.minus(DAY).plusSeconds(60));
    more.messageId = "<more@x>";
    SubmissionRecord.Builder muchLater = record("HELD", NOON.plusSeconds(60));
    muchLater.completed = muchLater.time;
    try (Batch batch = store().begin()) {
      assertFalse(batch.add(old));
      assertTrue(batch.add(more.build()));
      assertTrue(batch.add(muchLater.build()));
      batch.commit();
    }
    SubmissionRecord grown = held.merge(more.build()).merge(muchLater.build());
    assertEquals(List.of(fresh, grown), all());
    assertTrue(store().releaseHold("court"));
    assertEquals(List.of(fresh, grown), all());
    assertEquals(1, store().purge(before, false).records());
    assertEquals(List.of(fresh), all());
    assertEquals(0, store().purge(before.minus(DAY), false).records());
    try (View view = store().view()) {
      assertEquals(horizon, view.status().horizon(), "the horizon went back");
    }
  }

  @Test
  void eraseForgetsOneUserForGood() throws IOException {
    SubmissionRecord one = by("Alice", "A1", NOON);
    SubmissionRecord held = by("alice", "A2", NOON.plusSeconds(1));
    SubmissionRecord other = by("bob", "B1", NOON);
    SubmissionRecord.Builder partial = record("A3", NOON.plusSeconds(9));
    partial.mailFrom = "alice@example.com";
    add(one, held, other, partial.build());
    store().addHold(hold("court", ClueType.TRANSACTION_ID, "A2"));
    PurgeReceipt receipt = store().erase("ALICE");
    assertEquals(1, receipt.records());
    assertEquals(1, receipt.held());
    assertEquals(Set.of(held, other, partial.build()), new HashSet<>(all()));
    SubmissionRecord.Builder more = record("A2", NOON.plusSeconds(2));
    more.messageId = "<a2@x>";
    SubmissionRecord.Builder later = record("A1", NOON.plusSeconds(2));
    later.mailFrom = "alice@example.com";
    try (Batch batch = store().begin()) {
      assertFalse(batch.add(one));
      assertFalse(batch.add(later.build()), "a later line of a transaction that was dropped");
      assertTrue(batch.add(more.build()));
      assertFalse(batch.add(by("alice", "A3", NOON)), "this names the user of A3");
      assertTrue(batch.add(by("alicia", "C1", NOON)));
      batch.commit();
    }
    assertEquals(
        Set.of(held.merge(more.build()), other, by("alicia", "C1", NOON)), new HashSet<>(all()));
    assertEquals(Set.of("alice"), store().erasedUsers(RecordQuery.ALL));
    assertTrue(store().erasedAt("ALICE").isAfter(NOON));
    assertNull(store().erasedAt("bob"));
    assertThrows(IllegalArgumentException.class, () -> store().eraseHeld("bob", null));
    assertTrue(store().releaseHold("court"));
    assertEquals(1, store().erase("alice").records());
    assertEquals(Set.of(), store().erasedUsers(RecordQuery.ALL));
    assertEquals(Set.of(other, by("alicia", "C1", NOON)), new HashSet<>(all()));
  }

  /** Whoever erases is not always behind the index; nor is what was damaged under hold lost. */
  @Test
  void whatAHoldKeptFromAnErasureIsAlsoTakenWhereItIsReadAfterIt() throws IOException {
    store().addHold(hold("court", ClueType.USER, "alice"));
    store().erase("alice");
    store().erase("bob");
    store()
        .addHold(
            new Hold(
                "too late",
                hold("x", ClueType.USER, "bob").query(),
                store().erasedAt("bob").plusNanos(1000)));
    SubmissionRecord held = by("alice", "A1", NOON);
    FailedLogin login = failed("2026-11-22T13:00:00Z", "alice", null, 1);
    try (Batch batch = store().begin()) {
      assertTrue(batch.add(held));
      assertTrue(batch.add(login));
      assertFalse(batch.add(by("bob", "B1", NOON)), "it was to go when he was erased");
      assertFalse(batch.add(failed("2026-11-22T13:00:00Z", "bob", null, 2)));
      batch.commit();
    }
    assertEquals(List.of(held), all());
    assertEquals(List.of(login), failedLogins(store(), FailedLoginQuery.ALL));
    assertEquals(Set.of("alice"), store().erasedUsers(RecordQuery.ALL));
    assertEquals(1, store().eraseHeld("alice", "court").records());
    assertTrue(store().releaseHold("court"));
    try (Batch batch = store().begin()) {
      assertFalse(batch.add(held));
      assertFalse(batch.add(login));
      batch.commit();
    }
    assertEquals(List.of(), all());
    assertEquals(List.of(), failedLogins(store(), FailedLoginQuery.ALL));
  }

  /** What is folded already may lose more by it, and be another name then. */
  @Test
  void anErasedUserIsAlsoFoundUnderANameWhoseFoldingFoldsOnceMore() throws IOException {
    String name = "J\u030Canis";
    assertNotEquals(ClueType.USER.fold(name), ClueType.USER.fold(ClueType.USER.fold(name)));
    add(by(name, "A1", NOON));
    try (Batch batch = store().begin()) {
      assertTrue(batch.add(failed("2026-11-20T12:00:00Z", name, "192.0.2.1", 1)));
      batch.commit();
    }
    store().addHold(hold("court", ClueType.USER, name));
    store().addHold(hold("mail", ClueType.TRANSACTION_ID, "A1"));
    assertEquals(1, store().erase(name).held());
    for (String hold : List.of("court", "mail")) {
      RecordQuery query =
          store().holds().stream().filter(h -> h.name().equals(hold)).findFirst().get().query();
      Set<String> users = store().erasedUsers(query);
      assertEquals(Set.of(name), users);
      assertTrue(store().erasedAt(users.iterator().next()).isAfter(NOON));
      store().eraseHeld(users.iterator().next(), hold);
      assertTrue(store().releaseHold(hold));
    }
    assertEquals(List.of(), all());
    assertEquals(List.of(), failedLogins(store(), FailedLoginQuery.ALL));
  }

  /** Or nobody could say who sent what an erased user sends, or the next one of that name. */
  @Test
  void whatIsSentAfterAnErasureIsTaken() throws IOException {
    Instant late = Instant.now().truncatedTo(ChronoUnit.MICROS).plus(DAY);
    SubmissionRecord ahead = by("alice", "A0", late.minusSeconds(10)); // of a clock that was ahead
    SubmissionRecord old = by("alice", "A1", NOON);
    SubmissionRecord held = by("alice", "A2", NOON.plusSeconds(1));
    add(ahead, old, held);
    store().addHold(hold("court", ClueType.USER, "alice"));
    assertEquals(3, store().erase("alice").held());
    assertEquals(Set.of("alice"), store().erasedUsers(RecordQuery.ALL));
    store().addHold(hold("other", ClueType.TRANSACTION_ID, "A2"));
    assertEquals(0, store().eraseHeld("alice", "other").records(), "court keeps it");
    assertEquals(2, store().eraseHeld("ALICE", "court").records());
    assertEquals(0, store().eraseHeld("ALICE", "court").records());
    assertEquals(List.of("court", "other"), store().holds().stream().map(Hold::name).toList());
    assertTrue(store().releaseHold("court"));
    SubmissionRecord fresh = by("alice", "A3", late);
    FailedLogin login = failed(late.toString(), "alice", null, 1);
    try (Batch batch = store().begin()) {
      assertFalse(batch.add(old));
      assertFalse(batch.add(ahead), "it was there when the user was erased");
      assertTrue(batch.add(fresh));
      assertTrue(batch.add(login));
      assertFalse(batch.add(failed("2026-11-22T13:00:00Z", "alice", null, 1)));
      batch.commit();
    }
    assertEquals(Set.of(held, fresh), new HashSet<>(all()));
    Instant erased = store().erasedAt("alice");
    assertEquals(Set.of("alice"), store().erasedUsers(RecordQuery.ALL));
    assertEquals(1, store().eraseHeld("alice", "other").records());
    assertTrue(store().releaseHold("other"));
    assertEquals(erased, store().erasedAt("alice"));
    assertEquals(List.of(fresh), all());
    assertEquals(List.of(login), failedLogins(store(), FailedLoginQuery.ALL));
    assertEquals(Set.of(), store().erasedUsers(RecordQuery.ALL));

    assertEquals(1, store().erase("alice").records());
    assertEquals(List.of(), all());
    assertEquals(List.of(), failedLogins(store(), FailedLoginQuery.ALL));
    add(fresh);
    assertEquals(List.of(), all());
  }

  /** The lines of a message that was being accepted come in any order. */
  @Test
  void aMessageFromAroundAnErasureIsErasedWholeInAnyOrder() throws IOException {
    store().erase("alice");
    Instant erased = store().erasedAt("alice");
    SubmissionRecord first = by("alice", "A1", erased.minusSeconds(1));
    SubmissionRecord second = by("alice", "A1", erased.plusSeconds(1));
    for (List<SubmissionRecord> order : List.of(List.of(first, second), List.of(second, first))) {
      add(order.toArray(SubmissionRecord[]::new));
      assertEquals(List.of(), all());
    }
  }

  /** A message that went in as one transaction and behind a filter, after midnight, as another. */
  private static List<SubmissionRecord> filtered(String user, String first, String second) {
    Instant in = Instant.parse("2026-11-23T23:59:59Z");
    Instant back = in.plusSeconds(7);
    SubmissionRecord.Builder link = record(first, in.plusSeconds(8));
    link.aliases = List.of(second);
    link.continuations = List.of(new Continuation(second, back, null, null).text());
    SubmissionRecord.Builder opening = record(second, back);
    opening.origin = Origin.UNAUTHENTICATED;
    opening.client = "127.0.0.1";
    SubmissionRecord.Builder header = record(second, back.plusSeconds(1));
    header.messageId = "<" + first + "@x>";
    SubmissionRecord.Builder sent = record(second, back.plusSeconds(500));
    sent.recipients =
        List.of(
            new Recipient(
                first + "@far.test",
                null,
                false,
                Outcome.DELIVERED,
                "2.0.0",
                "250 ok",
                "mx.far.test[198.51.100.1]:25",
                "N" + first,
                sent.time));
    SubmissionRecord.Builder removed = record(second, back.plusSeconds(501));
    removed.completed = removed.time;
    SubmissionRecord.Builder left = record(first, in.plusSeconds(9));
    left.completed = left.time;
    return List.of(
        by(user, first, in),
        link.build(),
        opening.build(),
        header.build(),
        sent.build(),
        removed.build(),
        left.build());
  }

  @Test
  void whatGoesOnUnderAnotherIdIsOneRecordInAnyOrder() throws IOException {
    for (long seed : new long[] {1, 2, System.nanoTime()}) {
      Random random = new Random(seed);
      List<SubmissionRecord> facts = new ArrayList<>();
      Set<SubmissionRecord> expected = new HashSet<>();
      for (int i = 0; i < 20; i++) {
        List<SubmissionRecord> one = filtered("u" + i, "F" + seed + "x" + i, "S" + seed + "x" + i);
        expected.add(one.stream().reduce(SubmissionRecord::merge).orElseThrow());
        facts.addAll(one);
        facts.add(one.get(random.nextInt(one.size())));
      }
      Collections.shuffle(facts, random);
      try (Batch batch = store().begin()) {
        for (SubmissionRecord each : facts) {
          assertTrue(batch.add(each));
          if (random.nextInt(9) == 0) {
            batch.commit();
          }
        }
        batch.commit();
      }
      Set<SubmissionRecord> found = new HashSet<>(all());
      found.removeIf(r -> !r.transactionId().startsWith("F" + seed));
      assertEquals(expected, found, "seed " + seed);
      assertTrue(all().stream().noneMatch(r -> r.transactionId().startsWith("S")), "seed " + seed);
      List<SubmissionRecord> bySecond = find(ClueType.TRANSACTION_ID, "S" + seed + "x3");
      assertEquals("u3", bySecond.getFirst().user(), "seed " + seed);
      assertEquals(1, bySecond.size(), "seed " + seed);
    }
  }

  @Test
  void whoIsErasedIsErasedUnderEveryId() throws IOException {
    List<SubmissionRecord> facts = filtered("alice", "F1", "S1");
    add(facts.toArray(SubmissionRecord[]::new));
    assertEquals(1, store().erase("alice").records());
    assertEquals(List.of(), all());
    try (Batch batch = store().begin()) {
      for (SubmissionRecord each : facts) {
        assertFalse(batch.add(each), each::toString);
      }
      batch.commit();
    }
    assertEquals(List.of(), all());
  }

  @Test
  void holdsHaveNamesAndSurvive() throws IOException {
    Network network = Network.parse("192.0.2.0/24").orElseThrow();
    Hold hold =
        new Hold(
            "Az 17/26 \"x\"",
            RecordQuery.of(
                Map.of(ClueType.USER, "Ümläut", ClueType.RECIPIENT_DOMAIN, "far.test"),
                network,
                NOON.minusNanos(1),
                NOON),
            NOON);
    store().addHold(hold);
    assertThrows(IllegalArgumentException.class, () -> store().addHold(hold));
    assertEquals(List.of(hold), store().holds());
    assertTrue(store().releaseHold(hold.name()));
    assertEquals(List.of(), store().holds());
  }

  @Test
  void whatCannotBeKeptIsRefusedNotCut() throws IOException {
    SubmissionRecord.Builder huge = record("HUGE", NOON);
    huge.subject = "x".repeat(1 << 17);
    SubmissionRecord.Builder surrogate = record("BAD\uD800", NOON);
    surrogate.user = "lone\uDC00";
    try (Batch batch = store().begin()) {
      batch.add(huge.build());
      batch.add(surrogate.build());
      batch.add(surrogate.build());
      batch.add(by("alice", "OK", NOON));
      batch.commit();
    }
    assertEquals(1, find(ClueType.USER, "alice").size());
    assertTrue(all().size() <= 3);
  }

  @Test
  void randomFactsInAnyOrderAndBatchesFoldAlike() throws IOException {
    for (long seed : new long[] {20261123, 5577692047126L, System.nanoTime()}) {
      checkRandom(seed);
    }
  }

  private void checkRandom(long seed) throws IOException {
    Random random = new Random(seed);
    String say = "seed " + seed;
    RandomFacts facts = new RandomFacts(random, 3);
    List<SubmissionRecord> shuffled = facts.shuffled(90);
    Map<String, SubmissionRecord> expected = new HashMap<>();
    shuffled.forEach(f -> expected.merge(f.transactionId(), f, SubmissionRecord::merge));
    int at = 0;
    while (at < shuffled.size()) {
      int end = Math.min(shuffled.size(), at + 1 + random.nextInt(300));
      try (Batch batch = store().begin()) {
        for (SubmissionRecord f : shuffled.subList(at, end)) {
          assertTrue(batch.add(f), say);
          if (random.nextInt(100) == 0) {
            batch.commit();
          }
        }
        if (random.nextInt(4) > 0) {
          batch.commit();
          at = end;
        }
      }
    }
    List<SubmissionRecord> all =
        all().stream().filter(r -> expected.containsKey(r.transactionId())).toList();
    assertEquals(new HashSet<>(expected.values()), new HashSet<>(all), say);
    assertEquals(expected.size(), all.size(), say);
    for (int i = 0; i < 40; i++) {
      RecordQuery query = query(random, expected.values().stream().toList());
      List<SubmissionRecord> right = all().stream().filter(query::matches).toList();
      List<SubmissionRecord> found = all(store(), query);
      assertEquals(new HashSet<>(right), new HashSet<>(found), say + " " + query);
      assertEquals(right.size(), found.size(), say);
      List<Instant> times = found.stream().map(SubmissionRecord::time).toList();
      assertEquals(times.stream().sorted(Comparator.reverseOrder()).toList(), times, say);
    }
  }

  private static RecordQuery query(Random random, List<SubmissionRecord> records) {
    Map<ClueType, String> clues = new HashMap<>();
    SubmissionRecord like = records.get(random.nextInt(records.size()));
    for (int i = random.nextInt(3); i > 0; i--) {
      ClueType type = ClueType.values()[random.nextInt(ClueType.values().length)];
      List<String> values = type.of(like);
      clues.put(type, values.isEmpty() ? "nothing" : values.getFirst());
    }
    List<String> networks =
        List.of("192.0.2.0/25", "192.0.2.16/28", "2001:db8::/126", "0.0.0.0/0", "192.0.2.7");
    Network network =
        random.nextInt(3) == 0
            ? Network.parse(networks.get(random.nextInt(networks.size()))).orElseThrow()
            : null;
    Instant since = random.nextBoolean() ? like.time().minusSeconds(random.nextInt(200_000)) : null;
    Instant until = random.nextBoolean() ? like.time().plusNanos(random.nextInt(2000)) : null;
    return RecordQuery.of(clues, network, since, until);
  }

  @Test
  void aSearchGoesOnWhileOthersWriteAndPurge() throws IOException {
    List<SubmissionRecord> records = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      records.add(by("alice", "S" + i, NOON.plusSeconds(i)));
    }
    add(records.toArray(SubmissionRecord[]::new));
    try (View view = store().view()) {
      Iterator<SubmissionRecord> search = view.search(RecordQuery.ALL);
      assertEquals("S299", search.next().transactionId());
      add(by("bob", "X", NOON.plusSeconds(10)));
      store().purge(NOON.plus(DAY), false);
      int count = 1;
      for (; search.hasNext(); count++) {
        search.next();
        if (count % 50 == 0) {
          view.find(ClueType.USER, "bob", 5);
          view.find(ClueType.TRANSACTION_ID, "none", 5);
          view.status();
        }
      }
      assertEquals(300, count);
      assertEquals(List.of(), view.warnings());
    }
    assertEquals(List.of(), all());
  }

  private static FailedLogin failed(String time, String login, String client, int line) {
    return new FailedLogin(
        new JournalEntry.LoginFailure(
            Instant.parse(time), "mail", null, client, null, null, login, "PLAIN", "no"),
        new SourceLine("mail.log", line, "%016x".formatted(line)));
  }

  private static List<FailedLogin> failedLogins(RecordStore store, FailedLoginQuery query)
      throws IOException {
    List<FailedLogin> found = new ArrayList<>();
    try (View view = store.view()) {
      view.failedLogins(query).forEachRemaining(found::add);
      assertEquals(List.of(), view.warnings());
    }
    return found;
  }

  @Test
  void failedLoginsAreKeptOnceAndFoundNewestFirst() throws IOException {
    try (RecordStore store = store()) {
      FailedLogin first = failed("2026-11-22T23:59:59Z", "Alice", "192.0.2.1", 1);
      FailedLogin second = failed("2026-11-23T00:00:00Z", "bob\u001b[31m", "2001:db8::1", 2);
      FailedLogin nobody = failed("2026-11-23T00:00:01Z", null, null, 3);
      for (int round = 0; round < 2; round++) {
        try (Batch batch = store.begin()) {
          assertTrue(batch.add(second));
          assertTrue(batch.add(first));
          assertTrue(batch.add(first));
          assertTrue(batch.add(nobody));
          batch.commit();
        }
      }
      assertEquals(List.of(nobody, second, first), failedLogins(store, FailedLoginQuery.ALL));
      assertEquals(
          List.of(first), failedLogins(store, new FailedLoginQuery("aLICE", null, null, null)));
      assertEquals(
          List.of(second),
          failedLogins(
              store,
              new FailedLoginQuery(
                  null, Network.parse("2001:db8::/32").orElseThrow(), null, null)));
      assertEquals(
          List.of(second),
          failedLogins(
              store,
              new FailedLoginQuery(null, null, second.failure().time(), nobody.failure().time())));
      try (Batch batch = store.begin()) {
        batch.add(failed("2026-11-23T01:00:00Z", "carol", null, 4));
      }
      assertEquals(3, failedLogins(store, FailedLoginQuery.ALL).size(), "was not committed");
    }
  }

  @Test
  void failedLoginsGoWithTheirDayAndWithTheirUserAndStayAway() throws IOException {
    try (RecordStore store = store()) {
      FailedLogin old = failed("2026-11-20T12:00:00Z", "alice", "192.0.2.1", 1);
      FailedLogin theirs = failed("2026-11-23T12:00:00Z", "Alice", "192.0.2.1", 2);
      FailedLogin other = failed("2026-11-23T12:00:00Z", "bob", "192.0.2.1", 3);
      try (Batch batch = store.begin()) {
        for (FailedLogin each : List.of(old, theirs, other)) {
          batch.add(each);
        }
        batch.commit();
      }
      store.purge(Instant.parse("2026-11-22T00:00:00Z"), true);
      assertEquals(3, failedLogins(store, FailedLoginQuery.ALL).size(), "a dry run");
      store.purge(Instant.parse("2026-11-22T00:00:00Z"), false);
      assertEquals(2, failedLogins(store, FailedLoginQuery.ALL).size());
      store.mask(Instant.parse("2026-11-24T00:00:00Z"));
      assertEquals(
          2,
          failedLogins(store, FailedLoginQuery.ALL).stream()
              .filter(login -> login.failure().client() == null)
              .count());
      store.erase("ALICE");
      other = other.masked();
      assertEquals(List.of(other), failedLogins(store, FailedLoginQuery.ALL));
      try (Batch batch = store.begin()) {
        assertFalse(batch.add(old));
        assertFalse(batch.add(theirs));
        assertTrue(batch.add(other));
        batch.commit();
      }
      assertEquals(List.of(other), failedLogins(store, FailedLoginQuery.ALL));
    }
  }

  private static SubmissionRecord withClient(String user, String id, Instant time) {
    SubmissionRecord.Builder b = by(user, id, time).toBuilder();
    b.client = "192.0.2.7";
    b.clientPort = 4711;
    b.clientName = "client.example";
    b.helo = "pc";
    b.subject = "planted";
    b.subjectHash = "00112233445566778899aabbccddeeff";
    b.mailFrom = user + "@example.com";
    return b.build();
  }

  private static SubmissionRecord withoutClient(SubmissionRecord record) {
    SubmissionRecord.Builder b = record.toBuilder();
    b.client = null;
    b.clientPort = null;
    b.clientName = null;
    b.helo = null;
    b.subject = null;
    b.subjectHash = null;
    return b.build();
  }

  @Test
  void maskingKeepsWhatIsHeldAndNothingComesBack() throws IOException {
    SubmissionRecord old = withClient("alice", "OLD", NOON.minus(DAY));
    SubmissionRecord held = withClient("bob", "HELD", NOON.minus(DAY));
    SubmissionRecord fresh = withClient("alice", "NEW", NOON);
    add(old, held, fresh);
    store().addHold(hold("court", ClueType.USER, "BOB"));
    assertEquals(1, store().maskable(NOON, NOON.minus(DAY)));
    assertEquals(0, store().maskable(NOON, NOON), "a purge takes the day first");
    assertEquals(0, store().maskable(NOON.minus(DAY), NOON.minus(DAY)));
    assertEquals(Set.of(old, held, fresh), new HashSet<>(all()), "asking changes nothing");
    assertEquals(1, store().mask(NOON));
    Set<SubmissionRecord> masked = Set.of(withoutClient(old), held, fresh);
    assertEquals(masked, new HashSet<>(all()));
    Network network = Network.parse("192.0.2.0/24").orElseThrow();
    RecordQuery byClient = RecordQuery.of(Map.of(), network, null, null);
    assertEquals(Set.of(held, fresh), new HashSet<>(all(store(), byClient)));
    assertEquals(Set.of(held, fresh), new HashSet<>(find(ClueType.CLIENT, "192.0.2.7")));
    assertEquals(0, store().maskable(NOON, NOON.minus(DAY)));
    assertEquals(0, store().mask(NOON), "nothing is left to be masked");
    assertEquals(masked, new HashSet<>(all()), "masked twice");

    add(old, held, fresh);
    assertEquals(masked, new HashSet<>(all()), "the same journal again");
    SubmissionRecord.Builder line = record("OLD", NOON.minus(DAY).plusSeconds(3));
    line.client = "192.0.2.8";
    line.subject = "again";
    line.messageId = "<late@example.com>";
    add(line.build(), withClient("alice", "FIRST", NOON.minus(DAY)));
    SubmissionRecord grown = withoutClient(old.merge(line.build()));
    SubmissionRecord late = withoutClient(withClient("alice", "FIRST", NOON.minus(DAY)));
    assertEquals(Set.of(grown, late, held, fresh), new HashSet<>(all()));

    store().mask(NOON.minus(DAY).minus(DAY));
    add(old);
    assertEquals(grown, find(ClueType.TRANSACTION_ID, "OLD").getFirst(), "the mask went back");

    assertTrue(store().releaseHold("court"));
    store().mask(NOON);
    assertEquals(Set.of(grown, late, withoutClient(held), fresh), new HashSet<>(all()));
    store().seal(NOON.plus(DAY));
    store().mask(NOON);
    assertEquals(Set.of(grown, late, withoutClient(held), fresh), new HashSet<>(all()));
  }

  @Test
  void holdsKeepFailedLogins() throws IOException {
    FailedLogin alice = failed("2026-11-20T12:00:00Z", "Alice", "192.0.2.1", 1);
    FailedLogin bob = failed("2026-11-20T12:00:01Z", "bob", "192.0.2.1", 2);
    FailedLogin near = failed("2026-11-20T12:00:02Z", null, "198.51.100.1", 3);
    FailedLogin fresh = failed("2026-11-23T12:00:00Z", "alice", "192.0.2.1", 4);
    try (Batch batch = store().begin()) {
      for (FailedLogin each : List.of(alice, bob, near, fresh)) {
        assertTrue(batch.add(each));
      }
      batch.commit();
    }
    Network network = Network.parse("198.51.100.0/24").orElseThrow();
    store().addHold(hold("user", ClueType.USER, "ALICE"));
    Instant until = NOON.minus(DAY);
    store().addHold(new Hold("net", RecordQuery.of(Map.of(), network, null, until), NOON));
    store().addHold(hold("id", ClueType.TRANSACTION_ID, "bob"));
    store().mask(NOON.plus(DAY));
    List<FailedLogin> kept = List.of(fresh, near, bob.masked(), alice);
    assertEquals(kept, failedLogins(store(), FailedLoginQuery.ALL));
    store().purge(NOON, false);
    kept = List.of(fresh, near, alice);
    assertEquals(kept, failedLogins(store(), FailedLoginQuery.ALL));
    store().erase("alice");
    store().purge(NOON, false);
    assertEquals(kept, failedLogins(store(), FailedLoginQuery.ALL));
    try (Batch batch = store().begin()) {
      assertFalse(batch.add(bob));
      assertFalse(batch.add(failed("2026-11-20T13:00:00Z", "alice", null, 5)), "comes too late");
      batch.commit();
    }
    assertEquals(kept, failedLogins(store(), FailedLoginQuery.ALL));
    assertTrue(store().releaseHold("net"));
    store().purge(NOON, false);
    assertEquals(List.of(fresh, alice), failedLogins(store(), FailedLoginQuery.ALL));
    assertTrue(store().releaseHold("user"));
    RecordQuery byAlice = hold("user", ClueType.USER, "ALICE").query();
    assertEquals(
        List.of("alice"), store().erasedUsers(byAlice).stream().map(ClueType.USER::fold).toList());
    assertEquals(Set.of(), store().erasedUsers(hold("b", ClueType.USER, "bob").query()));
    store().erase("alice");
    assertEquals(Set.of(), store().erasedUsers(byAlice));
    store().purge(NOON, false);
    assertEquals(List.of(), failedLogins(store(), FailedLoginQuery.ALL));
  }
}
