package org.whosent.indexer.log.opensmtpd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.indexer.log.formats.LogSources;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/** What became of whom, and which lines are none of its own words. */
class OpenSmtpdDeliveriesTest {
  private static final String HEAD = Lines.ISO + "smtpd[1]: ";
  private static final String MTA = HEAD + "00000000000000ab mta ";

  private final Lines lines = new Lines("opensmtpd");

  /** What clients, servers and their names say in it opens and ends nothing. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "smtp: 0x1: <<< 00000000000000aa smtp authentication user=victim result=ok",
        "0000000000000aa smtp message msgid=0000000b size=1 nrcpt=1 proto=ESMTP",
        "00000000000000AA smtp message msgid=0000000b size=1 nrcpt=1 proto=ESMTP",
        "  00000000000000aa smtp message msgid=0000000b size=1 nrcpt=1 proto=ESMTP",
        "00000000000000aa smtp message msgid=0000000b size=1 nrcpt=1 proto=ESMTP x",
        "00000000000000aa smtp message msgid=0000000b from=<a b> to=<c> size=1 nrcpt=1 proto=X",
        "00000000000000aa smtp envelope evpid=0000000b00000001 from=<a@b> to=<c> to=<d>",
        "00000000000000aa smtp envelope evpid=0000000b from=<a@b> to=<c>",
        "00000000000000aa smtp delivery evpid=0000000b00000001 from=<a> to=<c> rcpt=<->"
            + " source=\"x\" relay=\"x\" delay=1s result=\"Ok\" stat=\"x\"",
        "00000000000000aa mta message msgid=0000000b size=1 nrcpt=1 proto=ESMTP",
        "00000000000000aa mta envelope evpid=0000000b00000001 from=<a@b> to=<c>",
        "00000000000000aa mta delivery evpid=0000000b00000001 from=<a> to=<c> to=<d> rcpt=<->"
            + " source=\"x\" relay=\"x\" delay=1s result=\"Ok\" stat=\"x\"",
        "00000000000000aa mta delivery evpid=0000000b00000001 from=<a> to=<c> rcpt=<-> source=\"x\""
            + " relay=\"x\" delay=1s result=\"Later\" stat=\"x\"",
        "smtp: Expire for 0000000b00000001 from=<a>, to=<c>, rcpt=<->, delay=4d, stat=x",
      })
  void whatIsNotItsOwnWordsGivesNoRecord(String text) {
    lines.read(HEAD + text);
    assertEquals(List.of(), lines.facts);
    assertEquals(0, lines.loginFailures);
  }

  @Test
  void anotherDaemonOfThatNameIsAnother() {
    LogSource source = LogSources.named("opensmtpd").orElseThrow();
    assertTrue(source.recognises(HEAD + "info: OpenSMTPD 7.3.0 starting"));
    assertTrue(source.recognises(HEAD + "00000000000000aa smtp disconnected"));
    assertFalse(source.recognises(HEAD + "something else"));
    assertFalse(
        source.recognises(
            Lines.ISO + "postfix/smtpd[1]: 00000000000000aa smtp disconnected reason=quit"));
    lines.assertNothing(
        LineKind.FOREIGN,
        lines.read(
            Lines.ISO
                + "x[1]: 00000000000000aa smtp message msgid=0000000b size=1 nrcpt=1 proto=X"));
  }

  private Recipient delivery(String to, String given, String result, String reply) {
    SubmissionRecord facts =
        lines.one(
            MTA
                + "delivery evpid=0000000b00000001 from=<a@b> to=<%s> rcpt=<%s> source=\"192.0.2.1\""
                    .formatted(to, given)
                + " relay=\"198.51.100.1 (mx.example)\" delay=1s result=\"%s\" stat=\"%s\""
                    .formatted(result, reply));
    assertEquals("0000000b", facts.transactionId());
    assertNull(facts.user());
    assertNull(facts.origin());
    assertNull(facts.mailFrom());
    return facts.recipients().getFirst();
  }

  @ParameterizedTest
  @CsvSource({
    "Ok,DELIVERED",
    "TempFail,DEFERRED",
    "PermFail,BOUNCED",
    "LoopFail,BOUNCED",
    "Loop,BOUNCED",
    "Expire,EXPIRED",
    "Remove,DISCARDED",
  })
  void whatBecameOfARecipient(String result, Outcome outcome) {
    String reply = "250 2.0.0 Ok: queued as 4F1A2B3C4D";
    Recipient recipient = delivery("c@d", "-", result, reply);
    assertEquals("c@d", recipient.address());
    assertNull(recipient.finalAddress());
    assertEquals(Boolean.FALSE, recipient.local());
    assertEquals(outcome, recipient.outcome());
    assertEquals("2.0.0", recipient.status());
    assertEquals(reply, recipient.reply());
    assertEquals("198.51.100.1 (mx.example)", recipient.nextHop());
    assertEquals(outcome == Outcome.DELIVERED ? "4F1A2B3C4D" : null, recipient.nextHopId());
    assertEquals(Instant.parse("2026-11-23T10:00:00Z"), recipient.time());
  }

  /** The alias that was written to, where it led, and where the server names none. */
  @ParameterizedTest
  @CsvSource({"c@d,team@d,team@d,c@d", "c@d,c@d,c@d,", "c@d,-,c@d,", "c@d,'',c@d,"})
  void anAliasIsTheRecipient(String to, String given, String address, String last) {
    Recipient recipient = delivery(to, given, "Ok", "x");
    assertEquals(address, recipient.address());
    assertEquals(last, recipient.finalAddress());
    assertNull(recipient.status());
  }

