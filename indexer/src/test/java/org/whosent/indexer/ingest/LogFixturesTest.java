package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.formats.LogSources;
import org.whosent.indexer.store.InMemoryRecordStore;

/**
 * Samples of every log format in, records out, compared to the last character.
 *
 * <p>When a change of the expected records is meant: {@code -Dwhosent.fixtures.write=DIR} writes
 * what is found below DIR, to be looked at and copied.
 */
class LogFixturesTest {
  @TempDir Path directory;

  static Stream<Fixtures.Case> cases() {
    return LogSources.ALL.stream().flatMap(source -> Fixtures.cases(source.name()).stream());
  }

  @Test
  void everyLogSourceHasSamples() {
    for (LogSource source : LogSources.ALL) {
      assertTrue(
          Fixtures.exists(source.name() + "/cases.txt"),
          "log source '%s' has no samples: see how to add one in LogSources"
              .formatted(source.name()));
      assertTrue(!Fixtures.cases(source.name()).isEmpty(), source.name() + " has no case");
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void samplesGiveTheExpectedRecords(Fixtures.Case sample) throws IOException {
    List<String> paths = new ArrayList<>();
    for (String file : sample.files()) {
      paths.add(Fixtures.put(directory, sample.source(), file, sample.modified()).toString());
    }
    InMemoryRecordStore store = Fixtures.store();
    IngestReport report =
        Fixtures.ingest(store, Fixtures.options(sample.zone(), sample.year()), new byte[0])
            .run(paths);
    assertTrue(!report.failed(), () -> report.files().toString());
    String found = Fixtures.json(Fixtures.recordsWithLines(store));
    String target = System.getProperty("whosent.fixtures.write");
    if (target != null) {
      Path file = Path.of(target, sample.source(), sample.expected());
      Files.createDirectories(file.getParent());
      Files.writeString(file, found);
      return;
    }
    String expected =
        new String(
            Fixtures.bytes(sample.source() + "/" + sample.expected()), StandardCharsets.UTF_8);
    assertEquals(expected, found);
  }
}
