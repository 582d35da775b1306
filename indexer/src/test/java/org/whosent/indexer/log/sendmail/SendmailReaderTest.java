package org.whosent.indexer.log.sendmail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.indexer.log.formats.LogSources;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

class SendmailReaderTest {
  private static final String MSP =
      "sendmail[1]: 6ANA00aa000001: to=x@far.example, ctladdr=batch (1002/1002), delay=00:00:01,"
          + " xdelay=00:00:00, mailer=relay, pri=30141, relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0,"
          + " stat=Sent (6ANA00ab000002 Message accepted for delivery)";

  private final Lines lines = new Lines("sendmail");

  private SubmissionRecord mta(String client) {
    return lines.one(
        Lines.ISO
            + "sm-mta[2]: 6ANA00ab000002: from=<batch@mail.example.com>, size=1, class=0, nrcpts=1,"
            + " msgid=<m@x>, proto=ESMTP, daemon=MTA, relay=localhost ["
            + client
            + "]");
  }

  @Test
  void whatTheMtaTookFromTheSubmissionProgramIsTheSameTransaction() {
    mta("127.0.0.1");
    SubmissionRecord msp = lines.one(Lines.ISO + MSP);
    assertEquals("6ANA00aa000001", msp.transactionId());
    assertEquals(List.of("6ANA00ab000002"), msp.continuationIds());
    assertEquals(List.of("6ANA00ab000002"), msp.aliases());
  }

  /** The submission program logs recipients as the message has them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Frank <x@far.example>;x@far.example",
        "Frank M. <x@far.example>,<y@far.example>;x@far.example y@far.example",
        "\"M., Frank <z>\" <x@far.example>;x@far.example",
        "\"M., \\\"F\\\"\" <\"a, b\"@far.example>;\"a, b\"@far.example",
        "x@far.example (Frank, of (some) far place);x@far.example",
        "x@far.example (a),Frank <y@far.example>;x@far.example y@far.example",
        "\"|node /home/x/y.js a, b\";batch",
        "Frank <x@far.example>, [more];x@far.example",
        "<x@far.example>,<y@far.example>, [more];x@far.example y@far.example",
        "<a\\>b@far.example>,<y@far.example>;a\\>b@far.example y@far.example",
        "<a\\\"@far.example>,<y@far.example>;a\\\"@far.example y@far.example",
      })
  void aRecipientMayHaveAName(String list, String addresses) {
    mta("127.0.0.1");
    SubmissionRecord msp = lines.one(Lines.ISO + MSP.replace("to=x@far.example", "to=" + list));
    assertEquals(addresses, String.join(" ", Lines.addresses(msp)));
    assertEquals(List.of("6ANA00ab000002"), msp.continuationIds());
  }

  /** Which of the words is the address is not guessed; what is not closed goes on. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Frank",
        "Frank <x@far.example",
        "Frank <x@far.example> <y@far.example>",
        "Frank (x@far.example",
        "x@far.example) Frank",
        "\"Frank <x@far.example>",
        "Frank <>",
      })
  void aListThatIsNoneIsNotGuessedAt(String list) {
    String words = list.equals("Frank") ? "Frank M." : list;
    LineKind kind = lines.read(Lines.ISO + MSP.replace("to=x@far.example", "to=" + words));
    lines.assertNothing(LineKind.UNKNOWN, kind);
  }

  @Test
  void aTransactionIsTheRestOfOneOnly() {
    mta("127.0.0.1");
    lines.read(Lines.ISO + MSP);
    lines.read(Lines.ISO + MSP.replace("6ANA00aa000001", "6ANA00ac000003"));
    assertEquals(List.of(), lines.facts.getLast().continuationIds());
  }

  @Test
  void whatCameOverTheNetIsNoPartOfALocalMessage() {
    mta("192.0.2.7");
    lines.read(Lines.ISO + MSP);
    lines.facts.forEach(facts -> assertEquals(List.of(), facts.continuationIds()));
  }

  @Test
  void whatALoginSentIsNoPartOfALocalMessage() {
    lines.read(
        Lines.ISO
            + "sm-mta[2]: AUTH=server, relay=localhost [127.0.0.1], authid=webmail, mech=PLAIN,"
            + " bits=0");
    assertEquals("webmail", mta("127.0.0.1").user());
    lines.read(Lines.ISO + MSP);
    lines.facts.forEach(facts -> assertEquals(List.of(), facts.continuationIds()));
  }

  @Test
  void aListsCloneIsTheSameTransaction() {
    SubmissionRecord clone =
        lines.one(Lines.ISO + "sm-mta[2]: 6ANA00ab000002: 6ANA00ad000004: clone: owner=bob");
    assertEquals("6ANA00ab000002", clone.transactionId());
    assertEquals(List.of("6ANA00ad000004"), clone.continuationIds());
    assertNull(clone.user());
  }

  /** Queue groups, and more recipients than a group takes in one envelope. */
  @ParameterizedTest
  @CsvSource({
    "'split: count=1, id=6ANA00ad000004', 6ANA00ad000004",
    "'split: count=2, ids=6ANA00ad000004; 6ANA00ae000004', 6ANA00ad000004 6ANA00ae000004",
    "'split: maxrcpts=1, rcpts=2, count=1, id=6ANA00ad000004', 6ANA00ad000004",
    "'split: count=1, id=6ANA00ad000004 and more', ''",
    "'split: count=2, ids=6ANA00ad000004; <victim>', ''",
    "'ruleset=check_x, arg1=split: count=1, id=6ANA00ad000004, reject=550 5.7.1 no', ''",
  })
  void theEnvelopesOfASplitMessageAreTheSameTransaction(String text, String parts) {
    lines.read(Lines.ISO + "sm-mta[2]: 6ANA00ab000002: " + text);
    List<String> ids = lines.facts.stream().flatMap(f -> f.continuationIds().stream()).toList();
    assertEquals(parts, String.join(" ", ids));
    lines.facts.forEach(facts -> assertEquals("6ANA00ab000002", facts.transactionId()));
  }

