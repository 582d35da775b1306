package org.whosent.indexer.log.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.NoFacts;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.indexer.log.formats.LogSources;

/** What the log daemon did not write is known as a hole, for whatever server's log it stands in. */
class DroppedLinesTest {
  private final List<String> dropped = new ArrayList<>();
  private final NoFacts sink =
      new NoFacts() {
        @Override
        public void dropped(String host, Instant from, Instant until) {
          dropped.add(host + " " + time(from) + " " + time(until));
        }

        private static String time(Instant time) {
          return time.toString().substring(11, 19);
        }
      };
  private LogReader reader = reader("postfix");

  private static LogReader reader(String format) {
    return LogSources.named(format).orElseThrow().reader(Lines.settings());
  }

  private LineKind line(String time, String rest) {
    byte[] line = ("2026-11-23T" + time + ".000000+00:00 mail " + rest).getBytes();
    return reader.read(line, line.length, sink);
  }

  private void assertDropped(String... expected) {
    assertEquals(List.of(expected), dropped);
  }

  @ParameterizedTest
  @ValueSource(strings = {"postfix", "exim", "sendmail", "opensmtpd"})
  void fromTheFirstLineLeftOutToTheReport(String format) {
    reader = reader(format);
    assertEquals(
        LineKind.FOREIGN,
        line(
            "10:00:03",
            "rsyslogd[683]: imuxsock[pid 2142]: begin to drop messages due to rate-limiting"));
    line(
        "10:00:09",
        "rsyslogd: imuxsock[pid 2142]: 51 messages lost due to rate-limiting (200 allowed within 5"
            + " seconds)");
    assertDropped("mail 10:00:03 10:00:03", "mail 10:00:03 10:00:09");
  }

  /**
   * rsyslogd 8.2302 with processInternalMessages: no blank behind the tag, whose message it was.
   */
  @Test
  void theNewerWordsAreReadToo() {
    String limiter = "rsyslogd-2177:imuxsock[pid: 18585, name: /usr/lib/postfix/sbin/smtpd]";
    line("10:00:03", limiter + " from <vm:postfix>: begin to drop messages due to rate-limiting");
    line(
        "10:00:09",
        limiter + ": 40 messages lost due to rate-limiting (20 allowed within 3 seconds)");
    assertDropped("mail 10:00:03 10:00:03", "mail 10:00:03 10:00:09");
  }

  @Test
  void theOlderWordsAreReadToo() {
    line(
        "10:00:03",
        "rsyslogd-2177: imuxsock begins to drop messages from pid 13518 due to rate-limiting");
    line("10:00:07", "rsyslogd-2177: imuxsock lost 984 messages from pid 1 due to rate-limiting");
    line(
        "10:00:09",
        "rsyslogd-2177: imuxsock lost 984 messages from pid 13518 due to rate-limiting");
    assertDropped("mail 10:00:03 10:00:03", "mail 10:00:07 10:00:07", "mail 10:00:03 10:00:09");
  }

  @Test
  void withoutTheBeginningTheReportSaysHowLongItWas() {
    line(
        "10:10:00",
        "rsyslogd: imjournal: 7 messages lost due to rate-limiting (20000 allowed within 600"
            + " seconds) [v8.2102.0 try https://www.rsyslog.com/e/2177 ]");
    line("10:20:00", "postfix/qmgr[12]: 4F2A1B3C5D6: removed");
    line("10:30:00", "rsyslogd: imjournal: 7 messages lost due to rate-limiting");
    assertDropped("mail 10:00:00 10:10:00", "mail 10:20:00 10:30:00");
  }

  @Test
  void whatWasSentByOthersIsAllHosts() {
    line("10:00:03", "rsyslogd: imudp(*:514): begin to drop messages due to rate-limiting");
    assertDropped(" 10:00:03 10:00:03");
  }

  @Test
  void journaldsReportReachesBackToTheServersLastLine() {
    line("10:00:00", "postfix/qmgr[12]: 4F2A1B3C5D6: removed");
    line("10:00:20", "systemd-journald[321]: Suppressed 917 messages from postfix@-.service");
    line("10:04:00", "dovecot: imap-login: Login: user=<a>");
    line(
        "10:05:00",
        "systemd-journal[321]: Suppressed 1 messages from /system.slice/docker.service");
    line("10:06:00", "systemd-journald[321]: Suppressed 917 messages from nginx.service");
    assertDropped("mail 09:59:50 10:00:20", "mail 10:00:00 10:05:00");
  }

  /** The report comes with the next line that the limit is about; what is between is no gap. */
  @Test
  void aQuietNightIsNoGap() {
    line("01:00:00", "postfix/qmgr[12]: 4F2A1B3C5D6: removed");
    line("09:00:00", "systemd-journald[321]: Suppressed 917 messages from postfix@-.service");
    line("10:00:00", "rsyslogd: imuxsock[pid 7]: begin to drop messages due to rate-limiting");
    line(
        "20:00:00",
        "rsyslogd: imuxsock[pid 7]: 51 messages lost due to rate-limiting (9 allowed within 5"
            + " seconds)");
    assertDropped(
        "mail 01:00:00 02:00:00",
        "mail 08:59:30 09:00:00",
        "mail 10:00:00 10:00:00",
        "mail 10:00:00 11:00:00",
        "mail 19:59:55 20:00:00");
  }

  /** The clock is set back between both. */
  @Test
  void aReportBeforeTheBeginningIsReadToo() {
    line("10:00:00", "rsyslogd: imuxsock[pid 7]: begin to drop messages due to rate-limiting");
    line("09:00:00", "rsyslogd: imuxsock[pid 7]: 51 messages lost due to rate-limiting");
    assertDropped("mail 10:00:00 10:00:00", "mail 09:00:00 09:00:00");
  }

  @Test
  void nobodyElseSaysSo() {
    line("10:00:00", "other: imuxsock[pid 1]: begin to drop messages due to rate-limiting");
    line(
        "10:00:00",
        "postfix/smtpd[1]: imuxsock[pid 1]: begin to drop messages due to rate-limiting");
    line("10:00:00", "rsyslogd: rsyslogd[internal_messages]: 9 messages lost due to rate-limiting");
    line("10:00:00", "rsyslogd: [origin software=\"rsyslogd\" swVersion=\"8.2302.0\"] start");
    line("10:00:00", "rsyslogd: imuxsock[pid 1]: 99999999999 messages lost due to rate-limiting");
    assertDropped();
  }

  @Test
  void anyTextIsRead() {
    Random random = new Random();
    String[] parts = {
      "im",
      "imuxsock",
      "[pid 1]",
      ":",
      " ",
      "begin to drop messages",
      " due to rate-limiting",
      "5 messages lost",
      "lost ",
      " from pid 3",
      "Suppressed 1 messages from ",
      "a".repeat(240)
    };
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder("im");
      for (int k = random.nextInt(30); k > 0; k--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      assertEquals(LineKind.FOREIGN, line("10:00:00", "rsyslogd: " + text));
      assertEquals(LineKind.FOREIGN, line("10:00:00", "systemd-journald[1]: " + text.substring(2)));
    }
  }
}
