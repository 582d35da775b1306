package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.View;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;

/**
 * {@code --host} is said once: the site has the name from then on, and the log goes on where it was
 * left, as a service does that follows it without the option. Where the site says another name of
 * the log's host by then, it is read again.
 */
class SaidOnceTest {
  private static final byte[] LOG = Fixtures.bytes("postfix/logs/mail-iso.log");
  private static final long LINES =
      new String(LOG, StandardCharsets.UTF_8).chars().filter(c -> c == '\n').count();
  private static final String NAME = "mail.example.com";

  @TempDir Path directory;
  private final InMemoryRecordStore store = Fixtures.store();
  private Site site = Site.UNKNOWN;

  private IngestReport run(String host, Path... files) throws IOException {
    return run(store, host, files);
  }

  private IngestReport run(InMemoryRecordStore into, String host, Path... files)
      throws IOException {
    Ingest ingest =
        new Ingest(
            into,
            site,
            new IngestOptions(null, host, ZoneOffset.UTC, null),
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(OutputStream.nullOutputStream()));
    IngestReport report = ingest.run(List.of(files).stream().map(Path::toString).toList());
    assertFalse(report.failed(), () -> report.files().toString());
    site = report.site();
    return report;
  }

  private Path log() throws IOException {
    return Files.write(directory.resolve("mail.log"), LOG);
  }

  private static void add(Path log, String host) throws IOException {
    Files.writeString(
        log,
        "2026-11-23T20:00:00.000000+00:00 %s postfix/qmgr[9]: 4jY9Sc3VmzzbyZ: removed\n"
            .formatted(host),
        StandardOpenOption.APPEND);
  }

  private long counted() throws IOException {
    try (View view = store.view()) {
      return LogStatus.of(view).stream().mapToLong(LogStatus::lines).sum();
    }
  }

  @Test
  void aLogGoesOnWithoutTheOption() throws IOException {
    Path log = log();
    assertEquals(LINES, run(NAME, log).lines());
    String records = Fixtures.json(Fixtures.records(store));
    long counted = counted();
    assertEquals(0, run(null, log).lines(), "all was read");
    assertEquals(records, Fixtures.json(Fixtures.records(store)));
    add(log, "mail");
    assertEquals(1, run(null, log).lines());
    assertEquals(counted + 1, counted(), "each line counts once");
    assertEquals(0, run(NAME, log).lines(), "and so with the option again");
    add(log, "mail");
    assertEquals(1, run(NAME, log).lines());
    assertEquals(0, run(null, log).lines());
  }

  /** Of the machine in its lines the two readings may keep one more or less. */
  private static List<SubmissionRecord> withoutMachines(InMemoryRecordStore store)
      throws IOException {
    return Fixtures.records(store).stream()
        .map(
            record -> {
              SubmissionRecord.Builder builder = record.toBuilder();
              builder.logHosts = List.of();
              return builder.build();
            })
        .toList();
  }

  @Test
  void messagesThatGoOnBehindThatPlaceAreOne() throws IOException {
    InMemoryRecordStore whole = Fixtures.store();
    Fixtures.ingest(whole, new IngestOptions(null, NAME, ZoneOffset.UTC, null), new byte[0])
        .run(List.of(log().toString()));
    for (int at = LOG.length / 9; at < LOG.length; at += LOG.length / 9) {
      InMemoryRecordStore cut = Fixtures.store();
      Path log = Files.write(directory.resolve("mail.log"), Arrays.copyOf(LOG, at));
      site = Site.UNKNOWN;
      run(cut, NAME, log);
      Files.write(log, LOG);
      run(cut, null, log);
      assertEquals(
          Fixtures.json(withoutMachines(whole)), Fixtures.json(withoutMachines(cut)), "at " + at);
    }
  }

  @Test
  void alsoCompressedAndUnderAnotherName() throws IOException {
    Path log = log();
    run(NAME, log);
    Path aside = directory.resolve("mail.log.1.gz");
    Files.write(aside, IngestTest.compress("gz", LOG));
    Files.delete(log);
    assertEquals(0, run(null, aside).lines());
    assertEquals(0, run(null, aside).lines());
  }

