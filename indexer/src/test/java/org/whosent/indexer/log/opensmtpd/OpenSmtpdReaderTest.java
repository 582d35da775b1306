package org.whosent.indexer.log.opensmtpd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;

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
}
