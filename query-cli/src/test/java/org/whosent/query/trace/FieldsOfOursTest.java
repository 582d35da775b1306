package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.store.Coverage;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionId;

/**
 * Several fields of ours in one message: which of them counts, and that none does where one that
 * may be the true one cannot be looked up.
 */
class FieldsOfOursTest extends MadeUpMail {
  private static final String ALICE = "alice@example.com";
  private static final String BOB = "bob@example.com";
  private static final String UPPER = "4jY9Sc2QmxzbySQ";
  private static final String LOWER = "4jY9Sb6Dptzbyx3";
  private static final String TOP = "Delivered-To: r@far.example\n";
  private static final Instant NEVER_READ = NOON.minus(Duration.ofDays(10));

  private final String genuine = mail(BOB, "<b@x>", TEXT);
  private final String below = received(LOWER, "198.51.100.7") + genuine;

  private SubmissionRecord.Builder submitted(
      String user, String id, String message, boolean content) throws IOException {
    SubmissionRecord.Builder record = submit(user, id, null, message, content).toBuilder();
    records.removeLast();
    record.size = (long) (received(id, "198.51.100.7") + message).replace("\n", "\r\n").length();
    return record;
  }

  private void bobs() throws IOException {
    records.add(submitted(BOB, LOWER, genuine, false).build());
  }

  @Test
  void whoeverSentItOnCountsUnlessTheOneBelowIsBoundMoreFirmly() throws IOException {
    for (boolean content : List.of(true, false)) {
      records.clear();
      records.add(submitted(ALICE, UPPER, below, content).build());
      records.add(submitted(BOB, LOWER, genuine, true).build());
      TraceResult result = trace(TOP + received(UPPER, "198.51.100.7") + below);
      if (content) {
        named(result, ALICE, Confidence.CERTAIN);
      } else {
        open(result, "a field of ours below names another user and is bound more firmly");
      }
    }
  }

  private static void open(TraceResult result, String why) {
    nobody(result, Verdict.INCONCLUSIVE);
    assertEquals(why, result.evidence().getFirst().detail());
  }

  /** An ID that somebody copied below his own line, and nothing else of that message. */
  @Test
  void whatStandsBelowUnboundTakesNothingAway() throws IOException {
    records.add(submitted(ALICE, UPPER, below, true).build());
    SubmissionRecord.Builder bobs = submitted(BOB, LOWER, genuine, false);
    bobs.messageId = null;
    bobs.size = 99L;
    records.add(bobs.build());
    TraceResult result = trace(TOP + received(UPPER, "198.51.100.7") + below);
    named(result, ALICE, Confidence.CERTAIN);
    assertTrue(said(result, Check.OTHER_FIELD).startsWith("the field below with ID " + LOWER));
    // Standing above it is another matter: it may be the true one.
    String swapped = received(LOWER, "198.51.100.7") + received(UPPER, "198.51.100.7") + genuine;
    records.set(0, submitted(ALICE, UPPER, genuine, true).build());
    open(trace(TOP + swapped), "a field of ours above names another user and is not refuted");
    bobs.time = NOON.minusSeconds(9999);
    records.set(1, bobs.build());
    result = trace(TOP + swapped);
    named(result, ALICE, Confidence.CERTAIN);
    String why = said(result, Check.OTHER_FIELD);
    assertTrue(why.startsWith("the field above with ID " + LOWER + ": not believed: time,"), why);
  }

  @Test
  void whyNobodyIsNamedIsSaid() throws IOException {
    SubmissionRecord bobs = submitted(BOB, LOWER, genuine, true).build();
    records.add(bobs);
    String line = received(LOWER, "198.51.100.7");
    String other = genuine.replace(TEXT, "short\n");
    open(trace(TOP + line + other), "the content is not the one submitted");
    SubmissionRecord.Builder ofALog = submitted(BOB, LOWER, genuine, false);
    records.set(0, ofALog.build());
    open(
        trace(TOP + line + other),
        "it has not the size of the message submitted: if it was cut, or pasted in part, ask for it"
            + " as it was received (.eml)");
    String none = "Delivered-To: q@else.example\n" + line + "From: q@x\nSubject: x\n";
    open(trace(none), "nothing independent joins the message to a record");
    records.set(0, bobs);
    open(
        trace("From: q@x\n\n" + TEXT),
        "only the text is alike, and whoever has seen it can send it");
  }

  private static String unknown(String id, Instant time) {
    return received(id, "198.51.100.9").replace(date(NOON), date(time));
  }

