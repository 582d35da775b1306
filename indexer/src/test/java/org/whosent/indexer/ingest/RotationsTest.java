package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.whosent.indexer.ingest.input.Rotation;
import org.whosent.indexer.store.InMemoryRecordStore;

/**
 * Logs of several servers grow, are rotated in all ways that are known, and are read between by
 * runs as from cron: what is found is what one reading of the whole finds.
 */
class RotationsTest {
  private static final List<List<String>> LOGS =
      List.of(
          List.of("postfix/logs/mail.log.2.gz", "postfix/logs/mail.log.1", "postfix/logs/mail.log"),
          List.of("postfix/logs/mail-5424.log"),
          List.of("sendmail/logs/mail.log.1", "sendmail/logs/mail.log"),
          List.of("opensmtpd/logs/mail.log.1", "opensmtpd/logs/mail.log"),
          List.of("dovecot/logs/mail.log.1", "dovecot/logs/mail.log"),
          List.of("exim/logs/4.96/mainlog"),
          List.of("haraka/logs/haraka.out.1", "haraka/logs/haraka.out"),
          List.of("kumomta/logs/20261125-0946"),
          List.of("stalwart/logs/stalwart.2026-11-25"));

  private static final List<String> KINDS = List.of("gz", "xz", "zst", "bz2");

  /** How pieces are named. */
  private enum Names {
    FROM_1("mail.log", ".%d", 1),
    FROM_0("maillog", ".%d", 0),
    TWO_DIGITS("mainlog", ".%02d", 1),
    BEFORE_EXTENSION("mail.log", "mail.%d.log", 1),
    DATES("exim_mainlog", "-2026%02d%02d", -1),
    DATES_WITH_TIME("maillog", ".2026-%02d-%02d-000000", -1),
    DATES_BEFORE_EXTENSION("mail.log", "mail-2026%02d%02d.log", -1),
    DATES_OF_NODE("haraka.log", "haraka__2026-%02d-%02d_00-00-00.log", -1),
    LABELS("current", "@4000000067%02d%02d0000000000.s", -1);

    private final String live;
    private final String pattern;

    /** Of the newest; -1 for what is never renamed again. */
    private final int first;

    Names(String live, String pattern, int first) {
      this.live = live;
      this.pattern = pattern;
      this.first = first;
    }

    String piece(Object... numbers) {
      String name = pattern.formatted(numbers);
      return name.startsWith(".") || name.startsWith("-") ? live + name : name;
    }
  }

  @TempDir Path directory;
  private final InMemoryRecordStore store = Fixtures.store();
  private Random random;
  private Names names;
  private byte[] log;
  private Instant written;
  private int rotations;

  /** Where the writer stands in the live file: behind a hole where it does not append. */
  private long position;

  static Stream<Long> seeds() {
    long fresh = System.nanoTime();
    int many = Integer.getInteger("whosent.rotations", 4);
    return Stream.concat(
        Stream.iterate(1L, seed -> seed + 1).limit(18),
        Stream.iterate(fresh, seed -> seed + 1).limit(many));
  }

  private Path live() {
    return directory.resolve(names.live);
  }

