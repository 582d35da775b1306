package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.record.site.Site;

/** Runs that are given the live file alone, as from cron, lose nothing that was rotated away. */
class RotatedAwayTest {
  private static final byte[] LOG = Fixtures.bytes("postfix/logs/mail-iso.log");

  @TempDir Path directory;
  private InMemoryRecordStore store = Fixtures.store();

  private Path live() {
    return directory.resolve("mail.log");
  }

  private static int lineEnd(int near) {
    int at = near;
    while (at > 0 && at < LOG.length && LOG[at - 1] != '\n') {
      at++;
    }
    return at;
  }

  /** Of so many parts of equal length, whole lines, these. */
  private static byte[] parts(int from, int to, int of) {
    return Arrays.copyOfRange(
        LOG, lineEnd((int) ((long) LOG.length * from / of)), lineEnd(LOG.length / of * to));
  }

  private void put(String name, byte[] text) throws IOException {
    int dot = name.lastIndexOf('.');
    boolean packed = List.of("gz", "bz2", "xz", "zst").contains(name.substring(dot + 1));
    Files.write(
        directory.resolve(name),
        packed ? IngestTest.compress(name.substring(dot + 1), text) : text);
  }

  private IngestReport run() throws IOException {
    return Fixtures.run(store, live());
  }

  /** As one reading of that text, the rest of the log or all of it. */
  private String whole(byte[] text) throws IOException {
    InMemoryRecordStore other = Fixtures.store();
    Path file = Files.createTempDirectory(directory, "x").resolve("log");
    Files.write(file, text);
    Fixtures.run(other, file);
    return Fixtures.json(Fixtures.records(other));
  }

  private String found() throws IOException {
    return Fixtures.json(Fixtures.records(store));
  }

  private static List<String> names(IngestReport report) {
    return report.files().stream()
        .map(file -> file.file().substring(file.file().lastIndexOf('/') + 1))
        .toList();
  }

  /** Of each way to rotate two, one of them fresh. */
  static List<Long> seeds() {
    long fresh = System.nanoTime();
    return List.of(1L, 2L, 3L, fresh, fresh + 1, fresh + 2);
  }

  /** How a log is rotated; all of them may be renamed, or copied and truncated. */
  private enum Way {
    NUMBERS_FROM_1,
    NUMBERS_FROM_0,
    DATES
  }

  /** The whole of it is read once, and nothing else, whenever it runs and is killed. */
  @ParameterizedTest
  @MethodSource("seeds")
  void inAnyWayAtAnyMoment(long seed) throws IOException {
    Random random = new Random(seed);
    Way way = Way.values()[(int) Math.floorMod(seed, 3L)];
    String others = new String(LOG, StandardCharsets.UTF_8).replace("2026-11-23", "2026-11-22");
    put("other.log.1", others.getBytes(StandardCharsets.UTF_8));
    put("mail.log.bak.1", others.getBytes(StandardCharsets.UTF_8));
    put("mail.logs", others.getBytes(StandardCharsets.UTF_8));
    int rotations = 0;
    if (random.nextBoolean()) { // from before the first run
      put("mail.log", others.getBytes(StandardCharsets.UTF_8));
      rotate(way, rotations++, random);
    }
    // Behind a line of the mail server: of a log that has none nothing is known after a run.
    int at = append(0, lineEnd(200 + random.nextInt(3800)));
    assertFalse(run().failed());
    while (at < LOG.length) {
      switch (random.nextInt(8)) {
        case 0, 1 -> {
          at = append(at, lineEnd(at)); // a writer rotates between lines
          rotate(way, rotations++, random);
        }
        case 2, 3, 4 -> at = append(at, Math.min(LOG.length, at + random.nextInt(3000)));
        case 5 -> run();
        default -> killed(random);
      }
    }
    if (Files.notExists(live())) { // where the last step was to rename it
      Files.createFile(live());
    }
    assertFalse(run().failed(), "seed " + seed);
    assertEquals(whole(LOG), found(), "seed " + seed);
    assertEquals(0, run().lines(), "seed " + seed);
  }

  private int append(int from, int to) throws IOException {
    Files.write(
        live(),
        Arrays.copyOfRange(LOG, from, to),
        StandardOpenOption.APPEND,
        StandardOpenOption.CREATE);
    return to;
  }

