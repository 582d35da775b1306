package org.whosent.indexer.log.opensmtpd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/** What OpenSMTPD 5 says of sessions and deliveries. */
class OpenSmtpd5LineTest {
  private static final String ID = "00000000000000aa";
  private static final String TLS =
      "version=TLSv1/SSLv3 (TLSv1.2), cipher=ECDHE-RSA-AES256-GCM-SHA384, bits=256";
  private static final String CONNECTED =
      "smtp-in: New session " + ID + " from host pc.example [203.0.113.5]";
  private static final String LOGIN =
      "smtp-in: Accepted authentication for user alice on session " + ID;
  private static final String MESSAGE =
      "smtp-in: Accepted message 0000000b on session "
          + ID
          + ": from=<alice@example.com>, to=<bob@example.org>, size=4711, ndest=1, proto=ESMTP";

  private Lines lines;

  @BeforeEach
  void nothingWasRead() {
    lines = new Lines("opensmtpd");
  }

  private LineKind read(String text) {
    return lines.read("Nov 23 10:00:00 mail smtpd[77]: " + text);
  }

  private SubmissionRecord message() {
    assertEquals(LineKind.USED, read(MESSAGE));
    return lines.facts.getLast();
  }

  @Test
  void whoLoggedInFromWhere() {
    assertEquals(LineKind.KNOWN, read(CONNECTED));
    assertEquals(LineKind.KNOWN, read("smtp-in: Started TLS on session " + ID + ": " + TLS));
    assertEquals(LineKind.KNOWN, read(LOGIN));
    SubmissionRecord facts = message();
    assertEquals("0000000b", facts.transactionId());
    assertEquals("alice", facts.user());
    assertEquals(Origin.AUTHENTICATED, facts.origin());
    assertEquals("203.0.113.5", facts.client());
    assertEquals("pc.example", facts.clientName());
    assertEquals("TLSv1.2", facts.tlsVersion());
    assertEquals("ECDHE-RSA-AES256-GCM-SHA384", facts.tlsCipher());
    assertEquals("alice@example.com", facts.mailFrom());
    assertEquals(List.of("bob@example.org"), addresses(facts));
    assertEquals(4711, facts.size());
  }

  private static List<String> addresses(SubmissionRecord facts) {
    return facts.recipients().stream().map(Recipient::address).toList();
  }

  /** What a filter prints stands behind its name, which the operator gave it. */
  @Test
  void aFilterOfANewerServerDoesNotSpeakForIt() {
    String session = ID + " smtp ";
    read(LOGIN.replace("alice", "victim")); // before anything shows which release it is
    read(session + "connected address=203.0.113.9 host=evil.example");
    read(LOGIN.replace("alice", "victim"));
    assertEquals(LineKind.KNOWN, read(MESSAGE));
    assertEquals(List.of(), lines.facts);
    read(session + "message msgid=0000000b size=1 nrcpt=1 proto=ESMTP");
    SubmissionRecord facts = lines.facts.getLast();
    assertNull(facts.user());
    assertEquals(Origin.UNAUTHENTICATED, facts.origin());
    assertEquals("203.0.113.9", facts.client());
  }

  /** With the session's ID before the words, and a blank behind the login. */
  @Test
  void theOtherKind() {
    String session = "smtp-in: session " + ID + ": ";
    read(session + "connection from host <unknown> [IPv6:2001:db8::5] established");
    read(session + "TLS started " + TLS);
    read(session + "authentication successful for user alice ");
    assertEquals(
        LineKind.USED,
        read(
            session
                + "msgid=0000000b, status=Ok, from=<>, to=<bob@example.org>, size=7, ndest=1,"
                + " proto=SMTP"));
    SubmissionRecord facts = lines.facts.getLast();
    assertEquals("alice", facts.user());
    assertEquals("2001:db8::5", facts.client());
    assertNull(facts.clientName());
    assertEquals("TLSv1.2", facts.tlsVersion());
    assertEquals("", facts.mailFrom());
    read(session + "connection from host <unknown> [IPv6:2001:db8::5] closed (client sent QUIT)");
    assertEquals(LineKind.UNKNOWN, read(MESSAGE), "whose it is");
    assertNull(lines.facts.getLast().user());
  }

