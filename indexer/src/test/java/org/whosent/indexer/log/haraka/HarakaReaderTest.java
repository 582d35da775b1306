package org.whosent.indexer.log.haraka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
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

  /** Strangers choose how many recipients a message has, and how long their addresses are. */
  @Test
  void recipientsUnderWayAreBoundedByWhatTheyHold() {
    LogSettings settings = Lines.settings();
    Lines lines = new Lines(new HarakaSource().reader(settings));
    String stamp = "2026-11-23T10:00:00.000Z [NOTICE] [";
    String far = "x".repeat(300);
    int messages = 100;
    for (int i = 0; i < messages; i++) {
      String transaction = "00000000-0000-4000-8000-%012d.1".formatted(i);
      for (int j = 0; j < 200; j++) {
        String address = j == 0 ? "one@first.example" : far + j + "@b.example";
        lines.read(stamp + transaction + "] [core] recipient <" + address + "> code=OK msg=\"\"");
      }
      lines.read(
          stamp
              + transaction
              + ".1] [outbound] hook=get_mx plugin=x function=y params=first.example retval=CONT");
    }
    long forgotten = settings.forgotten().count();
    assertTrue(forgotten > messages / 4 && forgotten < messages, "" + forgotten);
    String delivered =
        ".1] [outbound] delivered file=f domain=first.example host=mx ip=192.0.2.1 port=25"
            + " response=\"ok\" delay=1.0 fails=0 rcpts=1/0/0";
    lines.facts.clear();
    lines.read(stamp + "00000000-0000-4000-8000-%012d.1".formatted(0) + delivered);
    assertEquals(List.of(), lines.facts);
    lines.read(stamp + "00000000-0000-4000-8000-%012d.1".formatted(messages - 1) + delivered);
    assertEquals("one@first.example", lines.facts.getFirst().recipients().getFirst().address());
  }
}
