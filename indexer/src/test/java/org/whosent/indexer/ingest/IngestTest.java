package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;
import org.whosent.indexer.ingest.input.LineInput;
import org.whosent.indexer.log.formats.LogSources;
import org.whosent.indexer.store.Coverage;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.View;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;

class IngestTest {
  private static final byte[] LOG = Fixtures.bytes("postfix/logs/mail-iso.log");

  @TempDir Path directory;
  private final InMemoryRecordStore store = Fixtures.store();

  private List<SubmissionRecord> expected() throws IOException {
    InMemoryRecordStore other = Fixtures.store();
    Path file = directory.resolve("expected-source");
    Files.write(file, LOG);
    Fixtures.run(other, file);
    Files.delete(file);
    return Fixtures.recordsWithLines(other).stream().map(IngestTest::hashesOnly).toList();
  }

  /** Records with what their lines are, not where they were: files are renamed here. */
  private static SubmissionRecord hashesOnly(SubmissionRecord record) {
    SubmissionRecord.Builder builder = record.toBuilder();
    builder.provenance =
        record.provenance().stream()
            .map(line -> new org.whosent.record.SourceLine("", line.offset(), line.hash()))
            .sorted()
            .toList();
    return builder.build();
  }

  private List<SubmissionRecord> found() throws IOException {
    return Fixtures.recordsWithLines(store).stream().map(IngestTest::hashesOnly).toList();
  }

