package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.record.SubmissionRecord;

/**
 * A master user's login matters to what his account sends for a day: the records are the same
 * wherever readings end and the log is rotated, however much lies between.
 */
class LastingLinesTest {
  private static final String HOST = " mail ";

  /** More than is looked back. */
  private static final int BETWEEN = 9 << 20;

  @TempDir Path directory;

  enum Server {
    EXIM(
        "exim[135]: Start queue run: pid=135",
        "exim[135]: %s <= a@example.com H=(laptop) [127.0.7.11] P=esmtpa A=dovecot_plain:%s S=353",
        "1xY4BP-000026-2q",
        "1xY4BP-000027-2q",
        "1xY4BP-000028-2q"),
    POSTFIX(
        "postfix/anvil[9]: statistics: max cache size 1 at Nov 30 10:00:00",
        "postfix/submission/smtpd[77]: %s: client=laptop[127.0.7.11], sasl_method=PLAIN,"
            + " sasl_username=%s",
        "4gNmT21v2nz9vL",
        "4gNmT21v2nz9vM",
        "4gNmT21v2nz9vN");

    private final String other;
    private final String arrival;
    private final List<String> ids;

    Server(String other, String arrival, String... ids) {
      this.other = other;
      this.arrival = arrival;
      this.ids = List.of(ids);
    }

    String arrival(int which, String user) {
      return arrival.formatted(ids.get(which), user);
    }
  }

  private static String at(String time, String text) {
    return "2026-11-30T" + time + ".000000+00:00" + HOST + text + "\n";
  }

  /** Lines of another program. */
  private static String between(String time) {
    String line = at(time, "backup[9]: " + "copied ".repeat(140) + "all");
    return line.repeat(BETWEEN / line.length() + 1);
  }

  /** A login of a master user's as victim, much else, what victim and another sent, again much. */
  private static List<String> log(Server server) {
    return List.of(
        at("08:00:00", server.arrival(0, "first")),
        between("09:00:00"),
        at("10:00:00", server.other)
            + at("10:00:00", "dovecot: auth: Master user logging in as victim@example.com"),
        between("11:00:00"),
        at("12:00:00", server.other) + between("12:00:00"),
        at("13:00:00", server.arrival(1, "victim@example.com")),
        at("13:00:01", server.arrival(2, "alice@example.com")),
        between("14:00:00"));
  }

  private List<SubmissionRecord> inOne(List<String> log) throws IOException {
    Path file = Files.createTempDirectory(directory, "one").resolve("mail.log");
    Files.writeString(file, String.join("", log));
    InMemoryRecordStore store = Fixtures.store();
    Fixtures.run(store, file);
    List<SubmissionRecord> records = Fixtures.records(store);
    assertTrue(records.stream().anyMatch(r -> "alice@example.com".equals(r.user())), "no user");
    assertFalse(
        records.stream().anyMatch(r -> "victim@example.com".equals(r.user())), "the account");
    return records;
  }

