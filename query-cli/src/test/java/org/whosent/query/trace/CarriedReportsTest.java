package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * Messages within reports within messages: whose the innermost is counts only as long as all around
 * it are shells, and none of them is itself what a user of ours sent.
 */
class CarriedReportsTest extends MadeUpMail {
  private static final String VICTIM = "victim@example.com";
  private static final String MALLORY = "mallory@example.com";
  private static final String VICTIMS = "4jY9Sb6Dptzbyx3";
  private static final String HIS = "4jY9Sc2QmxzbySQ";
  private static final String BOUNCE = "4jY9Sd1QmxzbySQ";
  private final String genuine = mail(VICTIM, "<v@x>", TEXT);
  private final String copy = hop("AAAA1111") + received(VICTIMS, "198.51.100.7") + genuine;
  private int boundary;

  @BeforeEach
  void submitted() throws IOException {
    submit(VICTIM, VICTIMS, "AAAA1111", genuine, false);
    sized(received(VICTIMS, "198.51.100.7") + genuine);
  }

  private SubmissionRecord.Builder last() {
    return records.removeLast().toBuilder();
  }

  private void sized(String message) {
    SubmissionRecord.Builder record = last();
    record.size = (long) message.replace("\n", "\r\n").length();
    records.add(record.build());
  }

  /** A multipart around a message; a report where there are fields for it. */
  private String around(String to, String fields, String inside) {
    String b = "b" + ++boundary;
    return "From: MAILER-DAEMON@mail.example.com\nTo: "
        + to
        + "\nDate: "
        + date(NOON)
        + "\nMessage-ID: <"
        + b
        + "@shell>\nContent-Type: multipart/mixed; boundary="
        + b
        + "\n\n--"
        + b
        + "\n\nSee below.\n--"
        + b
        + "\n"
        + (fields.isEmpty() ? "" : fields + "\n--" + b + "\n")
        + "Content-Type: message/rfc822\n\n"
        + inside
        + "\n--"
        + b
        + "--\n";
  }

  private String bounce(String to, String inside) {
    return around(
        to,
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mail.example.com\n\n"
            + "Final-Recipient: rfc822; r@far.example\nAction: failed\n",
        inside);
  }

  private String complaint(String inside) {
    return around(
        "abuse@example.com",
        "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n",
        inside);
  }

  private static String strangersHop() {
    return "Received: from x.example ([203.0.113.66]) by mx.far.example with SMTP id Z9; "
        + date(NOON)
        + "\n";
  }

  /** He writes a report himself, of whatever he likes, and sends it: it is what he sent. */
  @Test
  void aReportThatAUserWroteIsHisMessageAndNoShell() throws IOException {
    for (boolean bounce : List.of(true, false)) {
      String his = bounce ? bounce("r@far.example", copy) : complaint(copy);
      submit(MALLORY, HIS, "BBBB2222", his, false);
      sized(received(HIS, "198.51.100.7") + his);
      String sent = hop("BBBB2222") + received(HIS, "198.51.100.7") + his;
      named(trace(sent), MALLORY, Confidence.BY_HEADER);
      named(trace(complaint(sent)), MALLORY, Confidence.BY_HEADER);
      named(trace(bounce("q@far.example", sent)), MALLORY, Confidence.BY_HEADER);
      nobody(trace(complaint(his)), Verdict.INCONCLUSIVE);
      records.removeLast();
    }
  }

  private String returned(String to, String inside) throws IOException {
    String message = bounce(to, inside);
    submit(null, BOUNCE, "CCCC3333", message, false);
    SubmissionRecord.Builder record = last();
    record.origin = Origin.INTERNAL;
    record.client = null;
    record.mailFrom = "";
    record.recipients = List.of(Recipient.of(to));
    records.add(record.build());
    sized(received(BOUNCE, "unknown") + message);
    return received(BOUNCE, "unknown") + message;
  }