  /** Exim, Sendmail and OpenSMTPD behind Dovecot, in one file of syslog's. */
  @ParameterizedTest
  @CsvSource({
    "exim, 250 OK id=1vNaBc-000000001Ab-2xYz, 1vNaBc-000000001Ab-2xYz",
    "sendmail, 250 2.0.0 6ANA00ab000002 Message accepted for delivery, 6ANA00ab000002",
    "opensmtpd, 250 2.0.0 7c56b691 Message accepted for delivery, 7c56b691",
  })
  void whatDovecotHandedOverIsItsUsers(String format, String reply, String queueId) {
    Lines both = new Lines(format);
    String login =
        Lines.ISO
            + "dovecot: submission-login: Logged in: user=<alice>, method=PLAIN, rip=192.0.2.7,"
            + " lip=192.0.2.1, mpid=1, TLS, session=<NiIgtTFha4R/AAAB>";
    both.read(login);
    SubmissionRecord facts =
        both.one(
            Lines.ISO
                + "dovecot: submission(alice)<9><NiIgtTFha4R/AAAB>: relay: Successfully relayed"
                + " message: from=<a@x>, size=1, id=xMKZFYxzCGsiJwAAYIgGOA, nrcpt=1, reply=`"
                + reply
                + "'");
    assertEquals("alice", facts.user());
    assertEquals("192.0.2.7", facts.client());
    assertEquals(List.of(queueId), facts.continuationIds());
    assertEquals(
        LineKind.FOREIGN, both.read(Lines.ISO + "webapp: submission(bob)<9><A>: relay: x"));
    assertEquals(
        "dovecot", LogSources.recognise(List.of(login)).map(LogSource::name).orElseThrow());
  }

  @Test
  void theRelayBehindDovecotNamesTheFormat() {
    String login =
        Lines.ISO
            + "dovecot: submission-login: Logged in: user=<alice>, method=PLAIN, rip=192.0.2.7,"
            + " lip=192.0.2.1, mpid=1, TLS, session=<NiIgtTFha4R/AAAB>";
    String relay = Lines.ISO + "sm-mta[2]: starting daemon (8.18.1): SMTP";
    assertEquals(
        "sendmail",
        LogSources.recognise(List.of(login, login, relay)).map(LogSource::name).orElseThrow());
  }

  private static final String HELD =
      "sm-mta[106]: 6ARHVbfZ000106: to=<nest@example.org>, delay=00:00:00, mailer=esmtp, pri=30230,"
          + " quarantine=held, authid=bob, stat=quarantined";

  /** The reason is a filter's, which may repeat what the client wrote. */
  @ParameterizedTest
  @ValueSource(strings = {"held", "x, stat=Sent (AAAA111122 Message accepted)", "x, dsn=5.0.0"})
  void ofWhatAFilterHoldsTheRecipientsAreKnown(String reason) {
    SubmissionRecord facts = lines.one(Lines.ISO + HELD.replace("held", reason));
    Recipient recipient = facts.recipients().getFirst();
    assertEquals("nest@example.org", recipient.address());
    assertNull(recipient.outcome());
    assertNull(recipient.nextHopId());
  }

