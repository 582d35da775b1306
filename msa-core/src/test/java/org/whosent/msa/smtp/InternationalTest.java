package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;
import org.whosent.record.SubmissionRecord;

/** RFC 6531: addresses beyond ASCII; and RFC 3461: what is asked of notifications. */
class InternationalTest {
  @TempDir Path directory;
  private FakeHop hop;

  @BeforeEach
  void start() throws IOException {
    hop = new FakeHop();
    hop.extensions = List.of("8BITMIME", "SMTPUTF8", "DSN");
  }

  @AfterEach
  void stop() throws IOException {
    hop.close();
  }

  /** Text as the octets of UTF-8, one a character. */
  private static String octets(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  @Test
  void offeredWhereTheHopHasIt() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue client = server.alice()) {
      String said = client.transcript();
      assertTrue(said.contains("SMTPUTF8") && said.contains("DSN") && said.contains("8BITMIME"));
    }
    hop.extensions = List.of("SIZE 100000");
    try (TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue client = server.alice()) {
      String said = client.transcript();
      assertFalse(said.contains("SMTPUTF8") || said.contains("DSN") || said.contains("8BITMIME"));
      assertTrue(said.contains("250-SIZE 98976"), said);
    }
    try (TestServer server = new TestServer(directory, "maildir:mail", "");
        Dialogue client = server.alice()) {
      String said = client.transcript();
      assertTrue(said.contains("SMTPUTF8") && !said.contains("DSN"), said);
      client.send("MAIL FROM:<> RET=HDRS").expect("555 5.5.4");
      client.send(octets("MAIL FROM:<> SMTPUTF8")).expect("250");
      client.send(octets("RCPT TO:<пётр@почта.example>")).expect("250").send("DATA").expect("354");
      client.send("a: b", "", ".").expect("250");
    }
    try (Stream<Path> mail = Files.list(directory.resolve("mail").resolve("new"))) {
      assertTrue(
          Files.readString(mail.findFirst().get()).contains("Envelope-To: <пётр@почта.example>"));
    }
  }

  @Test
  void oneMessageFromEndToEnd() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue client = server.alice()) {
      client.send(octets("MAIL FROM:<алиса@example.org> SMTPUTF8 BODY=8BITMIME")).expect("250");
      client.send(octets("RCPT TO:<\"jörg x\"@bücher.example>")).expect("250");
      client.send("DATA").expect("354");
      client.raw(octets("Subject: grüße\r\nMessage-ID: <1@x>\r\n\r\né\r\n.\r\n")).expect("250");
      assertTrue(
          hop.commands.contains(octets("MAIL FROM:<алиса@example.org> BODY=8BITMIME SMTPUTF8")),
          hop.commands.toString());
      FakeHop.Mail mail = hop.mails.getFirst();
      assertEquals(octets("\"jörg x\"@bücher.example"), mail.to().getFirst());
      assertTrue(mail.content().contains("with UTF8SMTPSA id "), mail.content());
      assertFalse(mail.content().contains("for <"));
      SubmissionRecord record = server.submissionRecords().getFirst();
      assertEquals("алиса@example.org", record.mailFrom());
      assertEquals("\"jörg x\"@bücher.example", record.recipients().getFirst().address());
      assertEquals("UTF8SMTPSA", record.protocol());
      assertEquals("grüße", record.subject());
    }
  }

  @Test
  void refusedWithoutTheParameterAndWhereItMisleads() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue client = server.alice()) {
      client.send(octets("MAIL FROM:<jörg@example.org>")).expect("553 5.6.7");
      client.send("MAIL FROM:<j\u00f6rg@example.org> SMTPUTF8").expect("553 5.6.7");
      client.send("MAIL FROM:<> SMTPUTF8=yes").expect("501");
      client.send("MAIL FROM:<>").expect("250");
      client
          .send(octets("RCPT TO:<jörg@b.example>"))
          .expect("553 5.6.7")
          .send("RSET")
          .expect("250");
      client.send("MAIL FROM:<> SMTPUTF8").expect("250");
      for (String path :
          List.of(
              "a\u0085b@b.example", // a line end to some
              "a\u2028b@b.example",
              "a\u00a0b@b.example", // a blank
              "a\u3000b@b.example",
              "a@b\u3002example", // a dot to IDNA
              "a@ｂ.example", // full width
              "a@b..example",
              "a@-\u00fc.example",
              "a@\u00fc example",
              "a@[\u00fc]")) {
        client.send(octets("RCPT TO:<" + path + ">"));
        String reply = client.reply();
        assertTrue(reply.startsWith("501 5.1.3"), path + ": " + reply);
      }
      assertTrue(hop.commands.stream().noneMatch(c -> c.startsWith("RCPT")));
    }
  }

  @Test
  void noWayOnwardInDisguise() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "unauthenticated: local");
        Dialogue client = server.smtp()) {
      client.expect("220").send("EHLO x.example").expect("250").send("MAIL FROM:<> SMTPUTF8");
      client.expect("250");
      for (String path :
          List.of(
              "user％far.example@example.org",
              "user＠far.example@example.org",
              "far.example！user@example.org",
              "user@exämple.org",
              "user@xn--exmple-cua.org")) {
        client.send(octets("RCPT TO:<" + path + ">")).expect("550 5.7.1");
      }
      client.send(octets("RCPT TO:<jörg@EXAMPLE.org>")).expect("250");
      assertEquals(1, hop.commands.stream().filter(c -> c.startsWith("RCPT")).count());
    }
  }

  @Test
  void envelopeIdIsRecordedAndNothingElseOfIt() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "")) {
      try (Dialogue client = server.alice()) {
        for (String given : List.of("", " ENVID=a+20+22b+2C+3D+2Bc,{}")) {
          client.send("MAIL FROM:<>" + given).expect("250");
          client.send("RCPT TO:<a@b.example>").expect("250").send("DATA").expect("354");
          client.send("Subject: x").send("").send("text").send(".").expect("250");
        }
      }
      List<String> recorded = new ArrayList<>();
      server.submissionRecords().forEach(record -> recorded.add(record.envelopeId()));
      assertEquals(Arrays.asList(null, "a \"b,=+c,{}"), recorded);
    }
  }

  @Test
  void notificationsAreAskedOfTheHop() throws Exception {
    try (TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue client = server.alice()) {
      client.send("MAIL FROM:<> ret=hdrs ENVID=QQ314159+2Bx").expect("250");
      client.send("RCPT TO:<a@b.example> NOTIFY=success,Failure ORCPT=rfc822;Bob+40x@b.example");
      client.expect("250").send("RCPT TO:<c@b.example> NOTIFY=NEVER").expect("250");
      client.send("RCPT TO:<d@b.example>").expect("250").send("RSET").expect("250");
      assertEquals(
          List.of(
              "MAIL FROM:<> BODY=8BITMIME RET=HDRS ENVID=QQ314159+2Bx",
              "RCPT TO:<a@b.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Bob+40x@b.example",
              "RCPT TO:<c@b.example> NOTIFY=NEVER",
              "RCPT TO:<d@b.example>"),
          hop.commands.stream().filter(c -> c.matches("(MAIL|RCPT).*")).toList());
    }
  }

  @Test
  void notificationsByTheGrammar() throws Exception {
    assertEquals("a+b c", MailParameters.of("ENVID=a+2Bb+20c").dsn().envelopeId());
    assertNull(MailParameters.of("RET=FULL").dsn().envelopeId());
    try (TestServer server = new TestServer(directory, hop.uri(), "maxErrors: 100");
        Dialogue client = server.alice()) {
      for (String parameters :
          List.of(
              "RET",
              "RET=ALL",
              "RET=HDRS RET=HDRS",
              "ENVID",
              "ENVID=" + "x".repeat(101),
              "ENVID=a+b",
              "ENVID=a+2b",
              "ENVID=a+0D+0Ab", // would be a line end where it is decoded
              "ENVID=a+FF",
              "ENVID=a=b")) {
        client.send("MAIL FROM:<> " + parameters).expect("501 5.5.4");
      }
      client.send("MAIL FROM:<> NOTIFY=NEVER").expect("555").send("MAIL FROM:<>").expect("250");
      for (String parameters :
          List.of(
              "NOTIFY",
              "NOTIFY=",
              "NOTIFY=NEVER,SUCCESS",
              "NOTIFY=SUCCESS,SUCCESS",
              "NOTIFY=SUCCESS,",
              "NOTIFY=LATER",
              "ORCPT=a@b.example",
              "ORCPT=;a",
              "ORCPT=rfc822;",
              "ORCPT=rfc822;a+b",
              "ORCPT=rfc822;a+0D+0AFinal-Recipient:",
              "ORCPT=rfc822;a+7F",
              "ORCPT=rfc822;" + "x".repeat(494),
              "NOTIFY=NEVER NOTIFY=NEVER")) {
        client.send("RCPT TO:<a@b.example> " + parameters).expect("501 5.5.4");
      }
      client.send("RCPT TO:<a@b.example> RET=HDRS").expect("555 5.5.4");
      assertTrue(hop.commands.stream().noneMatch(c -> c.startsWith("RCPT")));
    }
  }
}
