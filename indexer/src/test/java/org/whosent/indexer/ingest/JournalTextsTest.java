package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.store.RecordStore;
import org.whosent.record.SubmissionRecord;

/** What {@code journalctl} prints as text, by its {@code -o}. */
class JournalTextsTest {
  private static final String TEXT =
      " mail postfix/smtpd[12]: 4B00A1C2D3: client=c[192.0.2.7], sasl_username=alice";

  @TempDir Path directory;

  private FileReport read(RecordStore store, String... lines) throws IOException {
    Path file = Files.write(directory.resolve("journal.log"), List.of(lines));
    Files.setLastModifiedTime(file, FileTime.from(Fixtures.MODIFIED)); // which tells the year
    return Fixtures.run(store, file).files().getFirst();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Nov 23 10:00:00",
        "Nov 23 10:00:00.123456",
        "2026-11-23T10:00:00+0000",
        "2026-11-23T11:00:00+01:00",
        "2026-11-23T10:00:00.123456+00:00",
        "Mon 2026-11-23 10:00:00 UTC",
        "1795428000.123456"
      })
  void aFormThatTellsTheDateIsRead(String stamp) throws IOException {
    RecordStore store = Fixtures.store();
    FileReport report = read(store, stamp + TEXT);
    assertNull(report.problem());
    List<SubmissionRecord> records = Fixtures.records(store);
    assertEquals(1, records.size(), report.toString());
    assertEquals("alice", records.getFirst().user());
    assertTrue(records.getFirst().time().toString().startsWith("2026-11-23T10:00:00"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[ 1234.123456]", "[1234567.123456]", "[ 1234.123456 <    0.000123 >]"})
  void aFormThatTellsNoDateIsRefusedAndSaidToBe(String stamp) throws IOException {
    RecordStore store = Fixtures.store();
    FileReport report = read(store, stamp + TEXT, stamp + TEXT);
    assertTrue(report.problem().contains("tell no date"), report.problem());
    assertEquals(List.of(), Fixtures.records(store));
  }

  /** A script that Postfix runs logs what it likes under the unit's name. */
  @Test
  void aUnitIsNoProgram() throws IOException {
    RecordStore store = Fixtures.store();
    String line = "Mon 2026-11-23 10:00:00 UTC mail postfix@-.service[12]:" + TEXT.split(":", 2)[1];
    FileReport report = read(store, Collections.nCopies(3, line).toArray(String[]::new));
    assertTrue(report.problem().contains("with-unit"), report.problem());
    assertEquals(List.of(), Fixtures.records(store));
  }
}
