package org.whosent.indexer.log.haraka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/** A message's envelope and name, and what became of its recipients. */
class HarakaMessagesTest {
  private static final String STAMP = "2026-11-23T10:00:00.000Z [NOTICE] [";
  private static final String UUID = "00000000-0000-4000-8000-000000000001";
  private static final String ID = UUID + ".1";

  private Lines lines;

  @BeforeEach
  void nothingWasRead() {
    lines = new Lines("haraka");
  }

  private LineKind core(String text) {
    return lines.read(STAMP + ID + "] [core] " + text);
  }

  private LineKind outbound(int piece, String text) {
    lines.facts.clear();
    return lines.read(STAMP + ID + "." + piece + "] [outbound] " + text);
  }

  private void accepted(String... addresses) {
    for (String address : addresses) {
      assertEquals(LineKind.USED, core("recipient <" + address + "> code=OK msg=\"\" sender=a@b"));
    }
  }

  private List<String> found() {
    assertEquals(1, lines.facts.size());
    assertEquals(ID, lines.facts.getFirst().transactionId());
    return lines.facts.getFirst().recipients().stream()
        .map(recipient -> recipient.address() + ' ' + recipient.outcome())
        .toList();
  }

  private static String delivered(String domain, String response, String rcpts) {
    return "delivered file=1_2_vm domain="
        + domain
        + " host=mx.d ip=198.51.100.1 port=25 mode=SMTP tls=N auth=N response="
        + response
        + " delay=0.2 fails=0 rcpts="
        + rcpts;
  }

