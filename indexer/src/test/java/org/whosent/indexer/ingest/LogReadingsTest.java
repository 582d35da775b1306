package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.whosent.indexer.log.formats.LogSources;
import org.whosent.record.SubmissionRecord;

/**
 * However the samples' logs are cut, rotated, copied, followed and stamped, and in whatever order
 * that is read: the same records.
 */
class LogReadingsTest {
  private static final long[] SEEDS = {1, System.nanoTime()};

  /** Each log once for each form of its stamps; the pieces of one are its name with suffixes. */
  private static final List<String> LOGS =
      List.of(
          "postfix logs/mail.log logs/mail-iso.log logs/mail-5424.log",
          "postfix filter/mail-iso.log",
          "exim logs/4.96/mainlog",
          "exim logs/4.96-all/mainlog",
          "exim logs/4.98/mainlog",
          "sendmail logs/mail.log logs/mail-iso.log logs/mail-5424.log",
          "opensmtpd logs/mail.log logs/mail-iso.log logs/mail-5424.log",
          "haraka logs/haraka.out",
          "dovecot logs/mail.log logs/mail-iso.log logs/mail-5424.log",
          "kumomta logs/20261125-0946",
          "stalwart logs/stalwart.2026-11-25",
          "rspamd logs/rspamd-3.4.log",
          "james logs/audit-3.9-live.json",
          "journal logs/journal-20261123-0001.jsonl");

  @TempDir Path folder;

  static Stream<Arguments> logsAndWays() {
    return LOGS.stream()
        .flatMap(log -> Arrays.stream(LogReadings.Way.values()).map(way -> Arguments.of(log, way)));
  }

  private static List<String> lines(String name) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String suffix : List.of(".2.gz", ".1", "")) {
      if (Fixtures.exists(name + suffix)) {
        byte[] bytes = Fixtures.bytes(name + suffix);
        lines.addAll(
            LogReadings.lines(
                suffix.endsWith(".gz")
                    ? new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes()
                    : bytes));
      }
    }
    return lines;
  }

  private LogReadings log(String log) throws IOException {
    String[] words = log.split(" ");
    List<List<String>> stamped = new ArrayList<>();
    for (String name : Arrays.asList(words).subList(1, words.length)) {
      stamped.add(lines(words[0] + '/' + name));
    }
    return new LogReadings(
        folder,
        // By name: a piece of a few lines may hold none that tells its format.
        new IngestOptions(LogSources.named(words[0]).orElseThrow(), null, ZoneOffset.UTC, null),
        Fixtures.MODIFIED,
        stamped);
  }

  @ParameterizedTest
  @MethodSource("logsAndWays")
  void everyWayMakesTheSameRecords(String name, LogReadings.Way way) throws IOException {
    // Of stamps of whole seconds nobody can tell which way two seconds run.
    boolean brief = way == LogReadings.Way.TURNED && name.startsWith("dovecot ");
    LogReadings log = log(brief ? name.replace(" logs/mail.log ", " ") : name);
    List<SubmissionRecord> expected = log.straight();
    assertTrue(expected.stream().anyMatch(r -> r.user() != null), "no user");
    // Who follows a log waits on purpose: a fresh seed only.
    long[] seeds = way == LogReadings.Way.FOLLOWED ? Arrays.copyOfRange(SEEDS, 1, 2) : SEEDS;
    for (long seed : seeds) {
      List<SubmissionRecord> found = log.read(way, new Random(seed));
      if (way.mayMiss()) {
        assertNothingElse(expected, found, seed);
      } else {
        assertEquals(Fixtures.json(expected), Fixtures.json(found), () -> "seed " + seed);
      }
    }
  }

  /** Whoever is named is who sent it. */
  private static void assertNothingElse(
      List<SubmissionRecord> expected, List<SubmissionRecord> found, long seed) {
    Map<String, SubmissionRecord> byId = new HashMap<>();
    for (SubmissionRecord record : expected) {
      record.aliases().forEach(alias -> byId.putIfAbsent(alias, record));
    }
    expected.forEach(record -> byId.put(record.transactionId(), record));
    for (SubmissionRecord record : found) {
      SubmissionRecord whole = byId.get(record.transactionId());
      assertNotNull(whole, () -> "seed " + seed + ": " + record);
      assertTrue(
          record.user() == null || record.user().equals(whole.user()),
          () -> "seed " + seed + ": " + record + " for " + whole);
    }
    assertTrue(found.size() >= expected.size(), () -> "seed " + seed + ": lost");
  }

  /** The same lines in Docker's JSON and as they are, in any order. */
  @ParameterizedTest
  @MethodSource("syslogs")
  void wrappedAndBareLinesAreTheSame(String name) throws IOException {
    String[] words = name.split(" ");
    List<String> bare = lines(words[0] + '/' + words[1]);
    LogReadings log =
        new LogReadings(
            folder,
            new IngestOptions(LogSources.named(words[0]).orElseThrow(), null, ZoneOffset.UTC, null),
            Fixtures.MODIFIED,
            List.of(bare, LogReadings.inDocker(bare, Instant.parse("2026-11-23T15:54:00Z"))));
    String expected = Fixtures.json(log.straight());
    for (long seed : SEEDS) {
      assertEquals(
          expected,
          Fixtures.json(log.read(LogReadings.Way.STAMPS, new Random(seed))),
          () -> "seed " + seed);
    }
  }

  static Stream<String> syslogs() {
    return Stream.of(
        "postfix filter/mail-iso.log",
        "postfix logs/mail-iso.log",
        "exim logs/4.96/mainlog",
        "exim logs/4.96-all/mainlog",
        "sendmail logs/mail-iso.log",
        "opensmtpd logs/mail-iso.log",
        "haraka logs/haraka.out",
        "dovecot logs/mail-iso.log");
  }

  /** The clock set back at any line, by seconds to hours: nobody else is named, nothing is lost. */
  @ParameterizedTest
  @MethodSource("syslogs")
  void aClockThatIsSetBackChangesTimesOnly(String name) throws IOException {
    String[] words = name.split(" ");
    List<String> lines = lines(words[0] + '/' + words[1]);
    List<SubmissionRecord> expected = straight(words[0], lines);
    for (long seed : SEEDS) {
      Random random = new Random(seed);
      for (int seconds : SetBackLogs.STEPS) {
        int at = random.nextInt(lines.size());
        List<SubmissionRecord> found = straight(words[0], SetBackLogs.setBack(lines, at, seconds));
        if (name.contains("filter")) {
          // What was with a filter when it happened is not joined: docs/log-formats.md.
          assertNothingElse(expected, found, seed);
        } else {
          assertEquals(
              String.join("\n", SetBackLogs.said(expected)),
              String.join("\n", SetBackLogs.said(found)),
              () -> "seed %d: by %d seconds at line %d".formatted(seed, seconds, at));
        }
      }
    }
  }

  private List<SubmissionRecord> straight(String source, List<String> lines) throws IOException {
    return new LogReadings(
            folder,
            new IngestOptions(LogSources.named(source).orElseThrow(), null, ZoneOffset.UTC, null),
            Fixtures.MODIFIED,
            List.of(lines))
        .straight();
  }
}
