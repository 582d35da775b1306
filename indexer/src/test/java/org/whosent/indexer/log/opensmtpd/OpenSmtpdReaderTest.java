package org.whosent.indexer.log.opensmtpd;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
      })
  void whatItTracesIsKnown(String text) {
    Lines lines = new Lines("opensmtpd");
    assertEquals(LineKind.KNOWN, lines.read(Lines.ISO + "smtpd[1]: " + text));
  }
}
