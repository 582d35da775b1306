package org.whosent.indexer.log.collector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.indexer.log.formats.LogSources;
import org.whosent.indexer.log.james.JamesSource;
import org.whosent.indexer.log.postfix.PostfixSource;
import org.whosent.record.SubmissionRecord;

class WrappedSourceTest {
  private static final String TEXT = "4B00A1C2D3: client=c[192.0.2.7], sasl_username=alice";
  private static final Instant DOWNLOADED = Instant.parse("2026-11-27T12:00:00Z");

  /** A line's time and user, of the one format that is recognised. */
  static List<String> read(String... lines) {
    List<String> inside = WrappedSource.unwrap(List.of(lines));
    assertEquals("postfix", LogSources.recognise(inside).orElseThrow().name());
    LogSource source = WrappedSource.of(new PostfixSource(), List.of(lines));
    assertTrue(source.recognises(lines[0]));
    LogReader reader =
        source.reader(new LogSettings(ZoneOffset.UTC, null, DOWNLOADED, host -> host));
    Lines read = new Lines(reader);
    List<String> found = new ArrayList<>();
    for (String line : lines) {
      SubmissionRecord facts = read.one(line);
      found.add(facts == null ? "nothing" : facts.time() + " " + facts.user());
    }
    return found;
  }

  /** rsyslog with the template {@code %syslogtag%%msg%}: Docker's stamp is the only one. */
  @Test
  void aContainersLineThatBeginsWithTheTagHasTheCollectorsTime() {
    assertEquals(
        List.of("2025-06-01T10:00:00.500Z alice"),
        read(
            "{\"log\":\"postfix/submission/smtpd[7]: "
                + TEXT
                + "\\n\",\"stream\":\"stdout\",\"time\":\"2025-06-01T10:00:00.5Z\"}"));
    assertEquals(
        List.of("2025-06-01T10:00:00.500Z alice", "nothing"),
        read(
            "2025-06-01T10:00:00.5Z stdout F postfix/smtpd[7]: " + TEXT,
            "2025-06-01T10:00:01.5Z stdout F says postfix/smtpd[7]: " + TEXT));
  }

  /** A service's other tasks are its own. */
  @Test
  void aSwarmsServiceIsReadByItsName() {
    String line = "Jun  1 10:00:00 mail postfix/smtpd[7]: " + TEXT;
    assertEquals(
        List.of("2026-06-01T10:00:00Z alice", "2026-06-01T10:00:00Z alice", "nothing"),
        read(
            "mail_postfix.1.x8y2abcd1234@node-1    | " + line,
            "mail_postfix.12.q53jgeeq7y1x@node-2.example    | " + line,
            "mail_postfix.1.x8y2abcd1234@node-1 " + line));
    assertEquals(
        List.of("2025-06-01T10:00:00Z alice", "2025-06-01T10:00:00.500Z alice"),
        read(
            "2025-06-01T10:00:00.5Z mail_postfix.1.x8y2abcd1234@node1    | " + line,
            "2025-06-01T10:00:00.5Z mail_postfix.1.x8y2abcd1234@node1    | postfix/smtpd[7]: "
                + TEXT));
  }

  /** fluentd's parser of CRI; Fluent Bit's has {@code _p}. The rest of a line is no line. */
  @Test
  void theRestOfALineThatACollectorLeftInPiecesIsNone() {
    String at = "\",\"date\":1748772000.5}";
    for (String tag : List.of("logtag", "_p")) {
      String begin = "{\"stream\":\"stdout\",\"" + tag + "\":\"";
      String whole =
          begin + "F\",\"log\":\"2025-06-01T10:00:00.5Z mail postfix/smtpd[7]: " + TEXT + at;
      String piece =
          begin
              + "P\",\"log\":\"2025-06-01T10:00:00.5Z mail postfix/smtpd[7]: 4B00A1C2D4: much"
              + at;
      String chosen = whole.replace("alice", "victim");
      String other = chosen.replace("stdout", "stderr").replace("victim", "bob");
      String told = "2025-06-01T10:00:00.500Z ";
      assertEquals(
          List.of(told + "alice", "nothing", told + "bob", "nothing", told + "alice"),
          read(whole, piece, other, chosen, whole));
      assertEquals(
          List.of(told + "alice", "nothing", "nothing", told + "alice"),
          read(whole, piece, begin + "F\",\"log\":\" of it" + at, whole));
      String together =
          whole.replace("\"F\"", "\"P\"").replace("alice", "alice " + "x".repeat(16384));
      assertEquals(told + "alice", read(whole, together, whole).getLast());
    }
  }

