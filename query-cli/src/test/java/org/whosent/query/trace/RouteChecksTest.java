package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/** The hop above our field: which differences in writing are none, and which hop it is. */
class RouteChecksTest extends MadeUpMail {
  private static final String ID = "4jY9Sb6Dptzbyx3";
  private static final String HOP = "mx.far.example[203.0.113.9]:25";

  @Test
  void aNextHopMayWriteItsIdLongerOrInOtherLettersThanItReplied() throws IOException {
    assertTrue(RouteChecks.sameId("e857b23e805-20020a170902eddb8cso46", "E857B23E805"));
    assertTrue(RouteChecks.sameId("E857B23E805", "e857b23e805-20020a170902eddb8cso46"));
    assertFalse(RouteChecks.sameId("e857b23e805f20020a170902eddb8cso46", "E857B23E805"));
    assertFalse(RouteChecks.sameId("1xVWXw-00009j-1D", "1xVWXw"));
    assertFalse(RouteChecks.sameId("E857B23E80", "E857B23E81"));
    assertTrue(RouteChecks.sameId("E857B23E80", "e857b23e80-x"));
    assertFalse(RouteChecks.sameId("E857B23E8", "e857b23e8-x"));
    submit("a@example.com", "4jY9Sb6Dptzbyx3", "E857B23E805", mail("a@x", "<1@x>", TEXT), false);
    TraceResult result =
        trace(
            hop("e857b23e805-20020a170902eddb8cso46")
                + received("4jY9Sb6Dptzbyx3", "198.51.100.7")
                + mail("a@x", "<1@x>", TEXT));
    assertEquals(Evidence.Result.MATCH, handOver(result));
    named(result, "a@example.com", Confidence.BY_HEADER);
  }

  @Test
  void whatAServerNotesOfItsOwnSendingIsNoHop() throws IOException {
    submit("a@example.com", "4jY9Sb6Dptzbyx3", "E857B23E805", mail("a@x", "<1@x>", TEXT), false);
    String ours =
        "Received: (Haraka outbound); "
            + date(NOON)
            + "\n"
            + received("4jY9Sb6Dptzbyx3", "198.51.100.7")
            + mail("a@x", "<1@x>", TEXT);
    assertEquals(Evidence.Result.MATCH, handOver(trace(hop("E857B23E805") + ours)));
    String stranger =
        "Received: from evil.example ([203.0.113.66]) by mx.far.example with SMTP id Z9Z9Z9Z9; "
            + date(NOON)
            + "\n";
    nobody(trace(stranger + ours), Verdict.CONTRADICTED);
  }

  private static Evidence.Result handOver(TraceResult result) {
    return result.evidence().stream()
        .filter(e -> e.check() == Check.HAND_OVER)
        .findFirst()
        .orElseThrow()
        .result();
  }

  @Test
  void ofSeveralIdsInATextTheOneWhoseNextHopsIdStandsThereCounts() throws IOException {
    submit("a@example.com", "4jY9Sb6Dptzbyx3", "E857B23E805", mail("a@x", "<1@x>", TEXT), false);
    submit("v@example.com", "4jY9Sc2QmxzbySQ", "F857B23E806", mail("v@x", "<2@x>", OTHER), false);
    String text =
        "To: abuse@example.com\nFrom: r@far.example\n\nIDs: %s, 4jY9Sb6Dptzbyx3, 4jY9Sc2QmxzbySQ\n";
    named(
        trace(text.formatted("e857b23e805-20020a170902eddb8cso46")),
        "a@example.com",
        Confidence.BY_HEADER);
    nobody(trace(text.formatted("F857B23E806, E857B23E805")), Verdict.INCONCLUSIVE);
    nobody(trace(text.formatted("0123456789")), Verdict.INCONCLUSIVE);
  }

  private void said(Outcome outcome, String reply, String hopId, Recipient... more)
      throws IOException {
    records.clear();
    SubmissionRecord.Builder record =
        submit("a@example.com", ID, hopId, mail("a@x", "<1@x>", TEXT), false).toBuilder();
    List<Recipient> recipients = new ArrayList<>(List.of(more));
    recipients.add(
        new Recipient("r@far.example", null, false, outcome, null, reply, HOP, hopId, NOON));
    record.recipients = recipients;
    records.set(0, record.build());
  }

  private static Recipient other(Outcome outcome, String hopId) {
    return new Recipient("s@far.example", null, false, outcome, null, "x", HOP, hopId, NOON);
  }

  private Evidence.Result result(Check check, String above) throws IOException {
    TraceResult result = trace(above + received(ID, "198.51.100.7") + mail("a@x", "<1@x>", TEXT));
    List<Evidence> evidence =
        result.candidates().isEmpty()
            ? result.evidence()
            : result.candidates().getFirst().evidence();
    return evidence.stream()
        .filter(e -> e.check() == check)
        .map(Evidence::result)
        .findFirst()
        .orElse(null);
  }

