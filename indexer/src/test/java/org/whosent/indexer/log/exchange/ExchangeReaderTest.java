package org.whosent.indexer.log.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

class ExchangeReaderTest {
  private final Lines lines = new Lines("exchange");

  private SubmissionRecord receive(String event, String data, String context) {
    return lines.one(
        "2026-11-25T13:34:00.000Z,EX1\\Client EX1,08DC01,0,10.0.0.2:587,203.0.113.5:5005,"
            + event
            + ','
            + data
            + ','
            + context);
  }

  /** Exchange 2007 and 2010 name no host in their reply. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<a@b> [InternalId=110] Queued mail for delivery|110|<a@b>",
        "[InternalId=7] Queued mail for delivery|7|",
        "<a> [InternalId=1] x> [InternalId=2] Queued mail for delivery|2|<a> [InternalId=1] x>",
      })
  void aSubmissionToAnOlderExchange(String reply, String id, String messageId) {
    receive("+", "", "");
    receive("*", "EXAMPLE\\alice", "authenticated");
    receive("<", "MAIL FROM:<alice@example.com>", "");
    SubmissionRecord facts = receive(">", "250 2.6.0 " + reply, "");
    assertEquals(id, facts.transactionId());
    assertEquals(messageId, facts.messageId());
    assertEquals("EXAMPLE\\alice", facts.user());
  }

  @Test
  void aFailedLoginSaysWhatWasTyped() {
    receive("<", "EHLO pc", "");
    receive("<", "AUTH LOGIN", "");
    receive("*", "", "Inbound AUTH LOGIN failed because of LogonDenied");
    receive("*", "", "User Name: alice@example.com");
    receive("*", "Tarpit for '0.00:00:05' due to '535 5.7.3 Authentication unsuccessful'", "");
    receive(">", "535 5.7.3 Authentication unsuccessful", "");
    assertEquals("alice@example.com", lines.failures.getLast().login());
    assertEquals("LOGIN", lines.failures.getLast().mechanism());
    // The next one's name is not known, and the client's own words are none.
    receive("<", "AUTH LOGIN", "");
    receive("<", "x", "User Name: victim");
    receive("*", "", "User Name: NULL");
    receive(">", "535 5.7.3 Authentication unsuccessful", "");
    assertEquals(2, lines.failures.size());
    assertNull(lines.failures.getLast().login());
    assertTrue(lines.facts.isEmpty());
  }

  private SubmissionRecord tracked(
      String context, String original, String direction, String custom) {
    return lines.one(
        "2026-11-25T13:34:00.000Z,10.0.0.2,EX1.example.com,10.0.0.2,EX1,08DC000000000303;"
            + "2026-11-25T13:33:59.000Z;0,EX1\\"
            + context
            + " EX1,SMTP,RECEIVE,34040,<m1@x.example>,cb1ce4e7-cbb6-46e8-8a4c-e1f2efbdd202,"
            + "erin@far.example,,900,1,,,s,a@x.example,a@x.example,,"
            + direction
            + ",,"
            + original
            + ",10.0.0.2,\""
            + custom.replace("\"", "\"\"")
            + "\",Email,82f8feae-ef9b-41bf-8500-1e10946655ae,15.02.1118.040");
  }

  /** Of a subject with line feeds, if Exchange writes them as they are. */
  @Test
  void whatStandsInACellThatDoesNotEndInItsLineIsNoRow() {
    tracked("08DC000000000303", "203.0.113.9", "Incoming", "");
    int before = lines.facts.size();
    String forged =
        "2026-11-25T13:34:00.000Z,10.0.0.2,EX1,10.0.0.2,EX1,,,SMTP,RECEIVE,34041,"
            + "<m2@x.example>,cb1ce4e7-cbb6-46e8-8a4c-e1f2efbdd203,erin@far.example,,900,1,,,s,"
            + "a@x.example,a@x.example,,Originating,,203.0.113.9,10.0.0.2,%s,Email,,15.02.1118.040";
    String begins = forged.replace("a@x.example,a@x.example", "\"Subject: \"\"hi\"\", ");
    lines.read(begins.substring(0, begins.indexOf("hi")));
    lines.read("#Fields: date-time,event-id,internal-message-id,custom-data");
    lines.read(forged.formatted(MAILBOX));
    lines.read(forged.formatted("\"\"" + MAILBOX + "\"\""));
    lines.read("the subject's end\",a@x.example,a@x.example,,Incoming,,,,,,,");
    assertEquals(before, lines.facts.size());
    tracked("08DC000000000303", "203.0.113.9", "Incoming", "");
    assertEquals(before + 1, lines.facts.size(), "the next row is one");

    lines.read(begins.substring(0, begins.indexOf("hi")));
    for (int i = 0; i < 50; i++) {
      lines.read(forged.formatted(MAILBOX));
    }
    assertEquals(before + 1, lines.facts.size());
    tracked("08DC000000000303", "203.0.113.9", "Incoming", "");
    assertEquals(before + 2, lines.facts.size(), "of a row that was cut the end does not come");
  }