  /** Sendmail 8.17 of a RSET behind MAIL and RCPT, and of a message without a single byte. */
  @Test
  void anEnvelopeWithoutAMessageIsDone() {
    String line =
        "sm-mta[292]: 6ARHUkFl000292: from=<reset@example.org>, size=0, class=0, nrcpts=1,"
            + " proto=ESMTPA, daemon=MTA-v4, relay=[127.0.0.2]";
    SubmissionRecord facts = lines.one(Lines.ISO + line);
    assertEquals(facts.time(), facts.completed());
    String empty =
        line.replace("nrcpts=1,", "nrcpts=1, msgid=<1.6ARHUkFl000292@mail.example.org>,");
    assertNull(lines.one(Lines.ISO + empty).completed());
    assertNull(lines.one(Lines.ISO + line.replace("size=0", "size=9")).completed());
    assertNull(lines.one(Lines.ISO + line.replace("nrcpts=1,", "nrcpts=1, msgid=x,")).completed());
  }

  /** Proofpoint's Sendmail has two fields more; they are not the Message-ID's words. */
  @Test
  void theFieldsOfAVendor() {
    SubmissionRecord facts =
        lines.one(
            Lines.ISO
                + "sendmail[2]: 6ANA00ab000002: from=<a@example.com>, size=9, class=0, nrcpts=1,"
                + " msgid=<m@x>, proto=ESMTP, daemon=MTA, tls_verify=NONE, tls_version=NONE,"
                + " cipher=NONE, auth=NONE, relay=pc.example [192.0.2.7]");
    assertEquals("<m@x>", facts.messageId());
    assertEquals(Origin.UNAUTHENTICATED, facts.origin());
  }

  /** A quoted local part is quoted by what it is, not by how its backslash is logged. */
  @Test
  void aSendersOwnWordsEndWhereItsQuotesDo() {
    SubmissionRecord facts =
        lines.one(
            Lines.ISO
                + "sm-mta[2]: 6ANA00ab000002: from=<\"a\\\\\"> , size=9, class=0, nrcpts=1,"
                + " msgid=<victim@x>, relay=victim@localhost\"@example.com>, size=1, class=0,"
                + " nrcpts=1, msgid=<m@x>, proto=ESMTP, daemon=MTA, relay=[192.0.2.7]");
    assertEquals(
        "\"a\\\"> , size=9, class=0, nrcpts=1, msgid=<victim@x>,"
            + " relay=victim@localhost\"@example.com",
        facts.mailFrom());
    assertEquals("<m@x>", facts.messageId());
    assertEquals("192.0.2.7", facts.client());
    assertNull(facts.localUser());
  }

  @ParameterizedTest
  @CsvSource({
    "6ANA00aa000001: pc.example [203.0.113.5]: EXPN root [rejected],1",
    "6ANA00aa000001: [203.0.113.5]: vrfy x [rejected],1",
    "6ANA00aa000001: [203.0.113.5]: VRFY x,0",
    "6ANA00aa000001: [203.0.113.5]: Possible SMTP RCPT flood; throttling.,0",
    "NOQUEUE: Warning: redefined ruleset for header=X,0",
    "AUTH warning: no mechanisms,0",
    "NOQUEUE: tcpwrappers (localhost; 127.0.0.1) rejection,0",
  })
  void whatIsNoMessage(String text, int refusals) {
    LineKind kind = lines.read(Lines.ISO + "sendmail[1]: " + text.replace(';', ','));
    assertEquals(LineKind.KNOWN, kind);
    assertEquals(refusals, lines.refusals);
    assertEquals(List.of(), lines.facts);
  }

  @Test
  void whatIsDiscardedIsNotBounced() {
    SubmissionRecord facts =
        lines.one(
            Lines.ISO
                + "sendmail[1]: 6ANA00aa000001: to=<a@a.example>, delay=00:00:02, pri=31802,"
                + " stat=discarded");
    assertEquals(Outcome.DISCARDED, facts.recipients().getFirst().outcome());
  }

  /** Log level 14, of each recipient of an envelope that the client gave up. */
  @Test
  void whatIsGivenUpIsNotBounced() {
    LineKind kind =
        lines.read(
            Lines.ISO
                + "sendmail[1]: 6ANA00aa000001: to=<a@a.example>, delay=00:00:00, pri=0,"
                + " stat=rset");
    assertEquals(LineKind.KNOWN, kind);
    assertEquals(List.of(), lines.facts);
  }
}
