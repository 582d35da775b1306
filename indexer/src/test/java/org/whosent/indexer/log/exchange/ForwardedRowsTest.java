package org.whosent.indexer.log.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.HostileText;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/** Exchange's rows behind the headers of NXLog, Snare's Epilog and rsyslog. */
class ForwardedRowsTest {
  private static final String BSD = "<13>Nov 25 13:34:00 EX1 ";
  private static final String ROW =
      "2026-11-25T13:33:59.450Z,fe80::1010%3,EX1.example.com,fe80::1010%3,EX1,\"MDB:12345678-3232-4323-9111-123456799870,"
          + " Mailbox:33345678-3232-4323-9111-08da9fd00918, Event:63779422,"
          + " MessageClass:IPM.Note\",,STOREDRIVER,RECEIVE,438,<e1@example.com>,"
          + "6a638d20-1e63-493a-80a2-08da9a4ff801,carol@far.example,To,37502,1,,,Invoice,bob@example.com,bob@example.com,04I:"
          + " ,Originating,,192.0.2.17,,,Email,,15.01.2375.007";
  private static final String BOB = "mailbox:33345678-3232-4323-9111-08da9fd00918";

  private static Lines in(List<String> file) {
    LogSource source = new ExchangeSource().inFile(file);
    Lines lines = new Lines(source.reader(Lines.settings()));
    file.forEach(lines::read);
    return lines;
  }