  @Test
  void alsoOneWhoseLinesNameNoHost() throws IOException {
    Path log = Fixtures.put(directory, "exim", "logs/4.96/mainlog", Fixtures.MODIFIED);
    long lines = run(NAME, log).lines();
    assertTrue(lines > 0);
    assertEquals(0, run(null, log).lines());
    site = site.withHost("other.example.com", "other"); // of which of the two is it now?
    assertEquals(lines, run(null, log).lines());
  }

  @Test
  void itIsReadAgainWhereTheSiteHasAnotherNameForItsHost() throws IOException {
    Path log = log();
    run("wrong.example.com", log);
    site = Site.UNKNOWN.withHost("wrong.example.com", "mx1").withHost(NAME, "mail");
    assertEquals(LINES, run(null, log).lines());
    assertTrue(Fixtures.records(store).stream().anyMatch(record -> record.host().equals(NAME)));
  }

  @Test
  void itIsReadAgainWhereTheNameWasNotThatOfAllItsLines() throws IOException {
    Path log = log();
    for (String host : List.of("mx2", "mail")) {
      add(log, host);
    }
    run(NAME, log);
    site = Site.UNKNOWN.withHost(NAME, "mail").withHost("mx2.example.com", "mx2");
    assertEquals(LINES + 2, run(null, log).lines());
  }

  private String refused(String host, Path log) throws IOException {
    Ingest ingest =
        new Ingest(
            store,
            site,
            new IngestOptions(null, host, ZoneOffset.UTC, null),
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(OutputStream.nullOutputStream()));
    IngestReport report = ingest.run(List.of(log.toString()));
    assertEquals(0, report.lines());
    assertEquals(site, report.site(), "the name was a mistake");
    return report.files().getFirst().problem();
  }

  /** Each message would have two records. */
  @Test
  void aLogThatWasReadWithoutTheOptionIsNotReadWithIt() throws IOException {
    Path log = log();
    assertEquals(LINES, run(null, log).lines());
    String records = Fixtures.json(Fixtures.records(store));
    add(log, "mail");
    for (Path name : List.of(log, directory.resolve("mail.log.1.gz"))) {
      if (!name.equals(log)) {
        Files.write(name, IngestTest.compress("gz", Files.readAllBytes(log)));
      }
      String problem = refused(NAME, name);
      assertTrue(problem.contains("it was read without --host before"), problem);
    }
    assertEquals(records, Fixtures.json(Fixtures.records(store)));
    assertEquals(1, run(null, log).lines());
  }

  /** As by a slip of the pen, or where the site has learnt of it. */
  @Test
  void norWithAnotherName() throws IOException {
    Path log = log();
    run(NAME, log);
    add(log, "mail");
    String problem = refused("mial.example.com", log);
    assertTrue(problem.contains("it was read with --host " + NAME + " before"), problem);
    assertEquals(1, run(NAME, log).lines());
  }

  /** Another server's log may begin with the same line. */
  @Test
  void anotherLogThatBeginsAlikeIsRead() throws IOException {
    Path log = log();
    run(null, log);
    String text = new String(LOG, StandardCharsets.UTF_8);
    String first = text.substring(0, text.indexOf('\n') + 1);
    Path other = directory.resolve("other.log");
    Files.writeString(other, first + text.substring(first.length()).replace(" mail ", " mx2 "));
    assertEquals(LINES, run("mx2.example.com", other).lines());
  }

  /** What an earlier version has read twice goes on under both names. */
  @Test
  void aLogThatIsThereByBothNamesGoesOn() throws IOException {
    Path log = log();
    run(NAME, log);
    Site learnt = site;
    site = Site.UNKNOWN;
    assertEquals(LINES, run(null, log).lines(), "the site has not the name any more");
    site = learnt;
    add(log, "mail");
    assertEquals(1, run(NAME, log).lines());
  }
}