  @Test
  void anIdOfATimeThatWasNotReadMayBeWhosoeversItIs() throws IOException {
    bobs();
    String read = unknown("4jY9SNOTHERE", NOON);
    String unread = unknown("4jY9SNOTHERE", NEVER_READ);
    named(trace(TOP + read + below), BOB, Confidence.BY_HEADER);
    open(
        trace(TOP + unread + below),
        "a field of ours above has an ID from a time that the index does not cover");
    nobody(trace(TOP + read.replace(date(NOON), "") + below), Verdict.INCONCLUSIVE);
    // What stands below was there before, and is no news of this copy.
    named(
        trace(TOP + received(LOWER, "198.51.100.7") + unread + genuine), BOB, Confidence.BY_HEADER);
  }

  @Test
  void anIdThatWeNeverGaveOutHidesNobody() throws IOException {
    bobs();
    TransactionId own = ids.next();
    TransactionId forged = new TransactionId(own.millis(), 1, own.counter(), own.tag() ^ 1);
    named(trace(TOP + unknown(forged.toString(), NEVER_READ) + below), BOB, Confidence.BY_HEADER);
    open(
        trace(TOP + unknown(own.toString(), NOON) + below),
        "a field of ours above has an ID that our server gave out, and no record is left");
    named(
        trace(TOP + received(LOWER, "198.51.100.7") + unknown(own.toString(), NOON) + genuine),
        BOB,
        Confidence.BY_HEADER);
  }

  @Test
  void anIdThatMayBeInTheDamagedPartHidesWhoIsBelow() throws IOException {
    bobs();
    ListView whole = ListView.of(records);
    ListView damaged =
        new ListView(records, null, whole.coverage(), List.of("2026-11-23: 1 block is damaged"));
    for (ListView view : List.of(whole, damaged)) {
      Tracer tracer = new Tracer(view, Corpus.SITE, keys, Corpus.CLOCK);
      TraceResult result = Corpus.one(tracer, TOP + unknown("4jY9SNOTHERE", NOON) + below);
      assertEquals(view == whole ? BOB : null, result.user(), TraceText.render(result));
      // Without a field that may be somebody else's, damage elsewhere takes nothing away.
      assertEquals(BOB, Corpus.one(tracer, TOP + below).user());
    }
  }

  @Test
  void anIdOfATimeInWhichTheLogLacksLinesHidesWhoIsBelow() throws IOException {
    bobs();
    Coverage whole = ListView.of(records).coverage();
    Instant until = NOON.plusSeconds(5);
    String unknown = TOP + unknown("4jY9SNOTHERE", NOON);
    for (String host : List.of("mail.example.com", "", "other.example.com")) {
      boolean ours = !host.startsWith("other");
      Coverage.Span span = new Coverage.Span(host, NOON.minusSeconds(5), until);
      ListView view = new ListView(records, null, whole.withDropped(span), List.of());
      Tracer tracer = new Tracer(view, Corpus.SITE, keys, Corpus.CLOCK);
      TraceResult result = Corpus.one(tracer, unknown + below);
      assertEquals(ours ? null : BOB, result.user(), TraceText.render(result));
      assertEquals(BOB, Corpus.one(tracer, TOP + below).user());
      ListView empty = new ListView(List.of(), null, view.coverage(), List.of());
      Tracer without = new Tracer(empty, Corpus.SITE, keys, Corpus.CLOCK);
      TraceResult none = Corpus.one(without, unknown + genuine);
      String why =
          ours
              ? "the log lacks lines of its time, as the log daemon says"
              : "the index covers its time, and has no such record";
      assertEquals(why, said(none, Check.COVERAGE));
      CoverageNote.Gap gap = none.coverage().get().gaps().getFirst();
      assertEquals(host.isEmpty() ? null : host, gap.host());
      assertEquals(until, gap.until());
      assertTrue(TraceText.render(none).contains("the log daemon says that it left lines out"));
    }
  }

