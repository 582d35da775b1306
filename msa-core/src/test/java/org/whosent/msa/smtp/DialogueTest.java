package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.whosent.msa.support.Dialogue.base64;
import static org.whosent.msa.support.Dialogue.plain;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;
import org.whosent.record.JournalEntry;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionId;

/** The dialogue with ordinary and impatient clients, verb by verb. */
class DialogueTest {
  @TempDir Path directory;
  private FakeHop hop;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    hop = new FakeHop();
    server = new TestServer(directory, hop.uri(), "");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    hop.close();
  }

  /** RFC 5321 section 4.1.1: before CRLF it is tolerated, anywhere else a tab is no blank. */
  @Test
  void whiteSpace() throws Exception {
    try (Dialogue client = server.alice()) {
      client.send("NOOP\t", "rset \t ", "NOOP \t x").expect("250").expect("250").expect("250");
      client.send("NOOP\tx", " NOOP", "\tNOOP", "").expect("500").expect("500").expect("500");
      client.expect("500").send("MAIL FROM:<>\t").expect("250");
      client.send("RCPT\tTO:<a@b.example>").expect("500").send("RCPT TO:<a@b.example> ");
      client.expect("250").send("DATA\t").expect("354").send("a: b", "", ".").expect("250");
    }
  }

  /** RFC 5321 section 4.5.3.1.5: whatever the next hop says. */
  @Test
  void noReplyLineIsLongerThanClientsMustTake() throws Exception {
    hop.answers = line -> line.startsWith("RCPT") ? "550 5.111.111 " + "x".repeat(900) : null;
    try (Dialogue client = server.alice()) {
      client.send("MAIL FROM:<>").expect("250");
      String reply = client.send("RCPT TO:<a@b.example>").reply();
      assertTrue(reply.startsWith("550 5.111.111 next hop: xxx"), reply);
      assertTrue(reply.length() + 2 <= 512, reply);
    }
  }

  @Test
  void oneMessageFromLoginToRecord() throws Exception {
    try (Dialogue client = server.alice()) {
      client
          .send("MAIL FROM:<alice@example.org> SIZE=100 BODY=8BITMIME")
          .expect("250 2.1.0")
          .send("RCPT TO:<someone@elsewhere.example>")
          .expect("250 2.1.5")
          .send("DATA")
          .expect("354")
          .send("Subject: hello", "Message-ID: <one@client.example>", "")
          .send("..dot", "text", ".")
          .expect("250 2.0.0 Ok: queued as ")
          .send("QUIT")
          .expect("221")
          .expect("(closed)");
    }
    assertEquals(1, hop.mails.size());
    FakeHop.Mail mail = hop.mails.getFirst();
    assertEquals("alice@example.org", mail.from());
    assertEquals(List.of("someone@elsewhere.example"), mail.to());
    assertTrue(mail.content().endsWith("\r\n\r\n.dot\r\ntext\r\n"), mail.content());
    assertTrue(
        Pattern.compile(
                "\\AReceived: from client\\.example \\(\\[127\\.0\\.0\\.1\\]\\)\r\n"
                    + "\tby msa\\.example\\.org \\(Whosent\\) with ESMTPSA id [0-9A-Z]{26}\r\n"
                    + "\tfor <someone@elsewhere\\.example>;\r\n\t[A-Z][a-z]{2}, [^\r]+\r\n"
                    + "Date: [^\r]+\r\nSubject: hello\r\n")
            .matcher(mail.content())
            .find(),
        mail.content());
    assertFalse(mail.content().toLowerCase().contains("alice"), "the user stands in the message");

    List<JournalEntry> journal = server.journal();
    SubmissionRecord record = server.submissionRecords().getFirst();
    assertTrue(mail.content().contains(record.transactionId()));
    assertEquals("Alice@example.org", record.user());
    assertEquals(Origin.AUTHENTICATED, record.origin());
    assertEquals("PLAIN", record.mechanism());
    assertEquals("ESMTPSA", record.protocol());
    assertEquals("submission", record.service());
    assertEquals("127.0.0.1", record.client());
    assertEquals(true, record.clientInside());
    assertEquals("client.example", record.helo());
    assertEquals("TLSv1.3", record.tlsVersion());
    assertEquals("<one@client.example>", record.messageId());
    assertNotNull(record.headerDate());
    assertEquals(false, record.recipients().getFirst().local());
    assertNull(record.authorizationId());
    TransactionId id = TransactionId.parse(record.transactionId()).orElseThrow();
    assertFalse(record.time().isBefore(id.time()));
    JournalEntry.Outcome outcome =
        journal.stream()
            .filter(JournalEntry.Outcome.class::isInstance)
            .map(JournalEntry.Outcome.class::cast)
            .findFirst()
            .orElseThrow();
    assertEquals(record.transactionId(), outcome.transactionId());
    assertEquals(Outcome.DELIVERED, outcome.recipients().getFirst().outcome());
    assertEquals("HOP1", outcome.recipients().getFirst().nextHopId());
    assertTrue(server.log().contains("accepted id=" + record.transactionId()), server.log());
  }

  @Test
  void noListenerTakesMailWithoutLogin() throws Exception {
    for (int i = 0; i < 3; i++) {
      try (Dialogue client =
          i == 0 ? server.submission() : i == 1 ? server.submissions() : server.smtp()) {
        if (i == 1) {
          client.handshake();
        }
        client
            .expect("220")
            .send("EHLO client.example")
            .expect("250")
            .send("MAIL FROM:<a@example.org>")
            .expect("530 5.7.0")
            .send("RCPT TO:<alice@example.org>")
            .expect("530 5.7.0")
            .send("DATA")
            .expect("530 5.7.0");
      }
      try (Dialogue client = i == 1 ? server.submissions() : server.smtp()) {
        if (i == 1) {
          client.handshake().expect("220").send("EHLO x").expect("250");
        } else {
          client.startTls();
        }
        client.send("MAIL FROM:<a@example.org>").expect("530 5.7.0 authentication");
      }
    }
    assertTrue(
        hop.commands.stream().allMatch(c -> c.startsWith("EHLO")),
        "the hop was bothered: " + hop.commands);
    List<JournalEntry> refusals =
        server.journal().stream().filter(JournalEntry.Refusal.class::isInstance).toList();
    assertEquals(6, refusals.size());
  }

  @Test
  void authIsNeitherOfferedNorTakenInClear() throws Exception {
    try (Dialogue client = server.submission()) {
      client.expect("220").send("EHLO client.example");
      String offer = client.reply();
      assertFalse(offer.contains("AUTH"), offer);
      assertTrue(offer.contains("STARTTLS"), offer);
      client
          .send("AUTH PLAIN " + plain("", "alice@example.org", "secret"))
          .expect("538 5.7.11")
          .send("AUTH LOGIN")
          .expect("538");
    }
    try (Dialogue client = server.submissions()) {
      client.handshake().expect("220").send("EHLO client.example");
      String offer = client.reply();
      assertTrue(offer.contains("AUTH PLAIN LOGIN"), offer);
      assertFalse(offer.contains("STARTTLS"), offer);
      client.send("STARTTLS").expect("503");
    }
  }

  @Test
  void everyWayToLogIn() throws Exception {
    try (Dialogue client = server.submission().startTls()) {
      client.send("AUTH PLAIN").expect("334").send(plain("", "ALICE@Example.ORG", "secret"));
      client.expect("235").send("AUTH PLAIN").expect("503 5.5.1");
    }
    try (Dialogue client = server.submission().startTls()) {
      client
          .send("auth login")
          .expect("334 VXNlcm5hbWU6")
          .send(base64("bob blank"))
          .expect("334 UGFzc3dvcmQ6")
          .send(base64("pass word"))
          .expect("235 2.7.0");
    }
    try (Dialogue client = server.submission().startTls()) {
      client
          .send("AUTH LOGIN " + base64("Bob Blank"))
          .expect("334 UGFzc3dvcmQ6")
          .send(base64("pass word"))
          .expect("235");
    }
    try (Dialogue client = server.submission().startTls()) {
      client.send("AUTH PLAIN " + plain("Alice@example.org", "alice@example.org", "secret"));
      client.expect("235");
    }
  }

  @Test
  void everyWayNotToLogIn() throws Exception {
    String[][] attempts = {
      {"AUTH PLAIN " + plain("", "alice@example.org", "hunter-two"), "535 5.7.8"},
      {"AUTH PLAIN " + plain("", "nobody", "secret"), "535 5.7.8"},
      {"AUTH PLAIN " + plain("bob blank", "alice@example.org", "secret"), "535 5.7.8"},
      {"AUTH PLAIN " + base64("alice@example.org\0secret"), "535 5.7.8"},
      {"AUTH PLAIN " + base64("\0alice@example.org\0secret\0more"), "535 5.7.8"},
      {"AUTH PLAIN " + plain("", "alice@example.org", ""), "535 5.7.8"},
      {"AUTH PLAIN " + plain("", "", "secret"), "535 5.7.8"},
      {"AUTH PLAIN =", "535 5.7.8"},
      {"AUTH PLAIN !!!!", "501 5.5.2"},
      {"AUTH PLAIN a b", "501 5.5.4"},
      {"AUTH CRAM-MD5", "504 5.5.4"},
      {"AUTH", "501"},
      {"AUTH PLAIN\r\n*", "334"},
      {"AUTH LOGIN\r\n*", "334"},
    };
    for (String[] attempt : attempts) {
      try (Dialogue client = server.submission().startTls()) {
        client.send(attempt[0]).expect(attempt[1]);
        if (attempt[1].equals("334")) {
          client.expect("501 5.7.0");
        }
        client.send("MAIL FROM:<>").expect("530");
      }
    }
    try (Dialogue client = server.submission().startTls()) {
      String wrong = "AUTH PLAIN " + plain("", "alice@example.org", "hunter-two");
      client.send(wrong).expect("535").send(wrong).expect("535").send(wrong).expect("535");
      client.expect("(closed)");
    }
    List<String> reasons =
        server.journal().stream()
            .filter(JournalEntry.LoginFailure.class::isInstance)
            .map(e -> ((JournalEntry.LoginFailure) e).reason())
            .toList();
    assertEquals(
        List.of("wrong-secret", "unknown-user", "foreign-authorization-id", "malformed"),
        reasons.subList(0, 4));
    assertTrue(reasons.contains("aborted"));
    assertFalse(server.log().contains("hunter-two"), "a secret is in the log");
  }

  @Test
  void nothingSaidBeforeTlsCountsUnderIt() throws Exception {
    try (Dialogue client = server.submission()) {
      client.expect("220").send("EHLO client.example").expect("250");
      // CVE-2011-0411: the second line comes in the same segment as STARTTLS.
      client.raw("STARTTLS\r\nEHLO evil.example\r\nNOOP\r\n").expect("220");
      client.handshake();
      client.send("AUTH PLAIN " + plain("", "alice@example.org", "secret"));
      // Neither was the injected EHLO heard, nor does the one in clear count any more.
      client.expect("503 5.5.1").send("EHLO client.example").expect("250-msa.example.org");
      client.send("STARTTLS").expect("503 5.5.1");
    }
  }

  @Test
  void commandsOutOfOrder() throws Exception {
    try (Dialogue client = server.submission()) {
      client
          .expect("220")
          .send("MAIL FROM:<>")
          .expect("503 5.5.1 say EHLO")
          .send("STARTTLS")
          .expect("503")
          .send("HELO old.example")
          .expect("250 msa")
          .send("STARTTLS")
          .expect("503")
          .send("AUTH PLAIN")
          .expect("503")
          .send("EHLO")
          .expect("501 5.5.4")
          .send("EHLO a\u0001b")
          .expect("501")
          .send("QUIT now")
          .expect("501")
          .send("XYZZY")
          .expect("500 5.5.2")
          .send("")
          .expect("500 5.5.2")
          .send("NOOP anything")
          .expect("250")
          .send("VRFY alice")
          .expect("252")
          .send("EXPN staff")
          .expect("500")
          .send("HELP")
          .expect("214")
          .send("RSET")
          .expect("250");
    }
    try (Dialogue client = server.alice()) {
      client
          .send("RCPT TO:<a@b.example>")
          .expect("503 5.5.1 say MAIL")
          .send("DATA")
          .expect("503")
          .send("MAIL FROM:<alice@example.org>")
          .expect("250")
          .send("MAIL FROM:<alice@example.org>")
          .expect("503")
          .send("DATA")
          .expect("554 5.5.1")
          .send("RSET")
          .expect("250")
          .send("RCPT TO:<a@b.example>")
          .expect("503")
          .send("MAIL FROM:<>")
          .expect("250")
          .send("EHLO again.example")
          .expect("250")
          .send("RCPT TO:<a@b.example>")
          .expect("503")
          .send("MAIL FROM:<> SIZE=999999999999")
          .expect("552 5.3.4")
          .send("MAIL FROM:<> SIZE=x")
          .expect("501")
          .send("MAIL FROM:<> SMTPUTF8")
          .expect("550 5.6.7")
          .send("MAIL FROM:<> BODY=BINARYMIME")
          .expect("554 5.6.3")
          .send("MAIL FROM:<> BODY=MORSE")
          .expect("501")
          .send("MAIL FROM:<> BODY=7BIT BODY=7BIT")
          .expect("501")
          .send("MAIL FROM:<> AUTH=<>")
          .expect("250")
          .send("RCPT TO:<a@b.example> NOTIFY=NEVER")
          .expect("555")
          .send("RCPT TO:<\u00fc@b.example>")
          .expect("553 5.6.7")
          .send("RCPT TO:<>")
          .expect("501 5.1.3")
          .send("RCPT TO:<Postmaster>")
          .expect("250");
    }
  }

  @Test
  void pipelining() throws Exception {
    try (Dialogue client = server.alice()) {
      client.send(
          "MAIL FROM:<alice@example.org>",
          "RCPT TO:<one@b.example>",
          "RCPT TO:<two@b.example>",
          "DATA");
      client.expect("250").expect("250").expect("250").expect("354");
      client.send("Subject: x", "", "body", ".", "MAIL FROM:<>", "RCPT TO:<x@b.example>", "RSET");
      client.expect("250 2.0.0").expect("250 2.1.0").expect("250 2.1.5").expect("250");
      client.send("QUIT").expect("221");
    }
    assertEquals(List.of("one@b.example", "two@b.example"), hop.mails.getFirst().to());
    assertFalse(hop.mails.getFirst().content().contains("for <"), "names one of two recipients");
  }

  @Test
  void hopRefusesSenderRecipientOrMessage() throws Exception {
    hop.answers =
        line ->
            line.startsWith("MAIL FROM:<bad")
                ? "550 5.7.1 not \u0007 you"
                : line.startsWith("RCPT TO:<gone")
                    ? "550 5.1.1 no such user"
                    : line.startsWith("RCPT TO:<grey")
                        ? "450 4.2.0 later"
                        : line.startsWith("RCPT TO:<auth")
                            ? "530 5.7.0 log in"
                            : line.equals(".") ? "554 5.7.1 spam" : null;
    try (Dialogue client = server.alice()) {
      client
          .send("MAIL FROM:<bad@example.org>")
          .expect("250")
          .send("RCPT TO:<fine@b.example>")
          .expect("550 5.7.1 next hop: not ? you")
          .send("RSET")
          .expect("250")
          .send("MAIL FROM:<alice@example.org>")
          .expect("250")
          .send("RCPT TO:<gone@b.example>")
          .expect("550 5.1.1 next hop: no such user")
          .send("RCPT TO:<grey@b.example>")
          .expect("450 4.2.0")
          .send("RCPT TO:<auth@b.example>")
          .expect("451 4.4.0")
          .send("DATA")
          .expect("554 5.5.1")
          .send("RCPT TO:<fine@b.example>")
          .expect("250")
          .send("DATA")
          .expect("354")
          .send("x: y", "", ".")
          .expect("554 5.7.1 next hop: spam");
    }
    assertTrue(hop.mails.isEmpty());
    List<JournalEntry> journal = server.journal();
    JournalEntry.Outcome outcome =
        (JournalEntry.Outcome)
            journal.stream().filter(JournalEntry.Outcome.class::isInstance).findFirst().get();
    assertEquals(Outcome.BOUNCED, outcome.recipients().getFirst().outcome());
    assertEquals("fine@b.example", outcome.recipients().getFirst().address());
    assertEquals(4, journal.stream().filter(JournalEntry.Refusal.class::isInstance).count());
  }

  @Test
  void lostReplyIsUnknown() throws Exception {
    hop.answers = line -> line.equals(".") ? "CLOSE-AFTER" : null;
    try (Dialogue client = server.alice()) {
      client.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
      client.send("DATA").expect("354").send("x: y", "", ".").expect("451 4.4.2");
      client.send("NOOP").expect("250");
    }
    assertEquals(1, hop.mails.size(), "the hop took it, whatever became of its answer");
    JournalEntry.Outcome outcome =
        (JournalEntry.Outcome)
            server.journal().stream()
                .filter(JournalEntry.Outcome.class::isInstance)
                .findFirst()
                .get();
    assertEquals(Outcome.UNKNOWN, outcome.recipients().getFirst().outcome());
    assertEquals(1, server.submissionRecords().size());
  }

  @Test
  void recipientLimit() throws Exception {
    server.close();
    try (TestServer small = new TestServer(directory, hop.uri(), "maxRecipients: 2");
        Dialogue client = small.alice()) {
      client.send("MAIL FROM:<>").expect("250");
      client.send("RCPT TO:<a@b.example>").expect("250").send("RCPT TO:<b@b.example>");
      client.expect("250").send("RCPT TO:<c@b.example>").expect("452 4.5.3");
      client.send("DATA").expect("354").send("x: y", "", ".").expect("250");
    }
  }

  @Test
  void webBrowserIsShownTheDoor() throws Exception {
    try (Dialogue client = server.submission()) {
      client.expect("220").send("POST / HTTP/1.1", "EHLO x").expect("421").expect("(closed)");
    }
  }

  @Test
  void fieldsThatClientsLeftOut() throws Exception {
    String[] messages = {
      "Date: Mon, 23 Nov 2026 10:00:00 +0100\r\nSubject: has a date\r\n\r\nbody\r\n",
      " folded on to our own field\r\nSubject: x\r\n\r\nbody\r\n",
      "no header at all\r\n",
      "\r\nbody after an empty header\r\n",
      "",
      "Message-ID:\r\n <folded@client.example>\r\n\r\n",
      "Message-ID: <" + ("x".repeat(900) + "\r\n ").repeat(10) + "@client.example>\r\n\r\n",
    };
    try (Dialogue client = server.alice()) {
      for (String message : messages) {
        client.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
        client.send("DATA").expect("354").raw(message + ".\r\n").expect("250");
      }
    }
    List<SubmissionRecord> records = server.submissionRecords();
    String date = hop.mails.get(0).content();
    assertEquals(1, date.split("\r\nDate: ", -1).length - 1, date);
    assertEquals("2026-11-23T09:00:00Z", records.get(0).headerDate().toString());
    for (int i = 1; i < 5; i++) {
      String content = hop.mails.get(i).content();
      assertTrue(content.endsWith("\r\n\r\n" + messages[i].replaceFirst("^\r\n", "")), content);
      String id = records.get(i).transactionId();
      assertEquals("<" + id + "@msa.example.org>", records.get(i).messageId());
    }
    assertEquals("<folded@client.example>", records.get(5).messageId());
    assertNull(records.get(6).messageId(), "the beginning of one is another");
  }
}
