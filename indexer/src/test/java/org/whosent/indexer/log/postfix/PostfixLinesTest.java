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
import org.whosent.record.Outcome;
import org.whosent.record.SubmissionRecord;

/** Lines that are nearly a daemon's, or hold what a stranger wrote to look like its end. */
class PostfixLinesTest {
  private final Lines lines = new Lines();

  private SubmissionRecord one(String daemon, String message) {
    return lines.one(Lines.ISO + "postfix/" + daemon + "[77]: " + message);
  }

  @ParameterizedTest
  @CsvSource({
    "ABCDEF,true",
    "012345,true",
    "ABCDE,false",
    "ABCDEG,false",
    "abcdef,false",
    "A1B2C3D4E,true",
    "4jY9Sc2Qm,false",
    "4jY9Sc2Qmx,true",
    "4jY9Sc2Qma,false",
    "4jY9Sc2Qm-,false",
    "4jY9Sc2QmxzbySQ4jY9Sc2Qm,true",
    "4jY9Sc2QmxzbySQ4jY9Sc2QmX,false",
    "ABCDEF0123456789ABCDEF01,true",
    "ABCDEF0123456789ABCDEF012,false",
    "4jY9Sc2Qmxé,false",
  })
  void whatIsAQueueId(String id, boolean is) {
    SubmissionRecord facts = one("qmgr", id + ": removed");
    assertEquals(is ? id : null, facts == null ? null : facts.transactionId());
    facts = one("bounce", "A11111111A: sender non-delivery notification: " + id);
    assertEquals(is ? id : null, facts == null ? null : facts.transactionId());
    facts = one("qmgr", id + ": removed  ");
    assertEquals(is ? id : null, facts == null ? null : facts.transactionId());
    assertNull(one("qmgr", id + ":removed"));
    assertNull(one("qmgr", id + " removed"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "from=<a@example.com>, size=100, nrcpt=1 (queue active)|a@example.com|100",
        "from=<>, size=0, nrcpt=1 (queue incoming)|''|0",
        "from=<a>, size=9, nrcpt=1 (queue active)>, size=100, nrcpt=2 (queue active)|a>, size=9,"
            + " nrcpt=1 (queue active)|100",
        "from=<\"b>, size=7\"@x>, size=100, nrcpt=1 (queue active)|\"b>, size=7\"@x|100",
      })
  void theSenderEndsWhereQmgrsOwnWordsBegin(String text, String sender, long size) {
    SubmissionRecord facts = one("qmgr", "A11111111A: " + text);
    assertEquals(sender, facts.mailFrom());
    assertEquals(size, facts.size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "from=<a@example.com>",
        "from=<a@example.com>, size=, nrcpt=1 (queue active)",
        "from=<a@example.com>, size=1, nrcpt= (queue active)",
        "from=<a@example.com>, size=1, nrcpt=1",
        "from=<a@example.com>, size=1, nrcpt=1 (queue )",
        "from=<a@example.com>, size=1, nrcpt=1 (queue Active)",
        "from=<a@example.com>, size=1, nrcpt=1 (queue active",
        "from=<a@example.com>, size=1, nrcpt=1 (queue active) x",
        "from=<a@example.com>, size=1, nrcpt=1 (in active)",
        "from=a@example.com, size=1, nrcpt=1 (queue active)",
        "from=<a@example.com>, status=expired, returned to sender, or so",
      })
  void whatQmgrWouldNotWriteIsNothing(String text) {
    assertNull(one("qmgr", "A11111111A: " + text));
    assertNull(one("smtp", "A11111111A: from=<a@example.com>, size=1, nrcpt=1 (queue active)"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001})
  void aSenderOfAnyLengthIsWholeOrNothing(int length) {
    String sender = "a".repeat(length);
    SubmissionRecord facts =
        one("qmgr", "A11111111A: from=<" + sender + ">, size=1, nrcpt=1 (queue active)");
    assertEquals(length <= 1000 ? sender : null, facts == null ? null : facts.mailFrom());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "header Subject: hello from pc[192.0.2.7]; from=<a@b> to=<c@d> proto=ESMTP"
            + " helo=<pc>|hello|-|pc",
        "header From: A <a@b> from pc[192.0.2.7]; from=<a@b> to=<c@d> proto=SMTP"
            + " helo=<pc>: text|-|A <a@b>|pc",
        "header subject: hello from local; from=<a@b> to=<c@d>|hello|-|-",
        "header Subject: hello from local; from=<a@b> to=<c@d>: text|hello|-|-",
        // What the sender wrote to look like the end is part of what he wrote.
        "header Subject: x from local; from=<v@x> to=<c@d> from pc[192.0.2.7]; from=<a@b>"
            + " to=<c@d> proto=ESMTP helo=<pc>|x from local; from=<v@x> to=<c@d>|-|pc",
        "header Subject: x from pc[192.0.2.7]; from=<v@x> to=<c@d> proto=ESMTP helo=<evil> from"
            + " local; from=<a@b> to=<c@d>|x from pc[192.0.2.7]; from=<v@x> to=<c@d> proto=ESMTP"
            + " helo=<evil>|-|-",
      })
  void aHeaderThatWasLogged(String text, String subject, String from, String helo) {
    SubmissionRecord facts = one("cleanup", "A11111111A: warning: " + text);
    assertEquals(subject, facts.subject());
    assertEquals(from, facts.headerFrom());
    assertEquals(helo, facts.helo());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "header X-Other: hello from local; from=<a@b> to=<c@d>",
        "header Subject: hello from pc[192.0.2.7]; from=<a@b> to=<c@d>",
        "header Subject: hello from local; from=<a@b>",
        "header Subject: hello; from=<a@b> to=<c@d> proto=ESMTP helo=<pc>",
        "header Subject: hello from local",
        "header from local; from=<a@b> to=<c@d>",
        "header ; from=<a@b> to=<c@d> proto=ESMTP helo=<pc>",
        "; from=<a@b> header ",
      })
  void aHeaderWhoseEndCleanupDidNotWriteIsNothing(String text) {
    assertNull(one("cleanup", "A11111111A: warning: " + text));
    assertNull(
        one("smtpd", "A11111111A: warning: header Subject: x from local; from=<a@b> to=<c@d>"));
    assertEquals(List.of(), lines.facts);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "uid=1001",
        "uid= from=<a>",
        "uid=x from=<a>",
        "uid=-1 from=<a>",
        "uid=12345678901 from=<a>",
        "uid=1001 from=a",
        "uid=1001 from=<a> or so",
      })
  void whatPickupWouldNotWriteIsNothing(String text) {
    assertNull(one("pickup", "A11111111A: " + text));
    assertNull(one("smtpd", "A11111111A: uid=1001 from=<a>"));
    assertEquals("uid:1001", one("pickup", "A11111111A: uid=1001 from=<a>").localUser());
  }

  /** What it says with {@code -v} or to {@code debug_peer_list} tells nothing new. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "event_enable_read: fd 5",
        "vstream_buf_get_ready: fd 15 got 25",
        "rec_put: type N len 20 data Received: f",
        "been_here: 0x1: a@example.com",
        "check_mail_access: a@example.com",
        "server features: 0x20902f size 157286400",
        "Using ESMTP PIPELINING, TCP send buffer size is 87040",
        "valid_hostname: numeric hostname: 192.0.2.1",
        "A11111111A: Used TLS for mx.example.net[192.0.2.1]:25",
      })
  void verboseLinesAreKnown(String text) {
    lines.assertNothing(LineKind.KNOWN, lines.read(Lines.ISO + "postfix/smtpd[77]: " + text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "verify error:num=18:self signed certificate",
        "cert has expired",
        "Peer certificate could not be verified",
        "cannot load Certificate Authority data",
        "looking for plugins in '/usr/lib/sasl2', failed to open directory, error: No such file",
        "sql plugin: no result found",
        "sql auxprop plugin using mysql engine",
        "commit transaction",
        "A11111111A: SASL [CACHED] authentication failed; server m.example[192.0.2.1] said: 535 no",
      })
  void whatTlsAndSaslSayIsKnown(String text) {
    lines.assertNothing(LineKind.KNOWN, lines.read(Lines.ISO + "postfix/smtp[77]: " + text));
  }

  /** smtpd_client_port_logging, behind a proxy that does not tell the port. */
  @Test
  void aPortMayBeUnknown() {
    one("smtpd", "connect from c.example[192.0.2.7]:unknown");
    one(
        "smtpd",
        "Anonymous TLS connection established from c.example[192.0.2.7]:unknown: TLSv1.3 with"
            + " cipher TLS_AES_256_GCM_SHA384 (256/256 bits)");
    SubmissionRecord facts =
        one(
            "smtpd",
            "A11111111A: client=c.example[192.0.2.7]:unknown, sasl_method=PLAIN,"
                + " sasl_username=alice");
    assertEquals("alice", facts.user());
    assertEquals("192.0.2.7", facts.client());
    assertNull(facts.clientPort());
    assertEquals("TLSv1.3", facts.tlsVersion());
    one(
        "smtpd",
        "warning: c.example[192.0.2.7]:unknown: SASL LOGIN authentication failed: no,"
            + " sasl_username=bob");
    assertEquals("192.0.2.7", lines.failures.getLast().client());
    assertNull(one("smtpd", "A22222222A: client=c.example[192.0.2.7]:unknownx"));
  }

  @Test
  void postfix1NamesNoQueueWhereItRefuses() {
    lines.assertNothing(
        LineKind.KNOWN,
        lines.read(
            Lines.ISO
                + "postfix/smtpd[77]: reject: RCPT from c.example[192.0.2.7]: 554 no; from=<a@b>"));
    assertEquals(1, lines.refusals);
  }

  /** Nobody is there to be told 550: cleanup bounces it, and qmgr never sees it. */
  @Test
  void whatASendmailCommandHandedInMayBeRefusedByCleanup() {
    one("pickup", "A11111111A: uid=1000 from=<alice>");
    one(
        "cleanup",
        "A11111111A: reject: header Subject: bad from local; from=<alice@example.com>"
            + " to=<carl@example.net>: 5.7.1 no such mail");
    SubmissionRecord facts =
        one(
            "cleanup",
            "A11111111A: to=<bob@example.net>, relay=none, delay=0.1, delays=0.1/0/0/0, dsn=5.7.1,"
                + " status=bounced (no such mail)");
    assertEquals(List.of("bob@example.net"), Lines.addresses(facts));
    assertEquals(Outcome.BOUNCED, facts.recipients().getFirst().outcome());
  }
}