  private static void append(Path file, String text) throws IOException {
    byte[] old = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(old);
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @EnumSource
  void asTheLogGrows(Server server) throws IOException {
    List<String> log = log(server);
    List<SubmissionRecord> expected = inOne(log);
    InMemoryRecordStore store = Fixtures.store();
    Path file = directory.resolve("mail.log");
    for (String part : log) {
      append(file, part);
      Fixtures.run(store, file);
    }
    assertEquals(Fixtures.json(expected), Fixtures.json(Fixtures.records(store)));
  }

  private static void pack(Path from, Path to) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(to))) {
      Files.copy(from, out);
    }
    Files.delete(from);
  }

  /**
   * The login stands in the second piece before the mail's, far before its end; an older one cannot
   * be read.
   */
  @ParameterizedTest
  @CsvSource({"EXIM,.gz", "EXIM,''", "POSTFIX,.gz", "POSTFIX,''"})
  void asTheLogIsRotated(Server server, String packed) throws IOException {
    List<String> log = log(server);
    List<SubmissionRecord> expected = inOne(log);
    List<String> pieces =
        List.of(
            log.get(0) + log.get(1),
            log.get(2) + log.get(3),
            log.get(4),
            log.get(5) + log.get(6) + log.get(7));
    InMemoryRecordStore store = Fixtures.store();
    Path file = directory.resolve("mail.log");
    byte[] broken = {31, (byte) 139, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3};
    Files.write(directory.resolve("mail.log.9" + packed), packed.isEmpty() ? new byte[0] : broken);
    for (String piece : pieces) {
      for (int number = pieces.size(); number > 1; number--) {
        Path from = directory.resolve("mail.log." + (number - 1) + packed);
        if (Files.exists(from)) {
          Files.move(from, directory.resolve("mail.log." + number + packed));
        }
      }
      Path rotated = directory.resolve("mail.log.1" + packed);
      if (Files.exists(file) && packed.isEmpty()) {
        Files.move(file, rotated);
      } else if (Files.exists(file)) {
        pack(file, rotated);
      }
      Files.writeString(file, piece);
      Fixtures.run(store, file);
    }
    assertEquals(Fixtures.json(expected), Fixtures.json(Fixtures.records(store)));
  }

  @Test
  void aLaterOneOfTheSameTakesThePlace() {
    LastingLines lines = new LastingLines();
    lines.add("a", 10);
    lines.add("b", 20);
    lines.add("a", 30);
    assertEquals(List.of(20L, 30L), lines.before(Long.MAX_VALUE));
    assertEquals(List.of(20L), lines.before(30));
  }

  @Test
  void onlySoManyAreKept() {
    LastingLines lines = new LastingLines();
    for (int i = 0; i < 5000; i++) {
      lines.add("account " + i, 100L * i);
    }
    List<Long> kept = lines.before(Long.MAX_VALUE);
    assertEquals(4000, kept.size());
    assertEquals(100_000L, kept.getFirst());
  }

  private static String name(int log) {
    return "%02x%030x".formatted(log % 256, log);
  }

  /**
   * Of logs that begin with the same line, of many logs, of logs with many: no value is too long.
   */
  @Test
  void whatIsKeptIsBounded() throws IOException {
    InMemoryRecordStore store = Fixtures.store();
    List<Long> many =
        LongStream.range(1L << 40, (1L << 40) + 4000)
            .map(i -> i * i % (1L << 50))
            .sorted()
            .boxed()
            .toList();
    try (Batch batch = store.begin()) {
      Checkpoint last = null;
      for (int i = 0; i < 1500; i++) {
        String log = name(i / 5);
        last = new Checkpoint(log, i, i, "%016x".formatted(i), null, many);
        last.put(batch, null);
      }
      List<Long> kept = Checkpoint.of(batch, Set.of(last.first())).getFirst().lasting();
      assertFalse(kept.isEmpty());
      assertEquals(kept, many.subList(4000 - kept.size(), 4000));
      assertEquals(List.of(), Checkpoint.of(batch, Set.of(name(0))).getFirst().lasting());
      Checkpoint next =
          new Checkpoint(last.first(), 9999, 9998, "ffffffffffffffff", null, List.of());
      next.put(batch, last);
      List<Checkpoint> all = Checkpoint.of(batch, Set.of(last.first()));
      assertEquals(next, all.getFirst());
      assertEquals(1, all.stream().filter(each -> !each.lasting().isEmpty()).count());
    }
  }

  @Test
  void placesAreReadAsTheyWereWritten() {
    SplittableRandom random = new SplittableRandom();
    for (int i = 0; i < 1000; i++) {
      List<Long> places = new ArrayList<>();
      for (int n = random.nextInt(1, 20); n > 0; n--) {
        places.add(random.nextLong(1L << random.nextInt(1, 62)));
      }
      Collections.sort(places);
      assertEquals(places, LastingPlaces.parse(LastingPlaces.format(places, Integer.MAX_VALUE)));
    }
  }
}