  /** 5.3 names no recipients there. */
  @Test
  void aMessageWithoutRecipients() {
    read(CONNECTED);
    read(LOGIN);
    read(
        "smtp-in: Accepted message 0000000b on session "
            + ID
            + ": from=<a@example.com>, size=279, nrcpts=2, proto=ESMTP");
    assertEquals("alice", lines.facts.getLast().user());
    assertEquals("a@example.com", lines.facts.getLast().mailFrom());
    assertEquals(List.of(), lines.facts.getLast().recipients());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "smtp-in: Authentication failed for user alice on session " + ID,
        "smtp-in: Authentication temporarily failed for user alice on session " + ID,
        "smtp-in: session " + ID + ": authentication failed for user alice ",
        "smtp-in: Failed command on session " + ID + ": \"" + LOGIN + "\" => 535 " + LOGIN,
        "smtp-in: session " + ID + ": received invalid command: \"" + LOGIN + "\"",
        "smtp-in: Bad input on session " + ID + ": 500 " + LOGIN,
        "smtp-in: Accepted authentication for user alice on session 00000000000000ab",
        "smtp-in: Accepted authentication for user alice on session " + ID + " and more",
        "smtp-in: Accepted authentication for user a b on session " + ID,
        "filter: " + LOGIN,
        "smtp-out: Accepted authentication for user alice on session " + ID,
      })
  void whatIsNoLoginOfTheSession(String line) {
    read(CONNECTED);
    read(line);
    SubmissionRecord facts = message();
    assertNull(facts.user());
    assertEquals(Origin.UNAUTHENTICATED, facts.origin());
  }

  @Test
  void aLoginThatDoesNotReadLeavesItOpen() {
    read(CONNECTED);
    read("smtp-in: session " + ID + ": authentication of another release");
    assertEquals(LineKind.UNKNOWN, read(MESSAGE));
    assertNull(lines.facts.getLast().origin());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "smtp-in: Closing session " + ID,
        "smtp-in: Received disconnect from session " + ID,
        "smtp-in: Disconnecting session " + ID + ": IO error: No SSL error",
        CONNECTED,
      })
  void aLoginEndsWithItsSession(String end) {
    read(CONNECTED);
    read(LOGIN);
    read(end);
    read(MESSAGE);
    assertNull(lines.facts.getLast().user());
  }

  @Test
  void aCommandOnTheMachine() {
    read("smtp-in: New session " + ID + " from host localhost [local]");
    SubmissionRecord facts = message();
    assertEquals(Origin.LOCAL, facts.origin());
    assertNull(facts.client());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          relay: Ok      | session=00000000000000cc, from=<a@x.example>, to=<b@y.example>, rcpt=<->, \
          source=192.0.2.1, relay=198.51.100.7 (mx.y.example), delay=2s, stat=250 2.0.0 Ok: queued as \
          4F1AB2C3D4 | DELIVERED | b@y.example | 198.51.100.7 (mx.y.example) | 4F1AB2C3D4
          relay: TempFail | session=00000000000000cc, from=<>, to=<b@y.example>, rcpt=<c@y.example>, \
          source=-, relay=198.51.100.7 (<unknown>), delay=2s, stat=451 later, stat=250 ok | DEFERRED \
          | c@y.example | 198.51.100.7 (<unknown>) |
          relay: PermFail | from=<a@x.example>, to=<b@y.example>, relay=198.51.100.7 delay=2s, \
          stat=550 no | BOUNCED | b@y.example | 198.51.100.7 |
          relay: Expire | from=<a@x.example>, to=<b@y.example>, delay=4d, stat=Envelope expired | \
          EXPIRED | b@y.example | |
          """)
  void whatBecameOfARecipient(
      String kind, String text, Outcome outcome, String address, String hop, String id) {
    assertEquals(LineKind.USED, read(kind.strip() + " for 0000000b00000001: " + text));
    Recipient recipient = lines.facts.getLast().recipients().getFirst();
    assertEquals(outcome, recipient.outcome());
    assertEquals(address, recipient.address());
    assertEquals(hop, recipient.nextHop());
    assertEquals(id, recipient.nextHopId());
  }

  @Test
  void aDeliveryOnTheMachine() {
    read(
        "delivery: Ok for 0000000b00000001: from=<a@x.example>, to=<bob@y.example>,"
            + " rcpt=<info@y.example>, user=bob, method=maildir, delay=0s, stat=Delivered");
    Recipient recipient = lines.facts.getLast().recipients().getFirst();
    assertEquals("info@y.example", recipient.address());
    assertEquals("bob@y.example", recipient.finalAddress());
    assertEquals(Outcome.DELIVERED, recipient.outcome());
    assertTrue(recipient.local());
  }

  @Test
  void whatAMessageIsOfThatIsNoLine() {
    assertNull(OpenSmtpd5Line.of("smtp-in: New session " + ID + " from host a b [203.0.113.5]"));
    assertNull(OpenSmtpd5Line.of(" " + LOGIN));
    assertFalse(new OpenSmtpdSource().recognises("Nov 23 10:00:00 mail smtpd[7]: " + ID));
    assertTrue(new OpenSmtpdSource().recognises("Nov 23 10:00:00 mail smtpd[7]: " + LOGIN));
  }
}