  private static final String MAILBOX = "S:Mailbox=84dd42d9-8814-4758-A8BB-e8765d62ec90";

  /** Exchange 2013 and later, where a front end has handed the session on to this server. */
  @Test
  void trackingNamesTheMailboxOfWhoLoggedInOverSmtp() {
    SubmissionRecord facts =
        tracked(
            "Client Proxy",
            "203.0.113.5",
            "Originating",
            "S:ProxiedClientIPAddress=203.0.113.5;S:ProxiedClientHostname=pc;"
                + "'S:PurportedSender=it''s;me@x.example';"
                + MAILBOX);
    assertEquals("mailbox:84dd42d9-8814-4758-a8bb-e8765d62ec90", facts.user());
    assertEquals(Origin.AUTHENTICATED, facts.origin());
    assertEquals("203.0.113.5", facts.client());
  }

  /** What the client chose: a HELO name, an address. Exchange quotes what could end a value. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "S:DeliveryPriority=Normal",
        "'S:ProxiedClientHostname=x;" + MAILBOX + "'",
        "S:A=b;'S:PurportedSender=x;" + MAILBOX + "'",
        "'S:PurportedSender=''x;" + MAILBOX + "'",
        MAILBOX + ";S:DeliveryPriority=Normal",
        MAILBOX + ";" + MAILBOX,
        "'S:PurportedSender=x;" + MAILBOX,
        "'S:PurportedSender=x'y;" + MAILBOX,
        "S:PurportedSender=" + MAILBOX,
        MAILBOX + "0",
        "",
      })
  void noOtherValueIsAMailbox(String custom) {
    SubmissionRecord facts = tracked("Client Proxy", "203.0.113.5", "Originating", custom);
    assertNull(facts.user());
    assertNull(facts.origin());
  }

  @Test
  void whatComesInIsNobodysMailbox() {
    SubmissionRecord facts = tracked("Default", "203.0.113.5", "Incoming", MAILBOX);
    assertNull(facts.user());
    assertEquals(Origin.UNAUTHENTICATED, facts.origin());
  }

  /** The row's own client is our front end. */
  @Test
  void theClientOfWhatComesInIsTheFrontEnds() {
    SubmissionRecord facts = tracked("Default", "203.0.113.5", "Incoming", "");
    assertEquals("203.0.113.5", facts.client());
    assertNull(facts.helo());
    facts = tracked("Default", "10.0.0.2", "Incoming", "");
    assertEquals("10.0.0.2", facts.client());
    assertEquals("EX1.example.com", facts.helo());
  }

  private SubmissionRecord taken() {
    receive("<", "MAIL FROM:<a@x.example>", "");
    receive(">", "250 2.1.0 Sender OK", "");
    return receive(">", "\"250 2.6.0 <m@x> [InternalId=1] Queued mail for delivery\"", "");
  }

