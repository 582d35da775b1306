package org.whosent.indexer.log.postfix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.SubmissionRecord;

/**
 * What comes back from a content filter is joined to the message that went in where our log proves
 * it, and to nobody's where it does not.
 */
class PostfixFilterTest extends WrittenLog {
  private void isWhole(SubmissionRecord record) {
    assertEquals("A11111111A", record.transactionId());
    assertEquals("alice", record.user());
    assertEquals("192.0.2.7", record.client());
    assertEquals("<m@x>", record.messageId());
    assertEquals(100L, record.size());
    assertEquals(1, record.recipients().size(), record.recipients()::toString);
    assertEquals("F4F4F4F4F4", record.recipients().getFirst().nextHopId());
    assertEquals(Outcome.DELIVERED, record.recipients().getFirst().outcome());
    assertEquals(List.of("B22222222B"), record.aliases());
  }

  @Test
  void forwardedIdentityJoins() {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    message(
        "smtpd[2]",
        "B22222222B",
        "client=localhost[127.0.0.1], orig_queue_id=A11111111A, orig_client=pc[192.0.2.7]",
        "<m@x>");
    sent("smtp[7]", "A11111111A", "127.0.0.1[127.0.0.1]:10024", REPLY + "B22222222B");
    line("qmgr[6]", "A11111111A: removed");
    isWhole(pause(1000).behind().only());
  }

  @Test
  void aReplyThroughLoopbackWithAnIdOfOurQueueJoins() {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    message("smtpd[2]", "B22222222B", "client=localhost[::1]", "<m@x>");
    sent("lmtp[7]", "A11111111A", "localhost[::1]:10024", REPLY + "B22222222B");
    line("qmgr[6]", "A11111111A: removed");
    isWhole(behind().only());
  }

  @Test
  void aReplyFromElsewhereJoinsNothing() {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    message("smtpd[2]", "B22222222B", "client=localhost[127.0.0.1]", "<m@x>");
    sent("smtp[7]", "A11111111A", "mx.evil.example[198.51.100.9]:25", REPLY + "B22222222B");
    List<SubmissionRecord> records = behind().records();
    assertEquals(2, records.size());
    assertNull(under(records, "B22222222B").user());
  }

  @Test
  void aTunnelThatNamesAnotherMessageJoinsNothing() {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    message("submission/smtpd[1]", "C33333333C", LOGIN + "carol", "<m@x>");
    message("smtpd[2]", "B22222222B", "client=localhost[127.0.0.1]", "<other@x>");
    message("smtpd[2]", "D44444444D", "client=mx[198.51.100.3]", "<m@x>");
    sent("smtp[7]", "A11111111A", "127.0.0.1[127.0.0.1]:10024", REPLY + "B22222222B");
    sent("smtp[7]", "A11111111A", "127.0.0.1[127.0.0.1]:10024", REPLY + "C33333333C");
    sent("smtp[7]", "A11111111A", "127.0.0.1[127.0.0.1]:10024", REPLY + "D44444444D");
    sent("smtp[7]", "A11111111A", "127.0.0.1[127.0.0.1]:10024", REPLY + "A11111111A");
    sent("smtp[7]", "A11111111A", "127.0.0.1[127.0.0.1]:10024", REPLY + "E55555555E");
    List<SubmissionRecord> records = records();
    assertEquals(4, records.size());
    records.forEach(r -> assertEquals(List.of(), r.aliases()));
  }

  @Test
  void oneHandedBackMessageHasOneSender() {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    message("submission/smtpd[1]", "C33333333C", LOGIN + "carol", "<m@x>");
    message("smtpd[2]", "B22222222B", "client=localhost[127.0.0.1]", "<m@x>");
    sent("smtp[7]", "A11111111A", "127.0.0.1[127.0.0.1]:10024", REPLY + "B22222222B");
    sent("smtp[7]", "C33333333C", "127.0.0.1[127.0.0.1]:10024", REPLY + "B22222222B");
    List<SubmissionRecord> records = records();
    assertEquals("alice", under(records, "B22222222B").user());
    assertEquals(List.of(), under(records, "C33333333C").aliases());
  }

