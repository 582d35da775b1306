package org.whosent.indexer.log.postfix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.record.Outcome;
import org.whosent.record.SubmissionRecord;

/**
 * A client that began a message and never sent it has submitted nothing; and none that was taken is
 * ended, or what becomes of it would be a record of nobody's. Counts as Postfix 3.7 wrote them.
 */
class PostfixGivenUpTest extends WrittenLog {
  private static final String SMTPD = "submission/smtpd[1]";
  private static final String PC = "pc[192.0.2.7]";
  private static final String ID = "A11111111A";
  private static final String TAKEN = "B22222222B";

  private WrittenLog connect() {
    return line(SMTPD, "connect from " + PC);
  }

  private WrittenLog opened(String id) {
    return line(SMTPD, id + ": " + LOGIN + "alice");
  }

  private WrittenLog cleaned(String id) {
    return line("cleanup[5]", id + ": message-id=<m@x>");
  }

  private WrittenLog queued(String id) {
    return line("qmgr[6]", id + ": from=<a@example.com>, size=100, nrcpt=1 (queue active)");
  }

  private Instant left(String counts) {
    line(SMTPD, "disconnect from " + PC + counts);
    return Instant.parse("2026-11-23T10:00:00Z").plusSeconds(seconds - 1);
  }

  private void over(String id, Instant time) {
    SubmissionRecord record = under(records(), id);
    assertEquals("alice", record.user());
    assertEquals(time, record.completed());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " ehlo=1 auth=1 mail=1 rcpt=1 rset=1 quit=1 commands=6",
        " ehlo=1 auth=1 mail=1 rcpt=1 commands=4",
        " ehlo=2 starttls=1 auth=1/2 mail=2 rcpt=1/4 rset=2 quit=1 commands=8/11",
        " ehlo=1 auth=1 mail=1 rcpt=1 data=0/1 commands=4/5",
        ":40894 ehlo=1 auth=1 mail=1 rcpt=1 bdat=0/1 unknown=0/3 commands=4/8",
      })
  void aSessionInWhichNoContentWasTaken(String counts) {
    connect();
    opened(ID);
    over(ID, left(counts));
  }

  /** Also where the line was cut right behind the client. */
  @ParameterizedTest
  @ValueSource(strings = {"", " ", "  "})
  void withoutCountsNothingIsOver(String counts) {
    connect();
    opened(ID);
    left(counts);
    assertNull(under(records(), ID).completed());
  }

  /**
   * The client went away in the midst of the content, or did not wait for the answer to all of it:
   * the count alone is not believed where the header has come. The queue manager's line is often
   * behind the client's leaving.
   */
  @Test
  void contentThatMayHaveComeToItsEnd() {
    connect();
    opened(ID);
    cleaned(ID);
    line(SMTPD, "lost connection after END-OF-MESSAGE from " + PC);
    left(" ehlo=1 auth=1 mail=1 rcpt=1 data=0/1 commands=4/5");
    pause(60);
    queued(ID);
    sent("smtp[7]", ID, "mx[198.51.100.1]:25", "250 Ok");
    SubmissionRecord taken = under(records(), ID);
    assertNull(taken.completed());
    assertEquals("alice", taken.user());
    assertEquals(Outcome.DELIVERED, taken.recipients().getFirst().outcome());
  }

  @Test
  void besidesAMessageThatWasTaken() {
    connect();
    opened(ID);
    opened(TAKEN);
    cleaned(TAKEN);
    Instant end = left(" ehlo=1 auth=1 mail=2 rcpt=2 data=1 rset=1 quit=1 commands=8");
    pause(300);
    queued(TAKEN);
    sent("smtp[7]", TAKEN, "mx[198.51.100.1]:25", "250 Ok");
    over(ID, end);
    SubmissionRecord taken = under(records(), TAKEN);
    assertNull(taken.completed());
    assertEquals("alice", taken.user());
    assertEquals(Outcome.DELIVERED, taken.recipients().getFirst().outcome());
  }

  /** What the queue has was taken; which DATA failed is not said. */
  @Test
  void besidesOneThatIsInTheQueue() {
    connect();
    opened(TAKEN);
    cleaned(TAKEN);
    queued(TAKEN);
    opened(ID);
    over(ID, left(" ehlo=1 auth=1 mail=2 rcpt=2 data=1/2 quit=1 commands=7/8"));
    assertNull(under(records(), TAKEN).completed());
  }

  @Test
  void eachSessionOfAProcessForItself() {
    connect();
    opened(ID);
    Instant end = left(" ehlo=1 auth=1 mail=1 rcpt=1 commands=4");
    connect();
    opened(TAKEN);
    left(" ehlo=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=6");
    over(ID, end);
    assertNull(under(records(), TAKEN).completed());
  }

  /** Of each of these it may have been taken. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // before 3.0
        " ehlo=1 auth=1 mail=1 rcpt=1", // cut
        " ehlo=1 auth=1 mail=1 rcpt=1 x commands=4",
        " ehlo=1 auth=1 mail=1 rcpt=1 commands=4 data=1",
        " ehlo=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=6", // its lines are late, or lost
        " ehlo=1 auth=1 mail=1 rcpt=1 data=1/2 quit=1 commands=6/7",
        " ehlo=1 auth=1 mail=1 rcpt=1 bdat=2 quit=1 commands=7",
        " ehlo=1 auth=1 rset=1 quit=1 commands=4", // no MAIL: another session's counts
        "x ehlo=1 auth=1 mail=1 rcpt=1 commands=4",
      })
  void whatTheCountsDoNotTellStaysOpen(String counts) {
    connect();
    opened(ID);
    left(counts);
    over(ID, null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pc[192.0.2.8]", "pc2[192.0.2.7]", "unknown[unknown]"})
  void anotherClientsCountsSayNothing(String client) {
    connect();
    opened(ID);
    line(SMTPD, "disconnect from " + client + " ehlo=1 mail=1 rcpt=1 commands=3");
    over(ID, null);
  }

  /** A relay that says for whom it asks (XCLIENT), or two machines. */
  @Test
  void aSessionWithTwoClientsIsNotCounted() {
    connect();
    line(SMTPD, TAKEN + ": client=other[192.0.2.8], sasl_method=PLAIN, sasl_username=b");
    opened(ID);
    left(" ehlo=1 auth=1 mail=2 rcpt=2 rset=2 quit=1 commands=8");
    over(ID, null);
    assertNull(under(records(), TAKEN).completed());
  }

  @Test
  void aSessionWhoseBeginningWasNotSeen() {
    opened(ID);
    left(" ehlo=1 auth=1 mail=1 rcpt=1 commands=4");
    over(ID, null);
  }

  /** Two machines of one name, with equal process IDs, behind one load balancer. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void twoSessionsOfOneProcessAtOnceAreOfTwoMachines(boolean before) {
    connect();
    if (before) {
      opened(TAKEN);
    }
    connect();
    if (!before) {
      opened(TAKEN);
    }
    left(" ehlo=1 auth=1 mail=1 rcpt=1 commands=4");
    cleaned(TAKEN);
    left(" ehlo=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=6");
    pause(60);
    queued(TAKEN);
    over(TAKEN, null);
  }

  /** With a line lost of what was taken, another may seem to be it. */
  @Test
  void anUnseenMessageBesideOneWhoseContentFailed() {
    connect();
    opened(TAKEN);
    opened(ID);
    cleaned(ID);
    left(" ehlo=1 auth=1 mail=2 rcpt=2 data=1/2 quit=1 commands=7/8");
    pause(60);
    queued(TAKEN);
    List<SubmissionRecord> records = records();
    assertEquals(2, records.size(), records::toString);
    records.forEach(record -> assertNull(record.completed()));
  }

  @Test
  void whatIsHeldWasTaken() {
    connect();
    opened(ID);
    line("cleanup[5]", ID + ": hold: header Subject: x from " + PC + "; from=<a> to=<b>");
    cleaned(ID);
    opened(TAKEN);
    left(" ehlo=1 auth=1 mail=2 rcpt=2 data=1 quit=1 commands=7");
    List<SubmissionRecord> records = records();
    assertNull(under(records, ID).completed());
    assertNotNull(under(records, TAKEN).completed());
  }

  @Test
  void moreQueuedThanTakenAreNotOfThisSession() {
    connect();
    opened(ID);
    opened(TAKEN);
    queued(TAKEN);
    left(" ehlo=1 auth=1 mail=2 rcpt=2 rset=2 quit=1 commands=8");
    over(ID, null);
  }

  @Test
  void anIdThatIsAnothersMessageByThenIsLeftAlone() {
    connect();
    opened(ID);
    pause(60)
        .line("smtpd[2]", ID + ": client=other[192.0.2.8], sasl_method=PLAIN, sasl_username=b");
    cleaned(ID);
    left(" ehlo=1 auth=1 mail=1 rcpt=1 rset=1 quit=1 commands=6");
    pause(60);
    queued(ID);
    List<SubmissionRecord> records = inReadingOrder();
    assertEquals(2, records.size(), records::toString);
    for (SubmissionRecord record : records) {
      assertNull(record.completed());
      assertEquals("b".equals(record.user()) ? 100L : null, record.size());
    }
  }

  @ParameterizedTest
  @CsvSource({"50,true", "51,false"})
  void aSessionOfTooManyIsNotCounted(int messages, boolean ends) {
    connect();
    for (int i = 0; i < messages; i++) {
      opened("C%09X".formatted(i));
    }
    left(" ehlo=1 auth=1 mail=%d rcpt=60 rset=60 quit=1 commands=170".formatted(messages));
    assertEquals(ends, under(records(), "C000000000").completed() != null);
  }
}
