package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.ingest.input.RawLines;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.View;
import org.whosent.record.JsonOut;
import org.whosent.record.SubmissionRecord;

/** Logs as journalctl -r and the searches of log services have them. */
class NewestFirstTest {
  @TempDir Path directory;
  private List<String> lines;
  private FileReport straight;
  private String expected;
  private final InMemoryRecordStore store = Fixtures.store();

  /** Of a server whose records lack their users where lines are read in the wrong order. */
  @BeforeEach
  void readStraight() throws IOException {
    lines = LogReadings.lines(Fixtures.bytes("sendmail/logs/mail-iso.log"));
    InMemoryRecordStore other = Fixtures.store();
    Path file = Files.write(directory.resolve("straight.log"), lines);
    straight = Fixtures.run(other, file).files().getFirst();
    expected = Fixtures.json(Fixtures.records(other));
    assertTrue(expected.contains("\"user\""), expected);
  }

  private FileReport run(Path file) throws IOException {
    return Fixtures.run(store, file).files().getFirst();
  }

  private void assertAsStraight(FileReport report) throws IOException {
    assertEquals(expected, Fixtures.json(Fixtures.records(store)), report.summary());
    assertTrue(
        report.summary().endsWith("newest lines come first, so it was read from its end"),
        report.summary());
    assertEquals(lines.size(), report.lines());
  }

  @Test
  void itIsReadFromItsEndAndOnce() throws IOException {
    Path file = Files.write(directory.resolve("mail.log"), lines.reversed());
    assertAsStraight(run(file));
    assertEquals("nothing new", run(file).summary().replaceFirst(".*: ", ""));
    for (SubmissionRecord record : Fixtures.recordsWithLines(store)) {
      assertFalse(record.provenance().isEmpty());
    }
  }

  @Test
  void evidenceStandsWhereItSays() throws IOException {
    Path file = Files.write(directory.resolve("mail.log"), lines.reversed());
    run(file);
    int found = 0;
    try (View view = store.view()) {
      Iterator<SubmissionRecord> records = view.search(RecordQuery.ALL);
      while (records.hasNext()) {
        for (RawLines.Raw raw : RawLines.read(records.next().provenance())) {
          assertTrue(lines.contains(raw.text()), () -> raw.source() + ": " + raw.text());
          found++;
        }
      }
    }
    assertTrue(found > lines.size() / 3, found + " lines");
  }

  @Test
  void soIsACompressedOneOfOddLines() throws IOException {
    List<String> odd = new ArrayList<>(lines.reversed());
    odd.add(7, "");
    odd.add(20, "\0\0" + "x".repeat(3 << 20));
    odd.add(33, "\0\0");
    Path file = directory.resolve("mail.log.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write((String.join("\r\n", odd) + "\r\n").getBytes(StandardCharsets.UTF_8));
    }
    FileReport report = run(file);
    assertEquals(expected, Fixtures.json(Fixtures.records(store)), report.summary());
    assertEquals(odd.size(), report.lines());
    assertEquals(straight.notUnderstood() + 1, report.notUnderstood(), "the longest");
    assertEquals(0, run(file).lines());
  }

  @Test
  void soIsTheListOfASearch() throws IOException {
    List<String> objects = new ArrayList<>();
    for (String line : lines.reversed()) {
      objects.add(JsonOut.object(false, out -> out.text("message", line)));
    }
    Path file = Files.writeString(directory.resolve("export.json"), objects.toString());
    assertAsStraight(run(file));
    assertEquals(0, run(file).lines());
  }

  @Test
  void halfALineAtItsEndIsNotRead() throws IOException {
    Path file = Files.write(directory.resolve("mail.log"), lines.reversed());
    String half = lines.getFirst().substring(0, lines.getFirst().length() / 2);
    Files.writeString(file, half, StandardOpenOption.APPEND);
    FileReport report = run(file);
    assertTrue(report.waiting(), report.summary());
    assertEquals(lines.size(), report.lines());
    assertEquals(expected, Fixtures.json(Fixtures.records(store)), report.summary());
  }

  /** It cannot be known before what comes last. */
  @Test
  void ofAStreamItIsSaid() throws IOException {
    byte[] bytes = (String.join("\n", lines.reversed()) + "\n").getBytes(StandardCharsets.UTF_8);
    IngestReport report =
        Fixtures.ingest(store, Fixtures.options(ZoneOffset.UTC, null), bytes).run(List.of("-"));
    String summary = report.files().getFirst().summary();
    assertTrue(report.failed() && summary.contains("its newest lines come first: "), summary);
  }

  /** A clock that was set back, a log that was merged: the lines stay in their order. */
  @Test
  void someLinesThatStepBackTurnNothingRound() throws IOException {
    List<String> stepped = new ArrayList<>(lines.subList(0, 40).reversed());
    stepped.addAll(lines.subList(40, lines.size()));
    FileReport report = run(Files.write(directory.resolve("mail.log"), stepped));
    assertFalse(report.turned(), report.summary());
  }

  @Test
  void nothingIsLeftBehind() throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    run(Files.write(directory.resolve("mail.log"), lines.reversed()));
    try (Stream<Path> files = Files.list(temporary)) {
      assertTrue(files.noneMatch(file -> file.toString().endsWith(".turned")));
    }
  }
}