  @Test
  void aReusedIdIsNotTheFilteredMessage() {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    message(
        "smtpd[2]", "B22222222B", "client=localhost[127.0.0.1], orig_queue_id=A11111111A", "<m@x>");
    behind().pause(900);
    int before = log.size();
    message("smtpd[3]", "B22222222B", "client=mx[198.51.100.3]", "<n@x>");
    line("qmgr[6]", "B22222222B: removed");
    for (boolean openingSeen : new boolean[] {true, false}) {
      if (!openingSeen) {
        log.remove(before);
      }
      List<SubmissionRecord> records = inReadingOrder();
      assertEquals(2, records.size());
      SubmissionRecord second =
          records.stream()
              .filter(r -> r.transactionId().equals("B22222222B"))
              .findAny()
              .orElseThrow();
      assertEquals(openingSeen ? Origin.UNAUTHENTICATED : null, second.origin());
      assertEquals("<n@x>", second.messageId());
      assertEquals("<m@x>", under(records, "A11111111A").messageId());
    }
  }

  @Test
  void aBeforeQueueProxyHasTheLogin() {
    line("submission/smtpd[1]", "connect from pc[192.0.2.7]");
    line("submission/smtpd[1]", "NOQUEUE: " + LOGIN + "alice");
    message(
        "smtpd[2]",
        "B22222222B",
        "client=localhost[127.0.0.1], orig_client=pc[192.0.2.7]",
        "<m@x>");
    line(
        "submission/smtpd[1]",
        "proxy-accept: END-OF-MESSAGE: "
            + REPLY
            + "B22222222B; from=<a; queued as C33333333C; from=<z>@example.com>"
            + " to=<x@far.example> proto=ESMTP helo=<x> sasl_username=<victim>");
    SubmissionRecord record = behind().only();
    assertEquals("B22222222B", record.transactionId());
    assertEquals("alice", record.user());
    assertEquals("192.0.2.7", record.client());
    assertEquals("submission", record.service());
    assertEquals("a@example.com", record.mailFrom());
    assertEquals(100L, record.size());
    assertEquals(List.of(), record.aliases());
  }

  /** Lines are lost: where one session ended and the next one began, and who logged in there. */
  @Test
  void aProxySessionsLoginIsNotTheNextClients() {
    line("submission/smtpd[1]", "NOQUEUE: " + LOGIN + "alice");
    message(
        "smtpd[2]",
        "B22222222B",
        "client=localhost[127.0.0.1], orig_client=other[198.51.100.66]",
        "<m@x>");
    line(
        "submission/smtpd[1]",
        "proxy-accept: END-OF-MESSAGE: " + REPLY + "B22222222B; from=<b@example.com> to=<x@y>");
    assertNull(behind().only().user());
  }

  /** Without XFORWARD, where the line that the filter answered is the next client's. */
  @ParameterizedTest
  @CsvSource({"alice,alice", "bob,", "alice> sasl_username=<bob,", "x> sasl_username=<alice,alice"})
  void aProxysAnswerToAnotherLoginNamesNobody(String said, String user) {
    line("submission/smtpd[1]", "NOQUEUE: " + LOGIN + "alice");
    message("smtpd[2]", "B22222222B", "client=localhost[127.0.0.1]", "<m@x>");
    line(
        "submission/smtpd[1]",
        "proxy-accept: END-OF-MESSAGE: "
            + REPLY
            + "B22222222B; from=<b@example.com> to=<x@y> proto=ESMTP helo=<pc> sasl_username=<"
            + said
            + '>');
    SubmissionRecord record = behind().only();
    assertEquals(user, record.user());
    assertEquals(Origin.AUTHENTICATED, record.origin());
  }

  /** Of a version that does not log who had logged in. */
  @Test
  void aSenderThatReadsLikeALoginHidesNobody() {
    line("submission/smtpd[1]", "NOQUEUE: " + LOGIN + "alice");
    message("smtpd[2]", "B22222222B", "client=localhost[127.0.0.1]", "<m@x>");
    line(
        "submission/smtpd[1]",
        "proxy-accept: END-OF-MESSAGE: "
            + REPLY
            + "B22222222B; from=<\"> sasl_username=<bob>\"@x.example> to=<x@y> proto=ESMTP"
            + " helo=<pc>");
    assertEquals("alice", behind().only().user());
  }

  /** The first of two filters speaks for nobody, and the second one for the first. */
  @Test
  void aFilterThatSpeaksForAnotherFilterHidesNoLogin() {
    line("submission/smtpd[1]", "NOQUEUE: " + LOGIN + "alice");
    message(
        "smtpd[2]",
        "B22222222B",
        "client=localhost[127.0.0.1], orig_client=localhost[127.0.0.1]",
        "<m@x>");
    line(
        "submission/smtpd[1]",
        "proxy-accept: END-OF-MESSAGE: " + REPLY + "B22222222B; from=<a@example.com> to=<x@y>");
    assertEquals("alice", behind().only().user());
  }

