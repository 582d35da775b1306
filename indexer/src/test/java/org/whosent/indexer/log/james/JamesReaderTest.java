package org.whosent.indexer.log.james;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.JournalEntry;

/** Lines of a live James 3.8.1 (memory), as Logback's JSON layout writes them. */
class JamesReaderTest {
  private final Lines lines = new Lines("james");

  private JournalEntry.LoginFailure failed(String mdc, String text) {
    lines.read(
        """
        {"timestamp":"2026-11-27T20:42:09.715Z","level":"INFO","thread":"smtpserver-io-0",%s\
        "logger":"org.apache.james.protocols.smtp.AUTHENTICATION","message":"%s","context":"default"}\
        """
            .formatted(mdc, text));
    return lines.failures.getLast();
  }

  /** A login that comes in answer to a challenge is logged without the MDC. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a~b, domainPart=Optional[Domain : example.org]}@127.0.0.3 | a~b@example.org | 127.0.0.3",
        "dom\\\\bob, domainPart=Optional.empty}@127.0.0.2 | dom\\bob | 127.0.0.2",
        "x failed from username{localpart=bob, domainpart=optional.empty}, "
            + "domainPart=Optional[Domain : 127.0.0.1]}@127.0.0.5"
            + " | x failed from username{localpart=bob, domainpart=optional.empty}@127.0.0.1"
            + " | 127.0.0.5",
        "b, domainPart=Optional.empty}@192.0.2.9, domainPart=Optional.empty}@2001:db8::1"
            + " | b, domainPart=Optional.empty}@192.0.2.9 | 2001:db8::1"
      })
  void theClientOfAFailedLoginStandsBehindTheName(String text, String login, String client) {
    JournalEntry.LoginFailure failure =
        failed("", "AUTH method LOGIN failed from Username{localPart=" + text);
    assertEquals(login, failure.login());
    assertEquals("LOGIN", failure.mechanism());
    assertEquals(client, failure.client());
  }

  @Test
  void theClientOfTheMdcCountsWhereThereIsOne() {
    String mdc =
        """
        "mdc":{"host":"127.0.0.5","charset":"US-ASCII","ehlo":"pc","protocol":"SMTP",\
        "sessionId":"8ee89d28","ip":"127.0.0.5"},\
        """;
    JournalEntry.LoginFailure failure =
        failed(
            mdc,
            "AUTH method PLAIN failed from Username{localPart=x, domainPart=Optional[Domain :"
                + " 127.0.0.1]}@127.0.0.6");
    assertEquals("127.0.0.5", failure.client());
  }

  /** Recipients got {@code Message-ID: <t1-4-1-1??@x>} of it. */
  @Test
  void aMessageIdStandsAsRecipientsGetIt() {
    String line =
        """
        {"timestamp":"2026-11-27T20:42:10.112Z","level":"INFO","thread":"smtpserver-io-2","mdc":{\
        "charset":"US-ASCII","mail":"Mail1795812130104-c7cb1ffa-e26d-426c-823c-c3951926cf9f",\
        "sender":"alice@far.example","recipients":"[to6@far.example, defer5@far.example]",\
        "ehlo":"x,username=bob","messageId":"<t1-4-1-1\u00c3\u00a9@x>","sessionId":"ead7ac8f",\
        "user":"tag+x@example.org"},"logger":"org.apache.james.smtpserver.SendMailHandler",\
        "message":"Successfully spooled mail Mail1795812130104-c7cb1ffa-e26d-426c-823c-c3951926cf9f\
         with messageId <t1-4-1-1\u00c3\u00a9@x> from alice@far.example on 127.0.0.3/127.0.0.3 for\
         [to6@far.example, defer5@far.example]","context":"default"}\
        """;
    assertEquals("<t1-4-1-1??@x>", lines.one(line).messageId());
    assertEquals("tag+x@example.org", lines.facts.getFirst().user());
    assertEquals("127.0.0.3", lines.facts.getFirst().client());
  }

  /** RFC 4865: James says behind the recipients for how long it holds the mail. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "| 192.0.2.3",
        "with delay PT30M | 192.0.2.3",
        "with delay PT23H59M59.5S | 192.0.2.3",
        "with delay [x] |",
        "with delay PT1S with delay PT1S |",
      })
  void theClientOfMailThatIsHeld(String delay, String client) {
    String line =
        """
        {"timestamp":"2026-11-27T20:42:10.112Z","level":"INFO","thread":"smtpserver-io-2","mdc":{\
        "mail":"Mail1795812130104-c7cb1ffa","sender":"alice@example.org","recipients":\
        "[bob@far.example]","ehlo":"pc","messageId":"<a on /198.51.100.1 for [bob@far.example] with\
         delay PT1S@x>","sessionId":"ead7ac8f","user":"alice@example.org"},\
        "logger":"org.apache.james.smtpserver.SendMailHandler",\
        "message":"Successfully spooled mail Mail1795812130104-c7cb1ffa with messageId\
         <a on /198.51.100.1 for [bob@far.example] with delay PT1S@x> from alice@example.org on\
         192.0.2.3/192.0.2.3 for [bob@far.example]%s","context":"default"}\
        """
            .formatted(delay == null ? "" : ' ' + delay);
    assertEquals(client, lines.one(line).client());
    assertEquals("alice@example.org", lines.facts.getFirst().user());
  }

  @Test
  void soItDoesInBothFormsOfTheAuditTrail() {
    String fields =
        """
        {"timestamp":"2026-11-27T20:42:10.112Z","level":"INFO","thread":"t","mdc":{"username":"a@x",\
        "remoteIP":"192.0.2.1","sessionId":"ead7ac8f","protocol":"SMTP","action":"SPOOL",%s},\
        "logger":"org.apache.james.util.AuditTrail","message":"SMTP mail spooled.","context":"d"}\
        """;
    String released =
        """
        "mailId":"Mail1","mimeMessageId":"<\u00c3\u00a9@x>","sender":"a@x","recipients":"b@x\"\
        """;
    String before =
        """
        "parameters":"{mailId=Mail2, mimeMessageId=<\u00c3\u00a9@x>, sender=a@x, recipients=[b@x]}\"\
        """;
    assertEquals("<??@x>", lines.one(fields.formatted(released)).messageId());
    assertEquals("<??@x>", lines.one(fields.formatted(before)).messageId());
    assertEquals("Mail2", lines.facts.getLast().transactionId());
  }

  /** JMAP's audit trail has an entry for each mail that is read, and for what is deleted. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "JMAP | Email full view read | \"messageIds\":\"[1, 2]\",\"loggedInUser\":\"\" | 0",
        "JMAP | ForwardSet | \"parameters\":\"{mappingSource=a@b, forwardList=c@d}\" | 0",
        "SMTP | SPOOL | \"sender\":\"a@b\",\"recipient\":\"c@d\" | 1",
        "SMTP | SPOOL | \"parameters\":\"{sender=a@b, recipient=c@d}\" | 1",
      })
  void onlyWhatSmtpRefusesIsRefused(String protocol, String action, String rest, int refused) {
    lines.read(
        """
        {"timestamp":"2026-11-27T20:42:09.715Z","level":"INFO","thread":"x","mdc":{"username":\
        "a@b","protocol":"%s","action":"%s",%s},"logger":"org.apache.james.util.AuditTrail",\
        "message":"x","context":"default"}\
        """
            .formatted(protocol, action, rest));
    assertEquals(List.of(), lines.facts);
    assertEquals(refused, lines.refusals);
  }
}
