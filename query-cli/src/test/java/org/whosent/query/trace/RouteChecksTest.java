package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The hop above our field: which differences in writing are none, and which hop it is. */
class RouteChecksTest extends MadeUpMail {
  @Test
  void aNextHopMayWriteItsIdLongerOrInOtherLettersThanItReplied() throws IOException {
    assertTrue(RouteChecks.sameId("e857b23e805-20020a170902eddb8cso46", "E857B23E805"));
    assertTrue(RouteChecks.sameId("E857B23E805", "e857b23e805-20020a170902eddb8cso46"));
    assertFalse(RouteChecks.sameId("e857b23e805f20020a170902eddb8cso46", "E857B23E805"));
    assertFalse(RouteChecks.sameId("1xVWXw-00009j-1D", "1xVWXw"));
    assertFalse(RouteChecks.sameId("E857B23E80", "E857B23E81"));
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
    String text = "To: abuse@example.com\nFrom: c@x\n\nIDs: %s, 4jY9Sb6Dptzbyx3, 4jY9Sc2QmxzbySQ\n";
    named(
        trace(text.formatted("e857b23e805-20020a170902eddb8cso46")),
        "a@example.com",
        Confidence.BY_HEADER);
    nobody(trace(text.formatted("F857B23E806, E857B23E805")), Verdict.INCONCLUSIVE);
    nobody(trace(text.formatted("0123456789")), Verdict.INCONCLUSIVE);
  }
}
