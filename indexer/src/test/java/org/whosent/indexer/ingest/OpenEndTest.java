package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
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