  @Test
  void aProxySessionGivesItsLoginOnceAndToNobodyElse() {
    line("submission/smtpd[1]", "NOQUEUE: " + LOGIN + "alice");
    line("submission/smtpd[1]", "disconnect from pc[192.0.2.7]");
    line("submission/smtpd[1]", "connect from evil[198.51.100.66]");
    message("smtpd[2]", "B22222222B", "client=localhost[127.0.0.1]", "<m@x>");
    line("submission/smtpd[1]", "proxy-accept: END-OF-MESSAGE: " + REPLY + "B22222222B; from=<> x");
    line("submission/smtpd[1]", "NOQUEUE: " + LOGIN + "alice");
    message("submission/smtpd[9]", "C33333333C", LOGIN + "carol", "<m@x>");
    line("submission/smtpd[1]", "proxy-accept: END-OF-MESSAGE: " + REPLY + "C33333333C; from=<> x");
    line("submission/smtpd[1]", "proxy-accept: END-OF-MESSAGE: " + REPLY + "B22222222B; from=<> x");
    List<SubmissionRecord> records = records();
    assertEquals(2, records.size());
    assertNull(under(records, "B22222222B").user());
    assertEquals("carol", under(records, "C33333333C").user());
  }

  @Test
  void pipeJoinsWhatTheSystemAccountHandsIn() {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    message("pickup[4]", "B22222222B", "uid=65534 from=<a@example.com>", "<m@x>");
    sent("pipe[7]", "A11111111A", "filter", "delivered via filter service");
    line("qmgr[6]", "A11111111A: removed");
    isWhole(behind().only());
  }

  @Test
  void pipeJoinsAlsoWhenPickupIsLate() {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    sent("pipe[7]", "A11111111A", "filter", "delivered via filter service (all is well)");
    line("qmgr[6]", "A11111111A: removed").pause(20);
    message("pickup[4]", "B22222222B", "uid=112 from=<a@example.com>", "<m@x>");
    isWhole(behind().only());
  }

  private void pipeLeaves(String pickup, String messageId, int pause) {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    sent("pipe[7]", "A11111111A", "filter", "delivered via filter service");
    line("qmgr[6]", "A11111111A: removed").pause(pause);
    message("pickup[4]", "B22222222B", pickup, messageId);
    List<SubmissionRecord> records = records();
    assertEquals(2, records.size());
    SubmissionRecord second = under(records, "B22222222B");
    assertNull(second.user());
    assertEquals(Origin.LOCAL, second.origin());
  }

  @Test
  void anAccountOfAPersonIsNoFilter() {
    pipeLeaves("uid=1001 from=<a@example.com>", "<m@x>", 0);
  }

  @Test
  void anotherMessageIdIsAnotherMessage() {
    pipeLeaves("uid=65534 from=<a@example.com>", "<n@x>", 0);
  }

  @Test
  void whatComesLongAfterIsAnotherMessage() {
    pipeLeaves("uid=65534 from=<a@example.com>", "<m@x>", 100);
  }

  @Test
  void whenTwoUsersSentTheSameNobodyIsNamed() {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    message("submission/smtpd[2]", "C33333333C", LOGIN + "carol", "<m@x>");
    sent("pipe[7]", "A11111111A", "filter", "delivered via filter service");
    message("pickup[4]", "B22222222B", "uid=65534 from=<a@example.com>", "<m@x>");
    sent("pipe[7]", "C33333333C", "filter", "delivered via filter service");
    message("pickup[4]", "D44444444D", "uid=65534 from=<a@example.com>", "<m@x>");
    List<SubmissionRecord> records = records();
    assertEquals(4, records.size());
    assertNull(under(records, "B22222222B").user());
    assertNull(under(records, "D44444444D").user());
  }

  /** smtp(8) breaks a line of more than 998 bytes on its way to the filter. */
  @Test
  void aReplyJoinsALongMessageId() {
    String id = "<" + "m".repeat(1200) + "@x>";
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", id);
    String broken = id.substring(0, 986) + ' ' + id.substring(986);
    message("smtpd[2]", "B22222222B", "client=localhost[127.0.0.1]", broken);
    sent("lmtp[7]", "A11111111A", "127.0.0.1[127.0.0.1]:10024", REPLY + "B22222222B");
    line("qmgr[6]", "A11111111A: removed");
    SubmissionRecord record = behind().only();
    assertEquals("alice", record.user());
    assertEquals(List.of("B22222222B"), record.aliases());
  }

