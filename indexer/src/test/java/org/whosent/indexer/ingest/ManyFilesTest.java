package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;

/** Several files make one commit; what is said of a file is said when it is durable. */
class ManyFilesTest {
  private static final int FILES = 5;

  @TempDir Path directory;
  private final InMemoryRecordStore store = Fixtures.store();
  private final List<String> steps = Collections.synchronizedList(new ArrayList<>());

  /** Logs of so many days, none of which goes on in another. */
  @BeforeEach
  void logs() throws IOException {
    String one = new String(Fixtures.bytes("postfix/logs/mail-iso.log"), StandardCharsets.UTF_8);
    for (int i = 0; i < FILES; i++) {
      String log =
          one.replace("2026-11-23T", "2026-11-" + (18 + i) + "T")
              .replace("4jY9S", "BCDFG".charAt(i) + "7Y9S");
      Files.writeString(directory.resolve(name(i)), log);
    }
  }

  private static String name(int i) {
    return (char) ('a' + i) + ".log";
  }

  private Ingest ingest(SteppedStore.Steps more) {
    PrintStream err =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8) {
          @Override
          public void println(String summary) {
            String name = Path.of(summary.substring(0, summary.indexOf(':'))).getFileName() + "";
            steps.add("said " + name);
            assertTrue(isThere(name), name + " is said to be read, and its records are not there");
          }
        };
    SteppedStore.Steps noted =
        what -> {
          if (!what.equals("add")) {
            steps.add(what);
          }
          more.step(what);
        };
    return new Ingest(
        new SteppedStore(store, noted),
        Site.UNKNOWN,
        Fixtures.options(ZoneOffset.UTC, null),
        new ByteArrayInputStream(new byte[0]),
        err);
  }

  private boolean isThere(String name) {
    try {
      for (SubmissionRecord record : Fixtures.recordsWithLines(store)) {
        for (SourceLine line : record.provenance()) {
          if (line.file().endsWith(name)) {
            return true;
          }
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void smallFilesMakeOneCommit() throws IOException {
    IngestReport report = ingest(_ -> {}).run(List.of(directory.toString()));
    List<String> expected = new ArrayList<>(List.of("begin", "commit"));
    for (int i = 0; i < FILES; i++) {
      expected.add("said " + name(i));
    }
    assertEquals(expected, steps);
    assertEquals(FILES, report.files().size());
    assertEquals(0, Fixtures.run(store, directory).lines(), "all was read");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100, 450})
  void howeverOftenItCommitsNothingIsSaidBefore(int lines) throws IOException {
    Ingest ingest = ingest(_ -> {});
    ingest.linesPerCommit(lines);
    ingest.run(List.of(directory.toString()));
    assertEquals(
        List.of("said a.log", "said b.log", "said c.log", "said d.log", "said e.log"),
        steps.stream().filter(step -> step.startsWith("said")).toList());
    InMemoryRecordStore expected = Fixtures.store();
    Fixtures.run(expected, directory);
    assertEquals(
        Fixtures.json(Fixtures.recordsWithLines(expected)),
        Fixtures.json(Fixtures.recordsWithLines(store)));
  }

  @Test
  void ofWhatTheStoreCouldNotCommitNothingIsSaid() throws IOException {
    Ingest ingest =
        ingest(
            what -> {
              if (what.equals("commit")) {
                throw new IOException("no space");
              }
            });
    IOException failure =
        assertThrows(IOException.class, () -> ingest.run(List.of(directory.toString())));
    assertEquals("no space", failure.getMessage());
    assertEquals(List.of("begin", "commit"), steps);
    assertEquals(List.of(), Fixtures.records(store));
    assertTrue(Fixtures.run(store, directory).files().stream().noneMatch(f -> f.lines() == 0));
  }

  /** The steps of a follower, from its start until all files are there. */
  private List<String> follow(SteppedStore.Steps more) throws Exception {
    Ingest ingest = ingest(more);
    FutureTask<IngestReport> running =
        new FutureTask<>(() -> ingest.follow(List.of(directory.toString())));
    Thread.ofPlatform().start(running);
    try {
      for (int i = 0; i < FILES; i++) {
        while (!isThere(name(i)) && !running.isDone()) {
          Thread.onSpinWait();
        }
      }
    } finally {
      ingest.stop();
    }
    running.get();
    return steps.stream().filter(step -> !step.startsWith("said")).toList();
  }

  @Test
  @Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whatIsNewInSeveralFollowedFilesMakesOneCommit() throws Exception {
    assertEquals(List.of("begin", "commit"), follow(_ -> {}));
  }

  @Test
  @Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void nothingWaitsForALargeFollowedFile() throws Exception {
    String line = "2026-11-20T12:00:00.000000+00:00 mail other[1]: " + "x".repeat(1000) + '\n';
    Files.writeString(directory.resolve(name(2)), line.repeat(1100), StandardOpenOption.APPEND);
    List<Boolean> there = Collections.synchronizedList(new ArrayList<>());
    List<String> all =
        follow(
            what -> {
              if (what.equals("begin")) {
                there.add(isThere(name(0)) && isThere(name(1)));
              }
            });
    assertEquals(List.of("begin", "commit", "begin", "commit", "begin", "commit"), all);
    assertEquals(List.of(false, true, true), there);
  }

  @Test
  void aCopyInTheSameRunIsKnown() throws IOException {
    Files.copy(directory.resolve("a.log"), directory.resolve("z.log"));
    IngestReport report = Fixtures.run(store, directory);
    FileReport copy =
        report.files().stream().filter(f -> f.file().endsWith("/z.log")).findFirst().orElseThrow();
    assertEquals(0, copy.lines());
    assertTrue(copy.upToDate());
  }

  @Test
  void whatTheStoreDoesNotTakeIsCountedWithItsFile() throws IOException {
    store.purge(Instant.parse("2026-11-20T00:00:00Z"), false);
    List<Long> dropped =
        Fixtures.run(store, directory).files().stream().map(FileReport::dropped).toList();
    assertTrue(dropped.get(0) > 0 && dropped.get(1) > 0, () -> "dropped: " + dropped);
    assertEquals(List.of(0L, 0L, 0L), dropped.subList(2, FILES));
  }
}