  private static String mx(String domain) {
    return "hook=get_mx plugin=p function=f params=" + domain + " retval=OK msg=\"\"";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OK|true",
        "CONT|true",
        "DENY|false",
        "DENYSOFT|false",
        "DENYDISCONNECT|false",
      })
  void whatWasRefusedIsNoPartOfTheEnvelope(String code, boolean taken) {
    for (String what : List.of("sender", "recipient")) {
      lines.facts.clear();
      LineKind kind = core(what + " <\"x> code=OK\"@b> code=" + code + " msg=\"code=OK\" sender=x");
      assertEquals(taken ? LineKind.USED : LineKind.KNOWN, kind);
      if (!taken) {
        assertEquals(List.of(), lines.facts);
      } else if (what.equals("sender")) {
        assertEquals("\"x> code=OK\"@b", lines.facts.getFirst().mailFrom());
      } else {
        assertEquals("\"x> code=OK\"@b", lines.facts.getFirst().recipients().getFirst().address());
      }
    }
    assertEquals(taken ? 0 : 2, lines.refusals);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sender <a@b",
        "sender <\"a@b> code=OK",
        "sender <a\\> code=OK",
        "sender <a@b>code=OK",
        "sender <a@b> code=",
        "sender <a@b> msg=\"\" code=OK",
        "recipient <> code=OK msg=\"\"",
        "recipient a@b code=OK",
        "queue code=OK msg=\"Message Queued\"",
        "message",
      })
  void whatDoesNotReadIsNoPartOfTheEnvelope(String text) {
    lines.assertNothing(LineKind.KNOWN, core(text));
    assertEquals(0, lines.refusals);
  }

  @Test
  void lengths() {
    String longest = "x".repeat(1000);
    core("sender <" + longest + "> code=OK");
    assertEquals(longest, lines.facts.getFirst().mailFrom());
    assertEquals(LineKind.KNOWN, core("sender <x" + longest + "> code=OK"));
    core("sender <> code=OK");
    assertEquals("", lines.facts.getLast().mailFrom());
    assertEquals(2, lines.facts.size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "mid=<a@b> size=7 rcpts=1/0/0|<a@b>",
        "mid=\"<a b@c>\" size=7 rcpts=1/0/0|<a b@c>",
        "mid=\"<a\\\" size=9 rcpts=1 \\\\\" size=7 rcpts=1/0/0|<a\" size=9 rcpts=1 \\",
        "mid=\" <a@b>\\n\" size=7 rcpts=1/0/0|<a@b>",
        "mid=\"\" size=7 rcpts=1/0/0|-",
        "mid= size=7 rcpts=1/0/0|-",
      })
  void theMessageId(String text, String messageId) {
    assertEquals(LineKind.USED, core("message " + text));
    assertEquals(messageId, lines.facts.getFirst().messageId());
    assertEquals(7, lines.facts.getFirst().size());
  }

  /** What a bounce needs, as 2.8 and 3 log it: one recipient, whom no line names. */
  @ParameterizedTest
  @ValueSource(strings = {"core] [outbound", "outbound"})
  void ownMailIsOverWithItsLastPiece(String plugin) {
    String id = "97DCEDD4-1D9E-4028-9208-AFA1F58DF14B";
    assertEquals(
        LineKind.USED, lines.read(STAMP + "-] [" + plugin + "] Created transaction: " + id));
    assertEquals(Origin.INTERNAL, lines.facts.getFirst().origin());
    assertNull(lines.facts.getFirst().completed());
    String first = STAMP + id + ".1] [outbound]  ";
    String second = STAMP + id + ".2] [outbound]  ";
    lines.read(first + mx("a.example"));
    lines.read(second + mx("b.example"));
    lines.facts.clear();
    lines.read(first + delivered("a.example", "\"OK\"", "1/0/0"));
    lines.read(second + delivered("b.example", "\"later\"", "0/1/0"));
    lines.assertNothing(LineKind.KNOWN, lines.read(second + mx("b.example")));
    assertEquals(LineKind.USED, lines.read(second + delivered("b.example", "\"OK\"", "1/0/0")));
    assertEquals(id, lines.facts.getFirst().transactionId());
    assertEquals(lines.facts.getFirst().time(), lines.facts.getFirst().completed());
    lines.facts.clear();
    lines.assertNothing(
        LineKind.KNOWN, lines.read(second + delivered("b.example", "\"OK\"", "1/0/0")));
  }

  @Test
  void ownMailThatCannotBeDeliveredIsOver() {
    String id = "97DCEDD4-1D9E-4028-9208-AFA1F58DF14B";
    lines.read(STAMP + "-] [outbound] Created transaction: " + id);
    String piece = STAMP + id + ".1] [outbound]  ";
    lines.read(piece + mx("a.example"));
    lines.facts.clear();
    lines.assertNothing(
        LineKind.KNOWN, lines.read(piece + "bouncing mail: Some recipients failed: <a@b>"));
    assertEquals(LineKind.USED, lines.read(piece + "bouncing mail: Double bounce"));
    assertNotNull(lines.facts.getFirst().completed());
  }

  @Test
  void aMessageIdHasAnEnd() {
    String longest = "<" + "x".repeat(SubmissionRecord.LONGEST_MESSAGE_ID - 2) + ">";
    core("message mid=" + longest + " size=7 rcpts=1/0/0");
    assertEquals(longest, lines.facts.getFirst().messageId());
    core("message mid=x" + longest + " size=7 rcpts=1/0/0");
    assertNull(lines.facts.getLast().messageId());
    assertEquals(LineKind.UNKNOWN, core("message mid=<a@b> rcpts=1/0/0 size=7"));
    assertEquals(LineKind.UNKNOWN, core("message mid=\"<a@b> size=7 rcpts=1/0/0"));
    assertEquals(2, lines.facts.size());
  }

  /** Of a connection, or of a piece that goes out, nothing is a message's. */
  @ParameterizedTest
  @ValueSource(strings = {UUID, ID + ".1", "-"})
  void onlyATransactionHasAnEnvelope(String id) {
    for (String text : List.of("sender <a@b> code=OK", "message mid=<a@b> size=7 rcpts=1/0/0")) {
      assertEquals(LineKind.KNOWN, lines.read(STAMP + id + "] [core] " + text));
    }
    assertEquals(List.of(), lines.facts);
  }

  /** Bounces, and what plugins send. */
  @ParameterizedTest
  @ValueSource(strings = {UUID, UUID + ".1"})
  void harakasOwnMail(String id) {
    assertEquals(LineKind.USED, lines.read(STAMP + "-] [outbound] Created transaction: " + id));
    assertEquals(Origin.INTERNAL, lines.facts.getFirst().origin());
    assertEquals(UUID, lines.facts.getFirst().transactionId());
    lines.facts.clear();
    lines.read(STAMP + "-] [core] Created transaction: " + id);
    lines.read(STAMP + "-] [core] x [outbound] Created transaction: " + id);
    lines.read(STAMP + UUID + "] [core] [outbound] Created transaction: " + id);
    lines.read(STAMP + ID + "] [core] [outbound] Created transaction: " + id);
    lines.read(STAMP + "-] [site] Created transaction: " + id);
    lines.read(STAMP + "-] [outbound] Created transaction: " + id + " x");
    assertEquals(List.of(), lines.facts);
  }

  /** A piece that failed as a whole is tried again for all whom it is for. */
  @Test
  void whoWasDeferredByNameIsAmongThoseOfTheNextAttempt() {
    accepted("a@d.example", "b@d.example");
    outbound(1, mx("d.example"));
    outbound(1, "recipient <a@d.example> deferred: 451 later");
    outbound(1, "Temp failing 1_vm for 5 seconds: Connection lost");
    assertEquals(List.of("a@d.example DEFERRED", "b@d.example DEFERRED"), found());
    outbound(1, delivered("d.example", "Ok", "2/0/0"));
    assertEquals(List.of("a@d.example DELIVERED", "b@d.example DELIVERED"), found());
  }

  /** Whom an attempt named as deferred, the next one of that piece is for, and no others. */
  @Test
  void theNextAttemptIsForThoseWhoWereDeferred() {
    accepted("a@d.example", "b@d.example", "c@d.example");
    outbound(1, mx("d.example"));
    outbound(1, "recipient <b@d.example> deferred: 451 later");
    outbound(1, "Temp failing 1_vm for 5 seconds: Some recipients temp failed: <b@d.example>");
    outbound(1, delivered("d.example", "Ok", "1/0/0"));
    assertEquals(List.of("b@d.example DELIVERED"), found());
    outbound(2, delivered("d.example", "Ok", "2/0/0"));
    assertEquals(List.of("a@d.example DELIVERED", "c@d.example DELIVERED"), found());
  }

  /** One of three was taken, and it was not the one that was deferred. */
  @Test
  void whoWasDeferredIsNotWhoWasTakenInTheSameAttempt() {
    accepted("a@d.example", "b@d.example", "c@d.example");
    outbound(1, mx("d.example"));
    outbound(1, "recipient <a@d.example> deferred: 451 later");
    lines.assertNothing(LineKind.KNOWN, outbound(1, delivered("d.example", "Ok", "1/1/0")));
  }

  @Test
  void ofADomainWithSeveralPiecesOneFateIsNotAllOfThem() {
    accepted("a@d.example", "b@d.example");
    outbound(1, mx("d.example"));
    outbound(2, mx("d.example"));
    lines.assertNothing(LineKind.KNOWN, outbound(1, "bouncing mail: no"));
    outbound(1, "recipient <a@d.example> rejected: no");
    outbound(2, "bouncing mail: no");
    assertEquals(List.of("b@d.example BOUNCED"), found());
  }

  @Test
  void aPieceThatFailsFailsForAllOfItsDomain() {
    accepted("a@d.example", "b@d.example", "c@e.example");
    outbound(1, mx("d.example"));
    outbound(1, "bouncing mail: no");
    assertEquals(List.of("a@d.example BOUNCED", "b@d.example BOUNCED"), found());
  }

  @Test
  void allOfADomainAreDelivered() {
    accepted("a@d.example", "b@D.example", "c@e.example");
    assertEquals(
        LineKind.USED,
        outbound(1, delivered("d.Example", "\"Ok: queued as 0AB1CDEF23\"", "2/0/0")));
    assertEquals(List.of("a@d.example DELIVERED", "b@D.example DELIVERED"), found());
    Recipient recipient = lines.facts.getFirst().recipients().getFirst();
    assertEquals("mx.d[198.51.100.1]:25", recipient.nextHop());
    assertEquals("0AB1CDEF23", recipient.nextHopId());
    assertEquals("Ok: queued as 0AB1CDEF23", recipient.reply());
    assertEquals(Instant.parse("2026-11-23T10:00:00Z"), recipient.time());
    assertNull(recipient.local());
    assertNull(recipient.status());
    assertEquals(LineKind.KNOWN, outbound(1, delivered("d.example", "Ok", "2/0/0")));
    assertEquals(LineKind.USED, outbound(2, delivered("e.example", "Ok", "1/0/0")));
    assertEquals(List.of("c@e.example DELIVERED"), found());
  }

  /** Whom the other server took is known only where the numbers agree. */
  @ParameterizedTest
  @ValueSource(strings = {"1/0/0", "3/0/0", "0/0/0"})
  void whereTheNumberIsAnotherNobodyIsNamed(String rcpts) {
    accepted("a@d.example", "b@d.example");
    assertEquals(LineKind.KNOWN, outbound(1, delivered("d.example", "Ok", rcpts)));
    assertEquals(LineKind.KNOWN, outbound(1, delivered("e.example", "Ok", "2/0/0")));
    assertEquals(LineKind.KNOWN, outbound(1, delivered("d.example", "Ok", "2/0/0") + " later=1"));
    assertEquals(LineKind.KNOWN, outbound(1, delivered("d.example", "\"Ok", "2/0/0")));
    assertEquals(
        LineKind.KNOWN,
        lines.read(STAMP + UUID + ".2.1] [outbound] " + delivered("d.example", "Ok", "2/0/0")));
    assertEquals(
        LineKind.KNOWN,
        lines.read(STAMP + ID + "] [outbound] " + delivered("d.example", "Ok", "2/0/0")));
    assertEquals(LineKind.USED, outbound(1, delivered("d.example", "Ok", "2/0/0")));
  }

  @Test
  void whoIsNamedIsNotAmongTheDelivered() {
    accepted("a@d.example", "b@d.example", "c@d.example");
    outbound(1, "recipient <a@d.example> rejected: 550 5.1.1 no");
    assertEquals(List.of("a@d.example BOUNCED"), found());
    assertEquals("5.1.1", lines.facts.getFirst().recipients().getFirst().status());
    assertEquals("550 5.1.1 no", lines.facts.getFirst().recipients().getFirst().reply());
    assertNull(lines.facts.getFirst().recipients().getFirst().nextHop());
    outbound(1, "recipient <b@d.example> deferred: 451 4.7.1 later");
    assertEquals(List.of("b@d.example DEFERRED"), found());
    assertEquals("4.7.1", lines.facts.getFirst().recipients().getFirst().status());
    outbound(1, delivered("d.example", "Ok", "1/1/1"));
    assertEquals(List.of("c@d.example DELIVERED"), found());
    outbound(1, delivered("d.example", "Ok", "1/0/0")); // the next attempt
    assertEquals(List.of("b@d.example DELIVERED"), found());
  }

  /** A recipient whose own text reads like what became of another. */
  @ParameterizedTest
  @ValueSource(strings = {"deferred", "rejected"})
  void aQuotedAddressEndsWhereItsQuotesSay(String fate) {
    String address = "\"v@d.example> rejected: 550 \\\" <x\"@e.example";
    accepted(address, "v@d.example");
    outbound(1, "recipient <" + address + "> " + fate + ": 550 > rejected: no");
    assertEquals(List.of(address + (fate.equals("deferred") ? " DEFERRED" : " BOUNCED")), found());
    assertEquals("550 > rejected: no", lines.facts.getFirst().recipients().getFirst().reply());
    outbound(2, delivered("d.example", "Ok", "1/0/0"));
    assertEquals(List.of("v@d.example DELIVERED"), found());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "recipient <\"v@d.example> rejected: no",
        "recipient <v@d.example> lost: no",
        "recipient <> rejected: no",
        "x recipient <v@d.example> rejected: no",
        "Temp failing 1_vm for x seconds: no",
        "x bouncing mail: no",
      })
  void whatDoesNotReadIsNobodysFate(String text) {
    accepted("v@d.example");
    outbound(1, mx("d.example"));
    lines.assertNothing(LineKind.KNOWN, outbound(1, text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Temp failing 1_vm for 5 seconds: 451 4.3.0 x|DEFERRED|451 4.3.0 x",
        "Temp failing 1_vm for 5.5 seconds: Tried all MXs|DEFERRED|Tried all MXs",
        "bouncing mail: 550 5.1.2 x|BOUNCED|550 5.1.2 x",
        "bouncing mail: Too many failures (x)|EXPIRED|Too many failures (x)",
      })
  void whatBecameOfAllThatAreLeft(String text, Outcome outcome, String reply) {
    accepted("a@d.example", "b@d.example", "c@e.example");
    assertEquals(LineKind.KNOWN, outbound(1, mx("d.Example")));
    assertEquals(LineKind.KNOWN, outbound(2, mx("e.example")));
    outbound(1, "recipient <a@d.example> rejected: no");
    assertEquals(LineKind.USED, outbound(1, text));
    assertEquals(List.of("b@d.example " + outcome), found());
    assertEquals(reply, lines.facts.getFirst().recipients().getFirst().reply());
    assertEquals(LineKind.KNOWN, outbound(3, text), "of which domain is not known");
    boolean goesOn = outcome == Outcome.DEFERRED;
    assertEquals(
        goesOn ? LineKind.USED : LineKind.KNOWN,
        outbound(1, delivered("d.example", "Ok", "1/0/0")));
    assertEquals(LineKind.USED, outbound(2, delivered("e.example", "Ok", "1/0/0")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Temp failing 1_vm for 5 seconds: Some recipients temp failed: <a@d.example>",
        "bouncing mail: Some recipients failed: <a@d.example>",
      })
  void whoAreNamedElsewhereAreNotCountedTwice(String text) {
    accepted("a@d.example", "b@d.example");
    outbound(1, mx("d.example"));
    lines.assertNothing(LineKind.KNOWN, outbound(1, text));
  }

  @Test
  void anAddressHasAnEnd() {
    accepted("a@d.example");
    String longest = "x".repeat(992) + "\"> \"@d.e";
    outbound(1, "recipient <" + longest + "> rejected: no");
    assertEquals(List.of(longest + " BOUNCED"), found());
    assertEquals(LineKind.KNOWN, outbound(1, "recipient <x" + longest + "> rejected: no"));
    String quoted = '"' + "> rejected: \\\"".repeat(50_000);
    assertEquals(LineKind.KNOWN, outbound(1, "recipient <" + quoted + "\"> rejected: no"));
    lines.assertNothing(LineKind.KNOWN, outbound(1, "recipient <" + quoted));
  }

  @Test
  void aReplyIsCut() {
    accepted("a@d.example");
    outbound(1, "recipient <a@d.example> deferred: " + "y".repeat(1001));
    assertEquals("y".repeat(1000), lines.facts.getFirst().recipients().getFirst().reply());
  }
}
