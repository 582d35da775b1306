package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.whosent.record.SubmissionRecord;

/** Which of many records a text without any identifier is laid beside, and in which order. */
class AlikeTextsTest extends MadeUpMail {
  private static final String PASTED = "Please look who sent us this:\n\n";

  private void submitted(String user, int number, String text) throws IOException {
    submit(
        user,
        "4jY9S%010d".formatted(number),
        null,
        mail(user, "<%d@x>".formatted(number), text),
        true);
  }

  private void at(Duration ago) {
    SubmissionRecord.Builder record = records.removeLast().toBuilder();
    record.time = NOON.minus(ago);
    records.add(record.build());
  }

  private static List<String> users(TraceResult result) {
    nobody(result, Verdict.INCONCLUSIVE);
    return result.candidates().stream().map(c -> c.record().user()).toList();
  }

  /** A flood of one user's does not hide who else sent it: three of his are shown. */
  @Test
  void ofOneUserThreeAreShown() throws IOException {
    for (int i = 0; i < 30; i++) {
      submitted("flood@example.com", i, TEXT + OTHER);
      at(Duration.ofMinutes(i));
    }
    submitted("other@example.com", 99, TEXT + OTHER + "Yours, me.\n");
    List<String> users = users(trace(PASTED + TEXT + OTHER));
    assertEquals(4, users.size());
    assertEquals(3, users.stream().filter("flood@example.com"::equals).count());
    assertTrue(users.contains("other@example.com"));
  }

  /** What is only a part of it comes behind what is all of it; of equal ones the newest first. */
  @Test
  void theNearestComeFirst() throws IOException {
    String more = "There is nothing like a good watch, and the time will tell it to all of us.\n";
    submitted("half@example.com", 1, TEXT + OTHER.replace("two hours", "few days") + more);
    submitted("old@example.com", 2, TEXT + OTHER);
    at(Duration.ofHours(3));
    submitted("new@example.com", 3, TEXT + OTHER);
    at(Duration.ofHours(1));
    assertEquals(
        List.of("new@example.com", "old@example.com", "half@example.com"),
        users(trace(PASTED + TEXT + OTHER)));
  }

  /** Of a text that very many sent not all are compared, and the answer says so. */
  @Test
  void whatIsLeftOutIsSaid() throws IOException {
    for (int i = 0; i < AlikeTexts.MAX_OF_ONE; i++) {
      submitted("u%d@example.com".formatted(i), i, TEXT + OTHER);
    }
    TraceResult whole = trace(PASTED + TEXT + OTHER);
    assertEquals(TraceResult.MAX_CANDIDATES, whole.candidates().size());
    assertTrue(whole.evidence().stream().noneMatch(e -> e.check() == Check.COVERAGE));
    submitted("more@example.com", 5000, TEXT + OTHER);
    TraceResult cut = trace(PASTED + TEXT + OTHER);
    assertEquals(TraceResult.MAX_CANDIDATES, cut.candidates().size());
    assertTrue(cut.evidence().stream().anyMatch(e -> e.check() == Check.COVERAGE));
  }

  /** Where the report says when it was, those of that time come first, and others only else. */
  @Test
  void ofTheReportedTimeFirst() throws IOException {
    submitted("then@example.com", 1, TEXT + OTHER + "Yours, me.\n");
    submitted("later@example.com", 2, TEXT + OTHER + "Good bye.\n");
    at(Duration.ofDays(-5));
    String forwarded =
        "From: c@far.example\nTo: abuse@example.com\nMessage-ID: <c@far>\n\n"
            + "---------- Forwarded message ----------\nFrom: q <q@x.example>\nDate: %s\n"
            + "Subject: watches\nTo: r@far.example\n\n";
    String then = forwarded.formatted(date(NOON)) + TEXT + OTHER;
    assertEquals(List.of("then@example.com"), users(trace(then)));
    String never = forwarded.formatted(date(NOON.minus(Duration.ofDays(20)))) + TEXT + OTHER;
    assertEquals(2, users(trace(never)).size());
  }
}
