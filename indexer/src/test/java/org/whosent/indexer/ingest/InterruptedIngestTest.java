package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;

/**
 * A log is written, rotated, compressed and truncated, and an ingest over it fails and is stopped
 * at random places: at the end the records are those of one undisturbed reading, once each.
 */
class InterruptedIngestTest {
  /** Seeds that are even, and others. */
  private static final List<byte[]> LOGS =
      List.of(
          Fixtures.bytes("postfix/logs/mail-iso.log"),
          Fixtures.bytes("postfix/filter/mail-iso.log"));

  private byte[] log;

  @TempDir Path directory;

  static List<Long> seeds() {
    return List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 11L, 13L, System.nanoTime());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anyInterruptionLeavesTheSameRecords(long seed) throws IOException {
    Random random = new Random(seed);
    log = LOGS.get((int) (seed & 1));
    Path live = directory.resolve("mail.log");
    Files.createFile(live);
    InMemoryRecordStore store = Fixtures.store();
    int at = 0;
    int pieces = 0;
    while (at < log.length) {
      switch (random.nextInt(8)) {
        case 0 -> {
          // rename; a writer rotates between lines
          at = append(live, at, lineEnd(at));
          shift(pieces++, random);
          Files.move(live, directory.resolve("mail.log.1"));
          Files.createFile(live);
        }
        case 1 -> {
          // copytruncate
          at = append(live, at, lineEnd(at));
          shift(pieces++, random);
          Files.copy(live, directory.resolve("mail.log.1"));
          Files.write(live, new byte[0]);
        }
        case 2, 3, 4 -> at = append(live, at, Math.min(log.length, at + random.nextInt(4000)));
        default -> disturbed(store, random);
      }
    }
    Fixtures.run(store, directory);
    assertEquals(
        Fixtures.json(withoutSessions(expected())),
        Fixtures.json(withoutSessions(Fixtures.records(store))),
        "seed " + seed);
    assertEquals(0, Fixtures.run(store, directory).lines(), "seed " + seed);
  }

  /** What TLS a session spoke is lost where the log is rotated within it. */
  private static List<SubmissionRecord> withoutSessions(List<SubmissionRecord> records) {
    return records.stream()
        .map(
            record -> {
              SubmissionRecord.Builder builder = record.toBuilder();
              builder.tlsVersion = null;
              builder.tlsCipher = null;
              return builder.build();
            })
        .toList();
  }

  private List<SubmissionRecord> expected() throws IOException {
    InMemoryRecordStore store = Fixtures.store();
    Path file = directory.resolve("whole");
    Files.write(file, log);
    Fixtures.run(store, file);
    Files.delete(file);
    return Fixtures.records(store);
  }

  private int append(Path live, int from, int to) throws IOException {
    Files.write(live, Arrays.copyOfRange(log, from, to), StandardOpenOption.APPEND);
    return to;
  }

  private int lineEnd(int from) {
    int at = from;
    while (at > 0 && at < log.length && log[at - 1] != '\n') {
      at++;
    }
    return at;
  }

  /** As logrotate does: .1 becomes .2, perhaps compressed. */
  private void shift(int pieces, Random random) throws IOException {
    for (int i = pieces; i >= 1; i--) {
      for (String suffix : List.of("", ".gz")) {
        Path from = directory.resolve("mail.log." + i + suffix);
        if (!Files.exists(from)) {
          continue;
        }
        Path to = directory.resolve("mail.log." + (i + 1) + suffix);
        if (suffix.isEmpty() && random.nextBoolean()) {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(Files.readAllBytes(from));
          }
          Files.write(directory.resolve("mail.log." + (i + 1) + ".gz"), bytes.toByteArray());
          Files.delete(from);
        } else {
          Files.move(from, to);
        }
      }
    }
  }

  private void disturbed(InMemoryRecordStore store, Random random) {
    Disturbing disturbing = new Disturbing(random.nextInt(60), random.nextBoolean());
    Ingest ingest =
        new Ingest(
            new SteppedStore(store, disturbing),
            Site.UNKNOWN,
            Fixtures.options(ZoneOffset.UTC, null),
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(OutputStream.nullOutputStream()));
    ingest.linesPerCommit(1 + random.nextInt(40));
    disturbing.ingest = ingest;
    try {
      ingest.run(List.of(directory.toString()));
    } catch (IOException e) {
      assertEquals("disturbed", e.getMessage());
    }
  }

  /** Fails, or stops the ingest, at the n-th operation. */
  private static final class Disturbing implements SteppedStore.Steps {
    private final boolean fails;
    private int left;
    private Ingest ingest;

    Disturbing(int left, boolean fails) {
      this.left = left;
      this.fails = fails;
    }

    @Override
    public void step(String what) throws IOException {
      if (left-- == 0) {
        if (fails) {
          throw new IOException("disturbed");
        }
        ingest.stop();
      }
    }
  }
}
