package org.whosent.indexer.log.postfix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.indexer.log.reader.NextHopReply;
import org.whosent.indexer.log.text.EncodedWords;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

class PostfixReaderTest {
  private static final String SMTPD = Lines.ISO + "postfix/submission/smtpd[77]: ";
  private final Lines lines = new Lines();

  /** What daemons say that no record has a use for; several from TLS loglevel 2 or 3.10 on. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "smtp|TLSRPT: status=success, domain=example.net, receiving_mx=mx.example.net[192.0.2.5]",
        "postscreen|entering STRESS mode with 71 connections",
        "postscreen|leaving STRESS mode with 49 connections",
        "postscreen|[192.0.2.5]:4321: discarding EHLO keywords: CHUNKING",
        "postscreen|[2001:db8::5]:4321: replacing command \"EHL\" with \"EHLO\"",
        "postscreen|BDAT without valid RCPT from [192.0.2.5]:4321",
        "smtp|server certificate verification failed for mx.example.net[192.0.2.5]:25: num=62:x",
        "smtpd|client certificate verification failed for unknown[192.0.2.5]: num=18:x",
        "smtp|mx.example.net[192.0.2.5]:25: re-using session with untrusted certificate, look for"
            + " x",
        "smtpd|4B00A1C2D3: warn: RCPT from a.example[192.0.2.9]: sasl_username=x;"
            + " from=<a@example.net> to=<u@far.example> proto=ESMTP helo=<x>",
        "smtpd|4B00A1C2D3: permit: RCPT from a.example[192.0.2.9]:"
            + " action=permit_sasl_authenticated",
        "smtpd|4B00A1C2D3: hangup: RCPT from a.example[192.0.2.9]: x; from=<a@example.net>",
        "smtpd|subject=/CN=sasl_username=victim@example.com/emailAddress=alice@example.com",
        "smtpd|issuer=/CN=Example CA",
        "smtpd|a.example[192.0.2.9]: Issuing session ticket, key expiration: 1795687200",
        "smtpd|unknown[2001:db8::9]: TLS cipher list \"aNULL:-aNULL:HIGH:@STRENGTH\"",
        "smtpd|a.example[192.0.2.9]: save session 76D3&s=smtp&l=269488143 to smtpd cache",
        "smtp|looking for session smtp&example.net&mx.example.net&192.0.2.5&&AA in smtp cache",
        "tlsmgr|put smtpd session id=AA&s=smtp&l=269488143 [data 127 bytes]",
        "smtpd|OTP unavailable because can't read/write key database /etc/opiekeys: x",
        "verify|close database /var/lib/postfix/verify_cache.db: x (possible Berkeley DB bug)",
        "smtpd|smtpd_proxy_replay_setup: new speed-adjust stream fd=17",
        "smtpd|trying... [127.0.0.1]",
        "smtpd|vstream_tweak_tcp: TCP_MAXSEG 32741",
        "smtpd|fd=18: stream buffer size old=0 new=130964",
        "smtpd|milter_macro_lookup: result \"mail.example.com\"",
        "smtpd|event: SMFIC_RCPT; macros: {rcpt_addr}=u1@far.example",
        "smtpd|skipping reply for event SMFIC_CONNECT from milter inet:127.0.0.1:11332",
        "smtpd|0000 17 03 03 00 1d                                   .....",
        "smtpd|0004 - <SPACES/NULLS>",
        "smtpd|Read 28 chars: RCPT TO:<u132@far.example>??",
        "smtpd|Write 14 chars: 250 2.1.0 Ok??",
        "qmgr|4B00A1C2D3: status=deferred (bounce failed)",
        "qmgr|sane_rename(deferred/4/4B00A1C2D3,active/4B00A1C2D3): worked around spurious NFS"
            + " error",
        "bounce|4B00A1C2D3: sender notification failed to bob@example.com: message rejected",
        "cleanup|inline:{ {u7@far.example=x} } lookup: \"u2@far.example\" = \"not_found\"",
        "smtpd|lmdb:/etc/postfix/va lookup: \"x, sasl_username=victim\" = \"list@far.example\"",
      })
  void whatNoRecordNeedsIsKnown(String daemon, String text) {
    assertEquals(
        LineKind.KNOWN, lines.read(Lines.ISO + "postfix/" + daemon + "[77]: " + text), text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "smtpd|a.example[192.0.2.9]: has said something",
        "smtpd|a.example[192.0.2.9] subject_CN=x",
        "smtpd|a, b[192.0.2.9]: subject_CN=x",
        "postscreen|entering another mode",
        "smtpd|Read x chars: y",
        "smtpd|lmdb:/etc/postfix/va has: \"x\"",
        "smtpd|0000 1g 03",
        "smtpd|000 17 03",
      })
  void whatOnlyBeginsSoIsNot(String daemon, String text) {
    assertEquals(
        LineKind.UNKNOWN, lines.read(Lines.ISO + "postfix/" + daemon + "[77]: " + text), text);
  }

  /** A policy service logs under Postfix's name, and repeats what strangers wrote. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "policy-spf|Policy action=PREPEND Received-SPF: pass (example.net: 192.0.2.5 is"
            + " authorized)",
        "policy-spf|: SPF permerror (Junk encountered in record 'x'): Envelope-from: a@example.net",
        "policyd-spf|4B00A1C2D3: None; identity=helo; client-ip=192.0.2.9; helo=a.example",
        "policyd-spf|NOQUEUE: client=a.example[192.0.2.9], sasl_username=alice",
        "policyd-spf|warning: a.example[192.0.2.9]: SASL PLAIN authentication failed: x",
      })
  void whatElseRunsUnderItsNameIsAnotherProgram(String daemon, String text) {
    assertEquals(
        LineKind.FOREIGN, lines.read(Lines.ISO + "postfix/" + daemon + "[77]: " + text), text);
    assertEquals(List.of(), lines.facts);
    assertEquals(0, lines.loginFailures);
  }

  @Test
  void whatMayNameAUserUnderAnUnknownNameIsSaidToBeUnknown() {
    String line = "4B00A1C2D3: client=a.example[192.0.2.9], sasl_username=alice";
    lines.assertNothing(
        LineKind.UNKNOWN, lines.read(Lines.ISO + "postfix/submission[77]: " + line));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "anne marie|anne marie",
        "x=y@example.com|x=y@example.com",
        "müller@example.com|müller@example.com",
        "a, b|a, b",
        "doe, s|doe, s",
        "doe, sandra|doe, sandra",
        "o'brien, sasl_sender=x|o'brien",
        "eve, sasl_sender=<alice>, sasl_username=alice|eve",
        "eve, orig_queue_id=A1B2C3D4E5, orig_client=x[192.0.2.1]|eve",
      })
  void theLoginIsTakenWhole(String field, String user) {
    SubmissionRecord facts =
        lines.one(
            SMTPD
                + "4B00A1C2D3: client=a.example[192.0.2.9], sasl_method=PLAIN, sasl_username="
                + field);
    assertEquals(user, facts.user());
    assertEquals(Origin.AUTHENTICATED, facts.origin());
    assertEquals("submission", facts.service());
  }

  /** A line that was cut behind the login, and one that the next line stands behind. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "alice,",
        "alice, ",
        "alice, sa",
        "alice, sasl_sender",
        "alice, orig_cl",
        "aliNov 23 10:00:00 mail postfix/smtpd[7]: 4B00A1C2D4: client=x[192.0.2.1]",
      })
  void aLoginInWhichTheLineMayHaveEndedNamesNobody(String field) {
    lines.assertNothing(
        LineKind.UNKNOWN,
        lines.read(SMTPD + "4B00A1C2D3: client=a.example[192.0.2.9], sasl_username=" + field));
  }

  @Test
  void aLongNameAPortAndAnUnknownClientDoNotHideTheLogin() {
    String name = "a.very.long.name.".repeat(14) + "example";
    String line = SMTPD + "4B00A1C2D3: client=%s[%s]%s, sasl_method=%s, sasl_username=alice";
    SubmissionRecord facts = lines.one(line.formatted(name, "192.0.2.9", ":65535", "LOGIN"));
    assertEquals("alice", facts.user());
    assertEquals(name, facts.clientName());
    assertEquals("192.0.2.9", facts.client());
    assertEquals(65535, facts.clientPort());
    assertEquals("LOGIN", facts.mechanism());
    facts = lines.one(line.formatted("unknown", "unknown", ":0", ""));
    assertEquals("alice", facts.user());
    assertNull(facts.clientName());
    assertNull(facts.client());
    assertEquals(0, facts.clientPort());
    assertNull(facts.mechanism());
    facts = lines.one(line.formatted("unknown", "192.0.2.9", ":65536", "PLAIN"));
    assertEquals("alice", facts.user());
    assertNull(facts.clientPort());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "4B00A1C2D3: client=[192.0.2.9], sasl_username=alice",
        "4B00A1C2D3: client=a b[192.0.2.9], sasl_username=alice",
        "4B00A1C2D3: client=a[192.0.2.9] sasl_username=alice",
        "4B00A1C2D3: client=a[192.0.2.9], helo=x, sasl_username=alice",
        "4B00A1C2D3: client=a[192.0.2.9], sasl_username=",
        "4B00A1C2D3: client=a[192.0.2.9], sasl_username=alice, later_field=x",
        "4B00A1C2D3: client=a[192.0.2.9], sasl_username=, later_field=x",
        "4B00A1C2D3: Client=a[192.0.2.9], sasl_username=alice",
        "4B00A1C2D3:client=a[192.0.2.9], sasl_username=alice",
        "warnings: client=a[192.0.2.9], sasl_username=alice",
        "reject: 4B00A1C2D3: client=a[192.0.2.9], sasl_username=alice",
      })
  void aLineThatDoesNotReadAsSmtpdWritesItNamesNobody(String message) {
    assertNull(lines.one(SMTPD + message));
    assertEquals(List.of(), lines.facts);
  }

  @Test
  void whatIsGivenUpIsExpiredForThoseStillDeferred() {
    Lines lines = new Lines();
    String id = "A11111111A";
    String to = "postfix/smtp[1]: " + id + ": to=<%s>, relay=none, delay=1, dsn=%s, status=%s (x)";
    lines.read(Lines.ISO + to.formatted("late@x.example", "4.4.1", "deferred"));
    lines.read(Lines.ISO + to.formatted("gone@x.example", "5.1.1", "bounced"));
    SubmissionRecord expired =
        lines.one(
            Lines.ISO
                + "postfix/qmgr[2]: "
                + id
                + ": from=<a@example.com>, status=expired, returned to sender");
    SubmissionRecord record = lines.facts.stream().reduce(SubmissionRecord::merge).orElseThrow();
    assertEquals(expired.time(), record.expired());
    assertEquals(
        List.of(Outcome.BOUNCED, Outcome.EXPIRED),
        record.recipients().stream().map(Recipient::outcome).toList());
    assertNull(record.mailFrom());
  }

  @Test
  void otherDaemonsCannotOpenATransaction() {
    for (String daemon :
        List.of("cleanup", "smtp", "local", "pipe", "qmgr", "pickup", "bounce", "postlog")) {
      assertNull(
          lines.one(
              Lines.ISO
                  + "postfix/"
                  + daemon
                  + "[77]: 4B00A1C2D3: client=a[192.0.2.9], sasl_method=PLAIN,"
                  + " sasl_username=alice"),
          daemon);
    }
  }

  @Test
  void otherProgramsArePassedOver() {
    for (String program : List.of("dovecot", "postfix", "postfix-policyd", "x/y")) {
      assertEquals(
          LineKind.FOREIGN,
          lines.read(
              Lines.ISO + program + "[7]: 4B00A1C2D3: client=a[192.0.2.9], sasl_username=alice"),
          program);
    }
    assertEquals(List.of(), lines.facts);
  }

  @Test
  void aSessionsTlsIsItsOwnClientsOnly() {
    String tls =
        "Anonymous TLS connection established from %s: TLSv1.3 with cipher %s (256/256 bits)";
    lines.read(SMTPD + "connect from a[192.0.2.9]");
    lines.read(SMTPD + tls.formatted("a[192.0.2.9]", "TLS_AES_256_GCM_SHA384"));
    assertEquals(
        "TLS_AES_256_GCM_SHA384", lines.one(SMTPD + "4B00A1C2D3: client=a[192.0.2.9]").tlsCipher());
    assertEquals("TLSv1.3", lines.one(SMTPD + "4B00A1C2D4: client=a[192.0.2.9]:4711").tlsVersion());
    assertNull(lines.one(SMTPD + "4B00A1C2D5: client=b[192.0.2.10]").tlsVersion());
    assertNull(
        lines.one(Lines.ISO + "postfix/smtpd[78]: 4B00A1C2D6: client=a[192.0.2.9]").tlsVersion());
    lines.read(SMTPD + "disconnect from a[192.0.2.9] ehlo=1");
    assertNull(lines.one(SMTPD + "4B00A1C2D7: client=a[192.0.2.9]").tlsVersion());
  }

  @Test
  void recipientsOfOldUnquotedLogsAreReadAsFarAsTheyCanBe() {
    String line =
        Lines.ISO
            + "postfix/smtp[7]: 4B00A1C2D3: to=<%s>, relay=mx[198.51.100.1]:25, delay=1,"
            + " status=sent (250 ok)";
    assertEquals("a b@far.example", recipient(line.formatted("a b@far.example")).address());
    assertEquals("a,b>c@far.example", recipient(line.formatted("a,b>c@far.example")).address());
    assertEquals("", recipient(line.formatted("")).address());
    assertNull(lines.one(line.formatted("x").replace("status=sent", "status=")));
  }

  private Recipient recipient(String line) {
    return lines.one(line).recipients().getFirst();
  }

  @Test
  void everyStatusIsReadAndProbesAreNot() {
    String line =
        Lines.ISO
            + "postfix/smtp[7]: 4B00A1C2D3: to=<a@b>, orig_to=<c@d>, relay=%s, delay=1, dsn=5.0.0,"
            + " status=%s (text (in) brackets))";
    assertEquals(Outcome.DELIVERED, recipient(line.formatted("x[192.0.2.1]:25", "sent")).outcome());
    assertEquals(Outcome.DISCARDED, recipient(line.formatted("none", "sent")).outcome());
    assertEquals(Outcome.DEFERRED, recipient(line.formatted("none", "deferred")).outcome());
    assertEquals(Outcome.BOUNCED, recipient(line.formatted("none", "bounced")).outcome());
    assertEquals(Outcome.EXPIRED, recipient(line.formatted("none", "expired")).outcome());
    Recipient recipient = recipient(line.formatted("none", "bounced"));
    assertEquals("c@d", recipient.address());
    assertEquals("a@b", recipient.finalAddress());
    assertEquals("text (in) brackets)", recipient.reply());
    assertEquals(LineKind.KNOWN, lines.read(line.formatted("none", "undeliverable")));
  }

  @Test
  void refusalsAndFailedLoginsAreCounted() {
    lines.read(
        SMTPD + "NOQUEUE: reject: RCPT from a[192.0.2.9]: 554 5.7.1 <x@y>: no; from=<> to=<x@y>");
    lines.read(
        SMTPD
            + "4B00A1C2D3: reject: RCPT from a[192.0.2.9]: 554 5.7.1 <x@y>: no; from=<> to=<x@y>");
    lines.read(
        SMTPD + "warning: a[192.0.2.9]: SASL PLAIN authentication failed: x, sasl_username=alice");
    assertEquals(2, lines.refusals);
    assertEquals(1, lines.loginFailures);
    assertEquals(List.of(), lines.facts);
  }

  /** The client is told that it was taken, and nothing more is logged of it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "cleanup[7]: 4B00A1C2D3: discard: header Subject: x from a[192.0.2.9]; from=<a@b> to=<c@d>"
            + " proto=ESMTP helo=<x>: removed",
        "cleanup[7]: 4B00A1C2D3: milter-discard: END-OF-MESSAGE from a[192.0.2.9]: milter triggers"
            + " DISCARD action; from=<a@b> to=<c@d> proto=ESMTP helo=<x>",
        "smtpd[7]: 4B00A1C2D3: discard: END-OF-MESSAGE from a[192.0.2.9]: <a@b>: Sender address"
            + " triggers DISCARD action; from=<a@b> to=<c@d> proto=ESMTP helo=<x>"
            + " sasl_username=<bob>",
      })
  void whatIsDiscardedIsNotInTheQueue(String text) {
    SubmissionRecord facts = lines.one(Lines.ISO + "postfix/" + text);
    assertEquals(facts.time(), facts.completed());
    assertEquals(0, lines.refusals);
    assertEquals("a@b", facts.mailFrom());
    assertEquals("c@d", facts.recipients().getFirst().address());
    assertEquals(Outcome.DISCARDED, facts.recipients().getFirst().outcome());
    // In smtpd the rest of the transaction still comes.
    assertEquals(
        LineKind.KNOWN,
        lines.read(
            Lines.ISO
                + "postfix/smtpd[7]: 4B00A1C2D3: discard: RCPT from a[192.0.2.9]: <c@d>: x;"
                + " from=<a@b> to=<c@d> proto=ESMTP helo=<x>"));
  }

  /** Of several recipients smtpd names none. */
  @ParameterizedTest
  @CsvSource({"'> to=<c@d',c@d", "'',"})
  void whatSmtpdHoldsHasItsSender(String to, String recipient) {
    SubmissionRecord facts =
        lines.one(
            SMTPD
                + "4B00A1C2D3: hold: END-OF-MESSAGE from a[192.0.2.9]: <a@b>: Sender address"
                + " triggers HOLD action; from=<a@b"
                + to
                + "> proto=ESMTP helo=<x>");
    assertNull(facts.completed());
    assertEquals("a@b", facts.mailFrom());
    assertEquals(
        recipient == null ? List.of() : List.of(recipient),
        facts.recipients().stream().map(each -> each.address()).toList());
  }