  private Path write(String name, byte[]... parts) throws IOException {
    Path file = directory.resolve(name);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (byte[] part : parts) {
        out.write(part);
      }
    }
    return file;
  }

  private static byte[] head(int bytes) {
    return Arrays.copyOf(LOG, bytes);
  }

  private static byte[] tail(int from) {
    return Arrays.copyOfRange(LOG, from, LOG.length);
  }

  private static int lineEnd(int near) {
    int at = near;
    while (LOG[at] != '\n') {
      at++;
    }
    return at + 1;
  }

  @Test
  void readingTwiceChangesNothing() throws IOException {
    Path file = write("mail.log", LOG);
    long lines = Fixtures.run(store, file).lines();
    assertTrue(lines > 150);
    IngestReport again = Fixtures.run(store, file);
    assertEquals(0, again.lines());
    assertTrue(again.files().getFirst().upToDate());
    assertEquals(expected(), found());
  }

  @Test
  void whatWasAddedIsReadAndTheSessionsGoOn() throws IOException {
    // Cut after each line of the first 8 KB: also between a session's TLS line and its message.
    for (int end = lineEnd(lineEnd(0)); end < 8192; end = lineEnd(end)) {
      InMemoryRecordStore pieces = Fixtures.store();
      Path file = write("mail.log", head(end));
      Fixtures.run(pieces, file);
      Files.write(file, tail(end), StandardOpenOption.APPEND);
      IngestReport rest = Fixtures.run(pieces, file);
      assertEquals(LOG.length - end, rest.files().getFirst().bytes());
      assertEquals(
          expected(),
          Fixtures.recordsWithLines(pieces).stream().map(IngestTest::hashesOnly).toList(),
          "cut at " + end);
    }
  }

  @Test
  void aRenamedThenCompressedFileGoesOnAtItsCheckpoint() throws IOException {
    int end = lineEnd(LOG.length / 2);
    Fixtures.run(store, write("mail.log", head(end)));
    IngestReport renamed = Fixtures.run(store, write("mail.log.1", LOG));
    assertEquals(LOG.length - end, renamed.files().getFirst().bytes());
    for (String kind : List.of("gz", "bz2", "xz", "zst")) {
      Path file = directory.resolve("mail.log.2." + kind);
      Files.write(file, compress(kind, LOG));
      assertEquals(0, Fixtures.run(store, file).lines(), kind);
      IngestReport again = Fixtures.run(store, file);
      assertNull(again.files().getFirst().format(), "not even decompressed again: " + kind);
    }
    assertEquals(expected(), found());
  }

  @Test
  void everyCompressionGivesTheSameRecords() throws IOException {
    for (String kind : List.of("gz", "bz2", "xz", "zst")) {
      InMemoryRecordStore one = Fixtures.store();
      // The name says nothing: content decides.
      Fixtures.run(one, write("some-file", compress(kind, LOG)));
      assertEquals(
          expected(),
          Fixtures.recordsWithLines(one).stream().map(IngestTest::hashesOnly).toList(),
          kind);
    }
  }

  @Test
  void gzipMembersOneAfterTheOtherAreOneLog() throws IOException {
    int end = lineEnd(LOG.length / 3);
    Fixtures.run(
        store, write("mail.log.1.gz", compress("gz", head(end)), compress("gz", tail(end))));
    assertEquals(expected(), found());
  }

  @Test
  void aTruncatedCompressedFileIsAProblemOfThatFileAndGoesOnWhenWhole() throws IOException {
    byte[] whole = compress("gz", LOG);
    Path broken = write("mail.log.1.gz", Arrays.copyOf(whole, whole.length / 2));
    Path other = Fixtures.put(directory, "postfix", "logs/mail-iso.log.1", Fixtures.MODIFIED);
    IngestReport report = Fixtures.run(store, broken, other);
    assertTrue(report.failed());
    assertEquals(
        1, report.files().stream().filter(file -> file.problem() != null).count(), "others go on");
    assertTrue(report.files().stream().anyMatch(f -> f.problem() == null && f.lines() > 0));
    Files.write(broken, whole);
    assertFalse(Fixtures.run(store, broken).failed());
    InMemoryRecordStore reference = Fixtures.store();
    Fixtures.run(reference, broken, other);
    assertEquals(Fixtures.records(reference), Fixtures.records(store));
  }

  @Test
  void anUnfinishedLastLineWaitsForItsRest() throws IOException {
    String text = new String(LOG, StandardCharsets.UTF_8);
    int login = text.indexOf("sasl_username=");
    int cut =
        text.substring(0, login + "sasl_username=".length() + 2)
            .getBytes(StandardCharsets.UTF_8)
            .length;
    Path file = write("mail.log", head(cut));
    Fixtures.run(store, file);
    assertTrue(found().stream().allMatch(r -> r.user() == null || r.user().length() > 2));
    Files.write(file, tail(cut), StandardOpenOption.APPEND);
    Fixtures.run(store, file);
    assertEquals(expected(), found());
  }

  @Test
  void halfALoginAtTheEndOfACompressedFileIsNobody() throws IOException {
    String text = new String(LOG, StandardCharsets.UTF_8);
    int cut = text.indexOf("sasl_username=") + "sasl_username=".length() + 2;
    IngestReport report = Fixtures.run(store, write("mail.log.1.gz", compress("gz", head(cut))));
    assertTrue(found().stream().allMatch(r -> r.user() == null));
    assertEquals(1, report.files().getFirst().notUnderstood());
  }

  @Test
  void aTruncatedAndRewrittenFileStartsAnew() throws IOException {
    int end = lineEnd(LOG.length / 2);
    Path file = write("mail.log", head(end));
    Fixtures.run(store, file);
    Files.write(file, tail(end)); // copytruncate: shorter, equal or longer than before
    IngestReport report = Fixtures.run(store, file);
    assertEquals(LOG.length - end, report.files().getFirst().bytes());
    List<SubmissionRecord> whole = expected();
    assertEquals(
        whole.stream().map(r -> r.transactionId() + r.user()).toList(),
        found().stream().map(r -> r.transactionId() + r.user()).toList());
  }

  @Test
  void twoLogsWithTheSameFirstLineAreKeptApart() throws IOException {
    byte[] first = head(lineEnd(0));
    byte[] one = head(lineEnd(LOG.length / 2));
    Path a = write("a.log", one);
    Path b = write("b.log", first, tail(lineEnd(LOG.length / 2)));
    Fixtures.run(store, a);
    Fixtures.run(store, b);
    assertEquals(0, Fixtures.run(store, a, b).lines());
    Files.write(a, tail(one.length), StandardOpenOption.APPEND);
    IngestReport rest = Fixtures.run(store, a, b);
    assertEquals(LOG.length - one.length, rest.files().stream().mapToLong(FileReport::bytes).sum());
    assertEquals(
        expected().stream().map(SubmissionRecord::transactionId).toList(),
        found().stream().map(SubmissionRecord::transactionId).toList());
  }

  @Test
  void anOverlongLineIsPassedOver() throws IOException {
    byte[] line = new byte[LineInput.LONGEST + 100];
    Arrays.fill(line, (byte) 'x');
    int end = lineEnd(LOG.length / 2);
    IngestReport report =
        Fixtures.run(store, write("mail.log", head(end), line, "\n".getBytes(), tail(end)));
    assertEquals(1, report.files().getFirst().notUnderstood());
    assertEquals(expected().size(), found().size());
    assertEquals(0, Fixtures.run(store, directory.resolve("mail.log")).lines());
  }

  @Test
  void anOverlongLineMayStandAtTheCheckpoint() throws IOException {
    byte[] line = new byte[LineInput.LONGEST + 100];
    Arrays.fill(line, (byte) 'x');
    int end = lineEnd(LOG.length / 2);
    Path file = write("mail.log", head(end), line, "\n".getBytes());
    Fixtures.run(store, file);
    Files.write(file, tail(end), StandardOpenOption.APPEND);
    assertEquals(LOG.length - end, Fixtures.run(store, file).files().getFirst().bytes());
  }

  @Test
  void standardInputIsReadWholeEveryTime() throws IOException {
    for (int i = 0; i < 2; i++) {
      IngestReport report =
          Fixtures.ingest(store, Fixtures.options(ZoneOffset.UTC, null), compress("gz", LOG))
              .run(List.of("-"));
      assertTrue(report.lines() > 150);
    }
    assertEquals(expected(), found());
  }

  @Test
  void aDirectoryStandsForItsFilesOldestFirst() throws IOException {
    for (String file : Fixtures.ISO) {
      Fixtures.put(directory, "postfix", file, Fixtures.MODIFIED);
    }
    write("notes.txt", "Dear diary\nnothing\n".getBytes());
    write(".hidden", LOG);
    write("empty.log");
    Files.createDirectory(directory.resolve("far"));
    Files.write(directory.resolve("far/mail.log"), LOG);
    IngestReport report = Fixtures.run(store, directory);
    assertFalse(report.failed(), () -> report.files().toString());
    assertEquals(
        List.of("empty.log", "mail-iso.log.2.gz", "mail-iso.log.1", "mail-iso.log", "notes.txt"),
        report.files().stream().map(f -> Path.of(f.file()).getFileName().toString()).toList());
    assertTrue(report.files().getLast().passedOver());
    assertEquals(0, Fixtures.run(store, directory).lines());
  }

  @Test
  void theSameFileNamedTwiceIsReadOnce() throws IOException {
    Path file = write("mail.log", LOG);
    Path link = Files.createSymbolicLink(directory.resolve("link.log"), file);
    assertEquals(1, Fixtures.run(store, file, file, link, directory).files().size());
  }

  @Test
  void operatorMistakesAreNamedAndTheRestIsRead() throws IOException {
    Path missing = directory.resolve("missing.log");
    Path none = write("letter.txt", "Dear Sir,\nno log at all\n".getBytes());
    Path log = write("mail.log", LOG);
    IngestReport report = Fixtures.run(store, missing, none, log);
    assertTrue(report.failed());
    String rows = String.join("\n", report.files().stream().map(FileReport::summary).toList());
    assertTrue(rows.contains("missing.log: no such file"), rows);
    assertTrue(
        rows.contains("letter.txt: no log of a format that is known (journal, postfix, "), rows);
    assertEquals(expected(), found());
  }

  @Test
  void namesDoNotReachTheTerminalRaw() throws IOException {
    Path file = write("mail\u001b[31m\u202e.log", LOG);
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    new Ingest(
            store,
            Site.UNKNOWN,
            Fixtures.options(ZoneOffset.UTC, null),
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(err, true, StandardCharsets.UTF_8))
        .run(List.of(file.toString()));
    String text = err.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains("mail\uFFFD[31m\uFFFD.log: postfix, "), text);
    assertTrue(
        Fixtures.recordsWithLines(store)
            .getFirst()
            .source()
            .startsWith("mail\uFFFD[31m\uFFFD.log:"));
  }

  @Test
  void theHostIsRememberedAndCountsFromThenOn() throws IOException {
    Path file = write("mail.log", LOG);
    IngestOptions named = new IngestOptions(null, "mx.example.net", ZoneOffset.UTC, null);
    IngestReport report = Fixtures.ingest(store, named, new byte[0]).run(List.of(file.toString()));
    assertTrue(found().stream().allMatch(r -> r.host().equals("mx.example.net")));
    assertEquals(List.of(new Site.Host("mx.example.net", List.of("mail"))), report.site().hosts());
    InMemoryRecordStore next = Fixtures.store();
    new Ingest(
            next,
            report.site(),
            Fixtures.options(ZoneOffset.UTC, null),
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(OutputStream.nullOutputStream()))
        .run(List.of(file.toString()));
    assertEquals(
        found(), Fixtures.recordsWithLines(next).stream().map(IngestTest::hashesOnly).toList());
  }

  @Test
  void coverageGoesOnOverRotationAndBreaksWhereAPieceIsMissing() throws IOException {
    for (String file : Fixtures.ISO) {
      Fixtures.put(directory, "postfix", file, Fixtures.MODIFIED);
    }
    Fixtures.run(store, directory);
    assertEquals(1, spans(store).size(), () -> spans(store).toString());
    InMemoryRecordStore hole = Fixtures.store();
    Fixtures.run(hole, directory.resolve("mail-iso.log.2.gz"), directory.resolve("mail-iso.log"));
    assertEquals(2, spans(hole).size(), () -> spans(hole).toString());
    assertEquals(spans(store).getFirst().from(), spans(hole).getFirst().from());
  }

  @Test
  void datedPiecesGoOnUnlessADayIsMissing() throws IOException {
    String line =
        "2026-11-%02dT%02d:00:00.000000+00:00 mail postfix/qmgr[1]: A11111111%d: removed\n";
    for (int day = 20; day < 24; day++) {
      String name = day == 23 ? "mail.log" : "mail.log-202611%02d".formatted(day + 1);
      String text = line.formatted(day, 3, day % 10) + line.formatted(day, 20, day % 10);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      if (day == 21) {
        write(name + ".gz", compress("gz", bytes));
      } else {
        write(name, bytes);
      }
    }
    Fixtures.run(store, directory);
    assertEquals(1, spans(store).size(), () -> spans(store).toString());
    Files.delete(directory.resolve("mail.log-20261122.gz"));
    InMemoryRecordStore hole = Fixtures.store();
    Fixtures.run(hole, directory);
    assertEquals(2, spans(hole).size(), () -> spans(hole).toString());
  }

  @Test
  void coverageGoesOnOverRunsAndJournalsShowTheirGaps() throws IOException {
    int end = lineEnd(LOG.length / 2);
    Path file = write("mail.log", head(end));
    Fixtures.run(store, file);
    Files.write(file, tail(end), StandardOpenOption.APPEND);
    Fixtures.run(store, file);
    assertEquals(1, spans(store).size());
    InMemoryRecordStore journal = Fixtures.store();
    Fixtures.run(
        journal,
        Fixtures.put(directory, "journal", "logs/journal-20261123-0001.jsonl", Fixtures.MODIFIED));
    assertEquals(
        List.of(
            span("2026-11-23T10:00:00Z", "2026-11-23T10:01:00Z"),
            span("2026-11-23T11:00:00Z", "2026-11-23T11:00:00Z")),
        spans(journal));
  }

  private static Coverage.Span span(String from, String until) {
    return new Coverage.Span("msa.example.org", Instant.parse(from), Instant.parse(until));
  }

  private static List<Coverage.Span> spans(InMemoryRecordStore store) {
    try (View view = store.view()) {
      return view.status().coverage().spans();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void checkpointsSayNothingOfAnybody() throws IOException {
    Fixtures.run(store, write("mail.log", LOG));
    String log = new String(LOG, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
    try (View view = store.view()) {
      for (int i = 0; i < 256; i++) {
        String state = view.state("source.%02x".formatted(i));
        if (state != null) {
          assertTrue(state.matches("[0-9a-f]{32} [0-9]+ [0-9]+ [0-9a-f]{16} [0-9TZ:.-]+"), state);
          assertFalse(log.contains(state));
        }
      }
    }
  }

  @Test
  void aLogWithoutALineOfTheMailServerIsNoMistake() throws IOException {
    Path file = write("mail.log", head(lineEnd(0))); // what rsyslogd says of its own rotation
    assertFalse(Fixtures.run(store, file).failed());
    Files.write(file, tail(lineEnd(0)), StandardOpenOption.APPEND);
    Fixtures.run(store, file);
    assertEquals(expected(), found());
  }

  @Test
  void anExplicitFormatIsNotQuestioned() throws IOException {
    Path none = write("letter.txt", "Dear Sir,\nno log at all\n".getBytes());
    IngestOptions postfix =
        new IngestOptions(LogSources.named("postfix").orElseThrow(), null, ZoneOffset.UTC, null);
    IngestReport report =
        Fixtures.ingest(store, postfix, new byte[0]).run(List.of(none.toString()));
    assertFalse(report.failed());
    assertEquals(2, report.files().getFirst().notLog());
    assertEquals(Optional.empty(), LogSources.named("no-such-format"));
  }

  static byte[] compress(String kind, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out =
        switch (kind) {
          case "gz" -> new GZIPOutputStream(bytes);
          case "bz2" -> new BZip2CompressorOutputStream(bytes);
          case "xz" -> new XZOutputStream(bytes, new LZMA2Options(1));
          case "zst" -> new ZstdOutputStream(bytes);
          default -> throw new IllegalArgumentException(kind);
        }) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  @Test
  void aSessionGoesOnOverARotation() throws IOException {
    for (int end = lineEnd(lineEnd(0)); end < 8192; end = lineEnd(end)) {
      InMemoryRecordStore pieces = Fixtures.store();
      write("mail.log.1", head(end));
      write("mail.log", tail(end));
      Fixtures.run(pieces, directory.resolve("mail.log"), directory.resolve("mail.log.1"));
      InMemoryRecordStore whole = Fixtures.store();
      Fixtures.run(whole, write("whole.log", LOG));
      assertEquals(Fixtures.records(whole), Fixtures.records(pieces), "cut at " + end);
      Files.delete(directory.resolve("mail.log"));
      Files.delete(directory.resolve("mail.log.1"));
    }
  }

  @Test
  void nothingNewIsNoCommit() throws IOException {
    Path file = write("mail.log", LOG);
    Fixtures.run(store, file);
    try (View view = store.view()) {
      Instant commit = view.status().lastCommit();
      Fixtures.run(store, file);
      try (View later = store.view()) {
        assertEquals(commit, later.status().lastCommit());
      }
    }
  }
}
