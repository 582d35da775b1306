package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.store.InMemoryRecordStore;

/** Logs whose stamps name no year, in files that say little of when they were written. */
class YearsTest {
  @TempDir Path directory;
  private final InMemoryRecordStore store = Fixtures.store();
  private int messages;

  /** A message at that time of some year: {@code Nov 20}. */
  private String message(String day) {
    return "%s 10:00:00 mail sendmail[7]: 6AK%03dAA000007: from=<a@example.com>, size=1, class=0,"
            .formatted(day, messages)
        + " nrcpts=1, msgid=<m%d@x>, proto=ESMTP, daemon=MTA, relay=pc.example [192.0.2.7]%n"
            .formatted(messages++);
  }

  private void put(String name, String modified, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Path file = directory.resolve(name);
    Files.write(file, name.endsWith(".gz") ? IngestTest.compress("gz", bytes) : bytes);
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse(modified + "T12:00:00Z")));
  }

  private IngestReport run(Integer year, String... names) throws IOException {
    return Fixtures.ingest(store, Fixtures.options(ZoneOffset.UTC, year), new byte[0])
        .run(List.of(names).stream().map(name -> directory.resolve(name).toString()).toList());
  }

  private List<String> days() throws IOException {
    return Fixtures.records(store).stream().map(r -> r.time().toString().substring(0, 10)).toList();
  }

  /** The same command again, as one may give it: what is packed and known has a last line, too. */
  @Test
  void theYearOfTheFirstPieceIsNotThatOfTheNewestOne() throws IOException {
    put("mail.log.2.gz", "2026-11-30", message("Nov 20"));
    put("mail.log.1.gz", "2026-11-30", message("Jan 20"));
    put("mail.log", "2026-11-30", "");
    assertFalse(run(2024, "mail.log.2.gz", "mail.log.1.gz", "mail.log").failed());
    put("mail.log", "2026-11-30", message("Feb 20"));
    assertFalse(run(2024, "mail.log.2.gz", "mail.log.1.gz", "mail.log").failed());
    assertEquals(List.of("2024-11-20", "2025-01-20", "2025-02-20"), days());
  }

  /** As of a backup: a piece is not later than its name says. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mail.log-20241129",
        "mail.log-20241129.gz",
        "mail-2024-11-29.log",
        "mail.log-20241129-1732838400"
      })
  void aDateInTheNameBoundsTheYearOfACopy(String name) throws IOException {
    put(name, "2026-11-30", message("Nov 20") + message("Nov 28"));
    assertFalse(run(null, name).failed());
    assertEquals(List.of("2024-11-20", "2024-11-28"), days());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mail.log-20269931", "mail.log-12345678", "mail.log-00010101"})
  void anotherNumberInTheNameDoesNot(String name) throws IOException {
    put(name, "2026-11-30", message("Nov 20"));
    assertFalse(run(null, name).failed());
    assertEquals(List.of("2026-11-20"), days());
  }

  @Test
  void piecesThatWereRestoredWithoutTheirTimesAreSaidNotToFit() throws IOException {
    put("mail.log.2", "2026-11-30", message("Nov 20"));
    put("mail.log.1", "2026-11-30", message("Dec 05"));
    IngestReport report = run(null, "mail.log.2", "mail.log.1");
    assertTrue(report.failed());
    String said = report.files().getLast().problem();
    assertTrue(said.startsWith("its stamps name no year and do not fit into one"), said);
  }

  /** What is only looked at for the sessions that go on has its own time. */
  @Test
  void olderPiecesThanAYearBesideALogAreNothingToSay() throws IOException {
    YearMonth month = YearMonth.of(2026, 11);
    for (int piece = 0; piece < 14; piece++) {
      String name =
          month.getMonth().getDisplayName(java.time.format.TextStyle.SHORT, Locale.ENGLISH);
      put(piece == 0 ? "mail.log" : "mail.log." + piece, month + "-28", message(name + " 20"));
      month = month.minusMonths(1);
    }
    IngestReport report = run(null, "mail.log");
    assertFalse(report.failed(), report::toString);
    assertEquals(List.of("2026-11-20"), days());
  }
}