  /** A list's program, or a filter that leaves no trace: which of them nobody can tell. */
  @Test
  void whatAProgramOfOurOwnHostHandsInAgainIsNeitherItsUsersNorNobodys() throws IOException {
    SubmissionRecord bobs = submitted(BOB, LOWER, genuine, false).build();
    SubmissionRecord.Builder listed = bobs.toBuilder();
    listed.recipients = List.of(Recipient.of("list@example.com"));
    for (String from : List.of("local", "127.0.0.1", "203.0.113.66", "nowhere")) {
      SubmissionRecord.Builder again = submitted(null, UPPER, below, false);
      again.mailFrom = "list-bounces@example.com";
      again.client = from.startsWith("1") || from.startsWith("2") ? from : null;
      again.origin = from.equals("local") ? Origin.LOCAL : Origin.UNAUTHENTICATED;
      records.clear();
      records.add(listed.build());
      records.add(again.build());
      String line = received(UPPER, from.equals("local") ? "unknown" : from);
      boolean ownHost = from.equals("local") || from.equals("127.0.0.1");
      nobody(trace(TOP + line + below), ownHost ? Verdict.INCONCLUSIVE : Verdict.UNAUTHENTICATED);
      // Of another message below it nothing is to be thought.
      SubmissionRecord.Builder other = listed.build().toBuilder();
      other.messageId = "<other@x>";
      records.set(0, other.build());
      nobody(trace(TOP + line + below), Verdict.UNAUTHENTICATED);
    }
  }

  /** Two machines of one name gave the same ID at the same time for the same text. */
  @Test
  void ofTwoThatFitEquallyNeitherIsNamed() throws IOException {
    for (String user : List.of(ALICE, BOB)) {
      SubmissionRecord.Builder record = submitted(user, LOWER, genuine, true);
      record.logHosts = List.of("node-of-" + user);
      records.add(record.build());
    }
    open(trace(TOP + below), "several records of different users fit equally");
    records.removeFirst();
    named(trace(TOP + below), BOB, Confidence.CERTAIN);
  }

  @Test
  void whereTheLineThatNamesTheUserWasNeverReadNobodyIsNamed() throws IOException {
    SubmissionRecord.Builder record = submitted(BOB, LOWER, genuine, false);
    record.user = null;
    for (Origin origin : new Origin[] {null, Origin.AUTHENTICATED}) {
      record.origin = origin;
      records.clear();
      records.add(record.build());
      nobody(trace(TOP + below), Verdict.INCONCLUSIVE);
      TraceResult asked = ask(LOWER);
      nobody(asked, Verdict.INCONCLUSIVE);
      boolean read = origin != null;
      assertTrue(said(asked, Check.COVERAGE).contains(read ? "had logged in" : "was never read"));
      String text = TraceText.render(asked);
      assertTrue(text.contains(read ? "somebody who had logged in" : "was not read"), text);
      assertFalse(text.contains("nobody logged in"), text);
    }
  }

  private static String said(TraceResult result, Check check) {
    return result.evidence().stream()
        .filter(e -> e.check() == check)
        .map(Evidence::detail)
        .reduce((first, last) -> last)
        .orElse("");
  }

  /** An honest no says whether it looked where the message would be. */
  @Test
  void whetherItsTimeWasReadIsSaid() throws IOException {
    TraceResult read = trace(TOP + unknown("4jY9SNOTHERE", NOON) + genuine);
    assertEquals("the index covers its time, and has no such record", said(read, Check.COVERAGE));
    assertTrue(said(read, Check.OTHER_FIELD).endsWith("no such record"));
    TraceResult unread = trace(TOP + unknown("4jY9SNOTHERE", NEVER_READ) + genuine);
    assertEquals("the index does not cover its time", said(unread, Check.COVERAGE));
    assertEquals("no time is known for it", said(ask("4jY9SN0THERE0"), Check.COVERAGE));
    assertEquals(
        "the index covers its time, and has no such record",
        said(ask(eximId(NOON)), Check.COVERAGE));
    assertEquals(
        "the index does not cover its time", said(ask(eximId(NEVER_READ)), Check.COVERAGE));
    TransactionId own = ids.next();
    TransactionId forged = new TransactionId(own.millis(), 1, own.counter(), own.tag() ^ 1);
    TraceResult made = trace(TOP + unknown(forged.toString(), NOON) + genuine);
    assertTrue(said(made, Check.OTHER_FIELD).endsWith("the tag is not ours"));
    assertTrue(said(ask(own.toString()), Check.TAG).endsWith("made with our key"));
  }

  /** Exim's ID of a message: it begins with the seconds, to the base 62. */
  private static String eximId(Instant time) {
    String digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    StringBuilder id = new StringBuilder();
    for (long rest = time.getEpochSecond(); rest > 0; rest /= digits.length()) {
      id.insert(0, digits.charAt((int) (rest % digits.length())));
    }
    return id + "-0000Ce-1O";
  }

