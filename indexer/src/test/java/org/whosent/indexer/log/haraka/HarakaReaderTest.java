package org.whosent.indexer.log.haraka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.SubmissionRecord;

class HarakaReaderTest {
  /** A partition a day is made of what a line says. */
  @ParameterizedTest
  @CsvSource({
    "0001-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z",
    "2200-01-01T00:00:00.000Z",
    "'1989-12-31 23:59:59.999 '"
  })
  void aTimeThatNoClockHasShownIsNone(String stamp) {
    assertEquals(
        LineKind.NOT_A_LOG, new Lines("haraka").read(stamp + " [NOTICE] [-] [server] Listening"));
  }

  private static final String UUID = "00000000-0000-4000-8000-000000000001";

  /** s6-log writes local time. */
  @ParameterizedTest
  @CsvSource({
    "'2026-11-23 11:00:00.500000000  ', 2026-11-23T10:00:00.500Z",
    "'2026-11-23T10:00:00.500Z ', 2026-11-23T10:00:00.500Z",
    "'2026-11-23 11:00:61.5  ', ",
    "'2026-11-23 11:00:00.5 ', ",
    "'2026-13-23T10:00:00.500Z ', ",
  })
  void stamps(String stamp, Instant time) {
    Lines lines =
        new Lines(
            new HarakaSource()
                .reader(
                    new LogSettings(
                        ZoneId.of("Europe/Berlin"),
                        null,
                        Instant.parse("2026-11-24T00:00:00Z"),
                        host -> host)));
    String line =
        stamp + "[NOTICE] [" + UUID + ".1] [core] sender <a@a.example> code=CONT msg=\"\"";
    SubmissionRecord facts = lines.one(line);
    if (time == null) {
      assertNull(facts);
      assertEquals(1, lines.kinds.get(LineKind.NOT_A_LOG));
    } else {
      assertEquals(time, facts.time());
    }
  }

  /** Where no plugin of the site says who logged in, it is known from where. */
  @Test
  void theConnectionOfAMessage() {
    Lines lines = new Lines("haraka");
    String stamp = "2026-11-23T10:00:00.000Z ";
    lines.read(stamp + "[NOTICE] [" + UUID + "] [core] connect ip=203.0.113.5 port=5005");
    lines.read(stamp + "[INFO] [" + UUID + "] [tls] secured: cipher=C version=TLSv1.3");
    String sender =
        stamp + "[NOTICE] [" + UUID + ".1] [core] sender <a@a.example> code=CONT msg=\"\"";
    SubmissionRecord facts = lines.one(sender);
    assertEquals("203.0.113.5", facts.client());
    assertEquals(5005, facts.clientPort());
    assertEquals("TLSv1.3", facts.tlsVersion());
    assertNull(facts.origin());
    facts =
        lines.one(
            stamp + "[NOTICE] [" + UUID + ".1] [core] disconnect ip=203.0.113.5 rdns=x helo=pc x");
    assertEquals("pc", facts.helo());
    // A proxy's address is no client's: the plugin that spoke knows better.
    lines.read(stamp + "[NOTICE] [" + UUID + "] [core] connect ip=192.0.2.1 port=1");
    lines.read(
        stamp
            + "[INFO] ["
            + UUID
            + ".1] [who] auth_user=a txn="
            + UUID
            + ".1 ip=192.0.2.9 mail_from=<a>");
    assertNull(lines.one(sender).client());
  }
}
