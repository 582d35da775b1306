package org.whosent.indexer.log.postfix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.SubmissionRecord;

/** Where a join of two messages ends: by time, by sender, by who said that they are one. */
class PostfixJoinsTest extends WrittenLog {
  private static final String FILTER = "127.0.0.1[127.0.0.1]:10024";
  private static final int HALF_AN_HOUR = 1800;

  private void joined(boolean is, List<SubmissionRecord> records) {
    assertEquals(is ? 1 : 2, records.size(), records::toString);
    assertEquals(is ? "alice" : null, under(records, "B22222222B").user());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 600, HALF_AN_HOUR - 60, HALF_AN_HOUR + 60, 7200})
  void aRelaysReplyThatComesTooLateJoinsNothing(int pause) {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    message("smtpd[2]", "B22222222B", "client=localhost[127.0.0.1]", "<m@x>");
    pause(pause).sent("smtp[7]", "A11111111A", FILTER, REPLY + "B22222222B");
    joined(pause < HALF_AN_HOUR, records());
  }

  @Test
  void whatWasHandedBackBeforeTheMessageCameIsAnothers() {
    message("smtpd[2]", "B22222222B", "client=localhost[127.0.0.1]", "<m@x>");
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    sent("smtp[7]", "A11111111A", FILTER, REPLY + "B22222222B");
    joined(false, records());
  }

  /** A program of the host that logs in at our own server speaks for itself. */
  @Test
  void whoLoggedInIsNoFilter() {
    message("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "<m@x>");
    String program = "client=localhost[127.0.0.1], sasl_method=PLAIN, sasl_username=bob";
    message("submission/smtpd[2]", "B22222222B", program, "<m@x>");
    sent("smtp[7]", "A11111111A", FILTER, REPLY + "B22222222B");
    List<SubmissionRecord> records = records();
    assertEquals(2, records.size());
    assertEquals("bob", under(records, "B22222222B").user());
  }

  private void proxied(int beforeBack, int afterBack) {
    line("submission/smtpd[1]", "connect from pc[192.0.2.7]");
    line("submission/smtpd[1]", "NOQUEUE: " + LOGIN + "alice");
    pause(beforeBack).message("smtpd[2]", "B22222222B", "client=localhost[127.0.0.1]", "<m@x>");
    pause(afterBack)
        .line(
            "submission/smtpd[1]",
            "proxy-accept: END-OF-MESSAGE: " + REPLY + "B22222222B; from=<a@example.com> to=<x@y>");
  }

  @ParameterizedTest
  @CsvSource({"0,0,true", "3000,0,true", "0,1700,true", "3700,0,false", "0,1900,false"})
  void aProxysReplyThatComesTooLateNamesNobody(int before, int after, boolean names) {
    proxied(before, after);
    assertEquals(names ? "alice" : null, under(records(), "B22222222B").user());
  }

  /** Two machines of one name, or what became of the first one's message was lost. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "connect from pc[192.0.2.7]|NOQUEUE: client=pc[192.0.2.7], sasl_username=bob|0|",
        "NOQUEUE: client=pc[192.0.2.7], sasl_username=bob|connect from pc[192.0.2.7]|0|",
        "NOQUEUE: client=pc[192.0.2.8], sasl_username=alice|NOQUEUE: reject: x|0|",
        "disconnect from pc[192.0.2.8]|NOQUEUE: client=pc[192.0.2.8], sasl_username=bob|0|",
        "connect from pc[192.0.2.7]|NOQUEUE: client=pc[192.0.2.7], sasl_username=bob|50|",
        "connect from pc[192.0.2.7]|NOQUEUE: client=pc[192.0.2.7], sasl_username=bob|61|bob",
        "disconnect from pc[192.0.2.7]|NOQUEUE: client=pc[192.0.2.8], sasl_username=bob|0|bob",
        "NOQUEUE: client=pc[192.0.2.7], sasl_username=alice|NOQUEUE: reject: x|0|alice",
      })
  void ofTwoClientsOfAProcessAtOnceNeitherIsBelieved(
      String first, String second, int pause, String user) {
    line("submission/smtpd[1]", "connect from pc[192.0.2.7]");
    line("submission/smtpd[1]", "NOQUEUE: client=pc[192.0.2.7], sasl_username=alice");
    line("submission/smtpd[1]", first);
    pause(pause).line("submission/smtpd[1]", second);
    message("smtpd[2]", "B22222222B", "client=localhost[127.0.0.1]", "<m@x>");
    String accept = "proxy-accept: END-OF-MESSAGE: " + REPLY + "B22222222B; from=<a@b> to=<x@y>";
    line("submission/smtpd[1]", accept);
    assertEquals(user, under(records(), "B22222222B").user());
  }

  /** The message is not nobody's, as it would be by the line of the filter's own hand-over. */
  @ParameterizedTest
  @ValueSource(strings = {"x, sasl_username=victim", "x, from=<victim>", ""})
  void aLoginThatIsNotClearIsNotNone(String login) {
    line("submission/smtpd[1]", "connect from pc[192.0.2.7]");
    line("submission/smtpd[1]", "NOQUEUE: " + LOGIN + login);
    message("smtpd[2]", "B22222222B", "client=localhost[127.0.0.1]", "<m@x>");
    String accept = "proxy-accept: END-OF-MESSAGE: " + REPLY + "B22222222B; from=<a@b> to=<x@y>";
    line("submission/smtpd[1]", accept);
    SubmissionRecord record = under(records(), "B22222222B");
    assertNull(record.user());
    assertEquals(Origin.AUTHENTICATED, record.origin());
  }

  /** The clock is set back between the client and the filter, or between that and its reply. */
  @ParameterizedTest
  @CsvSource({
    "-3600,0,true",
    "0,-3600,true",
    "10,-7200,true",
    "-4,0,true",
    "-3600,70,false",
    "70,-3600,false",
    "-14400,0,false",
  })
  void aProxysReplyOverAClockThatIsSetBack(int before, int after, boolean names) {
    pause(6 * 3600);
    proxied(before, after);
    List<SubmissionRecord> records = records();
    assertEquals(names ? "alice" : null, under(records, "B22222222B").user());
    assertEquals(1, records.size());
  }

  /** A short ID that was there before the client came is another message's, step or not. */
  @ParameterizedTest
  @ValueSource(ints = {0, -10, -3600})
  void aProxysReplyThatNamesAnEarlierMessageOverAStepNamesNobody(int step) {
    pause(6 * 3600);
    message("smtpd[2]", "B22222222B", "client=localhost[127.0.0.1]", "<m@x>");
    pause(10 + step).line("submission/smtpd[1]", "connect from pc[192.0.2.7]");
    line("submission/smtpd[1]", "NOQUEUE: " + LOGIN + "alice");
    pause(step)
        .line(
            "submission/smtpd[1]",
            "proxy-accept: END-OF-MESSAGE: " + REPLY + "B22222222B; from=<a@b> to=<x@y>");
    assertNull(under(records(), "B22222222B").user());
  }

  @Test
  void aProxysReplyThatNamesAnEarlierMessageNamesNobody() {
    message("smtpd[2]", "B22222222B", "client=localhost[127.0.0.1]", "<m@x>");
    line("submission/smtpd[1]", "connect from pc[192.0.2.7]");
    line("submission/smtpd[1]", "NOQUEUE: " + LOGIN + "alice");
    String accept = "proxy-accept: END-OF-MESSAGE: " + REPLY + "B22222222B; from=<a@b> to=<x@y>";
    line("submission/smtpd[1]", accept);
    assertNull(under(records(), "B22222222B").user());
  }

  /** smtpd_delay_open_until_valid_rcpt = no: the queue file is there before the login is logged. */
  @Test
  void aProxysMessageThatIsOpenedAtMailIsItsUsers() {
    line("submission/smtpd[1]", "connect from pc[192.0.2.7]");
    line("smtpd[2]", "B22222222B: client=localhost[127.0.0.1]");
    line("submission/smtpd[1]", "NOQUEUE: " + LOGIN + "alice");
    line("cleanup[3]", "B22222222B: message-id=<m@x>");
    String accept = "proxy-accept: END-OF-MESSAGE: " + REPLY + "B22222222B; from=<a@b> to=<x@y>";
    line("submission/smtpd[1]", accept);
    assertEquals("alice", under(records(), "B22222222B").user());
  }

  /** Each filter's smtpd has one in front: only the first of them knows who it is. */
  @Test
  void whatGoesThroughTwoProxiesIsOneMessageOfItsUser() {
    line("submission/smtpd[1]", "connect from pc[192.0.2.7]");
    line("submission/smtpd[1]", "NOQUEUE: " + LOGIN + "alice");
    line("middle/smtpd[2]", "connect from localhost[127.0.0.1]");
    line("middle/smtpd[2]", "NOQUEUE: client=localhost[127.0.0.1], orig_client=pc[192.0.2.7]");
    message("inner/smtpd[3]", "B22222222B", "client=localhost[127.0.0.1]", "<m@x>");
    String accept = "proxy-accept: END-OF-MESSAGE: " + REPLY + "B22222222B; from=<a@b> to=<x@y>";
    line("middle/smtpd[2]", accept);
    line("submission/smtpd[1]", accept);
    List<SubmissionRecord> records = records();
    assertEquals(1, records.size());
    assertEquals("alice", records.getFirst().user());
    assertEquals("192.0.2.7", records.getFirst().client());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "proxy-accept: CONNECT: 250 Ok: queued as B22222222B; from=<a@b>",
        "proxy-reject: END-OF-MESSAGE: 250 Ok: queued as B22222222B; from=<a@b>",
        "proxy-accept: END-OF-MESSAGE: 250 Ok: queued as B22222222B",
        "proxy-accept: END-OF-MESSAGE: 250 Ok; from=<queued as B22222222B> to=<x@y>",
      })
  void onlyTheProxysOwnWordAtTheEndOfAMessageCounts(String text) {
    line("submission/smtpd[1]", "NOQUEUE: " + LOGIN + "alice");
    message("smtpd[2]", "B22222222B", "client=localhost[127.0.0.1]", "<m@x>");
    line("submission/smtpd[1]", text);
    assertNull(under(records(), "B22222222B").user());
  }

  // ---- pipe(8)

  private void from(String opener, String id, String opening, String sender) {
    line(opener, id + ": " + opening);
    line("cleanup[5]", id + ": message-id=<m@x>");
    line("qmgr[6]", id + ": from=<" + sender + ">, size=100, nrcpt=1 (queue active)");
  }

  private void piped(String id) {
    sent("pipe[7]", id, "filter", "delivered via filter service");
  }

  @Test
  void anotherSendersMessageOfThatIdIsNotInTheWay() {
    from("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "a@example.com");
    from("submission/smtpd[1]", "C33333333C", LOGIN + "carol", "c@example.com");
    piped("A11111111A");
    from("pickup[4]", "B22222222B", "uid=65534 from=<a@example.com>", "a@example.com");
    List<SubmissionRecord> records = records();
    assertEquals(2, records.size());
    assertEquals("alice", under(records, "B22222222B").user());
  }

  @Test
  void whatLeftTheQueueLongBeforeIsNotInTheWay() {
    from("submission/smtpd[1]", "C33333333C", LOGIN + "carol", "a@example.com");
    line("qmgr[6]", "C33333333C: removed").pause(100);
    from("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "a@example.com");
    piped("A11111111A");
    from("pickup[4]", "B22222222B", "uid=65534 from=<a@example.com>", "a@example.com");
    List<SubmissionRecord> records = records();
    assertEquals(2, records.size());
    assertEquals("alice", under(records, "B22222222B").user());
  }

  /** The queue file of a message that is gone got its name: the old one is not a second one. */
  @Test
  void anIdThatIsUsedAgainIsTheLaterMessages() {
    from("submission/smtpd[1]", "D44444444D", LOGIN + "dave", "d@example.com");
    piped("D44444444D");
    from("submission/smtpd[1]", "A11111111A", LOGIN + "carol", "a@example.com");
    line("qmgr[6]", "A11111111A: removed").pause(5);
    from("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "a@example.com");
    piped("A11111111A");
    from("pickup[4]", "B22222222B", "uid=65534 from=<a@example.com>", "a@example.com");
    assertEquals("alice", under(inReadingOrder(), "B22222222B").user());
  }

  /**
   * That the command took it is no outcome: it is on its way until the second half is delivered.
   */
  @Test
  void whatTheCommandTookIsNotDelivered() {
    from("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "a@example.com");
    piped("A11111111A");
    assertEquals(Outcome.DELIVERED, only().recipients().getFirst().outcome());
    from("pickup[4]", "B22222222B", "uid=65534 from=<a@example.com>", "a@example.com");
    assertNull(only().recipients().getFirst().outcome());
  }

  /** Root, a person, and the last number before nobody's are no filter's. */
  @ParameterizedTest
  @CsvSource({
    "0,false",
    "1,true",
    "999,true",
    "1000,false",
    "65533,false",
    "65534,true",
    "65535,false"
  })
  void onlyAnAccountOfTheSystemIsAFilters(String uid, boolean is) {
    from("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "a@example.com");
    piped("A11111111A");
    from("pickup[4]", "B22222222B", "uid=" + uid + " from=<a@example.com>", "a@example.com");
    joined(is, records());
  }

  // ---- local(8)

  private void delivered(String agent, String relay, String status, String reply) {
    line(
        agent,
        "A11111111A: to=<x@example.com>, relay=%s, delay=1, delays=0/0/0/1, dsn=2.0.0, status=%s (%s)"
            .formatted(relay, status, reply));
  }

  /** An alias or a .forward file: its copies outside are still the submitter's. */
  @Test
  void whatTheLocalAgentForwardedIsItsUsersUnderBothNames() {
    from("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "a@example.com");
    line("cleanup[3]", "B22222222B: message-id=<m@x>");
    line("qmgr[2]", "B22222222B: from=<owner-team@example.com>, size=900, nrcpt=1 (queue active)");
    delivered("local[7]", "local", "sent", "forwarded as B22222222B");
    line(
        "smtp[8]",
        "B22222222B: to=<u@far.example>, orig_to=<x@example.com>, relay=mx[198.51.100.9]:25,"
            + " delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 Ok: queued as C33333333C)");
    line("qmgr[2]", "B22222222B: removed");
    List<SubmissionRecord> records = records();
    assertEquals(1, records.size());
    SubmissionRecord record = records.getFirst();
    assertEquals("A11111111A", record.transactionId());
    assertEquals(List.of("B22222222B"), record.aliases());
    assertEquals("alice", record.user());
    assertEquals("a@example.com", record.mailFrom());
    assertEquals("u@far.example", record.recipients().getLast().finalAddress());
    assertEquals("C33333333C", record.recipients().getLast().nextHopId());
  }

  @Test
  void whatAStrangerSaysThatItForwardedIsNothingOfOurs() {
    from("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "a@example.com");
    from("smtpd[1]", "B22222222B", "client=mx[198.51.100.3]", "q@far.example");
    delivered("smtp[7]", "mx.evil[198.51.100.9]:25", "sent", "forwarded as B22222222B");
    delivered("local[7]", "local", "deferred", "forwarded as B22222222B");
    delivered("local[7]", "local", "sent", "delivered to mailbox, not forwarded as B22222222B");
    delivered("local[7]", "local", "sent", "forwarded as nobody@far.example");
    List<SubmissionRecord> records = records();
    assertEquals(2, records.size());
    records.forEach(record -> assertEquals(List.of(), record.aliases()));
  }

  // ---- postsuper -r

  /** Whoever owns the queue did it; the message is still whose it was. */
  @Test
  void whatWasPutIntoANewQueueFileIsItsUsersAndEndsWithIt() {
    from("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "a@example.com");
    String again = "uid=89 from=<a@example.com> orig_id=A11111111A";
    from("pickup[4]", "B22222222B", again, "a@example.com");
    SubmissionRecord record = only();
    assertEquals("alice", record.user());
    assertNull(record.localUser());
    assertEquals(List.of("B22222222B"), record.aliases());
    assertNull(record.completed());
    line("qmgr[6]", "B22222222B: removed");
    assertNotNull(only().completed());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "uid=1001 from=<b>|LOCAL|uid:1001",
        "uid=1001 from=<b> orig_id=nobody|LOCAL|uid:1001",
        "uid=1001 from=<b> orig_id=A11111111A>|LOCAL|uid:1001",
        "uid=89 from=<b> orig_id=B22222222B|-|-",
      })
  void whoHandedItIn(String text, Origin origin, String account) {
    from("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "a@example.com");
    from("pickup[4]", "B22222222B", text, "b@example.com");
    SubmissionRecord record = under(records(), "B22222222B");
    assertEquals("B22222222B", record.transactionId());
    assertEquals(origin, record.origin());
    assertEquals(account, record.localUser());
    assertNull(record.user());
  }

  // ---- what ends a message

  @Test
  void aNotificationIsNobodysAndWhatOnlyReadsSoIsNone() {
    from("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "a@example.com");
    line("bounce[9]", "A11111111A: sender non-delivery notification: B22222222B");
    line("bounce[9]", "A11111111A: postmaster delay notification: C33333333C");
    line("bounce[9]", "A11111111A: sender non-delivery notification: nobody");
    line("smtp[9]", "A11111111A: sender non-delivery notification: D44444444D");
    List<SubmissionRecord> records = records();
    assertEquals(3, records.size());
    assertEquals(Origin.INTERNAL, under(records, "B22222222B").origin());
    assertEquals(Origin.INTERNAL, under(records, "C33333333C").origin());
    assertEquals("alice", under(records, "A11111111A").user());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "qmgr[6]|removed|true",
        "postsuper[6]|removed|true",
        "cleanup[5]|removed (canceled)|true",
        "cleanup[5]|removed (discarded)|true",
        "cleanup[5]|milter-reject: END-OF-MESSAGE from pc[192.0.2.7]: 5.7.1 no; from=<a@b>|true",
        "cleanup[5]|reject: header Subject: x from pc[192.0.2.7]; from=<a@b>: no|true",
        "cleanup[5]|reject: mime-error nested: x from pc[192.0.2.7]; from=<a@b> to=<c@d>|true",
        "smtpd[5]|reject: END-OF-MESSAGE from pc[192.0.2.7]: 554 5.7.1 <x>: no; from=<a@b>|true",
        "smtpd[5]|reject: END-OF-MESSAGE from pc[192.0.2.7]: bare <LF> received; from=<a@b>|true",
        "smtpd[5]|discard: END-OF-MESSAGE from pc[192.0.2.7]: <a@b>: x; from=<a@b>|true",
        "smtpd[5]|reject: RCPT from pc[192.0.2.7]: 554 5.7.1 <x@y>: no; from=<a@b> to=<x@y>|false",
        "smtpd[5]|discard: RCPT from pc[192.0.2.7]: <x@y>: no; from=<a@b> to=<x@y>|false",
        "smtpd[5]|reject_warning: END-OF-MESSAGE from pc[192.0.2.7]: 554 5.7.1 x; from=<a@b>|false",
        "cleanup[5]|reject: END-OF-MESSAGE from pc[192.0.2.7]: 554 5.7.1 <x>: no; from=<a@b>|false",
        "qmgr[6]|removed by hand|false",
        "smtp[6]|removed|false",
        "smtpd[5]|milter-reject: END-OF-MESSAGE from pc[192.0.2.7]: 5.7.1 no; from=<a@b>|false",
        "cleanup[5]|warning: header Subject: reject: header from local; from=<a@b> to=<c@d>|false",
      })
  void whatEndsAMessage(String daemon, String text, boolean ends) {
    from("submission/smtpd[1]", "A11111111A", LOGIN + "alice", "a@example.com");
    line(daemon, "A11111111A: " + text);
    SubmissionRecord record = only();
    assertEquals(ends, record.completed() != null);
    assertEquals("alice", record.user());
  }

  /** Of a client that had not said how large it is, or had said less. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cleanup[5]|warning: A11111111A: queue file size limit exceeded|true",
        "smtpd[5]|warning: A11111111A: queue file size limit exceeded|true",
        "smtpd[5]|warning: A11111111A: BDAT request from a[::1] exceeds message size limit|true",
        "smtpd[5]|warning: A11111111A: BDAT request from x exceeds message size limit|false",
        "smtp[5]|warning: A11111111A: queue file size limit exceeded|false",
        "smtpd[5]|warning: NOQUEUE: queue file size limit exceeded|false",
        "smtpd[5]|warning: x A11111111A: queue file size limit exceeded|false",
        "smtpd[5]|warning: queue file size limit exceeded|false",
      })
  void whatIsTooLargeIsRefused(String daemon, String text, boolean ends) {
    line("submission/smtpd[1]", "A11111111A: " + LOGIN + "alice");
    line("cleanup[5]", "A11111111A: message-id=<m@x>");
    line(daemon, text);
    SubmissionRecord record = only();
    assertEquals(ends, record.completed() != null);
    assertEquals("alice", record.user());
  }

  /**
   * One session: RSET or STARTTLS, and AUTH, came between two transactions. Or two machines of one
   * name, and the answer is the other one's: then it does not name this login.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "client=pc[192.0.2.7]|bob|helo=<pc> sasl_username=<bob>|bob|AUTHENTICATED",
        "client=pc[192.0.2.7], sasl_username=alice|bob|helo=<pc>"
            + " sasl_username=<bob>|bob|AUTHENTICATED",
        "client=pc[192.0.2.7], sasl_username=alice|bob|helo=<pc>"
            + " sasl_username=<alice>||AUTHENTICATED",
        "client=pc[192.0.2.7]|bob|helo=<pc>||UNAUTHENTICATED",
        "client=pc[192.0.2.7]|bob|helo=<pc> sasl_username=<victim>"
            + " sasl_username=<bo||AUTHENTICATED",
        "client=pc[192.0.2.8]|bob|helo=<pc> sasl_username=<bob>||UNAUTHENTICATED",
        "client=pc[192.0.2.7], sasl_username=alice||helo=<pc>||UNAUTHENTICATED",
        "client=pc[192.0.2.7], sasl_username=alice||helo=<pc> sasl_username=<alice>||AUTHENTICATED",
      })
  void ofTwoLoginsOfAClientTheOneThatTheAnswerNamesIsBelieved(
      String first, String second, String said, String user, Origin origin) {
    line("submission/smtpd[1]", "connect from pc[192.0.2.7]");
    line("submission/smtpd[1]", "NOQUEUE: " + first);
    String login = second == null ? "client=pc[192.0.2.7]" : LOGIN + second;
    line("submission/smtpd[1]", "NOQUEUE: " + login);
    message("smtpd[2]", "B22222222B", "client=localhost[127.0.0.1]", "<m@x>");
    String accept = "proxy-accept: END-OF-MESSAGE: " + REPLY + "B22222222B; from=<a@b> to=<x@y>";
    line("submission/smtpd[1]", accept + " proto=ESMTP " + said);
    SubmissionRecord record = under(records(), "B22222222B");
    assertEquals(user, record.user());
    assertEquals(origin, record.origin());
  }

  /** What two logins of one client leave behind is no doubt of the next client of the process. */
  @Test
  void aSessionWithTwoLoginsHidesNobodyBehindIt() {
    line("submission/smtpd[1]", "connect from evil[198.51.100.66]");
    line("submission/smtpd[1]", "NOQUEUE: client=evil[198.51.100.66]");
    line("submission/smtpd[1]", "NOQUEUE: client=evil[198.51.100.66], sasl_username=mallory");
    line("submission/smtpd[1]", "disconnect from evil[198.51.100.66]");
    line("submission/smtpd[1]", "connect from pc[192.0.2.7]");
    line("submission/smtpd[1]", "NOQUEUE: " + LOGIN + "alice");
    message("smtpd[2]", "B22222222B", "client=localhost[127.0.0.1]", "<m@x>");
    String accept = "proxy-accept: END-OF-MESSAGE: " + REPLY + "B22222222B; from=<a@b> to=<x@y>";
    line("submission/smtpd[1]", accept + " proto=ESMTP helo=<pc> sasl_username=<alice>");
    assertEquals("alice", only().user());
  }
}
