package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/** A record that would come back otherwise than it was given is found, wherever the odd text is. */
class KeepableTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final String PLAIN = "plain";

  /** Longer than what is looked at in one go. */
  private static final int LONGEST = 21;

  private static SubmissionRecord.Builder record() {
    SubmissionRecord.Builder record = new SubmissionRecord.Builder();
    record.time = NOON;
    record.host = "mail";
    record.transactionId = "A1";
    return record;
  }

  private static Recipient recipient(String status, String reply, String hop, String hopId) {
    return new Recipient(
        "a@example.net", null, null, Outcome.DELIVERED, status, reply, hop, hopId, NOON);
  }

  private static void odd(SubmissionRecord.Builder builder) {
    SubmissionRecord record = builder.build();
    SubmissionRecord kept = Keepable.of(record);
    assertNotSame(record, kept);
    assertEquals(kept, Keepable.of(kept), "what comes back is kept as it is");
    assertSame(kept, Keepable.of(kept));
  }

  @Test
  void aLoneSurrogateIsFoundAtEveryPlace() {
    for (int length = 1; length <= LONGEST; length++) {
      for (String filler : List.of("x", "\u20ac")) {
        SubmissionRecord.Builder plain = record();
        plain.user = filler.repeat(length);
        SubmissionRecord whole = plain.build();
        assertSame(whole, Keepable.of(whole));
        for (int at = 0; at < length; at++) {
          SubmissionRecord.Builder odd = record();
          odd.user = filler.repeat(at) + '\ud800' + filler.repeat(length - at - 1);
          odd(odd);
        }
      }
    }
  }

  /** Texts that neighbours share are looked at once; those that they do not share each. */
  @Test
  void itIsFoundInEveryRecipient() {
    String bad = "bad\udc00";
    for (int field = 0; field < 4; field++) {
      for (int place = 0; place < 3; place++) {
        for (boolean shared : new boolean[] {false, true}) {
          List<Recipient> recipients = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            boolean has = shared ? i >= place : i == place;
            recipients.add(
                recipient(
                    has && field == 0 ? bad : PLAIN,
                    has && field == 1 ? bad : PLAIN,
                    has && field == 2 ? bad : PLAIN,
                    has && field == 3 ? bad : PLAIN));
          }
          SubmissionRecord.Builder odd = record();
          odd.recipients = recipients;
          odd(odd);
        }
      }
    }
    SubmissionRecord.Builder plain = record();
    plain.recipients =
        List.of(recipient(PLAIN, PLAIN, PLAIN, PLAIN), recipient(null, null, null, null));
    SubmissionRecord whole = plain.build();
    assertSame(whole, Keepable.of(whole));
  }

  @Test
  void itIsFoundInEveryLine() {
    String hash = "0123456789abcdef";
    for (int place = 0; place < 3; place++) {
      for (boolean ofFile : new boolean[] {false, true}) {
        List<SourceLine> lines = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          String odd = i == place ? "\ud800" : "";
          lines.add(new SourceLine(ofFile ? "log" + odd : "log", i, ofFile ? hash : hash + odd));
        }
        SubmissionRecord.Builder odd = record();
        odd.provenance = lines;
        odd(odd);
      }
    }
  }
}