  /** Which Exchange takes from its own servers only. */
  @Test
  void aClientCannotHideItsLoginBehindACommandOfServers() {
    receive("+", "", "");
    receive("<", "AUTH LOGIN", "");
    receive("*", "EXAMPLE\\alice", "authenticated");
    receive(">", "235 2.7.0 Authentication successful", "");
    receive("<", "XPROXY SID=08DC0000000005AA IP=192.0.2.66 PORT=5005 DOMAIN=x", "");
    receive(">", "500 5.3.3 Unrecognized command", "");
    SubmissionRecord facts = taken();
    assertEquals("EXAMPLE\\alice", facts.user());
    assertEquals("203.0.113.5", facts.client());
    receive("<", "XPROXYFROM SID=08DC0000000005AA IP=192.0.2.66 PORT=5005 DOMAIN=x", "");
    receive(">", "550 5.7.1 Not authorized", "");
    assertEquals("EXAMPLE\\alice", taken().user());
  }

  /** As a mailbox server logs it for which a front end has taken the login. */
  @ParameterizedTest
  @ValueSource(strings = {"XPROXY", "XPROXYFROM"})
  void whatAFrontEndHandsOnIsItsClients(String command) {
    receive("+", "", "");
    receive("*", "EXAMPLE\\EX2$", "authenticated");
    receive(">", "235 <authentication response>", "");
    receive("<", command + " SID=08DC0000000005AA IP=192.0.2.66 PORT=5006 DOMAIN=pc SEQNUM=1", "");
    receive(">", "250 XProxy accepted and authenticated", "");
    SubmissionRecord facts = taken();
    assertNull(facts.user());
    assertNull(facts.origin());
    assertEquals("192.0.2.66", facts.client());
    assertEquals(5006, facts.clientPort());
    assertEquals("pc", facts.helo());
  }

  /** Where reading begins behind the command. */
  @Test
  void aFrontEndIsNoClient() {
    receive(">", "250 XProxyFrom accepted", "");
    SubmissionRecord facts = taken();
    assertNull(facts.client());
    assertNull(facts.origin());
  }

  /** As a front end repeats a login that it took by AUTH LOGIN. */
  @Test
  void aLoginBehindTheFrontEndsIsTheClients() {
    receive("+", "", "");
    receive("*", "EXAMPLE\\EX2$", "authenticated");
    receive(">", "235 <authentication response>", "");
    receive("<", "XPROXY SID=08DC0000000005AA IP=192.0.2.66 PORT=5006 DOMAIN=pc", "");
    receive(">", "250 XProxy accepted", "");
    receive("<", "AUTH LOGIN", "");
    receive("*", "EXAMPLE\\alice", "authenticated");
    receive(">", "235 2.7.0 Authentication successful", "");
    SubmissionRecord facts = taken();
    assertEquals("EXAMPLE\\alice", facts.user());
    assertEquals(Origin.AUTHENTICATED, facts.origin());
    assertEquals("192.0.2.66", facts.client());
  }

  /** As where no mailbox server takes the session: what follows is nobody's, or another's. */
  @Test
  void aLoginThatIsRefusedAfterAllIsNone() {
    receive("+", "", "");
    receive("<", "AUTH LOGIN", "");
    receive("*", "EXAMPLE\\alice", "authenticated");
    receive(">", "451 4.7.0 Temporary server error. Please try again later. PRX2", "");
    SubmissionRecord facts = taken();
    assertNull(facts.user());
    assertEquals(Origin.UNAUTHENTICATED, facts.origin());
    receive("<", "AUTH LOGIN", "");
    receive("*", "EXAMPLE\\bob", "authenticated");
    receive(">", "235 2.7.0 Authentication successful", "");
    receive("<", "RCPT TO:<x@y.example>", "");
    receive(">", "550 5.1.10 Recipient not found", "");
    assertEquals("EXAMPLE\\bob", taken().user());
  }

