package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RandomFacts;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.renewal.Compaction;
import org.whosent.indexer.store.segment.Compression;
import org.whosent.record.ClueType;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.Sketch;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionId;

/**
 * Whatever stands in a record, it is found by every clue that it has, and by no other: as long as
 * its day is open, compacted, sealed, and after others were masked, erased, purged and kept. More
 * rounds with {@code -Dwhosent.rounds=N}.
 */
class EveryClueTest {
  private static final int ROUNDS = Integer.getInteger("whosent.rounds", 2);
  private static final Instant END = RandomFacts.START.plus(Duration.ofDays(99));

  /** What stands before and behind what is meant, in the wild and in attacks. */
  private static final String[] ODD = {
    "",
    " ",
    "@",
    "<>",
    "<<",
    "[",
    "\"",
    "\t",
    "\u0000",
    "\u0001",
    "\u0002",
    "\u0301",
    "\u0307",
    "\u030c",
    "\u00a0",
    "\u0130",
    "\u0131",
    "\u00df",
    "\u1e9e",
    "\u03a3",
    "\u212a",
    "\ufeff",
    "\u200b",
    "\ud83d\ude00",
    "\uff21",
    "(c)",
    "\\",
    "'",
    "%",
    "\r\n"
  };

  private static final String[] CLIENTS = {
    "192.0.2.7",
    "192.0.2.77",
    "192.0.2.177",
    "192.000.002.007",
    "::ffff:192.0.2.7",
    "::FFFF:C000:0207",
    "IPv6:::ffff:192.0.2.7",
    "2001:db8::1",
    "2001:DB8:0:0:0:0:0:1",
    "2001:db8:0000::0001",
    "IPv6:2001:db8::1",
    "ipv6:2001:DB8::1",
    "[2001:db8::1]",
    "fe80::1%eth0",
    "FE80::1",
    "::",
    "::1",
    "0.0.0.0",
    "255.255.255.255",
    "1.2.3.256",
    "1.2.3",
    "unknown",
    "local",
    "host.example.com:25",
    "::192.0.2.7"
  };

  @TempDir Path directory;

  private Random random;
  private int number;

  /** Of which each record has some, in whatever form. */
  private final Map<ClueType, List<String>> pool = new EnumMap<>(ClueType.class);

  @Test
  void everyRecordIsFoundByAllItHas() throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      Long only = Long.getLong("whosent.seed");
      long seed = only != null ? only : System.nanoTime();
      random = new Random(seed);
      try {
        course(directory.resolve("course" + round));
      } catch (AssertionError | IOException | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private void course(Path data) throws IOException {
    makePool();
    PartitionedRecordStore store = PartitionedRecordStore.open(data);
    InMemoryRecordStore model = new InMemoryRecordStore();
    Answers answers = new Answers(random);
    pool.forEach((type, texts) -> texts.forEach(text -> answers.ask(type, form(text))));
    for (int i = 0; i < 4; i++) {
      add(store, model, answers, 100);
    }
    check(store, model, answers, "open");
    Compaction.Size any = new Compaction.Size(1, 1, 4, Long.MAX_VALUE);
    store.compact(RandomFacts.START, any, any, () -> false);
    check(store, model, answers, "compacted");
    store.seal(END);
    check(store, model, answers, "sealed");
    AnyPacking.pack(data, new Compression(5, 1 + random.nextInt(9), 4 << 10, 150));
    check(store, model, answers, "in small blocks");
    add(store, model, answers, 100);
    for (ClueType type : ClueType.values()) {
      if (random.nextInt(3) == 0) {
        hold(store, model, type);
      }
    }
    check(store, model, answers, "more, held");
    Instant first = RandomFacts.START.plus(Duration.ofDays(1));
    store.mask(first);
    model.mask(first);
    check(store, model, answers, "masked");
    for (int i = 0; i < 3; i++) {
      String user = form(any(ClueType.USER));
      if (!ClueType.USER.fold(user).isEmpty()) {
        assertEquals(model.erase(user).records(), store.erase(user).records(), user);
        check(store, model, answers, "erased " + user);
      }
    }
    store.purge(first, false);
    model.purge(first, false);
    check(store, model, answers, "purged");
    store.seal(END);
    check(store, model, answers, "sealed again");
  }

  private void check(
      PartitionedRecordStore store, InMemoryRecordStore model, Answers answers, String say)
      throws IOException {
    Set<SubmissionRecord> expected = Answers.all(model);
    assertTrue(expected.size() > 50, say + ": only " + expected.size());
    answers.check(store, expected, 15, say);
  }

  private void add(RecordStore store, RecordStore model, Answers answers, int count)
      throws IOException {
    List<SubmissionRecord> facts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      facts.add(record());
    }
    answers.ask(facts);
    for (RecordStore each : List.of(store, model)) {
      try (Batch batch = each.begin()) {
        for (SubmissionRecord fact : facts) {
          batch.add(fact);
        }
        batch.commit();
      }
    }
  }

