package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.ingest.input.Compression;
import org.whosent.indexer.store.InMemoryRecordStore;

/** Files that end too early, and pipes into which nobody writes. */
class UnreadableFilesTest {
  private static final byte[] LOG = Fixtures.bytes("postfix/logs/mail-iso.log");

  @TempDir Path directory;

  /** A copy that was broken off, or is still under way: what is there is read. */
  @ParameterizedTest
  @ValueSource(strings = {"gz", "bz2", "xz", "zst"})
  void ofACompressedFileThatIsCutOffTheBeginningIsRead(String kind) throws IOException {
    cutOff(kind, LOG);
    // Its stamps have whole seconds: a piece of it does not tell yet that it does not run
    // backwards.
    cutOff(kind, Fixtures.bytes("postfix/logs/mail.log"));
  }

  private void cutOff(String kind, byte[] log) throws IOException {
    byte[] whole = IngestTest.compress(kind, log);
    for (int part = 1; part < 8; part++) {
      byte[] cut = Arrays.copyOf(whole, whole.length * part / 8);
      int readable = readable(cut);
      InMemoryRecordStore one = Fixtures.store();
      FileReport report =
          Fixtures.run(one, Files.write(directory.resolve("mail.log.1." + kind), cut))
              .files()
              .getFirst();
      String problem = report.problem();
      assertTrue(problem.contains("cut off"), problem);
      long bytes = new String(log, 0, readable, StandardCharsets.UTF_8).lastIndexOf('\n') + 1;
      assertTrue(
          report.bytes() >= bytes - 4096 && report.bytes() <= log.length,
          kind + ": " + report.bytes() + " of " + readable + " bytes");
    }
  }

  /**
   * Truncated under a writer that does not append: it goes on where it was, behind a hole that may
   * be longer than what the format is recognised by.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 100, 4096, 300_000, 5_000_001})
  void aLogBehindAHoleIsRead(int hole) throws IOException {
    Path file = directory.resolve("mail.log");
    byte[] other = Fixtures.bytes("exim/logs/4.96/mainlog");
    InMemoryRecordStore expected = Fixtures.store();
    Fixtures.run(expected, Files.write(directory.resolve("a"), LOG));
    Fixtures.run(expected, Files.write(directory.resolve("b"), other));
    for (String kind : List.of("", ".gz")) {
      InMemoryRecordStore store = Fixtures.store();
      for (byte[] log : List.of(LOG, other)) {
        byte[] text = new byte[hole + log.length];
        System.arraycopy(log, 0, text, hole, log.length);
        Files.write(file, kind.isEmpty() ? text : IngestTest.compress("gz", text));
        assertFalse(Fixtures.run(store, file).failed(), kind);
        assertEquals(0, Fixtures.run(store, file).lines(), "again" + kind);
      }
      assertEquals(
          Fixtures.json(Fixtures.records(expected)), Fixtures.json(Fixtures.records(store)), kind);
    }
    assertFalse(Fixtures.run(expected, Files.write(file, new byte[hole])).failed(), "hole alone");
  }

  /** As on a central log server, which has a directory for each host. */
  @Test
  void aDirectoryOfDirectoriesIsNotPassedOverSilently() throws IOException {
    Path host = Files.createDirectories(directory.resolve("remote/mx1"));
    Files.write(host.resolve("mail.log"), LOG);
    InMemoryRecordStore store = Fixtures.store();
    IngestReport report = Fixtures.run(store, host.getParent());
    assertTrue(report.failed());
    String said = report.files().getFirst().summary();
    assertTrue(said.contains("/remote: holds directories only, "), said);
    assertFalse(Fixtures.run(store, host).failed());
    assertFalse(Fixtures.run(store, Files.createDirectory(directory.resolve("empty"))).failed());
  }

  /** How much comes out, read byte by byte. */
  private static int readable(byte[] compressed) {
    int count = 0;
    try (InputStream in = Compression.open(new ByteArrayInputStream(compressed))) {
      while (in.read() >= 0) {
        count++;
      }
    } catch (IOException _) {
      // cut off
    }
    return count;
  }

  /** Who ends `index` does not wait for a writer of the pipe who never comes. */
  @Test
  @Timeout(600)
  void aPipeThatNobodyWritesIntoCanBeLeft() throws Exception {
    Path pipe = directory.resolve("pipe");
    int made = -1;
    try {
      made = new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
    } catch (IOException _) {
      // not installed
    }
    Assumptions.assumeTrue(made == 0, "mkfifo is not installed (coreutils): skipped");
    Ingest ingest = Fixtures.ingest(Fixtures.store());
    Thread stopping =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (Thread.getAllStackTraces().keySet().stream()
                      .noneMatch(t -> t.getName().equals("whosent-input"))) {
                    Thread.onSpinWait(); // it waits for a writer soon
                  }
                  ingest.stop();
                });
    assertTrue(ingest.run(List.of(pipe.toString())).interrupted());
    stopping.join();
  }

  /** Found in a directory by its octets, which java.io does not keep. */
  @Test
  void aFileWhoseNameIsNotUtf8IsRead() throws Exception {
    Path log = Files.write(directory.resolve("log"), LOG);
    Path odd = Files.createDirectory(directory.resolve("odd"));
    Process move =
        new ProcessBuilder("sh", "-c", "mv log \"odd/$(printf 'm\\344il.log')\"")
            .directory(directory.toFile())
            .start();
    Assumptions.assumeTrue(move.waitFor() == 0, "no such name can be made here: skipped");
    assertTrue(Files.notExists(log));
    InMemoryRecordStore one = Fixtures.store();
    FileReport report = Fixtures.run(one, odd).files().getFirst();
    assertTrue(report.problem() == null && report.bytes() == LOG.length, report.toString());
    assertTrue(Fixtures.run(one, odd).files().getFirst().bytes() == 0, "read once");
  }
}