  /** SENDEXTERNAL: to the Internet, in Exchange 2013 and later. */
  @Test
  void whatGoesToTheInternetIsDelivered() {
    SubmissionRecord facts =
        lines.one(
            "2026-11-25T13:34:00.000Z,203.0.113.9,EX1,192.0.2.25,mx.far.example,\";250 2.6.0"
                + " <m1@x.example> [InternalId=545031, Hostname=MX1.far.example] 1413 bytes in"
                + " 0.101, 13.8 KB/sec Queued mail for delivery;ClientSubmitTime:\",Internet,SMTP,"
                + "SENDEXTERNAL,8774618205228,<m1@x.example>,cb1ce4e7-cbb6-46e8-8a4c-e1f2efbdd202,"
                + "erin@far.example,250 2.1.5 Recipient OK,1363,1,,,s,a@x.example,a@x.example,,"
                + "Originating,,,,,Email,82f8feae-ef9b-41bf-8500-1e10946655ae,15.01.2507.039");
    Recipient recipient = facts.recipients().getFirst();
    assertEquals(List.of("8774618205228"), facts.aliases());
    assertEquals(Outcome.DELIVERED, recipient.outcome());
    assertEquals("192.0.2.25 (mx.far.example)", recipient.nextHop());
    assertEquals("545031", recipient.nextHopId());
    assertEquals(1, lines.kinds.get(LineKind.USED));
  }

  /** Which replies are which commands' is not known any more: then no recipient is. */
  @Test
  void tooManyCommandsAtOnceAreCountedAndNameNoRecipient() {
    LogSettings settings = Lines.settings();
    ExchangeReceiveLog log = new ExchangeReceiveLog(settings.forgotten());
    Session session = new Session(log, "1");
    session.row("+", "", "");
    session.row("*", "EXAMPLE\\alice", "authenticated");
    for (int message = 0; message < 2; message++) {
      int recipients = message == 0 ? 1000 : 999;
      session.row("<", "MAIL FROM:<a@x.example>", "");
      for (int i = 0; i < recipients; i++) {
        session.row("<", "RCPT TO:<to" + i + "@y.example>", "");
      }
      session.row(">", "250 2.1.0 Sender OK", "");
      for (int i = 0; i < 500; i++) {
        session.row(">", "250 2.1.5 Recipient OK", "");
      }
      session.row("<", "RCPT TO:<late@y.example>", "");
      session.row(">", "550 5.1.1 nobody", "");
      session.row(">", "250 2.6.0 <m@x> [InternalId=" + message + "] Queued mail for delivery", "");
      SubmissionRecord facts = lines.facts.getLast();
      assertEquals("EXAMPLE\\alice", facts.user());
      assertEquals(message == 0 ? 0 : 500, facts.recipients().size());
      assertEquals(1, settings.forgotten().count());
    }
  }

  @Test
  void sessionsAreBoundedByWhatTheyHold() {
    LogSettings settings = Lines.settings();
    ExchangeReceiveLog log = new ExchangeReceiveLog(settings.forgotten());
    String far = "x".repeat(980);
    for (int i = 0; i < 25; i++) {
      Session session = new Session(log, "S" + i);
      session.row("+", "", "");
      session.row("*", "EXAMPLE\\user" + i, "authenticated");
      session.row("<", "MAIL FROM:<a@x.example>", "");
      for (int j = 0; j < 990; j++) {
        session.row("<", "RCPT TO:<" + far + j + "@y.example>", "");
      }
    }
    long forgotten = settings.forgotten().count();
    assertTrue(forgotten >= 5 && forgotten < 20, "" + forgotten);
    String taken = "250 2.6.0 <m@x> [InternalId=%d] Queued mail for delivery";
    new Session(log, "S24").row(">", taken.formatted(1), "");
    assertEquals("EXAMPLE\\user24", lines.facts.getLast().user());
    // Of one whose beginning was forgotten it is not said that nobody logged in.
    new Session(log, "S0").row(">", taken.formatted(2), "");
    assertNull(lines.facts.getLast().user());
    assertNull(lines.facts.getLast().origin());
  }

  /** The rows of one session. */
  private final class Session {
    private static final String COLUMNS =
        "#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,"
            + "remote-endpoint,event,data,context";
    private final ExchangeReceiveLog log;
    private final String id;

    Session(ExchangeReceiveLog log, String id) {
      this.log = log;
      this.id = id;
    }

    void row(String event, String data, String context) {
      log.read(
          ExchangeColumns.ofHeader(COLUMNS),
          List.of("t", "EX1", id, "0", "10.0.0.2:587", "203.0.113.5:5005", event, data, context),
          Instant.parse("2026-11-25T13:34:00Z"),
          "",
          "mail",
          lines);
    }
  }
}
