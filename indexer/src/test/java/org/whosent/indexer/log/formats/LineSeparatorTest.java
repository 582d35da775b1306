package org.whosent.indexer.log.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.log.LineKind;
import org.whosent.record.SubmissionRecord;

/**
 * U+2028 and U+2029 end a line for a regular expression's dot, for no log: who puts one into what a
 * client may choose must not make the line, and with it who sent, disappear.
 */
class LineSeparatorTest {
  @Test
  void thePostfixAccountThatHandedItIn() {
    SubmissionRecord facts =
        new Lines().one(Lines.ISO + "postfix/pickup[5]: 4AAA11: uid=1000 from=<a\u2028b>");
    assertEquals("uid:1000", facts.localUser());
  }

  @Test
  void thePostfixSubjectAndHelo() {
    SubmissionRecord facts =
        new Lines()
            .one(
                Lines.ISO
                    + "postfix/cleanup[5]: 4AAA11: warning: header Subject: a\u2028b from"
                    + " x.example[192.0.2.1]; from=<a\u2028b@x.example> to=<c@x.example>"
                    + " proto=ESMTP helo=<x>");
    assertEquals("a\u2028b", facts.subject());
    assertEquals("x", facts.helo());
  }

  @Test
  void theDovecotUser() {
    SubmissionRecord facts =
        new Lines()
            .one(
                Lines.ISO
                    + "dovecot: submission(mallory)<804><HHHHHHHH>: Successfully relayed message:"
                    + " from=<\"a\u2028b\"@x.example>, size=784, id=IIF0EwFkBGskAwAAg+zDdQ,"
                    + " nrcpt=1, reply=`250 2.0.0 Ok: queued as 574DB412045'");
    assertEquals("mallory", facts.user());
  }

  @Test
  void theLoginThatDovecotRefused() {
    Lines lines = new Lines();
    assertEquals(
        LineKind.USED,
        lines.read(
            Lines.ISO
                + "dovecot: submission-login: Disconnected: Connection closed (auth failed, 1"
                + " attempts in 2 secs): user=<a\u2028b>, method=PLAIN, rip=192.0.2.1,"
                + " lip=192.0.2.2, session=<HHHHHHHH>"));
    assertEquals("a\u2028b", lines.failures.getFirst().login());
  }

  @Test
  void theEximLineInPieces() {
    Lines lines = new Lines("exim");
    lines.read(
        Lines.ISO
            + "exim[7]: [1/2] 1xVWMp-00006e-1u <= a@x.example H=(x) [192.0.2.1] P=esmtpsa"
            + " A=plain:mallory S=1000 id=a@x.example T=\"a\u2028");
    lines.read(Lines.ISO + "exim[7]: [2/2] b\"");
    assertEquals("mallory", lines.facts.getFirst().user());
  }

  @Test
  void theSendmailLogin() {
    Lines lines = new Lines("sendmail");
    assertEquals(
        LineKind.KNOWN,
        lines.read(
            Lines.ISO
                + "sm-mta[7]: AUTH=server, relay=x.example [192.0.2.1], authid=a\u2028b,"
                + " mech=PLAIN, bits=0"));
  }

  @Test
  void whatBecameOfOpenSmtpdsRecipient() {
    SubmissionRecord facts =
        new Lines("opensmtpd")
            .one(
                Lines.ISO
                    + "smtpd[421]: 560db4c3f7c51b9f mta delivery evpid=f229cf001ae5473d"
                    + " from=<a@x.example> to=<b@y.example> rcpt=<-> source=\"192.0.2.1\""
                    + " relay=\"192.0.2.2 (mx)\" delay=0s result=\"Ok\" stat=\"250 a\u2028b\"");
    assertEquals("b@y.example", facts.recipients().getFirst().address());
  }

  @Test
  void theUserThatHarakasPluginNames() {
    String id = "91165A51-59AF-471B-9A36-61C8944207A1.1";
    SubmissionRecord facts =
        new Lines("haraka")
            .one(
                "2026-11-23T16:05:35.564Z [NOTICE] ["
                    + id
                    + "] [site] auth_user=mallory txn="
                    + id
                    + " ip=192.0.2.1 mail_from=<\"a\u2028b\"@x.example>");
    assertEquals("mallory", facts.user());
  }

  @Test
  void theUserOfJamesJmap() {
    SubmissionRecord facts =
        new Lines("james")
            .one(
                """
                {"timestamp":"2026-11-25T12:02:00.125Z",
                 "mdc":{"username":"alice@example.com","protocol":"JMAP",
                  "action":"EmailSubmission","parameters":"{mailId=Mail1-aa,
                 mimeMessageId=<j3@x.example>, sender=alice@example.com,
                 recipients=[a\\u2028b@far.example], loggedInUser=mallory@example.com}"},
                 "logger":"org.apache.james.util.AuditTrail","message":"JMAP mail spooled."}\
                """
                    .replaceAll("\n *", " ")
                    .replace(":  ", ": "));
    assertEquals("mallory@example.com", facts.user());
  }

  @Test
  void theAccountOfExchangesReceiveLog() {
    Lines lines = new Lines("exchange");
    String row =
        "2026-11-25T13:02:00.100Z,EX1\\In,08DC000000000401,%d,10.0.0.2:587,192.0.2.1:1024,";
    List<String> said =
        List.of(
            "+,,",
            "<,EHLO x,",
            "*,EXAMPLE\\mallory,authenticated",
            "<,MAIL FROM:<a@x.example> X=a\u2028b,",
            "<,RCPT TO:<b@y.example> X=a\u2028b,",
            ">,250 2.1.0 Sender OK,",
            ">,250 2.1.5 Recipient OK,",
            ">,\"250 2.6.0 <a\u2028b@x.example> [InternalId=77, Hostname=EX1] 1 bytes Queued"
                + " mail\",");
    for (int i = 0; i < said.size(); i++) {
      lines.read(row.formatted(i) + said.get(i));
    }
    SubmissionRecord facts = lines.facts.getFirst();
    assertEquals("EXAMPLE\\mallory", facts.user());
    assertEquals("a@x.example", facts.mailFrom());
    assertEquals("b@y.example", facts.recipients().getFirst().address());
  }
}
