package org.whosent.query.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.fixtures.disk.FaultyFileSystem;
import org.whosent.indexer.store.Actor;
import org.whosent.query.OperatorException;

class AccessLogTest {
  @TempDir Path data;

  @Test
  void manyAtOneTimeNeverMixTheirLines() throws Exception {
    int writers = 8;
    int each = 200;
    Actor who = new Actor("desk", null, null, "host", false);
    try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
      List<Future<Void>> all = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        int writer = w;
        Callable<Void> looks =
            () -> {
              for (int i = 0; i < each; i++) {
                List<String> arguments = List.of(writer + "/" + i, "x".repeat(i * 5));
                Look.begin(data, who, "search", null, arguments, false).answer(0);
              }
              return null;
            };
        all.add(threads.submit(looks));
      }
      for (Future<Void> one : all) {
        one.get();
      }
    }
    Set<String> questions = new TreeSet<>();
    int[] answers = new int[1];
    new AccessLog(data)
        .read(
            null,
            line -> {
              if (Looks.parse(line) instanceof Looks.Question question) {
                questions.add(question.arguments().get(0));
              } else {
                assertInstanceOf(Looks.Answer.class, Looks.parse(line));
                answers[0]++;
              }
            });
    assertEquals(writers * each, questions.size());
    assertEquals(writers * each, answers[0]);
  }

  @Test
  void onlyDaysThatMayMatterAreRead() throws Exception {
    AccessLog log = new AccessLog(data);
    log.append(Instant.parse("2026-01-01T23:59:59Z"), "first", false);
    log.append(Instant.parse("2026-01-03T00:00:00Z"), "third", true);
    List<String> lines = new ArrayList<>();
    log.read(Instant.parse("2026-01-02T00:00:00Z"), lines::add);
    assertEquals(List.of("third"), lines);
    assertEquals(1, log.purge(Instant.parse("2026-01-02T00:00:00Z"), false));
    log.read(null, lines::add);
    assertEquals(List.of("third", "third"), lines);
  }

  /** Power failures and full disks at any operation of ten lines of two days. */
  @Test
  void whatWasForcedOutlastsAnyFailureAndNoLineIsJoinedToATornOne() throws Exception {
    long seed = Long.getLong("whosent.seed", System.nanoTime());
    Random random = new Random(seed);
    int failed = 0;
    for (int course = 0; course < 200; course++) {
      Path home = Files.createDirectories(data.resolve("course-" + course + "/data"));
      FaultyFileSystem files = new FaultyFileSystem(seed + course, home);
      AccessLog faulty = new AccessLog(files.path(home));
      boolean diskFull = random.nextInt(3) == 0;
      String say = "seed " + seed + ", course " + course + ", full " + diskFull;
      Set<String> safe = new TreeSet<>();
      boolean mayFail = true;
      for (int i = 0; i < 10; i++) {
        if (mayFail) {
          files.failAt(random.nextInt(15), diskFull);
        }
        String line = i + "x".repeat(random.nextInt(300));
        boolean force = random.nextInt(3) == 0;
        Instant day = Instant.parse("2026-01-0" + (1 + random.nextInt(2)) + "T12:00:00Z");
        try {
          faulty.append(day, line, force);
          // What was not forced is safe where no power failure can come any more.
          if (force || diskFull || !mayFail) {
            safe.add(line);
          }
        } catch (IOException e) {
          failed++;
          mayFail = false;
          files.restart();
        }
      }
      files.restart();
      Set<String> found = new TreeSet<>();
      new AccessLog(home).read(null, found::add);
      Set<String> missing = new TreeSet<>(safe);
      missing.removeAll(found);
      assertEquals(Set.of(), missing, say);
    }
    assertTrue(failed > 100, "the faulty files are not beneath the log: " + failed);
  }

  private static Look begin(Path there, String asked) throws OperatorException {
    Actor who = new Actor("desk", null, null, "host", false);
    return Look.begin(there, who, "trace", null, List.of(asked), false);
  }

  /** The power fails at every place behind the first record that is shown. */
  @Test
  void whoLookedIsKnownAfterAPowerFailureOnceARecordWasShown() throws Exception {
    for (int seed = 0; seed < 40; seed++) {
      Path there = Files.createDirectories(data.resolve("data-" + seed));
      FaultyFileSystem files = new FaultyFileSystem(seed, there);
      if (seed % 2 == 0) { // a day on which somebody looked before
        begin(files.path(there), "first").answer(0);
      }
      Look look = begin(files.path(there), "second");
      look.shown(1);
      files.failAt(seed % 3, false);
      if (seed % 3 == 0) {
        assertThrows(IOException.class, () -> Files.createFile(files.path(there).resolve("x")));
      }
      assertThrows(
          OperatorException.class,
          () -> {
            look.answer(0);
            begin(files.path(there), "third").answer(0);
          });
      files.restart();
      List<String> asked = new ArrayList<>();
      new AccessLog(there)
          .read(
              null,
              line -> {
                if (line.contains("\"question\"")
                    && Looks.parse(line) instanceof Looks.Question q) {
                  asked.add(q.arguments().getFirst());
                }
              });
      assertTrue(asked.contains("second"), "seed " + seed + ": " + asked);
    }
  }

  /** Where it is not known whether the question is on disk, nothing is shown. */
  @Test
  void nothingIsShownWhenTheQuestionCannotBeForced() throws Exception {
    FaultyFileSystem files = new FaultyFileSystem(1, data);
    Path there = files.path(data);
    begin(there, "first").answer(0);
    int before = files.operations();
    new AccessLog(there).append(Instant.now(), "{}", false);
    int written = files.operations() - before;
    for (boolean any : new boolean[] {true, false}) {
      files.failAt(written, false);
      Look look = begin(there, "second");
      if (any) {
        UncheckedIOException e = assertThrows(UncheckedIOException.class, () -> look.shown(1));
        assertTrue(e.getMessage().contains("nothing is shown"), e.getMessage());
      }
      OperatorException e = assertThrows(OperatorException.class, () -> look.answer(0));
      assertTrue(e.getMessage().startsWith(there.resolve("access").toString()), e.getMessage());
      files.restart();
    }
  }

  @Test
  void whatWasDeletedDoesNotComeBackByAPowerFailure() throws Exception {
    for (int seed = 0; seed < 20; seed++) {
      Path there = Files.createDirectories(data.resolve("data-" + seed));
      FaultyFileSystem files = new FaultyFileSystem(seed, there);
      AccessLog log = new AccessLog(files.path(there));
      log.append(Instant.parse("2026-01-02T03:04:05Z"), "{}", true);
      assertEquals(1, log.purge(Instant.parse("2026-01-03T00:00:00Z"), false));
      files.failAt(0, false);
      assertThrows(
          IOException.class, () -> Files.createFile(files.path(there).resolve("after the end")));
      assertEquals(0, new AccessLog(there).purge(Instant.MAX, true), "seed " + seed);
    }
  }

  /**
   * The clock went back over midnight while a command ran, so that its answer is in the day before.
   */
  @Test
  void anAnswerFromBeforeItsQuestionIsFound() throws Exception {
    Path access = Files.createDirectory(data.resolve("access"));
    Files.writeString(
        access.resolve("access-20261120.jsonl"),
        """
        {"v":1,"type":"answer","look":"b","time":"2026-11-20T23:59:59Z","shown":3,"users":["u"],"userCount":1,"status":0}
        """);
    Files.writeString(
        access.resolve("access-20261121.jsonl"),
        """
        {"v":1,"type":"question","look":"a","time":"2026-11-21T00:00:01Z","command":"search","arguments":[]}
        {"v":1,"type":"question","look":"b","time":"2026-11-21T00:00:02Z","command":"search","arguments":[]}
        """);
    List<String> found = new ArrayList<>();
    long unreadable =
        new PairedLooks(new AccessLog(data))
            .read(
                null,
                (question, answer) ->
                    found.add(question.look() + " " + (answer == null ? "cut" : answer.shown())));
    assertEquals(0, unreadable);
    assertEquals(List.of("a cut", "b 3"), found);
  }
}
