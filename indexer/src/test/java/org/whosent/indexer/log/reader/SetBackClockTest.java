package org.whosent.indexer.log.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.Outcome;
import org.whosent.record.SubmissionRecord;

/** A clock that is set back while a message is in the queue. */
class SetBackClockTest {
  private static final String HARAKA = "442C9782-5288-4ACC-A97D-CB0E5E2A0433.1";

  private static String stamp(String format, String time) {
    return switch (format) {
      case "exim" -> "2026-11-23 " + time + " ";
      case "haraka" -> "2026-11-23T" + time + ".000Z [NOTICE] [" + HARAKA;
      default -> "2026-11-23T" + time + "+00:00 mail ";
    };
  }

  private static String opens(String format, String time, String user) {
    return stamp(format, time)
        + switch (format) {
          case "exim" ->
              "1xVWMp-00006e-1u <= a@b.example H=(x) [192.0.2.9] P=esmtpa A=plain:" + user + " S=5";
          case "haraka" ->
              "] [site] auth_user="
                  + user
                  + " txn="
                  + HARAKA
                  + " ip=192.0.2.9 mail_from=<a@b.example>";
          case "sendmail" ->
              "sm-mta[7]: 6ANG17sg000608: from=<a@b.example>, size=5, class=0, nrcpts=1,"
                  + " msgid=<m@x>, proto=ESMTPA, daemon=MSA, relay=x [192.0.2.9]";
          case "opensmtpd" ->
              "smtpd[4]: 560db4ba3c0fff43 smtp message msgid=9f646395 size=5 nrcpt=1 proto=ESMTP";
          default ->
              "postfix/smtpd[1]: A3000000001: client=x[192.0.2.9], sasl_method=PLAIN,"
                  + " sasl_username="
                  + user;
        };
  }

  /** What stands before a message where the login is its session's. */
  private static List<String> session(String format, String time, String user) {
    String stamp = stamp(format, time);
    return switch (format) {
      case "sendmail" ->
          List.of(
              stamp
                  + "sm-mta[7]: AUTH=server, relay=x [192.0.2.9], authid="
                  + user
                  + ", mech=PLAIN, bits=0");
      case "opensmtpd" ->
          List.of(
              stamp + "smtpd[4]: 560db4ba3c0fff43 smtp connected address=192.0.2.9 host=x",
              stamp + "smtpd[4]: 560db4ba3c0fff43 smtp authentication user=" + user + " result=ok");
      default -> List.of();
    };
  }

  private static String delivers(String format, String time) {
    return attempt(format, time, true);
  }

  private static String attempt(String format, String time, boolean taken) {
    String next = "mx.example [198.51.100.1]";
    return stamp(format, time)
        + switch (format) {
          case "exim" ->
              "1xVWMp-00006e-1u "
                  + (taken
                      ? "=> c@d.example R=r T=t H=" + next
                      : "== c@d.example R=r T=t defer (111): Connection refused");
          case "haraka" ->
              ".1] [outbound] "
                  + (taken
                      ? "delivered file=1_1_0_1_a_1_v domain=d.example host=mx.example"
                          + " ip=198.51.100.1 port=25 mode=SMTP response=\"250 ok\" delay=1 fails=1"
                          + " rcpts=1/0/0"
                      : "recipient <c@d.example> deferred: 451 4.7.1 later");
          case "sendmail" ->
              "sm-mta[8]: 6ANG17sg000608: to=<c@d.example>, delay=00:00:01, xdelay=00:00:01,"
                  + " mailer=esmtp, pri=5, relay="
                  + next
                  + (taken ? ", dsn=2.0.0, stat=Sent (ok)" : ", dsn=4.0.0, stat=Deferred: later");
          case "opensmtpd" ->
              "smtpd[4]: 560db4ba3c0fff44 mta delivery evpid=9f646395189b2800 from=<a@b.example>"
                  + " to=<c@d.example> rcpt=<-> source=\"192.0.2.1\" relay=\"198.51.100.1"
                  + " (mx.example)\" delay=1s "
                  + (taken
                      ? "result=\"Ok\" stat=\"250 2.0.0 Ok\""
                      : "result=\"TempFail\" stat=\"451 4.7.1 later\"");
          default ->
              "postfix/smtp[2]: A3000000001: to=<c@d.example>, relay=mx.example[198.51.100.1]:25,"
                  + " delay=1, delays=0/0/0/1, dsn="
                  + (taken ? "2.0.0, status=sent (250 ok)" : "4.0.0, status=deferred (later)");
        };
  }

