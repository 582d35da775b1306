package org.whosent.indexer.ingest.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.ingest.FileReport;
import org.whosent.indexer.ingest.Fixtures;
import org.whosent.indexer.log.HostileText;
import org.whosent.indexer.store.RecordStore;
import org.whosent.record.SubmissionRecord;

/** Files of Exchange's rows that were forwarded to a syslog server. */
class ForwardedFileTest {
  @TempDir Path directory;

  private static List<SubmissionRecord> records(RecordStore store) throws IOException {
    return Fixtures.records(store);
  }

  private static String rows(String header) throws IOException {
    StringBuilder rows = new StringBuilder();
    for (String line :
        HostileText.samples(
            "exchange", List.of("logs/MSGTRK2026112513-1.LOG", "logs/RECV2026112513-1.LOG"))) {
      rows.append(header).append(line).append('\n');
    }
    return rows.toString();
  }

  @Test
  void rowsOfOneTagAreRead() throws IOException {
    RecordStore store = Fixtures.store();
    Path log =
        Files.writeString(directory.resolve("ex.log"), rows("<13>Nov 25 13:34:00 EX1 nxlog: "));
    FileReport report = Fixtures.run(store, log).files().getFirst();
    assertEquals("exchange", report.format());
    List<SubmissionRecord> records = records(store);
    assertTrue(records.stream().allMatch(record -> record.host().equals("EX1")));
    assertTrue(records.stream().anyMatch(record -> "EXAMPLE\\alice".equals(record.user())));
    // In its own file, and read on: the tag is still the first rows'.
    Files.writeString(
        log,
        rows("<13>Nov 25 13:34:00 EX1 nxlog: ")
            + rows("<13>Nov 25 13:34:00 EX1 webapp: ").replace("EXAMPLE\\alice", "victim"));
    Fixtures.run(store, log);
    assertEquals(records, records(store));
  }

  @Test
  void ofSeveralTagsTheOperatorIsTold() throws IOException {
    RecordStore store = Fixtures.store();
    Path log =
        Files.writeString(
            directory.resolve("ex.log"),
            "<13>Nov 25 13:34:00 EX1 a: 2026-11-25T13:00:00.000Z,x\n"
                + rows("<13>Nov 25 13:34:00 EX1 nxlog: "));
    FileReport report = Fixtures.run(store, log).files().getFirst();
    assertTrue(report.problem().contains("several tags"), report.problem());
    assertEquals(List.of(), records(store));
  }
}
