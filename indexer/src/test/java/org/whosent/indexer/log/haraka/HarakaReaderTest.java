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
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.Outcome;
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

  /** As the journal has it of a Haraka that stamps its lines itself. */
  @Test
  void itsOwnStampBehindSyslogs() {
    Lines lines = new Lines("haraka");
    String own = "2026-11-23T10:00:00.500Z ";
    String text = "[NOTICE] [" + UUID + ".1] [core] sender <a@a.example> code=CONT msg=\"\"";
    SubmissionRecord facts =
        lines.one("2026-11-23T10:00:00.502000+00:00 mail haraka[7]: " + own + text);
    assertEquals(Instant.parse("2026-11-23T10:00:00.500Z"), facts.time());
    assertEquals("mail", facts.host());
    assertNull(lines.one("2026-11-23T10:00:00.502Z mail node[7]: " + own + text));
    assertNull(lines.one("2026-11-23T10:00:00.502Z mail haraka[7]: x " + own + text));
    assertNull(
        lines.one("2026-11-23T10:00:00.502Z mail haraka[7]: 2026-13" + own.substring(7) + text));
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

  private static final String T = "2026-11-27T17:41:46.485Z ";
  private static final String GREYLISTED = " deferred: 451 4.2.0 greylisted";

  private static String piece(int number, String level, String text) {
    return T + "[" + level + "] [" + UUID + ".1." + number + "] [outbound] " + text;
  }

  private static String sent(int fails, String id, String counts) {
    return " delivered file=f_vm domain=far.example host=127.0.0.1 ip=127.0.0.1 port=37213"
        + " mode=SMTP"
        + (" tls=N auth=N response=\"Ok: queued as " + id + "\" delay=7.11 fails=")
        + (fails + " rcpts=" + counts);
  }

  private static Lines accepted(String... recipients) {
    Lines lines = new Lines("haraka");
    for (String each : recipients) {
      lines.read(T + "[NOTICE] [" + UUID + ".1] [core] recipient <" + each + "> code=OK msg=\"\"");
    }
    return lines;
  }

  private static final String TO_FAR =
      " hook=get_mx plugin=rig function=hook_get_mx params=far.example retval=OK msg=\"\"";

  private static final String SOME =
      "Temp failing f_vm for 5 seconds: Some recipients temp failed: <later8@far.example>";

  /** Haraka 3.3.4: of one recipient, and of the one that was left of several. */
  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void whatWasDeferredAloneIsDeliveredInTheNextAttempt(boolean info, boolean alone) {
    Lines lines =
        alone
            ? accepted("later8@far.example")
            : accepted("to1@far.example", "later8@far.example", "to2@far.example");
    if (info) {
      lines.read(piece(1, "INFO", TO_FAR));
    }
    lines.read(piece(1, "NOTICE", "recipient <later8@far.example>" + GREYLISTED));
    if (!alone) {
      lines.read(piece(1, "NOTICE", sent(0, "8C66CEAB36", "2/1/0")));
      assertEquals(2, lines.facts.getLast().recipients().size());
    }
    if (info) {
      lines.read(piece(1, "INFO", SOME));
      lines.read(piece(1, "INFO", TO_FAR));
    }
    SubmissionRecord facts = lines.one(piece(1, "NOTICE", sent(1, "0FD6E4A515", "1/0/0")));
    assertEquals(1, facts.recipients().size());
    assertEquals("later8@far.example", facts.recipients().getFirst().address());
    assertEquals(Outcome.DELIVERED, facts.recipients().getFirst().outcome());
    assertEquals("0FD6E4A515", facts.recipients().getFirst().nextHopId());
  }

  /**
   * With always_split a domain has several pieces, and what ends one says nothing of the others.
   */
  @Test
  void aPieceOfItsOwnSaysNothingOfTheOthers() {
    Lines lines = accepted("to1@far.example", "later8@far.example", "to2@far.example");
    for (int i = 1; i <= 3; i++) {
      lines.read(piece(i, "INFO", TO_FAR));
    }
    lines.facts.clear();
    lines.read(piece(1, "NOTICE", sent(0, "AAAAAAAAAA", "1/0/0")));
    lines.read(piece(3, "INFO", "Temp failing f_vm for 5 seconds: connection refused"));
    assertEquals(List.of(), lines.facts); // whose they are
    lines.read(piece(2, "NOTICE", "recipient <later8@far.example>" + GREYLISTED));
    lines.read(piece(2, "INFO", SOME));
    lines.read(piece(2, "NOTICE", "recipient <later8@far.example>" + GREYLISTED));
    lines.read(piece(2, "INFO", SOME));
    SubmissionRecord facts =
        lines.one(
            piece(2, "INFO", "bouncing mail: Too many failures (Some recipients temp failed)"));
    assertEquals(1, facts.recipients().size());
    assertEquals("later8@far.example", facts.recipients().getFirst().address());
    assertEquals(Outcome.EXPIRED, facts.recipients().getFirst().outcome());
  }

  /** Haraka 3.3.4 with queue/smtp_forward; at level notice without the first line. */
  @ParameterizedTest
  @CsvSource({"true, 127.0.0.1[127.0.0.1]:45379", "false,"})
  void whatIsForwardedWholeHasTheNextHopsReply(boolean info, String hop) {
    Lines lines = accepted("to9@far.example", "to1@two.example");
    String transaction = "uuid=" + UUID + ".1 ";
    if (info) {
      lines.read(
          T
              + "level=INFO "
              + transaction
              + "origin=queue/smtp_forward message=\"forwarding to 127.0.0.1:45379\"");
    }
    String queued =
        T
            + "level=NOTICE "
            + transaction
            + "origin=core message=queue code=OK msg=\"2.0.0 Ok: queued as F252E6B438; stat=Sent ("
            + UUID
            + ".1)\"";
    assertNull(lines.one(queued.replace("code=OK", "code=CONT")));
    assertNull(lines.one(queued.replace("2.0.0 Ok: queued as F252E6B438; stat=Sent", "gone")));
    assertNull(
        lines.one(queued.replace("2.0.0 Ok: queued as F252E6B438; stat=Sent", "Message Queued")));
    assertNull(lines.one(queued.replace("(" + UUID + ".1)", "(" + UUID + ".2)")));
    String own = "Message Queued (" + UUID + ".1)"; // by a plugin, to its own queue
    assertNull(lines.one(queued.replace("2.0.0 Ok: queued as F252E6B438; stat=Sent", own)));
    SubmissionRecord facts = lines.one(queued);
    assertEquals(UUID + ".1", facts.transactionId());
    assertEquals(2, facts.recipients().size());
    facts
        .recipients()
        .forEach(
            recipient -> {
              assertEquals(Outcome.DELIVERED, recipient.outcome());
              assertEquals("F252E6B438", recipient.nextHopId());
              assertEquals(hop, recipient.nextHop());
            });
  }

  /** Haraka 3.3.4: at the end of the data nobody has taken the message. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "queue code=DENYSOFT msg=\"4.3.0 later, stat=Sent authid=bob (" + UUID + ".1)\"",
        "queue code=DENY msg=\"no such, stat=Sent (ABCDEFABCD Message accepted) (" + UUID + ".1)\"",
        "message mid=<m@x> size=380 rcpts=3/0/0 delay=0.022 code=DENY msg=\"no auth_user=bob\"",
      })
  void whatIsRefusedAfterItsDataIsDone(String text) {
    Lines lines = accepted("to9@far.example");
    String before = T + "[NOTICE] [" + UUID + ".1] [core] ";
    lines.read(T + "[NOTICE] [" + UUID + "] [core] connect ip=127.0.0.1 port=5005");
    lines.read(before + "sender <a@a.example> code=CONT msg=\"\"");
    SubmissionRecord facts = lines.one(before + text);
    assertEquals(Instant.parse("2026-11-27T17:41:46.485Z"), facts.completed());
    assertEquals(List.of(), facts.recipients());
    String end = "disconnect ip=127.0.0.1 rdns=NXDOMAIN helo=pc relay=Y";
    assertNull(lines.one(before.replace("17:41", "17:43") + end)); // it would be another message
    String taken = "message mid=<code=DENY> size=380 rcpts=3/0/0 delay=0.022 code=CONT msg=\"\"";
    assertNull(lines.one(before + taken).completed());
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