  private static byte[] text(List<String> resources) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (String name : resources) {
      byte[] bytes = Fixtures.bytes(name);
      text.write(
          name.endsWith(".gz")
              ? new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes()
              : bytes);
    }
    return text.toByteArray();
  }

  /** Of a log whose stamps name no year: from December on into January. */
  private static byte[] overNewYear(byte[] log) {
    String text = new String(log, StandardCharsets.ISO_8859_1);
    int half = text.indexOf('\n', text.length() / 2) + 1;
    String before = text.substring(0, half).replaceAll("(?m)^Nov 23 ", "Dec 31 ");
    String after = text.substring(half).replaceAll("(?m)^Nov 23 ", "Jan  1 ");
    return (before + after).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Copies and restored files have any, after their last line. */
  private FileTime someTime() {
    return FileTime.from(written.plus(Duration.ofDays(random.nextInt(3) * 40L)));
  }

  private String whole() throws IOException {
    InMemoryRecordStore other = Fixtures.store();
    Path file = Files.createTempDirectory(directory, "x").resolve("log");
    Files.write(file, log);
    Files.setLastModifiedTime(file, someTime());
    Fixtures.run(other, file);
    return Fixtures.json(Fixtures.records(other));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void readBetweenThemAsInOneGo(long seed) throws IOException {
    random = new Random(seed);
    names = Names.values()[(int) Math.floorMod(seed, (long) Names.values().length)];
    log = text(LOGS.get(random.nextInt(LOGS.size())));
    written = Fixtures.MODIFIED.plus(Duration.ofDays(2));
    if (random.nextInt(3) == 0) {
      log = overNewYear(log);
      written = Instant.parse("2026-01-02T00:00:00Z");
    }
    String said = "seed " + seed + ", " + names;
    // Behind a line of the mail server: of a log that has none nothing is known after a run.
    int at = append(0, lineEnd(1000 + random.nextInt(log.length / 4)));
    run();
    int most = 12;
    while (at < log.length) {
      switch (random.nextInt(9)) {
        case 0, 1 -> {
          if (rotations < most) {
            at = append(at, lineEnd(at));
            at = rotate(at, true);
          }
        }
        case 8 -> {
          if (rotations < most) {
            at = append(at, lineEnd(at));
            at = rotatedMeanwhile(at);
          }
        }
        case 2, 3, 4 ->
            at = append(at, Math.min(log.length, at + random.nextInt(2 + log.length / 16)));
        case 5, 6 -> run();
        default -> killed();
      }
    }
    run();
    assertEquals(whole(), Fixtures.json(Fixtures.records(store)), said);
    assertEquals(0, Fixtures.run(store, live()).lines(), said);
  }

  private int lineEnd(int near) {
    int at = near;
    while (at > 0 && at < log.length && log[at - 1] != '\n') {
      at++;
    }
    return at;
  }

  private int append(int from, int to) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(live().toFile(), "rw")) {
      file.seek(position);
      file.write(log, from, to - from);
      position += to - from;
    }
    return to;
  }

  /** As from cron: mostly the live file alone. */
  private void run() throws IOException {
    for (Path piece : pieces()) {
      Files.setLastModifiedTime(piece, someTime());
    }
    IngestReport report =
        switch (random.nextInt(6)) {
          case 0 -> Fixtures.run(store, directory);
          case 1 -> Fixtures.run(store, pieces().toArray(Path[]::new));
          default -> Fixtures.run(store, live());
        };
    assertFalse(report.failed(), report.files()::toString);
  }

  private List<Path> pieces() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> Rotation.of(file).family().equals(live().toString()))
          .toList();
    }
  }

  private int rotate(int written, boolean mayRun) throws IOException {
    int at = written;
    Path aside;
    if (names.first < 0) {
      aside = directory.resolve(names.piece(1 + rotations / 28, 10 + rotations % 28));
    } else {
      for (int i = names.first + rotations; i >= names.first; i--) {
        for (String suffix : List.of("", ".gz", ".xz", ".zst", ".bz2")) {
          Path from = directory.resolve(names.piece(i) + suffix);
          if (Files.exists(from)) {
            Files.move(from, directory.resolve(names.piece(i + 1) + suffix));
          }
        }
      }
      aside = directory.resolve(names.piece(names.first));
    }
    rotations++;
    compressed(pieces());
    if (!Files.exists(live())) {
      Files.createFile(live());
    }
    switch (random.nextInt(4)) {
      case 0 -> {
        Files.copy(live(), aside);
        Files.write(live(), new byte[0]);
        position = 0;
      }
      case 1 -> { // into the hole
        Files.copy(live(), aside);
        Files.write(live(), new byte[0]);
      }
      case 2 -> { // the writer goes on for a while
        Files.move(live(), aside);
        Path empty = Files.createFile(live());
        if (mayRun && random.nextBoolean()) {
          run();
        }
        Files.delete(empty);
        Files.move(aside, live());
        at = append(at, lineEnd(Math.min(log.length, at + random.nextInt(2000))));
        Files.move(live(), aside);
        Files.createFile(live());
        position = 0;
      }
      default -> {
        Files.move(live(), aside);
        Files.createFile(live());
        position = 0;
      }
    }
    if (random.nextInt(4) == 0) {
      compressed(List.of(aside)); // at once
    }
    return at;
  }

  private void compressed(List<Path> pieces) throws IOException {
    for (Path piece : pieces) {
      boolean plain = KINDS.stream().noneMatch(kind -> piece.toString().endsWith("." + kind));
      if (plain && !piece.equals(live()) && random.nextInt(3) > 0) {
        String kind = KINDS.get(random.nextInt(4));
        Path packed = piece.resolveSibling(piece.getFileName() + "." + kind);
        Files.write(packed, IngestTest.compress(kind, Files.readAllBytes(piece)));
        Files.delete(piece);
      }
    }
  }

  /** At some step on the way into the store; what was not committed is gone. */
  private void killed() throws IOException {
    try {
      stepped(
          () -> {
            throw new IOException("killed");
          });
    } catch (IOException e) {
      assertEquals("killed", e.getMessage());
    }
  }

  /** What a run then says that it did not read, or nothing, the next one reads. */
  private int rotatedMeanwhile(int written) throws IOException {
    int[] at = {written};
    stepped(() -> at[0] = rotate(written, false));
    return at[0];
  }

  private interface Step {
    void run() throws IOException;
  }

  private void stepped(Step step) throws IOException {
    int[] left = {random.nextInt(60)};
    SteppedStore stepped =
        new SteppedStore(
            store,
            what -> {
              if (left[0]-- == 0) {
                step.run();
              }
            });
    Ingest ingest = Fixtures.ingest(stepped);
    ingest.linesPerCommit(1 + random.nextInt(40));
    for (Path piece : pieces()) {
      Files.setLastModifiedTime(piece, someTime());
    }
    boolean alone = random.nextInt(3) > 0;
    ingest.run(alone ? List.of(live().toString()) : pieces().stream().map(Path::toString).toList());
  }
}
