package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.record.SubmissionRecord;

/** What Get-MessageTrackingLog gives to Export-Csv: only what is certain is read. */
class ExchangeExportTest {
  private static final String NAMES =
      "\"Timestamp\",\"ClientIp\",\"ClientHostname\",\"SourceContext\",\"Source\",\"EventId\","
          + "\"InternalMessageId\",\"MessageId\",\"NetworkMessageId\",\"Recipients\","
          + "\"MessageSubject\",\"Sender\",\"ReturnPath\"";

  private static final String MAILBOX =
      "MDB:12345678-3232-4323-9111-123456799870, Mailbox:%s, Event:1, MessageClass:IPM.Note";
  private static final String ALICE = "aaaaaaaa-3232-4323-9111-08da9fd00918";
  private static final String VICTIM = "bbbbbbbb-3232-4323-9111-08da9fd00918";

  @TempDir Path directory;

  private static String row(
      String time,
      String mailbox,
      int number,
      String messageId,
      String recipients,
      String subject) {
    List<String> cells =
        List.of(
            time,
            "10.0.0.1",
            "EX1",
            MAILBOX.formatted(mailbox),
            "STOREDRIVER",
            "RECEIVE",
            String.valueOf(number),
            messageId,
            "6a638d20-1e63-493a-80a2-%012x".formatted(number),
            recipients,
            subject,
            "alice@example.com",
            "alice@example.com");
    return String.join(
        ",", cells.stream().map(cell -> '"' + cell.replace("\"", "\"\"") + '"').toList());
  }

  private static String row(String time, int number, String subject) {
    return row(time, ALICE, number, "<m@example.com>", "carol@far.example", subject);
  }

  private FileReport read(InMemoryRecordStore store, ZoneId zone, String text) throws IOException {
    Path file = directory.resolve("export.csv");
    Files.writeString(file, text, StandardCharsets.UTF_8);
    return Fixtures.ingest(store, Fixtures.options(zone, null), new byte[0])
        .run(List.of(file.toString()))
        .files()
        .getFirst();
  }

  @Test
  void timesThatMayMeanTwoDaysAreRefusedAndSaid() throws IOException {
    InMemoryRecordStore store = Fixtures.store();
    FileReport report =
        read(
            store,
            ZoneId.of("Europe/Berlin"),
            "#TYPE"
                + " Selected.Microsoft.Exchange.Management.TransportLogSearchTasks.MessageTrackingEvent\n"
                + NAMES
                + '\n'
                + row("11/10/2026 1:00:00 PM", 1, "a")
                + '\n'
                + row("25.11.2026 13:00:00", 2, "b")
                + '\n'
                + row("2026-11-25 14:00:00", 3, "c")
                + '\n'
                + row("2026-10-25 02:30:00", 4, "in the hour that comes twice")
                + '\n'
                + row("2026-11-25T13:00:01.0000000Z", 5, "e")
                + '\n');
    assertEquals("exchange", report.format());
    assertEquals(3, report.notUnderstood(), report.summary());
    assertTrue(report.problem().startsWith("3 rows have a time that may mean several"));
    List<SubmissionRecord> records = Fixtures.records(store);
    assertEquals(
        List.of(Instant.parse("2026-11-25T13:00:00Z"), Instant.parse("2026-11-25T13:00:01Z")),
        records.stream().map(SubmissionRecord::time).toList());
    assertEquals("mailbox:" + ALICE, records.getFirst().user());
    assertEquals("carol@far.example", records.getFirst().recipients().getFirst().address());
    assertEquals("alice@example.com", records.getFirst().mailFrom());
  }

  @Test
  void recipientsThatAreNoCertainListAreLeftOut() throws IOException {
    InMemoryRecordStore store = Fixtures.store();
    StringBuilder text = new StringBuilder(NAMES).append('\n');
    List<String> recipients =
        List.of(
            "System.String[]",
            "a@x.example b@x.example",
            "a@x.example,b@x.example",
            "a|b@x.example");
    for (int i = 0; i < recipients.size(); i++) {
      text.append(row("2026-11-25T13:00:00Z", ALICE, i + 1, "<m>", recipients.get(i), "s"))
          .append('\n');
    }
    text.append(row("2026-11-25T13:00:00Z", ALICE, 9, "<m>", "a@x.example;b@x.example", "s"));
    FileReport report = read(store, ZoneOffset.UTC, text + "\n");
    assertNull(report.problem());
    assertEquals(5, report.records(), report.summary());
    assertEquals(
        2, Fixtures.records(store).stream().mapToInt(record -> record.recipients().size()).sum());
  }

  /** Subjects with line breaks, cells that are called as columns are, lines of another log. */
  @Test
  void aStrangersCellsAreNoRows() throws IOException {
    String framed = row("2026-11-25T13:00:00Z", VICTIM, 7, "<f@example.com>", "x@y.example", "f");
    List<String> subjects = new ArrayList<>();
    subjects.add("a\r\n" + framed + "\r\n");
    subjects.add("a\r\n" + framed.replace("\"", "") + "\r\n");
    subjects.add("a\n" + framed.replace(",", "\",\""));
    subjects.add("a\n,,,,,,,,,,,,");
    subjects.add("a\n#Fields: date-time,source,event-id,message-id\nb");
    subjects.add("a\n" + NAMES + "\n" + framed);
    subjects.add(
        "a\n2026-11-25T13:00:00.000Z,,,,,\""
            + MAILBOX.formatted(VICTIM)
            + "\",,STOREDRIVER,RECEIVE,438,<e1@example.com>,,,,,,,,,,");
    subjects.add("Timestamp");
    StringBuilder text = new StringBuilder(NAMES).append('\n');
    for (int i = 0; i < subjects.size(); i++) {
      text.append(row("2026-11-25T13:00:00Z", 20 + i, subjects.get(i))).append('\n');
    }
    text.append(row("2026-11-25T13:00:00Z", ALICE, 90, "EventId", "MessageId", "Timestamp"));
    text.append('\n').append(row("2026-11-25T13:00:00Z", 91, "after all")).append('\n');
    InMemoryRecordStore store = Fixtures.store();
    FileReport report = read(store, ZoneOffset.UTC, text.toString());
    assertNull(report.problem());
    List<SubmissionRecord> records = Fixtures.records(store);
    assertEquals(
        List.of("mailbox:" + ALICE),
        records.stream().map(SubmissionRecord::user).distinct().toList());
    assertTrue(records.stream().anyMatch(record -> "after all".equals(record.subject())));
  }

  @Test
  void readOnFromItsMidstItHasItsColumns() throws IOException {
    StringBuilder text = new StringBuilder(NAMES).append('\n');
    InMemoryRecordStore store = Fixtures.store();
    int rows = 3_000;
    String subject = "s".repeat(3_500); // so that the file is longer than what is looked at again
    for (int i = 1; i < rows; i++) {
      text.append(row("2026-11-25T13:00:00Z", i, subject)).append('\n');
    }
    read(store, ZoneOffset.UTC, text.toString());
    text.append(row("2026-11-25T13:00:00Z", rows, "last")).append('\n');
    assertTrue(text.length() > 9 << 20);
    FileReport report = read(store, ZoneOffset.UTC, text.toString());
    assertEquals(1, report.lines(), report.summary());
    assertEquals(1, report.records(), report.summary());
    assertEquals(rows, Fixtures.records(store).size());
  }
}