  private void rotate(Way way, int rotations, Random random) throws IOException {
    String newest;
    if (way == Way.DATES) {
      newest = "mail.log-2026%02d%02d".formatted(1 + rotations / 28, 1 + rotations % 28);
    } else {
      int first = way == Way.NUMBERS_FROM_0 ? 0 : 1;
      for (int i = first + rotations; i >= first; i--) {
        for (String suffix : List.of("", ".gz", ".xz", ".zst", ".bz2")) {
          Path from = directory.resolve("mail.log." + i + suffix);
          if (Files.exists(from)) {
            Files.move(from, directory.resolve("mail.log." + (i + 1) + suffix));
          }
        }
      }
      newest = "mail.log." + first;
    }
    compressed(random);
    Path aside = directory.resolve(newest);
    if (random.nextBoolean()) {
      Files.move(live(), aside);
      if (random.nextBoolean()) {
        Files.createFile(live());
      }
    } else {
      Files.copy(live(), aside);
      Files.write(live(), new byte[0]);
    }
    if (random.nextInt(4) == 0) {
      compressed(random); // at once
    }
  }

  /** Some of the pieces that are not yet. */
  private void compressed(Random random) throws IOException {
    for (String name : directory.toFile().list()) {
      if (name.matches("mail\\.log[.-][0-9]+") && random.nextInt(3) > 0) {
        String kind = List.of("gz", "xz", "zst", "bz2").get(random.nextInt(4));
        put(name + '.' + kind, Files.readAllBytes(directory.resolve(name)));
        Files.delete(directory.resolve(name));
      }
    }
  }

