package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.ingest.input.RawLines;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.View;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/**
 * Where records say that their lines stand: for whoever looks for them later, and from elsewhere.
 */
class PlacesOfLinesTest {
  private static final String OPENED =
      "Nov 23 10:00:00 mail postfix/smtpd[7]: 4B0C1D2E3F: client=pc[192.0.2.7], sasl_method=PLAIN,"
          + " sasl_username=alice\n";
  private static final String SENT =
      "Nov 23 10:00:01 mail postfix/smtp[8]: 4B0C1D2E3F: to=<r@far.example>,"
          + " relay=far.example[192.0.2.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250"
          + " ok)\n";

  @TempDir Path directory;

  private static SubmissionRecord record(Path... files) throws IOException {
    InMemoryRecordStore store = Fixtures.store();
    Fixtures.run(store, files);
    assertEquals(1, Fixtures.records(store).size());
    try (View view = store.view()) {
      return view.search(RecordQuery.ALL).next();
    }
  }

  /** Where the indexer stood nobody knows afterwards, and the lines would be said to be gone. */
  @Test
  void aLogNamedFromTheWorkingDirectoryIsNamedFromTheRoot() throws IOException {
    Path log = Files.writeString(directory.resolve("mail.log"), OPENED);
    Path here = Path.of("").toAbsolutePath().relativize(log.toAbsolutePath());
    assertEquals(
        List.of(log.toAbsolutePath().toString()),
        record(here).provenance().stream().map(SourceLine::file).toList());
  }

  /**
   * By name the newest would come first; where there are too many lines, the login must be shown.
   */
  @Test
  void linesOfTheOldestPieceAreShownFirst() throws IOException {
    List<Path> pieces = new ArrayList<>();
    for (String name : List.of("mail.log.2", "mail.log.1", "mail.log")) {
      String text =
          pieces.isEmpty() ? OPENED : SENT.replace("far.example>", "%d>".formatted(pieces.size()));
      pieces.add(Files.write(directory.resolve(name), text.getBytes(StandardCharsets.UTF_8)));
    }
    List<RawLines.Raw> lines = RawLines.read(record(pieces.toArray(Path[]::new)).provenance());
    assertEquals(pieces, lines.stream().map(RawLines.Raw::foundIn).toList());
  }
}
