package org.whosent.indexer.log.postfix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.record.SubmissionRecord;

/** What Amavis made of one message is one record, where its line and Postfix's own agree. */
class AmavisFilterTest extends WrittenLog {
  private static final String BACK = "client=localhost[127.0.0.1]";
  private static final String PASSED =
      "Passed CLEAN {RelayedInbound,RelayedOpenRelay}, ORIGINATING LOCAL [192.0.2.7]:41234"
          + " [192.0.2.7] <a@example.com> -> <x@far.example>,<y@example.com>, ";
  private static final String HITS = "mail_id: 4lE0-Lt5J0Pu, Hits: 0, size: 100, queued_as: ";

  private AmavisFilterTest amavis(String text) {
    line("smtpd[1]", "").log.set(log.size() - 1, log.getLast().replace("postfix/smtpd[1]: ", text));
    return this;
  }

  private AmavisFilterTest passed(String tail) {
    return amavis("amavis[15956]: (15956-02-23) " + PASSED + tail);
  }

  private void submitted() {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    message("smtpd[2]", "B22222222B", BACK, "<m@x>");
    message("smtpd[2]", "C33333333C", BACK, "<m@x>");
  }

  private AmavisFilterTest answered() {
    sent("smtp[7]", "A11111111A", "127.0.0.1[127.0.0.1]:10024", REPLY + "B22222222B");
    line("qmgr[6]", "A11111111A: removed");
    return this;
  }

  private void areOne() {
    line(
        "smtp[9]",
        "C33333333C: to=<y@example.com>, relay=mx.example.com[192.0.2.9]:25, delay=1,"
            + " delays=0/0/0/1, dsn=2.0.0, status=sent (250 Ok: queued as G5G5G5G5G5)");
    line("qmgr[6]", "C33333333C: removed");
    SubmissionRecord record = behind().only();
    assertEquals("alice", record.user());
    assertEquals(2, record.recipients().size(), record.recipients()::toString);
  }

  private void areTwo() {
    List<SubmissionRecord> records = behind().records();
    assertEquals(2, records.size(), records::toString);
    assertEquals("alice", under(records, "B22222222B").user());
    assertNull(under(records, "C33333333C").user());
  }

  /** Both copies are the sender's, though the reply names only one and there is no XFORWARD. */
  @Test
  void bothPartsAreTheSenders() {
    submitted();
    passed(HITS + "B22222222B/C33333333C, 1087 ms").answered().areOne();
  }

  @Test
  void whatAmavisSignedIsNoObstacle() {
    submitted();
    passed(HITS + "C33333333C/B22222222B, dkim_new=s1:example.com, 1087 ms").answered().areOne();
  }

  /** cleanup gives each part a Message-ID of its own. */
  @Test
  void aMessageWithoutMessageId() {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<>");
    message("smtpd[2]", "B22222222B", BACK, "<20261123100007.B22222222B@mail.example.com>");
    message("smtpd[2]", "C33333333C", BACK, "<20261123100007.C33333333C@mail.example.com>");
    passed(HITS + "B22222222B/C33333333C, 1087 ms").answered().areOne();
  }

  @Test
  void aLongLineIsInPieces() {
    submitted();
    passed("Message-ID: <m...");
    amavis("amavis[15959]: (15959-02) Passed CLEAN {RelayedInbound}, size: 1, 5 ms");
    amavis("amavis[15956]: (15956-02-23) ...@x>, " + HITS + "B22222222B/C333...");
    amavis("amavis[15956]: (15956-02-23) ...33333C, 1087 ms").answered().areOne();
  }

  @Test
  void beforeTheQueueTheLoginCountsForBoth() {
    line("submission/smtpd[1]", "NOQUEUE: " + LOGIN + "alice");
    String back = BACK + ", orig_client=pc[192.0.2.7]";
    message("smtpd[2]", "B22222222B", back, "<m@x>");
    message("smtpd[2]", "C33333333C", back, "<m@x>");
    passed(HITS + "B22222222B/C33333333C, 1087 ms");
    line(
        "submission/smtpd[1]",
        "proxy-accept: END-OF-MESSAGE: "
            + REPLY
            + "B22222222B; from=<a@example.com> to=<x@far.example> proto=ESMTP helo=<x>"
            + " sasl_username=<alice>");
    areOne();
  }

  /** What the sender may write stands in the midst, and in what Amavis says of other things. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "amavis[15956]: (15956-02-23) Passed CLEAN, Message-ID: <m, queued_as: IDS, 1 ms>, 3 ms",
        "amavis[15956]: (15956-02-23) Passed CLEAN, Message-ID: <m, queued_as: IDS, 1 ms...",
        "amavis[15956]: (15956-02-23) Passed CLEAN, queued_as: IDS",
        "amavis[15956]: (15956-02-23) Passed CLEAN, queued_as: IDS, x, 1 ms",
        "amavis[15956]: (15956-02-23) Blocked SPAM, queued_as: IDS, 1 ms",
        "amavis[15956]: (15956-02-23) header: Subject: Passed CLEAN, queued_as: IDS, 1 ms",
        "amavis[15956]: (15956-02-23) ...Passed CLEAN, queued_as: IDS, 1 ms",
        "amavis: (15956-02-23) Passed CLEAN, queued_as: IDS, 1 ms",
        "vacation[15956]: (15956-02-23) Passed CLEAN, queued_as: IDS, 1 ms",
      })
  void whatASenderMayWriteJoinsNothing(String text) {
    submitted();
    amavis(text.replace("IDS", "B22222222B/C33333333C")).answered().areTwo();
  }

  @Test
  void pieceWithAnotherLineBetweenJoinsNothing() {
    submitted();
    passed("Message-ID: <m...");
    amavis("amavis[15956]: (15956-02-23) header: Subject: ...");
    amavis("amavis[15956]: (15956-02-23) ...x, queued_as: B22222222B/C33333333C, 1 ms");
    answered().areTwo();
  }

  /** Somebody else's message, whatever the line says. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "client=pc[192.0.2.8], sasl_method=PLAIN, sasl_username=carol",
        "client=mx[198.51.100.3]",
        "client=localhost[127.0.0.1], orig_client=other[198.51.100.66]",
        "client=localhost[127.0.0.1], orig_queue_id=D44444444D",
      })
  void anothersMessageStaysAnothers(String opening) {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    message("smtpd[2]", "B22222222B", BACK, "<m@x>");
    message("smtpd[3]", "C33333333C", opening, "<m@x>");
    passed(HITS + "B22222222B/C33333333C, 1087 ms").answered();
    List<SubmissionRecord> records = behind().records();
    assertEquals(2, records.size(), records::toString);
    assertEquals("alice", under(records, "B22222222B").user());
    assertEquals(opening.contains("carol") ? "carol" : null, under(records, "C33333333C").user());
  }

  @Test
  void anotherMessageIdOrSenderIsAnothersMessage() {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    message("smtpd[2]", "B22222222B", BACK, "<m@x>");
    message("smtpd[2]", "C33333333C", BACK, "<n@x>");
    line("smtpd[2]", "D44444444D: " + BACK);
    line("cleanup[5]", "D44444444D: message-id=<m@x>");
    line("qmgr[6]", "D44444444D: from=<b@example.com>, size=100, nrcpt=1 (queue active)");
    passed(HITS + "B22222222B/C33333333C/D44444444D, 1087 ms").answered();
    assertEquals(3, behind().records().size());
  }
}
