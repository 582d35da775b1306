package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reports that say themselves that they are no complaints accuse nobody. */
class UserSummaryTest extends MadeUpMail {
  private static final String ID = "4jY9Sb6Dptzbyx3";

  private TraceResult report(String type) throws IOException {
    String mail = mail("a@example.com", "<1@x>", TEXT);
    if (records.isEmpty()) {
      submit("a@example.com", ID, "AAAA1111", mail, true);
    }
    String copy = hop("AAAA1111") + received(ID, "198.51.100.7") + mail;
    return trace(
        "From: f@far.example\nTo: abuse@example.com\nMIME-Version: 1.0\nContent-Type:"
            + " multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nx\n--b\n"
            + "Content-Type: message/feedback-report\n\n"
            + (type == null ? "" : "Feedback-Type: " + type + "\n")
            + "Version: 1\n\n--b\nContent-Type: message/rfc822\n\n"
            + copy
            + "\n--b--\n");
  }

  @Test
  void onlyComplaintsAreCountedAsSuch() throws IOException {
    UserSummary summary = new UserSummary();
    for (String type : new String[] {"abuse", "fraud", "made-up", null}) {
      TraceResult result = report(type);
      named(result, "a@example.com", Confidence.CERTAIN);
      assertTrue(result.isComplaint(), type);
      summary.add(result);
    }
    for (String type : List.of("not-spam", " Not-Spam ", "opt-out", "auth-failure")) {
      TraceResult result = report(type);
      named(result, "a@example.com", Confidence.CERTAIN);
      assertTrue(TraceText.render(result).contains("the report is no complaint"), type);
      summary.add(result);
    }
    List<String> row = summary.rows().getFirst();
    assertEquals("4", row.get(UserSummary.COLUMNS.indexOf("complaints")));
    assertEquals("4", row.get(UserSummary.COLUMNS.indexOf("otherReports")));
    assertTrue(summary.text().getFirst().endsWith(", and 4 reports not complaining of anything"));
    assertTrue(summary.json().getFirst().contains("\"otherReports\":4"));
  }

  @Test
  void whoHasNoComplaintsHasAZero() throws IOException {
    UserSummary summary = new UserSummary();
    summary.add(report("not-spam"));
    assertEquals(
        List.of("     0 complaints  a@example.com, and 1 report not complaining of anything"),
        summary.text());
  }
}