  /**
   * What other servers' IDs say of their time is as good as a field's time, where there is none.
   */
  @Test
  void anIdThatSaysItsTimeExpires() throws IOException {
    TraceResult old = ask(eximId(NOON.minus(Duration.ofDays(400))));
    nobody(old, Verdict.EXPIRED);
    assertTrue(
        old.evidence().stream()
            .anyMatch(e -> e.detail().startsWith("as an ID of Exim's it was given out at 2025-")),
        old.evidence().toString());
    String small = eximId(NOON.minus(Duration.ofDays(400))).toLowerCase(Locale.ROOT);
    nobody(ask(small), Verdict.NOT_FOUND); // the letters say another time
  }

  /** Of another machine's ID, whose key is not here, the field's time counts, else its own. */
  @Test
  void anIdThatCannotBeVerifiedIsNotForged() throws IOException {
    long old = NOON.minus(Duration.ofDays(400)).toEpochMilli();
    String unverifiable = new TransactionId(old, 77, 1, 1).toString();
    nobody(ask(unverifiable), Verdict.EXPIRED);
    assertEquals("", said(ask(unverifiable), Check.TAG));
    nobody(trace(TOP + unknown(unverifiable, NOON) + genuine), Verdict.NOT_FOUND);
    String now = new TransactionId(NOON.toEpochMilli(), 77, 1, 1).toString();
    nobody(ask(now), Verdict.NOT_FOUND);
  }

  @Test
  void beforeWhatIsKeptAndNotThereAreDifferentAnswers() throws IOException {
    String before = unknown("4jY9SNOTHERE", NOON.minus(Duration.ofDays(400)));
    nobody(trace(TOP + before + genuine), Verdict.EXPIRED);
    nobody(trace(TOP + unknown("4jY9SNOTHERE", NEVER_READ) + genuine), Verdict.NOT_FOUND);
    nobody(trace(TOP + before.replaceAll(";\n.*\n", "\n") + genuine), Verdict.NOT_FOUND);
    // Of an own ID its own time counts, whatever the field around it says.
    TransactionId own = ids.next();
    nobody(
        trace(TOP + before.replace("4jY9SNOTHERE", own.toString()) + genuine), Verdict.NOT_FOUND);
    Tracer later =
        new Tracer(
            new ListView(List.of(), NOON.plus(Duration.ofDays(1)), List.of()),
            Corpus.SITE,
            keys,
            Clock.fixed(NOON.plus(Duration.ofDays(2)), ZoneOffset.UTC));
    nobody(Corpus.one(later, TOP + unknown(own.toString(), NOON) + genuine), Verdict.EXPIRED);
  }

  @Test
  void aFieldThatWasAskedForNamesOneUserOrNone() throws IOException {
    bobs();
    named(ask(received(LOWER, "198.51.100.7")), BOB, Confidence.STRONG);
    nobody(ask(received(LOWER, "198.51.100.7").replaceAll(" id [^;]*", "")), Verdict.FOREIGN);
    SubmissionRecord.Builder second = submitted(ALICE, LOWER, genuine, false);
    second.logHosts = List.of("node2");
    records.add(second.build());
    TraceResult result = ask(received(LOWER, "198.51.100.7"));
    nobody(result, Verdict.INCONCLUSIVE);
    assertEquals(2, result.candidates().size());
    // The client tells them apart: the other one's field would have looked otherwise.
    second.client = "198.51.100.99";
    records.set(1, second.build());
    named(ask(received(LOWER, "198.51.100.99")), ALICE, Confidence.STRONG);
    assertTrue(ask(received(LOWER, "198.51.100.7")).user().equals(BOB));
  }

  /** Servers give their IDs again, and several servers the same. */
  @Test
  void aNextHopsFieldOfAnotherDayIsAnothersMessage() throws IOException {
    submit(BOB, LOWER, "BBBB2222", genuine, false);
    String hop = hop("BBBB2222").substring(hop("BBBB2222").indexOf("Received:"));
    named(ask(hop), BOB, Confidence.STRONG);
    named(ask(hop.replace(date(NOON), date(NOON.plusSeconds(40_000)))), BOB, Confidence.STRONG);
    named(ask(hop.replace(date(NOON), "")), BOB, Confidence.STRONG);
    for (int days : new int[] {-3, 2, 30}) {
      String then = hop.replace(date(NOON), date(NOON.plus(Duration.ofDays(days))));
      TraceResult result = ask(then);
      nobody(result, Verdict.INCONCLUSIVE);
      assertEquals(BOB, result.candidates().getFirst().record().user());
      assertTrue(result.candidates().getFirst().evidence().toString().contains("another day"));
    }
  }
}
