package org.whosent.indexer.log.dovecot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.SubmissionRecord;

class DovecotReaderTest {
  private static final String RELAYED =
      " submission(kevin@example.com)<804><HHHHHHHH>: Info: Successfully relayed message:"
          + " from=<kevin@example.com>, size=784, id=IIF0EwFkBGskAwAAg+zDdQ, nrcpt=1, reply=`250"
          + " 2.0.0 Ok: queued as 574DB412045'";

  /** {@code log_timestamp} of Dovecot's own file, an operator's choice. */
  @ParameterizedTest
  @CsvSource({
    "Nov 23 10:00:03,2026-11-23T10:00:03Z",
    "2026-11-23T10:00:03,2026-11-23T10:00:03Z",
    "2026-11-23 10:00:03,2026-11-23T10:00:03Z",
    "2026-11-23 10:00:03+0100,2026-11-23T09:00:03Z",
  })
  void aStampOfItsOwnFileMayBeWrittenSo(String stamp, Instant time) {
    Lines lines = new Lines("dovecot");
    assertTrue(new DovecotSource().recognises(stamp + RELAYED));
    SubmissionRecord facts = lines.one(stamp + RELAYED);
    assertEquals(time, facts.time());
    assertEquals("kevin@example.com", facts.user());
    assertEquals(
        LineKind.FOREIGN, lines.read(stamp + " auth-worker(77): Info: pam(kevin,192.0.2.1): x"));
    assertEquals(LineKind.FOREIGN, lines.read(stamp + " master: Info: Dovecot v2.3 starting up"));
  }

  @ParameterizedTest
  @CsvSource({"2026-11-23_10:00:03", "2026-11-23  10:00:03", "23.11.2026 10:00:03"})
  void anotherIsNone(String stamp) {
    assertFalse(new DovecotSource().recognises(stamp + RELAYED));
    assertEquals(LineKind.NOT_A_LOG, new Lines("dovecot").read(stamp + RELAYED));
  }
}