  /** Of a reply that nobody parses the ID is a word of its own, and the server took the message. */
  @Test
  void anIdInTheMidstOfAReplyIsTheHandOver() throws IOException {
    String id = "4XyZ01234A";
    for (String reply : List.of("250 " + id + " taken", id, "250 <" + id + ">", "got id=" + id)) {
      said(Outcome.DELIVERED, reply, null);
      assertEquals(Evidence.Result.MATCH, result(Check.HAND_OVER, hop(id)), reply);
    }
    for (String reply : List.of("250 " + id + "B taken", "250 9" + id, "250 taken", "")) {
      said(Outcome.DELIVERED, reply, null);
      assertEquals(Evidence.Result.ABSENT, result(Check.HAND_OVER, hop(id)), reply);
    }
    said(Outcome.DEFERRED, "451 " + id + " greylisted", null);
    assertEquals(Evidence.Result.ABSENT, result(Check.HAND_OVER, hop(id)));
    said(Outcome.DELIVERED, null, null);
    assertEquals(Evidence.Result.ABSENT, result(Check.HAND_OVER, hop(id)));
    said(Outcome.DELIVERED, "250 4XyZ01234 taken", null);
    assertEquals(Evidence.Result.ABSENT, result(Check.HAND_OVER, hop("4XyZ01234")));
  }

  @Test
  void aHopBeforeTheMessageCameIsAnothers() throws IOException {
    said(Outcome.DELIVERED, "x", "E857B23E805");
    String hop = hop("E857B23E805");
    assertEquals(Evidence.Result.MATCH, result(Check.HAND_OVER, hop));
    String noTime = hop.replace(date(NOON), "");
    assertEquals(Evidence.Result.MATCH, result(Check.HAND_OVER, noTime));
    String before = hop.replace(date(NOON), date(NOON.minusSeconds(7200)));
    assertEquals(Evidence.Result.ABSENT, result(Check.HAND_OVER, before));
  }

  /** Only where every ID is known, and they look alike, is another one somebody else's message. */
  @Test
  void anotherIdOfTheSameKindIsAnotherMessage() throws IOException {
    String hop = hop("E857B23E899");
    said(Outcome.DELIVERED, "x", "E857B23E805");
    assertEquals(Evidence.Result.MISMATCH, result(Check.ROUTE, hop));
    assertEquals(Evidence.Result.MATCH, result(Check.ROUTE, hop("E857B23E8991")));
    assertEquals(Evidence.Result.MATCH, result(Check.ROUTE, hop("E857b23e899")));
    assertEquals(Evidence.Result.MATCH, result(Check.ROUTE, hop.replace(" id E857B23E899", "")));
    for (Outcome outcome : List.of(Outcome.BOUNCED, Outcome.EXPIRED)) {
      said(Outcome.DELIVERED, "x", "E857B23E805", other(outcome, null));
      assertEquals(Evidence.Result.MISMATCH, result(Check.ROUTE, hop), outcome.word());
    }
    for (Outcome outcome : List.of(Outcome.DELIVERED, Outcome.DEFERRED)) {
      said(Outcome.DELIVERED, "x", "E857B23E805", other(outcome, null));
      assertEquals(Evidence.Result.MATCH, result(Check.ROUTE, hop), outcome.word());
    }
    said(Outcome.DELIVERED, "x", "E857B23E805", other(Outcome.DELIVERED, "E857B23E899"));
    assertEquals(Evidence.Result.MATCH, result(Check.HAND_OVER, hop));
    said(Outcome.DELIVERED, "x", null);
    assertEquals(Evidence.Result.MATCH, result(Check.ROUTE, hop));
  }

  @Test
  void onlyAHopFromElsewhereSpeaksAgainst() throws IOException {
    said(Outcome.DELIVERED, "x", null);
    String by = " by mx.far.example with SMTP id Z9Z9Z9Z9; " + date(NOON) + "\n";
    assertEquals(
        Evidence.Result.MISMATCH,
        result(Check.ROUTE, "Received: from evil.example ([203.0.113.66])" + by));
    assertEquals(
        Evidence.Result.MISMATCH,
        result(Check.ROUTE, "Received: from localhost ([127.0.0.1] [203.0.113.66])" + by));
    assertEquals(Evidence.Result.MISMATCH, result(Check.ROUTE, "Received: from evil.example" + by));
    assertEquals(
        Evidence.Result.ABSENT,
        result(Check.ROUTE, "Received: from localhost (localhost [127.0.0.1])" + by));
    assertEquals(Evidence.Result.ABSENT, result(Check.ROUTE, "Received:" + by));
    assertEquals(
        Evidence.Result.ABSENT,
        result(
            Check.ROUTE,
            "Received: from x.example ([203.0.113.66])"
                + by.replace("mx.far.example", "mail.example.com")));
  }
}
