package org.whosent.indexer.log.dovecot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogReader;
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

  /** By which the years of its stamps go on: also where a log is read on. */
  @Test
  void theLastTimeIsThatOfTheLastLineOfEitherKind() {
    LogReader reader = new DovecotSource().reader(Lines.settings());
    Lines lines = new Lines(reader);
    reader.lastTime(Instant.parse("2026-11-22T10:00:00Z"));
    lines.read(Lines.ISO + "dovecot: master: Dovecot v2.3 starting up");
    assertEquals(Instant.parse("2026-11-23T10:00:00Z"), reader.lastTime());
    lines.read("Nov 23 10:00:03" + RELAYED);
    assertEquals(Instant.parse("2026-11-23T10:00:03Z"), reader.lastTime());
  }

  /** Of a live Dovecot 2.3 before Exim: an account that is called so. */
  @Test
  void anAccountsNameMayReadLikeThePrefix() {
    Lines lines = new Lines("dovecot");
    lines.read(
        "2026-11-27 18:04:32 submission-login: Info: Login: user=<bob)<77><aaaa>>, method=CRAM-MD5,"
            + " rip=127.0.0.5, lip=127.0.0.1, mpid=53, session=<ts8b5EVhA8J/AAAF>");
    String relayed =
        "2026-11-27 18:04:32 submission(bob)<77><aaaa>)<53><ts8b5EVhA8J/AAAF>: Info: Successfully"
            + " relayed message: from=<\"a, size=1\"@example.org>, size=441,"
            + " id=l+sCJDDGCWs1AAAAg+zDdQ, nrcpt=1, reply=`250 2.0.0  640 byte chunk, total 640 OK"
            + " id=1xX0JE-00000u-2f'";
    SubmissionRecord facts = lines.one(relayed);
    assertEquals("bob)<77><aaaa>", facts.user());
    assertEquals("127.0.0.5", facts.client());
    assertEquals("\"a, size=1\"@example.org", facts.mailFrom());
    // One whose name holds the line's words is not told from a sender.
    String words = "x)<1><a>: Info: Successfully relayed message: from=<y";
    assertEquals(LineKind.UNKNOWN, lines.read(relayed.replace("bob)<77><aaaa>", words)));
    assertEquals(
        LineKind.UNKNOWN, lines.read(relayed.replace("bob)<77><aaaa>", "x)<1><a>: Info: y")));
  }

  @ParameterizedTest
  @CsvSource({"2026-11-23_10:00:03", "2026-11-23  10:00:03", "23.11.2026 10:00:03"})
  void anotherIsNone(String stamp) {
    assertFalse(new DovecotSource().recognises(stamp + RELAYED));
    assertEquals(LineKind.NOT_A_LOG, new Lines("dovecot").read(stamp + RELAYED));
  }
}
