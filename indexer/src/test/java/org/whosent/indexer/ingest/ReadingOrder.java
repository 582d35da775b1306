package org.whosent.indexer.ingest;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.whosent.indexer.ingest.input.SourceFile;
import org.whosent.record.JournalCodec;
import org.whosent.record.SubmissionRecord;

/**
 * Reads a corpus server's logs in other ways than straight through ({@link LogReadings}) and counts
 * which fields of which records differ; and with a clock that is set back ({@link SetBackLogs}).
 * Not part of the build: the corpus is not in the repository.
 *
 * <p>{@code java … org.whosent.indexer.ingest.ReadingOrder CORPUS ROUNDS SEED SERVER…}: exit status
 * 1 when anything differs.
 */
final class ReadingOrder {
  private static final List<String> NAMES =
      List.of("mail.log", "mail-iso.log", "mail-5424.log", "maillog", "mainlog", "haraka.out");

  private ReadingOrder() {}

  public static void main(String[] arguments) throws IOException {
    boolean differs = false;
    int rounds = Integer.parseInt(arguments[1]);
    long seed = Long.parseLong(arguments[2]);
    for (String server : List.of(arguments).subList(3, arguments.length)) {
      differs |= server(Path.of(arguments[0], server), rounds, seed);
    }
    System.exit(differs ? 1 : 0);
  }

  private static boolean server(Path directory, int rounds, long seed) throws IOException {
    Path folder = Files.createTempDirectory("reading-order");
    try {
      List<List<String>> all = new ArrayList<>();
      boolean differs = false;
      for (String name : NAMES) {
        List<String> lines = whole(directory.resolve("logs").resolve(name));
        if (lines.size() < 50) {
          continue; // a postlogd server's syslog files hold nothing of its mail
        }
        all.add(lines);
        String what = directory.getFileName() + " " + name;
        LogReadings log = log(folder, List.of(lines));
        if (!name.equals("mail.log") && !name.equals("mail-5424.log")) {
          differs |= setBack(what, folder, lines, 10 * rounds, seed);
        }
        for (LogReadings.Way way : LogReadings.Way.values()) {
          if (way != LogReadings.Way.STAMPS) {
            differs |= differs(what, log, way, rounds, seed);
          }
        }
      }
      if (all.size() == 1) {
        all.add(LogReadings.inDocker(all.getFirst(), Instant.parse("2026-11-23T15:54:00Z")));
      }
      LogReadings log = log(folder, all);
      String what = directory.getFileName() + " all stamps";
      return differs | differs(what, log, LogReadings.Way.STAMPS, rounds, seed);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static LogReadings log(Path folder, List<List<String>> stamped) {
    return new LogReadings(
        folder,
        new IngestOptions(null, "mail.example.com", ZoneOffset.UTC, null),
        Instant.parse("2026-11-24T00:00:00Z"),
        stamped);
  }

  private static List<String> whole(Path live) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String suffix : List.of(".2.gz", ".1", "")) {
      Path file = live.resolveSibling(live.getFileName() + suffix);
      if (Files.exists(file)) {
        lines.addAll(
            LogReadings.lines(SourceFile.of(file.toString(), file).open(0).readAllBytes()));
      }
    }
    return lines;
  }

  private static boolean differs(
      String what, LogReadings log, LogReadings.Way way, int rounds, long seed) throws IOException {
    List<SubmissionRecord> expected = log.straight();
    Map<String, Integer> fields = new TreeMap<>();
    for (int round = 0; round < rounds; round++) {
      List<SubmissionRecord> found = log.read(way, new Random(seed + round));
      if (!Fixtures.json(expected).equals(Fixtures.json(found))) {
        compare(expected, found, fields, "seed " + (seed + round));
      }
    }
    System.out.printf(
        "%s: %s, %d records, %d rounds from seed %d, %s%n",
        what, way, expected.size(), rounds, seed, fields.isEmpty() ? "the same" : fields);
    return way.mayMiss()
        ? fields.containsKey("user OTHER") || fields.containsKey("user added")
        : !fields.isEmpty();
  }

  /** The clock set back at a random line: nobody else is named, no outcome is lost. */
  private static boolean setBack(
      String what, Path folder, List<String> lines, int rounds, long seed) throws IOException {
    List<String> expected = SetBackLogs.said(log(folder, List.of(lines)).straight());
    int lost = 0;
    for (int round = 0; round < rounds; round++) {
      Random random = new Random(seed + round);
      int at = random.nextInt(lines.size());
      int seconds = SetBackLogs.STEPS.get(random.nextInt(SetBackLogs.STEPS.size()));
      List<String> set = SetBackLogs.setBack(lines, at, seconds);
      List<String> found = SetBackLogs.said(log(folder, List.of(set)).straight());
      if (!expected.equals(found)) {
        lost++;
        System.out.printf("  set back by %d seconds at line %d%n", seconds, at);
        expected.stream()
            .filter(r -> !found.contains(r))
            .forEach(r -> System.out.println("  - " + r));
        found.stream()
            .filter(r -> !expected.contains(r))
            .forEach(r -> System.out.println("  + " + r));
      }
    }
    System.out.printf(
        "%s: clock set back, %d rounds from seed %d, %d differ%n", what, rounds, seed, lost);
    return lost > 0;
  }

  private static void compare(
      List<SubmissionRecord> expected,
      List<SubmissionRecord> found,
      Map<String, Integer> fields,
      String say) {
    Map<String, SubmissionRecord> byId = new HashMap<>();
    expected.forEach(record -> byId.put(record.transactionId(), record));
    for (SubmissionRecord record : found) {
      SubmissionRecord whole = byId.remove(record.transactionId());
      if (whole == null) {
        count(fields, "one more", say, null, record);
        continue;
      }
      for (RecordComponent field : SubmissionRecord.class.getRecordComponents()) {
        String difference = difference(field, whole, record);
        if (difference != null) {
          count(fields, field.getName() + " " + difference, say, whole, record);
        }
      }
    }
    byId.values().forEach(record -> count(fields, "one less", say, record, null));
  }

  private static String difference(
      RecordComponent field, SubmissionRecord whole, SubmissionRecord record) {
    String one = text(field, whole);
    String two = text(field, record);
    return one.equals(two) ? null : two.isEmpty() ? "missing" : one.isEmpty() ? "added" : "OTHER";
  }

  private static String text(RecordComponent field, SubmissionRecord record) {
    try {
      Object value = field.getAccessor().invoke(record);
      return value == null || List.of().equals(value) ? "" : value.toString();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void count(
      Map<String, Integer> fields,
      String what,
      String say,
      SubmissionRecord one,
      SubmissionRecord two) {
    if (fields.merge(what, 1, Integer::sum) <= 2) {
      System.out.println("  " + what + ", " + say);
      for (SubmissionRecord record : new SubmissionRecord[] {one, two}) {
        if (record != null) {
          String json = new String(JournalCodec.encodeRecord(record), StandardCharsets.UTF_8);
          System.out.println("  " + (record == one ? "- " : "+ ") + json);
        }
      }
    }
  }
}
