package org.whosent.indexer.log.rspamd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.SubmissionRecord;

class RspamdReaderTest {
  private static final String RESULT =
      "(default: F (no action): [-0.10/15.00] [MIME_GOOD(-0.10){text/plain;}]), len: 1047, time:"
          + " 102.000ms, dns req: 5, digest: <0f5e>, mime_rcpts: <carol@far.example>, file: stdin";
  private static final String LOOK =
      "rspamd_task_write_log: id: <r1@laptop.bob.example>, ip: 10.0.0.7, from: <bob@example.com>, "
          + RESULT;

  private final Lines lines = new Lines("rspamd");

  /**
   * {@code rspamc symbols < message}: another record of the same Message-ID, from nobody, would
   * speak against who sent it.
   */
  @Test
  void whatTheControllerWasShownIsNoSubmission() {
    String stamp = "2026-11-23 10:00:00 #77(controller) <cf1261>; ";
    assertEquals(LineKind.KNOWN, lines.read(stamp + "csession; " + LOOK));
    assertEquals(
        LineKind.KNOWN,
        lines.read(Lines.ISO + "rspamd[77]: (controller) <cf1261>; csession; " + LOOK));
    lines.assertNothing(
        LineKind.KNOWN,
        lines.read(
            "{\"ts\": 1795690362.1883368, \"pid\": 77, \"severity\": \"info\", \"worker_type\":"
                + " \"controller\", \"id\": \"cf1261\", \"module\": \"csession\", \"function\":"
                + " \"rspamd_task_write_log\", \"message\": \""
                + LOOK.substring(LOOK.indexOf("id: "))
                + "\"}"));
  }

  /** rsyslog's imfile puts a header before its own stamp. */
  @Test
  void itsFileBehindSyslogsHeader() {
    String text =
        "#77(normal) <cf1261>; task; rspamd_task_write_log: id: <r1@laptop.bob.example>, qid:"
            + " <4cX1Yd2WzQz9sRy>, ip: 192.0.2.17, user: bob, from: <bob@example.com>, "
            + RESULT;
    lines.assertNothing(
        LineKind.KNOWN, lines.read(Lines.ISO + "rspamd: x 2026-11-23 10:00:00 " + text));
    lines.assertNothing(
        LineKind.FOREIGN, lines.read(Lines.ISO + "app: 2026-11-23 10:00:00 " + text));
    SubmissionRecord facts = lines.one(Lines.ISO + "rspamd: 2026-11-23 10:00:00 " + text);
    assertEquals("bob", facts.user());
  }

  /** Rspamd 3.4, log_format with $if_mime_from{ mime_from: <$>,}: the client's words among ours. */
  @Test
  void anotherFormatNamesNeitherAUserNorNobody() {
    String start =
        "2026-11-28 16:34:30 #9(normal) <a4f6e4>; task; rspamd_task_write_log: id: <m1@x>, qid:"
            + " <Q00001>, ip: 10.9.7.3, ";
    String result = "(default: F (no action): [0.00/nan] []), len: 114, time: 346.237ms";
    for (String fields :
        List.of(
            "user: alice@example.com, mime_from: <a@b.example>, from: <alice@example.com>, ",
            "user: alice@example.com, mime_from: <a@b.example>, ",
            "mime_from: <a@b.example>, user: alice@example.com, from: <alice@example.com>, ",
            "mime_from: <a@b.example>, user: alice@example.com, ",
            "mime: a@b.example, user: alice@example.com, ")) {
      lines.assertNothing(LineKind.UNKNOWN, lines.read(start + fields + result));
    }
    assertEquals(
        "alice@example.com", lines.one(start + "user: alice@example.com, " + result).user());
  }

  @Test
  void whatAMailServerAskedOfTheControllerIs() {
    SubmissionRecord facts =
        lines.one(
            "2026-11-23 10:00:00 #77(controller) <cf1261>; csession; rspamd_task_write_log: id:"
                + " <r1@laptop.bob.example>, qid: <4cX1Yd2WzQz9sRy>, ip: 192.0.2.17, user: bob,"
                + " from: <bob@example.com>, "
                + RESULT);
    assertEquals("bob", facts.user());
    assertEquals("4cX1Yd2WzQz9sRy", facts.transactionId());
    assertEquals(
        "bob",
        lines
            .one(
                "2026-11-23 10:00:00 #77(controller) <cf1261>; csession; rspamd_task_write_log: id:"
                    + " <r1@laptop.bob.example>, ip: 192.0.2.17, user: bob, "
                    + RESULT)
            .user());
  }

  /** The controller escapes once more than JSON asks for; a subject may be all backslashes. */
  @Test
  void anEscapedTextMayBeLong() {
    SubmissionRecord facts =
        lines.one(
            "{\"rows\":[{\"unix_time\":1795690362,\"action\":\"no"
                + " action\",\"user\":\"bob\",\"subject\":\""
                + "\\".repeat(120_000)
                + "\",\"message-id\":\"a\\\\\\\"b@x.example\"}]}");
    assertEquals("bob", facts.user());
    assertEquals("<a\"b@x.example>", facts.messageId());
  }

  @Test
  void whoseMessageHasNoQueueIdElsewhereIsKept() {
    SubmissionRecord facts = lines.one("2026-11-23 10:00:00 #77(normal) <cf1261>; task; " + LOOK);
    assertEquals("bob@example.com", facts.mailFrom());
  }
}