  private void hold(RecordStore store, RecordStore model, ClueType type) throws IOException {
    String value = form(any(type));
    if (type.fold(value).isEmpty()) {
      return;
    }
    RecordQuery query = RecordQuery.of(Map.of(type, value), null, null, null);
    Hold hold = new Hold("by " + type, query, RandomFacts.START);
    store.addHold(hold);
    model.addHold(hold);
    assertEquals(model.holds(), store.holds(), "a hold is what it was when it was added");
  }

  private void makePool() {
    for (ClueType type : ClueType.values()) {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < 25; i++) {
        texts.add(
            switch (type) {
              case TRANSACTION_ID, NEXT_HOP_ID, ENVELOPE_ID -> id();
              case MESSAGE_ID -> messageId();
              case BODY_DIGEST, TEXT_DIGEST, ATTACHMENT -> digest();
              case SKETCH -> sketch();
              case CLIENT -> CLIENTS[random.nextInt(CLIENTS.length)];
              case RECIPIENT_DOMAIN -> domain();
              case USER, LOCAL_USER, MAIL_FROM, RECIPIENT -> address();
            });
      }
      pool.put(type, texts);
    }
  }

  private String any(ClueType type) {
    List<String> texts = pool.get(type);
    return texts.get(random.nextInt(texts.size()));
  }

  /** One of these as somebody else writes it, or something else. */
  private String form(String text) {
    return switch (random.nextInt(16)) {
      case 0 -> text.toUpperCase(Locale.ROOT);
      case 1 -> text.toLowerCase(Locale.ROOT);
      case 2 -> Normalizer.normalize(text, Normalizer.Form.NFD);
      case 3 -> Normalizer.normalize(text, Normalizer.Form.NFC);
      case 4 -> odd() + text;
      case 5 -> text + odd();
      case 6 -> text + ".";
      case 7 -> '<' + text + '>';
      case 8 -> "IPv6:" + text;
      default -> text;
    };
  }

  private String odd() {
    return ODD[random.nextInt(ODD.length)];
  }

  private String word() {
    return switch (random.nextInt(8)) {
      case 0 -> "Al" + odd() + "ice";
      case 1 -> "M\u00fcller" + random.nextInt(3);
      case 2 -> "mu\u0308ller" + random.nextInt(3);
      case 3 -> odd() + odd();
      case 4 -> "Y\u030aJ\u030c" + random.nextInt(3);
      case 5 -> "a".repeat(random.nextInt(20) == 0 ? 40_000 : 70);
      default -> "user" + random.nextInt(20);
    };
  }

  private String domain() {
    return switch (random.nextInt(8)) {
      case 0 -> "xn--mller-kva.example";
      case 1 -> "M\u00dcLLER.example.";
      case 2 -> "[192.0.2.7]";
      case 3 -> "[IPv6:2001:DB8::1]";
      case 4 -> word();
      case 5 -> "@Example.com";
      default -> "d" + random.nextInt(9) + ".Example.com";
    };
  }

  private String address() {
    return switch (random.nextInt(8)) {
      case 0 -> "\"" + word() + "\"@" + domain();
      case 1 -> "\"a@b\"@" + domain();
      case 2 -> word();
      case 3 -> word() + "@";
      case 4 -> "@" + domain();
      default -> word() + "@" + domain();
    };
  }

  private String id() {
    return switch (random.nextInt(12)) {
      case 0 -> "%026x".formatted(random.nextInt());
      case 1 -> "%011X".formatted(random.nextInt());
      case 2 -> "4Yx" + Integer.toString(random.nextInt(1 << 30), 36) + "z6Bq";
      case 3 -> "1tAbCd-000000%05d-0XyZ".formatted(random.nextInt(9999));
      case 4 -> Integer.toString(random.nextInt(1 << 30));
      case 5 -> "%032x".formatted(random.nextLong());
      case 6 -> "x".repeat(1500) + random.nextInt(3);
      case 7 -> word();
      case 8 -> odd() + random.nextInt(9) + odd();
      case 9 -> "QQ314 " + random.nextInt(9) + "  x\t" + odd();
      default -> "4JXyZ" + random.nextInt(1 << 20);
    };
  }

  private String messageId() {
    String bare =
        random.nextInt(3) == 0 ? id() + '@' + domain() : random.nextInt(99) + ".x@Example.com";
    return switch (random.nextInt(4)) {
      case 0 -> bare;
      case 1 -> '<' + bare + '>';
      case 2 -> "<<" + bare + ">>";
      default -> odd() + '<' + bare + '>' + odd();
    };
  }

  private String digest() {
    return switch (random.nextInt(5)) {
      case 0 -> "%064X".formatted(random.nextLong());
      case 1 -> "sha-256:%064x".formatted(random.nextLong());
      case 2 -> id();
      default -> "%064x".formatted(random.nextLong());
    };
  }

  private String sketch() {
    String text = "some words that are long enough and many enough for a sketch of them ";
    String sketch = Sketch.of(text + random.nextInt(9)).orElseThrow().toString();
    return random.nextInt(5) > 0 ? sketch : sketch.substring(random.nextInt(3)) + odd();
  }

  private SubmissionRecord record() {
    Instant time = RandomFacts.START.plusMillis(random.nextLong(2 * 86_400_000L));
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    b.time = time;
    b.transactionId = transactionId(time);
    b.aliases = list(ClueType.TRANSACTION_ID);
    if (random.nextInt(4) == 0) {
      b.aliases = List.of(ours(time));
    }
    b.host = "mail.example.com";
    b.origin = Origin.AUTHENTICATED;
    b.user = some(ClueType.USER);
    b.localUser = some(ClueType.LOCAL_USER);
    b.mailFrom = random.nextBoolean() && b.user != null ? form(b.user) : some(ClueType.MAIL_FROM);
    b.client = some(ClueType.CLIENT);
    b.envelopeId = some(ClueType.ENVELOPE_ID);
    b.messageId = some(ClueType.MESSAGE_ID);
    b.bodyDigest = some(ClueType.BODY_DIGEST);
    b.textDigest = some(ClueType.TEXT_DIGEST);
    b.attachmentDigests = list(ClueType.ATTACHMENT);
    b.sketch = some(ClueType.SKETCH);
    b.subject = "subject " + number;
    List<Recipient> recipients = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      String address = random.nextBoolean() ? any(ClueType.RECIPIENT) : word() + '@' + domain();
      String id = some(ClueType.NEXT_HOP_ID);
      String reply = "250 Ok: queued as " + id;
      recipients.add(
          new Recipient(
              form(address), some(ClueType.RECIPIENT), null, null, null, reply, null, id, null));
    }
    b.recipients = recipients;
    b.provenance = List.of(new SourceLine("mail.log", number, "%016x".formatted(number)));
    return b.build();
  }

  /** Nobody else has it: facts of one ID would be joined. */
  private String transactionId(Instant time) {
    number++;
    return random.nextInt(3) == 0 ? ours(time) : form(id()) + number;
  }

  private String ours(Instant time) {
    String id =
        new TransactionId(time.toEpochMilli(), number % 9, number, random.nextLong() >>> 14)
            .toString();
    return switch (random.nextInt(4)) {
      case 0 -> id.toLowerCase(Locale.ROOT);
      case 1 -> id.replace('0', 'o').replace('1', 'I');
      default -> id;
    };
  }

  private String some(ClueType type) {
    return random.nextInt(4) == 0 ? null : form(any(type));
  }

  private List<String> list(ClueType type) {
    List<String> list = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      list.add(form(any(type)));
    }
    return list.stream().distinct().sorted().toList();
  }
}
