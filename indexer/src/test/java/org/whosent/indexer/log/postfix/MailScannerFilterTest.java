package org.whosent.indexer.log.postfix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.View;
import org.whosent.record.Outcome;
import org.whosent.record.SubmissionRecord;

/** A message that MailScanner puts into a new queue file stays its sender's. */
class MailScannerFilterTest {
  private static final String REQUEUE = "Requeue: A11111111A.AE4DF to B22222222B";

  private final List<String> log = new ArrayList<>();

  private void line(String program, String text) {
    log.add("2026-11-23T10:00:%02d.000000+00:00 mail %s: %s".formatted(log.size(), program, text));
  }

  private void held(String id, String user) {
    line(
        "postfix/smtpd[1]",
        id + ": client=pc[192.0.2.7], sasl_method=PLAIN, sasl_username=" + user);
    line(
        "postfix/cleanup[2]",
        id
            + ": hold: header Received: from pc (pc [192.0.2.7])??by mail.example.com from"
            + " pc[192.0.2.7]; from=<a@example.com> to=<x@far.example> proto=ESMTP helo=<pc>");
    line("postfix/cleanup[2]", id + ": message-id=<" + user + "@x>");
  }

  private void queued(String id) {
    line("postfix/qmgr[3]", id + ": from=<a@example.com>, size=100, nrcpt=1 (queue active)");
  }

  private void sent(String id) {
    line(
        "postfix/smtp[4]",
        id
            + ": to=<x@far.example>, relay=mx.far.example[198.51.100.1]:25, delay=1,"
            + " delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4F1A2B3C4D)");
    line("postfix/qmgr[3]", id + ": removed");
  }

  private List<SubmissionRecord> records() throws IOException {
    Lines lines = new Lines();
    log.forEach(lines::read);
    InMemoryRecordStore store = new InMemoryRecordStore();
    List<SubmissionRecord> records = new ArrayList<>();
    try (Batch batch = store.begin()) {
      for (SubmissionRecord each : lines.facts) {
        batch.add(each);
      }
      batch.commit();
    }
    try (View view = store.view()) {
      view.search(RecordQuery.ALL).forEachRemaining(records::add);
    }
    return records;
  }

  private void assertOne() throws IOException {
    List<SubmissionRecord> records = records();
    assertEquals(1, records.size(), records::toString);
    SubmissionRecord record = records.getFirst();
    assertEquals("A11111111A", record.transactionId());
    assertTrue(record.aliases().contains("B22222222B"));
    assertEquals("alice", record.user());
    assertEquals(Outcome.DELIVERED, record.recipients().getFirst().outcome());
    assertEquals("4F1A2B3C4D", record.recipients().getFirst().nextHopId());
    assertEquals("2026-11-23T10:00:06Z", record.completed().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {REQUEUE, "Requeue: A11111111A to B22222222B"})
  void itIsOneMessage(String requeue) throws IOException {
    held("A11111111A", "alice");
    line("MailScanner[9]", requeue);
    queued("B22222222B");
    sent("B22222222B");
    assertOne();
  }

  /** qmgr may be quicker than MailScanner's line. */
  @Test
  void itIsOneMessageInAnotherOrder() throws IOException {
    held("A11111111A", "alice");
    queued("B22222222B");
    line("MailScanner[9]", REQUEUE);
    sent("B22222222B");
    assertOne();
  }

  /** The new ID may have been another's, who is not its sender any more. */
  @Test
  void anIdMayComeAgain() throws IOException {
    line(
        "postfix/smtpd[1]",
        "B22222222B: client=pc[192.0.2.8], sasl_method=PLAIN, sasl_username=bob");
    line("postfix/qmgr[3]", "B22222222B: removed");
    held("A11111111A", "alice");
    line("MailScanner[9]", REQUEUE);
    queued("B22222222B");
    sent("B22222222B");
    List<SubmissionRecord> records = records();
    assertEquals(2, records.size(), records::toString);
    records.forEach(
        record -> assertEquals(record.user().equals("alice") ? 1 : 0, record.recipients().size()));
  }

  /** Nobody's message becomes another's by what is no such line of MailScanner's. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "MailScanner[9]: Requeue: A11111111A.AE4DF to B22222222B and more",
        "MailScanner[9]: Message Requeue: A11111111A.AE4DF to B22222222B",
        "MailScanner[9]: Requeue: A11111111A.xyzzy to B22222222B",
        "MailScanner[9]: Requeue: A11111111A.AE4DF to B2222222-B",
        "MailScanner[9]: Requeue: D44444444D.AE4DF to B22222222B",
        "webshop[9]: Requeue: A11111111A.AE4DF to B22222222B",
        "postfix/smtpd[9]: Requeue: A11111111A.AE4DF to B22222222B",
      })
  void whatIsNoRequeueing(String said) throws IOException {
    held("A11111111A", "alice");
    int colon = said.indexOf(": ");
    line(said.substring(0, colon), said.substring(colon + 2));
    queued("B22222222B");
    sent("B22222222B");
    assertApart();
  }

  /** What the queue manager had was never on hold, and an ID in use is its own message's. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anotherMessageIsNotTaken(boolean first) throws IOException {
    held("A11111111A", "alice");
    if (first) {
      queued("A11111111A");
    } else {
      line("postfix/smtpd[1]", "B22222222B: client=far.example[198.51.100.7]");
    }
    line("MailScanner[9]", REQUEUE);
    queued("B22222222B");
    sent("B22222222B");
    assertApart();
  }

  private void assertApart() throws IOException {
    List<SubmissionRecord> records = records();
    assertEquals(2, records.size(), records::toString);
    for (SubmissionRecord record : records) {
      if (record.transactionId().equals("B22222222B")) {
        assertNull(record.user());
      } else {
        assertEquals("alice", record.user());
      }
    }
  }
}
