package org.whosent.indexer.log.sendmail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/**
 * A login has no queue ID: it counts for the messages of its session and for no others, and where
 * it is not known whose a message is nobody is named.
 */
class SendmailSessionsTest {
  private static final String PC = "pc.example [192.0.2.7]";
  private static final String AUTH =
      "AUTH=server, relay=" + PC + ", authid=alice, mech=PLAIN, bits=0";
  private static final String TLS =
      "STARTTLS=server, relay="
          + PC
          + ", version=TLSv1.3, verify=NO, cipher=TLS_AES_256_GCM_SHA384, bits=256/256";

  private final Lines lines = new Lines("sendmail");
  private Instant now = Instant.parse("2026-11-23T10:00:00Z");
  private int serial;

  private LineKind line(int process, String text) {
    return lines.read(now + " mail sm-mta[" + process + "]: " + text);
  }

  private void after(Duration pause) {
    now = now.plus(pause);
  }

  private SubmissionRecord message(int process, String relay, String protocol) {
    return message("6ANA00", process, relay, protocol);
  }

  /**
   * The message's line.
   *
   * @param begun the second when the process gave out its first queue ID
   */
  private SubmissionRecord message(String begun, int process, String relay, String protocol) {
    int before = lines.facts.size();
    line(
        process,
        "%s%c%c%06d: from=<a@example.com>, size=1, class=0, nrcpts=1, msgid=<m@x>, proto=%s,"
                .formatted(begun, 'A' + serial / 26 % 26, 'A' + serial++ % 26, process, protocol)
            + " daemon=MTA, relay="
            + relay);
    assertEquals(before + 1, lines.facts.size());
    return lines.facts.getLast();
  }

  /** How a queue ID begins that a process gives out first now: {@code YMDhms}. */
  private String begun() {
    ZonedDateTime utc = now.atZone(ZoneOffset.UTC);
    StringBuilder digits = new StringBuilder();
    for (int part :
        new int[] {
          (utc.getYear() - 1900) % 60,
          utc.getMonthValue() - 1,
          utc.getDayOfMonth(),
          utc.getHour(),
          utc.getMinute(),
          utc.getSecond()
        }) {
      digits.append(
          (char) (part < 10 ? '0' + part : part < 36 ? 'A' + part - 10 : 'a' + part - 36));
    }
    return digits.toString();
  }

