package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.ingest.input.RawLines;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.record.SourceLine;
import org.whosent.record.site.Site;

/** What stands before the first line of a log, and whether it decides how the rest is read. */
class FirstLinesTest {
  private static final String TEXT =
      "postfix/smtpd[7]: 4B00A1C2D3: client=c[192.0.2.7], sasl_username=";
  private static final String PLAIN = "2026-11-23T10:00:00+00:00 mail " + TEXT + "alice\n";
  private static final String JSON =
      "{\"@timestamp\":\"2026-11-23T10:00:05Z\",\"message\":\"2026-11-23T10:00:00+00:00 mail "
          + TEXT
          + "alice\"}\n";
  private static final String COMPOSED =
      "mail-1  | 2026-11-23T10:00:00+00:00 mail " + TEXT + "alice\n";

  @TempDir Path directory;

  private List<String> users(String log) throws IOException {
    InMemoryRecordStore store = new InMemoryRecordStore();
    Path file = Files.writeString(directory.resolve("log"), log);
    new Ingest(
            store,
            Site.UNKNOWN,
            new IngestOptions(null, "mail.example.com", ZoneOffset.UTC, null),
            InputStream.nullInputStream(),
            new PrintStream(new ByteArrayOutputStream()))
        .run(List.of(file.toString()));
    List<String> found = new ArrayList<>();
    store.view().search(RecordQuery.ALL).forEachRemaining(record -> found.add(record.user()));
    return found;
  }

  @ParameterizedTest
  @ValueSource(strings = {PLAIN, JSON, COMPOSED})
  void linesThatAreNothingMayGoBeforeALog(String line) throws IOException {
    assertEquals(List.of("alice"), users(line));
    assertEquals(List.of("alice"), users("Attaching to mail\n" + line));
    assertEquals(List.of("alice"), users("\n\n-- Logs begin at Mon 2026-11-23 --\n" + line));
    assertEquals(List.of("alice"), users(line.substring(line.length() / 2) + line));
    assertEquals(List.of("alice"), users("\ufeff" + line));
    assertEquals(List.of("alice"), users("\ufeffAttaching to mail\n" + line));
  }

  /** An image may print a hundred lines before its server does, and Docker a time before each. */
  @Test
  void aContainersLogMayBeginWithAllThatItsImagePrints() throws IOException {
    String stamp = "2026-11-23T10:00:01.123456789Z ";
    String log = stamp + "Nov 23 10:00:00 mail " + TEXT + "alice\n";
    String printed = stamp + "\n" + stamp + "#\n" + stamp + "Setting things up\n";
    assertEquals(List.of("alice"), users(printed.repeat(30) + log));
    String compose = "WARN[0000] The \"DKIM\" variable is not set.\n";
    assertEquals(List.of("alice"), users(compose.repeat(12) + COMPOSED));
    assertEquals(List.of("alice"), users("starting\n".repeat(40) + PLAIN));
  }

  /** As Windows' programs save it; where the line stands counts the mark's bytes. */
  @Test
  void aByteOrderMarkIsNoPartOfTheFirstLine() throws IOException {
    InMemoryRecordStore store = Fixtures.store();
    Path file = Files.writeString(directory.resolve("marked.log"), "\ufeff" + PLAIN);
    Ingest ingest = Fixtures.ingest(store);
    ingest.run(List.of(file.toString()));
    SourceLine line = store.view().search(RecordQuery.ALL).next().provenance().getFirst();
    assertEquals(3, line.offset());
    assertEquals(PLAIN.strip(), RawLines.read(List.of(line)).getFirst().text());

    Files.writeString(file, PLAIN.replace("4B0", "5B0"), StandardOpenOption.APPEND);
    assertEquals(1, ingest.run(List.of(file.toString())).files().getFirst().lines());
    assertEquals(
        0, Fixtures.ingest(store).run(List.of(file.toString())).files().getFirst().lines());
    assertEquals(2, Fixtures.records(store).size());
  }

  /** What two files have before them says nothing of either. */
  @Test
  void theSameNothingBeforeAnotherFormatIsNotTakenForIt() throws IOException {
    InMemoryRecordStore store = Fixtures.store();
    Path one = Files.writeString(directory.resolve("one"), "Attaching to mail\n" + COMPOSED);
    Path two =
        Files.writeString(
            directory.resolve("two"), "Attaching to mail\n" + PLAIN.replace("4B0", "5B0"));
    Fixtures.ingest(store).run(List.of(one.toString(), two.toString()));
    assertEquals(2, Fixtures.records(store).size());
  }

  /** Whoever can have a line logged must not have the rest of the log read as what is in it. */
  @Test
  void aLineOfALogIsNotPassedOver() throws IOException {
    assertEquals(List.of("alice"), users(PLAIN + JSON.replace("alice", "eve")));
    assertEquals(List.of("alice"), users(PLAIN + COMPOSED.replace("alice", "eve")));
    String other = "Nov 23 09:00:00 mail webapp[9]: started\n";
    assertEquals(List.of("alice"), users(other + JSON.replace("alice", "eve") + PLAIN));
    String wrapped = JSON.replace("alice", "eve").repeat(9);
    assertEquals(List.of("alice"), users(other.repeat(12) + wrapped + PLAIN));
  }

  /** {@code aws logs tail}, whose lines have a time and a stream before them. */
  @ParameterizedTest
  @CsvSource({
    "2026-11-23T10:00:01.123000+00:00 mail/i-0123 ",
    "2026-11-23T10:00:01.123000+00:00 ",
    "2026-11-23T10:00:01 ",
    "2026-11-23T10:00:01.123456789Z ",
  })
  void aTimeBeforeALineMayNameAStreamToo(String before) throws IOException {
    assertEquals(
        List.of("alice"), users(before + ' ' + "Nov 23 10:00:00 mail " + TEXT + "alice\n"));
  }
}
