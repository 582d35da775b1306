package org.whosent.indexer.log.opensmtpd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

class OpenSmtpdReaderTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "expand: lka_expand: username: alice [depth=1, sameuser=0]",
        "lookup: match \"203.0.113.5\" as NETADDR in table static:<anyhost> -> true",
        "rule #2 matched: match from any for local action local",
        "smtpd: setup done",
        "queue-backend: queue_message_commit(1a2b3c4d) -> 1 (0.000500)",
        "filters init type=builtin, name=rdns, hooks=00000001",
        "commands executed from aliases run with opensmtpd privileges",
        "mta_postfork: out",
        "00000000000000ab mta event=closed reason=quit messages=1",
      })
  void whatItTracesIsKnown(String text) {
    Lines lines = new Lines("opensmtpd");
    assertEquals(LineKind.KNOWN, lines.read(Lines.ISO + "smtpd[1]: " + text));
  }

  /** OpenSMTPD 7.6, an account with a letter beyond ASCII. */
  @Test
  void aLoginIsReadAsItWasTyped() {
    Lines lines = new Lines("opensmtpd");
    String session = Lines.ISO + "smtpd[44]: 3bec6cbb3d86409d smtp ";
    lines.read(session + "connected address=127.0.0.4 host=pc.example");
    lines.read(session + "authentication user=\\M-C\\M-)mile result=permfail");
    lines.read(session + "authentication user=\\M-C\\M-)mile result=ok");
    assertEquals(
        "émile", lines.one(session + "message msgid=8d95efc3 size=540 nrcpt=1 proto=ESMTP").user());
    assertEquals("émile", lines.failures.getFirst().login());
  }

  /** OpenSMTPD 7.6 puts the filter's name before what it prints, which a client may have said. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "f: 8ba945d7597c3bf0 smtp authentication user=victim@example.com result=ok",
        "f: ",
        "spam: Expire for 8d95efc3a5d74e2c: from=<a@b.example>, to=<c@d.example>, rcpt=<->,"
            + " delay=1s, stat=x",
        "control: control socket already listening",
      })
  void whatAFilterPrintsIsNotBelieved(String text) {
    Lines lines = new Lines("opensmtpd");
    String session = Lines.ISO + "smtpd[44]: 8ba945d7597c3bf0 smtp ";
    lines.read(session + "connected address=127.0.0.4 host=pc.example");
    assertEquals(LineKind.KNOWN, lines.read(Lines.ISO + "smtpd[43]: " + text));
    SubmissionRecord record =
        lines.one(session + "message msgid=8d95efc3 size=540 nrcpt=1 proto=ESMTP");
    assertEquals(Origin.UNAUTHENTICATED, record.origin());
    assertEquals(List.of(), record.recipients());
  }

  @Test
  void anotherFateIsNotUnderstood() {
    String fate = "relay: Moved for 8d95efc3a5d74e2c: from=<a@b.example>, to=<c@d.example>";
    assertEquals(LineKind.UNKNOWN, new Lines("opensmtpd").read(Lines.ISO + "smtpd[1]: " + fate));
  }
}