  private static String ends(String format, String time) {
    return stamp(format, time)
        + switch (format) {
          case "exim" -> "1xVWMp-00006e-1u Completed";
          case "sendmail" -> "sm-mta[8]: 6ANG17sg000608: done; delay=00:00:01, ntries=2";
          default -> "postfix/qmgr[3]: A3000000001: removed";
        };
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
    lines.read(delivers(format, "07:20:00")); // another log, read later
    lines.read(ends(format, "10:30:01"));
    lines.read(delivers(format, "10:10:00")); // all was said of alice's
    assertEquals(
        at("10:00:00", "09:59:50", "10:30:00", "10:29:59", "07:20:00", "10:30:01", "10:10:00"),
        times(lines));
  }

  private static SubmissionRecord record(Lines lines) {
    SubmissionRecord record = lines.facts.getFirst();
    for (SubmissionRecord facts : lines.facts.subList(1, lines.facts.size())) {
      assertTrue(record.sameTransaction(facts), () -> "another transaction: " + facts);
      record = record.merge(facts);
    }
    return record;
  }

  /** Seconds to hours, within the session and in the queue: one message with its outcome. */
  @ParameterizedTest
  @MethodSource("formatsAndSteps")
  void nothingOfAMessageIsLost(String format, int seconds) {
    Lines lines = new Lines(format);
    session(format, "10:00:00", "alice").forEach(lines::read);
    lines.read(opens(format, "10:00:01", "alice"));
    if (format.equals("haraka")) {
      lines.read(stamp(format, "10:00:01") + "] [core] recipient <c@d.example> code=OK msg=\"\"");
    }
    lines.read(attempt(format, "10:10:00", false));
    String later = LocalTime.parse("10:11:00").minusSeconds(seconds).toString() + ":00";
    String end = later.substring(0, 8);
    lines.read(attempt(format, end, true));
    if (!List.of("haraka", "opensmtpd").contains(format)) {
      lines.read(ends(format, end));
    }
    SubmissionRecord record = record(lines);
    assertEquals("alice", record.user());
    assertEquals(1, record.recipients().size());
    assertEquals(Outcome.DELIVERED, record.recipients().getFirst().outcome());
  }

  static Stream<Arguments> formatsAndSteps() {
    return Stream.of("exim", "postfix", "sendmail", "opensmtpd", "haraka")
        .flatMap(
            format -> Stream.of(0, 90, 660, 3600, 7200).map(step -> Arguments.of(format, step)));
  }

  /** Between the login and the message. */
  @ParameterizedTest
  @ValueSource(strings = {"sendmail", "opensmtpd"})
  void theSessionGoesOn(String format) {
    for (String time : List.of("09:59:50", "09:50:00", "08:00:00")) {
      Lines lines = new Lines(format);
      session(format, "10:00:00", "alice").forEach(lines::read);
      lines.read(opens(format, time, "bob"));
      assertEquals("alice", lines.facts.getFirst().user(), time);
    }
  }

  /** What is read a second time is what it was. */
  @ParameterizedTest
  @ValueSource(strings = {"sendmail", "opensmtpd", "haraka"})
  void aLogThatIsReadAgainByTheSameReaderIsTheSame(String format) {
    Lines lines = new Lines(format);
    for (int i = 0; i < 2; i++) {
      lines.read(opens(format, "10:00:01", "alice"));
      lines.read(
          format.equals("haraka")
              ? stamp(format, "10:10:00") + "] [core] recipient <c@d.example> code=OK msg=\"\""
              : delivers(format, "10:10:00"));
    }
    assertEquals(at("10:00:01", "10:10:00", "10:00:01", "10:10:00"), times(lines));
  }
}