  /** Both are the sender's text, or may be. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "discard: body x from local; from=<a@b> to=<c@d>",
        "discard: header X: ; from=<v@w> to=<c@d> proto=ESMTP helo=<x> from a[192.0.2.9];"
            + " from=<a@b> to=<c@d> proto=ESMTP helo=<x>: removed",
        "discard: header X: y from a[192.0.2.9]; from=<\"v@w> to=<c\"@d> to=<c@d> proto=ESMTP"
            + " helo=<x>",
        "discard: header X: y from a[192.0.2.9]; from=<a@b> to=<\"c@d> proto=ESMTP helo=<x>\"@d>"
            + " proto=ESMTP helo=<x>",
      })
  void anEnvelopeThatReadsInTwoWaysIsNotTaken(String text) {
    SubmissionRecord facts = lines.one(Lines.ISO + "postfix/cleanup[7]: 4B00A1C2D3: " + text);
    assertEquals(facts.time(), facts.completed());
    assertNull(facts.mailFrom());
    assertEquals(List.of(), facts.recipients());
  }

  @Test
  void bounceSaysThatItTellsNobody() {
    assertEquals(
        LineKind.KNOWN,
        lines.read(
            Lines.ISO
                + "postfix/bounce[7]: 4B00A1C2D3: not sending trace/success notification for"
                + " single-bounce message"));
  }

  @Test
  void aSubjectThatWasCutIsNotKept() {
    String line =
        Lines.ISO
            + "postfix/cleanup[7]: 4B00A1C2D3: warning: header Subject: %s from local; from=<a@b>"
            + " to=<c@d> proto=SMTP helo=<x>";
    assertEquals("short", lines.one(line.formatted("short")).subject());
    assertNull(lines.one(line.formatted("x".repeat(191))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "250 2.0.0 Ok: queued as 794FD40C005|794FD40C005",
        "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as"
            + " 9D3CC40C005|9D3CC40C005",
        "250 OK id=1xVWLY-0000CA-0X|1xVWLY-0000CA-0X",
        "250 2.0.0 4ANFqmZx012345 Message accepted for delivery|4ANFqmZx012345",
        "250 2.0.0: 41a7bc1e Message accepted for delivery|41a7bc1e",
        "250 2.6.0 <a@b> [InternalId=4711, Hostname=X] Queued mail for delivery|4711",
        "250 2.0.0 OK  1700000000 a1-20020b4c5d6e.12 - gsmtp|a1-20020b4c5d6e.12",
        "250 Message Queued"
            + " (0A1B2C3D-4E5F-6789-ABCD-EF0123456789.1)|0A1B2C3D-4E5F-6789-ABCD-EF0123456789.1",
        "250 2.0.0 OK DMARC:Quarantine 1700000000 a1-20020b4c5d6e.12 - gsmtp|a1-20020b4c5d6e.12",
        "250 2.0.0 Ok: queued on mx1.far.example as 1700000000-mYkVGCNPXL-bHX|mYkVGCNPXL-bHX",
        "250 2.0.0 Ok: queued on mx1.far.example 1700000000-0-4gaCVu2s|0-4gaCVu2s",
        "250 2.0.0 Ok: queued on mxfront9h.mail.yandex.net as 0IfiXXXX-0Jf4XXXX|0IfiXXXX-0Jf4XXXX",
        "250 2.0.0 OK 1300000000 a1si2345678bcd.12|a1si2345678bcd.12",
        "250 2.0.0 OK 1300000000 bytes accepted.1 now|",
        "OK 7cPVzLKBTQTxJFKJBvFZAx - nsmtp|7cPVzLKBTQTxJFKJBvFZAx",
        "250 2.5.0 Ok, envelope id 0LVE00B8R9FL5CR1@mx.far.example|0LVE00B8R9FL5CR1@mx.far.example",
        "250 2.5.0 Ok, envelope id <script>|",
        "250 OK abcdefghijklmnopqrstuv012345678901234567|abcdefghijklmnopqrstuv012345678901234567",
        "250 2.0.0 6FVIjIMwUJwU66FVIjAEB0 mail accepted for delivery|6FVIjIMwUJwU66FVIjAEB0",
        "250 Mail OK queued as mx10,PsCowEBZcFlkGQ--.1S2 1700000000|PsCowEBZcFlkGQ--.1S2",
        "250 2.0.0 Ok: 4231 bytes queued as 4Tz9abc12DeF|4Tz9abc12DeF",
        "250 Ok: queued as ABCD, thank you|ABCD",
        "250 2.0.0 Ok|",
        "250 queued as <script>|",
        "250 queued as A|",
      })
  void theNextHopsIdIsRead(String reply, String id) {
    assertEquals(id, NextHopReply.queueId(reply));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "plain? text|plain? text",
        "=?utf-8?B?R3LDvMOfZQ==?=? [x]|Grüße [x]",
        "=?utf-8?Q?a_=C3?=? =?utf-8?Q?=A9?= b|a é b",
        "=?iso-8859-1?q?=FC?= =?utf-8?q?=C3=BC?=|üü",
        "=?no-such?q?=FC?=|=?no-such?q?=FC?=",
        "=?utf-8?B?!!!?=|=?utf-8?B?!!!?=",
        "=?utf-8?Q?=0D=0Aevil?=|  evil",
        "=?utf-8?Q?=ZZ?=|=?utf-8?Q?=ZZ?=",
      })
  void encodedWordsAreDecodedAsFarAsTheyCanBe(String logged, String text) {
    assertEquals(text, EncodedWords.decode(logged));
  }

  /** A log whose lines name no host, with a program that writes what strangers sent it. */
  @Test
  void anotherProgramsLineIsNeverPostfixs() {
    for (String stamp : new String[] {"Nov 23 10:00:00 ", "2026-11-23T10:00:00Z "}) {
      Lines lines = new Lines();
      lines.assertNothing(
          LineKind.FOREIGN,
          lines.read(
              stamp
                  + "nginx: postfix/smtpd[7]: 4AAA11BBB: client=x[192.0.2.1], sasl_method=PLAIN,"
                  + " sasl_username=victim"));
    }
  }
}