  /** journald's entries as Vector and Fluent Bit pass them on. */
  @Test
  void theRestOfALineThatJournaldCutIsNone() {
    String whole =
        "{\"_STREAM_ID\":\"1a\",\"SYSLOG_IDENTIFIER\":\"postfix/smtpd\",\"_PID\":\"7\",\"host\":\"mail\","
            + "\"timestamp\":\"2025-06-01T10:00:00.5Z\",\"message\":\""
            + TEXT
            + "\"}";
    String cut = whole.replace("\"_PID\"", "\"_LINE_BREAK\":\"line-max\",\"_PID\"");
    String other = whole.replace("1a", "2b").replace("alice", "bob");
    String told = "2025-06-01T10:00:00.500Z ";
    assertEquals(
        List.of(told + "alice", "nothing", told + "bob", "nothing", told + "alice"),
        read(whole, cut, other, whole.replace("alice", "victim"), whole));
    String ended = cut.replace("line-max", "eof");
    assertEquals(List.of(told + "alice", told + "alice"), read(ended, whole));
  }

  /** Docker's fluentd driver marks every piece, the last one too. */
  @Test
  void aPieceThatDockersFluentdDriverSendsIsNone() {
    String begin = "{\"container_name\":\"/mail\",\"source\":\"stdout\",\"log\":\"";
    String end = "\",\"date\":1748772000.5";
    String line = "2025-06-01T10:00:00.5Z mail postfix/smtpd[7]: " + TEXT;
    String part = ",\"partial_message\":\"true\",\"partial_last\":\"";
    String whole = begin + line + end + "}";
    String told = "2025-06-01T10:00:00.500Z ";
    String chosen = begin + line.replace("alice", "victim") + end;
    assertEquals(
        List.of(told + "alice", "nothing", "nothing", told + "alice"),
        read(whole, chosen + part + "false\"}", chosen + part + "true\"}", whole));
    String together = begin + line + " " + "x".repeat(16384) + end + part + "true\"}";
    assertEquals(told + "alice", read(whole, together, whole).getLast());
  }

  /** Stalwart on its standard output, run by systemd: its lines name no program. */
  @Test
  void stalwartsLinesAreTakenOutOfTheJournal() {
    String text = "2026-11-25T10:00:00Z INFO SMTP connection started (smtp.connection-start)";
    String entry =
        "{\"__CURSOR\":\"s=0\",\"__REALTIME_TIMESTAMP\":\"1795687200123456\",\"_HOSTNAME\":\"box\","
            + "\"SYSLOG_IDENTIFIER\":\"PROGRAM\",\"_PID\":\"7\",\"MESSAGE\":\""
            + text
            + "\"}";
    for (String stalwart : List.of("stalwart", "stalwart-mail")) {
      assertEquals(
          List.of(text), WrappedSource.unwrap(List.of(entry.replace("PROGRAM", stalwart))));
    }
    assertEquals(
        List.of("2026-11-26T10:00:00.123456Z box app[7]: " + text),
        WrappedSource.unwrap(List.of(entry.replace("PROGRAM", "app"))));
  }