  /** Postfix sends copies of its bounces to the postmaster, and one of those may come back. */
  @Test
  void aBounceOfOurBounceIsAboutWhatThatOneReturned() throws IOException {
    String sent = received(VICTIMS, "198.51.100.7") + genuine;
    String first = returned(VICTIM, sent);
    named(trace(first), VICTIM, Confidence.BY_HEADER);
    String again = strangersHop() + bounce("postmaster@example.com", first);
    named(trace(again), VICTIM, Confidence.BY_HEADER);
    named(trace(complaint(first)), VICTIM, Confidence.BY_HEADER);
    // One that is not ours returns what its writer likes, and is itself what was returned.
    SubmissionRecord.Builder record = last();
    record.origin = Origin.UNAUTHENTICATED;
    record.client = "203.0.113.66";
    record.mailFrom = "q@else.example";
    records.add(record.build());
    String came = first.replace("[unknown]", "[203.0.113.66]");
    nobody(trace(strangersHop() + bounce("q@else.example", came)), Verdict.UNAUTHENTICATED);
  }

  /** What returns nothing is itself what is asked about. */
  @Test
  void aBounceOfOursThatIsNoReportHasNothingInside() throws IOException {
    String returned = returned(VICTIM, "").replace("message/rfc822", "text/plain");
    nobody(trace(strangersHop() + bounce("q@far.example", returned)), Verdict.UNAUTHENTICATED);
  }

  /** Of whom the report itself is nobody knows; so it is about what it carries. */
  @Test
  void aReportOfWhichOnlyARecordWithoutAUserIsLeftIsAShell() throws IOException {
    String first = returned(VICTIM, received(VICTIMS, "198.51.100.7") + genuine);
    SubmissionRecord.Builder record = last();
    record.origin = null;
    records.add(record.build());
    named(trace(first), VICTIM, Confidence.BY_HEADER);
    // A user's, to which the report only says that it belongs, and does not.
    record.user = MALLORY;
    record.time = NOON.minusSeconds(90_000);
    records.set(1, record.build());
    named(trace(first), VICTIM, Confidence.BY_HEADER);
    record.time = NOON;
    records.set(1, record.build());
    assertEquals(MALLORY, trace(first).user());
  }

  /** To the desk by any of the fields that say so; other mail with the same inside is no shell. */
  @Test
  void aComplaintThatCameInIsAShell() throws IOException {
    for (String field : List.of("To", "Cc", "Delivered-To", "X-Original-To")) {
      String message = field + ": abuse@example.com\n" + around("friend@example.com", "", copy);
      String came = received(HIS, "203.0.113.66") + message;
      submit(null, HIS, null, message, false);
      sized(came);
      SubmissionRecord.Builder record = last();
      record.client = "203.0.113.66";
      record.recipients = List.of(Recipient.of("abuse@example.com"), Recipient.of("q@example.com"));
      records.add(record.build());
      named(trace(came), VICTIM, Confidence.BY_HEADER);
      nobody(trace(came.replace(field + ": abuse@example.com\n", "")), Verdict.UNAUTHENTICATED);
      record.origin = Origin.LOCAL;
      records.set(1, record.build());
      nobody(trace(came), Verdict.UNAUTHENTICATED);
      records.removeLast();
    }
  }

  /** Eight shells are opened; what is deeper is not looked at, and nobody is named for it. */
  @Test
  void aMessageInMoreShellsThanAreOpenedIsNotReached() throws IOException {
    String[] shells = new String[11];
    shells[0] = copy;
    IntStream.range(1, shells.length)
        .forEach(i -> shells[i] = around("q@far.example", "", shells[i - 1]));
    nobody(trace(shells[8]), Verdict.INCONCLUSIVE);
    nobody(trace(shells[9]), Verdict.FOREIGN);
    String ours = received(VICTIMS, "198.51.100.7") + genuine;
    String bounces = returned(VICTIM, ours);
    named(trace(bounces), VICTIM, Confidence.BY_HEADER);
  }