  /** What an account could evade by: filters of pipe(8) leave no ID. */
  @ParameterizedTest
  @ValueSource(ints = {300, 301, 1001, 1890, 1960, 1970, 1980, 1990, 2020})
  void pipeJoinsALongSender(int length) {
    String from = "from=<" + "a".repeat(length - 10) + "@a.example>";
    line("submission/smtpd[1]", "A11111111A: " + LOGIN + "alice");
    written("cleanup[5]", "A11111111A: message-id=<m@x>");
    written("qmgr[6]", "A11111111A: " + from + ", size=100, nrcpt=1 (queue active)");
    written("pickup[4]", "B22222222B: uid=8 " + from);
    written("cleanup[5]", "B22222222B: message-id=<m@x>");
    written("qmgr[6]", "B22222222B: " + from + ", size=120, nrcpt=1 (queue active)");
    sent("pipe[7]", "A11111111A", "filter", "delivered via filter service");
    line("qmgr[6]", "A11111111A: removed");
    SubmissionRecord record = behind().only();
    assertEquals("alice", record.user());
    assertEquals(List.of("B22222222B"), record.aliases());
  }

  /** Postfix cuts what it says at 2000 bytes. */
  private void written(String daemon, String text) {
    line(daemon, text.substring(0, Math.min(2000, text.length())));
  }

  @Test
  void pipeJoinsEachOfOneUsersThatAreAlike() {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    message("submission/smtpd[1]", "C33333333C", LOGIN + "alice", "<m@x>");
    sent("pipe[7]", "A11111111A", "filter", "delivered via filter service");
    message("pickup[4]", "B22222222B", "uid=65534 from=<a@example.com>", "<m@x>");
    sent("pipe[7]", "C33333333C", "filter", "delivered via filter service");
    message("pickup[4]", "D44444444D", "uid=65534 from=<a@example.com>", "<m@x>");
    List<SubmissionRecord> records = inReadingOrder();
    assertEquals(2, records.size());
    for (SubmissionRecord record : records) {
      assertEquals("alice", record.user());
      assertEquals(1, record.aliases().size());
    }
  }

  /** Nobody evades by one Message-ID for all that he sends. */
  @Test
  void pipeJoinsHoweverManyHaveOneMessageId() {
    for (int i = 10; i < 99; i++) {
      message("submission/smtpd[1]", "A111111111" + i, LOGIN + "alice", "<m@x>");
      sent("pipe[7]", "A111111111" + i, "filter", "delivered via filter service");
      message("pickup[4]", "B222222222" + i, "uid=65534 from=<a@example.com>", "<m@x>");
      line("qmgr[6]", "A111111111" + i + ": removed");
      line("qmgr[6]", "B222222222" + i + ": removed").pause(10);
    }
    List<SubmissionRecord> records = inReadingOrder();
    assertEquals(89, records.size());
    for (SubmissionRecord record : records) {
      assertEquals("alice", record.user());
    }
  }

  @Test
  void aReplyThatLooksLikePipesIsNot() {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    sent("smtp[7]", "A11111111A", "filter[198.51.100.9]:25", "delivered via filter service");
    message("pickup[4]", "B22222222B", "uid=65534 from=<a@example.com>", "<m@x>");
    assertEquals(2, records().size());
  }

  @Test
  void aListenerWithANameOfItsOwnKeepsItsMessage() {
    log.add(
        "2026-11-23T10:00:00.000000+00:00 mail postfix-mua/smtpd[1]: A11111111A: " + LOGIN + "bob");
    seconds = 2;
    line("cleanup[5]", "A11111111A: message-id=<m@x>");
    line("qmgr[6]", "A11111111A: from=<a@example.com>, size=100, nrcpt=1 (queue active)");
    sent("smtp[8]", "A11111111A", "mx[198.51.100.1]:25", "250 Ok: queued as F4F4F4F4F4");
    line("qmgr[6]", "A11111111A: removed");
    SubmissionRecord record = only();
    assertEquals("bob", record.user());
    assertEquals("<m@x>", record.messageId());
    assertEquals("postfix-mua", record.instance());
    assertEquals("F4F4F4F4F4", record.recipients().getFirst().nextHopId());
  }

  @Test
  void twoInstancesWithEqualIdsStayTwo() {
    log.add(
        "2026-11-23T10:00:00.000000+00:00 mail postfix-in/smtpd[1]: A11111111A: " + LOGIN + "bob");
    log.add(
        "2026-11-23T10:00:01.000000+00:00 mail postfix-in/cleanup[1]: A11111111A:"
            + " message-id=<i@x>");
    seconds = 2;
    line("cleanup[5]", "A11111111A: message-id=<m@x>");
    line("qmgr[6]", "A11111111A: from=<a@example.com>, size=100, nrcpt=1 (queue active)");
    assertEquals(2, records().size());
  }
}
