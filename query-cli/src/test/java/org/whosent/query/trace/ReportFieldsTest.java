package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A report whose message is missing: what its own fields say, and whose word they are. */
class ReportFieldsTest extends MadeUpMail {
  private static final String USER = "a@example.com";
  private static final String ID = "4jY9Sb6Dptzbyx3";
  private static final String FIELDS =
      "Reporting-MTA: dns; mail.example.com\nX-Postfix-Queue-ID: "
          + ID
          + "\nX-Postfix-Sender: rfc822; a@example.com\nArrival-Date: "
          + date(NOON)
          + "\n\nFinal-Recipient: rfc822; r@far.example\nAction: failed\n";

  @BeforeEach
  void submitted() throws IOException {
    submit(USER, ID, "AAAA1111", mail(USER, "<1@x>", TEXT), false);
  }

  private TraceResult report(String type, String fields) throws IOException {
    return trace(
        "From: mta@far.example\nTo: abuse@example.com\nContent-Type: multipart/report;"
            + " report-type=x; boundary=b\n\n--b\n\nSorry.\n--b\nContent-Type: "
            + type
            + "\n\n"
            + fields
            + "\n--b--\n");
  }

  private TraceResult bounce(String fields) throws IOException {
    return report("message/delivery-status", fields);
  }

  /** Postfix says under which ID it had the message: with sender and recipient that is its line. */
  @Test
  void ourServersBounceSaysUnderWhichIdItHadIt() throws IOException {
    named(bounce(FIELDS), USER, Confidence.BY_HEADER);
    named(
        bounce(FIELDS.replace("mail.example.com", "MAIL.example.com.")),
        USER,
        Confidence.BY_HEADER);
    for (String less :
        List.of(
            FIELDS.replace("r@far", "q@far"),
            FIELDS.replace("a@example", "q@example"),
            FIELDS.replaceAll("Final-Recipient.*\n", ""),
            FIELDS.replaceAll("X-Postfix-Sender.*\n", ""))) {
      nobody(bounce(less), Verdict.INCONCLUSIVE);
    }
    nobody(bounce(FIELDS.replace(ID, "4jY9Sc2QmxzbySQ")), Verdict.NOT_FOUND);
    String then = FIELDS.replace(date(NOON), date(NOON.minus(Duration.ofDays(1))));
    nobody(bounce(then), Verdict.CONTRADICTED);
    String another = FIELDS.replace("mail.example.com", "mx.far.example");
    // The ID is another server's, in whose log it may be anybody's.
    TraceResult result = bounce(another);
    nobody(result, Verdict.INCONCLUSIVE);
    assertEquals(
        0,
        result.candidates().getFirst().evidence().stream()
            .filter(e -> e.check() == Check.TRANSACTION_ID || e.check() == Check.REPORTED_ID)
            .count());
    String noHost = FIELDS.replaceAll("Reporting-MTA.*\n", "");
    nobody(bounce(noHost), Verdict.INCONCLUSIVE);
    nobody(bounce(FIELDS.replaceAll("X-Postfix-Queue-ID.*\n", "")), Verdict.INCONCLUSIVE);
  }

  /** Within two days of when the reporter got it, from the sender, to one of the recipients. */
  @Test
  void whoseMailItWasToWhomAndWhen() throws IOException {
    String fields =
        "Feedback-Type: abuse\nOriginal-Mail-From: <a@example.com>\n"
            + "Original-Rcpt-To: <q@far.example>\nOriginal-Rcpt-To: <r@far.example>\n%s: %s\n";
    for (String name : List.of("Arrival-Date", "Received-Date")) {
      String arf = fields.formatted(name, "%s");
      for (int sign : List.of(1, -1)) {
        Duration late = Duration.ofDays(2).minusSeconds(1).multipliedBy(sign);
        assertEquals(1, candidates(arf.formatted(date(NOON.plus(late)))), name + late);
        assertEquals(1, candidates(arf.formatted(NOON.plus(late).toString())), name + late);
        Duration later = late.plusSeconds(2 * sign);
        assertEquals(0, candidates(arf.formatted(date(NOON.plus(later)))), name + later);
      }
      assertEquals(0, candidates(arf.formatted("some day")));
    }
    String at = fields.formatted("Arrival-Date", date(NOON));
    assertEquals(0, candidates(at.replace("<a@", "<b@")));
    assertEquals(0, candidates(at.replace("<a@example.com>", "<>")));
    assertEquals(0, candidates(at.replace("r@far", "s@far")));
    assertEquals(1, candidates(at.replaceAll("Original-Rcpt-To.*\n", "")));
    assertEquals(0, candidates(at.replaceAll("Original-Mail-From.*\n", "")));
  }

  private int candidates(String fields) throws IOException {
    TraceResult result = report("message/feedback-report", fields);
    nobody(result, result.candidates().isEmpty() ? Verdict.FOREIGN : Verdict.INCONCLUSIVE);
    return result.candidates().size();
  }
}