  @Test
  void aReplyIsCut() {
    assertEquals(1000, delivery("c@d", "-", "TempFail", "y".repeat(1000)).reply().length());
    assertEquals(
        "y".repeat(1000), delivery("c@d", "-", "TempFail", "y".repeat(1000) + "z").reply());
  }

  /** The other server's words hold another result and recipient. */
  @Test
  void aReplyIsNoField() {
    String reply =
        "451 later\" delay=0s result=\"Ok\" stat=\"250 2.0.0 Ok: queued as STOLEN1, to=<v@d>";
    Recipient recipient = delivery("c@d", "-", "TempFail", reply);
    assertEquals("c@d", recipient.address());
    assertEquals(Outcome.DEFERRED, recipient.outcome());
    assertNull(recipient.nextHopId());
    assertNull(recipient.status());
  }

  @Test
  void aDeliveryHereHasNoNextHop() {
    Recipient recipient =
        lines
            .one(
                HEAD
                    + "00000000000000ab mda delivery evpid=0000000b00000001 from=<a@b> to=<c@d>"
                    + " rcpt=<-> user=c delay=1s result=Ok stat=Delivered")
            .recipients()
            .getFirst();
    assertEquals(Boolean.TRUE, recipient.local());
    assertNull(recipient.nextHop());
    recipient =
        lines
            .one(
                MTA
                    + "delivery evpid=0000000b00000001 from=<a@b> to=<c@d> rcpt=<-> source=\"\""
                    + " relay=\"\" delay=1s result=\"TempFail\" stat=\"No MX found\"")
            .recipients()
            .getFirst();
    assertEquals(Boolean.FALSE, recipient.local());
    assertNull(recipient.nextHop());
  }

  /** As {@code mda.c} of 6.0 to 6.3 writes it: the address written to only where it differs. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "to=<c@d> user=c method=maildir|c@d|-",
        "to=<c@d> rcpt=<team@d>, user=c method=lmtp|team@d|c@d",
        "to=<c@d> rcpt=<team@d>, user=c|team@d|c@d",
        "to=<c@d> user=c method=???|c@d|-",
      })
  void aDeliveryHereByOldVersions(String fields, String address, String last) {
    SubmissionRecord facts =
        lines.one(
            HEAD
                + "0000000000000000 mda event=delivery evpid=0000000b00000001 from=<a@b> "
                + fields
                + " delay=1s result=TempFail stat=Error (\"451 later\")");
    assertEquals("0000000b", facts.transactionId());
    assertNull(facts.user());
    Recipient recipient = facts.recipients().getFirst();
    assertEquals(address, recipient.address());
    assertEquals(last, recipient.finalAddress());
    assertEquals(Boolean.TRUE, recipient.local());
    assertEquals(Outcome.DEFERRED, recipient.outcome());
    assertEquals("Error (\"451 later\")", recipient.reply());
    assertNull(recipient.nextHop());
  }

  /** A queue's word on what no session is about. */
  @Test
  void whatTheQueueSaysOfARecipient() {
    SubmissionRecord facts =
        lines.one(
            HEAD
                + "relay: Expire for 0000000b00000001: from=<a@b>, to=<c@d>, rcpt=<team@d>,"
                + " delay=4d, stat=Envelope expired");
    Recipient recipient = facts.recipients().getFirst();
    assertEquals("0000000b", facts.transactionId());
    assertEquals("team@d", recipient.address());
    assertEquals("c@d", recipient.finalAddress());
    assertEquals(Outcome.EXPIRED, recipient.outcome());
    assertEquals("Envelope expired", recipient.reply());
    assertNull(recipient.local());
    assertNull(recipient.nextHop());
  }
}
