package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/** Message-IDs that stand in the log otherwise than in the message. */
class LoggedMessageIdTest extends MadeUpMail {
  private static final String USER = "alice@example.com";
  private static final String ID = "4XyZ01234A";

  private void logged(String messageId, String message) throws IOException {
    submit(USER, ID, null, message, false);
    SubmissionRecord.Builder record = records.removeLast().toBuilder();
    record.messageId = messageId;
    record.mailFrom = USER;
    record.size = (long) message.replace("\n", "\r\n").length();
    record.recipients = List.of(Recipient.of("r@far.example"));
    records.add(record.build());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<long-id@client.example>? (comment)|<long-id@client.example>NL (comment)",
        "<long-id@client.example>??(a comment)|<long-id@client.example>NLTAB(a comment)",
        "<long-id??@client.example>|<long-id\u00fc@client.example>",
        "?<long-id@client.example>|NL <long-id@client.example>",
        "<long-id@client.example>|<long-id@client.example>NL (comment, id=other@x)",
        "<long-id\\303\\274@client.example>|<long-id\u00fc@client.example>",
        "<long-id\\303\\274@client.example>|<long-id\u00fc@client.example> (comment)",
        "<abcdef??????@x>|<abcdef\u00fc@x>",
        "abcdef?|abcdef\u00fc",
      })
  void whatCouldNotBePrintedIsNoContradiction(String inLog, String inMessage) throws IOException {
    String written = inMessage.replace("NL", "\n").replace("TAB", "\t");
    String message = received(ID, "198.51.100.7") + mail(USER, written, TEXT);
    logged(inLog, message);
    String delivered = "Return-Path: <" + USER + ">\nDelivered-To: r@far.example\n" + message;
    named(trace(delivered), USER, Confidence.BY_HEADER);
  }

  /** One of 2,600 signs was seen; what Postfix logs of a folded one has marks in it. */
  @Test
  void aVeryLongOneIsFoundAndIsNoContradiction() throws IOException {
    String id = '<' + "0123456789abcdef".repeat(162) + "@client.example>";
    String message = received(ID, "198.51.100.7") + mail(USER, id, TEXT);
    logged(id, message);
    String delivered = "Return-Path: <" + USER + ">\nDelivered-To: r@far.example\n" + message;
    named(trace(delivered), USER, Confidence.BY_HEADER);
    assertEquals(USER, ask(id).user());
    assertEquals(USER, ask(id.substring(1, id.length() - 1)).user());
    String other = message.replace("abcdef@", "abcdee@");
    assertEquals(Verdict.CONTRADICTED, trace(other).verdict());
    assertEquals(Verdict.NOT_FOUND, ask(id.replace("f@", "e@")).verdict());
  }

  @Test
  void theIdOfACommentIsNot() throws IOException {
    String message =
        received(ID, "198.51.100.7") + mail(USER, "<mine@client.example> (<victim@x>)", TEXT);
    logged("<victim@x>", message);
    assertEquals(Verdict.CONTRADICTED, trace(message).verdict());
  }

  /** Nearly any message can be given an ID of which as much would be printed. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a?|<a\u00fc\u00fc\u00fc>",
        "a?|<a>\u00fc",
        "<ab??cd@client.example>|<abcd\u00fc\u00fc\u00fc@client.example>",
        "<abcde?@client.example>|<abcde\u00fc@client.example>",
        "<abcdef???????@x>|<abcdef\u00fc@x>",
        "abcde?|abcde\u00fc",
        "<??@client.example>|<\u00fc\u00fc\u00fc\u00fc@client.example>",
        "<?@?>|<\u00fc@\u00fc>",
        "????|<\u00fc\u00fc>",
        "<\\303\\274@x>|<\u00fc@x>",
        "<long-id????????????????????@x>|<long-id\u00fc@x>",
      })
  void tooLittleSaysNothing(String inLog, String inMessage) throws IOException {
    String message = received(ID, "198.51.100.7") + mail(USER, inMessage, TEXT);
    logged(inLog, message);
    Evidence said =
        trace(message).candidates().getFirst().evidence().stream()
            .filter(evidence -> evidence.check() == Check.MESSAGE_ID)
            .findFirst()
            .orElseThrow();
    assertEquals(Evidence.Result.ABSENT, said.result(), said.detail());
  }

  @Test
  void anotherIdStaysAContradiction() throws IOException {
    for (String inLog :
        new String[] {
          "<other-id@client.example>? (comment)",
          "????",
          "<?@?>",
          "<long-id@client>",
          "<\\303\\274>"
        }) {
      records.clear();
      String message = received(ID, "198.51.100.7") + mail(USER, "<long-id@client.example>", TEXT);
      logged(inLog, message);
      assertEquals(Verdict.CONTRADICTED, trace(message).verdict(), inLog);
    }
  }
}