  /** Each message that a report carries has its own answer; the first alone is the one reported. */
  @Test
  void everyMessageInAReportIsAnswered() throws IOException {
    String other = mail(MALLORY, "<m@x>", OTHER);
    submit(MALLORY, HIS, "BBBB2222", other, false);
    sized(received(HIS, "198.51.100.7") + other);
    String his = hop("BBBB2222") + received(HIS, "198.51.100.7") + other;
    String both =
        complaint(copy + "\n--b1\nContent-Type: message/rfc822\n\n" + his.stripTrailing());
    List<TraceResult> results =
        Corpus.tracer(records, keys)
            .trace(new TraceInput.Content("x.eml", both.getBytes(StandardCharsets.UTF_8)));
    assertEquals(2, results.size());
    named(results.getFirst(), VICTIM, Confidence.BY_HEADER);
    nobody(results.getLast(), Verdict.INCONCLUSIVE);
    assertEquals(MALLORY, results.getLast().candidates().getFirst().record().user());
  }

  /** Ten thousand fields of its sender's own, where the reporter left out those of servers. */
  @Test
  void aReportedHeaderThatIsTooLargeClearsNobody() throws IOException {
    String junk = "X-Junk: a\n".repeat(10_001);
    for (String type : List.of("message/rfc822", "text/rfc822-headers")) {
      String report = complaint(junk + genuine).replace("message/rfc822", type);
      TraceResult result = trace(report);
      nobody(result, Verdict.INCONCLUSIVE);
      assertEquals(
          true,
          result.evidence().getFirst().detail().contains("larger than what is read"),
          TraceText.render(result));
    }
    nobody(trace(complaint("no field\n" + genuine)), Verdict.FOREIGN);
  }

  /**
   * A reporter that always writes the same boundary: whoever knows it writes it into his spam, and
   * below it what is another user's, which then stands behind his own message in the report.
   */
  @Test
  void whatStandsBehindTheMessageThatIsReportedNamesNobody() throws IOException {
    String spam =
        strangersHop()
            + "From: s@evil.example\nSubject: s\nMessage-ID: <s@evil.example>\n\n"
            + OTHER;
    String xarf =
        "{\"xarf_version\":\"4.0.0\",\"evidence\":[{\"content_type\":\"message/rfc822\",\"payload\":\""
            + Base64.getEncoder().encodeToString(copy.getBytes(StandardCharsets.UTF_8))
            + "\"}]}\n";
    for (boolean bounce : List.of(true, false)) {
      for (String planted :
          List.of(
              "Content-Type: message/rfc822\n\n" + copy,
              "Content-Type: text/rfc822-headers\n\n" + copy.substring(0, copy.indexOf("\n\n") + 1),
              "Content-Type: application/json\n\n" + xarf)) {
        String next = "--b" + (boundary + 1) + "\n";
        String inside = spam + next + planted;
        String report = bounce ? bounce("q@far.example", inside) : complaint(inside);
        List<TraceResult> results = all(report);
        nobody(results.getFirst(), Verdict.FOREIGN);
        for (TraceResult result : results) {
          assertNull(result.user(), TraceText.render(result));
        }
        boolean json = planted.contains("json");
        assertEquals(json ? 1 : 2, results.size());
        if (!json) {
          assertEquals(VICTIM, results.getLast().candidates().getFirst().record().user());
        }
      }
    }
    // The header beside the whole message is what some reporters write.
    String twice =
        complaint(
            copy
                + "--b%d\nContent-Type: text/rfc822-headers\n\n".formatted(boundary + 1)
                + copy.substring(0, copy.indexOf("\n\n") + 1));
    for (TraceResult result : all(twice)) {
      named(result, VICTIM, Confidence.BY_HEADER);
    }
  }

  private List<TraceResult> all(String report) throws IOException {
    return Corpus.tracer(records, keys)
        .trace(new TraceInput.Content("x.eml", report.getBytes(StandardCharsets.UTF_8)));
  }
}