  private static void is(Origin origin, String user, SubmissionRecord facts) {
    assertEquals(origin, facts.origin());
    assertEquals(user, facts.user());
    assertEquals(user == null ? null : "PLAIN", facts.mechanism());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ESMTPA", "ESMTPSA", "UTF8SMTPSA", "ESMTP"})
  void theSessionsMessagesAreWhoseItIs(String protocol) {
    line(7, "connect from " + PC);
    line(7, TLS);
    line(7, AUTH);
    for (int i = 0; i < 3; i++) {
      SubmissionRecord facts = message(7, PC, protocol);
      is(Origin.AUTHENTICATED, "alice", facts);
      assertEquals("TLSv1.3", facts.tlsVersion());
      after(Duration.ofMinutes(9));
    }
  }

  /** Where the line says that there was a login nobody is named, else nobody had logged in. */
  @ParameterizedTest
  @CsvSource({"ESMTPA,", "ESMTP,UNAUTHENTICATED"})
  void whatIsNotTheSessionsIsNobodys(String protocol, Origin origin) {
    line(7, AUTH);
    is(origin, null, message(8, PC, protocol));
    is(origin, null, message(7, "pc.example [192.0.2.8]", protocol));
    is(origin, null, message(7, "[192.0.2.7]", protocol));
    line(7, "connect from " + PC);
    is(origin, null, message(7, PC, protocol));
    assertEquals("192.0.2.7", lines.facts.getLast().client());
  }

  @ParameterizedTest
  @CsvSource({
    "ESMTPA,9,true",
    "ESMTPA,11,false",
    "ESMTP,9,true",
    "ESMTP,11,false",
    "ESMTPA,-2,true",
    "ESMTPA,-179,true",
    "ESMTPA,-181,false",
    "ESMTP,-2,false",
  })
  void aLoginIsForgottenWhereNothingWasHeardOfIt(String protocol, int minutes, boolean known) {
    line(7, TLS);
    line(7, AUTH);
    after(Duration.ofMinutes(minutes));
    SubmissionRecord facts = message(begun(), 7, PC, protocol);
    is(known ? Origin.AUTHENTICATED : null, known ? "alice" : null, facts);
    assertEquals(known ? "TLSv1.3" : null, facts.tlsVersion());
  }

  /** Its line comes at its end. */
  @ParameterizedTest
  @CsvSource({"0,49,true", "9,40,true", "9,42,false", "11,1,false", "30,1,false", "11,30,false"})
  void aLargeMessageMayTakeLong(int until, int upload, boolean known) {
    after(Duration.ofSeconds(3590)); // the hour ends meanwhile
    line(7, AUTH);
    after(Duration.ofMinutes(until));
    String begun = begun();
    after(Duration.ofMinutes(upload));
    is(
        known ? Origin.AUTHENTICATED : null,
        known ? "alice" : null,
        message(begun, 7, PC, "ESMTPA"));
  }

  /** The queue IDs of one process begin with the same second, which may be one after the login. */
  @ParameterizedTest
  @CsvSource({
    "6ANA05,ESMTPA,64,true",
    "6ANA05,ESMTPA,66,false",
    "6ANA05,ESMTP,64,true",
    "6ANA05,ESMTP,66,false",
    "6ANA00,ESMTPA,66,true",
    "6ANA00,ESMTP,6600,true",
  })
  void aSessionThatHasSentMayPauseLonger(
      String begun, String protocol, int minutes, boolean known) {
    line(7, AUTH);
    is(Origin.AUTHENTICATED, "alice", message(begun, 7, PC, protocol));
    after(Duration.ofMinutes(minutes));
    SubmissionRecord facts = message(begun, 7, PC, protocol);
    is(known ? Origin.AUTHENTICATED : null, known ? "alice" : null, facts);
  }

  /** A process that was there before the login is the one that logged it. */
  @ParameterizedTest
  @CsvSource({
    "0,60,ESMTPA,AUTHENTICATED",
    "49,60,ESMTPA,AUTHENTICATED",
    "49,6000,SMTP,AUTHENTICATED",
    "51,9,ESMTPA,AUTHENTICATED",
    "51,11,ESMTPA,",
    "51,9,SMTP,",
    "-1,9,ESMTPA,AUTHENTICATED",
    "-1,9,SMTP,",
  })
  void whoWaitsIsKnownByTheTimeOfHisConnection(
      int untilLogin, int untilMessage, String protocol, Origin origin) {
    now = Instant.parse("2026-12-31T23:59:30Z"); // the year ends meanwhile
    String begun = begun();
    message(begun, 8, PC, protocol);
    after(Duration.ofMinutes(untilLogin));
    line(7, AUTH);
    after(Duration.ofMinutes(untilMessage));
    is(origin, origin == null ? null : "alice", message(begun, 7, PC, protocol));
  }

  /** Local time taken for UTC: then a later client's connection seems to be before the login. */
  @ParameterizedTest
  @CsvSource({"0,AUTHENTICATED", "15,", "60,", "-60,"})
  void whereTheStampsZoneIsWrongTheQueueIdsTellNothing(int minutes, Origin origin) {
    after(Duration.ofMinutes(-minutes));
    String begun = begun();
    after(Duration.ofMinutes(minutes));
    line(7, AUTH);
    for (int i = 0; i < 2; i++) {
      is(origin, origin == null ? null : "alice", message(begun, 7, PC, "SMTP"));
      after(Duration.ofSeconds(10));
    }
  }

  /** {@code proto=SMTP} says nothing of a login; another process's is not believed for it. */
  @Test
  void whoSaysHeloBehindHisLoginIsKnown() {
    line(7, AUTH);
    is(Origin.AUTHENTICATED, "alice", message(7, PC, "ESMTPA"));
    is(Origin.AUTHENTICATED, "alice", message(7, PC, "SMTP"));
    is(null, null, message("6ANA01", 7, PC, "SMTP"));
    is(Origin.UNAUTHENTICATED, null, message("6ANA01", 7, PC, "ESMTP"));
    is(Origin.UNAUTHENTICATED, null, message("6ANA01", 8, PC, "SMTP"));
    line(7, AUTH.replace("alice", "a".repeat(128)));
    is(null, null, message(7, PC, "SMTP"));
  }

  /** An office's computers have one address, and the next one's login was lost. */
  @ParameterizedTest
  @ValueSource(strings = {"ESMTPA", "ESMTP"})
  void aProcessThatCountsAnewIsAnother(String protocol) {
    line(7, TLS);
    line(7, AUTH);
    is(Origin.AUTHENTICATED, "alice", message(7, PC, protocol));
    after(Duration.ofSeconds(5));
    SubmissionRecord facts = message("6ANA05", 7, PC, protocol);
    is(null, null, facts);
    assertNull(facts.tlsVersion());
    is(Origin.AUTHENTICATED, "alice", message(7, PC, protocol));
    line(7, AUTH.replace("alice", "bob"));
    is(Origin.AUTHENTICATED, "bob", message("6ANA05", 7, PC, protocol));
  }

  /** As often as a counter of one letter tells apart (8.11). */
  @ParameterizedTest
  @CsvSource({"60,1,true", "60,2,false", "59,1,false"})
  void whoSendsManyKeepsHisLogin(int messages, int minutes, boolean known) {
    line(7, AUTH);
    for (int i = 0; i < messages; i++) {
      is(Origin.AUTHENTICATED, "alice", message(7, PC, "ESMTPA"));
    }
    after(Duration.ofMinutes(minutes));
    for (int i = 0; i < 2; i++) {
      SubmissionRecord facts = message("6ANA01", 7, PC, "ESMTPA");
      is(known ? Origin.AUTHENTICATED : null, known ? "alice" : null, facts);
    }
  }

  /** A process ID and a client that come together again long before are another session. */
  @ParameterizedTest
  @CsvSource({"9,0,true", "11,0,false", "0,9,true", "0,11,false", "6,6,false"})
  void aLoginBeforeTheClockWasSetBackCountsForAWhile(int until, int since, boolean known) {
    line(7, AUTH);
    after(Duration.ofMinutes(until));
    line(8, "connect from " + PC);
    after(Duration.ofMinutes(-60));
    line(9, "connect from " + PC);
    after(Duration.ofMinutes(since));
    is(known ? Origin.AUTHENTICATED : null, known ? "alice" : null, message(7, PC, "ESMTPA"));
  }

  /** A server that says of some that they logged in says it of all who did. */
  @Test
  void whereTheServerSaysWhoLoggedInItsSilenceSaysThatNobodyDid() {
    line(7, AUTH);
    is(Origin.AUTHENTICATED, "alice", message(7, PC, "ESMTPA"));
    is(Origin.UNAUTHENTICATED, null, message(7, PC, "ESMTP"));
  }

  @Test
  void aHostsNameMayBeWrittenInAnyCase() {
    lines.read(now + " MAIL sm-mta[7]: " + AUTH);
    is(Origin.AUTHENTICATED, "alice", message(7, PC, "ESMTPA"));
  }

  /** RFC 3207 section 4.2 has a client's login forgotten, and Sendmail 8.17 keeps it. */
  @ParameterizedTest
  @ValueSource(strings = {"ESMTPA", "SMTP"})
  void aLoginHoldsBehindTlsInTheSameProcess(String protocol) {
    line(7, AUTH);
    line(7, TLS);
    SubmissionRecord facts = message(7, PC, protocol);
    is(Origin.AUTHENTICATED, "alice", facts);
    assertEquals("TLSv1.3", facts.tlsVersion());
    Origin unknown = protocol.equals("SMTP") ? Origin.UNAUTHENTICATED : null;
    is(unknown, null, message("6ANA01", 7, PC, protocol));
    is(unknown, null, message(7, PC, protocol));
    after(Duration.ofMinutes(2));
    line(7, AUTH.replace("alice", "bob"));
    is(Origin.AUTHENTICATED, "bob", message("6ANA01", 7, PC, "ESMTPA"));
  }

  @Test
  void theLastLoginOfASessionIsTheOne() {
    line(7, AUTH);
    after(Duration.ofMinutes(2));
    line(7, AUTH.replace("alice", "bob+2Bx"));
    is(Origin.AUTHENTICATED, "bob+x", message(7, PC, "ESMTPA"));
    line(7, AUTH.replace("alice", "bob+2Bx")); // the line once more
    is(Origin.AUTHENTICATED, "bob+x", message(7, PC, "ESMTPA"));
    line(7, AUTH.replace(PC, "other [192.0.2.9]"));
    is(null, null, message(7, PC, "ESMTPA"));
  }

  /** Two machines of one name: their processes' IDs meet, and so may their clients' addresses. */
  @ParameterizedTest
  @ValueSource(ints = {0, 5, 59, -30})
  void ofTwoLoginsAtOnceNeitherIsTheOne(int seconds) {
    line(7, AUTH);
    after(Duration.ofSeconds(seconds));
    line(7, AUTH.replace("alice", "bob"));
    is(null, null, message("6ANA00", 7, PC, "ESMTPA"));
    is(null, null, message("6ANA05", 7, PC, "ESMTPA"));
  }

  /** The second one's session begins behind the first one's login. */
  @ParameterizedTest
  @ValueSource(strings = {"connect from " + PC, TLS})
  void ofTwoSessionsAtOnceNeitherIsTheOne(String between) {
    line(7, AUTH);
    line(7, between);
    is(null, null, message("6ANA05", 7, PC, "ESMTPA"));
    line(7, AUTH.replace("alice", "bob"));
    is(null, null, message("6ANA00", 7, PC, "ESMTPA"));
    is(null, null, message("6ANA05", 7, PC, "ESMTPA"));
    line(8, AUTH);
    line(8, between);
    line(8, AUTH);
    is(Origin.AUTHENTICATED, "alice", message("6ANA05", 8, PC, "ESMTPA"));
  }

  /** The one who has sent before is known by that. */
  @ParameterizedTest
  @ValueSource(strings = {"connect from " + PC, TLS, AUTH})
  void whoLogsInLaterHasNotSentWhatTheOneBeforeDoes(String between) {
    line(7, AUTH);
    is(Origin.AUTHENTICATED, "alice", message("6ANA00", 7, PC, "ESMTPA"));
    line(7, between);
    line(7, AUTH.replace("alice", "bob"));
    is(null, null, message("6ANA00", 7, PC, "ESMTPA"));
    is(Origin.AUTHENTICATED, "bob", message("6ANA05", 7, PC, "ESMTPA"));
    is(null, null, message("6ANA00", 7, PC, "ESMTPA"));
  }

  @Test
  void aLoginThatDoesNotReadOrWasCutLeavesNobody() {
    String half = "a".repeat(62);
    for (String login : new String[] {half + "..." + half, "a".repeat(128), "x".repeat(129)}) {
      line(7, AUTH);
      assertEquals(LineKind.UNKNOWN, line(7, AUTH.replace("alice", login)));
      is(null, null, message(7, PC, "ESMTPA"));
    }
    line(7, AUTH.replace("alice", "a".repeat(119)));
    is(Origin.AUTHENTICATED, "a".repeat(119), message(7, PC, "ESMTPA"));
    line(7, AUTH.replace("alice", "short...er"));
    is(Origin.AUTHENTICATED, "short...er", message("6ANA01", 7, PC, "ESMTPA"));
  }

  /** What the sender wrote to look like the line's own end, or like a login. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "from=<a@b>, size=1, class=0, nrcpts=1, msgid=<m@x>, proto=ESMTPA, relay=" + PC,
        "from=<\"a>, size=9, class=0, nrcpts=1, relay=victim@localhost\"@b>, size=1, class=0,"
            + " nrcpts=1, relay="
            + PC,
        "from=<a@b>, size=1, class=0, nrcpts=1, msgid=<m@x>, auth=PLAIN, relay=v@localhost,"
            + " daemon=MTA, relay="
            + PC,
      })
  void noTextOfASenderIsALogin(String text) {
    line(8, AUTH);
    line(7, "6ANA00ab000001: " + text);
    SubmissionRecord facts = lines.facts.getLast();
    assertNull(facts.user());
    assertNull(facts.localUser());
    assertEquals("192.0.2.7", facts.client());
    assertEquals(1L, facts.size());
  }

  @Test
  void anAccountOfTheMachineIsNoLogin() {
    line(7, AUTH);
    SubmissionRecord facts = message(7, "batch@localhost", "ESMTP");
    is(Origin.LOCAL, null, facts);
    assertEquals("batch", facts.localUser());
    assertNull(facts.client());
    assertNull(message(7, "ident@pc.example [192.0.2.7]", "ESMTP").localUser());
    assertEquals("pc.example", lines.facts.getLast().clientName());
    assertNull(message(7, PC + " (may be forged)", "ESMTP").clientName());
  }

  /** What a client's own ident server answers is stripped of most characters, perhaps of all. */
  @ParameterizedTest
  @ValueSource(strings = {"@", "victim@", "!#$%&'*+-./^_`{|}~@", "victimlocalhost@"})
  void theIdentIsNobodysLogin(String ident) {
    line(7, TLS.replace(PC, ident + PC));
    line(7, AUTH.replace(PC, ident + PC));
    is(Origin.AUTHENTICATED, "alice", message(7, ident + PC, "ESMTPSA"));
    assertNull(lines.facts.getLast().localUser());
  }

  /** A line longer than SYSLOG_BUFSIZE comes in pieces, which belong to one process and message. */
  @Test
  void aLineInPiecesIsReadAsOne() {
    line(7, AUTH);
    assertEquals(LineKind.USED, line(7, "6ANA00ab000007[1]: from=<a@example.com>, size=1,  ..."));
    assertEquals(LineKind.USED, line(8, "6ANA00ab000008[1]: from=<b@example.com>, size=1,  ..."));
    assertEquals(LineKind.UNKNOWN, line(8, "6ANA00ab000007[2]: class=0, nrcpts=1, relay=" + PC));
    assertEquals(LineKind.USED, line(7, "6ANA00ab000007[2]: class=0, nrcpts=1, msgid=<m\\303 ..."));
    for (SubmissionRecord piece : lines.facts) {
      assertNull(piece.origin());
      assertNull(piece.mailFrom());
    }
    assertEquals(
        List.of("6ANA00ab000007", "6ANA00ab000008", "6ANA00ab000007"),
        lines.facts.stream().map(SubmissionRecord::transactionId).toList());
    assertEquals(
        LineKind.USED, line(7, "6ANA00ab000007[3]: \\244@x>, proto=ESMTPA, daemon=M, relay=" + PC));
    is(Origin.AUTHENTICATED, "alice", lines.facts.getLast());
    assertEquals("a@example.com", lines.facts.getLast().mailFrom());
    assertEquals(LineKind.UNKNOWN, line(7, "6ANA00ab000007[4]: class=0, nrcpts=1, relay=" + PC));
    assertEquals(4, lines.facts.size());
  }

  @Test
  void piecesOfALoginAreReadAsOneToo() {
    line(7, "[1]: AUTH=server, relay=" + PC + ",  ...");
    line(7, "[2]: authid=alice, mech=PLAIN, bits=0");
    is(Origin.AUTHENTICATED, "alice", message(7, PC, "ESMTPA"));
  }
}
