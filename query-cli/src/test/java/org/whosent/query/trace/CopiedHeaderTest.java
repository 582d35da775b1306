package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An outsider has got a message of ours and puts its genuine header over a text of his own; only a
 * mail log is at hand, without digests. Whatever he keeps of the header, our user is not named; and
 * what lists, servers and readers do to the genuine message does not hide him.
 */
class CopiedHeaderTest extends MadeUpMail {
  private static final String ID = "4jY9Sb6Dptzbyx3";
  private static final String USER = "victim@example.com";
  private final String genuine = mail(USER, "<v@x>", TEXT.repeat(4));
  private final String ours = received(ID, "198.51.100.7");

  @BeforeEach
  void submitted() throws IOException {
    submit(USER, ID, "AAAA1111", genuine, false);
    records.set(0, sized((ours + genuine).replace("\n", "\r\n").length()));
  }

  private org.whosent.record.SubmissionRecord sized(long size) {
    var record = records.getFirst().toBuilder();
    record.size = size;
    return record.build();
  }

  private void notNamed(String message) throws IOException {
    TraceResult result = trace(message);
    assertNull(result.user(), TraceText.render(result));
  }

  private static String spam(int repeat) {
    return mail(USER, "<v@x>", OTHER.repeat(repeat));
  }

  @Test
  void withAStrangersHopAbove() throws IOException {
    String stranger =
        "Delivered-To: r@far.example\nReceived: from evil.example ([203.0.113.66])\n"
            + "\tby mx.far.example with SMTP id Z9Z9Z9Z9;\n\t"
            + date(NOON)
            + "\n";
    for (int repeat : new int[] {1, 4, 8, 400}) {
      notNamed(stranger + ours + spam(repeat));
    }
  }

  @Test
  void withNothingAbove() throws IOException {
    for (int repeat : new int[] {1, 8, 20, 400}) {
      notNamed(ours + spam(repeat));
      notNamed(ours + spam(repeat).stripTrailing());
      notNamed("Return-Path: <" + USER + ">\nDelivered-To: r@far.example\n" + ours + spam(repeat));
    }
  }

  @Test
  void withTheFirstRecipientsHandOverAbove() throws IOException {
    String forwarded =
        "Delivered-To: other@else.example\nReceived: from mx.far.example ([203.0.113.9])\n"
            + "\tby mx.else.example with SMTP id Z9Z9Z9Z9;\n\t"
            + date(NOON)
            + "\n";
    for (int repeat : new int[] {1, 8, 20, 400}) {
      notNamed(hop("AAAA1111") + ours + spam(repeat));
      notNamed(forwarded + hop("AAAA1111") + ours + spam(repeat));
    }
    assertEquals(
        Verdict.CONTRADICTED, trace(hop("AAAA1111") + ours + spam(400)).verdict(), "far larger");
  }

  /** What is not counted cannot make room either. */
  @Test
  void whatIsPutAboveDoesNotExcuseALongerText() throws IOException {
    String above = ("X-Spam-Report: " + "x".repeat(400) + "\n").repeat(10);
    for (int repeat : new int[] {8, 16, 20}) {
      notNamed(above + hop("AAAA1111") + ours + spam(repeat));
      notNamed(above + ours + spam(repeat));
    }
  }

  @Test
  void withoutAnyFieldOfOurs() throws IOException {
    for (int repeat : new int[] {20, 400}) {
      notNamed("Return-Path: <" + USER + ">\nDelivered-To: r@far.example\n" + spam(repeat));
      notNamed(hop("AAAA1111") + spam(repeat));
    }
  }

  @Test
  void insideAReport() throws IOException {
    String report =
        "From: fbl@far.example\nTo: abuse@example.com\nContent-Type: multipart/report;"
            + " report-type=feedback-report; boundary=b\n\n--b\n\nspam\n--b\nContent-Type:"
            + " message/feedback-report\n\nFeedback-Type: abuse\n\n--b\nContent-Type:"
            + " message/rfc822\n\n";
    notNamed(report + hop("AAAA1111") + ours + spam(20) + "\n--b--\n");
    named(
        trace(report + hop("AAAA1111") + ours + genuine + "\n--b--\n"), USER, Confidence.BY_HEADER);
  }

  @Test
  void quotedInAComplaint() throws IOException {
    String complaint =
        "From: c@far.example\nTo: abuse@example.com\nMessage-ID: <c@far>\n\nSee:\n\n";
    notNamed(complaint + "> " + (hop("AAAA1111") + ours + spam(60)).replace("\n", "\n> "));
    named(
        trace(complaint + "> " + (hop("AAAA1111") + ours + genuine).replace("\n", "\n> ")),
        USER,
        Confidence.BY_HEADER);
  }

  @Test
  void textOfAnyOtherSizeIsNotNamedWhateverStandsAbove() throws IOException {
    long fresh = System.nanoTime();
    for (long seed : new long[] {7, fresh}) {
      Random random = new Random(seed);
      for (int round = 0; round < 200; round++) {
        int length = random.nextInt(100_000);
        if (Math.abs(length - TEXT.length() * 4) < 700) {
          continue;
        }
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
          text.append("word")
              .append(random.nextInt(1000))
              .append(random.nextInt(9) == 0 ? '\n' : ' ');
        }
        String message =
            (random.nextBoolean() ? hop("AAAA1111") : "") + ours + mail(USER, "<v@x>", text + "\n");
        TraceResult result = trace(message);
        assertNull(result.user(), () -> "seed " + seed + ", length " + length);
      }
    }
  }

  @Test
  void whatHappensToGenuineCopiesDoesNotHideTheUser() throws IOException {
    String copy = hop("AAAA1111") + ours + genuine;
    String plain = genuine.substring(genuine.indexOf("\n\n") + 2);
    String base64 =
        genuine.substring(0, genuine.indexOf("\n\n"))
            + "\nContent-Transfer-Encoding: base64\n\n"
            + Base64.getMimeEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8))
            + "\n";
    for (String mutated :
        new String[] {
          copy,
          copy.replace("\n", "\r\n"),
          ours + genuine,
          hop("AAAA1111") + genuine,
          copy + "_____\nfootless mailing list, https://lists.example.net/listinfo/footless\n",
          hop("AAAA1111")
              + ours
              + "List-Id: <footless.example.net>\nX-Mailman-Version: 2.1.29\n"
              + genuine.replace("Subject: ", "Subject: [footless] "),
          hop("AAAA1111") + ours + base64,
          copy.substring(0, copy.length() - 150),
          copy.substring(0, copy.indexOf("\n\n") + 1),
          copy.replace("198.51.100.7", "198.51.100.7").replace("r@far.example", "x@x.x"),
        }) {
      named(trace(mutated), USER, Confidence.BY_HEADER);
    }
  }

  @Test
  void aRecordOfABase64SubmissionFitsItsDecodedCopy() throws IOException {
    String plain = genuine.substring(genuine.indexOf("\n\n") + 2);
    long grown = (plain.length() + 20) * 4L / 3 - plain.length();
    String mime = genuine.replace("Subject:", "MIME-Version: 1.0\nSubject:");
    records.set(0, sized((ours + mime).replace("\n", "\r\n").length() + grown));
    named(trace(hop("AAAA1111") + ours + mime), USER, Confidence.BY_HEADER);
    // What is no MIME cannot have been encoded: then it is a shorter text.
    notNamed(hop("AAAA1111") + ours + genuine);
  }
}
