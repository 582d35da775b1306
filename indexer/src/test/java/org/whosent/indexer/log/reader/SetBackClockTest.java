package org.whosent.indexer.log.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.SubmissionRecord;

/** A clock that is set back while a message is in the queue. */
class SetBackClockTest {
  private static String stamp(String format, String time) {
    return format.equals("exim")
        ? "2026-11-23 " + time + " "
        : "2026-11-23T" + time + "+00:00 mail ";
  }

  private static String opens(String format, String time, String user) {
    return stamp(format, time)
        + (format.equals("exim")
            ? "1xVWMp-00006e-1u <= a@b.example H=(x) [192.0.2.9] P=esmtpa A=plain:" + user + " S=5"
            : "postfix/smtpd[1]: A3000000001: client=x[192.0.2.9], sasl_method=PLAIN,"
                + " sasl_username="
                + user);
  }

  private static String delivers(String format, String time) {
    return stamp(format, time)
        + (format.equals("exim")
            ? "1xVWMp-00006e-1u => c@d.example R=r T=t H=mx.example [198.51.100.1]"
            : "postfix/smtp[2]: A3000000001: to=<c@d.example>, relay=mx.example[198.51.100.1]:25,"
                + " delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)");
  }

  private static String ends(String format, String time) {
    return stamp(format, time)
        + (format.equals("exim")
            ? "1xVWMp-00006e-1u Completed"
            : "postfix/qmgr[3]: A3000000001: removed");
  }

  private static List<Instant> times(Lines lines) {
    return lines.facts.stream().map(SubmissionRecord::time).toList();
  }

  private static List<Instant> at(String... times) {
    return java.util.Arrays.stream(times)
        .map(time -> Instant.parse("2026-11-23T" + time + "Z"))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"exim", "postfix"})
  void whatIsLoggedOfAMessageAfterwardsIsItsOwn(String format) {
    Lines lines = new Lines(format);
    lines.read(opens(format, "10:00:00", "alice"));
    lines.read(delivers(format, "09:53:01"));
    lines.read(ends(format, "09:53:02"));
    // The same short queue ID once more, by the clock that was set back.
    lines.read(opens(format, "09:59:00", "bob"));
    lines.read(delivers(format, "09:59:01"));
    assertEquals(at("10:00:00", "10:00:00", "10:00:00", "09:59:00", "09:59:01"), times(lines));
    assertEquals(Instant.parse("2026-11-23T10:00:00Z"), lines.facts.get(2).completed());
    assertEquals("bob", lines.facts.get(3).user());
  }

  /** What stands before an opening is the rest of another message. */
  @ParameterizedTest
  @ValueSource(strings = {"exim", "postfix"})
  void theRestOfAnOlderMessageStaysWhereItIs(String format) {
    Lines lines = new Lines(format);
    lines.read(delivers(format, "10:00:00"));
    lines.read(ends(format, "09:59:50"));
    lines.read(opens(format, "10:30:00", "alice"));
    lines.read(delivers(format, "10:29:59"));
    lines.read(delivers(format, "09:20:00")); // another log, read later
    lines.read(ends(format, "10:30:01"));
    lines.read(delivers(format, "10:10:00")); // all was said of alice's
    assertEquals(
        at("10:00:00", "09:59:50", "10:30:00", "10:29:59", "09:20:00", "10:30:01", "10:10:00"),
        times(lines));
  }
}