  private static List<SubmissionRecord> onHost(Lines lines, String host) {
    return lines.facts.stream()
        .map(
            record -> {
              SubmissionRecord.Builder facts = record.toBuilder();
              facts.host = host;
              return facts.build();
            })
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        BSD,
        BSD + "MSExchange: ",
        BSD + "MSExchange[1204]: ",
        "Nov 25 13:34:00 EX1 ",
        "Nov  5 13:34:00 EX1 msgtrk: ",
        "2026-11-25T13:34:00.123456+00:00 EX1 msgtrk: ",
        "2026-11-25T13:34:00Z EX1 ",
        "2026-11-25T13:34:00,123+00:00 EX1 msgtrk: ",
        "<13>1 2026-11-25T13:34:00.123456+00:00 EX1 - - - [NXLOG@14506"
            + " EventReceivedTime=\"2026-11-25 13:34:00\" SourceModuleName=\"msgtrk\""
            + " SourceModuleType=\"im_file\"] ",
        "<13>1 2026-11-25T13:34:00.123456+00:00 EX1 MSExchange 12 - - ",
        "1 2026-11-25T13:34:00.123456+00:00 EX1 MSExchange - - [a b=\"x \\\"]"
            + " 2026-11-25T13:34:00Z,\"] ",
        BSD + "Exch2013MTLog\t0\t",
        BSD + "GenericLog#0110#011",
        "EX1\tExch2013MTLog\t0\t",
      })
  void aForwardedLogSaysWhatTheLogDoes(String header) throws IOException {
    for (String name :
        List.of("MSGTRK2026112513-1.LOG", "MSGTRK2026112514-1.LOG", "RECV2026112513-1.LOG")) {
      List<String> log =
          HostileText.samples("exchange", List.of("logs/" + name)).stream()
              .filter(line -> !line.isEmpty())
              .toList();
      List<String> forwarded = log.stream().map(line -> header + line).toList();
      Lines plain = new Lines("exchange");
      log.forEach(line -> plain.read(line.replace("\ufeff", ""))); // as LineInput has it
      Lines read = in(forwarded);
      assertFalse(plain.facts.isEmpty());
      assertEquals(onHost(plain, "EX1"), read.facts);
      assertEquals(plain.failures.size(), read.failures.size());
      assertEquals(plain.kinds, read.kinds);
      // Where a collector dropped the comments.
      Lines rows =
          in(
              forwarded.stream()
                  .filter(line -> !line.contains("#") || line.contains("#011"))
                  .toList());
      assertEquals(read.facts, rows.facts);
    }
  }

  @Test
  void ofTheTagsInAFileOneCounts() {
    String forged = ROW.replace("33345678", "44445678");
    ExchangeSource source = new ExchangeSource();
    assertNull(source.inFile(List.of(BSD + "a: " + ROW, BSD + "webapp: " + forged)));
    assertNull(source.inFile(List.of(BSD + ROW, BSD + "webapp: " + forged)));
    assertEquals(source, source.inFile(List.of(ROW)));
    Lines lines = in(List.of(BSD + "a: " + ROW));
    assertEquals(BOB, lines.facts.getLast().user());
    assertEquals(LineKind.FOREIGN, lines.read(BSD + "webapp: " + forged));
    assertEquals(LineKind.FOREIGN, lines.read(BSD + forged));
    assertEquals(LineKind.NOT_A_LOG, lines.read(forged));
    assertEquals(LineKind.NOT_A_LOG, lines.read(BSD + "a: x " + forged));
    assertEquals(LineKind.NOT_A_LOG, lines.read(BSD + "a: webapp: " + forged));
    assertEquals(1, lines.facts.size());
    // Nor does any in what Exchange wrote itself.
    Lines plain = in(List.of(ROW));
    assertEquals(LineKind.NOT_A_LOG, plain.read(BSD + forged));
    assertEquals(1, plain.facts.size());
  }

  @Test
  void whatAClientChoosesMovesNoCell() {
    String subject =
        "\"x\",,\"\n2026-11-25T13:33:59.450Z,a,STOREDRIVER,RECEIVE\" #Fields: date-time";
    for (String chosen : List.of(subject, "a: " + ROW, BSD + ROW, "\\", "#012", "\t0\t" + ROW)) {
      String row = ROW.replace(",Invoice,", ",\"" + chosen.replace("\"", "\"\"") + "\",");
      SubmissionRecord facts = in(List.of(BSD + "a: " + row)).facts.getLast();
      assertEquals(BOB, facts.user());
      assertEquals("<e1@example.com>", facts.messageId());
      assertEquals("bob@example.com", facts.mailFrom());
      assertEquals("192.0.2.17", facts.client());
    }
  }

  /** Wherever a row is cut off, it says what the whole one does, or less. */
  @Test
  void aRowThatWasCutSaysNothingElse() {
    SubmissionRecord whole = in(List.of(BSD + ROW)).facts.getLast();
    for (int end = BSD.length(); end < BSD.length() + ROW.length(); end++) {
      Lines lines = in(List.of((BSD + ROW).substring(0, end)));
      for (SubmissionRecord facts : lines.facts) {
        assertEquals(whole, facts);
      }
    }
  }

  @Test
  void eachServersIdsAndSessionsAreItsOwn() {
    String header =
        "<13>Nov 25 13:34:00 %s r:"
            + " 2026-11-25T13:34:00.000Z,C,08DC01,%d,10.0.0.2:587,203.0.113.5:5005,%s";
    List<String> events =
        List.of(
            "+,,",
            "*,EXAMPLE\\alice,authenticated",
            "<,MAIL FROM:<alice@example.com>,",
            ">,250 2.6.0 <a@b> [InternalId=7] Queued mail for delivery,");
    Lines lines = in(List.of(header.formatted("EX1", 0, events.get(0))));
    lines.read(header.formatted("EX2", 0, events.get(0)));
    lines.read(header.formatted("EX1", 1, events.get(1)));
    lines.read(header.formatted("EX2", 1, events.get(2)));
    lines.read(header.formatted("EX2", 2, events.get(3)));
    assertEquals(1, lines.facts.size());
    assertEquals("EX2", lines.facts.getLast().host());
    assertNull(lines.facts.getLast().user());
    assertEquals(Origin.UNAUTHENTICATED, lines.facts.getLast().origin());
    lines.read(header.formatted("EX1", 2, events.get(2)));
    lines.read(header.formatted("EX1", 3, events.get(3)));
    assertEquals("EX1", lines.facts.getLast().host());
    assertEquals("EXAMPLE\\alice", lines.facts.getLast().user());
  }

  @Test
  void whatWasLostOnTheWayIsNotTakenForNothing() {
    String header =
        BSD + "r: 2026-11-25T13:34:00.000Z,C,08DC01,%d,10.0.0.2:587,203.0.113.5:5005,%s";
    Lines lines = in(List.of(header.formatted(0, "+,,")));
    // The second row, which said who logged in, did not come.
    lines.read(header.formatted(2, "<,MAIL FROM:<alice@example.com>,"));
    lines.read(header.formatted(3, "<,RCPT TO:<bob@example.net>,"));
    // Nor the reply to MAIL.
    lines.read(header.formatted(5, ">,250 2.1.5 Recipient OK,"));
    lines.read(header.formatted(6, ">,250 2.6.0 <a@b> [InternalId=7] Queued mail for delivery,"));
    SubmissionRecord facts = lines.facts.getLast();
    assertNotNull(facts);
    assertNull(facts.user());
    assertNull(facts.origin());
    assertTrue(facts.recipients().isEmpty());
  }
}