  /** A download is of today, and what is in it of years ago. */
  @Test
  void aStampWithoutAYearIsOfTheCollectorsYear() {
    String text = "mail postfix/smtpd[7]: " + TEXT;
    assertEquals(
        List.of(
            "2023-06-01T10:00:00Z alice",
            "2023-12-31T23:59:59Z alice",
            "2024-01-01T00:00:01Z alice",
            "2024-02-29T00:00:01Z alice"),
        read(
            "{\"@timestamp\":\"2023-06-01T10:00:00.123Z\",\"message\":\"Jun  1 10:00:00 "
                + text
                + "\"}",
            "{\"@timestamp\":\"2024-01-01T00:00:03.123Z\",\"message\":\"Dec 31 23:59:59 "
                + text
                + "\"}",
            "{\"@timestamp\":\"2024-01-01T00:00:03.123Z\",\"message\":\"Jan  1 00:00:01 "
                + text
                + "\"}",
            "{\"@timestamp\":\"2024-02-29T00:00:03.123Z\",\"message\":\"Feb 29 00:00:01 "
                + text
                + "\"}"));
    assertEquals(
        List.of("2024-06-01T10:00:00Z alice"),
        read("2024-06-01T10:00:01.123456789Z stdout F Jun  1 10:00:00 " + text));
    assertEquals(
        List.of("2024-06-01T10:00:00Z alice"),
        read("2024-06-01T10:00:01.123456789Z Jun  1 10:00:00 " + text));
    assertEquals(
        List.of("2022-06-01T10:00:00Z alice"),
        read(
            "{\"program\":\"postfix/smtpd\",\"logsource\":\"mail\",\"timestamp\":\"Jun  1"
                + " 10:00:00\",\"@timestamp\":\"2022-06-01T10:00:00.000Z\",\"message\":\""
                + TEXT
                + "\"}"));
  }

  @Test
  void withoutACollectorsTimeTheFilesDecides() {
    String text = "mail postfix/smtpd[7]: " + TEXT;
    assertEquals(
        List.of("2026-06-01T10:00:00Z alice"),
        read("{\"@timestamp\":\"yesterday\",\"message\":\"Jun  1 10:00:00 " + text + "\"}"));
  }

  /** By the same beginning, whatever stands around the line. */
  @Test
  void aLineMayBeginWithAPriority() {
    String text = " mail postfix/smtpd 7 - - " + TEXT;
    assertEquals(
        List.of("2026-06-01T10:00:00Z alice", "2026-06-02T10:00:00Z alice", "nothing"),
        read(
            "mail.log:<22>1 2026-06-01T10:00:00+00:00" + text,
            "mail.log:1 2026-06-02T10:00:00+00:00" + text,
            "mail.log:22>Jun  1 10:00:00 mail postfix/smtpd[7]: " + TEXT));
    assertEquals(
        List.of("2026-06-01T10:00:00Z alice"),
        read("2026-06-01T10:00:00.5Z <22>1 2026-06-01T10:00:00+00:00" + text));
    assertEquals(
        List.of("2026-06-01T10:00:00Z alice"),
        read("{\"message\":\"<22>1 2026-06-01T10:00:00+00:00" + text + "\"}"));
  }

  /** {@code docker logs -t} of a server that writes JSON: the first blank may be a client's. */
  @Test
  void aClientsWordsInAnObjectNameNoStream() {
    String line =
        "2026-11-26T11:36:19.3Z"
            + " {\"timestamp\":\"2026-11-26T11:36:19.259Z\",\"mdc\":{\"ehlo\":\"%s\"},"
            + "\"logger\":\"org.apache.james.smtpserver.SendMailHandler\",\"message\":\"\"}";
    List<String> lines =
        List.of(line.formatted("x"), line.formatted("x 2026-11-25T10:00:00Z stdout F y"));
    assertFalse(WrappedSource.isOfSeveral(lines));
    assertEquals(2, WrappedSource.unwrap(lines).size());
    LogSource source = WrappedSource.of(new JamesSource(), lines.subList(0, 1));
    lines.forEach(each -> assertTrue(source.recognises(each), each));
  }
}
