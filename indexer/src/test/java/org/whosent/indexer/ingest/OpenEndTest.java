package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.InMemoryRecordStore;

/** A file whose last line has no line feed: a whole JSON document is read, half a line is not. */
class OpenEndTest {
  @TempDir Path directory;
  private Path file;
  private final InMemoryRecordStore store = Fixtures.store();

  @BeforeEach
  void makeFile() {
    file = directory.resolve("history");
  }

  private static byte[] sample(String name) throws IOException {
    try (InputStream in = OpenEndTest.class.getResourceAsStream("/org/whosent/fixtures/" + name)) {
      return in.readAllBytes();
    }
  }

  private static byte[] withoutLineFeed(byte[] bytes) {
    int length = bytes.length;
    while (bytes[length - 1] == '\n') {
      length--;
    }
    return Arrays.copyOf(bytes, length);
  }

  private FileReport run() throws IOException {
    return Fixtures.ingest(store).run(List.of(file.toString())).files().getFirst();
  }

  private void append(String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
  }

  @Test
  void aSavedHistoryIsReadOnceWithAndWithoutItsLineFeed() throws IOException {
    byte[] history = sample("rspamd/logs/controller-history.json");
    Files.write(file, history);
    FileReport whole = run();
    int records = Fixtures.records(store).size();
    assertTrue(records > 0 && whole.records() == records, whole.summary());

    file = directory.resolve("other/history");
    Files.createDirectory(file.getParent());
    InMemoryRecordStore other = Fixtures.store();
    Files.write(file, withoutLineFeed(history));
    FileReport open = Fixtures.ingest(other).run(List.of(file.toString())).files().getFirst();
    assertEquals(records, open.records(), open.summary());
    assertFalse(open.waiting());
    assertEquals(Fixtures.records(store).size(), Fixtures.records(other).size());
    FileReport again = Fixtures.ingest(other).run(List.of(file.toString())).files().getFirst();
    assertEquals(0, again.lines(), again.summary());
    assertTrue(again.summary().endsWith("nothing new"), again.summary());
    append("\n");
    Fixtures.ingest(other).run(List.of(file.toString()));
    assertEquals(records, Fixtures.records(other).size());
  }

  @Test
  void ofRowsTheLastCountsOnceItIsWholeAndNotBefore() throws IOException {
    String rows = new String(sample("rspamd/logs/history.jsonl"), StandardCharsets.UTF_8).strip();
    int last = rows.lastIndexOf('\n') + 1;
    for (int cut : new int[] {last + 1, last + (rows.length() - last) / 2, rows.length() - 1}) {
      Files.writeString(file, rows.substring(0, cut));
      FileReport report = run();
      assertTrue(report.waiting(), report.summary());
      assertTrue(report.summary().contains("waits for its rest"), report.summary());
      assertEquals(0, report.notUnderstood(), report.summary());
    }
    Files.writeString(file, rows);
    FileReport report = run();
    assertEquals(1, report.lines(), report.summary());
    assertFalse(report.waiting(), report.summary());
    InMemoryRecordStore whole = Fixtures.store();
    append("\n");
    Fixtures.ingest(whole).run(List.of(file.toString()));
    assertEquals(Fixtures.records(whole), Fixtures.records(store));
  }

  /** Whatever was read while the last line had no line feed: as if the file were read once. */
  @Test
  void aLineThatIsReadAgainOnceItIsWholeCountsOnce() throws IOException {
    List<String> samples =
        List.of(
            "rspamd/logs/history.jsonl",
            "journal/logs/journal-20261123-0001.jsonl",
            "kumomta/logs/20261125-0946");
    for (String sample : samples) {
      String rows = new String(sample(sample), StandardCharsets.UTF_8).strip();
      for (String end : List.of("", "\n")) {
        InMemoryRecordStore once = Fixtures.store();
        Files.writeString(file, rows + end);
        Fixtures.run(once, file);
        assertTrue(counts(once).stream().anyMatch(each -> each.lines() > 1), sample);

        InMemoryRecordStore grown = Fixtures.store();
        for (int at = rows.indexOf('\n'); at >= 0; at = rows.indexOf('\n', at + 1)) {
          Files.writeString(file, rows.substring(0, at));
          Fixtures.run(grown, file);
          Fixtures.run(grown, file);
        }
        Files.writeString(file, rows + end);
        Fixtures.run(grown, file);
        assertEquals(counts(once), counts(grown), sample);
        assertEquals(Fixtures.records(once), Fixtures.records(grown), sample);
      }
    }
  }

  /** The copy of a log is no second log, whether or not its last line was whole. */
  @Test
  void aCompressedCopyOfAnOpenEndCountsWithItsLog() throws IOException {
    String rows = new String(sample("rspamd/logs/history.jsonl"), StandardCharsets.UTF_8).strip();
    Path copy = directory.resolve("history.1.gz");
    InMemoryRecordStore once = Fixtures.store();
    Files.writeString(file, rows + "\n");
    Fixtures.run(once, file);
    for (int cut : new int[] {0, 5, 1}) {
      InMemoryRecordStore twice = Fixtures.store();
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(copy))) {
        out.write(rows.substring(0, rows.length() - cut).getBytes(StandardCharsets.UTF_8));
      }
      Fixtures.run(twice, copy);
      assertEquals(
          cut == 0 ? 0 : 1, counts(twice).stream().mapToLong(LogStatus::unknown).sum(), "cut");
      Fixtures.run(twice, file);
      assertEquals(counts(once), counts(twice));
    }
  }

  /** All that is counted, without the time of reading. */
  private static List<LogStatus> counts(InMemoryRecordStore store) throws IOException {
    return LogStatus.of(store.view()).stream()
        .map(
            each ->
                new LogStatus(
                    each.source(),
                    each.format(),
                    each.host(),
                    each.first(),
                    each.last(),
                    each.lines(),
                    each.records(),
                    each.unknown(),
                    each.forgotten(),
                    each.unplaced(),
                    Instant.EPOCH))
        .toList();
  }

  @Test
  void halfALineOfTextWaitsAndIsSaid() throws IOException {
    String line = "2026-11-23 15:54:07 1xVWMp-00006e-1u <= a@example.com U=nina P=local S=5";
    Files.writeString(file, line);
    FileReport report = run();
    assertEquals(0, report.lines());
    assertTrue(report.waiting() && report.summary().contains("waits for its rest"));
    assertEquals(0, Fixtures.records(store).size());
    append("21\n" + line.replace("06e", "07e") + " {}");
    report = run();
    assertEquals(1, report.lines());
    assertTrue(report.waiting());
    assertEquals(
        521L, Fixtures.records(store).getFirst().size(), "not the size that half a line said");
  }
}