  /** At some step on the way into the store; what was not committed is gone. */
  private void killed(Random random) {
    int[] left = {random.nextInt(60)};
    SteppedStore stepped =
        new SteppedStore(
            store,
            what -> {
              if (left[0]-- == 0) {
                throw new IOException("killed");
              }
            });
    Ingest ingest = Fixtures.ingest(stepped);
    ingest.linesPerCommit(1 + random.nextInt(40));
    try {
      ingest.run(List.of(live().toString()));
    } catch (IOException e) {
      assertEquals("killed", e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mail.log.0",
        "mail.log.1",
        "mail.log.0.bz2",
        "mail.log.1.gz",
        "mail.log-20261129.xz",
        "mail.log-2026-11-29",
        "mail.log-20261129-1764374400.gz",
        "mail.log.20261129T000000",
        "mail.log_20261129",
        "mail.log.old",
        "mail.1.log",
        "mail.1.log.gz",
        "mail-20261129.log",
        "mail-20261129.log.bz2",
        "mail__2026-11-29_00-00-00.log"
      })
  void whatWasWrittenBetweenTheLastRunAndTheRotationIsRead(String piece) throws IOException {
    put("mail.log", parts(0, 1, 3));
    run();
    put(piece, parts(0, 2, 3));
    put("mail.log", parts(2, 3, 3));
    IngestReport report = run();
    assertEquals(List.of(piece, "mail.log"), names(report));
    assertTrue(
        report.files().getFirst().summary().endsWith("; rotated away since it was read last"),
        report.files()::toString);
    assertEquals(whole(LOG), found());
    assertEquals(List.of("mail.log"), names(run()), "nothing is left to be read");
  }

  /** multilog, svlogd and s6-log. */
  @Test
  void labelsTooAreNamesOfPieces() throws IOException {
    Path current = directory.resolve("current");
    put("current", parts(0, 1, 4));
    Fixtures.run(store, current);
    put("@40000000692a38f51d4c1a2c.s", parts(0, 2, 4));
    put("@40000000692b38f51d4c1a2c.u", parts(2, 3, 4));
    put("current", parts(3, 4, 4));
    assertEquals(
        List.of("@40000000692a38f51d4c1a2c.s", "@40000000692b38f51d4c1a2c.u", "current"),
        names(Fixtures.run(store, current)));
    assertEquals(whole(LOG), found());
  }

  /** Those that the other way has left are read, and stay. */
  @ParameterizedTest
  @ValueSource(strings = {"mail.log-20261101.gz", "mail.log.1"})
  void whoeverRotatesInAnotherWayByNowLosesNothing(String left) throws IOException {
    put(left, parts(0, 1, 4));
    put("mail.log", parts(1, 2, 4));
    Fixtures.run(store, directory);
    String piece = left.equals("mail.log.1") ? "mail.log-20261129" : "mail.log.1";
    put(piece, parts(1, 3, 4));
    put("mail.log", parts(3, 4, 4));
    assertEquals(List.of(piece, "mail.log"), names(run()));
    assertEquals(whole(LOG), found());
  }

  /** It may be mail: whoever can unpack it must know. */
  @Test
  void aPieceThatNobodyCanUnpackIsToldUntilAnotherTakesItsPlace() throws IOException {
    put("mail.log", parts(0, 1, 4));
    run();
    put("mail.log.2", parts(0, 2, 4));
    byte[] packed = new byte[5000];
    new Random(1).nextBytes(packed);
    put("mail.log.1.lz4", packed);
    put("mail.log", parts(3, 4, 4));
    for (int times = 0; times < 2; times++) {
      IngestReport report = run();
      FileReport piece = report.files().get(report.files().size() - 2);
      assertTrue(piece.file().endsWith("mail.log.1.lz4"), report.files()::toString);
      assertTrue(piece.problem().startsWith("no log of a format that is known"), piece.problem());
    }
  }

  /** An olddir, or a name that is not known: nobody looks there. */
  @Test
  void whatIsGoneFromBesideItIsSaid() throws IOException {
    put("mail.log", parts(0, 1, 3));
    assertNull(run().files().getFirst().note());
    Path elsewhere = Files.createDirectory(directory.resolve("old")).resolve("mail.log.1");
    Files.write(elsewhere, parts(0, 2, 3));
    put("mail.log", parts(2, 3, 3));
    IngestReport report = run();
    assertFalse(report.failed());
    String note = report.files().getFirst().note();
    assertTrue(note.startsWith("what was read under this name before is not beside it; "), note);
    assertNull(run().files().getFirst().note(), "said once");
    Fixtures.run(store, live(), elsewhere);
    assertEquals(whole(LOG), found());
  }

  @Test
  void whoeverNamesItHimselfIsNotTold() throws IOException {
    put("mail.log", parts(0, 1, 3));
    run();
    Path elsewhere = Files.createDirectory(directory.resolve("old")).resolve("mail.log.1");
    Files.write(elsewhere, parts(0, 2, 3));
    put("mail.log", parts(2, 3, 3));
    IngestReport report = Fixtures.run(store, live(), elsewhere);
    assertTrue(report.files().stream().allMatch(file -> file.note() == null), report::toString);
    assertEquals(whole(LOG), found());
  }

  @Test
  void aDirectoryThatNobodyMayListIsSaidWhenSomethingMayBeMissed() throws IOException {
    put("mail.log", parts(0, 1, 3));
    run();
    put("mail.log.1", parts(0, 2, 3));
    put("mail.log", parts(2, 3, 3));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("--x--x--x"));
    try {
      Assumptions.assumeFalse(Files.isReadable(directory), "root lists it: skipped");
      IngestReport report = run();
      FileReport listing = report.files().getFirst();
      assertEquals(directory.toString(), listing.file());
      assertTrue(
          listing.problem().startsWith("cannot be listed, so that what was rotated away of "),
          listing.problem());
      assertEquals(List.of("mail.log"), names(run()), "said once");
    } finally {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
  }

  /**
   * The pieces are listed, and then the log is rotated: nothing that was newer is read before it,
   * or the next run would take that for read.
   */
  @Test
  void aPieceThatIsRotatedOnBeforeItIsReadIsReadByTheNextRun() throws Exception {
    put("mail.log", parts(0, 1, 5));
    run();
    put("mail.log.2", parts(0, 2, 5));
    put("mail.log.1", parts(2, 3, 5));
    put("mail.log", parts(3, 4, 5));
    Path pipe = directory.resolve("a");
    int made = -1;
    try {
      made = new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
    } catch (IOException _) {
      // not installed
    }
    Assumptions.assumeTrue(made == 0, "mkfifo is not installed (coreutils): skipped");
    List<String> all =
        Stream.of("a", "mail.log.2", "mail.log.1", "mail.log")
            .map(name -> directory.resolve(name).toString())
            .toList();
    FutureTask<IngestReport> running = new FutureTask<>(() -> Fixtures.ingest(store).run(all));
    Thread.ofPlatform().start(running);
    try (OutputStream _ = Files.newOutputStream(pipe)) { // once it is read: all are listed
      rotate(Way.NUMBERS_FROM_1, 2, new Random(1));
      put("mail.log", parts(4, 5, 5));
    }
    IngestReport report = running.get();
    assertEquals(
        3,
        report.files().stream()
            .filter(f -> "rotated on while this run read: run it again".equals(f.problem()))
            .count(),
        report.files()::toString);
    assertFalse(run().failed());
    assertEquals(whole(LOG), found());
  }

  /** Whoever copies logs here puts a newer copy in the place of the older one. */
  @Test
  void aLiveFileMayBeReplacedAndAPieceMayNot() throws IOException {
    Piece live = piece("mail.log");
    Piece numbered = piece("mail.log.1");
    Piece dated = piece("mail.log-20261129");
    Piece away = piece("mail.log-20261128");
    for (Piece each : List.of(live, numbered, dated)) {
      assertFalse(RotatedAway.isRotatedOn(each), each::name);
      put("copy", LOG);
      Files.move(directory.resolve("copy"), each.path(), StandardCopyOption.REPLACE_EXISTING);
      assertEquals(each == numbered, RotatedAway.isRotatedOn(each), each::name);
    }
    Files.move(away.path(), directory.resolve("mail.log-20261128.gz"));
    assertTrue(RotatedAway.isRotatedOn(away));
    live = piece("mail.log");
    Files.move(live.path(), directory.resolve("mail.log.old"));
    put("mail.log", LOG);
    assertTrue(RotatedAway.isRotatedOn(live));
  }

  private Piece piece(String name) throws IOException {
    put(name, LOG);
    return new Piece(name, directory.resolve(name), true, null).keyed();
  }

  @Test
  void piecesThatNoRunHasSeenBelongToIt() throws IOException {
    put("mail.log", parts(0, 1, 5));
    run();
    put("mail.log.4.gz", new byte[0]); // a day without mail
    put("mail.log.3.gz", parts(0, 2, 5));
    put("mail.log.2.gz", parts(2, 3, 5));
    put("mail.log.1", parts(3, 4, 5));
    put("mail.log", parts(4, 5, 5));
    assertEquals(List.of("mail.log.3.gz", "mail.log.2.gz", "mail.log.1", "mail.log"), names(run()));
    assertEquals(whole(LOG), found());
  }

  @Test
  void anEmptyPieceDoesNotHideWhatLiesBehindIt() throws IOException {
    put("mail.log", parts(0, 1, 3));
    run();
    put("mail.log.2", parts(0, 2, 3));
    put("mail.log.1", new byte[0]);
    put("mail.log", parts(2, 3, 3));
    run();
    assertEquals(whole(LOG), found());
  }

  /** As where the writer makes the new file with its first line. */
  @Test
  void alsoWhileThereIsNoNewFileYet() throws IOException {
    put("mail.log", parts(0, 1, 2));
    run();
    put("mail.log.1", LOG);
    Files.delete(live());
    IngestReport report = run();
    assertEquals(List.of("mail.log.1", "mail.log"), names(report));
    assertEquals("no such file", report.files().getLast().problem());
    assertEquals(whole(LOG), found());
  }

  /** Its pieces lie beside the file, not beside the link. */
  @Test
  void ofALinkToo() throws IOException {
    Path logs = Files.createDirectory(directory.resolve("logs"));
    Path link = Files.createSymbolicLink(directory.resolve("a.log"), logs.resolve("mail.log"));
    put("logs/mail.log", parts(0, 1, 3));
    Fixtures.run(store, link);
    put("logs/mail.log.1", parts(0, 2, 3));
    put("logs/mail.log", parts(2, 3, 3));
    assertEquals(List.of("mail.log.1", "a.log"), names(Fixtures.run(store, link)));
    assertEquals(whole(LOG), found());
  }

  /** Somebody else's file may lie behind it. */
  @Test
  void aPieceThatIsALinkIsNotFollowed() throws IOException {
    put("mail.log", parts(0, 1, 3));
    run();
    put("elsewhere", parts(0, 2, 3));
    Files.createSymbolicLink(directory.resolve("mail.log.1"), directory.resolve("elsewhere"));
    put("mail.log", parts(2, 3, 3));
    assertEquals(List.of("mail.log"), names(run()));
  }

  @Test
  void aPieceThatIsNamedTooIsReadOnce() throws IOException {
    put("mail.log", parts(0, 1, 4));
    run();
    put("mail.log.2.gz", parts(0, 2, 4));
    put("mail.log.1", parts(2, 3, 4));
    put("mail.log", parts(3, 4, 4));
    IngestReport report = Fixtures.run(store, live(), directory.resolve("mail.log.1"));
    assertEquals(List.of("mail.log.2.gz", "mail.log.1", "mail.log"), names(report));
    assertNull(report.files().get(1).note());
    assertEquals(whole(LOG), found());
  }

  @Test
  void ofSeveralLogsEach() throws IOException {
    byte[] other = Fixtures.bytes("exim/logs/4.96/mainlog");
    int half = new String(other, 0, other.length / 2, StandardCharsets.UTF_8).lastIndexOf('\n') + 1;
    put("mail.log", parts(0, 1, 3));
    put("mainlog", Arrays.copyOf(other, half));
    Path mainlog = directory.resolve("mainlog");
    Fixtures.run(store, live(), mainlog);
    put("mail.log.1", parts(0, 2, 3));
    put("mail.log", parts(2, 3, 3));
    put("mainlog.1", other);
    put("mainlog", new byte[0]);
    assertEquals(
        List.of("mail.log.1", "mail.log", "mainlog.1", "mainlog"),
        names(Fixtures.run(store, live(), mainlog)));
    InMemoryRecordStore both = Fixtures.store();
    Fixtures.run(both, Files.write(directory.resolve("a"), LOG), directory.resolve("mainlog.1"));
    assertEquals(Fixtures.json(Fixtures.records(both)), found());
  }

  /** They may be years old; it is said that they are there. */
  @Test
  void aFirstRunReadsWhatIsNamedAlone() throws IOException {
    put("mail.log.2.gz", parts(0, 1, 3));
    put("mail.log.1", parts(1, 2, 3));
    put("mail.log", parts(2, 3, 3));
    IngestReport report = run();
    assertFalse(report.failed());
    assertEquals(List.of("mail.log"), names(report));
    String note = report.files().getFirst().note();
    assertTrue(note.startsWith("never read were "), note);
    assertTrue(note.contains("mail.log.1 (2 files): name them too ("), note);
    assertEquals(whole(parts(2, 3, 3)), found());
    assertNull(run().files().getFirst().note(), "said once");
  }

  /** What was read is gone: nobody knows whose these are, but that they were missed is known. */
  @Test
  void whatNoPieceContinuesIsNotReadButToldOnce() throws IOException {
    put("mail.log", parts(0, 1, 4));
    run();
    Instant later = Instant.now().plusSeconds(3600);
    put("mail.log.3", parts(0, 1, 4)); // not what was read: cut in its midst
    Files.write(directory.resolve("mail.log.3"), Arrays.copyOf(parts(0, 1, 4), 100));
    Files.setLastModifiedTime(directory.resolve("mail.log.3"), FileTime.from(Fixtures.MODIFIED));
    put("mail.log.2", parts(1, 2, 4));
    put("mail.log.1", parts(2, 3, 4));
    for (String each : List.of("mail.log.1", "mail.log.2")) {
      Files.setLastModifiedTime(directory.resolve(each), FileTime.from(later));
    }
    put("mail.log", parts(3, 4, 4));
    IngestReport report = run();
    assertTrue(report.failed());
    assertEquals(2, report.files().size(), report.files()::toString);
    String problem = report.files().getFirst().summary();
    assertTrue(problem.contains("mail.log.1 (2 files): not read: written since "), problem);
    assertFalse(run().failed());
    Fixtures.run(store, directory);
    assertEquals(whole(LOG), found());
  }

  @Test
  void anotherLogUnderItsNameIsReadAlone() throws IOException {
    put("mail.log", parts(0, 1, 3));
    run();
    put("mail.log.1", parts(1, 2, 3));
    Files.setLastModifiedTime(directory.resolve("mail.log.1"), FileTime.from(Fixtures.MODIFIED));
    put("mail.log", parts(2, 3, 3));
    IngestReport report = run();
    assertFalse(report.failed(), report.files()::toString);
    assertEquals(List.of("mail.log"), names(report));
  }

  @Test
  void aPieceThatNobodyMayReadIsToldUntilItIsRead() throws IOException {
    put("mail.log", parts(0, 1, 4));
    run();
    put("mail.log.2.gz", parts(0, 2, 4));
    put("mail.log.1", parts(2, 3, 4));
    Path closed = directory.resolve("mail.log.1");
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
    Assumptions.assumeFalse(Files.isReadable(closed), "root reads it: skipped");
    put("mail.log", parts(3, 4, 4));
    for (int times = 0; times < 2; times++) {
      IngestReport report = run();
      assertTrue(report.failed());
      FileReport piece = report.files().get(report.files().size() - 2);
      assertTrue(
          piece
              .summary()
              .endsWith("mail.log.1: rotated away since it was read last; " + piece.problem()),
          piece::summary);
      assertTrue(piece.problem().startsWith("cannot be read: "), piece.problem());
    }
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rw-------"));
    assertFalse(run().failed());
    assertEquals(withoutTls(whole(LOG)), withoutTls(found()));
  }

  /** Also when a newer one was read and rotated away meanwhile. */
  @Test
  void whatNobodyCouldReadIsReadOnceItCanBe() throws IOException {
    put("mail.log", parts(0, 1, 5));
    run();
    put("mail.log.2", parts(0, 1, 5));
    put("mail.log.1", parts(1, 2, 5));
    Path closed = directory.resolve("mail.log.1");
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
    Assumptions.assumeFalse(Files.isReadable(closed), "root reads it: skipped");
    put("mail.log", parts(2, 3, 5));
    assertTrue(run().failed());
    Files.move(directory.resolve("mail.log.2"), directory.resolve("mail.log.3"));
    Files.move(closed, directory.resolve("mail.log.2"));
    put("mail.log.1", parts(2, 4, 5));
    put("mail.log", parts(4, 5, 5));
    assertFalse(run().failed(), "was told");
    Files.setPosixFilePermissions(
        directory.resolve("mail.log.2"), PosixFilePermissions.fromString("rw-------"));
    assertFalse(run().failed());
    assertEquals(withoutTls(whole(LOG)), withoutTls(found()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "bz2", "xz", "zst"})
  void whatWasPackedHalfWhenItWasReadIsReadWhenItIsWhole(String kind) throws IOException {
    put("mail.log", parts(0, 1, 4));
    run();
    byte[] whole = IngestTest.compress(kind, parts(0, 2, 4));
    Path packed = directory.resolve("mail.log.1." + kind);
    Files.write(packed, Arrays.copyOf(whole, whole.length * 7 / 8));
    Files.setLastModifiedTime(packed, FileTime.from(Instant.now().plusSeconds(3600))); // later
    put("mail.log", parts(2, 3, 4));
    assertTrue(run().failed());
    Files.move(packed, directory.resolve("mail.log.2." + kind));
    put("mail.log.1", parts(2, 3, 4));
    put("mail.log", parts(3, 4, 4));
    assertFalse(run().failed(), "that it is not whole was told");
    Files.write(directory.resolve("mail.log.2." + kind), whole);
    assertFalse(run().failed());
    assertEquals(withoutTls(whole(LOG)), withoutTls(found()));
    assertEquals(List.of("mail.log"), names(run()), "nothing is left to be read");
  }

  /** As where a log was rotated in the midst of a run, which then read a newer one. */
  @Test
  void whatLiesBetweenPiecesThatWereReadIsRead() throws IOException {
    put("mail.log", parts(0, 1, 6));
    put("other.1", parts(4, 5, 6));
    Fixtures.run(store, live(), directory.resolve("other.1"));
    put("mail.log.7", parts(3, 4, 6)); // nobody has named it: it may be of another year
    put("mail.log.6", parts(0, 1, 6));
    put("mail.log.5", "Nov 23 10:00:00 mail cron[7]: (root) CMD (true)\n".getBytes());
    put("mail.log.4", parts(1, 2, 6));
    put("mail.log.3", parts(2, 3, 6));
    Files.move(directory.resolve("other.1"), directory.resolve("mail.log.2"));
    put("mail.log.1", new byte[0]);
    put("mail.log", parts(5, 6, 6));
    IngestReport report = run();
    assertFalse(report.failed(), report::toString);
    assertEquals(List.of("mail.log.4", "mail.log.3", "mail.log.2", "mail.log"), names(report));
    assertEquals(List.of("mail.log"), names(run()));
    InMemoryRecordStore expected = Fixtures.store();
    for (int part : new int[] {0, 1, 2, 4, 5}) {
      put("x", parts(part, part + 1, 6));
      Fixtures.run(expected, directory.resolve("x"));
    }
    assertEquals(withoutTls(Fixtures.json(Fixtures.records(expected))), withoutTls(found()));
  }

  /** The machine stopped in the midst of its last line, which nobody will end. */
  @Test
  void aPieceThatEndsWithinALineIsReadOnce() throws IOException {
    byte[] half = Arrays.copyOf(parts(0, 2, 4), parts(0, 2, 4).length - 20);
    put("mail.log", half);
    run();
    put("mail.log.2", half);
    put("mail.log.1", parts(2, 3, 4));
    put("mail.log", parts(3, 4, 4));
    run();
    assertEquals(List.of("mail.log"), names(run()));
  }

  /** Of a session that began in a piece which nobody could read then, TLS stays unknown. */
  private static String withoutTls(String records) {
    return records.replaceAll("\"tls[A-Za-z]{1,20}\":\"[^\"]*\",", "");
  }

  /** What stands behind the first line tells whether it was read. */
  @Test
  void logsThatBeginAlikeAreNotTakenForOneAnother() throws IOException {
    byte[] first = parts(0, 1, 40);
    put("mail.log", parts(0, 1, 4));
    run();
    String begin = new String(first, StandardCharsets.UTF_8);
    String stranger = begin.substring(0, begin.indexOf('\n') + 1);
    put("mail.log.2", parts(0, 2, 4));
    put("mail.log.1", (stranger + new String(parts(2, 3, 4), StandardCharsets.UTF_8)).getBytes());
    put("mail.log", parts(3, 4, 4));
    assertEquals(List.of("mail.log.2", "mail.log.1", "mail.log"), names(run()));
    assertEquals(whole(LOG), found());
  }

  @Test
  void withTheHostOfTheOtherRuns() throws IOException {
    IngestOptions named = new IngestOptions(null, "mail.example.com", ZoneOffset.UTC, null);
    put("mail.log", parts(0, 1, 3));
    IngestReport first = Fixtures.ingest(store, named, new byte[0]).run(List.of(live().toString()));
    put("mail.log.1", parts(0, 2, 3));
    put("mail.log", parts(2, 3, 3));
    Site site = first.site();
    PrintStream none = new PrintStream(OutputStream.nullOutputStream());
    IngestReport second =
        new Ingest(
                store,
                site,
                Fixtures.options(ZoneOffset.UTC, null),
                new ByteArrayInputStream(new byte[0]),
                none)
            .run(List.of(live().toString()));
    assertEquals(List.of("mail.log.1", "mail.log"), names(second));
    assertNotNull(second.files().getFirst().note());
    assertTrue(Fixtures.records(store).stream().allMatch(r -> r.host().equals("mail.example.com")));
  }

  private IngestReport run(String host) throws IOException {
    IngestOptions options = new IngestOptions(null, host, ZoneOffset.UTC, null);
    PrintStream none = new PrintStream(OutputStream.nullOutputStream());
    Site site = Site.UNKNOWN.withHost("mail.example.com", null);
    return new Ingest(store, site, options, new ByteArrayInputStream(new byte[0]), none)
        .run(List.of(live().toString()));
  }

  /** Else the new file would be read by that name, and by the right one never again. */
  @Test
  void aSlipOfThePenBehindARotationIsRefusedToo() throws IOException {
    put("mail.log", parts(0, 1, 3));
    assertFalse(run("mail.example.com").failed());
    String before = found();
    put("mail.log.1", parts(0, 1, 3));
    put("mail.log", parts(2, 3, 3));
    IngestReport report = run("mial.example.com");
    assertEquals(List.of("mail.log.1", "mail.log"), names(report));
    assertTrue(report.files().getFirst().problem().startsWith("not read: it was read with "));
    assertEquals(
        "not read: it goes on from what was not read either", report.files().getLast().problem());
    assertEquals(List.of("mail.example.com"), hosts(report));
    assertEquals(before, found());
    assertFalse(run("mail.example.com").failed());
  }

  private static List<String> hosts(IngestReport report) {
    return report.site().hosts().stream().map(Site.Host::name).toList();
  }

  @Test
  void aNameOfWhichNoLineWasReadIsNotKept() throws IOException {
    put("mail.log", new byte[0]);
    assertEquals(List.of("mail.example.com"), hosts(run("mial.example.com")));
    put("mail.log", "Nov 23 10:00:00 mail cron[7]: (root) CMD (true)\n".getBytes());
    assertEquals(List.of("mail.example.com"), hosts(run("mial.example.com")));
    put("mail.log", LOG);
    assertEquals(List.of("mail.example.com", "mx.example.com"), hosts(run("mx.example.com")));
  }
}
