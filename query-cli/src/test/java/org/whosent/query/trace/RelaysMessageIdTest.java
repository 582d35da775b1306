package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/** A relay that leaves nothing of ours in the header, and puts its own Message-ID there. */
class RelaysMessageIdTest extends MadeUpMail {
  private static final String USER = "mallory@example.com";
  private static final String REPLY =
      "0100018288804c9f-f631e70f-fc11-44d5-b66b-b8556d71639f-000000";
  private static final String RELAY = "email-smtp.us-east-1.amazonaws.com[192.0.2.77]:587";
  private static final String MADE = "<" + REPLY + "@email.amazonses.com>";

  private final String sent = mail(USER, "<m@x>", TEXT);

  @BeforeEach
  void submitted() throws IOException {
    relayedBy(RELAY);
  }

  private void relayedBy(String relay) throws IOException {
    records.clear();
    SubmissionRecord.Builder record =
        submit(USER, "4jY9Sc2QmxzbySQ", REPLY, sent, false).toBuilder();
    record.recipients =
        List.of(
            new Recipient(
                "r@far.example",
                null,
                false,
                Outcome.DELIVERED,
                null,
                "250 Ok " + REPLY,
                relay,
                REPLY,
                NOON));
    records.set(0, record.build());
  }

  private static String arrived(String recipient, String from, String mail) {
    return "Delivered-To: %s\nReceived: from %s (%s [192.0.2.97])\n\tby mx.far.example (Postfix) with ESMTP id Q1W2E3R4T5;\n\t%s\n%s"
        .formatted(recipient, from, from, date(NOON), mail);
  }

  @Test
  void itLeadsToTheRecord() throws IOException {
    String mail = sent.replace("<m@x>", MADE);
    String from = "a8-97.smtp-out.amazonses.com";
    named(trace(arrived("r@far.example", from, mail)), USER, Confidence.BY_HEADER);
    // Copied: by somebody else's server, or to somebody else.
    nobody(trace(arrived("r@far.example", "evil.example", mail)), Verdict.INCONCLUSIVE);
    nobody(trace(arrived("x@else.example", from, mail)), Verdict.INCONCLUSIVE);
    String others = mail.replace(REPLY, REPLY.replace('8', '9'));
    nobody(trace(arrived("r@far.example", from, others)), Verdict.FOREIGN);
  }

  /** Whoever gets mail may reply with the ID that his own spam has there. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ec2-192-0-2-77.compute-1.amazonaws.com[192.0.2.77]:25",
        "email-smtp.us-east-1.amazonaws.com.evil.example[192.0.2.77]:25",
        "192.0.2.77 (email-smtp.us-east-1.amazonaws.com)",
        "evilemail-smtp.us-east-1.amazonaws.com[192.0.2.77]:25"
      })
  void ofAnotherNextHopItLeadsNowhere(String relay) throws IOException {
    relayedBy(relay);
    String mail = sent.replace("<m@x>", MADE);
    nobody(trace(arrived("r@far.example", "a8-97.smtp-out.amazonses.com", mail)), Verdict.FOREIGN);
  }

  @Test
  void whatIsOfThatForm() {
    assertEquals(REPLY, RelaysMessageId.replyId(MADE).orElseThrow());
    assertEquals(
        REPLY, RelaysMessageId.replyId(" <" + REPLY + "@eu-west-1.amazonses.com> ").orElseThrow());
    for (String other :
        List.of(
            "<" + REPLY + "@amazonses.com>", MADE + "x", "<x" + REPLY + "@email.amazonses.com>")) {
      assertNull(RelaysMessageId.replyId(other).orElse(null), other);
    }
    assertNull(RelaysMessageId.replyId(null).orElse(null));
  }
}
