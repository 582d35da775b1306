package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.FailedLoginQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.record.SubmissionRecord;

/**
 * An indexer that is killed (SIGKILL) again and again, while its logs are appended to, rotated and
 * compressed: what is in the index in the end is what one undisturbed reading makes of them.
 *
 * <p>A few kills in every build; {@code -P kills} makes a hundred. Every seed is printed when it
 * fails; {@code -Dwhosent.seed=N} runs just that one.
 */
class IngestKillTest {
  private static final int KILLS = Integer.getInteger("whosent.kills", 6);

  /** The exit status of what was killed. */
  private static final int SIGKILL = 128 + 9;

  @TempDir Path directory;
  private int kills;
  private int committed;
  private int finished;
  private byte[] log;

  @Test
  void whatAKilledIndexerLeftIsFinishedByTheNext() throws Exception {
    Long only = Long.getLong("whosent.seed");
    long fresh = System.nanoTime();
    for (int round = 0; kills < KILLS; round++) {
      assertTrue(round < 10 * KILLS, "the children end before they can be killed");
      // Every other one is new each time.
      long seed = only != null ? only : round % 2 == 0 ? round : fresh + round;
      try {
        scenario(seed, Files.createDirectories(directory.resolve("round" + round)));
      } catch (AssertionError | Exception e) {
        throw new AssertionError("seed " + seed + ", after " + kills + " kills", e);
      }
      if (only != null) {
        break;
      }
    }
    System.out.printf(
        "IngestKillTest: %d kills, %d of them with a commit before, %d runs that ended first, fresh"
            + " seeds from %d%n",
        kills, committed, finished, fresh);
  }

  private void scenario(long seed, Path round) throws Exception {
    Random random = new Random(seed);
    log = log(random);
    Path logs = Files.createDirectories(round.resolve("logs"));
    Path data = round.resolve("data");
    Path live = logs.resolve("mail.log");
    Files.createFile(live);
    int at = 0;
    boolean alone = random.nextBoolean(); // the live file is named, and not its pieces
    if (alone) {
      at = lineEnd(200); // behind a line of the mail server
      append(live, 0, at);
      try (RecordStore store = PartitionedRecordStore.open(data)) {
        Fixtures.run(store, live); // a first run reads no pieces
      }
    }
    Path named = alone ? live : logs;
    int pieces = 0;
    while (at < log.length) {
      int upTo = Math.min(log.length, at + log.length / 8 + random.nextInt(log.length / 4));
      append(live, at, upTo);
      at = upTo;
      killed(data, named, random);
      if (random.nextBoolean()) {
        int end = lineEnd(at);
        append(live, at, end);
        at = end;
        shift(logs, ++pieces, random);
        if (random.nextBoolean()) {
          Files.move(live, logs.resolve("mail.log.1"));
        } else {
          Files.copy(live, logs.resolve("mail.log.1"));
          Files.delete(live);
        }
        Files.createFile(live);
      }
    }
    try (RecordStore store = PartitionedRecordStore.open(data)) {
      Fixtures.run(store, named);
      assertEquals(
          Fixtures.json(withoutSessions(expected(round))),
          Fixtures.json(withoutSessions(Fixtures.records(store))));
      assertEquals(expectedLogins(round), logins(store));
      assertEquals(0, Fixtures.run(store, named).lines(), "all was read");
    }
  }

  /** Whole transactions of several days, so that commits touch several partitions. */
  private static byte[] log(Random random) {
    StringBuilder text = new StringBuilder();
    String one = new String(Fixtures.bytes("postfix/logs/mail-iso.log"), StandardCharsets.UTF_8);
    for (int copy = 0; copy < 6; copy++) {
      String mark = "" + "BCDFGH".charAt(copy) + random.nextInt(10);
      // Queue IDs that end in another copy's are no queue IDs of this one.
      text.append(
          one.replace("2026-11-23T", "2026-11-" + (18 + copy) + "T")
              .replace("4jY9S", mark + "Y9S"));
      text.append(
          ("2026-11-%02dT23:59:59.%06d+00:00 mail postfix/smtpd[1]: warning: unknown[192.0.2.1]:"
                  + " SASL PLAIN authentication failed: no, sasl_username=u%d%n")
              .formatted(18 + copy, random.nextInt(1_000_000), copy));
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Starts an indexer and kills it after some random while; the while grows to a run's length. */
  private void killed(Path data, Path named, Random random) throws Exception {
    Process child =
        IngestChild.command(
                data.toString(), named.toString(), Integer.toString(1 + random.nextInt(60)))
            .redirectError(directory.resolve("child-errors.txt").toFile())
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      assertEquals("begun", out.readLine(), () -> read(directory.resolve("child-errors.txt")));
      LockSupport.parkNanos(
          TimeUnit.MICROSECONDS.toNanos(
              random.nextInt(random.nextBoolean() ? 300_000 : 2_000_000)));
      child.destroyForcibly();
      int status = child.waitFor();
      if (status == 0) {
        finished++;
      } else {
        assertEquals(SIGKILL, status, () -> read(directory.resolve("child-errors.txt")));
        kills++;
        committed += Files.exists(data.resolve("MANIFEST")) ? 1 : 0;
      }
    } finally {
      child.destroyForcibly();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void append(Path live, int from, int to) throws IOException {
    Files.write(live, Arrays.copyOfRange(log, from, to), StandardOpenOption.APPEND);
  }

  private int lineEnd(int from) {
    int at = from;
    while (at > 0 && at < log.length && log[at - 1] != '\n') {
      at++;
    }
    return at;
  }

  /** As logrotate does: .1 becomes .2, perhaps compressed. */
  private static void shift(Path logs, int pieces, Random random) throws IOException {
    for (int i = pieces; i >= 1; i--) {
      for (String suffix : List.of("", ".gz", ".xz", ".zst", ".bz2")) {
        Path from = logs.resolve("mail.log." + i + suffix);
        if (!Files.exists(from)) {
          continue;
        }
        if (suffix.isEmpty() && random.nextBoolean()) {
          String kind = List.of("gz", "xz", "zst", "bz2").get(random.nextInt(4));
          Files.write(
              logs.resolve("mail.log." + (i + 1) + "." + kind),
              IngestTest.compress(kind, Files.readAllBytes(from)));
          Files.delete(from);
        } else {
          Files.move(from, logs.resolve("mail.log." + (i + 1) + suffix));
        }
      }
    }
  }

  private RecordStore undisturbed(Path round) throws IOException {
    RecordStore store = Fixtures.store();
    Path file = round.resolve("whole");
    Files.write(file, log);
    Fixtures.run(store, file);
    Files.delete(file);
    return store;
  }

  private List<SubmissionRecord> expected(Path round) throws IOException {
    return Fixtures.records(undisturbed(round));
  }

  private TreeSet<String> expectedLogins(Path round) throws IOException {
    return logins(undisturbed(round));
  }

  private static TreeSet<String> logins(RecordStore store) throws IOException {
    List<String> keys = new ArrayList<>();
    try (View view = store.view()) {
      view.failedLogins(FailedLoginQuery.ALL).forEachRemaining(login -> keys.add(login.key()));
      assertEquals(List.of(), view.warnings());
    }
    TreeSet<String> distinct = new TreeSet<>(keys);
    assertEquals(keys.size(), distinct.size(), "shown once each");
    return distinct;
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
}
